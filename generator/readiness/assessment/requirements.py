"""The life of blockers that no test stands behind: criteria not met, gaps in the evidence, items of the checklist."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from readiness.analysis import RunRef
from readiness.assessment.blockers import Blocker, BlockerState, Demand, Kind, Requirement, blocker_id
from readiness.assessment.checklist import ItemResult, ItemState
from readiness.assessment.criteria import CriterionResult, CriterionState, how
from readiness.assessment.gaps import Gap, GapKind
from readiness.assessment.members import MemberState
from readiness.assessment.notes import Amount, Note, note
from readiness.assessment.owners import owner_of_area
from readiness.policy import Category, Criterion, Policy

_STATES = {
    CriterionState.MET: MemberState.PASSED,
    CriterionState.UNMET: MemberState.FAILING,
    CriterionState.UNPROVEN: MemberState.UNVERIFIED,
    CriterionState.NOT_CHECKED: MemberState.UNVERIFIED,
}


def step_requirements(
    before: Mapping[str, Blocker],
    tests: Mapping[str, Blocker],
    criteria: Collection[CriterionResult],
    gaps: Collection[Gap],
    items: Collection[ItemResult],
    policy: Policy,
    here: RunRef,
) -> dict[str, Requirement]:
    """The blockers without tests after a run; `tests` are those of tests, whose ids are taken."""
    known = {blocker.id: blocker for blocker in before.values() if isinstance(blocker, Requirement)}
    after = dict(known)
    homes = {blocker.signature: blocker.id for blocker in after.values()}
    asked = (*_demands(criteria, gaps, after, policy), *_asked(items, policy))
    demands = {demand.signature: demand for demand in asked}
    for blocker in known.values():
        if blocker.state is not BlockerState.CLOSED or blocker.signature in demands:
            demand = demands.get(blocker.signature)
            after[blocker.id] = _moved(blocker, demand, here) if demand else _ended(blocker, policy, here)
    for signature, demand in demands.items():
        if signature not in homes and demand.state not in (MemberState.PASSED, MemberState.WITHDRAWN):
            opened = _opened(demand, here, frozenset({*tests, *after}))
            after[opened.id] = opened
    return after


def _demands(
    criteria: Collection[CriterionResult], gaps: Collection[Gap], known: Mapping[str, Blocker], policy: Policy
) -> Iterator[Demand]:
    standing = {blocker.signature for blocker in known.values() if blocker.state is not BlockerState.CLOSED}
    doubted = set()
    for result in criteria:
        criterion = result.criterion
        if not result.blocking or criterion.row.stated:
            continue
        stands, fix = _STATES[result.state], note("criterion_fix")
        owner = _owner(criterion, policy)
        demand = Demand(Kind.CRITERION, criterion.id, _title(result), stands, _given(how(result)), fix, owner=owner)
        # One that was never unmet opens no blocker for want of evidence: the gap does.
        if result.state is CriterionState.UNMET or demand.signature in standing:
            doubted.add(criterion.id)
            yield demand
    for gap in gaps:
        if gap.kind is not GapKind.CRITERION or gap.name not in doubted:
            judged = next((one.criterion for one in criteria if one.criterion.id == gap.name), None)
            owner = owner_of_area(gap.name, policy) if gap.kind is GapKind.AREA else ""
            owner = _owner(judged, policy) if judged and gap.kind is GapKind.CRITERION else owner
            state, told = MemberState.UNVERIFIED, _given(gap.note)
            yield Demand(Kind.GAP, gap.identity, gap.title, state, told, gap.fix, owner=owner)


def _title(result: CriterionResult) -> Note:
    """The criterion with what was measured and its limit."""
    criterion, measured = result.criterion, result.measured
    if measured.value is None:
        return note("criterion_without_value", title=criterion.title)
    value = Amount(measured.value, measured.unit)
    kind = f"criterion_beyond_{criterion.direction}"
    limit = result.limit.text if result.limit else criterion.limit.text
    return note(kind, title=criterion.title, value=value, limit=limit)


def _owner(criterion: Criterion, policy: Policy) -> str:
    """That of the category which names the criterion, else of the area that it judges."""
    area = criterion.where.area if criterion.where and criterion.where.area else ""
    return _owner_of_cause(policy.cause_of("criteria", criterion.id)) or owner_of_area(area, policy)


def _owner_of_cause(category: Category | None) -> str:
    return category.owner if category else ""


def _given(told: Note | None) -> tuple[Note, ...]:
    return () if told is None else (told,)


_ITEM_STATES = {ItemState.DONE: MemberState.PASSED, ItemState.UNPROVEN: MemberState.UNVERIFIED}


def _asked(items: Collection[ItemResult], policy: Policy) -> Iterator[Demand]:
    """The blocking items of the checklist; what is neither done nor unproven is open."""
    for one in items:
        item = one.item
        if item.blocking:
            proved = item.tests is not None or item.criterion is not None or item.metric is not None
            yield Demand(
                Kind.CHECKLIST,
                item.id,
                item.title,
                _ITEM_STATES.get(one.state, MemberState.FAILING),
                (note("item_stands", state=one.state.value, notes=one.notes),),
                note("item_fix_proved" if proved else "item_fix_claimed"),
                item.severity,
                item.effort,
                item.owner or _owner_of_cause(policy.cause_of("items", item.id)),
            )


def _ended(blocker: Requirement, policy: Policy, here: RunRef) -> Requirement:
    """The blocker of what the policy no longer demands, which is withdrawn, or of a gap that is filled."""
    demanded = {f"criterion {one.id}" for one in policy.criteria if one.tier == "blocking"}
    demanded |= {f"variant {one.name}" for one in policy.variants.required}
    by_policy = blocker.kind is not Kind.GAP
    by_policy |= blocker.ref.startswith(("criterion ", "variant ")) and blocker.ref not in demanded
    state, told = (
        (MemberState.WITHDRAWN, "demanded_no_longer") if by_policy else (MemberState.PASSED, "nothing_missing")
    )
    return replace(blocker, demand=replace(blocker.demand, state=state, notes=(note(told),)), closed=here)


def _moved(blocker: Requirement, demand: Demand, here: RunRef) -> Requirement:
    was_closed = blocker.closed is not None
    moved = replace(blocker, demand=demand, owner=demand.owner)
    if moved.state is BlockerState.CLOSED:
        return replace(moved, closed=here)
    return replace(moved, closed=None, reopened=here if was_closed else blocker.reopened)


def _opened(demand: Demand, here: RunRef, taken: frozenset[str]) -> Requirement:
    return Requirement(
        id=blocker_id(here, demand.signature, "", taken),
        kind=demand.kind,
        signature=demand.signature,
        opened=here,
        owner=demand.owner,
        demand=demand,
    )

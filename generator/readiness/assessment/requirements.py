"""The life of blockers that no test stands behind: criteria not met, gaps in the evidence, items of the checklist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from readiness.analysis import Cause
from readiness.assessment.blockers import Blocker, BlockerState, Kind, MemberState, RunRef, blocker_id
from readiness.assessment.checklist import ItemResult, ItemState
from readiness.assessment.criteria import CriterionResult, CriterionState, how
from readiness.assessment.gaps import Gap
from readiness.policy import Diagnosis, Policy


@dataclass(frozen=True)
class Demand:
    """Something that a run has to show, and how it stands."""

    kind: Kind
    ref: str
    category: Diagnosis
    state: MemberState
    note: str
    owner: str = ""

    @property
    def signature(self) -> str:
        """Its identity along the chain."""
        return f"{self.kind.value}:{self.ref}"


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
) -> dict[str, Blocker]:
    """The blockers without tests after a run; `tests` are those of tests, whose ids are taken."""
    after = {blocker.id: blocker for blocker in before.values() if blocker.own is not None}
    homes = {blocker.signature: blocker.id for blocker in after.values()}
    demands = {demand.signature: demand for demand in (*_demands(criteria, gaps, after), *_asked(items))}
    for blocker in after.values():
        if blocker.state is not BlockerState.CLOSED or blocker.signature in demands:
            demand = demands.get(blocker.signature)
            after[blocker.id] = _moved(blocker, demand, here) if demand else _ended(blocker, policy, here)
    for signature, demand in demands.items():
        if signature not in homes and demand.state not in (MemberState.PASSED, MemberState.WITHDRAWN):
            opened = _opened(demand, here, frozenset({*tests, *after}))
            after[opened.id] = opened
    return after


def _demands(
    criteria: Collection[CriterionResult], gaps: Collection[Gap], known: Mapping[str, Blocker]
) -> Iterator[Demand]:
    standing = {blocker.signature for blocker in known.values() if blocker.state is not BlockerState.CLOSED}
    doubted = set()
    for result in criteria:
        criterion = result.criterion
        if not result.blocking or criterion.row.stated:
            continue
        category = Diagnosis(
            title=criterion.title,
            risk="The release does not do what the policy demands of it.",
            fix="Bring it within its limit, or change the limit with a reason.",
        )
        demand = Demand(Kind.CRITERION, criterion.id, category, _STATES[result.state], how(result))
        # One that was never unmet opens no blocker for want of evidence: the gap does.
        if result.state is CriterionState.UNMET or demand.signature in standing:
            doubted.add(f"criterion {criterion.id}")
            yield demand
    for gap in gaps:
        if gap.identity not in doubted:
            category = Diagnosis(title=gap.title, risk="What it would show is not proven.", fix=gap.fix)
            yield Demand(Kind.GAP, gap.identity, category, MemberState.UNVERIFIED, gap.note)


_ITEM_STATES = {ItemState.DONE: MemberState.PASSED, ItemState.UNPROVEN: MemberState.UNVERIFIED}


def _asked(items: Collection[ItemResult]) -> Iterator[Demand]:
    """The blocking items of the checklist; what is neither done nor unproven is open."""
    for one in items:
        item = one.item
        if item.blocking:
            proved = item.tests is not None or item.criterion is not None or item.metric is not None
            category = Diagnosis(
                title=item.title,
                severity=item.severity,
                risk="What the release depends on is not done.",
                fix="Do it and prove it." if proved else "Do it, and have somebody sign it off.",
                effort=item.effort,
            )
            state = _ITEM_STATES.get(one.state, MemberState.FAILING)
            note = one.state.value + (f": {one.note}" if one.note else "")
            yield Demand(Kind.CHECKLIST, item.id, category, state, note, item.owner)


def _ended(blocker: Blocker, policy: Policy, here: RunRef) -> Blocker:
    """The blocker of what the policy no longer demands, which is withdrawn, or of a gap that is filled."""
    named = {f"criterion {one.id}" for one in policy.criteria if one.tier == "blocking"}
    named |= {f"variant {one.name}" for one in policy.variants.required}
    by_policy = blocker.ref.startswith(("criterion ", "variant ")) and blocker.ref not in named
    if by_policy or blocker.kind in (Kind.CRITERION, Kind.CHECKLIST):
        return replace(blocker, own=MemberState.WITHDRAWN, note="the policy no longer demands it", closed=here)
    return replace(blocker, own=MemberState.PASSED, note="this run misses nothing here", closed=here)


def _moved(blocker: Blocker, demand: Demand, here: RunRef) -> Blocker:
    was_closed = blocker.closed is not None
    moved = replace(blocker, own=demand.state, note=demand.note, category=demand.category, owner=demand.owner)
    if moved.state is BlockerState.CLOSED:
        return replace(moved, closed=here)
    return replace(moved, closed=None, reopened=here if was_closed else blocker.reopened)


def _opened(demand: Demand, here: RunRef, taken: frozenset[str]) -> Blocker:
    return Blocker(
        id=blocker_id(here, demand.signature, "", taken),
        kind=demand.kind,
        signature=demand.signature,
        area="",
        cause=Cause("", "", ""),
        subject="",
        opened=here,
        members=(),
        category=demand.category,
        owner=demand.owner,
        own=demand.state,
        note=demand.note,
    )

"""What still has to be done until the release is READY, and how long that takes."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from readiness.assessment.blockers import Blocker, Kind, Requirement, TestBlocker
from readiness.assessment.checklist import ItemResult
from readiness.assessment.criteria import CriterionResult, how
from readiness.assessment.gaps import Gap, GapKind
from readiness.assessment.keeping import Holding, covering, holding
from readiness.assessment.members import MemberState
from readiness.assessment.notes import Note, note
from readiness.assessment.order import stopping_blockers
from readiness.assessment.plan import Fix, Timeline, estimated, timeline
from readiness.assessment.record import Assessment
from readiness.model import TestKey
from readiness.policy import Diagnosis, Plan


@dataclass(frozen=True)
class Step:
    """One thing to do. `count`: of how many tests, or 1."""

    ref: str
    """Id of the blocker or criterion."""
    title: str | Note
    todo: Note
    count: int
    tests: tuple[TestKey, ...] = ()
    criterion: bool = False
    follows: bool = False
    """True for an item of the checklist that is done when the other steps are."""


def to_ready(assessment: Assessment) -> tuple[Step, ...]:
    """Every blocker that keeps the release from being READY, in the order to fix them, and then every such criterion.

    A criterion whose tests all belong to blockers of the list is left out: it is met when they are closed. An item of
    the checklist like that stands last, since it is a blocker itself.
    """
    found = stopping_blockers(assessment)
    steps = _steps(found, assessment)
    mended = _mended(found, assessment)
    criteria = [_criterion(one) for one in assessment.criteria if one.stops and not _is_met(one, mended, assessment)]
    stated = {step.ref for step in criteria}
    items = [
        _item(blocker, follows=_follows(item, mended, assessment) or (item.signed and item.item.criterion in stated))
        for blocker, item in _items(found, assessment)
    ]
    past = [Step("past", note("past_incomplete"), assessment.incomplete, 1)] if assessment.incomplete else []
    turn = {blocker.id: at for at, blocker in enumerate(found)}
    order = (*steps, *items, *criteria, *past)
    return tuple(sorted(order, key=lambda one: (one.follows, turn.get(one.ref, len(turn)))))


def planned(assessment: Assessment) -> Timeline | None:
    """The plan to mend what stops the release, from the day of the judgement; None where nobody estimates anything.

    What is done when the blockers of the plan are closed is no fix of its own, unless somebody estimates it.
    """
    plan = assessment.policy.plan or Plan()
    found = stopping_blockers(assessment)
    mended, alone = _mended(found, assessment), {one.blocker for one in plan.estimates}
    following = {blocker.id for blocker, item in _items(found, assessment) if _follows(item, mended, assessment)}
    kept = stopping_blockers(assessment, kept=True)
    following |= {one.id for one in kept}
    left = (one for one in (*found, *kept) if one.effort or one.id in alone or one.id not in following)
    fixes = estimated(_fixes(left, plan), plan)
    if assessment.policy.plan is None and all(fix.effort is None for fix in fixes):
        return None
    return timeline(fixes, plan, assessment.verdict.as_of.date())


def _fixes(blockers: Iterable[Blocker], plan: Plan) -> list[Fix]:
    """What has to be mended. The effort of a category is for all its blockers; one estimated by itself stands alone."""
    alone = {one.blocker for one in plan.estimates}
    groups: dict[Diagnosis | str, list[Blocker]] = {}
    for blocker in blockers:
        shared = blocker.effort is not None and blocker.id not in alone
        group = blocker.category if isinstance(blocker, TestBlocker) and shared else blocker.id
        groups.setdefault(group, []).append(blocker)
    return [_fix(found) for found in groups.values()]


def _fix(blockers: Sequence[Blocker]) -> Fix:
    first = blockers[0]
    title = first.title
    if len(blockers) > 1 and isinstance(first, TestBlocker):
        title = note("fix_of_category", category=first.category.title, blockers=len(blockers))
    owners = dict.fromkeys(blocker.owner for blocker in blockers if blocker.owner)
    refs = tuple(blocker.id for blocker in blockers)
    return Fix(first.id, refs, title, first.fix, ", ".join(owners), first.effort)


_LEFT = (MemberState.FAILING, MemberState.UNVERIFIED)
_SILENT = (note("member_gone"), note("member_not_run"))
"""Why a test without a result is not proven to pass."""


def _steps(found: Iterable[Blocker], assessment: Assessment) -> list[Step]:
    """Those of all but items of the checklist."""
    gaps = {gap.identity: gap for gap in assessment.gaps}
    others = [blocker for blocker in found if blocker.kind is not Kind.CHECKLIST]
    missing = [
        gaps.get(each.ref) if isinstance(each, Requirement) and each.kind is Kind.GAP else None for each in others
    ]
    told = any(gap is not None and gap.kind in (GapKind.AREA, GapKind.VANISHED) for gap in missing)
    return [_step(each, gap, told=told) for each, gap in zip(others, missing, strict=True)]


def _items(found: Iterable[Blocker], assessment: Assessment) -> Iterator[tuple[Requirement, ItemResult]]:
    items = {one.item.id: one for one in assessment.items}
    for blocker in found:
        if isinstance(blocker, Requirement) and blocker.kind is Kind.CHECKLIST:
            yield blocker, items[blocker.ref]


def _step(blocker: Blocker, gap: Gap | None, *, told: bool) -> Step:
    """`told`: another step says what to do about tests that are gone for good."""
    if isinstance(blocker, Requirement):
        tests = gap.tests if gap else ()
        todo = note("todo_own", notes=blocker.demand.notes, fix=blocker.demand.fix)
        return Step(blocker.id, blocker.title, todo, 1, tests)
    tests = tuple(member.key for member in blocker.members if member.state in _LEFT)
    fix = blocker.fix
    if blocker.kind is Kind.COMPONENT:
        todo = note("todo_component", tests=len(tests), fix=fix)
    else:
        failing, unverified = (blocker.count(state) for state in _LEFT)
        todo = note("todo_tests", failing=failing, unverified=unverified, fix=fix)
        silent = sum(one.reason in _SILENT for one in blocker.members if one.state in _LEFT)
        todo = note("todo_silent", todo=todo, tests=silent) if silent and not told else todo
    return Step(blocker.id, blocker.title, todo, len(tests), tests)


def _item(blocker: Requirement, *, follows: bool) -> Step:
    fix = note("todo_follows") if follows else blocker.demand.fix
    todo = note("todo_own", notes=blocker.demand.notes, fix=fix)
    return Step(blocker.id, blocker.title, todo, 1, follows=follows)


class _Mended(NamedTuple):
    """What is mended when the blockers of the list are closed."""

    held: Holding
    signatures: frozenset[str]


def _mended(found: Collection[Blocker], assessment: Assessment) -> _Mended:
    """What the blockers hold; the blocker of a criterion that they keep open closes with them."""
    ids = {one.id for one in found}
    kept = [one for one in assessment.blockers.values() if not ids.isdisjoint(one.kept_by)]
    signatures = frozenset(one.signature for one in (*found, *kept) if one.kind is not Kind.CHECKLIST)
    return _Mended(holding(found, assessment.gaps), signatures)


def _follows(found: ItemResult, mended: _Mended, assessment: Assessment) -> bool:
    """True where closing other blockers of the list is all that the item still needs."""
    if not found.signed:
        return False
    if found.item.criterion is not None:
        judged = (one for one in assessment.criteria if one.criterion.id == found.item.criterion)
        return all(_is_met(one, mended, assessment) for one in judged)
    left = set(found.holders) - assessment.granted.tests
    return found.item.tests is not None and bool(left) and left <= mended.held.tests.keys()


def _is_met(result: CriterionResult, mended: _Mended, assessment: Assessment) -> bool:
    """True where the criterion has a blocker of its own on the list, or needs nothing but the tests of others."""
    name = result.criterion.id
    own = {f"criterion:{name}", f"gap:criterion {name}"}
    if not own.isdisjoint(mended.signatures):
        return True
    return covering(result, assessment.facts, mended.held, assessment.granted.tests) is not None


def _criterion(result: CriterionResult) -> Step:
    holders = result.measured.holders
    todo, count = note("todo_criterion", how=how(result) or ""), max(1, len(holders))
    return Step(result.criterion.id, result.criterion.title, todo, count, holders, criterion=True)

"""What blockers keep open beside themselves: criteria and items that fail for nothing but what these hold already."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from readiness.analysis import Basis, RunFacts
from readiness.assessment.blockers import Blocker, BlockerState, Kept, Kind, Requirement, TestBlocker
from readiness.assessment.checklist import ItemResult
from readiness.assessment.criteria import CriterionResult, CriterionState
from readiness.assessment.gaps import Gap, GapKind
from readiness.assessment.measures import NOTHING_EXECUTED
from readiness.assessment.waivers import Granted, Situation, unsettled
from readiness.model import TestKey
from readiness.policy import Policy

Ids = frozenset[str]
"""Ids of blockers."""


@dataclass(frozen=True)
class Holding:
    """What some blockers hold: tests that fail or have no result, files that were not read, a run without results."""

    tests: Mapping[TestKey, str]
    """Each with the blocker that holds it."""
    files: Ids
    results: Ids


def holding(blockers: Iterable[Blocker], gaps: Iterable[Gap]) -> Holding:
    """What these blockers hold."""
    missing, found = {gap.identity: gap for gap in gaps}, list(blockers)
    tests: dict[TestKey, str] = {}
    of_gaps = [(one, missing[one.ref]) for one in found if isinstance(one, Requirement) and one.ref in missing]
    of_gaps = [(one, gap) for one, gap in of_gaps if one.kind is Kind.GAP]
    for one, gap in of_gaps:
        tests |= dict.fromkeys(gap.tests, one.id)
    for blocker in found:
        tests |= dict.fromkeys(unsettled(blocker), blocker.id)
    files, results = (
        frozenset(one.id for one, gap in of_gaps if gap.kind is kind) for kind in (GapKind.FILE, GapKind.RESULTS)
    )
    return Holding(tests, files, results)


def covering(result: CriterionResult, facts: RunFacts, held: Holding, waived: Collection[TestKey] = ()) -> Ids | None:
    """The blockers that keep a criterion from being met; None where closing them all does not meet it."""
    measured = result.measured
    if result.criterion.row.says == "loss":
        return held.files if facts.losses else None
    if measured.missing:
        return held.results if measured.missing == NOTHING_EXECUTED and not facts.counts.with_result else None
    judged = set(measured.holders) - set(waived)
    if measured.at_least and facts.basis is Basis.PARTIAL_LIST:
        # The list has a gap of its own, or is short of what could not be collected.
        judged |= {one.key for one in facts.problems if one.collection}
    elif not judged:
        return None
    if not result.met_without_holders or not judged <= held.tests.keys():
        return None
    return frozenset(held.tests[key] for key in judged)


def kept_open(
    situation: Situation, granted: Granted, policy: Policy, before: Mapping[str, Blocker]
) -> dict[str, Blocker]:
    """The blockers, each with what it keeps open; a requirement that others hold has their ids and is told there.

    It stays one of its own where those that hold it stop less than it does, be it by waivers, and where it stood as
    one `before`. No verdict depends on it: a requirement is judged the same, wherever it is told.
    """
    keeping = _Keeping(situation, granted, policy, before)
    kept = {**keeping.requirements(), **keeping.over_tests()}
    keeps: dict[str, set[Kept]] = {}
    for reference, holders in kept.items():
        for holder in holders:
            keeps.setdefault(holder, set()).add(reference)
    found: dict[str, Blocker] = {}
    for blocker in situation.blockers.values():
        own, closed = keeping.kept_by.get(blocker.id, frozenset()), blocker.state is BlockerState.CLOSED
        kept_by = blocker.kept_by if closed else tuple(sorted(own))
        keeps_open = tuple(sorted(keeps.get(blocker.id, ())))
        # Hundreds of closed ones stay the same record from run to run.
        same = (kept_by, keeps_open) == (blocker.kept_by, blocker.keeps_open)
        found[blocker.id] = blocker if same else replace(blocker, kept_by=kept_by, keeps_open=keeps_open)
    return found


class _Keeping:
    """Who holds what of one situation."""

    def __init__(self, situation: Situation, granted: Granted, policy: Policy, before: Mapping[str, Blocker]) -> None:
        self._situation, self._granted, self._policy, self._before = situation, granted, policy, before
        self._open = {one.id: one for one in situation.blockers.values() if one.state is not BlockerState.CLOSED}
        self._own = {one.signature: one for one in self._open.values() if isinstance(one, Requirement)}
        self._held = holding(self._open.values(), situation.gaps)
        self._criteria = {one.criterion.id: one for one in situation.criteria}
        self._measures: dict[tuple[object, ...], Ids] = {}
        self.kept_by: dict[str, Ids] = {}
        """Id of a requirement -> who holds it."""

    def over_tests(self) -> dict[Kept, Ids]:
        """The criteria over tests that stop the release and that blockers hold: they open none of their own."""
        found = {}
        for result in self._situation.criteria:
            if result.stops and result.criterion.row.stated:
                held = covering(result, self._situation.facts, self._held, self._granted.tests)
                found[Kept(Kind.CRITERION, result.criterion.id)] = held or frozenset()
        return found

    def requirements(self) -> dict[Kept, Ids]:
        """The criteria and items that would be blockers, if others did not hold them."""
        found: dict[Kept, Ids] = {}
        for kept, own, measure, holders in (*self._of_criteria(), *self._of_items()):
            wanted = holders or self._measures.get(measure, frozenset()) - {own.id}
            if wanted and self._may_be_told_at(own, wanted):
                found[kept] = self.kept_by[own.id] = wanted
            self._measures.setdefault(measure, self.kept_by.get(own.id, frozenset({own.id})))
        return found

    def _of_criteria(self) -> Iterator[tuple[Kept, Requirement, tuple[object, ...], Ids]]:
        """Each criterion with a blocker, those that stood before first: what it measures, and who holds its cause."""
        owned = [(one, self._blocker_of(name)) for name, one in self._criteria.items()]
        known = [(result, own) for result, own in owned if own]
        for result, own in sorted(known, key=lambda one: (not self._stood(one[1]), one[1].kind is Kind.GAP)):
            criterion = result.criterion
            holders = self._of_cause("criteria", criterion.id)
            yield Kept(Kind.CRITERION, criterion.id), own, (criterion.measure, criterion.where), holders

    def _of_items(self) -> Iterator[tuple[Kept, Requirement, tuple[object, ...], Ids]]:
        """Each item with a blocker that needs no sign-off beside its proof, and what holds it."""
        for one in self._situation.items:
            own = self._own.get(f"{Kind.CHECKLIST.value}:{one.item.id}")
            if own and one.signed:
                measure = (f"metric.{one.item.metric.name}", None) if one.item.metric else (one.item.id,)
                waived = frozenset() if own.id in self._granted.blockers else self._granted.tests
                holders = self._of_cause("items", one.item.id) or self._of_proof(one, waived)
                yield Kept(Kind.CHECKLIST, one.item.id), own, measure, holders

    def _of_proof(self, found: ItemResult, waived: Collection[TestKey]) -> Ids:
        """Who holds the tests that an item fails for, those that are waived apart, or its criterion."""
        if found.item.criterion is not None:
            own = self._blocker_of(found.item.criterion)
            if own:
                return self.kept_by.get(own.id, frozenset({own.id}))
            result = self._criteria[found.item.criterion]
            fails = result.state in (CriterionState.UNMET, CriterionState.UNPROVEN)
            return (fails and covering(result, self._situation.facts, self._held, waived)) or frozenset()
        left = set(found.holders) - set(waived)
        if found.item.tests is None or not left <= self._held.tests.keys():
            return frozenset()
        return frozenset(self._held.tests[key] for key in left)

    def _of_cause(self, kind: str, ref: str) -> Ids:
        """The open blockers of the category that names a criterion or item as its own."""
        category = self._policy.cause_of("criteria" if kind == "criteria" else "items", ref)
        if category is None:
            return frozenset()
        tests = (one for one in self._open.values() if isinstance(one, TestBlocker))
        return frozenset(
            one.id
            for one in tests
            if any(member.key in unsettled(one) and member.category.title == category.title for member in one.members)
        )

    def _blocker_of(self, criterion: str) -> Requirement | None:
        """The open blocker of a criterion: that it is not met, or that it is not proven."""
        signatures = (f"{Kind.CRITERION.value}:{criterion}", f"{Kind.GAP.value}:{GapKind.CRITERION.value} {criterion}")
        return next((self._own[one] for one in signatures if one in self._own), None)

    def _stood(self, blocker: Blocker) -> bool:
        """True where it was open before, as a blocker of its own."""
        then = self._before.get(blocker.id)
        return then is not None and then.state is not BlockerState.CLOSED and not then.kept_by

    def _may_be_told_at(self, own: Requirement, holders: Ids) -> bool:
        """True where whoever fixes what stops the release, as waivers have it, is led to it by each of its holders."""
        weights = [self._weight(self._open[name]) for name in holders]
        leads = own.id in self._granted.blockers or (min(weights) > 0 and max(weights) >= self._weight(own))
        return leads and not self._stood(own)

    def _weight(self, blocker: Blocker) -> int:
        """2 for what stops the release, 1 for what leaves it unproven, 0 for what does neither, as waivers have it."""
        if blocker.id in self._granted.blockers:
            return 0
        left = blocker.without(self._granted.tests)
        return 2 if left.blocks else 1 if left.doubted else 0

"""What blockers stand by, their tests and criteria; and so which waivers are about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from readiness.analysis import RunFacts
from readiness.assessment.blockers import Blocker, Kind, Requirement
from readiness.assessment.gaps import Gap, GapKind
from readiness.assessment.measures import selects
from readiness.assessment.waivers import Situation, WaiverResult, unsettled
from readiness.model import TestKey
from readiness.policy import Criterion


@dataclass(frozen=True)
class _Subject:
    """Tests and criteria by which something stands, or which a waiver names."""

    tests: frozenset[TestKey] = frozenset()
    criteria: frozenset[str] = frozenset()


def waivers_about(results: Iterable[WaiverResult], situation: Situation) -> Mapping[str, tuple[WaiverResult, ...]]:
    """Id of each blocker -> the waivers, in force or not, that name it, or a test or criterion that it stands by.

    A waiver of a blocker names the tests of that blocker too, as far as they fail or are not proven to pass.
    """
    stands_by = _Stands(situation)
    subjects = {blocker.id: stands_by(blocker) for blocker in situation.blockers.values()}
    by_test: dict[TestKey, list[str]] = {}
    by_label: dict[str, list[str]] = {}
    by_criterion: dict[str, list[str]] = {}
    for blocker, subject in subjects.items():
        for key in subject.tests:
            by_test.setdefault(key, []).append(blocker)
            by_label.setdefault(key.label, []).append(blocker)
        for name in subject.criteria:
            by_criterion.setdefault(name, []).append(blocker)
    found: dict[str, dict[str, WaiverResult]] = {}
    for one in results:
        kind, name = one.waiver.target
        if kind == "test":
            about = by_label.get(name, [])
        elif kind == "criterion":
            about = by_criterion.get(name, [])
        else:
            other = situation.blockers.get(name)
            named = stands_by.named(other) if other else _Subject()
            about = [name, *(to for key in named.tests for to in by_test.get(key, ()))]
            about += [to for criterion in named.criteria for to in by_criterion.get(criterion, ())]
        for blocker in about:
            found.setdefault(blocker, {})[one.ref] = one
    return {blocker: tuple(waivers.values()) for blocker, waivers in found.items()}


class _Stands:
    """What each blocker of a situation stands by."""

    def __init__(self, situation: Situation) -> None:
        self._facts: RunFacts = situation.facts
        self._results = {one.criterion.id: one for one in situation.criteria}
        self._gaps = {one.identity: one for one in situation.gaps}
        self._items = {one.item.id: one for one in situation.items}
        complete = (one.criterion for one in situation.criteria if one.blocking)
        self._complete: list[Criterion] = [one for one in complete if one.row.says == "results"]

    def __call__(self, blocker: Blocker) -> _Subject:
        if not isinstance(blocker, Requirement):
            return _Subject(frozenset(member.key for member in blocker.members))
        if blocker.kind is Kind.CRITERION:
            result = self._results.get(blocker.ref)
            return _Subject(frozenset(result.measured.holders if result else ()), frozenset({blocker.ref}))
        if blocker.kind is Kind.GAP:
            gap = self._gaps.get(blocker.ref)
            named = self.named(blocker)
            return _Subject(named.tests, named.criteria | frozenset(self._stating(gap) if gap else ()))
        item = self._items.get(blocker.ref)
        criterion = item.item.criterion if item else None
        return _Subject(frozenset(item.holders if item else ()), frozenset({criterion} if criterion else ()))

    def named(self, blocker: Blocker) -> _Subject:
        """What a waiver of the blocker waives beside the blocker itself; of an item of the checklist nothing."""
        if isinstance(blocker, Requirement) and blocker.kind is Kind.CRITERION:
            return _Subject(criteria=frozenset({blocker.ref}))
        if isinstance(blocker, Requirement) and blocker.kind is Kind.GAP:
            gap = self._gaps.get(blocker.ref)
            named = {gap.name} if gap and gap.kind is GapKind.CRITERION else set()
            return _Subject(frozenset(gap.tests if gap else ()), frozenset(named))
        return _Subject(frozenset(unsettled(blocker)))

    def _stating(self, gap: Gap) -> Iterable[str]:
        """The criteria over completeness that state the gap already: it goes when they are waived."""
        for criterion in self._complete if gap.stated and gap.kind is not GapKind.CRITERION else ():
            if not gap.tests or any(selects(criterion.where, key, self._facts) for key in gap.tests):
                yield criterion.id

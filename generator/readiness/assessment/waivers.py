"""Waivers: which hold, and what they take out of the judgement. They change no fact and no blocker's life."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from readiness.analysis import RunFacts
from readiness.archive import Manifest
from readiness.assessment.blockers import Blocker, BlockerState, Kind, Requirement
from readiness.assessment.checklist import ItemResult
from readiness.assessment.criteria import CriterionResult, CriterionState, holds, how, waive
from readiness.assessment.gaps import Gap, GapKind
from readiness.assessment.grants import Grant
from readiness.assessment.members import MemberState
from readiness.assessment.notes import Amount, Note, note
from readiness.model import TestKey
from readiness.policy import Policy, Quantity, Waiver, end_of
from readiness.serial import Ordered, telling


class WaiverState(StrEnum):
    """How a waiver stands; all but the first waive nothing."""

    IN_FORCE = "in force"
    EXPIRED = "expired"
    UNMATCHED = "unmatched"
    """There is nothing that it could waive."""
    EXCEEDED = "exceeded"
    """What it waives has become worse than it accepts."""
    TOO_LONG = "too long"
    """It ends later after the judgement than the policy lets any waiver."""


@telling("ref", "limit")
@dataclass(frozen=True)
class WaiverResult:
    """One waiver, judged at one time."""

    waiver: Waiver
    state: WaiverState
    subject: str | Note
    """Title of the blocker or criterion, label of the test, as far as it is known."""
    notes: tuple[Note, ...]
    """Why it waives nothing, or what it waives."""

    @property
    def in_force(self) -> bool:
        """True where it waives something."""
        return self.state is WaiverState.IN_FORCE

    @property
    def limit(self) -> datetime:
        """From this moment on it has expired."""
        return end_of(self.waiver.expires)

    @property
    def ref(self) -> str:
        """`blocker:B-ABCDEF`."""
        return ":".join(self.waiver.target)


@dataclass(frozen=True)
class Granted:
    """What the waivers in force take out of the judgement."""

    tests: Ordered[TestKey] = frozenset()
    criteria: Ordered[str] = frozenset()
    blockers: Ordered[str] = frozenset()
    gaps: Ordered[str] = frozenset()
    """Identities of gaps."""
    items: Ordered[str] = frozenset()


@dataclass(frozen=True)
class Situation:
    """What there is to waive: everything as it stands without waivers."""

    facts: RunFacts
    criteria: tuple[CriterionResult, ...]
    blockers: Mapping[str, Blocker]
    gaps: tuple[Gap, ...]
    items: tuple[ItemResult, ...]

    def blocker_of(self, gap: Gap) -> str | None:
        """Id of the blocker of a gap."""
        signature = f"{Kind.GAP.value}:{gap.identity}"
        return next((blocker.id for blocker in self.blockers.values() if blocker.signature == signature), None)

    def labelled(self, label: str) -> frozenset[TestKey]:
        """The tests of that label or title, in any variant and source, that did not simply pass or are counted."""
        facts = self.facts
        results = (*facts.problems, *facts.flaky, *facts.skipped)
        keys = (*(one.key for one in results), *facts.not_run, *facts.vanished)
        held = (key for blocker in self.blockers.values() for key in unsettled(blocker))
        counted = (key for result in self.criteria for key in result.measured.holders)
        return frozenset(key for key in (*keys, *held, *counted) if label in (key.label, key.title))


_UNSETTLED = (MemberState.FAILING, MemberState.UNVERIFIED)


def unsettled(blocker: Blocker) -> tuple[TestKey, ...]:
    """The tests that fail or are not proven to pass."""
    return tuple(member.key for member in blocker.members if member.state in _UNSETTLED)


def judge_waivers(
    policy: Policy, situation: Situation, grants: Mapping[tuple[str, str], Grant], as_of: datetime
) -> tuple[WaiverResult, ...]:
    """Every waiver of the policy, in its order; `grants`: what each of them accepted when it was granted."""
    return tuple(_judged(waiver, policy, situation, grants[waiver.target], as_of) for waiver in policy.waivers)


@dataclass(frozen=True)
class _Match:
    """What a waiver is about: whether there is something to waive, and what exceeds what was accepted."""

    subject: str | Note
    matched: bool
    notes: tuple[Note, ...]
    """What is waived, or why nothing is."""
    excess: Note | None = None


def _judged(waiver: Waiver, policy: Policy, situation: Situation, grant: Grant, as_of: datetime) -> WaiverResult:
    match = _match(waiver, situation, grant)
    end, cap = end_of(waiver.expires), policy.waiver_cap
    state, told = WaiverState.IN_FORCE, match.notes
    if as_of >= end:
        state, told = WaiverState.EXPIRED, (note("waiver_expired", day=str(waiver.expires)),)
    elif end - as_of > timedelta(seconds=float(cap.base)):
        state, told = WaiverState.TOO_LONG, (note("waiver_too_long", day=str(waiver.expires), cap=cap.text),)
    elif not match.matched:
        state = WaiverState.UNMATCHED
    elif match.excess:
        state, told = WaiverState.EXCEEDED, (match.excess,)
    return WaiverResult(waiver, state, match.subject, told)


def _match(waiver: Waiver, situation: Situation, grant: Grant) -> _Match:
    kind, name = waiver.target
    others = grant.exceeded_by(situation)
    excess = note("waiver_other_cause", count=len(others), test=others[0].key.label) if others else None
    if kind == "test":
        tests = situation.labelled(name)
        about = note("results_waived", count=len(tests)) if tests else note("waiver_no_test")
        return _Match(name, bool(tests), (about,), excess)
    if kind == "criterion":
        return _criterion(grant, next(each for each in situation.criteria if each.criterion.id == name))
    blocker = situation.blockers.get(name)
    if blocker is None:
        return _Match("", matched=False, notes=(note("waiver_no_blocker"),))
    match = _blocker(waiver, blocker, situation)
    return replace(match, excess=excess or match.excess)


def _criterion(grant: Grant, result: CriterionResult) -> _Match:
    title = result.criterion.title
    if result.state not in (CriterionState.UNMET, CriterionState.UNPROVEN):
        return _Match(title, matched=False, notes=(note("waiver_needless", state=result.state.value),))
    bound = grant.waiver.at_most
    if bound is None and grant.unproven and result.state is CriterionState.UNMET:
        return _Match(title, matched=True, notes=(), excess=note("waiver_was_unproven"))
    stands = how(result)
    return _Match(title, matched=True, notes=(stands,) if stands else (), excess=_beyond(bound, result))


def _beyond(bound: Quantity | None, result: CriterionResult) -> Note | None:
    """How what a criterion measured exceeds a bound; None where it does not, or there is none."""
    unit = result.measured.unit
    value = None if result.measured.at_least else result.measured.value
    if bound is None:
        return None
    if value is None:
        return note("waiver_unmeasured", bound=bound.text)
    limit = result.limit
    fits = limit is not None and bound.dimension == limit.dimension and result.criterion.direction != "at_least"
    within = fits and holds(value, unit, bound, "at_most")
    return None if within else note("waiver_exceeded", value=Amount(value, unit), bound=bound.text)


def _blocker(waiver: Waiver, blocker: Blocker, situation: Situation) -> _Match:
    title, bound = blocker.title, waiver.at_most
    if blocker.state is BlockerState.CLOSED:
        return _Match(title, matched=False, notes=(note("waiver_closed"),))
    if blocker.signature == "gap:results":
        return _Match(title, matched=False, notes=(note("waiver_no_result"),))
    own = blocker.demand if isinstance(blocker, Requirement) else None
    if own and own.kind is Kind.CRITERION:
        result = next(each for each in situation.criteria if each.criterion.id == own.ref)
        return _Match(title, matched=True, notes=own.notes, excess=_beyond(bound, result))
    gaps = (gap for gap in situation.gaps if own and own.kind is Kind.GAP and gap.identity == own.ref)
    tests = max(1, *(len(gap.tests) for gap in gaps), 0) if own else len(unsettled(blocker))
    if not tests:
        return _Match(title, matched=False, notes=(note("waiver_no_member"),))
    about = own.notes if own else (note("tests_waived", count=tests),)
    exceeded = bound is not None and tests > bound.base
    excess = note("waiver_too_many", count=tests, bound=bound.text) if exceeded and bound else None
    return _Match(title, matched=True, notes=about, excess=excess)


def grant(results: Iterable[WaiverResult], situation: Situation) -> tuple[Granted, tuple[CriterionResult, ...]]:
    """What the waivers in force take out of the judgement, and the criteria judged without it."""
    targets = [one.waiver.target for one in results if one.in_force]
    named = {name for kind, name in targets if kind == "blocker"}
    criteria = {name for kind, name in targets if kind == "criterion"}
    tests = {key for kind, name in targets if kind == "test" for key in situation.labelled(name)}
    for blocker in (situation.blockers[name] for name in named):
        tests.update(unsettled(blocker))
        if isinstance(blocker, Requirement) and blocker.kind is Kind.CRITERION:
            criteria.add(blocker.ref)
    waived_gaps = {gap.identity for gap in situation.gaps if situation.blocker_of(gap) in named}
    criteria.update(gap.name for gap in situation.gaps if gap.identity in waived_gaps and gap.kind is GapKind.CRITERION)
    tests.update(key for gap in situation.gaps if gap.identity in waived_gaps for key in gap.tests)
    judged = tuple(waive(one, tests, criteria) for one in situation.criteria)
    excused = {one.criterion.id for one in judged if one.waived}
    gaps = frozenset(
        gap.identity
        for gap in situation.gaps
        if gap.identity in waived_gaps
        or (gap.of_tests and tests.issuperset(gap.tests))
        or (gap.kind is GapKind.CRITERION and gap.name in excused)
        or (gap.stated and not gap.absent and _let_pass(judged))
    )
    items = frozenset(_excused(situation.items, tests, excused))
    own = (situation.blockers[name] for name in named)
    items |= {one.ref for one in own if isinstance(one, Requirement) and one.kind is Kind.CHECKLIST}
    blockers = frozenset(
        blocker.id
        for blocker in situation.blockers.values()
        if blocker.id in named or _covered(blocker, tests, excused, gaps, items)
    )
    return Granted(frozenset(tests), frozenset(excused), blockers, gaps, items), judged


def _let_pass(criteria: Iterable[CriterionResult]) -> bool:
    """True where waivers let all those criteria pass that state gaps: these are reasons by them alone."""
    stating = [one for one in criteria if one.criterion.row.says == "results" and (one.stops or one.waived)]
    return any(one.waived for one in stating) and not any(one.stops for one in stating)


def _excused(items: Iterable[ItemResult], tests: Collection[TestKey], criteria: Collection[str]) -> Iterator[str]:
    """The items that fail for nothing but what is waived."""
    for one in items:
        of_tests = one.item.tests is not None and one.holders and set(one.holders) <= set(tests)
        if not one.done and (of_tests or one.item.criterion in criteria) and one.signed:
            yield one.item.id


def _covered(
    blocker: Blocker,
    tests: Collection[TestKey],
    criteria: Collection[str],
    gaps: Collection[str],
    items: Collection[str],
) -> bool:
    """True for a standing blocker of which everything is waived."""
    if blocker.state is BlockerState.CLOSED:
        return False
    if not isinstance(blocker, Requirement):
        held = unsettled(blocker)
        return bool(held) and set(held) <= set(tests)
    waived = {Kind.CRITERION: criteria, Kind.GAP: gaps, Kind.CHECKLIST: items}[blocker.kind]
    return blocker.ref in waived


@dataclass(frozen=True)
class Debt:
    """How long and how often the same risk has been put off."""

    since: datetime
    """End of the first run of the chain whose policy had a waiver of the target."""
    versions: tuple[str, ...] = ()
    """The releases in which such a waiver was in force."""

    @property
    def releases(self) -> int:
        """In how many releases such a waiver was in force."""
        return len(self.versions)


def debts_after(before: Mapping[str, Debt], waivers: Iterable[WaiverResult], run: Manifest) -> dict[str, Debt]:
    """Target -> its debt after a judgement, from what it was before."""
    found = dict(before)
    for waiver in waivers:
        debt = found.setdefault(waiver.ref, Debt(run.finished))
        if waiver.in_force and run.version not in debt.versions:
            found[waiver.ref] = replace(debt, versions=(*debt.versions, run.version))
    return found

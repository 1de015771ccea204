"""Waivers: which hold, and what they take out of the judgement. They change no fact and no blocker's life."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from readiness.analysis import RunFacts
from readiness.assessment.blockers import Blocker, BlockerState, Kind, MemberState
from readiness.assessment.checklist import ItemResult
from readiness.assessment.criteria import CriterionResult, CriterionState, holds, how, waive
from readiness.assessment.gaps import Gap
from readiness.assessment.grants import Grant
from readiness.assessment.numbers import amount, number
from readiness.assessment.wording import Sentence, say
from readiness.model import TestKey
from readiness.policy import Policy, Quantity, Waiver, end_of


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


@dataclass(frozen=True)
class WaiverResult:
    """One waiver, judged at one time."""

    waiver: Waiver
    state: WaiverState
    subject: str
    """Title of the blocker or criterion, label of the test, as far as it is known."""
    note: str
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

    @property
    def name(self) -> str:
        """`B-ABCDEF, Test fails: test_pay`."""
        target = self.waiver.target[1]
        return target if self.subject in ("", target) else f"{target}, {self.subject}"

    @property
    def text(self) -> str:
        """What is accepted, until when, and by whom; or why it waives nothing."""
        one = self.waiver
        if not self.in_force:
            return say("waiver_idle", name=self.name, note=self.note)
        return say(
            "waiver_in_force",
            name=self.name,
            note=self.note,
            who=answering(one),
            until=str(one.expires),
            reason=one.reason,
        )


def answering(waiver: Waiver) -> Sentence:
    """`owner kim, approved by lee, T-1`: who answers for it, and where."""
    return say("answering", owner=waiver.owner, approver=waiver.approver, ticket=waiver.ticket)


@dataclass(frozen=True)
class Granted:
    """What the waivers in force take out of the judgement."""

    tests: frozenset[TestKey] = frozenset()
    criteria: frozenset[str] = frozenset()
    blockers: frozenset[str] = frozenset()
    gaps: frozenset[str] = frozenset()
    """Identities of gaps."""
    items: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Situation:
    """What there is to waive: everything as it stands without waivers."""

    facts: RunFacts
    criteria: tuple[CriterionResult, ...]
    blockers: Mapping[str, Blocker]
    gaps: tuple[Gap, ...]
    items: tuple[ItemResult, ...]

    def labelled(self, label: str) -> frozenset[TestKey]:
        """The tests of that label or title, in any variant and source, that did not simply pass."""
        facts = self.facts
        results = (*facts.problems, *facts.flaky, *facts.skipped)
        keys = (*(one.key for one in results), *facts.not_run, *facts.vanished)
        held = (key for blocker in self.blockers.values() for key in unsettled(blocker))
        return frozenset(key for key in (*keys, *held) if label in (key.label, key.title))


_UNSETTLED = (MemberState.FAILING, MemberState.UNVERIFIED)


def unsettled(blocker: Blocker) -> tuple[TestKey, ...]:
    """The tests that fail or are not proven to pass."""
    return tuple(member.key for member in blocker.members if member.state in _UNSETTLED)


def judge_waivers(
    policy: Policy, situation: Situation, grants: Mapping[tuple[str, str], Grant], as_of: datetime
) -> tuple[WaiverResult, ...]:
    """Every waiver of the policy, in its order; `grants`: what each of them accepted when it was granted."""
    return tuple(_judged(waiver, policy, situation, grants[waiver.target], as_of) for waiver in policy.waivers)


def _judged(waiver: Waiver, policy: Policy, situation: Situation, grant: Grant, as_of: datetime) -> WaiverResult:
    subject, matched, excess, told = _match(waiver, situation, grant)
    end, cap = end_of(waiver.expires), policy.waiver_cap
    if as_of >= end:
        return WaiverResult(waiver, WaiverState.EXPIRED, subject, say("waiver_expired", day=str(waiver.expires)))
    if end - as_of > timedelta(seconds=float(cap.base)):
        note = say("waiver_too_long", day=str(waiver.expires), cap=cap.text)
        return WaiverResult(waiver, WaiverState.TOO_LONG, subject, note)
    if not matched:
        return WaiverResult(waiver, WaiverState.UNMATCHED, subject, told)
    state = WaiverState.EXCEEDED if excess else WaiverState.IN_FORCE
    return WaiverResult(waiver, state, subject, excess or told)


def _match(waiver: Waiver, situation: Situation, grant: Grant) -> tuple[str, bool, str, str]:
    """(subject, whether there is something to waive, how that exceeds what was accepted, what is waived or why not)."""
    kind, name = waiver.target
    others = grant.exceeded_by(situation)
    excess: str = say("waiver_other_cause", count=len(others), test=others[0].key.label) if others else ""
    if kind == "test":
        found = situation.labelled(name)
        told: str = say("results_waived", count=len(found)) if found else say("waiver_no_test")
        return name, bool(found), excess, told
    if kind == "criterion":
        result = next(one for one in situation.criteria if one.criterion.id == name)
        return result.criterion.title, *_criterion(grant, result)
    blocker = situation.blockers.get(name)
    if blocker is None:
        return "", False, "", say("waiver_no_blocker")
    matched, beyond, told = _blocker(waiver, blocker, situation)
    return blocker.title, matched, excess or beyond, told


def _criterion(grant: Grant, result: CriterionResult) -> tuple[bool, str, str]:
    if result.state not in (CriterionState.UNMET, CriterionState.UNPROVEN):
        return False, "", say("waiver_needless", state=result.state.value)
    bound = grant.waiver.at_most
    if bound is None and grant.unproven and result.state is CriterionState.UNMET:
        return True, say("waiver_was_unproven"), ""
    return True, _beyond(bound, result), how(result)


def _beyond(bound: Quantity | None, result: CriterionResult) -> str:
    """How what a criterion measured exceeds a bound; empty where it does not, or there is none."""
    unit = result.measured.unit
    value = None if result.measured.at_least else result.measured.value
    if bound is None:
        return ""
    if value is None:
        return say("waiver_unmeasured", bound=bound.text)
    limit = result.criterion.limit
    fits = bound.dimension == limit.dimension and result.criterion.direction != "at_least"
    within = fits and holds(value, unit, bound, "at_most")
    return "" if within else say("waiver_exceeded", value=amount(value, unit), bound=bound.text)


def _blocker(waiver: Waiver, blocker: Blocker, situation: Situation) -> tuple[bool, str, str]:
    if blocker.state is BlockerState.CLOSED:
        return False, "", say("waiver_closed")
    if blocker.signature == "gap:results":
        return False, "", say("waiver_no_result")
    bound = waiver.at_most
    if blocker.kind is Kind.CRITERION:
        result = next(one for one in situation.criteria if one.criterion.id == blocker.ref)
        return True, _beyond(bound, result), blocker.note
    gaps = (gap for gap in situation.gaps if blocker.kind is Kind.GAP and gap.identity == blocker.ref)
    tests = len(unsettled(blocker)) if blocker.own is None else max(1, *(len(gap.tests) for gap in gaps), 0)
    if not tests:
        return False, "", say("waiver_no_member")
    if bound is not None and tests > bound.base:
        return True, say("waiver_too_many", count=tests, bound=bound.text), ""
    return True, "", say("tests_waived", count=tests) if blocker.own is None else blocker.note


def grant(results: Iterable[WaiverResult], situation: Situation) -> tuple[Granted, tuple[CriterionResult, ...]]:
    """What the waivers in force take out of the judgement, and the criteria judged without it."""
    targets = [one.waiver.target for one in results if one.in_force]
    named = {name for kind, name in targets if kind == "blocker"}
    criteria = {name for kind, name in targets if kind == "criterion"}
    tests = {key for kind, name in targets if kind == "test" for key in situation.labelled(name)}
    for blocker in (situation.blockers[name] for name in named):
        tests.update(unsettled(blocker))
        if blocker.kind is Kind.CRITERION or blocker.ref.startswith("criterion "):
            criteria.add(blocker.ref.removeprefix("criterion "))
    waived_gaps = {situation.blockers[name].ref for name in named if situation.blockers[name].kind is Kind.GAP}
    tests.update(key for gap in situation.gaps if gap.identity in waived_gaps for key in gap.tests)
    judged = tuple(waive(one, tests, criteria) for one in situation.criteria)
    excused = {one.criterion.id for one in judged if one.waived}
    gaps = frozenset(
        gap.identity
        for gap in situation.gaps
        if gap.identity in waived_gaps
        or (gap.of_tests and tests.issuperset(gap.tests))
        or gap.identity in {f"criterion {name}" for name in excused}
        or (gap.stated and not gap.absent and _let_pass(judged))
    )
    items = frozenset(_excused(situation.items, tests, excused))
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
    if blocker.own is None:
        held = unsettled(blocker)
        return bool(held) and set(held) <= set(tests)
    waived = {Kind.CRITERION: criteria, Kind.GAP: gaps, Kind.CHECKLIST: items}[blocker.kind]
    return blocker.ref in waived


@dataclass(frozen=True)
class Debt:
    """How long and how often the same risk has been put off."""

    since: datetime
    """End of the first run of the chain whose policy had a waiver of the target."""
    releases: int
    """In how many releases such a waiver was in force."""


def debts(chain: Iterable[tuple[datetime, str, Collection[WaiverResult]]]) -> dict[str, Debt]:
    """Target -> its debt, from (end, version, waivers) of each judgement up the chain, oldest first."""
    first: dict[str, datetime] = {}
    releases: dict[str, set[str]] = {}
    for time, version, waivers in chain:
        for one in waivers:
            first.setdefault(one.ref, time)
            releases.setdefault(one.ref, set())
            if one.in_force:
                releases[one.ref].add(version)
    return {ref: Debt(time, len(releases[ref])) for ref, time in first.items()}


def standing_of(results: Collection[WaiverResult]) -> str:
    """`2 in force, 1 expired`."""
    counts = ((state, sum(one.state is state for one in results)) for state in WaiverState)
    return ", ".join(f"{number(count)} {state.value}" for state, count in counts if count)

"""Blockers: causes with a life of their own, stepped along the chain of runs."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from readiness.analysis import Cause, RunFacts, Sighting, cause_of
from readiness.model import Detail, Outcome, Scope, TestKey, TestResult
from readiness.policy import Category, Policy, Severity, default_categories


class MemberState(StrEnum):
    """How a blocker's test stands now."""

    FAILING = "failing"
    UNVERIFIED = "unverified"
    OBSERVING = "observing"
    PASSED = "passed"
    WITHDRAWN = "withdrawn"


class BlockerState(StrEnum):
    """The worst state of a blocker's members."""

    OPEN = "open"
    REOPENED = "reopened"
    UNVERIFIED = "unverified"
    OBSERVING = "observing"
    CLOSED = "closed"


DONE = (MemberState.PASSED, MemberState.WITHDRAWN)


@dataclass(frozen=True)
class RunRef:
    """A point on the chain."""

    run: str
    version: str
    time: datetime


@dataclass(frozen=True)
class Member:
    """A test that belongs to a blocker.

    `executions` and `failures` count from the blocker's first opening to the member's last failure; `passes` are the
    commits (or runs without one) on which it passed cleanly since.
    """

    key: TestKey
    state: MemberState
    joined: RunRef
    last_failed: RunRef
    cause: Cause
    detail: Detail
    scope: Scope = Scope.TEST
    executions: int = 1
    failures: int = 1
    passed_between: bool = False
    passes: tuple[str, ...] = ()
    reason: str = ""
    """Why it is unverified or withdrawn, quoting a skip's own reason."""

    @property
    def required(self) -> int:
        """Clean passes that resolve it.

        One, if no pass lies between the blocker's first opening and the last failure; else at least 3, and so many
        that a test still failing at its observed rate p would have failed again with 95 % probability:
        ln 0.05 / ln(1 - p).
        """
        if not self.passed_between:
            return 1
        rate = self.failures / self.executions
        return 3 if rate >= 1 else max(3, math.ceil(math.log(0.05) / math.log(1 - rate)))

    @property
    def owed(self) -> int:
        """Clean passes still missing."""
        return 0 if self.state in DONE else max(0, self.required - len(self.passes))


@dataclass(frozen=True)
class Blocker:
    """One cause that stops releases. `signature` and `area` are those of its opening."""

    id: str
    kind: str
    signature: str
    area: str
    cause: Cause
    subject: str
    """What fails, in short: the common name of the opening members, or their area."""
    opened: RunRef
    members: tuple[Member, ...]
    category: Category
    owner: str = ""
    reopened: RunRef | None = None
    closed: RunRef | None = None

    @property
    def severity(self) -> Severity:
        """The category's severity."""
        return self.category.severity

    @property
    def state(self) -> BlockerState:
        """The worst state of the members; closed when all are passed or withdrawn."""
        states = {member.state for member in self.members}
        if MemberState.FAILING in states:
            return BlockerState.REOPENED if self.reopened else BlockerState.OPEN
        if MemberState.UNVERIFIED in states:
            return BlockerState.UNVERIFIED
        return BlockerState.OBSERVING if MemberState.OBSERVING in states else BlockerState.CLOSED

    @property
    def title(self) -> str:
        """The category's title and what it concerns."""
        return f"{self.category.title}: {self.subject}"

    def count(self, state: MemberState) -> int:
        """How many members are in that state."""
        return sum(member.state is state for member in self.members)


UNCLASSIFIED = Category(
    title="Test fails",
    type=".",
    severity="high",
    risk="The behaviour that the test guards is broken.",
    fix="Read the failure and mend its cause.",
)


def classify(cause: Cause, policy: Policy) -> Category:
    """The first category that recognises the cause: the policy's own, then the defaults; unclassified is high."""
    exception = cause.exception or cause.message.partition(":")[0]
    found = (
        category
        for category in (*policy.categories, *default_categories())
        if category.matches(exception, cause.message)
    )
    return next(found, UNCLASSIFIED)


Past = Callable[[str, Mapping[TestKey, Scope]], Mapping[TestKey, Sequence[tuple[str, Sighting]]]]
"""(run, members) -> what each run from that one on, up to the one before now, showed of each: (commit, sighting)."""


def step(
    before: Mapping[str, Blocker],
    facts: RunFacts,
    seen: Mapping[TestKey, Sighting],
    withdrawn: frozenset[TestKey],
    policy: Policy,
    past: Past,
) -> dict[str, Blocker]:
    """The blockers after a run, from those before it.

    `seen` shows what the run says of each member of a blocker that is not closed; `withdrawn` are those of them that an
    authoritative list no longer holds; `past` is asked only where a test joins a blocker that exists already.
    """
    here = RunRef(facts.run.id, facts.run.manifest.version, facts.run.manifest.finished)
    commit = facts.run.manifest.commit or facts.run.id
    problems = {result.key: result for result in facts.problems}
    after: dict[str, Blocker] = {}
    for blocker in before.values():
        if blocker.state is BlockerState.CLOSED:
            after[blocker.id] = blocker
            continue
        members = tuple(
            _advance(member, problems.get(member.key), seen[member.key], member.key in withdrawn, here, commit)
            for member in blocker.members
        )
        moved = replace(
            blocker, members=members, category=classify(blocker.cause, policy), owner=_owner(blocker.area, policy)
        )
        after[blocker.id] = replace(moved, closed=here if moved.state is BlockerState.CLOSED else None)
    _place_new(after, facts, here, policy, past)
    return after


def _advance(
    member: Member, problem: TestResult | None, seen: Sighting, absent: bool, here: RunRef, commit: str
) -> Member:
    executions = member.executions + len(member.passes)
    if problem is not None:
        return replace(
            _failed_again(member, executions, here),
            state=MemberState.FAILING,
            cause=cause_of(problem),
            detail=problem.details[0] if problem.details else member.detail,
            scope=problem.scope,
            reason="",
        )
    if seen.outcome in (Outcome.FAILED, Outcome.ERROR):
        return replace(
            _failed_again(member, executions, here), state=MemberState.FAILING, reason="tests beneath it fail"
        )
    if seen.outcome is Outcome.FLAKY:
        state = MemberState.FAILING if member.state is MemberState.FAILING else MemberState.OBSERVING
        return replace(_failed_again(member, executions, here), state=state, reason="passed only after a retry")
    if seen.outcome is Outcome.PASSED:
        passed = replace(member, passes=tuple(dict.fromkeys((*member.passes, commit))), reason="")
        done = len(passed.passes) >= passed.required
        return replace(passed, state=MemberState.PASSED if done else MemberState.OBSERVING)
    if member.state in DONE:
        return member
    if seen.outcome is None and absent:
        return replace(
            member, state=MemberState.WITHDRAWN, reason="the complete list of collected tests no longer holds it"
        )
    reasons = {
        Outcome.SKIPPED: f"skipped: {seen.reason}" if seen.reason else "skipped",
        Outcome.NOT_RUN: "expected, but without a result",
    }
    reason = reasons[seen.outcome] if seen.outcome else "no longer reported, and no complete list says that it is gone"
    return replace(member, state=MemberState.UNVERIFIED, reason=reason)


def _failed_again(member: Member, executions: int, here: RunRef) -> Member:
    return replace(
        member,
        executions=executions + 1,
        failures=member.failures + 1,
        passed_between=member.passed_between or bool(member.passes),
        passes=(),
        last_failed=here,
    )


def _place_new(after: dict[str, Blocker], facts: RunFacts, here: RunRef, policy: Policy, past: Past) -> None:
    """Give every failing test that no open blocker holds a place: an open blocker, a closed one again, or a new one."""
    held = _held(after.values())
    homes = {(blocker.signature, blocker.area): blocker.id for blocker in after.values()}
    fresh: dict[tuple[str, str], list[tuple[TestResult, Cause]]] = {}
    for result in facts.problems:
        if result.key not in held:
            cause = cause_of(result)
            fresh.setdefault((cause.signature, facts.area_of[result.key]), []).append((result, cause))
    for place, found in sorted(fresh.items()):
        if place not in homes:
            opened = _opened(place, found, here, policy, frozenset(after))
            after[opened.id] = opened
    for place, found in sorted(fresh.items()):
        if place in homes:
            home = after.pop(homes[place])
            # A test belongs to one open blocker: a reopened one leaves those that have found another place since.
            elsewhere = _held(after.values())
            members = tuple(member for member in home.members if member.key not in elsewhere)
            after[home.id] = _joined(replace(home, members=members), found, here, policy, past)


def _held(blockers: Iterable[Blocker]) -> frozenset[TestKey]:
    """The members of blockers that are not closed."""
    return frozenset(
        member.key for blocker in blockers if blocker.state is not BlockerState.CLOSED for member in blocker.members
    )


def _joined(home: Blocker, found: list[tuple[TestResult, Cause]], here: RunRef, policy: Policy, past: Past) -> Blocker:
    closed = home.closed is not None
    known = {member.key: member for member in home.members}
    seen = past(home.opened.run, {result.key: result.scope for result, _ in found})
    for result, cause in found:
        joined = known[result.key].joined if result.key in known else here
        known[result.key] = _counted(replace(_member(result, cause, here), joined=joined), seen[result.key])
    members = tuple(known[key] for key in sorted(known))
    category = classify(home.cause, policy)
    moved = replace(home, members=members, category=category, owner=_owner(home.area, policy), closed=None)
    return replace(moved, reopened=here) if closed else moved


def _counted(member: Member, seen: Sequence[tuple[str, Sighting]]) -> Member:
    """The member that fails now, with its failures and executions since the blocker's first opening."""
    outcomes = [sighting.outcome for _, sighting in seen]
    failures = sum(outcome in (Outcome.FAILED, Outcome.ERROR, Outcome.FLAKY) for outcome in outcomes)
    passes = len({commit for commit, sighting in seen if sighting.outcome is Outcome.PASSED})
    return replace(member, failures=failures + 1, executions=failures + passes + 1, passed_between=passes > 0)


def _opened(
    place: tuple[str, str], found: list[tuple[TestResult, Cause]], here: RunRef, policy: Policy, taken: frozenset[str]
) -> Blocker:
    signature, area = place
    cause = found[0][1]
    return Blocker(
        id=blocker_id(here.run, signature, area, taken),
        kind="failure",
        signature=signature,
        area=area,
        cause=cause,
        subject=_subject([result.key for result, _ in found], area),
        opened=here,
        members=tuple(_member(result, own, here) for result, own in found),
        category=classify(cause, policy),
        owner=_owner(area, policy),
    )


def _member(result: TestResult, cause: Cause, here: RunRef) -> Member:
    detail = result.details[0] if result.details else Detail(result.outcome.value, "", "", "")
    return Member(result.key, MemberState.FAILING, here, here, cause, detail, scope=result.scope)


def blocker_id(run: str, signature: str, area: str, taken: Iterable[str]) -> str:
    """`B-` and 6 base32 characters over opening run, signature and area; longer where that is taken."""
    digest = base64.b32encode(
        hashlib.sha256("\n".join((run, signature, area)).encode(errors="surrogatepass")).digest()
    ).decode()
    known = frozenset(taken)
    return next(candidate for length in range(6, 53) if (candidate := f"B-{digest[:length]}") not in known)


def _subject(keys: list[TestKey], area: str) -> str:
    """The members' common name without parameters, else their area."""
    names = {
        key.name[: key.name.find("[")] if key.name.endswith("]") and "[" in key.name[1:] else key.name for key in keys
    }
    name = names.pop() if len(names) == 1 else ""
    return name or f"{len(keys)} {'test' if len(keys) == 1 else 'tests'} in {area}"


def _owner(area: str, policy: Policy) -> str:
    return next((one.owner for one in policy.areas if one.name == area), "")

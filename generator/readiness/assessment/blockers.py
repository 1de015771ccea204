"""Blockers: causes that stop releases, with a life of their own."""

from __future__ import annotations

import base64
import hashlib
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from readiness.analysis import Cause
from readiness.model import Detail, Scope, TestKey
from readiness.policy import Diagnosis, Severity
from readiness.shorten import NAME, short


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

    @property
    def stops(self) -> bool:
        """True for a blocker that is there now; an unverified one may be."""
        return self in (BlockerState.OPEN, BlockerState.REOPENED)


class Kind(StrEnum):
    """What a blocker is made of."""

    FAILURE = "failure"
    """Failing tests of one signature."""
    COMPONENT = "component"
    """Tests that were skipped because something is missing."""
    CRITERION = "criterion"
    """A blocking criterion that is not met, of a kind that no test stands behind."""
    GAP = "gap"
    """Evidence that is missing."""
    CHECKLIST = "checklist"
    """A blocking item of the checklist that is not done."""


DONE = (MemberState.PASSED, MemberState.WITHDRAWN)
STOPPING = ("critical", "high")
"""Severities whose open blockers stop a release."""


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
    skipped: bool = False
    """True where it failed last by not running: it was skipped, since something is missing."""

    @property
    def word(self) -> str:
        """How it stands: the state, and `skipped` instead of `failing` where it did not run."""
        return "skipped" if self.skipped and self.state is MemberState.FAILING else self.state.value

    @property
    def required(self) -> int:
        """Clean passes that resolve it.

        One, if no pass lies between the blocker's first opening and the last failure; else as `clean_runs` says.
        """
        return clean_runs(self.failures, self.executions) if self.passed_between else 1

    @property
    def owed(self) -> int:
        """Clean passes still missing."""
        return 0 if self.state in DONE else max(0, self.required - len(self.passes))


FEWEST_CLEAN_RUNS = 3
CLEAN_RUNS_DOUBT = 0.05


def clean_runs(failures: int, executions: int) -> int:
    """Passes in a row by which a test that still fails at its observed rate p would have failed, with 95 % probability.

    The least n with (1 - p)^n <= 0.05, which is ceil(ln 0.05 / ln(1 - p)), but never fewer than 3.
    """
    if failures >= executions:
        return FEWEST_CLEAN_RUNS
    return max(FEWEST_CLEAN_RUNS, math.ceil(math.log(CLEAN_RUNS_DOUBT) / math.log(1 - failures / executions)))


@dataclass(frozen=True)
class Blocker:
    """One cause that stops releases. `signature` and `area` are those of its opening."""

    id: str
    kind: Kind
    signature: str
    area: str
    cause: Cause
    subject: str
    """What it concerns, in short: the common name of the opening members, or their area; empty without members."""
    opened: RunRef
    members: tuple[Member, ...]
    category: Diagnosis
    owner: str = ""
    own: MemberState | None = None
    """How it stands itself, where it has no members."""
    note: str = ""
    """What was measured or is missing now, where it has no members."""
    reopened: RunRef | None = None
    closed: RunRef | None = None

    @property
    def severity(self) -> Severity:
        """The category's severity."""
        return self.category.severity

    @property
    def ref(self) -> str:
        """What it demands, where it has no members: id of a criterion or of an item, identity of a gap."""
        return self.signature.removeprefix(f"{self.kind.value}:") if self.own else ""

    @property
    def stopping(self) -> bool:
        """True where it stops a release while it is open."""
        return self.severity in STOPPING

    @property
    def state(self) -> BlockerState:
        """The worst state of the members; closed when all are passed or withdrawn."""
        states = {self.own} if self.own else {member.state for member in self.members}
        if MemberState.FAILING in states:
            return BlockerState.REOPENED if self.reopened else BlockerState.OPEN
        if MemberState.UNVERIFIED in states:
            return BlockerState.UNVERIFIED
        return BlockerState.OBSERVING if MemberState.OBSERVING in states else BlockerState.CLOSED

    @property
    def title(self) -> str:
        """The category's title and what it concerns."""
        return short(f"{self.category.title}: {self.subject}" if self.subject else self.category.title, NAME)

    def age(self, at: datetime) -> timedelta:
        """How long ago it was first opened."""
        return at - self.opened.time

    @property
    def standing(self) -> dict[str, int]:
        """How many members stand how, by their words, the worst first."""
        order = list(MemberState)
        members = sorted(self.members, key=lambda one: (order.index(one.state), one.word))
        return dict(Counter(one.word for one in members))

    def count(self, state: MemberState) -> int:
        """How many members are in that state."""
        return sum(member.state is state for member in self.members)


def blocker_id(opened: RunRef, signature: str, area: str, taken: Iterable[str]) -> str:
    """`B-` and 6 base32 characters over start and version of the opening run, signature and area; longer where taken.

    Start and version stay when a run is superseded, and when its evidence is cut into other files.
    """
    start = opened.run.partition("-")[0]
    told = "\n".join((start, opened.version, signature, area)).encode(errors="surrogatepass")
    digest = base64.b32encode(hashlib.sha256(told).digest()).decode()
    known = frozenset(taken)
    return next(candidate for length in range(6, 53) if (candidate := f"B-{digest[:length]}") not in known)

"""Flaky tests: what the last executions of a test that ever failed say about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import attrgetter

from readiness.model import Outcome, TestKey
from readiness.serial import telling

WINDOW = 20
"""Executions that are looked at."""
SUSPICIOUS_FLIPS = 3
"""Two are a regression that was fixed, or a fix that did not last; the third says that it failed again after a pass."""


@dataclass(frozen=True, slots=True)
class Execution:
    """One result of a test. `commit` is empty where it is not known."""

    commit: str
    outcome: Outcome

    @property
    def failed(self) -> bool:
        """True for all but a clean pass: a pass after a retry has failed first."""
        return self.outcome is not Outcome.PASSED


@telling("failures", "flips", "retried", "disputed")
@dataclass(frozen=True, slots=True)
class Track:
    """The last executions of a test, oldest first, from the one before its first failure on."""

    executions: tuple[Execution, ...] = ()

    def after(self, execution: Execution) -> Track:
        """The track with one more execution."""
        return replace(self, executions=(*self.executions, execution)[-WINDOW:])

    @property
    def failures(self) -> int:
        """How many of the executions failed."""
        return sum(one.outcome is not Outcome.PASSED for one in self.executions)

    @property
    def flips(self) -> int:
        """How often a pass followed a failure, or a failure a pass."""
        return sum(before.failed != after.failed for before, after in pairwise(self.executions))

    @property
    def retried(self) -> int:
        """Executions that passed after a retry."""
        return sum(one.outcome is Outcome.FLAKY for one in self.executions)

    @property
    def disputed(self) -> str:
        """A commit on which the test both passed and failed; empty where there is none."""
        known = sorted((one for one in self.executions if one.commit), key=attrgetter("commit"))
        for commit, found in groupby(known, key=attrgetter("commit")):
            if len({one.failed for one in found}) > 1:
                return str(commit)
        return ""

    @property
    def proven(self) -> bool:
        """Passed and failed on one commit (the key holds the variant), or passed after a marked retry."""
        return bool(self.retried or self.disputed)

    @property
    def suspected(self) -> bool:
        """Flipped at least three times. A test that always fails is broken, one that was fixed once is not flaky."""
        return not self.proven and self.flips >= SUSPICIOUS_FLIPS


@telling("proven")
@dataclass(frozen=True, slots=True)
class Flake:
    """A test that a run shows and whose track says that it is flaky."""

    key: TestKey
    track: Track

    @property
    def proven(self) -> bool:
        """False where it is only suspected."""
        return self.track.proven

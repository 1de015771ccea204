"""Flaky tests: what the last executions of a test that ever failed say about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from readiness.analysis.flaky_rates import Rate
from readiness.analysis.intervals import clean_runs
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
    run: str = ""
    """Id of the run that it is from."""
    attempts: int = 1
    time_s: float | None = None
    """How long it took, where it failed or was retried and the runner says so."""

    @property
    def failed(self) -> bool:
        """True for all but a clean pass: a pass after a retry has failed first."""
        return self.outcome is not Outcome.PASSED

    @property
    def failed_attempts(self) -> int:
        """All of them where it failed; all but the last where it passed after a retry."""
        return max(self.attempts - 1, 1) if self.outcome is Outcome.FLAKY else self.attempts if self.failed else 0

    @property
    def passed(self) -> bool:
        """True where an attempt passed."""
        return self.outcome in (Outcome.PASSED, Outcome.FLAKY)


@telling("failures", "flips", "retried", "disputed", "since", "last_failed", "reruns", "lost_s", "required", "passes")
@dataclass(frozen=True, slots=True)
class Track:
    """The last executions of a test, oldest first."""

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
        failed = {one.commit for one in self.executions if one.failed}
        return min({one.commit for one in self.executions if not one.failed} & failed - {""}, default="")

    @property
    def since(self) -> str:
        """Id of the run of the first failing execution."""
        return next((one.run for one in self.executions if one.failed), "")

    @property
    def last_failed(self) -> str:
        """Id of the run of the last failing execution."""
        return next((one.run for one in reversed(self.executions) if one.failed), "")

    @property
    def reruns(self) -> int:
        """Attempts beside the first of each execution."""
        return sum(one.attempts - 1 for one in self.executions)

    @property
    def lost_s(self) -> float:
        """Seconds of the executions that failed or were retried, as far as their times are known."""
        return round(sum(one.time_s or 0 for one in self.executions), 6)

    @property
    def trials(self) -> tuple[int, int]:
        """Failed and all attempts that tell how often it fails by itself.

        Those on commits on which it passed at least once: where it only failed, the product may have been broken. Of a
        test that is only suspected all count: that no defect explains its failures is what the suspicion says.
        """
        if not self.failures:
            return 0, sum(one.attempts for one in self.executions)
        by_commit = defaultdict[str, list[Execution]](list)
        for one in self.executions:
            by_commit[one.commit or one.run].append(one)
        suspected = self.suspected
        counting = (some for some in by_commit.values() if suspected or any(one.passed for one in some))
        counted = [one for some in counting for one in some]
        return sum(one.failed_attempts for one in counted), sum(one.attempts for one in counted)

    @property
    def required(self) -> int:
        """Clean passes after which it is no longer called flaky, by the rule of blockers: `clean_runs`.

        From its first to its last failing execution; the pass that proved it counts where no other lies between.
        """
        places = [at for at, one in enumerate(self.executions) if one.failed]
        span = self.executions[places[0] : places[-1] + 1] if places else ()
        failed = sum(one.failed_attempts for one in span)
        return clean_runs(failed, max(sum(one.attempts for one in span), failed + 1)) if span else 0

    @property
    def passes(self) -> int:
        """Clean passes since the last failure; those on one commit count once."""
        since = takewhile(lambda one: not one.failed, reversed(self.executions))
        return len({one.commit or one.run for one in since})

    @property
    def flaky(self) -> bool:
        """Proven or suspected, and not yet through with the passes that it owes."""
        return (self.proven or self.suspected) and self.passes < self.required

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
    rate: Rate
    """How often it fails by itself, shrunk to the suite's rate."""

    @property
    def proven(self) -> bool:
        """False where it is only suspected."""
        return self.track.proven

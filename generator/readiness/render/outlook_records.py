"""Flaky tests, and what is left to do, as records."""

from __future__ import annotations

from readiness import phrases
from readiness.analysis import Flake
from readiness.assessment import Step
from readiness.render.records import Record, Test, tests


class FlakyRecord(Record):
    """A flaky test, by its last executions from the one before its first failure on."""

    test: Test
    proven: bool
    """False where it is only suspected."""
    executions: int
    failures: int
    flips: int
    retried: int
    commit: str
    """A commit on which it both passed and failed; else empty."""

    @classmethod
    def of(cls, flake: Flake) -> FlakyRecord:
        """A flaky test."""
        track = flake.track
        return cls(
            test=Test.of(flake.key),
            proven=flake.proven,
            executions=len(track.executions),
            failures=track.failures,
            flips=track.flips,
            retried=track.retried,
            commit=track.disputed,
        )


class StepRecord(Record):
    """Something to do until it is READY."""

    ref: str
    """Id of the blocker or criterion."""
    criterion: bool
    title: str
    todo: str
    count: int
    """Of how many tests, or 1."""
    tests: tuple[Test, ...]

    @classmethod
    def of(cls, step: Step) -> StepRecord:
        """A step."""
        return cls(
            ref=step.ref,
            criterion=step.criterion,
            title=phrases.said(step.title),
            todo=phrases.said(step.todo),
            count=step.count,
            tests=tests(step.tests),
        )

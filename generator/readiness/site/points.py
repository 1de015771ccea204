"""What charts are drawn from: one frozen record per run, in the order of the chain."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """One run: `label` (its version) stands on the axis, `url` leads to its report, relative to the page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class OutcomePoint(Point):
    """Tests of one run by outcome; `failed` includes errors."""

    passed: int = 0
    flaky: int = 0
    failed: int = 0
    skipped: int = 0
    not_run: int = 0


@dataclass(frozen=True, slots=True)
class RatePoint(Point):
    """Fractions 0 to 1; None where the run proves none."""

    pass_rate: float | None = None
    completion: float | None = None


@dataclass(frozen=True, slots=True)
class ValuePoint(Point):
    """One measured value; None where the run holds none."""

    value: float | None = None


@dataclass(frozen=True, slots=True)
class CoveragePoint(Point):
    """Covered lines and branches as fractions 0 to 1."""

    line: float | None = None
    branch: float | None = None


@dataclass(frozen=True, slots=True)
class BlockerPoint(Point):
    """Blockers open after a run, and how many it opened (reopened ones too) and closed."""

    open: int = 0
    opened: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class StatePoint(Point):
    """A blocker's state after one run: open, reopened, unverified, observing, closed, or "" while it does not exist."""

    state: str = ""
    note: str = ""

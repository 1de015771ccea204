"""What charts are drawn from: one frozen record per run, in the order of the chain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from readiness.analysis import Counts


@dataclass(frozen=True, slots=True)
class Point:
    """One run: `label` (its version) stands on the axis, `url` leads to its report, relative to the page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class OutcomePoint(Point):
    """Tests of one run by outcome."""

    counts: Counts
    is_ready: bool | None = None
    """Whether its verdict was READY; None where nobody asked."""

    @property
    def failed(self) -> int:
        """Failures and errors of tests."""
        return self.counts.failed + self.counts.error


@dataclass(frozen=True, slots=True)
class RatePoint(Point):
    """`part` of `whole` tests; None where nothing says how many there should be."""

    part: int | None = None
    whole: int | None = None
    at_least: bool = False
    """`whole` is a lower bound: the collected list is not complete, and the rate proves nothing."""

    @property
    def fraction(self) -> Fraction | None:
        """The rate, 0 to 1; None where the run proves none."""
        if self.part is None or not self.whole or self.at_least:
            return None
        return Fraction(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class ValuePoint(Point):
    """One measured value; None where the run holds none."""

    value: Fraction | float | None = None
    at_least: bool = False
    """`value` is a lower bound."""


@dataclass(frozen=True, slots=True)
class CoveragePoint(Point):
    """Covered lines and branches as fractions 0 to 1."""

    line: Fraction | float | None = None
    branch: Fraction | float | None = None


@dataclass(frozen=True, slots=True)
class BlockerPoint(Point):
    """Blockers standing after a run, and how many it opened (reopened ones too) and closed."""

    standing: int = 0
    opened: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class StatePoint(Point):
    """A blocker's state after one run: open, reopened, unverified, observing, closed, or "" while it does not exist."""

    state: str = ""
    note: str = ""
    members: Mapping[str, int] = field(default_factory=dict)
    """How many of its tests stand how: failing or skipped, unverified, observing, passed, withdrawn."""

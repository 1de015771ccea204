"""Where the time of tests goes, and how much longer a typical one takes than it did."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from statistics import median

from readiness.analysis.change_points import EFFECT, SMALLEST_S

_TAIL = 400
"""Below the interval lies the median of one of so many samples, as above it: many areas and classes are looked at."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The median of the ratios of tests' times, now to then, with its interval of 99.5 %."""

    ratio: float
    low: float
    high: float
    tests: int
    """Pairs of times behind it."""

    @property
    def differs(self) -> bool:
        """True where a typical test is slower or faster by 5 %, and the interval holds nothing else."""
        return abs(self.ratio - 1) >= EFFECT and (self.low > 1 or self.high < 1)


def pace(pairs: Iterable[tuple[float, float]]) -> Pace | None:
    """How (then, now) differ; None of fewer than 9 tests that took at least 0.01 s then.

    The interval lies between two ranks: so many ratios are below the median as heads fall of as many coins (W. R.
    Thompson 1936). Linear but for sorting.
    """
    ratios = sorted(now / then for then, now in pairs if then >= SMALLEST_S)
    reach = _reach(len(ratios))
    return Pace(median(ratios), ratios[reach - 1], ratios[-reach], len(ratios)) if reach else None


@cache
def _reach(count: int) -> int:
    """How far from both ends the interval lies; 0 where it would be wider than the sample."""
    term, below, reach = 1, 1, 0
    while _TAIL * below <= 2**count and reach < count:
        reach += 1
        term = term * (count - reach + 1) // reach
        below += term
    return reach

"""How often flaky tests fail: rates with intervals, each shrunk to what the whole suite shows."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, prod, sqrt

from readiness.analysis.beta import beta_quantile
from readiness.analysis.intervals import CONFIDENCE

FEWEST_TESTS, FEWEST_ATTEMPTS = 20, 3
"""Of fewer tests, or with fewer attempts each on average, nothing is said of the suite."""
WEIGHTS = 0.01, 99.0
"""The suite weighs as much as so many attempts, at least and at most."""
_CLOSE = 1e-4
DIGITS = 6
"""Significant ones: a platform may compute logarithms otherwise in the last, a report has those that all agree on."""

Trials = tuple[int, int]
"""Failed attempts, and all attempts."""


@dataclass(frozen=True, slots=True)
class Prior:
    """Beta(alpha, beta): how the rates of a suite's tests are spread before one of them is looked at."""

    alpha: float = 0.5
    """With `beta` 0.5 the prior of Jeffreys, where the suite says too little."""
    beta: float = 0.5
    tests: int = 0
    """Tests that it was fitted to; 0 for that of Jeffreys."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The share of a test's attempts that fail though nothing changed, from 0 to 1, with its 95 % interval."""

    failed: int
    attempts: int
    mean: float
    low: float
    high: float


def fit(suite: Mapping[Trials, int]) -> Prior:
    """The prior of a suite, by maximum marginal likelihood; `suite`: how many tests had each trials.

    D. A. Griffiths, Maximum likelihood estimation for the beta-binomial distribution, Biometrics 29 (1973). It holds
    however many attempts a test had because of how they ended, as with retries.
    """
    tests, attempts = sum(suite.values()), sum(n * tests for (_, n), tests in suite.items())
    failed = sum(k * tests for (k, _), tests in suite.items())
    if tests < FEWEST_TESTS or attempts < FEWEST_ATTEMPTS * tests or not 0 < failed < attempts:
        return Prior()
    of = [_above(counts, suite.values()) for counts in zip(*((k, n - k, n) for k, n in suite), strict=True)]

    def parts(weight: float) -> tuple[float, float]:
        """Alpha and beta of that sum: the likelihood is concave in the share of alpha."""
        share = _falls(lambda share: _slope(of[0], share * weight) - _slope(of[1], (1 - share) * weight))
        return share * weight, (1 - share) * weight

    def likelihood(weight: float) -> float:
        alpha, beta = parts(weight)
        return _logs(of[0], alpha) + _logs(of[1], beta) - _logs(of[2], weight)

    alpha, beta = parts(_peak(likelihood, *WEIGHTS))
    return Prior(_cut(alpha), _cut(beta), tests)


def _above(counts: Iterable[int], tests: Collection[int]) -> list[int]:
    """How many tests count more than 0, more than 1, and so on.

    By these the beta functions of the likelihood come to sums of logarithms: of alpha + j over the tests with more than
    j failed attempts, of beta + j over those with more than j passed ones, less alpha + beta + j over all.
    """
    pairs = list(zip(counts, tests, strict=True))
    return [sum(one for count, one in pairs if count > j) for j in range(max(count for count, _ in pairs))]


def _logs(above: Sequence[int], of: float) -> float:
    return sum(tests * log(of + j) for j, tests in enumerate(above))


def _slope(above: Sequence[int], of: float) -> float:
    return sum(tests / (of + j) for j, tests in enumerate(above))


def _falls(slope: Callable[[float], float], low: float = 1e-9, high: float = 1 - 1e-9) -> float:
    """Where a slope changes from above 0 to below, by bisection: of the logarithm, since shares are small."""
    while high / low > 1 + _CLOSE:
        middle = sqrt(low * high)
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return low


def _peak(value: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one peak is largest, by thirds of the logarithm."""
    while high / low > 1 + _CLOSE:
        third = (high / low) ** (1 / 3)
        low, high = (low * third, high) if value(low * third) < value(high / third) else (low, high / third)
    return sqrt(low * high)


@lru_cache(4096)
def rate(failed: int, attempts: int, prior: Prior) -> Rate:
    """The posterior mean of a test's rate, and its equal-tailed interval."""
    a, b = failed + prior.alpha, attempts - failed + prior.beta
    tail = (1 - CONFIDENCE) / 2
    low, high = (_cut(beta_quantile(p, a, b)) for p in (tail, 1 - tail))
    return Rate(failed, attempts, _cut(a / (a + b)), low, high)


def fails_at_all(rates: Iterable[Rate]) -> float:
    """The chance that at least one attempt of several tests fails, were they independent."""
    return _cut(1 - prod(1 - one.mean for one in rates))


def _cut(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")

"""How often flaky tests fail: rates with intervals, each shrunk to what the whole suite shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from readiness.analysis.beta import beta_quantile
from readiness.analysis.intervals import CONFIDENCE

FEWEST_TESTS = 20
"""Fewer say nothing of the suite."""
WEAKEST, STRONGEST = 0.01, 0.99
"""Bounds of the correlation within a test: the suite never weighs more than 99 attempts, nor less than a hundredth."""
DIGITS = 6
"""Significant ones: a platform may compute logarithms otherwise in the last, a report has those that all agree on."""

Trials = tuple[int, float]
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
    """The prior of a suite by the method of moments; `suite`: how many tests had each trials.

    The mean is that of all attempts. The correlation within a test, 1 / (alpha + beta + 1), is the analysis of variance
    estimator: J. C. Kleinman, Proportions with extraneous variance, JASA 68 (1973); M. S. Ridout, C. G. B. Demétrio and
    D. Firth, Estimating intraclass correlation for binary data, Biometrics 55 (1999).
    """
    pairs = [(k, n, tests) for (k, n), tests in sorted(suite.items()) if n > 0]
    tests = sum(one for _, _, one in pairs)
    attempts = sum(n * one for _, n, one in pairs)
    mean = sum(k * one for k, _, one in pairs) / attempts if attempts else 0.0
    if tests < FEWEST_TESTS or attempts <= tests or not 0 < mean < 1:
        return Prior()
    between = sum(one * n * (k / n - mean) ** 2 for k, n, one in pairs) / (tests - 1)
    within = sum(one * k * (1 - k / n) for k, n, one in pairs) / (attempts - tests)
    size = (attempts - sum(one * n * n for _, n, one in pairs) / attempts) / (tests - 1)
    correlation = (between - within) / (between + (size - 1) * within)
    weight = 1 / min(max(correlation, WEAKEST), STRONGEST) - 1
    return Prior(_cut(mean * weight), _cut((1 - mean) * weight), tests)


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

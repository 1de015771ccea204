"""Rates of flaky tests: the beta distribution against scipy, intervals against suites whose rates are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest
from scipy import stats
from tests.analysis.suites import SPREADS, USES, called_flaky, retried, spread

from readiness.analysis import Prior, Trials, fails_at_all, fit, rate
from readiness.analysis.beta import beta_cdf, beta_quantile

PRIORS = (Prior(), Prior(1, 1), Prior(0.02, 0.5), Prior(0.1, 9.9), Prior(2, 38), Prior(0.001, 5), Prior(12.5, 0.75))


@pytest.mark.parametrize("prior", PRIORS, ids=str)
def test_posterior_and_interval(prior: Prior) -> None:
    for attempts, share in product((1, 2, 5, 20, 60, 400), (0, 0.05, 0.3, 0.5, 0.95, 1)):
        failed = round(share * attempts)
        found = rate(failed, attempts, prior)
        oracle = stats.beta(prior.alpha + failed, prior.beta + attempts - failed)
        assert (found.failed, found.attempts) == (failed, attempts)
        assert (found.mean, found.low, found.high) == pytest.approx((oracle.mean(), *oracle.interval(0.95)), rel=6e-6)


def test_quantiles_and_probabilities() -> None:
    chosen = np.random.default_rng(5)
    for a, b in 10 ** chosen.uniform(-2, 3, (60, 2)):
        for p in (0.001, 0.025, 0.5, 0.975):
            x = stats.beta.ppf(p, a, b)
            assert beta_quantile(p, a, b) == pytest.approx(x, abs=1e-11)
            assert beta_cdf(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), abs=1e-9)
    assert (beta_cdf(0, 2, 3), beta_cdf(1, 2, 3)) == (0, 1)
    with pytest.raises(ValueError, match="no distribution"):
        beta_cdf(0.5, 0, 1)


def log_likelihood(alpha: float, beta: float, suite: Mapping[Trials, int]) -> float:
    return float(sum(tests * stats.betabinom.logpmf(k, n, alpha, beta) for (k, n), tests in suite.items()))


@pytest.mark.parametrize(
    ("alpha", "beta", "tests"), [(0.1, 9.9, 2000), (0.02, 0.5, 2000), (2, 38, 4000), (0.02, 20, 1500), (3, 3, 500)]
)
def test_the_prior_is_the_most_likely(alpha: float, beta: float, tests: int) -> None:
    """By scipy's beta-binomial distribution nothing near it is more likely, nor what the rates were drawn from."""
    chosen = np.random.default_rng(2)
    attempts = chosen.integers(3, 41, tests)
    failed = chosen.binomial(attempts, chosen.beta(alpha, beta, tests))
    suite = Counter(zip(failed.tolist(), attempts.tolist(), strict=True))
    found = fit(suite)
    assert found.tests == tests
    most = log_likelihood(found.alpha, found.beta, suite)
    assert most >= log_likelihood(alpha, beta, suite)
    for a, b in product((0.99, 1, 1.01), repeat=2):
        assert most >= log_likelihood(found.alpha * a, found.beta * b, suite) - 1e-6


@pytest.mark.parametrize(
    "suite",
    [{}, {(0, 20): 500}, {(3, 3): 40}, {(1, 4): 5, (0, 4): 10}, {(0, 1): 99, (1, 1): 1}, {(0, 2): 99, (1, 3): 1}],
)
def test_a_suite_that_says_too_little(suite: dict[Trials, int]) -> None:
    assert fit(suite) == Prior(0.5, 0.5, 0)


def test_a_suite_of_one_rate_never_weighs_more_than_99_attempts() -> None:
    found = fit({(1, 20): 1000})
    assert found.alpha + found.beta == pytest.approx(99, rel=1e-3)


def test_runs_that_at_least_one_fails() -> None:
    rates = [rate(1, 4, Prior()), rate(2, 4, Prior())]  # 1.5 of 5, 2.5 of 5
    assert fails_at_all(rates) == pytest.approx(1 - 0.7 * 0.5)
    assert fails_at_all([]) == 0


@pytest.mark.parametrize(("alpha", "beta"), SPREADS)
def test_of_intervals_19_in_20_hold_the_rate(alpha: float, beta: float) -> None:
    """Suites of known rates, of which the fit knows nothing; within 2 points, and two standard errors."""
    chosen = np.random.default_rng(17)
    assert near(spread(chosen, alpha, beta) + spread(chosen, alpha, beta))


@pytest.mark.parametrize(("runs", "least"), [(5, 0.9), (10, 0.93), (20, 0.93)])
def test_so_they_do_where_failures_alone_are_retried(runs: int, least: float) -> None:
    """Those that failed. Five runs say too little of a suite for 95 %: the manual tells that it is 92 %."""
    chosen = np.random.default_rng(4)
    covered = [held for _ in range(20) for held in retried(chosen, runs)]
    assert least <= np.mean(covered) <= 0.97


@pytest.mark.parametrize(("on_a_commit", "retries"), USES)
def test_so_they_do_by_what_is_known_of_the_tests_that_are_told(on_a_commit: int, retries: int) -> None:
    """Trials by the rule of tracks, intervals of the tests that are called flaky, which are few."""
    chosen = np.random.default_rng(31)
    assert near(called_flaky(chosen, on_a_commit, retries) + called_flaky(chosen, on_a_commit, retries))


def near(covered: list[bool]) -> bool:
    """95 % of them, give or take 2 points and two standard errors. tests/benchmarks looks at 60 suites of each kind."""
    return bool(abs(np.mean(covered) - 0.95) <= 0.02 + 2 * (0.95 * 0.05 / len(covered)) ** 0.5)

"""Rates of flaky tests: the beta distribution against scipy, intervals against suites whose rates are known."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from scipy import stats

from readiness.analysis import Prior, fails_at_all, fit, rate
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


def test_the_prior_by_hand() -> None:
    """30 tests of 10 attempts: 10 with 5 failed, 20 with none. Mean 1/6; between 50/3 / 29, within 25 / 270.

    With 10 attempts each the correlation is (0.574713 - 0.092593) / (0.574713 + 9 * 0.092593) = 0.342404.
    """
    found = fit({(0, 10): 20, (5, 10): 10})
    weight = found.alpha + found.beta
    assert (found.tests, found.alpha / weight) == (30, pytest.approx(1 / 6, abs=1e-5))
    assert 1 / (weight + 1) == pytest.approx(0.342404, abs=1e-5)


@pytest.mark.parametrize("suite", [{}, {(0, 20): 500}, {(3, 3): 40}, {(1, 4): 5, (0, 4): 10}, {(0, 1): 99, (1, 1): 1}])
def test_a_suite_that_says_too_little(suite: dict[tuple[int, int], int]) -> None:
    assert fit(suite) == Prior(0.5, 0.5, 0)


def test_a_suite_of_one_rate_never_weighs_more_than_99_attempts() -> None:
    found = fit({(1, 20): 1000})
    assert (found.alpha, found.beta) == pytest.approx((99 / 20, 99 * 19 / 20))


def test_runs_that_at_least_one_fails() -> None:
    rates = [rate(1, 4, Prior()), rate(2, 4, Prior())]  # 1.5 of 5, 2.5 of 5
    assert fails_at_all(rates) == pytest.approx(1 - 0.7 * 0.5)
    assert fails_at_all([]) == 0


@pytest.mark.parametrize(("alpha", "beta", "tests"), [(0.5, 9.5, 2000), (2, 38, 2000), (0.1, 9.9, 4000), (3, 3, 500)])
def test_of_intervals_19_in_20_hold_the_rate(alpha: float, beta: float, tests: int) -> None:
    """Suites of known rates, 5 to 40 attempts a test, of which the fit knows nothing; 4,000 intervals."""
    chosen, covered, seen = np.random.default_rng(17), 0, 0
    for _ in range(4000 // tests):
        rates, attempts = chosen.beta(alpha, beta, tests), chosen.integers(5, 41, tests)
        failed = chosen.binomial(attempts, rates)
        trials = list(zip(failed.tolist(), attempts.tolist(), strict=True))
        prior = fit(Counter(trials))
        found = [rate(k, n, prior) for k, n in trials]
        covered += sum(one.low <= p <= one.high for one, p in zip(found, rates, strict=True))
        seen += tests
    assert 0.93 <= covered / seen <= 0.97

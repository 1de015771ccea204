"""Intervals and clean runs owed, against scipy."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest
from scipy.stats import beta, binom, binomtest, geom

from readiness.analysis import clean_runs, fit, wilson

TRIALS = (1, 2, 3, 7, 10, 20, 97, 100, 1_386, 250_000)
RATES = [
    (successes, trials)
    for trials in TRIALS
    for successes in sorted({0, 1, trials // 3, trials // 2, trials * 19 // 20, trials - 1, trials})
]


@pytest.mark.parametrize(("successes", "trials"), RATES)
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 0.99])
def test_wilson(successes: int, trials: int, confidence: float) -> None:
    oracle = binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    assert wilson(successes, trials, confidence) == pytest.approx((oracle.low, oracle.high), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("successes", "trials"), RATES)
def test_an_interval_holds_its_rate_and_lies_within_0_and_1(successes: int, trials: int) -> None:
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1
    assert (low == 0) == (successes == 0)
    assert (high == 1) == (successes == trials)
    mirrored = wilson(trials - successes, trials)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_wilson_by_hand() -> None:
    """95 of 100: z = 1.96, z² = 3.8415; (0.95 + 0.0192 ± 1.96·sqrt(0.000475 + 0.000096)) / 1.0384."""
    assert wilson(95, 100) == pytest.approx((0.8882, 0.9785), abs=5e-5)


def test_without_trials_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("successes", "trials"), [(-1, 3), (4, 3), (0, -1)])
def test_what_is_no_proportion_is_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="is no proportion"):
        wilson(successes, trials)


@pytest.mark.parametrize("executions", [2, 3, 4, 5, 7, 10, 19, 20, 21, 50, 100, 365, 1_000])
def test_clean_runs(executions: int) -> None:
    """The 95 % quantile of the number of executions to the first failure, but never fewer than 3."""
    for failures in range(1, executions):
        assert clean_runs(failures, executions) == max(3, int(geom.ppf(0.95, failures / executions)))


@pytest.mark.parametrize(("failures", "executions"), [(1, 2), (1, 4), (1, 10), (2, 6), (3, 365), (1, 10_000)])
def test_so_many_passes_are_improbable_at_the_old_rate_and_one_fewer_is_not(failures: int, executions: int) -> None:
    owed, rate = clean_runs(failures, executions), failures / executions
    assert binom.pmf(0, owed, rate) <= 0.05 < binom.pmf(0, owed - 1, rate)


@pytest.mark.parametrize(
    ("failures", "executions", "owed"),
    [(2, 3, 3), (1, 2, 5), (1, 3, 8), (1, 4, 11), (1, 10, 29), (1, 20, 59), (1, 100, 299), (4, 5, 3), (1, 1, 3)],
)
def test_clean_runs_by_hand(failures: int, executions: int, owed: int) -> None:
    assert clean_runs(failures, executions) == owed
    if failures < executions:
        assert owed == max(3, math.ceil(math.log(0.05) / math.log(1 - failures / executions)))


def rows(page: Path, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading of a page."""
    lines = page.read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|"))
    table = itertools.takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def shown(rate: float) -> str:
    """Cut, as every percentage is."""
    return f"{math.floor(round(1000 * rate, 9)) / 10:.1f} %"


def test_the_intervals_of_the_manual(repo_root: Path) -> None:
    found = rows(repo_root / "docs" / "guide" / "statistics.md", "How sure a rate is")
    assert len(found) == 4
    for passed, written, rate, interval in found:
        trials = int(written.replace(",", ""))
        oracle = binomtest(int(passed), trials).proportion_ci(0.95, method="wilson")
        assert (rate, interval) == (shown(int(passed) / trials), f"{shown(oracle.low)} to {shown(oracle.high)}")


def test_the_clean_passes_of_the_manual(repo_root: Path) -> None:
    found = rows(repo_root / "docs" / "guide" / "statistics.md", "Clean passes needed")
    assert len(found) == 7
    for failures, executions, rate, quotient, owed in found:
        p = int(failures) / int(executions)
        assert (rate, quotient) == (f"{p:.2f}", f"{math.log(0.05) / math.log(1 - p):.2f}")
        assert int(owed) == max(3, int(geom.ppf(0.95, p)))


def test_the_rates_of_the_manual(repo_root: Path) -> None:
    """By scipy's beta distribution, with the prior that the manual names."""
    prior = fit({(0, 20): 990, (1, 20): 6, (3, 21): 3, (5, 25): 1})
    assert (f"{prior.alpha:.4f}", f"{prior.beta:.2f}") == ("0.0081", "8.64")
    found = rows(repo_root / "docs" / "guide" / "statistics.md", "How often a flaky test fails")
    assert len(found) == 3
    for failed, attempts, alone, mean, interval in found:
        k, n = int(failed), int(attempts)
        oracle = beta(k + prior.alpha, n - k + prior.beta)
        low, high = oracle.interval(0.95)
        assert (alone, mean, interval) == (shown(k / n), shown(oracle.mean()), f"{shown(low)} to {shown(high)}")

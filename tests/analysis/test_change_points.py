"""Changes of level: what noise is taken for one, which shifts are found, and the parts against scipy."""

from __future__ import annotations

import random
from itertools import pairwise
from math import exp, log, pi

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import false_discovery_control, mannwhitneyu, multivariate_normal
from tests.analysis.noise import NOISES, Noise, correlated, independent, shifted

from readiness.analysis import Change, Histories, History, confirmed, level_changes, rate_changes, time_changes
from readiness.analysis.change_points import _mann_whitney, _misfit, _together
from readiness.model import TestKey

STEP = [10.0] * 20 + [12.0] * 6


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.__name__)
def test_noise_is_taken_for_a_change_in_at_most_1_of_100_series(noise: Noise) -> None:
    rnd = random.Random(1)
    alarms = [bool(level_changes(noise(rnd, runs))) for runs in (30, 60, 120) for _ in range(300)]
    assert sum(alarms) <= len(alarms) / 100


def test_noise_of_rates_is_taken_for_a_change_in_at_most_1_of_100_series() -> None:
    """Twice as scattered as independent trials are, since tests share a machine."""
    rnd = random.Random(2)

    def rate() -> tuple[int, int]:
        whole, share = rnd.randrange(300, 500), min(1.0, max(0.0, rnd.gauss(0.96, 0.01)))
        return sum(rnd.random() < share for _ in range(whole // 10)) * 10, whole // 10 * 10

    alarms = [bool(rate_changes([rate() for _ in range(40)])) for _ in range(200)]
    assert sum(alarms) <= 2


@pytest.mark.parametrize(("runs", "since"), [(200, 5), (100, 5), (60, 5), (60, 8), (60, 30)])
def test_9_of_10_shifts_of_3_sigma_are_dated_within_5_runs(runs: int, since: int) -> None:
    rnd, at = random.Random(3), runs - since
    series = [shifted(independent, rnd, runs, at) for _ in range(24_000 // runs)]
    hits = [any(abs(change.first - at) <= 5 for change in level_changes(one)) for one in series]
    assert sum(hits) >= 0.9 * len(hits)


def test_a_change_is_told_with_its_run_its_levels_and_the_runs_on_each_side() -> None:
    (change,) = level_changes(STEP)
    assert (change.last, change.first, change.before, change.after) == (19, 20, 10, 12)
    assert (change.runs_before, change.runs_after, change.effect) == (20, 6, pytest.approx(0.2))
    # All 20 lie below all 6, on both sides, at any of 21 places, of which 5 count as one: 2 / C(26, 6) * 21 / 5.
    assert change.p == pytest.approx(2 / 230_230 * 21 / 5)


def test_runs_without_a_value_are_passed_over_and_dated_around() -> None:
    (change,) = level_changes([None, *STEP[:20], None, float("nan"), *STEP[20:], None])
    assert (change.last, change.first, change.runs_before, change.runs_after) == (20, 23, 20, 6)


def test_a_rise_that_was_taken_back_is_two_changes() -> None:
    rnd = random.Random(4)
    series = [rnd.gauss(100 + (20 if 40 <= run < 60 else 0), 3) for run in range(100)]
    rise, fall = level_changes(series)
    assert abs(rise.first - 40) <= 1
    assert abs(fall.first - 60) <= 1
    assert rise.after == pytest.approx(fall.before)


def test_a_jump_in_a_series_that_drifts_is_dated_to_the_jump() -> None:
    """The size of the source distribution of attrs, in KiB, from 19.1.0 to 26.1.0: it grew fourfold in 23.2.0."""
    grew = [121.3, 131.2, 129.4, 157.0, 156.8, 160.7, 180.4, 199.6, 197.1, 196.6, 210.8, 207.9]
    since = [762.5, 774.0, 774.1, 787.1, 791.6, 793.0, 793.0, 912.4, 929.7]
    (change,) = level_changes([*grew, *since])
    assert change.first == len(grew)


@pytest.mark.parametrize(
    "series",
    [
        [],
        [None] * 30,
        [1.0],
        [5.0] * 30,
        [10.0] * 20 + [12.0] * 2,  # too few runs since
        [10.0] * 3 + [12.0] * 3,  # 2 of 20 orders are like this
        [10.0] * 30 + [10.4] * 30,  # less than 5 %
        [float("nan"), float("inf"), -float("inf"), 1e200, -1e300] * 10,
        [10.0 + (run in (20, 21)) * 50 for run in range(40)],
    ],
)
def test_what_is_no_change(series: list[float | None]) -> None:
    assert level_changes(series) == ()


def test_a_change_below_the_smallest_is_none() -> None:
    assert level_changes(STEP, smallest=2.0)
    assert not level_changes(STEP, smallest=2.1)


def test_a_change_from_nothing_has_no_share() -> None:
    (change,) = level_changes([0.0] * 20 + [3.0] * 6)
    assert change.effect is None


def test_a_rate_of_few_trials_must_exceed_their_scatter() -> None:
    """199 of 200, then four times 197: 12 failures of 800 where 4 were usual; a hundred times as many are no chance."""
    few = [(199, 200)] * 20 + [(197, 200)] * 4
    assert not rate_changes(few)
    (change,) = rate_changes([(part * 100, whole * 100) for part, whole in few])
    assert (change.first, change.before, change.after) == (20, 0.995, 0.985)


def test_a_rate_must_change_by_half_a_point() -> None:
    assert not rate_changes([(9_990, 10_000)] * 20 + [(9_950, 10_000)] * 10)
    assert rate_changes([(9_990, 10_000)] * 20 + [(9_930, 10_000)] * 10)
    assert not rate_changes([None, (0, 0)] * 20)


@pytest.mark.parametrize(("one", "other"), [(3, 3), (5, 20), (12, 15), (30, 8)])
def test_ranks_are_tested_as_scipy_does(one: int, other: int) -> None:
    rnd = random.Random(5)
    for shift in (0.0, 0.5, 1.0, 3.0, 9.0):
        before, after = ([rnd.gauss(by, 1) for _ in range(size)] for by, size in ((0, one), (shift, other)))
        assert _mann_whitney(before, after) == pytest.approx(mannwhitneyu(before, after, method="exact").pvalue)


def test_of_many_runs_ranks_are_nearly_normal() -> None:
    rnd = random.Random(6)
    before, after = ([rnd.gauss(by, 1) for _ in range(150)] for by in (0, 0.3))
    assert _mann_whitney(before, after) == pytest.approx(mannwhitneyu(before, after).pvalue, rel=1e-9)


def test_correlated_noise_is_as_likely_as_scipy_says() -> None:
    """Without an outlier, and with the correlation that the grid has: 1, 2 and 3 levels of 40 runs."""
    values = correlated(random.Random(8), 40)
    lags = abs(np.subtract.outer(range(40), range(40)))
    for ends in ((40,), (17, 40), (9, 30, 40)):
        parts = [values[start:end] for start, end in pairwise((0, *ends))]

        def unlikely(told: np.ndarray, parts: list[list[float]] = parts) -> float:
            """`told`: correlation, logarithm of the standard deviation, levels."""
            correlation, sigma = told[0], exp(told[1])
            return -2 * sum(
                multivariate_normal(
                    np.full(len(part), level), sigma**2 * correlation ** lags[: len(part), : len(part)]
                ).logpdf(part)
                for part, level in zip(parts, told[2:], strict=True)
            )

        start = [0.3, 1.5, *(sum(part) / len(part) for part in parts)]
        bounds = [(0, 0.8), (0, 4), *[(0, 200)] * len(parts)]
        least = minimize(unlikely, start, bounds=bounds, method="Nelder-Mead", options={"maxiter": 5000, "fatol": 1e-6})
        assert _misfit(parts) == pytest.approx(least.fun - 40 * (1 + log(2 * pi)), abs=0.05)


@pytest.mark.parametrize("unit", [1e-307, 1e-162, 1e149])
def test_changes_do_not_depend_on_the_unit(unit: float) -> None:
    rnd = random.Random(1)
    values = [rnd.gauss(at, 1) for at in [10] * 40 + [13] * 20]
    (change,) = level_changes(values)
    (other,) = level_changes([unit * value / 16 for value in values])
    assert (other.first, other.p) == (change.first, pytest.approx(change.p))


def test_more_places_can_be_tried_than_a_float_holds() -> None:
    ends = range(10, 2401, 10)
    assert _together([13.0 if end // 10 % 2 else 10.0 for end in range(2400)], ends) == 0
    rnd = random.Random(1)
    assert _together([rnd.gauss(10, 1) for _ in range(2400)], ends) == 1


def test_false_discoveries_are_held_as_scipy_does() -> None:
    rnd = random.Random(7)
    for _ in range(50):
        chances = [rnd.random() ** rnd.choice((1, 8)) for _ in range(20)]
        family = [(Change(0, 1, 1, 2, 3, 3, p),) for p in chances]
        kept = [bool(found) for found in confirmed(family)]
        assert kept == [bool(p <= 0.05) for p in false_discovery_control(chances)]


def test_a_series_without_a_change_counts_among_those_tried() -> None:
    change = Change(0, 1, 1, 2, 3, 3, 0.004)
    assert confirmed([[change], *([()] * 11)])[0] == (change,)
    assert confirmed([[change], *([()] * 12)])[0] == ()
    assert confirmed([]) == []


def test_the_time_of_a_test_is_that_of_the_runs_it_passed() -> None:
    """A failure after 30 seconds is no slower test, and neither is one of 2 milliseconds that takes 4."""
    rnd = random.Random(8)

    def history(levels: list[float], strip: str) -> History:
        return History(strip, tuple(level * rnd.uniform(0.98, 1.02) for level in levels), whole=False)

    steps = {
        "slower": ([0.2] * 20 + [0.4] * 10, "p" * 30),
        "failing": ([0.2] * 20 + [30.0] * 10, "p" * 20 + "f" * 10),
        "tiny": ([0.002] * 20 + [0.004] * 10, "p" * 30),
        "steady": ([0.2] * 30, "p" * 30),
    }
    tests = {TestKey("tests", "", "g", name): history(*one) for name, one in steps.items()}
    found = time_changes(Histories(tuple(map(str, range(30))), tests))
    assert [(key.name, [change.first for change in changes]) for key, changes in found.items()] == [("slower", [20])]


def test_times_are_looked_at_over_the_last_200_runs() -> None:
    rnd = random.Random(8)
    levels = [0.1] * 20 + [0.2] * 220 + [0.4] * 10
    history = History("p" * 250, tuple(level * rnd.uniform(0.98, 1.02) for level in levels), whole=False)
    found = time_changes(Histories(tuple(map(str, range(250))), {TestKey("tests", "", "g", "slower"): history}))
    assert [(one.last, one.first, one.runs_before) for changes in found.values() for one in changes] == [
        (239, 240, 190)
    ]


def test_a_change_does_not_depend_on_unit_or_direction_of_time() -> None:
    rnd = random.Random(9)
    series = shifted(independent, rnd, 80, 40, 4)
    there = [change.first for change in level_changes(series)]
    assert there == [change.first for change in level_changes([value * 1024 for value in series])]
    assert all(later - before >= 3 for before, later in pairwise([0, *there, 80]))

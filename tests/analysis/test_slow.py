"""How much longer a typical test takes, against scipy and by hand."""

from __future__ import annotations

import random

import pytest
from scipy.stats import binom, quantile_test

from readiness.analysis import pace


@pytest.mark.parametrize("count", [9, 10, 20, 57, 300])
def test_the_interval_lies_between_the_ranks_that_scipy_gives(count: int) -> None:
    ratios = [1 + at / 1000 for at in range(count)]
    found = pace((1.0, ratio) for ratio in ratios)
    assert found
    below = int(binom.ppf(1 / 400, count, 0.5))  # the first count of heads that is not too rare
    assert (found.low, found.high) == (ratios[below - 1], ratios[-below])
    interval = quantile_test(ratios, p=0.5).confidence_interval(0.995)
    assert (found.low, found.high) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_few_tests_or_tiny_ones_say_nothing() -> None:
    assert pace([(1.0, 2.0)] * 8) is None
    assert pace([(1.0, 2.0)] * 9)
    assert pace([(0.009, 2.0)] * 50) is None
    assert pace([]) is None


def test_a_few_tests_that_hang_do_not_move_it() -> None:
    found = pace([(1.0, 1.0)] * 20 + [(1.0, 500.0)] * 5)
    assert found
    assert (found.ratio, found.differs) == (1.0, False)


@pytest.mark.parametrize(("ratio", "differs"), [(1.04, False), (1.06, True), (0.96, False), (0.94, True)])
def test_it_must_differ_by_5_percent(ratio: float, differs: bool) -> None:
    found = pace([(1.0, ratio)] * 30)
    assert found
    assert found.differs is differs


def test_noise_is_rarely_taken_for_a_difference() -> None:
    """Tests whose times vary by 10 %: of 1,000 classes of 30 tests 5 may lie beyond the interval."""
    rnd = random.Random(1)
    classes = [pace([(rnd.gauss(1, 0.1), rnd.gauss(1, 0.1)) for _ in range(30)]) for _ in range(1000)]
    assert sum(one is not None and one.differs for one in classes) <= 5

"""Suites of tests whose rates are known, and whether the intervals of flaky rates hold them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from readiness.analysis import Execution, Track, fit, rate
from readiness.model import Outcome

SPREADS = ((0.1, 9.9), (0.5, 9.5), (2, 38), (3, 3))
"""Beta distributions of rates."""
USES = ((4, 0), (1, 2), (2, 1), (1, 0))
"""Runs on a commit, and retries."""


def spread(chosen: np.random.Generator, alpha: float, beta: float, tests: int = 1000) -> list[bool]:
    """Of each test, with 5 to 40 attempts: whether its interval holds its rate."""
    rates, attempts = chosen.beta(alpha, beta, tests), chosen.integers(5, 41, tests)
    return held(chosen.binomial(attempts, rates), attempts, rates)


def retried(chosen: np.random.Generator, runs: int, tests: int = 1000) -> list[bool]:
    """Of the tests that failed: each is executed once in a run, and up to twice more while it fails."""
    rates = chosen.beta(0.1, 9.9, tests)
    failed = passed = np.zeros(tests, int)
    for _run in range(runs):
        again = np.ones(tests, bool)
        for _attempt in range(3):
            fails = again & (chosen.random(tests) < rates)
            failed, passed, again = failed + fails, passed + (again & ~fails), fails
    seen = passed > 0  # what never passed is broken
    found = np.array(held(failed[seen], (failed + passed)[seen], rates[seen]))
    return [*map(bool, found[failed[seen] > 0])]


def called_flaky(chosen: np.random.Generator, on_a_commit: int, retries: int, tests: int = 1000) -> list[bool]:
    """Of the tests that are called flaky after 20 runs, by the rules of tracks."""
    rates = chosen.beta(0.1, 9.9, tests)
    fails = chosen.random((tests, 20, retries + 1)) < rates[:, None, None]
    tracks = [Track(tuple(_executions(each, on_a_commit))) for each in fails]
    prior = fit(Counter(one.trials for one in tracks))
    told = [(rate(*one.trials, prior), p) for one, p in zip(tracks, rates, strict=True) if one.flaky]
    return [bool(one.low <= p <= one.high) for one, p in told]


def _executions(fails: Any, on_a_commit: int) -> Iterator[Execution]:
    """An execution of each run, of whose attempts those after the first that passes are not made."""
    for run, attempts in enumerate(fails):
        made = next((at + 1 for at, failed in enumerate(attempts) if not failed), len(attempts))
        outcome = Outcome.FAILED if all(attempts) else Outcome.PASSED if made == 1 else Outcome.FLAKY
        yield Execution(f"c{run // on_a_commit}", outcome, f"r{run}", made)


def held(failed: Any, attempts: Any, rates: Any) -> list[bool]:
    """Whether the interval of each test holds its rate."""
    trials = list(zip(failed.tolist(), attempts.tolist(), strict=True))
    prior = fit(Counter(trials))
    found = [rate(k, n, prior) for k, n in trials]
    return [bool(one.low <= p <= one.high) for one, p in zip(found, rates, strict=True)]

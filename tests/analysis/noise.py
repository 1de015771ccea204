"""Series of measurements without a change, as machines make them: a mean of 100, a standard deviation of 5."""

from __future__ import annotations

import random
from collections.abc import Callable
from math import sqrt

MEAN, SIGMA = 100.0, 5.0

Noise = Callable[[random.Random, int], list[float]]


def independent(rnd: random.Random, runs: int) -> list[float]:
    """Normal noise."""
    return [rnd.gauss(MEAN, SIGMA) for _ in range(runs)]


def spikes(rnd: random.Random, runs: int) -> list[float]:
    """One run in twenty takes much longer."""
    return [value + (rnd.expovariate(1 / 50) if rnd.random() < 0.05 else 0) for value in independent(rnd, runs)]


def correlated(rnd: random.Random, runs: int) -> list[float]:
    """A first-order process with a correlation of 0.5 from run to run."""
    value, found = rnd.gauss(0, 1), []
    for _ in range(runs):
        value = 0.5 * value + sqrt(1 - 0.25) * rnd.gauss(0, 1)
        found.append(MEAN + SIGMA * value)
    return found


def slow_machine(rnd: random.Random, runs: int) -> list[float]:
    """One run in ten is on a machine that takes 30 % longer."""
    return [value * (1.3 if rnd.random() < 0.1 else 1) for value in independent(rnd, runs)]


NOISES: tuple[Noise, ...] = (independent, spikes, correlated, slow_machine)


def shifted(noise: Noise, rnd: random.Random, runs: int, at: int, sigmas: float = 3) -> list[float]:
    """A series whose level rises for good in run `at`."""
    return [value + (sigmas * SIGMA if run >= at else 0) for run, value in enumerate(noise(rnd, runs))]

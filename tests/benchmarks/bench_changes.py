"""Changes of level: the time that they take for 5,000 tests x 200 runs, and a sweep over kinds of noise.

`python tests/benchmarks/bench_changes.py` prints the tables of docs/guide/statistics.md.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator

from bars import ROOT, Bar

sys.path.insert(0, str(ROOT))

from tests.analysis.noise import NOISES, independent, shifted

from readiness.analysis import Histories, History, level_changes, time_changes
from readiness.model import TestKey

LENGTHS = (30, 60, 100, 200)
SERIES = 1000


def histories(tests: int = 5_000, runs: int = 200) -> Histories:
    """Tests that all take long enough to be looked at; the time of one in a hundred changes."""
    rnd, found = random.Random(1), {}
    for at in range(tests):
        level, since = rnd.lognormvariate(-1, 1), rnd.randrange(20, 180) if at % 100 == 0 else runs
        factors = (rnd.lognormvariate(0, 0.2) * (2 if run >= since else 1) for run in range(runs))
        times = tuple(round(level * factor, 3) for factor in factors)
        found[TestKey("tests", "", "group", str(at))] = History("p" * runs, times, whole=False)
    return Histories(tuple(map(str, range(runs))), found)


def alarms(noise: int, runs: int) -> float:
    """Of 100 series of noise those that are taken for a change."""
    rnd = random.Random(runs)
    return 100 * sum(bool(level_changes(NOISES[noise](rnd, runs))) for _ in range(SERIES)) / SERIES


def dated(runs: int, since: int) -> float:
    """Of 100 shifts by three standard deviations those that are dated within five runs."""
    rnd, at = random.Random(runs), runs - since
    series = (level_changes(shifted(independent, rnd, runs, at)) for _ in range(SERIES))
    return 100 * sum(any(abs(one.first - at) <= 5 for one in found) for found in series) / SERIES


def bars() -> Iterator[Bar]:
    """Processor seconds of 5,000 tests, and the worst of the sweep."""
    found = histories()
    began = time.process_time()
    changes = time_changes(found)
    taken = time.process_time() - began
    yield Bar(
        "changes of the times of tests, s of the processor", taken, 10, f"5,000 tests, 200 runs, {len(changes)} found"
    )
    worst = max(alarms(noise, runs) for noise in range(len(NOISES)) for runs in LENGTHS[1:])
    yield Bar("noise taken for a change, of 100 series", worst, 1, "4 kinds of noise, 60 to 200 runs")
    missed = max(100 - dated(runs, 5) for runs in LENGTHS[1:])
    yield Bar("shifts of 3 standard deviations missed after 5 runs, of 100", missed, 10, "60 to 200 runs")


if __name__ == "__main__":
    for at, noise in enumerate(NOISES):
        print(noise.__name__, *(f"{alarms(at, runs):.1f}" for runs in LENGTHS), sep=" | ")
    for since in (5, 6, 8):
        print(f"after {since}", *(f"{dated(runs, since):.0f}" for runs in LENGTHS), sep=" | ")
    print("middle", *(f"{dated(runs, runs // 2):.0f}" for runs in LENGTHS), sep=" | ")

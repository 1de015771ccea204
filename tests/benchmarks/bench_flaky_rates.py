"""Intervals of flaky rates: how many hold the rate, in simulated suites whose rates are known.

`python tests/benchmarks/bench_flaky_rates.py` prints the figures that docs/guide/statistics.md tells.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
from bars import ROOT, Bar

sys.path.insert(0, str(ROOT))

from tests.analysis.suites import SPREADS, USES, called_flaky, retried, spread

SUITES = 60


def coverage() -> Iterator[tuple[str, float]]:
    """(of what, how many of 100 intervals hold the rate); 60 suites of 1,000 tests each."""
    kinds = {
        **{f"rates spread like Beta{one}": (spread, one) for one in SPREADS},
        **{f"{runs} runs, failures retried": (retried, (runs,)) for runs in (10, 20)},
        **{f"called flaky, {one[0]} runs a commit, {one[1]} retries": (called_flaky, one) for one in USES},
    }
    for name, (simulated, of) in kinds.items():
        chosen = np.random.default_rng(31)
        yield name, 100 * float(np.mean([held for _ in range(SUITES) for held in simulated(chosen, *of)]))


def bars() -> Iterator[Bar]:
    """How far the worst is from 95 of 100."""
    worst, name = max((abs(found - 95), name) for name, found in coverage())
    yield Bar("intervals of flaky rates, points off 95 of 100 that hold the rate", worst, 2, f"10 kinds; {name}")


if __name__ == "__main__":
    for name, found in coverage():
        print(f"{name} | {found:.1f}")

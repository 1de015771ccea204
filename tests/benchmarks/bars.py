"""What benchmarks share: rows of the table of bars, and processes that are measured in turn.

A module `bench_NAME.py` beside this one has a function `bars()` that yields a `Bar` for each row it knows. `make bench`
runs them all and writes the table; `make bench ONLY=NAME` runs one.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
READINESS = (sys.executable, "-c", "from readiness.cli import main; main()")
"""The command of this checkout, whatever is installed."""
MKDOCS = (sys.executable, "-m", "mkdocs")


class Bar(NamedTuple):
    """A row: what was measured, the figure (None: it was not measured), what it must not exceed, and of what it is."""

    what: str
    measured: float | None
    bar: float
    of: str = ""
    """The two figures behind a ratio, the unit of a figure, or why there is none."""

    @property
    def met(self) -> bool | None:
        """None where it was not measured."""
        return None if self.measured is None else self.measured <= self.bar


class Took(NamedTuple):
    """What a process took: seconds by the clock, seconds of processors, and the most memory, in MB."""

    wall: float
    cpu: float
    peak: float


def run(
    command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None, *, codes: Sequence[int] = (0,)
) -> Took:
    """Run a command and measure it and all that it waited for. Raises RuntimeError with what it said where it fails."""
    paths = os.pathsep.join(filter(None, (str(ROOT / "generator"), os.environ.get("PYTHONPATH", ""))))
    own = {**os.environ, "PYTHONPATH": paths, "NO_MKDOCS_2_WARNING": "1", **(env or {})}
    own.pop("PYTHONDONTWRITEBYTECODE", None)  # else each process compiles everything anew
    with (folder / ".said").open("wb") as said:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=own, stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        said_text = (folder / ".said").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {said_text}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


def medians(first: Callable[[], float], second: Callable[[], float], times: int = 5) -> tuple[float, float]:
    """The median of each, measured in turn, so that a busy moment of the machine meets both."""
    pairs = [(first(), second()) for _ in range(times)]
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


def ratio(what: str, bar: float, found: tuple[float, float], unit: str = "s") -> Bar:
    """The row of a ratio of two figures."""
    return Bar(what, found[0] / found[1], bar, f"{found[0]:.2f} {unit} against {found[1]:.2f} {unit}")

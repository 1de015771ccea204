"""The summary of 10^6, 10^7 and 10^8 results, by each engine: seconds, and the most memory of all its processes.

`python tests/benchmarks/bench_engines.py [--most 8] [--engines polars duckdb spark]` writes the table of
docs/guide/engines.md; `make bench` measures 10^6 by Polars and DuckDB alone. The results are those of an export, one
Parquet file a run of 10,000 tests, 2 % of which fail; they are made here without evidence, of 200 different runs.
Linux alone tells the memory of a process and its children.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import narwhals as nw
import polars as pl
from bars import Bar

from readiness.results import SCHEMA

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "guide" / "engines.md"
BEGIN, END = "<!-- made by bench_engines.py -->\n", "<!-- end -->"
ENGINES = ("polars", "duckdb", "spark")
TESTS, DIFFERENT = 10_000, 200
PATIENCE_S = 1800
TICKS = os.sysconf("SC_CLK_TCK")
REDUCED = """
import sys
from pathlib import Path
from readiness.results import Engine, write_summary
write_summary(Path(sys.argv[1]), Path(sys.argv[2]), Engine(sys.argv[3]))
"""


def one_run(seed: int) -> pl.DataFrame:
    """The results of a run, with every column that an export has."""
    number = pl.int_range(TESTS)
    failing = (number * 7919 + seed * 104_729) % 50 == 0
    cause = (number // 50 + seed) % 40
    words = {
        "source": pl.lit("tests"),
        "variant": pl.lit(""),
        "group": pl.format("shop.area{}.test_module{}.TestCase{}", number // 2500, number // 50 % 50, number // 10 % 5),
        "name": pl.format("test_behaves_as_told_{}", number),
        "outcome": pl.when(failing).then(pl.lit("failed")).otherwise(pl.lit("passed")),
        "signature": pl.when(failing).then(pl.format("cause{}", cause)).otherwise(pl.lit("")),
        "message": pl.when(failing).then(pl.format("expected {}, got something else", cause)),
    }
    numbers = {"time_s": (number * (seed + 1) % 9973) / 1000, "attempts": pl.lit(1), "line": number % 400}
    kinds = {nw.String: pl.String, nw.Int64: pl.Int64, nw.Float64: pl.Float64, nw.Boolean: pl.Boolean}
    empty = {nw.Boolean: pl.lit(False), nw.String: pl.lit("")}
    columns = {name: kind for name, kind in SCHEMA.items() if name not in ("origin", "instance")}
    filled = (
        (words | numbers).get(name, empty.get(kind)).cast(kinds[kind]).alias(name) for name, kind in columns.items()
    )
    return pl.select(number.alias("number")).select(*filled)


def make(folder: Path, results: int) -> None:
    """As many results as an export has them, in folders of their runs; what is there already stays."""
    started = datetime(2024, 1, 1, tzinfo=UTC)
    patterns: list[Path] = []
    for run in range(results // TESTS):
        place = folder / f"run={started + timedelta(hours=run):%Y%m%dT%H%M%SZ}-{run:012x}" / "results.parquet"
        place.parent.mkdir(parents=True, exist_ok=True)
        if run < DIFFERENT:
            one_run(run).write_parquet(place, compression="zstd", compression_level=3)
            patterns.append(place)
        else:
            shutil.copyfile(patterns[run % DIFFERENT], place)


def used(process: int) -> dict[int, tuple[int, float]]:
    """Of a process and all its children, by id: bytes that they hold now, and seconds of processors until now."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        held, spent = int(fields[21]) * os.sysconf("SC_PAGE_SIZE"), (int(fields[11]) + int(fields[12])) / TICKS
        tasks = [*Path(f"/proc/{process}/task").iterdir()]
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return {}  # it has ended meanwhile
    return {process: (held, spent)} | {one: told for child in children for one, told in used(child).items()}


class Took(NamedTuple):
    """Seconds by the clock and of processors, the most memory in MB, and why it failed, if it did."""

    wall: float
    cpu: float
    most: float
    why: str


def measure(results: Path, engine: str) -> Took:
    """One reduction in a process of its own."""
    env = os.environ | {"PYTHONPATH": str(ROOT / "generator")}
    env.pop("POLARS_MAX_THREADS", None)
    most, spent = 0, dict[int, float]()
    with tempfile.TemporaryDirectory() as made, Path(made, "said").open("w+") as said:
        began = time.monotonic()
        command = [sys.executable, "-c", REDUCED, str(results), f"{made}/summary.parquet", engine]
        process = subprocess.Popen(command, env=env, stdout=said, stderr=said)
        while process.poll() is None and time.monotonic() - began < PATIENCE_S:
            now = used(process.pid)
            most = max(most, sum(held for held, _ in now.values()))
            spent |= {one: cpu for one, (_, cpu) in now.items()}
            time.sleep(0.05)
        late = process.poll() is None
        if late:
            process.kill()
        code, wall = process.wait(), time.monotonic() - began
        said.seek(0)
        if code:
            print(said.read()[-1000:], file=sys.stderr)
    why = f"more than {PATIENCE_S // 60} min" if late else "out of memory" if code == -9 else "failed" if code else ""
    return Took(wall, sum(spent.values()), most / 1e6, why)


def machine() -> str:
    """What it was measured on."""
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} x {model[1] if model else '?'}, {memory:.0f} GiB"


def cell(results: Path, engine: str) -> str:
    """What one engine took, as the table has it."""
    took = measure(results, engine)
    figures = f"{took.wall:,.1f} s, {took.cpu:,.1f} s CPU, {took.most:,.0f} MB"
    told = f"{took.why}: {figures}" if took.why else figures
    print(f"  {engine}: {told}", flush=True)
    return told


def table(most: int, engines: list[str], folder: Path) -> str:
    """A row a size, a column an engine."""
    lines = [f"| results | {' | '.join(engines)} |", f"|---|{'---|' * len(engines)}"]
    for power in range(6, most + 1):
        results = folder / f"1e{power}"
        print(f"10^{power}", flush=True)
        if not results.exists():
            make(results, 10**power)
        lines.append(f"| 10^{power} | {' | '.join(cell(results, engine) for engine in engines)} |")
    return "\n".join([*lines, "", f"Measured {machine()}.", ""])


def bars() -> Iterator[Bar]:
    """The memory of a million results, by the engines that need no Java."""
    with tempfile.TemporaryDirectory() as name:
        make(Path(name), 10**6)
        for engine in ("polars", "duckdb"):
            took = measure(Path(name), engine)
            yield Bar(
                f"a million results reduced by {engine}, peak memory", took.most, 700, f"MB, {took.cpu:.1f} s CPU"
            )


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=8, help="power of ten to end with")
    parser.add_argument("--engines", nargs="+", default=list(ENGINES))
    parser.add_argument("--keep", type=Path, help="folder for the results, kept")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = table(told.most, told.engines, told.keep or Path(folder))
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{made}{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()

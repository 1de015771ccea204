"""Runs the benchmarks, `make bench` or `make bench ONLY=gate`, and writes the table of docs/guide/performance.md.

Rows that were not measured this time stay as they are, each with its date and machine. Exits 1 where a bar is exceeded.
"""

from __future__ import annotations

import importlib
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bars import ROOT, Bar

PAGE = ROOT / "docs" / "guide" / "performance.md"
BEGIN, END = "<!-- made by make bench -->\n", "<!-- end -->"
HEAD = "| what | measured | bar | | when, on what |\n|---|---|---|---|---|\n"


def machine() -> str:
    """Processors, their model, and Python."""
    told = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").is_file() else ""
    model = re.search(r"^model name\s*: (.*)$", told, re.MULTILINE)
    return f"{os.cpu_count()} x {model[1].strip() if model else platform.machine()}, Python {platform.python_version()}"


def row(bar: Bar, when: str) -> str:
    """The row of the table."""
    exceeded = "" if bar.met else " (exceeded)"
    measured = "not measured" if bar.measured is None else f"{bar.measured:.2f}{exceeded}"
    return f"| {bar.what} | {measured} | <= {bar.bar:g} | {bar.of} | {when} |\n"


def written(page: str, rows: dict[str, str]) -> str:
    """The page with these rows, by what they measure; those that are there keep their place."""
    before, _, rest = page.partition(BEGIN)
    table, _, after = rest.partition(END)
    known = {line.split(" | ")[0].removeprefix("| "): f"{line}\n" for line in table.splitlines()[2:]}
    return f"{before}{BEGIN}{HEAD}{''.join({**known, **rows}.values())}{END}{after}"


def found(only: str) -> Iterator[Bar]:
    """The rows of all benchmarks, or of one. One without rows judges by itself: it is run, and prints."""
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        name = path.stem.removeprefix("bench_")
        if only in ("", name):
            print(name, flush=True)
            module = importlib.import_module(path.stem)
            if hasattr(module, "bars"):
                yield from module.bars()
            else:
                ended = subprocess.run([sys.executable, str(path)], check=False).returncode
                yield Bar(f"`{path.name}`: limits exceeded", ended, 0)


def main(only: str = "") -> int:
    """Measure, print, write."""
    exceeded = False
    for bar in found(only):
        when = f"{datetime.now(UTC):%Y-%m-%d}, {machine()}"
        told = "not measured" if bar.measured is None else f"{bar.measured:.2f}"
        print(f"  {bar.what}: {told}, bar {bar.bar:g}; {bar.of}", flush=True)
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), {bar.what: row(bar, when)}), encoding="utf-8")
        exceeded |= bar.met is False
    return int(exceeded)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))

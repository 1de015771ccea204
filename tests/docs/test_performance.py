"""The table of the page Performance is written by the benchmarks, row by row."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest


def test_a_row_is_replaced_and_the_others_stay(repo_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(repo_root / "tests" / "benchmarks"))
    run, bars = importlib.import_module("run"), importlib.import_module("bars")
    rows = "| one | 3.00 | <= 2 | | then |\n| two | 1.00 | <= 2 | | then |\n"
    page = f"before\n{run.BEGIN}{run.HEAD}{rows}{run.END}\nafter\n"
    for bar in (bars.Bar("one", 1.5, 2.0, "3 s against 2 s"), bars.Bar("new", None, 0.5, "node is missing")):
        page = run.written(page, {bar.what: run.row(bar, "now")})
    assert page.splitlines()[4:] == [
        "| one | 1.50 | <= 2 | 3 s against 2 s | now |",
        "| two | 1.00 | <= 2 | | then |",
        "| new | not measured | <= 0.5 | node is missing | now |",
        run.END,
        "after",
    ]


def test_every_benchmark_can_be_run(repo_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(repo_root / "tests" / "benchmarks"))
    for path in (repo_root / "tests" / "benchmarks").glob("bench_*.py"):
        module = importlib.import_module(path.stem)
        assert hasattr(module, "bars") or hasattr(module, "main"), path.stem

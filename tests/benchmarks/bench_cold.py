"""A cold build: how it grows with the history, and how much memory a million results take."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bars import Bar, ratio
from histories import History, archive
from projects import build, project

MILLION = History(runs=200, tests=5000)


def bars() -> Iterator[Bar]:
    """Twice the runs, then a million results."""
    with tempfile.TemporaryDirectory() as name:
        folders = []
        for runs in (400, 200):
            folders.append(project(Path(name, str(runs))))
            archive(History(runs=runs, tests=200), folders[-1] / "history")
        took = [sorted(_cold(folder) for _ in range(3))[1] for folder in folders]
        yield ratio("cold build at 400 runs x 200 tests, against 200 runs, CPU time", 2.2, (took[0], took[1]))
    with tempfile.TemporaryDirectory() as name:
        folder = project(Path(name, "million"))
        archive(MILLION, folder / "history")
        yield Bar("cold build of a million results: 200 runs x 5,000 tests, peak memory", build(folder).peak, 700, "MB")


def _cold(folder: Path) -> float:
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    shutil.rmtree(folder / "site", ignore_errors=True)
    return build(folder).cpu

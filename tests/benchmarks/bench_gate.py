"""`gate` and `archive` after one more run: the history behind it must not matter."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bars import READINESS, Bar, medians, ratio, run
from histories import History, archive
from projects import archive_by_command

LONG, SHORT, TESTS = 1000, 10, 1000
VERDICTS = (0, 1, 3)


class Growing:
    """An archive that has been judged, and runs that are still to come."""

    def __init__(self, folder: Path, runs: int) -> None:
        self.folder = folder
        folder.mkdir()
        self._history = History(runs + 50, TESTS, causes=(runs + 50) * TESTS // 1500)
        archive(self._history, folder / "history", last=runs)
        self._next = count(runs)
        run((*READINESS, "gate"), folder, codes=VERDICTS)

    def grow(self) -> float:
        """Archive one more run by the command: CPU seconds."""
        return archive_by_command(self._history.run(next(self._next)), self.folder).cpu

    def gate(self) -> float:
        """CPU seconds of the gate after one more run."""
        self.grow()
        return run((*READINESS, "gate"), self.folder, codes=VERDICTS).cpu


def bars() -> Iterator[Bar]:
    """A long history and a short one, in turn."""
    with tempfile.TemporaryDirectory() as name:
        long, short = Growing(Path(name, "long"), LONG), Growing(Path(name, "short"), SHORT)
        sizes = f"{LONG:,} runs x {TESTS:,} tests, against {SHORT} runs, CPU time"
        yield ratio(f"`gate` after one more run, {sizes}", 1.5, medians(long.gate, short.gate, 7))
        yield ratio(f"`archive` of one more run, {sizes}", 1.5, medians(long.grow, short.grow, 7))

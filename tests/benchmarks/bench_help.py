"""What a command costs before it does anything: `readiness --help` against Python with click."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bars import READINESS, Bar, medians, ratio, run


def bars() -> Iterator[Bar]:
    """Both start a few times, in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        took = medians(
            lambda: run((*READINESS, "--help"), folder).cpu,
            lambda: run((sys.executable, "-c", "import click"), folder).cpu,
            21,
        )
    yield ratio("`readiness --help` against `python -c 'import click'`, CPU time", 1.6, took)

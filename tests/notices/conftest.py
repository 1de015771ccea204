"""A small archive in a folder of its own, and what asks about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Run, append

from readiness.archive import Archive

SECRET = 'geheim & "x" <42>'
WHY = ("--reason", "a mistake", "--by", "Ada", "--at", "2026-01-01")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def history() -> Path:
    """Releases 1.0 to 1.3, of which 1.1 fails and 13.0 is a typo of 1.2."""
    append(Path("history"), Run("a pass, b pass", version="1.0"), 0)
    append(Path("history"), Run(f"a pass, b fail {SECRET}", version="1.1"), 1)
    append(Path("history"), Run("a pass, b pass", version="13.0"), 2)
    return Path("history")


def id_of(history: Path, version: str) -> str:
    """The run of a version."""
    (found,) = (run.id for run in Archive(history).runs.values() if run.manifest.version == version)
    return found

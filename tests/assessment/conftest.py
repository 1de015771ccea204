"""The 21 releases of attrs, archived once by the command itself under the default policy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.scenario import archive_files

from readiness.archive import Archive
from readiness.assessment import Assessment, assess

pytest.register_assert_rewrite("tests.assessment.situations")


@pytest.fixture(scope="session")
def attrs_history(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    elsewhere = tmp_path_factory.mktemp("attrs")
    runs = [(json.loads((run / "run.json").read_text())["release_date"], run) for run in _runs(shared)]
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(elsewhere)
        for released, run in sorted(runs):
            files = [run / name for name in ("junit.xml", "inventory.txt", "coverage.xml", "metrics.json")]
            done = archive_files(elsewhere / "history", *files, version=run.name, started=released)
            assert done.exit_code == 0, done.output
    return elsewhere / "history"


def _runs(shared: Path) -> list[Path]:
    return [run for run in (shared / "real-runs" / "attrs").iterdir() if (run / "run.json").is_file()]


@pytest.fixture(scope="session")
def attrs(attrs_history: Path) -> dict[str, Assessment]:
    """Version -> its assessment, in order of release."""
    return by_version(attrs_history)


def by_version(history: Path) -> dict[str, Assessment]:
    archive = Archive(history)
    found = assess(archive, None)
    return {run.manifest.version: found.latest_of(run.id) for run in archive.runs.values()}


@pytest.fixture(scope="session")
def committed(repo_root: Path) -> dict[str, Assessment]:
    """The same of the committed archive, judged by its own policy."""
    return by_version(repo_root / "history")

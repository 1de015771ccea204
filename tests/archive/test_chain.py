"""Which run a run follows: releases are a tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Run, append, archive_files, junit, write

from readiness.archive import Archive


@pytest.mark.parametrize(
    ("before", "version", "follows"),
    [
        ([], "1.0", None),
        (["1.0"], "1.1", "1.0"),
        (["1.0", "1.1"], "1.1", "1.1"),
        (["1.3.4", "1.4.0"], "1.3.5", "1.3.4"),
        (["1.3.4", "1.4.0", "1.3.5"], "1.4.1", "1.4.0"),
        (["1.4.0"], "1.3.5", None),
        (["1.9"], "1.10", "1.9"),
        (["1.10"], "1.9", None),
        (["1.4.0rc1"], "1.4.0", "1.4.0rc1"),
        (["1.3.0", "1.4.0"], "1.4.0rc2", "1.3.0"),
        (["1.3.0", "1.4.0.dev3"], "1.4.0rc1", "1.4.0.dev3"),
        (["1.4"], "1.4.0", "1.4"),
        (["1.0", "nightly-7"], "1.1", "1.0"),
        (["1.0", "nightly-7"], "nightly-3", "nightly-7"),
        (["1.0"], "nightly-1", None),
        (["main", "nightly-7"], "feature", "nightly-7"),
        (["1!1.0"], "2025.1", None),
    ],
)
def test_previous(before: list[str], version: str, follows: str | None, tmp_path: Path) -> None:
    runs = [append(tmp_path, Run(f"t{day} pass", one), day) for day, one in enumerate(before)]
    last = append(tmp_path, Run("a pass", version), len(runs)).manifest.previous
    expected = None if follows is None else runs[len(before) - 1 - before[::-1].index(follows)].id
    assert (last and last.run) == expected
    assert last is None or last.judgement == 1


def test_the_date_of_the_run_decides_not_that_of_archiving(tmp_path: Path) -> None:
    late = append(tmp_path, Run("a pass", "1.0"), 5)
    early = append(tmp_path, Run("b pass", "1.0"), 1)
    between = append(tmp_path, Run("c pass", "1.0"), 3)
    assert (late.manifest.previous, early.manifest.previous) == (None, None)
    assert between.manifest.previous.run == early.id


def test_of_two_runs_of_the_same_second_the_one_archived_later_follows(tmp_path: Path) -> None:
    """Two shards may start together; a run that follows none would be compared with nothing."""
    first = append(tmp_path, Run("a pass", "1.0"), 1)
    previous = append(tmp_path, Run("b pass", "1.0"), 1).manifest.previous
    assert (previous and previous.run, first.manifest.previous) == (first.id, None)


def test_of_many_runs_of_the_same_second_each_follows_the_one_archived_before(tmp_path: Path) -> None:
    """Else the blockers of the runs between are lost."""
    runs = [append(tmp_path, Run(f"t{number} pass", "1.0"), 1) for number in range(6)]
    followed = [run.manifest.previous and run.manifest.previous.run for run in runs]
    assert followed == [None, *(run.id for run in runs[:-1])]
    assert Archive(tmp_path).latest().id == runs[-1].id


@pytest.mark.parametrize(
    ("versions", "now"),
    [
        (["1.0", "1.1"], 1),
        (["1.1", "1.0"], 0),
        (["1.1", "1.1"], 1),
        (["1.0", "nightly"], 0),
        (["nightly-2", "nightly-1"], 1),
        (["1.0", "1.1rc1"], 1),
        (["1.1", "1.1rc1"], 0),
    ],
)
def test_now_is_the_latest_run_of_the_highest_version(versions: list[str], now: int, tmp_path: Path) -> None:
    runs = [append(tmp_path, Run(f"t{day} pass", version), day) for day, version in enumerate(versions)]
    assert Archive(tmp_path).latest().id == runs[now].id


def test_an_empty_archive_has_no_latest_run(tmp_path: Path) -> None:
    assert Archive(tmp_path / "nothing").latest() is None


@pytest.fixture
def history(tmp_path: Path) -> Path:
    append(tmp_path / "history", Run("a pass", "1.0"), 0)
    append(tmp_path / "history", Run("b pass", "1.1"), 1)
    return tmp_path / "history"


def _archived(history: Path, tmp_path: Path, previous: str) -> str:
    files = write(tmp_path / "in", {"junit.xml": junit("c pass")})
    return archive_files(history, *files, "--previous", previous, version="1.2", started="2025-03-01").stdout.strip()


def test_previous_is_named(history: Path, tmp_path: Path) -> None:
    first = next(iter(Archive(history).runs))
    for named in (first, first[-12:], first[17:25]):
        made = _archived(history, tmp_path, named)
        assert Archive(history).runs[made].manifest.previous.run == first


def test_previous_is_none(history: Path, tmp_path: Path) -> None:
    made = _archived(history, tmp_path, "none")
    assert Archive(history).runs[made].manifest.previous is None


def test_previous_is_not_there_or_not_written_in_full(history: Path, tmp_path: Path) -> None:
    """A start, a part of one, and less than eight characters of a digest may mean anything."""
    files = write(tmp_path / "in", {"junit.xml": junit("c pass")})
    first = next(iter(Archive(history).runs))
    for named in ("20240101", "2025", first[:16], first[:20], first[17:24], first[-7:], "1", "1.0.0", ""):
        done = archive_files(history, *files, "--previous", named)
        assert (done.exit_code, len(Archive(history).runs)) == (2, 2)
        assert f"there is no run {named!r}" in done.stderr
        assert "readiness list" in done.stderr

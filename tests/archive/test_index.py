"""The index of the archive saves reading, and changes nothing: whatever becomes of it or of the archive."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.archive.test_verify import _edit, _flip, _reseal
from tests.scenario import append, contents, readiness

from readiness.archive import Archive, ArchivedRun, index
from readiness.archive import store as archive_store


def said(archive: Archive) -> tuple[object, ...]:
    """All that an archive says of its records."""
    return [*archive.runs.values()], [error.line for error in archive.damage]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made") / "history"
    for day in (0, 1, 30, 31, 32):  # in two months
        append(root, "a pass, b fail boom", day)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "history")
    return tmp_path / "history"


@pytest.fixture
def cache(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache whose index trusts the file system: its files are old enough."""
    monkeypatch.setattr(index, "SETTLED", -(10**18))
    assert not Archive(root, tmp_path / "cache").damage
    return tmp_path / "cache"


def records_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    read: list[str] = []
    run = archive_store.read_run
    monkeypatch.setattr(archive_store, "read_run", lambda folder, *more: read.append(folder.name) or run(folder, *more))
    return read


def test_what_did_not_change_is_not_read_again(root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, read = said(Archive(root)), records_read(monkeypatch)
    assert (said(Archive(root, cache)), read) == (expected, [])
    new = append(root, "a pass", 40)
    read.clear()
    assert list(Archive(root, cache).runs)[-1] == new.id
    assert read == [new.id]


def test_a_fresh_checkout_is_known_by_its_bytes(root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(root, root.parent / "copy")
    shutil.rmtree(root)
    (root.parent / "copy").rename(root)
    expected, read = said(Archive(root)), records_read(monkeypatch)
    assert (said(Archive(root, cache)), read) == (expected, [])


def first(root: Path) -> ArchivedRun:
    return next(iter(Archive(root).runs.values()))


def unnoticed(change: Callable[[Path], object]) -> Callable[[ArchivedRun], None]:
    """A change of the first judgement that leaves its time as it was."""

    def changed(run: ArchivedRun) -> None:
        path = run.folder / "judgements" / "1.yml"
        before = path.stat()
        change(path)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    return changed


def linked(path: Path) -> None:
    path.rename(path.with_name("away"))
    path.symlink_to(path.with_name("away"))


TOUCHED: dict[str, Callable[[ArchivedRun], object]] = {
    "a run is gone": lambda run: shutil.rmtree(run.folder),
    "a manifest is gone": lambda run: (run.folder / "run.json").unlink(),
    "a manifest is another": lambda run: _edit(run.folder / "run.json", branch="other"),
    "a manifest is cut": lambda run: os.truncate(run.folder / "run.json", 40),
    "a judgement is gone": lambda run: (run.folder / "judgements" / "1.yml").unlink(),
    "a judgement is one more": lambda run: shutil.copy(
        run.folder / "judgements" / "1.yml", run.folder / "judgements" / "2.yml"
    ),
    "a judgement is longer, of the same time": unnoticed(lambda path: path.write_bytes(path.read_bytes() + b"#")),
    "a judgement differs in one bit, of the same time": unnoticed(lambda path: _flip(path, 20)),
    "a judgement is by another tool": lambda run: _reseal(run.folder / "judgements" / "1.yml", tool="another"),
    "a judgement is a link": lambda run: linked(run.folder / "judgements" / "1.yml"),
    "the judgements are a link": lambda run: linked(run.folder / "judgements"),
    "a run is a link": lambda run: linked(run.folder),
    "a run is called otherwise": lambda run: run.folder.rename(run.folder.with_name("x")),
}


@pytest.mark.parametrize("touched", TOUCHED)
def test_an_archive_that_was_touched_by_hand_is_read_as_it_is(root: Path, cache: Path, touched: str) -> None:
    sound = said(Archive(root))
    TOUCHED[touched](first(root))
    expected = said(Archive(root))
    assert expected != sound
    assert said(Archive(root, cache)) == expected
    assert said(Archive(root, cache)) == expected


def test_what_was_just_written_is_not_trusted_by_its_time(root: Path, tmp_path: Path) -> None:
    Archive(root, tmp_path / "cache").runs  # noqa: B018
    (path,) = (tmp_path / "cache" / "archive").rglob("2025-02.json")
    entries = json.loads(path.read_bytes().partition(b"\n")[2])
    assert {stat for entry in entries.values() for stat in entry["stats"]} == {None}


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_index_is_made_again(root: Path, cache: Path, seed: int) -> None:
    expected, chance = said(Archive(root)), random.Random(seed)
    for path in [path for path in cache.rglob("*") if path.is_file()]:
        content = path.read_bytes()
        at = chance.randrange(len(content))
        flipped = content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
        path.write_bytes(content[:at] if seed % 2 else flipped)
    assert said(Archive(root, cache)) == expected
    assert said(Archive(root, cache)) == expected


def test_the_index_of_another_archive_says_nothing(root: Path, cache: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "history"
    for run in Archive(root).runs.values():
        place = other / run.folder.relative_to(root)
        shutil.copytree(run.folder, place)
        _edit(place / "run.json", branch="other")
    expected = said(Archive(other))
    assert expected != said(Archive(root))
    assert said(Archive(other, cache)) == expected
    assert said(Archive(root, cache)) == said(Archive(root))


def test_a_cache_that_cannot_be_written_is_no_matter(root: Path, tmp_path: Path) -> None:
    (tmp_path / "no folder").write_text("")
    assert said(Archive(root, tmp_path / "no folder")) == said(Archive(root))


@pytest.mark.parametrize("declared", ['{"time": NaN, "other": -Infinity}', '{"half": "\\ud800"}', '{"a": 1e400}'])
def test_a_manifest_of_odd_values_is_read_as_it_is(root: Path, tmp_path: Path, declared: str) -> None:
    run = first(root)
    path = run.folder / "run.json"
    plain = json.loads(path.read_text())
    plain["inputs"][0]["declared"] = json.loads(declared)
    _edit(path, inputs=plain["inputs"])
    read = [repr(said(Archive(root, cache))) for cache in (None, tmp_path / "cache", tmp_path / "cache")]
    assert read[1:] == read[:1] * 2


def test_two_processes_share_it(root: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from readiness.archive import Archive\n"
        "for _ in range(20): print(len(Archive(Path(sys.argv[1]), Path(sys.argv[2])).runs), flush=True)"
    )
    command = [sys.executable, "-c", code, str(root), str(tmp_path / "cache")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    both = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    append(root, "a pass", 41)
    told = [process.communicate(timeout=60)[0].split() for process in both]
    assert [len(one) for one in told] == [20, 20]
    assert {*told[0], *told[1]} <= {"5", "6"}
    assert said(Archive(root, tmp_path / "cache")) == said(Archive(root))


@pytest.mark.parametrize("place", ["", "histories", "results", "archive", "checkpoints"])
def test_a_link_to_the_archive_in_the_place_of_the_cache_harms_nothing(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    history, link = tmp_path / "history", tmp_path / ".cache" / "readiness" / place
    append(history, "a pass | a", 1)
    append(history, "a fail boom | a", 2)
    for path in history.rglob("*"):
        os.utime(path, (0, 0))
    before = contents(history)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(history)
    done = readiness("gate", "--history", history)
    assert done.exit_code == 1 if place else (done.exit_code, "leads to an archive" in done.stderr) == (2, True)
    assert {name: contents(history)[name] for name in before} == before
    assert readiness("verify", "--history", history).exit_code == 0

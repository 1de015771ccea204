"""Killed, refused, or many at once: what was archived before stays whole, and no half run appears."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenario import append, contents, junit, readiness, write

from readiness.archive import Archive, verify

PLAIN = "from readiness.cli import main; main()"
WITHOUT_RIGHTS = """
import contextlib, io, os, sys, tempfile
from readiness.cli import main
if os.geteuid() == 0:
    # Once elsewhere, so that all is imported while it can be.
    quietly = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
    with tempfile.TemporaryDirectory() as folder, quietly[0], quietly[1]:
        main([*sys.argv[1:-1], folder + "/history"], standalone_mode=False)
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
main()
"""
"""Root is bound by no permission: becomes nobody first."""


def start(history: Path, *arguments: str, script: str = PLAIN, cwd: Path | None = None) -> subprocess.Popen[str]:
    """Start `readiness archive` as a process of its own."""
    fixed = ("--commit", "none", "--branch", "none", "--ci-url", "none", "--history", str(history))
    command = [sys.executable, "-c", script, "archive", *arguments, *fixed]
    return subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code and what was printed."""
    out, said = process.communicate(timeout=120)
    return process.returncode, out, said


def whole(history: Path) -> Archive:
    """The archive, of which nothing differs."""
    archive = Archive(history)
    assert [error.line for _, problems in verify(archive) for error in problems] == []
    return archive


@pytest.fixture
def history(tmp_path: Path) -> Path:
    append(tmp_path / "history", "a pass", 1)
    return tmp_path / "history"


def test_killed_at_every_call_that_writes(tmp_path: Path) -> None:
    """Four ways to write, killed before every call, and in the middle of every write."""
    script = Path(__file__).with_name("killing.py")
    done = subprocess.run([sys.executable, script, tmp_path], capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) >= 200


@pytest.mark.slow
def test_killed_at_any_moment(history: Path, tmp_path: Path) -> None:
    """Real processes, killed at moments from their start to their end."""
    files = write(tmp_path / "in", {f"{name}.xml": junit(f"t{name} pass") for name in range(60)})
    before, moments = contents(history), 5
    began = time.monotonic()
    assert end(start(history, *files, "--version", "2.0"))[0] == 0
    duration = time.monotonic() - began
    for moment in range(1, moments + 1):
        process = start(history, *files, "--version", f"2.{moment}")
        time.sleep(duration * moment / moments)
        process.kill()
        end(process)
        found = set(whole(history).runs)
        assert {path: contents(history)[path] for path in before} == before
        code, out, _ = end(start(history, *files, "--version", f"2.{moment}"))
        assert code == 0
        assert set(whole(history).runs) == found | {out.strip()}
        assert not list(history.rglob(".*"))
    assert len(whole(history).runs) == 2 + moments


@pytest.mark.parametrize("started", ["2025-03-01", None], ids=["a known start", "started now"])
def test_eight_processes_at_once(started: str | None, history: Path, tmp_path: Path) -> None:
    """Four runs, each archived by two processes: each is there once."""
    when = ("--started", started) if started else ()
    running = []
    for number in range(8):
        (file,) = write(tmp_path / f"in{number}", {"junit.xml": junit(f"t{number % 4} pass")})
        running.append(start(history, file, "--version", "2.0", *when))
    told = [end(process) for process in running]
    assert [code for code, _, _ in told] == [0] * 8, told
    archive = whole(history)
    assert {run.strip() for _, run, _ in told} < set(archive.runs)
    assert len(archive.runs) == 5
    assert sorted("archived already" in said for _, _, said in told) == [False] * 4 + [True] * 4
    # Whichever came first: the runs of one moment stand in one line.
    followed = [run.manifest.previous.run for run in archive.runs.values() if run.manifest.previous]
    assert len(set(followed)) == len(followed) == 4
    assert not list(history.rglob(".*"))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, and whose files every user can read.

    Not below pytest's own: that is closed to others whenever any session of the same user begins.
    """
    with tempfile.TemporaryDirectory(prefix="readiness-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("closed", ["policies", "runs/2025-01"])
def test_without_permission(closed: str, open_folder: Path) -> None:
    history = open_folder / "history"
    append(history, "a pass", 1)
    (file,) = write(open_folder / "in", {"junit.xml": junit("b pass")})
    (policy,) = write(open_folder / "in", {"own.yml": b"product: shop\n"})
    for folder in (history, *(one for one in history.rglob("*") if one.is_dir())):
        folder.chmod(0o777)
    (history / closed).chmod(0o555)
    before = contents(history)
    told = ("--version", "2.0", "--started", "2025-01-05", "--policy", policy)
    code, out, said = end(start(history, file, *told, script=WITHOUT_RIGHTS, cwd=open_folder))
    assert (code, out) == (2, "")
    (line,) = said.splitlines()
    assert "Permission denied" in line
    assert str(history / closed) in line
    assert "Nothing was archived" in line
    assert contents(history) == before
    assert not list(history.rglob(".*"))


def test_where_no_folder_can_be_made(open_folder: Path) -> None:
    (file,) = write(open_folder / "in", {"junit.xml": junit("b pass")})
    open_folder.chmod(0o555)
    place, told = open_folder / "deep" / "history", ("--version", "2.0")
    code, out, said = end(start(place, file, *told, script=WITHOUT_RIGHTS, cwd=open_folder))
    assert (code, out, len(said.splitlines())) == (2, "", 1)
    assert "Permission denied" in said
    assert not (open_folder / "deep").exists()


def test_in_a_folder_that_cannot_be_read(open_folder: Path) -> None:
    (file,) = write(open_folder / "in", {"junit.xml": junit("b pass")})
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    code, out, said = end(start(closed / "history", file, "--version", "2.0", script=WITHOUT_RIGHTS, cwd=closed))
    assert (code, out, len(said.splitlines())) == (2, "", 1), said
    assert "Permission denied" in said


@pytest.fixture
def read_only(history: Path, tmp_path: Path) -> Iterator[Path]:
    """The archive, mounted so that nobody can write to it."""
    place = tmp_path / "mounted" / "history"
    place.mkdir(parents=True)
    options = ["--bind", "-o", "ro", str(history), str(place)]
    if os.geteuid() or subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("this user can mount nothing")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_on_a_read_only_mount_everything_is_read_and_nothing_written(read_only: Path, tmp_path: Path) -> None:
    assert readiness("verify", "--history", read_only).exit_code == 0
    assert readiness("list", "--history", read_only).exit_code == 0
    assert readiness("gate", "--history", read_only).exit_code == 0
    (file,) = write(tmp_path / "in", {"junit.xml": junit("b pass")})
    for command in (("archive", file, "--version", "2.0"), ("judge", "--policy", *write(tmp_path, {"p.yml": b"{}"}))):
        done = readiness(*command, "--history", read_only)
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
        assert "Read-only file system" in done.stderr


def test_an_interrupted_command_leaves_nothing(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(history)

    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        append(history, "b pass", 2, policy="product: other\n")
    assert contents(history) == before
    assert not list(history.rglob(".*"))

"""Devices, pipes, endless and giant files, where a pull request or another job may have put them: one line each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.scenario import append, readiness, write

from readiness.policy import load

GIANT = 20 * 2**30


def give(place: Path, kind: str) -> None:
    place.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "giant":
        with place.open("wb") as file:
            file.truncate(GIANT)
    else:
        place.symlink_to({"device": "/dev/zero", "system": "/proc/self/environ"}[kind])


@pytest.mark.parametrize("kind", ["device", "pipe", "giant", "system"])
@pytest.mark.parametrize("place", ["readiness.yml", "OWNERS"])
def test_in_the_place_of_what_a_project_holds(
    place: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("A_SECRET", "geheim")
    append(tmp_path / "history", "a pass | a")
    (tmp_path / "readiness.yml").write_text("product: shop\nowners: OWNERS\n")
    (tmp_path / "OWNERS").touch()
    give(tmp_path / place, kind)
    done = readiness("judge")
    assert (done.exit_code, done.stderr.count("\n"), "geheim" in done.output) == (2, 1, False), done.output
    assert place in done.stderr
    assert "not a file" in done.stderr or "too large" in done.stderr


@pytest.fixture
def piped() -> Iterator[Callable[[bytes], str]]:
    """Name of a pipe that holds these bytes, as a shell names that of <(…)."""
    opened: list[int] = []

    def name(content: bytes) -> str:
        reading, writing = os.pipe()
        opened.append(reading)
        os.write(writing, content)
        os.close(writing)
        return f"/dev/fd/{reading}"

    yield name
    for one in opened:
        os.close(one)


def test_a_policy_that_the_user_names_may_be_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piped: Callable[[bytes], str]
) -> None:
    monkeypatch.chdir(tmp_path)
    append(tmp_path / "history", "a pass | a")
    write(tmp_path, {"OWNERS": b"* @a\n"})
    policy = b"product: Piped\nowners: OWNERS\n"
    done = readiness("policy", "check", piped(policy))
    assert (done.exit_code, "is sound" in done.output, "Piped" in done.output) == (0, True, True), done.output
    assert readiness("gate", "--policy", piped(policy), "--at", "2025-06-01").exit_code == 0
    done = readiness("policy", "check", piped(b"prodct: x\n"))
    assert (done.exit_code, "line 1, key prodct" in done.stderr) == (2, True)
    done = readiness("gate", "--policy", piped(b""))
    assert (done.exit_code, "is an empty pipe" in done.stderr) == (2, True)
    monkeypatch.setattr(load, "_LARGEST", 20)
    done = readiness("policy", "check", piped(policy))
    assert (done.exit_code, "more than 20 bytes" in done.stderr, done.stderr.count("\n")) == (2, True, 1)
    done = readiness("policy", "check", "/proc/self/environ")
    assert (done.exit_code, "Name a file or a pipe" in done.stderr) == (2, True)
    give(tmp_path / "OWNERS", "pipe")
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    done = readiness("policy", "check", piped(policy))
    assert (done.exit_code, "OWNERS, line 2, key owners" in done.stderr, "is a pipe" in done.stderr) == (2, True, True)
    assert "Put a file in its place" in done.stderr


def test_giant_files_in_evidence_and_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = append(tmp_path / "history", "a pass | a")
    really = Path.read_bytes

    def short_of_memory(path: Path) -> bytes:
        if path.stat().st_size == GIANT:
            raise MemoryError
        return really(path)

    monkeypatch.setattr(Path, "read_bytes", short_of_memory)
    give(tmp_path / "big.xml", "giant")
    done = readiness("archive", "big.xml", "--version", "1.1")
    assert (done.exit_code, "too large" in done.stderr, done.stderr.count("\n")) == (2, True, 1)
    for name in (run.manifest.inputs[0].stored, "run.json"):
        give(run.folder / name, "giant")
        for command in ("gate", "verify"):
            done = readiness(command)
            assert done.exit_code in (1, 2)
            assert f"{name}: is larger than any file of an archive" in done.output


def test_what_a_project_holds_is_written_as_usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link to a policy elsewhere is one, and a gate tells of a policy that differs, with the owners that it names."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "shared", {"p.yml": b"product: shop\nowners: OWNERS\n"})
    write(tmp_path, {"OWNERS": b"* @a\n"})
    (tmp_path / "readiness.yml").symlink_to("shared/p.yml")
    append(tmp_path / "history", "a pass | a")
    assert readiness("judge", "--at", "2025-06-01").exit_code == 0
    assert "has changed" not in readiness("gate", "--at", "2025-06-02").stderr
    write(tmp_path, {"OWNERS": b"* @b\n"})
    assert "has changed" in readiness("gate", "--at", "2025-06-02").stderr

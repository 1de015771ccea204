"""Whatever a user gets wrong ends in an exit code and in words that name file, place, problem and remedy."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from tests.scenario import append, archive_files, collected, contents, junit, readiness, write

from readiness.archive import Archive

GOOD = junit("a pass, b pass")
CUT = GOOD[:-60]

DAMAGED = {
    "cut off": (CUT, "partly"),
    "empty": (b"", "rejected"),
    "binary": (bytes(range(256)) * 4, "rejected"),
    "plain text": (b"all is well\n", "rejected"),
    "html": (b"<html><body>502 Bad Gateway</body></html>", "rejected"),
    "json": (b'{"metrics": [{"name": "x", "val', "rejected"),
    "unknown json": (b'{"a": 1}', "rejected"),
    "metric without value": (b'{"metrics": [{"name": "x"}, {"name": "y", "value": 1}]}', "partly"),
    "metric that is no number": (b'{"metrics": [{"name": "x", "value": NaN}]}', "rejected"),
    "list cut off": (b"tests/test_app.py::a\ntests/test_app.py::b\n", "partly"),
    "half a gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xb3", "rejected"),
    "second part of a gzip cut off": (gzip.compress(collected("a b")) + gzip.compress(b"more")[:11], "partly"),
    "entities": (b'<!DOCTYPE x [<!ENTITY e "e">]><testsuite><testcase name="&e;"/></testsuite>', "rejected"),
}
each_damage = pytest.mark.parametrize("name", DAMAGED)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history"


@each_damage
def test_damaged_beside_readable(name: str, history: Path, tmp_path: Path) -> None:
    content, state = DAMAGED[name]
    files = write(tmp_path / "in", {"junit.xml": GOOD, "damaged.dat": content})
    done = archive_files(history, *files)
    assert done.exit_code == 1
    (run,) = Archive(history).runs.values()
    assert done.stdout.strip() == run.id
    item = next(item for item in run.manifest.inputs if item.name == "damaged.dat")
    assert (item.read, item.reason != "") == (state, True)
    assert run.evidence(item) == content
    assert f"damaged.dat: {state}: " in done.stderr
    assert "cannot be READY" in done.stderr
    assert readiness("verify", "--history", history).exit_code == 0
    assert readiness("gate", "--history", history).exit_code in (1, 3)


@pytest.mark.parametrize("name", [name for name, (_, state) in DAMAGED.items() if state == "rejected"])
def test_nothing_readable(name: str, history: Path, tmp_path: Path) -> None:
    files = write(tmp_path / "in", {"damaged.dat": DAMAGED[name][0]})
    done = archive_files(history, *files)
    assert (done.exit_code, done.stdout) == (4, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"readiness: {files[0]}: ")
    assert "Nothing was archived" in line
    assert not history.exists()


def test_several_unreadable_files_are_told_in_one_line(history: Path, tmp_path: Path) -> None:
    files = write(tmp_path / "in", {"a.xml": b"", "b.xml": b"<html/>", "c.xml": b"\0"})
    done = archive_files(history, *files)
    assert done.exit_code == 4
    (line,) = done.stderr.splitlines()
    assert files[0] in line
    assert "2 more" in line


def test_a_cut_off_file_alone_is_archived_and_never_ready(history: Path, tmp_path: Path) -> None:
    done = archive_files(history, *write(tmp_path / "in", {"junit.xml": CUT}))
    assert done.exit_code == 1
    assert readiness("gate", "--history", history).exit_code in (1, 3)


BAD_ARGUMENTS = {
    "missing file": ("DIR/no.xml", ("no.xml", "no such file")),
    "pattern that matches nothing": ("DIR/*.nothing", ("*.nothing", "no such file")),
    "folder": ("DIR", ("is a folder", "*.xml")),
    "no file": ("", ("no file is named",)),
    "start": ("FILE --started yesterday", ("--started", "yesterday", "2025-08-10T04:12:00Z")),
    "start that is no day": ("FILE --started 2025-02-30", ("--started", "2025-02-30")),
    "empty start": ("FILE --started=", ("--started",)),
    "start before all time": ("FILE --started 0001-01-01T00:00:00+23:00", ("--started",)),
    "start long ago": ("FILE --started 0999-01-01", ("--started",)),
    "finish": ("FILE --finished later", ("--finished", "later")),
    "finish before start": ("FILE --finished 2024-01-01", ("--finished", "before the start")),
    "surroundings": ("FILE --env python", ("--env", "python=3.12")),
    "nameless surroundings": ("FILE --env =3.12", ("--env",)),
    "previous": ("FILE --previous nothing", ("nothing", "readiness list")),
    "empty previous": ("FILE --previous=", ("readiness list",)),
    "policy that is not there": ("FILE --policy DIR/no.yml", ("no.yml",)),
    "policy that is a folder": ("FILE --policy DIR", ("DIR",)),
    "history that is a file": ("FILE --history FILE", ("junit.xml",)),
    "empty version": ("FILE --version=", ("--version",)),
    "variant without files": ("FILE --variant linux", ("--variant", "linux")),
    "variant of nothing": ("FILE --strict-patterns --variant linux=no/*.xml", ("no/*.xml",)),
    "nothing but a variant of nothing": ("--variant linux=no/*.xml", ("no/*.xml", "no such file")),
    "nothing but a second job": ("--rerun FILE", ("--rerun", "the first job's files", "--supersedes")),
    "second job of nothing": ("FILE --rerun no.xml", ("no.xml", "no such file")),
    "second job of nothing, strictly": ("FILE --strict-patterns --rerun no/*.xml", ("no/*.xml", "no such file")),
    "name that is too long": ("a" * 5000, ("no such file",)),
    "nameless source": ("FILE --source =FILE", ("--source",)),
    "two variants": ("--variant a=FILE --variant b=FILE", ("junit.xml", "Choose one")),
    "unknown option": ("FILE --colour red", ("--colour",)),
}


@pytest.mark.parametrize("name", BAD_ARGUMENTS)
def test_bad_arguments(name: str, history: Path, tmp_path: Path) -> None:
    text, words = BAD_ARGUMENTS[name]
    (file,) = write(tmp_path / "in", {"junit.xml": GOOD})
    arguments = text.replace("FILE", file).replace("DIR", str(tmp_path / "in")).split()
    usual = ["--version", "1.0", "--started", "2025-01-01", "--history", history]
    done = readiness("archive", *usual, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert [word for word in words if word.replace("DIR", str(tmp_path / "in")) not in done.stderr] == []
    assert "Traceback" not in done.stderr
    assert not history.exists()


@pytest.mark.parametrize("option", ["--version", "--commit", "--branch", "--ci-url", "--env"])
def test_arguments_that_are_no_text(option: str, history: Path, tmp_path: Path) -> None:
    """What the shell hands over need not be UTF-8; Python then marks the odd bytes."""
    file = write(tmp_path / "in", {"junit.xml": GOOD})
    usual = {"--version": "1.0", "--commit": "none", "--branch": "none", "--ci-url": "none"}
    arguments = usual | {option: os.fsdecode(b"a=\xff")}
    done = readiness("archive", *file, "--history", history, *(part for pair in arguments.items() for part in pair))
    assert done.exit_code in (0, 2)
    assert len(done.stderr.splitlines()) <= 2


def test_a_missing_version(history: Path, tmp_path: Path) -> None:
    done = readiness("archive", *write(tmp_path / "in", {"junit.xml": GOOD}), "--history", history)
    assert done.exit_code == 2
    assert "--version" in done.stderr


def test_a_bad_policy(history: Path, tmp_path: Path) -> None:
    (tmp_path / "readiness.yml").write_text("product: x\ncritera: []\n")
    done = archive_files(history, *write(tmp_path / "in", {"junit.xml": GOOD}))
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("readiness: readiness.yml, line 2, key critera: unknown key. ")
    assert not history.exists()


@pytest.mark.parametrize("run", ["20240101", "../../etc", ""])
def test_gate_on_a_run_that_is_not_there(run: str, history: Path) -> None:
    """An empty name is a variable that was not set: it must not mean the latest run."""
    append(history, "a pass | a")
    done = readiness("gate", "--run", run, "--history", history)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "there is no run" in done.stderr
    assert "readiness list" in done.stderr


def test_gate_on_an_empty_archive(history: Path) -> None:
    history.mkdir()
    done = readiness("gate", "--history", history)
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "contains no runs" in line
    assert "readiness archive" in line


def test_list_and_verify_of_an_empty_archive(history: Path) -> None:
    history.mkdir()
    for command in ("list", "verify"):
        done = readiness(command, "--history", history)
        assert (done.exit_code, done.stdout) == (0, "")
        assert "contains no runs yet" in done.stderr
    assert list(history.iterdir()) == []


def test_gate_by_a_bad_policy(history: Path, tmp_path: Path) -> None:
    append(history, "a pass | a")
    (tmp_path / "own.yml").write_text("critera: []\n")
    done = readiness("gate", "--policy", tmp_path / "own.yml", "--history", history)
    assert done.exit_code == 2
    assert "own.yml, line 1, key critera" in done.stderr


def test_nothing_is_written_by_reading(history: Path) -> None:
    append(history, "a pass | a")
    before = contents(history)
    for command in ("gate", "list", "verify"):
        readiness(command, "--history", history)
    assert contents(history) == before


@each_damage
def test_inspect_names_what_is_wrong(name: str, tmp_path: Path) -> None:
    content, state = DAMAGED[name]
    (file,) = write(tmp_path, {"damaged.dat": content})
    done = readiness("inspect", file)
    assert done.exit_code == (4 if state == "rejected" else 1)
    assert "damaged.dat" in done.stdout


def test_control_characters_of_the_evidence_do_not_reach_the_terminal(history: Path, tmp_path: Path) -> None:
    files = write(tmp_path / "in", {"junit.xml": junit("a fail red"), "collected.txt": collected("a")})
    policy = write(tmp_path, {"own.yml": b'product: "\\e[31mred"\n'})
    archive_files(history, *files, "--policy", *policy)
    done = readiness("gate", "--history", history)
    assert "\x1b" not in done.stdout
    assert "red 1.0" in done.stdout

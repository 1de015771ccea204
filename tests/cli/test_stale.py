"""What was tested: no commit, where changes are not committed; another one, where an old report still lay there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.scenario import readiness, write

from readiness.archive import Archive

PYTEST = (
    b'<testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="0" skipped="0" tests="1" '
    b'time="0.1" timestamp="2025-01-01T10:0%d:00+00:00" hostname="h">'
    b'<testcase classname="%s" name="a" time="0.1"/></testsuite></testsuites>'
)
GRADLE = (
    b'<testsuite name="%s" tests="1" skipped="0" failures="0" errors="0" timestamp="2025-01-01T10:0%d:00.000Z" '
    b'hostname="h" time="0.1"><testcase name="a()" classname="%s" time="0.1"/></testsuite>'
)


def gradle(name: bytes, minute: int) -> bytes:
    return GRADLE % (name, minute, name)


def gate_code(history: Path) -> int:
    return readiness("gate", "--history", history).exit_code


def archived(history: Path, files: dict[str, bytes], commit: str, version: str = "1.0") -> tuple[int, str]:
    """(exit code, what is said on standard error)."""
    paths = write(history.parent / "evidence", files)
    done = readiness("archive", *paths, "--version", version, "--commit", commit, "--history", history)
    return done.exit_code, done.stderr


def test_the_report_of_another_commit_proves_nothing(tmp_path: Path) -> None:
    history = tmp_path / "history"
    archived(history, {"junit.xml": PYTEST % (1, b"t")}, "aaa")
    code, said = archived(history, {"junit.xml": PYTEST % (1, b"t")}, "bbb")
    assert (code, gate_code(history)) == (1, 3)
    assert "junit.xml: is the report of commit aaa, byte for byte" in said
    assert "delete old reports before the tests" in said
    files = write(tmp_path / "evidence", {"junit.xml": PYTEST % (1, b"t")})
    trial = ("gate", *files, "--commit", "ccc", "--history", history)
    assert readiness(*trial).exit_code == 3
    assert readiness(*trial, "--started", "2025-01-02T10:00:00Z").exit_code == 0  # whoever says so saw them run
    again = readiness("archive", *write(tmp_path / "new", {"junit.xml": PYTEST % (2, b"t")}), "--supersedes", "1.0",
                      "--history", history)  # fmt: skip
    assert (again.exit_code, gate_code(history)) == (0, 0)


@pytest.mark.parametrize(
    ("before", "now", "report", "code"),
    [
        pytest.param(("1.0rc1", "aaa"), ("1.0", "aaa"), PYTEST % (1, b"t"), 0, id="the commit got another version"),
        pytest.param(("1.0", "none"), ("1.1", "none"), PYTEST % (1, b"t"), 0, id="no commit tells"),
        pytest.param(("1.0", "aaa"), ("1.1", "none"), PYTEST % (1, b"t"), 0, id="one commit is not known"),
        pytest.param(
            ("1.0", "aaa"),
            ("1.1", "bbb"),
            b'<testsuite name="lint" tests="1"><testcase classname="a.py" name="a"/></testsuite>',
            0,
            id="a report without a moment is the same each time",
        ),
        pytest.param(("1.0", "aaa"), ("1.1", "bbb"), gradle(b"A", 1), 3, id="nothing is new"),
    ],
)
def test_the_same_report_again(
    before: tuple[str, str], now: tuple[str, str], report: bytes, code: int, tmp_path: Path
) -> None:
    history = tmp_path / "history"
    for version, commit in (before, now):
        archived(history, {"junit.xml": report}, commit, version)
    assert gate_code(history) == code


def test_a_build_cache_may_give_back_a_part(tmp_path: Path) -> None:
    history = tmp_path / "history"
    archived(history, {"a.xml": gradle(b"A", 1), "b.xml": gradle(b"B", 1)}, "aaa")
    code, said = archived(history, {"a.xml": gradle(b"A", 1), "b.xml": gradle(b"B", 2)}, "bbb")
    assert (code, gate_code(history)) == (0, 0)
    assert "a.xml: is the report of commit aaa" in said
    assert said.endswith("unless a build cache gave it back.\n")
    mixed = {"a.xml": PYTEST % (1, b"t"), "b.xml": PYTEST % (1, b"u")}
    archived(history, mixed, "ccc", "2.0")
    code, _ = archived(history, mixed | {"b.xml": PYTEST % (2, b"u")}, "ddd", "2.0")
    assert (code, gate_code(history)) == (1, 3)  # pytest has no cache


def test_a_run_that_was_taken_back_had_nothing_first(tmp_path: Path) -> None:
    history = tmp_path / "history"
    archived(history, {"junit.xml": PYTEST % (1, b"t")}, "wrong")
    readiness("withdraw", "1.0", "--reason", "wrong commit", "--by", "kim", "--history", history)
    assert archived(history, {"junit.xml": PYTEST % (1, b"t")}, "right")[0] == 0
    assert gate_code(history) == 0


def test_changes_that_are_not_committed_are_of_no_commit(tmp_path: Path) -> None:
    """Two such runs would show tests as flaky, "passed and failed on one commit", that a change broke and fixed."""
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"]
    (tmp_path / "a.py").write_text("1")
    for command in (["init", "-q"], ["add", "a.py"], ["commit", "-qm", "Begin"]):
        subprocess.run([*git, *command], check=True)
    write(tmp_path, {"junit.xml": PYTEST % (1, b"t")})
    archive = ("archive", "junit.xml", "--history", tmp_path / "history", "--version")
    assert "commit" not in readiness(*archive, "1.0").stderr
    (tmp_path / "a.py").write_text("2")
    assert readiness(*archive, "1.1").stderr.startswith("No commit is recorded: tracked files have changes")
    assert "No commit" not in readiness(*archive, "1.2", "--commit", "abc").stderr
    commits = [bool(run.manifest.commit) for run in Archive(tmp_path / "history").runs.values()]
    assert sorted(commits) == [False, True, True]


def test_in_ci_a_verdict_about_another_commit_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`archive; gate` in a script that goes on after an error: what was archived before answers."""
    history = tmp_path / "history"
    archived(history, {"junit.xml": PYTEST % (1, b"t")}, "aaa")
    assert readiness("gate", "--history", history).stderr == ""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for commit, told in (("bbb", True), ("aaa", False)):
        monkeypatch.setenv("GITHUB_SHA", commit)
        done = readiness("gate", "--history", history)
        assert (done.exit_code, "is of commit aaa, this job of bbb" in done.stderr) == (0, told)
    monkeypatch.setenv("GITHUB_SHA", "bbb")
    assert readiness("gate", "--run", "1.0", "--history", history).stderr == ""

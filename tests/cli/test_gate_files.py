"""`readiness gate FILES…`: files are judged as if they were archived, and the archive stays as it is."""

from __future__ import annotations

import json
import os
from html import unescape
from pathlib import Path

import pytest
from tests.scenario import append, contents, readiness

from readiness.cli.gate import FORMATS
from readiness.policy import policy_digest


def suite(*failing: str, tests: str = "a b c") -> str:
    """JUnit XML of pytest's classes: these tests fail, the others pass."""
    broken = {one: f'<failure message="{one} broke"/>' for one in failing}
    cases = "".join(
        f'<testcase classname="tests.test_app" name="{one}">{broken.get(one, "")}</testcase>' for one in tests.split()
    )
    return f'<testsuites><testsuite name="pytest">{cases}</testsuite></testsuites>'


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """`c` fails and is known to."""
    append(tmp_path / "history", "a pass, b pass, c fail boom | a b c")
    return tmp_path / "history"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("failing", "code"), [(("b", "c"), 1), ((), 0)])
def test_it_answers_what_would_be_and_archives_nothing(
    form: str, failing: tuple[str, ...], code: int, history: Path
) -> None:
    Path("junit.xml").write_text(suite(*failing), encoding="utf-8")
    before = contents(history)
    done = readiness("gate", "junit.xml", "--version", "1.1", "--format", form, "--history", history)
    assert (done.exit_code, done.stderr) == (code, "")
    told = unescape(done.stdout)
    assert "1.1" in told
    assert (
        '"trial": true' in told if form == "json" else "Would be NOT READY" in told or (not code and "Would be" in told)
    )
    assert contents(history) == before
    assert not list(history.parent.glob(".cache/readiness/trial-*"))
    assert len(json.loads(readiness("gate", "--format", "json").stdout)["report"]["verdict"]["blocked"]) > 0


def test_the_answer_is_that_of_the_run_once_it_is_archived(history: Path) -> None:
    Path("junit.xml").write_text(suite("b"), encoding="utf-8")
    files = ("junit.xml", "--version", "1.1", "--started", "2025-06-01")
    asked = json.loads(readiness("gate", *files, "--format", "json").stdout)
    assert readiness("archive", *files).exit_code == 0
    archived = json.loads(readiness("gate", "--format", "json").stdout)
    assert (asked.pop("trial"), archived.pop("trial")) == (True, False)
    assert asked == archived


def test_what_is_new_comes_first(history: Path) -> None:
    Path("junit.xml").write_text(suite("b", "c"), encoding="utf-8")
    text = readiness("gate", "junit.xml", "--version", "1.1").stdout
    new, rest = text.index("New since 1.0 (BLOCKED)"), text.index("No test fails")
    assert new < rest
    assert "1 test newly failing: tests.test_app::b" in text[new:rest]
    assert "test_app::c" not in text[new:rest]
    assert text.count("newly failing") == 1
    github = readiness("gate", "junit.xml", "--version", "1.1", "--format", "github").stdout.splitlines()
    assert "newly failing: tests.test_app::b" in github[1]
    Path("junit.xml").write_text(suite("c"), encoding="utf-8")
    assert "No new failures and no new blockers." in readiness("gate", "junit.xml").stdout


def test_the_version_is_that_of_the_run_archived_last(history: Path) -> None:
    Path("junit.xml").write_text(suite(), encoding="utf-8")
    assert readiness("gate", "junit.xml").stdout.startswith("Release 1.0, not archived")


def test_evidence_that_is_archived_answers_as_its_run(history: Path) -> None:
    Path("junit.xml").write_text(suite("c"), encoding="utf-8")
    run = readiness("archive", "junit.xml", "--version", "1.1").stdout.split()[0]
    done = readiness("gate", "junit.xml", "--version", "1.1")
    assert run in done.stdout
    assert "Would be" not in done.stdout
    assert "archived already" in done.stderr


def test_a_policy_that_is_named_judges_the_files_and_not_the_past(history: Path) -> None:
    Path("junit.xml").write_text(suite("c"), encoding="utf-8")
    Path("other.yml").write_text("product: other\n", encoding="utf-8")
    told = json.loads(readiness("gate", "junit.xml", "--policy", "other.yml", "--format", "json").stdout)
    assert (told["trial"], told["report"]["run"]["product"]) == (True, "other")
    assert told["policy"] == told["report"]["judgement"]["policy"] == policy_digest(b"product: other\n")


def test_a_missing_test_is_missed_without_the_archive(history: Path) -> None:
    Path("junit.xml").write_text(suite(tests="a c"), encoding="utf-8")
    done = readiness("gate", "junit.xml", "--version", "1.1")
    assert (done.exit_code, "Would be NOT READY: UNPROVEN" in done.stdout) == (3, True)


def test_before_the_first_run_it_needs_a_version(tmp_path: Path) -> None:
    Path("junit.xml").write_text(suite(), encoding="utf-8")
    done = readiness("gate", "junit.xml")
    assert (done.exit_code, "no version is named" in done.stderr) == (2, True)
    assert readiness("gate", "junit.xml", "--version", "1").exit_code == 0
    assert not (tmp_path / "history").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="modes of files")
def test_a_read_only_project_is_enough(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be linked, and the cache takes nothing."""
    Path("junit.xml").write_text(suite("c"), encoding="utf-8")

    def refused(*arguments: object, **more: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    (history.parent / ".cache").write_text("no folder", encoding="utf-8")
    assert readiness("gate", "junit.xml").stdout.splitlines()[1].startswith("Would be NOT READY: BLOCKED")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--version", "2"), "no file of it is named"),
        (("--commit", "none"), "no file of it is named"),
        (("junit.xml", "--run", "1.0"), "Leave out FILES"),
        (("junit.xml", "--release", "1.0"), "Leave out FILES"),
        (("none.xml",), "no such file"),
        (("--variant", "linux=*.none"), "no such file"),
        (("junit.xml", "--version", "latest"), "a version cannot be called"),
        (("junit.xml", "--started", "2999-01-01"), "is in the future"),
    ],
)
def test_what_cannot_be_judged_is_a_line(arguments: tuple[str, ...], told: str, history: Path) -> None:
    Path("junit.xml").write_text(suite(), encoding="utf-8")
    done = readiness("gate", *arguments)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert told in done.stderr

"""From a runner's list and its results to the verdict, and the list that is advised where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.evidence.evidence_corpus import content
from tests.scenario import readiness


def archived(tmp_path: Path, **files: bytes | str) -> str:
    """Archive the files, each called by its name and content, and give what is said on standard error."""
    for name, made in files.items():
        (tmp_path / name).write_bytes(made if isinstance(made, bytes) else made.encode())
    history = tmp_path / "history"
    done = readiness("archive", *(tmp_path / name for name in files), "--version", "1.0", "--history", history)
    assert done.exit_code in (0, 1), done.stderr
    return done.stderr


def listed(name: str) -> bytes:
    """A file of the fixtures."""
    return content(f"lists/{name}")


@pytest.mark.parametrize(
    ("found", "results"),
    [
        ("20-xdist-loadgroup-list.txt", "20-xdist-loadgroup-results.xml"),
        ("21-folder-with-brackets-list.txt", "21-folder-with-brackets-results.xml"),
        ("pytest-8.txt", "pytest-8-loadgroup.xml"),
        ("pytest-8.txt", "pytest-8-prefix.xml"),
        ("pytest-9.txt", "pytest-9-ctrf.json"),
        ("go.txt", "go.xml"),
        ("jest.json", "jest-file.xml"),
        ("dotnet.txt", "dotnet.xml"),
    ],
)
def test_a_run_with_its_list_is_ready(found: str, results: str, tmp_path: Path) -> None:
    archived(tmp_path, found=listed(found), results=listed(results))
    done = readiness("gate", "--history", tmp_path / "history")
    assert (done.exit_code, "UNPROVEN" in done.stdout) == (0, False), done.stdout


@pytest.mark.parametrize(
    ("found", "results", "missing"),
    [
        ("pytest-8.txt", "pytest-8-prefix.xml", b'<testcase classname="linux.tests.test_a" name="test_c"'),
        (
            "20-xdist-loadgroup-list.txt",
            "20-xdist-loadgroup-results.xml",
            b'<testcase classname="tests.test_a" name="test_a@db"',
        ),
        ("go.txt", "go.xml", b'<testcase name="FuzzF"'),
        ("jest.json", "jest-file.xml", b'<testcase classname=" b"'),
        ("dotnet.txt", "dotnet.xml", b'<testcase classname="Shop.MsTests.PriceTests" name="Pass"'),
    ],
)
def test_a_test_without_its_case_is_missed(found: str, results: str, missing: bytes, tmp_path: Path) -> None:
    whole = listed(results)
    assert whole.count(missing) == 1
    start = whole.index(missing)
    end = min(at + len(mark) for mark in (b"/>", b"</testcase>") if (at := whole.find(mark, start)) > 0)
    archived(tmp_path, found=listed(found), results=whole[:start] + whole[end:])
    done = readiness("gate", "--history", tmp_path / "history")
    assert (done.exit_code, "UNPROVEN" in done.stdout) == (3, True), done.stdout


@pytest.mark.parametrize(
    ("results", "advice"),
    [
        ("pytest-8-loadgroup.xml", "Add what `python -m pytest --collect-only -q` prints."),
        ("pytest-9-ctrf.json", "Add what `python -m pytest --collect-only -q` prints."),
        ("vitest.xml", "Add what `npx vitest list --json` prints."),
        ("jest-bare.xml", "Add what `npx jest --listTests --json` prints, and set JEST_JUNIT_ADD_FILE_ATTRIBUTE=true"),
        ("playwright-named.xml", "Add what `npx playwright test --list --reporter=json` prints."),
        ("go.xml", "Add what `go test -list . ./...` prints."),
        ("dotnet.xml", "Add what `dotnet test --list-tests` prints."),
        ("ctest.xml", "Add what `ctest --show-only=json-v1` prints."),
    ],
)
def test_the_list_of_the_runner_is_advised(results: str, advice: str, tmp_path: Path) -> None:
    assert advice in archived(tmp_path, results=listed(results))


def test_without_a_known_runner_the_guide_is_named(tmp_path: Path) -> None:
    said = archived(tmp_path, results='<testsuite name="s"><testcase classname="c" name="t"/></testsuite>')
    assert "For pytest, add what `python -m pytest --collect-only -q` prints; the guide has the commands of" in said

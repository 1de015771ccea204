"""A name of 100,000 characters breaks no table: what is shown is cut, what tells tests apart is not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.scenario import readiness, write

from readiness.archive import Archive
from readiness.results import load_results
from readiness.shorten import LINE, NAME, short

LONG = 100_000


def long(letter: str) -> str:
    return letter * LONG


JUNIT = f"""<testsuites><testsuite name="{long("s")}">
<properties><property name="{long("p")}" value="3"/><property name="{long("e")}" value="{long("v")}"/></properties>
<testcase classname="{long("C")}" name="{long("n")}" file="{long("f")}.py">
<failure type="{long("T")}" message="{long("m")}">{long("t")}</failure></testcase>
<testcase classname="a" name="{long("k")}"><skipped message="{long("r")} is not installed"/></testcase>
<testcase name="{long("q")}"/><testcase classname="a" name="ok"/></testsuite>
<testsuite name="{long("u")}"><error message="{long("x")}">x</error></testsuite></testsuites>"""
FILES = {
    "junit.xml": JUNIT,
    "metrics.json": json.dumps(
        {"metrics": [{"name": long("M"), "value": 1, "unit": long("U")}, {"name": long("b"), "value": "x"}]}
    ),
    "list.txt": f"tests/test_a.py::{long('z')}\n\n1 test collected in 0.1s\n",
    "log.jsonl": "\n".join(
        json.dumps(record)
        for record in (
            {"pytest_version": "9", "$report_type": "SessionStart"},
            {"$report_type": "WarningMessage", "category": long("W"), "message": long("w"), "filename": long("f")},
            {"exitstatus": 0, "$report_type": "SessionFinish"},
        )
    ),
    "ctrf.json": json.dumps(
        {
            "results": {
                "tool": {"name": long("t")},
                "summary": {},
                "tests": [
                    {"name": long("c"), "status": long("o"), "duration": 1, "suite": long("S"), "message": long("M")}
                ],
            }
        }
    ),
    "root.xml": f"<{long('R')}/>",
    "twice.json": json.dumps({long("K"): 1})[:-1] + f', "{long("K")}": 2}}',
}
SITE = """
site_name: Long
theme: {name: material}
plugins: [search, readiness]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose only run was archived from these files, with its site built."""
    folder = tmp_path_factory.mktemp("long")
    files = write(folder / "in", {name: content.encode() for name, content in FILES.items()})
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").write_text("# Long\n")
    (folder / "mkdocs.yml").write_text(SITE)
    options = ("--version", "1.0", "--commit", "none", "--branch", "none", "--history", folder / "history")
    done = readiness("archive", *files, *options)
    assert done.exit_code == 1
    assert all(len(line) < LINE for line in done.stderr.splitlines())
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q"],
        cwd=folder,
        check=True,
        timeout=300,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    return folder


def longest(text: str) -> int:
    """Length of the longest run of one letter."""
    return max((len(found.group()) for found in re.finditer(r"([A-Za-z])\1+", text)), default=0)


@pytest.mark.parametrize("name", FILES)
def test_inspect(name: str, project: Path) -> None:
    done = readiness("inspect", project / "in" / name)
    assert done.exit_code in (0, 1, 4)
    assert longest(done.stdout) <= LINE


@pytest.mark.parametrize("form", ["text", "markdown", "junit", "github"])
def test_gate(form: str, project: Path) -> None:
    done = readiness("gate", "--format", form, "--history", project / "history")
    assert done.exit_code == 1
    assert longest(done.stdout) <= LINE
    if form == "text":
        assert max(map(len, done.stdout.splitlines())) <= LINE + 100


def test_explain_and_list(project: Path) -> None:
    history = ("--history", project / "history")
    told = readiness("explain", *history)
    assert told.exit_code == 0
    blockers = sorted(set(re.findall(r"\bB-[A-Z2-7]{6}\b", told.stdout)))
    assert blockers
    said = [told.stdout, readiness("list", *history).stdout]
    said += [readiness("explain", blocker, *history).stdout for blocker in blockers]
    said += [readiness("explain", f"{long('C')}::{long('n')}", *history).stdout]
    unknown = readiness("explain", long("nothing"), *history)
    assert unknown.exit_code == 2
    assert max(len(line) for text in (*said, unknown.stderr) for line in text.splitlines()) <= 2 * LINE


def test_the_site(project: Path) -> None:
    pages = list((project / "site").rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        text = page.read_text()
        assert longest(re.sub(r"<pre.*?</pre>", "", text, flags=re.DOTALL)) <= LINE, page
        (title,) = re.findall(r"<title>(.*?)</title>", text, re.DOTALL)
        assert longest(title) <= NAME, page
    assert max(len(part) for path in (project / "site").rglob("*") for part in path.relative_to(project).parts) < 100
    # A trace is told to its end, as far as there is room.
    assert any("t" * 8_000 in page.read_text() for page in pages)


def test_the_key_is_whole(project: Path) -> None:
    archive = Archive(project / "history")
    (run,) = archive.runs.values()
    names = load_results(run, None).table["name"].to_list()
    assert {long(letter) for letter in "nkqzc"} <= set(names)


def test_short() -> None:
    assert short("a" * 10, 10) == "a" * 10
    assert short("abcdefghijkl", 8) == "abcde…kl"
    assert short(f"{long('a')}[linux]").endswith("[linux]")
    assert len(short(long("a"))) == LINE

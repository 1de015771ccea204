"""`readiness diff`: what changed between two judgements."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.scenario import Run, append, demands, readiness, waiver

from readiness.assessment import Changes
from readiness.report import read, schema, written


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(schema(Changes, "diff"))


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Three releases, and one of an older line."""
    root = tmp_path / "history"
    append(root, Run("a pass, b fail boom, c pass, d pass | a b c d", "1.0"), 0)
    append(root, Run("a fail bang, b pass, c skip, e pass | a b c e", "1.1"), 1)
    append(root, Run("a pass, b pass, c skip, e pass | a b c e", "2.0"), 2)
    append(root, Run("a pass, b pass, c pass, d pass | a b c d", "1.0.1"), 3)
    return root


def told(history: Path, *refs: str) -> Any:
    done = readiness("diff", *refs, "--format", "json", "--history", history)
    assert (done.exit_code, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    validator().validate(found)
    assert f"{written(read(done.stdout, Changes))}\n" == done.stdout
    return found


def names(tests: list[dict[str, str]]) -> list[str]:
    return [one["name"] for one in tests]


def test_two_releases(history: Path) -> None:
    found = told(history, "1.0", "1.1")
    assert [(found[side]["version"], found[side]["verdict"]) for side in ("before", "now")] == [
        ("1.0", "BLOCKED"),
        ("1.1", "BLOCKED"),
    ]
    tests = found["tests"]
    assert {name: names(tests[name]) for name in tests if isinstance(tests[name], list) and name != "slower"} == {
        "newly_failing": ["a"],
        "still_failing": [],
        "fixed": ["b"],
        "failing_unseen": [],
        "new": ["e"],
        "removed": ["d"],
        "not_run": [],
        "run_again": [],
        "newly_skipped": ["c"],
    }
    moved = [(one["blocker"]["title"]["test"], one["before"], one["blocker"]["state"]) for one in found["moved"]]
    assert sorted(moved) == [("a", None, "open"), ("b", "open", "closed")]


def test_releases_that_do_not_follow_each_other(history: Path) -> None:
    """From 1.0 to 2.0 the failure of 1.1 came and went."""
    found = told(history, "1.0", "2.0")
    assert names(found["tests"]["fixed"]) == ["b"]
    assert names(found["tests"]["newly_failing"]) == []
    assert [one["now"]["criterion"]["title"] for one in found["turned"]] == ["No test fails"]
    assert [found[side]["verdict"] for side in ("before", "now")] == ["BLOCKED", "READY"]


def test_a_line_that_does_not_know_the_blocker(history: Path) -> None:
    found = told(history, "1.1", "1.0.1")
    left = found["unknown"]
    assert [(one["title"]["test"], one["state"]) for one in left] == [("a", "open")]
    text = readiness("diff", "1.1", "1.0.1", "--history", history).stdout
    assert f"{left[0]['id']} was open and is unknown on this release line: a: bang." in text


def test_without_b_it_is_the_latest(history: Path) -> None:
    assert told(history, "1.0") == told(history, "1.0", "2.0")


def test_text_tells_the_same(history: Path) -> None:
    done = readiness("diff", "1.0", "1.1", "--history", history)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("From 1.0, run ")
    assert lines[0].endswith(", judgement 1: NOT READY: BLOCKED")
    for title, name in (
        ("newly failing", "a"),
        ("fixed", "b"),
        ("newly skipped", "c"),
        ("no longer reported", "d"),
        ("new", "e"),
    ):
        at = lines.index(f"Tests {title}: 1")
        assert lines[at + 1] == f"  tests.test_app::{name}"


def test_markdown_tells_the_same(history: Path) -> None:
    done = readiness("diff", "1.0", "1.1", "--format", "markdown", "--history", history)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("**The verdict is the same.**\n\n- From 1.0, run ")
    text = readiness("diff", "1.0", "1.1", "--history", history).stdout.splitlines()
    assert [line.removeprefix("  ") for line in text if line.startswith("  ")] == [
        line.removeprefix("- ") for line in done.stdout.splitlines() if re.match("- (?!From|To)", line)
    ]


def test_nothing_changed(history: Path) -> None:
    assert "Nothing else changed." in readiness("diff", "2.0", "2.0", "--history", history).stdout


def test_two_judgements_of_one_run(history: Path, tmp_path: Path) -> None:
    text = "criteria: [{id: p, title: Passing, measure: passed, at_least: 9}]"
    (tmp_path / "readiness.yml").write_text(text)
    readiness("judge", "2.0", "--at", "2025-02-01", "--history", history)
    found = told(history, "2.0#1", "2.0#2")
    assert [found[side]["judgement"] for side in ("before", "now")] == [1, 2]
    assert [found[side]["verdict"] for side in ("before", "now")] == ["READY", "BLOCKED"]
    assert all(one["by_policy"] for one in found["turned"])
    (demanded,) = (one for one in found["policy"] if one["name"] == "p")
    assert (demanded["kind"], demanded["before"]) == ("criteria", None)
    text = readiness("diff", "2.0#1", "2.0#2", "--history", history).stdout
    assert "“Passing” is required now: passed at least 9, blocking." in text
    assert told(history, "2.0#1") == found


def test_a_test_that_takes_longer(tmp_path: Path) -> None:
    for day, seconds in enumerate((1, 5)):
        case = f'<testsuite><testcase classname="c" name="slow" time="{seconds}"/></testsuite>'
        append(tmp_path / "history", Run("a pass", files={"slow.xml": case.encode()}), day)
    found = told(tmp_path / "history", "1.0", "1.1")
    assert [(one["key"]["name"], one["before_s"], one["now_s"]) for one in found["tests"]["slower"]] == [("slow", 1, 5)]
    assert (
        "Tests much slower: 1\n  c::slow: 1.00 s, now 5.00 s"
        in readiness("diff", "1.0", "--history", tmp_path / "history").stdout
    )


@pytest.mark.parametrize(
    ("refs", "words"),
    [
        (("9.9",), "there is no run '9.9'"),
        (("1.0", "nope"), "there is no run 'nope'"),
        (("1.0#2",), "has no judgement '2'"),
        (("1.0#0",), "has no judgement '0'"),
        (("1.0#",), "has no judgement ''"),
        (("1.0#-1",), "has no judgement '-1'"),
        (("1.0#²",), "has no judgement"),
        (("1.0#01",), "has no judgement '01'"),
        (("2025",), "there is no run"),
        (("",), "there is no run"),
        (("#1",), "there is no run"),
    ],
)
def test_what_is_not_there(refs: tuple[str, ...], words: str, history: Path) -> None:
    done = readiness("diff", *refs, "--history", history)
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert words in line


def test_an_empty_archive(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    done = readiness("diff", "1.0", "--history", tmp_path / "none")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "contains no runs" in done.stderr


def test_a_criterion_that_a_waiver_turned(tmp_path: Path) -> None:
    root, plain = tmp_path / "history", demands("none: failures = 0")
    append(root, Run("a fail boom | a", "1.0"), 0, plain)
    (tmp_path / "readiness.yml").write_text(
        demands("none: failures = 0", waivers=[waiver("test", "tests.test_app::a")])
    )
    readiness("judge", "--at", "2025-01-02", "--history", root)
    append(root, Run("a pass | a", "1.1"), 2, plain)
    granted = readiness("diff", "1.0#1", "1.0#2", "--history", root).stdout
    assert "“None” changed from unmet to waived (1; 0 with 1 waived, required 0)." in granted
    mended = readiness("diff", "1.0#2", "1.1", "--history", root).stdout
    assert "“None” changed from waived to met" in mended


def test_a_listed_test_without_a_result_is_not_gone(tmp_path: Path) -> None:
    """Two runs that do not follow one another; the later one's list still holds b."""
    root = tmp_path / "history"
    for day, (ran, version) in enumerate((("a pass, b pass", "1.0"), ("a pass, b pass", "1.1"), ("a pass", "2.0"))):
        append(root, Run(f"{ran} | a b", version), day)
    done = readiness("diff", "1.0", "2.0", "--history", root)
    assert "Tests without a result now: 1\n" in done.stdout
    assert "no longer reported" not in done.stdout


def test_a_blocker_that_came_and_went_is_no_change(history: Path) -> None:
    moved = {
        one["blocker"]["title"]["test"]: (one["before"], one["blocker"]["state"])
        for one in told(history, "1.0", "2.0")["moved"]
    }
    assert moved == {"b": ("open", "closed")}

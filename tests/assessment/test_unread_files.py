"""A file that was not read in full is owed by the runs after it, until it comes whole or is let go by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Run, demands, readiness, story, verdicts, why

from readiness.policy import parse_policy

PLAIN = demands("none: failures = 0")
GONE = demands(
    "none: failures = 0", retired=[{"files": ["m.json"], "reason": "gone", "by": "kim", "date": "2025-01-01"}]
)
LOST, WHOLE = b'{"metrics": [{"name": "a", "value": null}]}', b'{"metrics": [{"name": "a", "value": 1}]}'

CHAINS: dict[str, list[tuple[Run | str, str]]] = {
    "left out": [("a pass", "UNPROVEN"), ("a pass", "UNPROVEN")],
    "whole": [(Run("a pass", files={"m.json": WHOLE}), "READY"), ("a pass", "READY")],
    "whole, by another name": [(Run("a pass", files={"n.json": WHOLE}), "READY")],
    "lost again": [(Run("a pass", files={"m.json": LOST}), "UNPROVEN"), ("a pass", "UNPROVEN")],
    "retired": [(Run("a pass", policy=GONE), "READY")],
    "retired too late": [(Run("a pass", policy=GONE, files={"m.json": LOST}), "UNPROVEN")],
}


@pytest.mark.parametrize("steps", CHAINS.values(), ids=CHAINS)
def test_what_was_not_read_in_full_is_owed(steps: list[tuple[Run | str, str]], tmp_path: Path) -> None:
    found = story(tmp_path, Run("a pass", files={"m.json": LOST}), *(run for run, _ in steps), policy=PLAIN)
    assert verdicts(found) == ["UNPROVEN", *(word for _, word in steps)]


def test_as_many_of_a_kind_as_there_were(tmp_path: Path) -> None:
    runs = [
        Run("a pass", files={"m.json": LOST, "n.json": WHOLE}),
        Run("a pass", files={"z.json": WHOLE}),
        Run("a pass", files={"x.json": WHOLE, "y.json": WHOLE}),
    ]
    assert verdicts(story(tmp_path, *runs, policy=PLAIN)) == ["UNPROVEN", "UNPROVEN", "READY"]


@pytest.mark.parametrize(("damaged", "word"), [(b"", "UNPROVEN"), (b"<testsuite", "UNPROVEN"), (b"hello", "READY")])
def test_what_nobody_can_call_evidence_is_not_owed(damaged: bytes, word: str, tmp_path: Path) -> None:
    found = story(tmp_path, Run("a pass", files={"x.txt": damaged}), "a pass", policy=PLAIN)
    assert verdicts(found) == ["UNPROVEN", word]


def test_the_blocker_stays_and_names_run_and_remedy(tmp_path: Path) -> None:
    first, second = story(tmp_path, Run("a pass", files={"m.json": LOST}), "a pass", policy=PLAIN)
    assert (list(first.blockers), why(second)) == (list(second.blockers), "UNPROVEN ? m.json")
    told = readiness("gate", "--history", tmp_path).stdout
    assert f"not read in full in 1.0, run {first.run.id}" in told
    policy = tmp_path / "readiness.yml"
    policy.write_text("product: shop\n")
    said = ("--reason", "gone", "--by", "kim", "--policy", policy, "--history", tmp_path)
    done = readiness("retire", "m.json", *said)
    assert done.exit_code == 0, done.stderr
    assert parse_policy(policy.read_bytes(), policy).retired[0].files == ("m.json",)


def suite(*names: str, tests: int = 0) -> bytes:
    cases = "".join(f'<testcase classname="tests.test_app" name="{name}" time="0.1"/>' for name in names)
    return f'<testsuite name="pytest" tests="{tests or len(names)}" errors="0" failures="0">{cases}'.encode()


CUT = suite(tests=2)

OTHERS: dict[str, list[tuple[Run, str]]] = {
    "a damaged file of no known kind is back by its name alone": [
        (Run("a pass", files={"m.json": b'{"metrics": ['}), "UNPROVEN"),
        (Run("a pass", files={"cov.lcov": b"SF:a.py\nDA:1,1\nend_of_record\n"}), "UNPROVEN"),
        (Run("a pass", files={"m.json": WHOLE}), "READY"),
    ],
    "lost again it is owed as it was at first": [
        (Run("a pass", files={"b.json": WHOLE, "c.json": LOST}), "UNPROVEN"),
        (Run("a pass", files={"c.json": LOST}), "UNPROVEN"),
        (Run("a pass", files={"b.json": WHOLE}), "UNPROVEN"),
        (Run("a pass", files={"b.json": WHOLE, "c.json": WHOLE}), "READY"),
    ],
    "a retirement that is taken back": [
        (Run("a pass", files={"m.json": LOST}), "UNPROVEN"),
        (Run("a pass", policy=GONE), "READY"),
        (Run("a pass"), "UNPROVEN"),
    ],
    "a file that says itself that it holds no test": [
        (Run("a pass", files={"x.xml": b'<testsuite name="x" tests="0"></testsuite>'}), "UNPROVEN"),
        (Run("a pass"), "READY"),
    ],
    "one that declares tests and holds none": [
        (Run("a pass", files={"x.xml": CUT + b"</testsuite>"}), "UNPROVEN"),
        (Run("a pass"), "UNPROVEN"),
    ],
}


@pytest.mark.parametrize("steps", OTHERS.values(), ids=OTHERS)
def test_how_it_comes_back(steps: list[tuple[Run, str]], tmp_path: Path) -> None:
    found = story(tmp_path, *(run for run, _ in steps), policy=PLAIN)
    assert verdicts(found) == [word for _, word in steps]


def test_retire_takes_patterns_and_check_knows_what_it_wrote(tmp_path: Path) -> None:
    story(tmp_path, Run("a pass", files={"m.json": LOST}), Run("a pass"), policy=PLAIN)
    policy = tmp_path / "readiness.yml"
    policy.write_text("product: shop\n")
    history = ("--history", tmp_path)
    assert (
        readiness("retire", "m*.json", "--reason", "gone", "--by", "kim", "--policy", policy, *history).exit_code == 0
    )
    assert "'m*.json'" not in readiness("policy", "check", policy, *history).output
    policy.write_text(policy.read_text().replace("m*.json", "n*.json"))
    assert "'n*.json' of the retired files matches no file" in readiness("policy", "check", policy, *history).output


def test_the_sentence_says_which_run_lost_it(tmp_path: Path) -> None:
    story(tmp_path, Run("a pass", files={"m.json": LOST}), Run("a pass"), policy=PLAIN)
    told = readiness("gate", "--history", tmp_path).stdout
    assert "The only test passed and 1 file that an earlier run could not read in full is still missing." in told


def test_a_rerun_pays_for_no_file_of_its_name(tmp_path: Path) -> None:
    history, runs = tmp_path / "history", [tmp_path / name for name in ("one", "two", "three")]
    for folder in runs:
        folder.mkdir()
    (runs[0] / "b.xml").write_bytes(b'<testsuite name="s" tests="2"><testcase classname="t.B"')
    (runs[1] / "b.xml").write_bytes(suite("y") + b"</testsuite>")
    (runs[2] / "b.xml").write_bytes(suite("y", "z") + b"</testsuite>")
    codes = []
    for day, (folder, *options) in enumerate(((runs[0],), (runs[1], "--rerun"), (runs[2],)), start=1):
        (folder / "a.xml").write_bytes(suite("x").replace(b"0.1", f"0.{day}".encode()) + b"</testsuite>")
        (tmp_path / "readiness.yml").write_text(PLAIN)
        said = ("--version", f"1.{day}", "--started", f"2026-01-0{day}", "--commit", f"c{day}", "--history", history)
        named = (folder / "a.xml", *options, folder / "b.xml", *said, "--policy", tmp_path / "readiness.yml")
        readiness("archive", *named)
        codes.append(readiness("gate", "--history", history).exit_code)
    assert codes[1:] == [3, 0]
    assert "file b.xml (tests)" in readiness("gate", "--format", "json", "--run", "1.2", "--history", history).stdout


def test_what_is_no_evidence_can_be_left_out(tmp_path: Path) -> None:
    """A pattern that is too wide takes a pom.xml with it, which nobody can generate again in full."""
    story(tmp_path, Run("a pass", files={"pom.xml": b"<project/>", "zero.xml": b""}), policy=PLAIN)
    told = readiness("gate", "--history", tmp_path).stdout
    assert "pom.xml: XML with the unknown root <project> is not read" in told
    assert told.count("If it is no evidence, archive the next run without it, and retire it") == 2
    assert "written it. Generate the file again in full" in told

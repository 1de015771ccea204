"""Flaky tests: proven by a retry or by pass and failure on one commit, suspected after three flips."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Run, story

from readiness.analysis import WINDOW, Execution, Track
from readiness.assessment import Assessment
from readiness.model import Outcome


def flaky(assessment: Assessment) -> str:
    """`a proven, b suspected`, those of a variant with it: `mac a proven`."""
    return ", ".join(
        f"{one.key.variant} {one.key.name} {'proven' if one.proven else 'suspected'}".strip()
        for one in assessment.flakes
    )


def on(commit: str, results: str) -> Run:
    return Run(results, commit=commit)


STORIES: dict[str, list[tuple[Run | str, str]]] = {
    "a marked retry": [("a flaky boom, b pass", "a proven"), ("a pass, b pass", "a proven")],
    "passed and failed on one commit": [(on("c1", "a pass"), ""), (on("c1", "a fail boom"), "a proven")],
    "failed and passed on one commit": [(on("c1", "a fail boom"), ""), (on("c1", "a pass, b pass"), "a proven")],
    "and on one that is not the last": [
        (on("c1", "a pass"), ""),
        (on("c2", "a fail boom"), ""),
        (on("c1", "a fail boom, b pass"), "a proven"),
    ],
    "failed twice on one commit": [(on("c1", "a fail boom"), ""), (on("c1", "a fail boom, b pass"), "")],
    "no commit is no common commit": [("a pass", ""), ("a fail boom", "")],
    "broken and mended": [("a fail boom", ""), ("a pass", ""), ("a pass", "")],
    "passed, broken": [("a pass", ""), ("a fail boom", ""), ("a fail boom", "")],
    "passed, broken, mended": [("a pass", ""), ("a fail boom", ""), ("a pass", "")],
    "broken, mended, broken": [("a fail boom", ""), ("a pass", ""), ("a error boom", "")],
    "passed, broken, mended, broken": [
        ("a pass", ""),
        ("a fail boom", ""),
        ("a pass", ""),
        ("a fail boom", "a suspected"),
    ],
    "broken, mended, broken, mended": [
        ("a fail boom", ""),
        ("a pass", ""),
        ("a fail boom", ""),
        ("a pass", "a suspected"),
    ],
    "always failing": [("a fail boom", "")] * 2 + [("a fail bang", "")] * 2 + [("a error boom", "")],
    "only the pass before the first failure counts": [
        *[("a pass", "")] * 3,
        ("a fail boom", ""),
        ("a pass", ""),
        ("a fail boom", "a suspected"),
    ],
    "a skip is no execution": [
        ("a pass, b pass", ""),
        ("a skip slow, b pass", ""),
        ("a fail boom, b pass", ""),
        ("a skip slow, b pass", ""),
        ("a pass, b pass", ""),
        ("a skip slow, b pass", ""),
        ("a fail boom, b pass", "a suspected"),
        ("a skip slow, b pass", "a suspected"),
    ],
    "skipped in turn": [("a skip slow, b pass", ""), ("a fail boom, b pass", ""), ("a skip slow, b pass", "")],
    "suspected, then proven": [
        (on("c1", "a pass"), ""),
        (on("c2", "a fail boom"), ""),
        (on("c3", "a pass"), ""),
        (on("c4", "a fail boom"), "a suspected"),
        (on("c4", "a pass"), "a proven"),
    ],
    "the proven ones first": [
        ("a pass, z pass", ""),
        ("a fail boom, z pass", ""),
        ("a pass, z pass", ""),
        ("a fail boom, z flaky boom", "z proven, a suspected"),
    ],
    "variants are apart": [
        (on("c1", "@linux a pass // @mac a fail boom"), ""),
        (on("c1", "@linux a pass, b pass // @mac a pass"), "mac a proven"),
    ],
    "flipping from one variant to another": [
        ("@linux a pass // @mac a fail boom", ""),
        ("@linux a fail boom // @mac a pass", ""),
        ("@linux a pass // @mac a fail boom", ""),
        ("@linux a fail boom // @mac a pass", "linux a suspected, mac a suspected"),
    ],
    "deleted": [
        ("a flaky boom, b pass | a b", "a proven"),
        ("b pass | b", ""),
        ("b pass | b", ""),
    ],
    "vanished, and back": [
        ("a flaky boom, b pass", "a proven"),
        ("b pass", ""),
        ("b pass", ""),
        ("a pass, b pass", "a proven"),
    ],
    "not run": [
        ("a flaky boom, b pass | a b", "a proven"),
        ("b pass | a b", ""),
        ("a pass, b pass | a b", "a proven"),
    ],
    "what could not be collected is no test": [
        ("b pass, shop uncollected twice", ""),
        ("b pass, shop/x pass", ""),
        ("b pass, shop uncollected twice", ""),
    ],
}


@pytest.mark.parametrize("steps", STORIES.values(), ids=STORIES)
def test_story(steps: list[tuple[Run | str, str]], tmp_path: Path) -> None:
    found = story(tmp_path, *(run for run, _ in steps))
    assert [flaky(one) for one in found] == [said for _, said in steps]


def test_it_is_looked_at_for_twenty_executions(tmp_path: Path) -> None:
    """pass, fail, pass, fail, 16 passes are 20: with two more the first failure begins it, and two flips are left."""
    found = story(tmp_path, "a pass", "a fail boom", "a pass", "a fail boom", *["a pass"] * 18)
    assert [len(one.flakes) for one in found] == [0, 0, 0, *[1] * 18, 0]


def track(outcomes: str, commits: str = "") -> Track:
    """`.` passed, `F` failed, `E` error, `R` passed after a retry; a letter for each commit."""
    of = {".": Outcome.PASSED, "F": Outcome.FAILED, "E": Outcome.ERROR, "R": Outcome.FLAKY}
    found = Track()
    for number, outcome in enumerate(outcomes):
        found = found.after(Execution(commits[number] if commits else "", of[outcome]))
    return found


@pytest.mark.parametrize(
    ("outcomes", "flips", "failures", "proven", "suspected"),
    [
        ("", 0, 0, False, False),
        (".F", 1, 1, False, False),
        (".F.", 2, 1, False, False),
        ("F.F", 2, 2, False, False),
        (".F.F", 3, 2, False, True),
        ("F.F.", 3, 2, False, True),
        ("FE", 0, 2, False, False),
        ("F" * 25, 0, 20, False, False),
        (".R", 1, 1, True, False),
        ("R" + "." * 19, 1, 1, True, False),
        ("R" + "." * 20, 0, 0, False, False),
        (".F" + "." * 18, 2, 1, False, False),
        ("F.F" + "." * 17, 3, 2, False, True),
        ("F.F" + "." * 18, 2, 1, False, False),
        ("F.F." * 5, 19, 10, False, True),
    ],
)
def test_track(outcomes: str, flips: int, failures: int, proven: bool, suspected: bool) -> None:
    found = track(outcomes)
    assert (found.flips, found.failures, found.proven, found.suspected) == (flips, failures, proven, suspected)
    assert len(found.executions) == min(len(outcomes), WINDOW)


@pytest.mark.parametrize(
    ("outcomes", "commits", "disputed"),
    [
        (".F", "xx", "x"),
        (".F", "xy", ""),
        ("F.F", "xyx", ""),
        ("F.F.", "xyyx", "x"),
        ("FF", "xx", ""),
        (".R", "xx", "x"),
    ],
)
def test_disputed_commit(outcomes: str, commits: str, disputed: str) -> None:
    assert track(outcomes, commits).disputed == disputed


def test_a_run_archived_later_or_judged_again_changes_no_flake(tmp_path: Path) -> None:
    steps = ["a pass", "a fail boom", "a pass"]
    first = [flaky(one) for one in story(tmp_path / "one", *steps)]
    longer = [flaky(one) for one in story(tmp_path / "two", *steps, "a flaky boom")]
    assert longer == [*first, "a proven"]

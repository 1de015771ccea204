"""Flaky tests: proven by a retry or by pass and failure on one commit, suspected after three flips."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Run, story

from readiness.analysis import WINDOW, Execution, Prior, Track, fit, rate
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


@pytest.mark.parametrize(
    ("steps", "owed"),
    [
        (["a flaky boom"], 5),  # 1 of 2 attempts: ln 0.05 / ln 0.5 = 4.3
        ([on("c1", "a pass"), on("c1", "a fail boom")], 5),
        (["a pass", "a fail boom", "a pass", "a fail boom"], 3),  # 2 of 3: 2.7
        (["a pass", "a fail boom", "a pass", "a pass", "a fail boom", "a pass", "a fail boom"], 5),  # 3 of 6: 4.3
    ],
)
def test_it_is_forgotten_once_the_passes_that_it_owes_are_paid(
    steps: list[Run | str], owed: int, tmp_path: Path
) -> None:
    """By the rule of blockers, ceil(ln 0.05 / ln(1 - p)), p from the first to the last failure."""
    found = story(tmp_path, *steps, *["a pass"] * 7)
    assert [len(one.flakes) for one in found[len(steps) - 1 :]] == [1] * owed + [0] * (8 - owed)
    assert found[len(steps) - 1].flakes[0].track.required == owed


def test_passes_on_one_commit_pay_once(tmp_path: Path) -> None:
    found = story(tmp_path, on("c1", "a flaky boom"), *[on("c2", "a pass")] * 8)
    assert [(len(one.flakes), one.flakes[0].track.passes) for one in found] == [(1, 0)] + [(1, 1)] * 8


def test_what_a_flake_says_of_its_runs(tmp_path: Path) -> None:
    """The two passes before the first failure are among its executions; the attempts of a retry are counted."""
    found = story(tmp_path, *["a pass, b pass"] * 2, "a flaky boom, b pass", "a fail boom, b pass", "a pass, b pass")
    (flake,) = found[-1].flakes
    runs = [one.run.id for one in found]
    assert [one.run for one in flake.track.executions] == runs
    assert (flake.track.since, flake.track.last_failed, flake.track.reruns) == (runs[2], runs[3], 1)
    # The failure stands alone on its run, where the product may have been broken: it is no trial.
    assert flake.track.trials == (flake.rate.failed, flake.rate.attempts) == (1, 5)


def test_of_a_suspected_test_every_execution_counts(tmp_path: Path) -> None:
    (flake,) = story(tmp_path, "a pass", "a fail boom", "a pass", "a fail boom")[-1].flakes
    assert (flake.rate.failed, flake.rate.attempts) == (2, 4)


def test_the_suite_is_every_test_that_was_executed(tmp_path: Path) -> None:
    """29 tests that never failed have three attempts each, the flaky one has four, of which one failed."""
    rest = ", ".join(f"t{number} pass" for number in range(29))
    found = story(tmp_path, f"a pass, {rest}", f"a flaky boom, {rest}", f"a pass, {rest}")
    assert found[0].flaky_prior == Prior()
    assert found[-1].flaky_prior == fit({(0, 3): 29, (1, 4): 1})
    assert found[-1].flakes[0].rate == rate(1, 4, found[-1].flaky_prior)


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

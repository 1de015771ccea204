"""Where one sentence of the design gives the answer, the model gives it too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.model.answers import Step, by_model
from tests.scenario import Run, demands, waiver

Told = str | Run | tuple[str, dict[str, Any]]


def answers(*runs: Told) -> list[dict[str, Any]]:
    """Runs day after day, each of its own version and commit."""
    steps = []
    for day, one in enumerate(runs):
        written, policy = one if isinstance(one, tuple) else (one, None)
        run = written if isinstance(written, Run) else Run(written, f"1.{day}", f"c{day}", stamp=day)
        steps.append(Step(run, policy, day))
    return by_model(steps)


def words(*runs: Told) -> list[str]:
    return [one["word"] for one in answers(*runs)]


def states(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """(name, state) of all members, by blocker."""
    return [(member[3], member[4]) for one in answer["blockers"] for member in one["members"]]


def by(*criteria: str, **more: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(demands(*criteria or ("f: failures = 0",), **more))
    return found


R, B, U = "READY", "BLOCKED", "UNPROVEN"
HALF = by("f: failures = 0", "half: completion >= 50%")
RETIRED = {"tests": ["*::b"], "reason": "gone", "by": "kim", "date": "2025-01-02"}
WAIVED = by(waivers=[waiver("test", "tests.test_app::a", "2025-01-02")])

VERDICTS: dict[str, tuple[list[Told], list[str]]] = {
    "a first run has nothing to be compared with": (["a pass"], [R]),
    "a list is checked from the first run on": (["a pass | a b"], [U]),
    "a listed test that never ran is owed when the list is gone": (["a pass | a b", "a pass"], [U, U]),
    "a complete list releases what it no longer holds": (["a pass, b pass | a b", "a pass | a"], [R, R]),
    "a list of deselected tests releases nothing": (["a pass, b pass | a b", "a pass | a -1"], [R, U]),
    "fewer lists than before release nothing": (["a pass // @=late b pass | b // @=more | a", "a pass | a"], [R, U]),
    "a list with an error releases nothing in that file": (
        ["a pass, shop/x fail | a shop/x", ("a pass | a !shop", by("f: pass_rate >= 0%"))],
        [B, B],
    ),
    "a class that is gone is a gap whatever is demanded": (
        ["a pass, b pass, shop/x pass", ("a pass, b pass", HALF)],
        [R, U],
    ),
    "a class whose names stand in one new class is moved": (
        ["a pass, shop/x pass, shop/y pass, shop/z pass", "a pass, till/x pass, till/y pass, till/z pass"],
        [R, R],
    ),
    "a name that two classes share by chance moves nothing": (["a pass, shop/x fail", "a pass, till/x pass"], [B, U]),
    "a class that keeps its own name is moved": (["shop/TestPay/x pass", "till/TestPay/x pass"], [R, R]),
    "a class in two new ones is not": (["a pass, shop/x pass", "a pass, till/x pass, pay/x pass"], [R, U]),
    "one of two instances is missing": (["a pass, a pass", "a pass"], [R, U]),
    "one of two suites is missing": (["{core} a pass, {shop} a pass", "{core} a pass"], [R, U]),
    "a suite may be renamed": (["{core} a pass", "{shop} a pass"], [R, R]),
    "a second suite changes nothing": (["{core} a pass", "{core} a pass, {shop} a pass"], [R, R]),
    "vanished within the allowance are accepted by a READY, once": (
        [
            ("a pass, b pass, c pass", by(vanished_allowed="40%")),
            ("a pass, b pass", by(vanished_allowed="40%")),
            ("a pass, b pass", by(vanished_allowed="0%")),
        ],
        [R, R, R],
    ),
    "vanished beyond it are not, however often": (["a pass, b pass", "a pass", "a pass"], [R, U, U]),
    "retired from its day on": (
        [("a pass, b pass", by(retired=[RETIRED])), ("a pass", by(retired=[RETIRED]))],
        [R, R],
    ),
    "not before its day": (["a pass, b pass", ("a pass", by(retired=[RETIRED | {"date": "2025-01-03"}]))], [R, U]),
    "a retired test that fails, fails": ([("a pass, b fail", by(retired=[RETIRED | {"date": "2025-01-01"}]))], [B]),
    "the last day of a waiver ends at midnight, exclusive": (
        [("a fail", WAIVED), ("a fail", WAIVED), ("a fail", WAIVED)],
        [R, R, B],
    ),
    "a waiver accepts no other cause": ([("a fail boom", WAIVED), ("a fail bang", WAIVED)], [R, B]),
    "a waiver of a test waives a missing result of it": (
        ["a pass, b pass | a b", ("b pass | a b", by("all: completion >= 100%", waivers=WAIVED["waivers"]))],
        [R, R],
    ),
    "zero results are unproven": ([""], [U]),
    "after one of them everything is owed still": (["a pass, b fail", "", "a pass"], [B, U, U]),
    "a skip is no pass": (["a fail", "a skip slow", "a pass"], [B, U, R]),
    "the worst of two files counts": (["a pass, b pass // @=late a fail"], [B]),
    "a skip for want of something blocks": (["a skip card not available"], [B]),
    "that of a platform does not": (["a pass, b skip only on Windows"], [R]),
    "a failing member that is skipped for want of something still blocks": (
        ["a fail", "a skip card not available"],
        [B, B],
    ),
    "a required variant without an executed test": (
        [("@linux a pass // @mac a skip", by(variants={"required": ["mac"]}))],
        [U],
    ),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_verdicts(name: str) -> None:
    runs, right = VERDICTS[name]
    assert words(*runs) == right


def test_counts_are_of_instances() -> None:
    first, second = answers("a pass, a fail, a skip | a b", "a pass, b pass")
    told = ("passed", "failed", "skipped", "not_run", "vanished", "expected")
    assert [first["counts"][name] for name in told] == [1, 1, 1, 1, 0, 4]
    assert [second["counts"][name] for name in told] == [2, 0, 0, 2, 0, 4]


def test_a_list_with_errors_releases_only_in_files_of_which_it_lists_tests() -> None:
    for whole, partial, expected in (
        ("a pass, shop/x pass | a shop/x", "a pass | a !pay", 3),
        ("a pass, b pass | a b", "a pass | a !pay", 2),
    ):
        assert answers(whole, partial)[1]["counts"]["expected"] == expected


def test_what_failed_after_a_pass_owes_three_passes_or_more() -> None:
    found = answers("a fail", "a pass", "a fail", "a pass", "a pass", "a pass")
    # 2 failures in 3 executions: ln 0.05 / ln(1/3) = 2.7, so three.
    assert [states(one)[0][1] for one in found[3:]] == ["observing", "observing", "passed"]


def test_passes_on_one_commit_and_of_one_evidence_count_once() -> None:
    runs: list[Told] = ["a fail", "a pass", "a fail"]
    runs.append(Run("a pass", "1.3", "c3", stamp=3))
    runs.append(Run("a pass", "1.4", "c3", stamp=4))
    runs.append(Run("a pass", "1.5", "c5", stamp=3))
    found = answers(*runs, "a pass", "a pass")
    assert [states(one)[0][1] for one in found[3:]] == ["observing"] * 4 + ["passed"]


def test_a_flaky_result_proves_nothing_and_opens_nothing() -> None:
    assert words("a flaky boom") == [R]
    assert words("a fail", "a flaky boom", "a pass") == [B, B, R]


def test_the_error_of_a_module_passes_when_tests_beneath_it_pass() -> None:
    found = answers("a pass, shop uncollected boom", "a pass, shop/x pass", "a pass, shop/x pass")
    assert [one["word"] for one in found] == [B, R, R]
    assert found[2]["counts"]["expected"] == 2


def test_the_skip_of_a_module_is_a_skip_of_what_was_known_beneath_it() -> None:
    found = answers("a pass, shop/x fail boom", "a pass, shop unimported slow")
    assert found[1]["word"] == U
    assert states(found[1]) == [("x", "unverified")]
    assert found[1]["counts"]["not_run"] == 0


def test_a_run_that_replaces_another_adds_to_what_is_owed_and_takes_nothing() -> None:
    found = answers("a pass", "a pass, b fail", Run("a pass", supersedes=1, stamp=2), "a pass")
    assert [one["word"] for one in found] == [R, B, U, U]


def test_it_stands_at_the_place_of_that_run() -> None:
    late = Run("@=late b fail", supersedes=0, stamp=2)
    assert words("a pass", "a pass, b pass", late, "a pass, b pass") == [R, R, B, R]


def test_a_maintenance_release_follows_the_highest_version_not_above_it() -> None:
    runs = (("a pass", "1.0"), ("b pass", "2.0"), ("a pass", "1.1"))
    assert words(*(Run(told, version, version, stamp=day) for day, (told, version) in enumerate(runs))) == [R, U, R]

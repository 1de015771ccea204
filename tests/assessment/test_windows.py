"""Where to look for what a blocker came from: between the last pass and the first failure of its tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.scenario import Again, Run, checklist, demands, story

from readiness.analysis import Sighting, ref_to
from readiness.assessment import Assessment, Differing, Kind, Requirement, TestBlocker, Window
from readiness.assessment.window import LOOK_BACK, with_windows
from readiness.model import Outcome


def windows(judged: list[Assessment]) -> list[Window]:
    """Those of the last run's blockers that are made of tests."""
    found = [one.window for one in judged[-1].blockers.values() if isinstance(one, TestBlocker)]
    assert all(found)
    return [one for one in found if one]


def told(window: Window) -> str:
    """`1.0 > 1.1 > 1.2`: the last pass, the runs between, the first failure."""
    runs = (window.passed, *window.between, window.failed)
    return " > ".join(one.version if one else "?" for one in runs)


@pytest.mark.parametrize(
    ("runs", "window"),
    [
        (("a pass", "a pass", "a fail boom"), "1.1 > 1.2"),
        (("a pass", "a skip no", "b pass | a b", "a fail boom"), "1.0 > 1.1 > 1.2 > 1.3"),
        (("a fail boom",), "? > 1.0"),
        (("a pass", "a pass, b fail boom"), "? > 1.1"),
        # Of tests of one cause the pass nearest to the failure counts; a pass after a retry is none.
        (("a pass, b pass", "a skip no, b pass", "a fail boom, b fail boom"), "1.1 > 1.2"),
        (("a pass", "a flaky", "a fail boom"), "1.0 > 1.1 > 1.2"),
        # It was fixed and came back: what counts is the pass after the fix.
        (("a pass", "a fail boom", "a pass", "a fail boom"), "1.2 > 1.3"),
        # It failed on: the first failure counts.
        (("a pass", "a fail boom", "a fail boom", "a skip no"), "1.0 > 1.1"),
        # A module that cannot be collected passed when a test in it did.
        (("shop/a pass | shop/a", "shop uncollected boom | !shop"), "1.0 > 1.1"),
        (("a pass", "a skip stripe not installed"), "1.0 > 1.1"),
    ],
)
def test_the_window_lies_between_the_last_pass_and_the_first_failure(
    runs: tuple[str, ...], window: str, tmp_path: Path
) -> None:
    judged = story(tmp_path / "history", *(Run(results, f"1.{at}") for at, results in enumerate(runs)))
    (found,) = windows(judged)
    assert told(found) == window


def test_the_middle_of_the_commits_between_is_tested_next(tmp_path: Path) -> None:
    results = ("a pass", "a skip no", "a skip no", "a skip no", "a fail boom")
    commits = ("aaa1", "bbb2", "ccc3", "ccc3", "ddd4")
    steps = (Run(one, f"1.{at}", commit=commit) for at, (one, commit) in enumerate(zip(results, commits, strict=True)))
    (found,) = windows(story(tmp_path / "history", *steps))
    assert found.next
    assert (found.next.version, found.next.commit) == ("1.2", "ccc3")


def test_what_the_ends_state_of_the_environment_is_compared(tmp_path: Path) -> None:
    judged = story(tmp_path / "history", Run("a pass", "1.0"), Run("a fail boom", "1.1"))
    before, now = (one.run.manifest for one in judged)
    old = before.model_copy(update={"environment": {"python": "3.11", "os": "linux", "django": "4"}})
    new = now.model_copy(update={"environment": {"python": "3.12", "os": "linux", "numpy": "2"}})
    tests = {name: one for name, one in judged[-1].blockers.items() if isinstance(one, TestBlocker)}
    seen = {member.key: Sighting(Outcome.PASSED) for one in tests.values() for member in one.members}
    (blocker,) = with_windows(tests, new, lambda _: [(old, seen)]).values()
    assert blocker.window
    expected = (Differing("django", "4", ""), Differing("numpy", "", "2"), Differing("python", "3.11", "3.12"))
    assert blocker.window.environment == expected
    assert ref_to(new) == blocker.opened


def test_no_more_runs_are_looked_at_than_there_is_a_limit(tmp_path: Path) -> None:
    (one,) = story(tmp_path / "history", Run("a fail boom", "1.0"))
    tests = {name: one for name, one in one.blockers.items() if isinstance(one, TestBlocker)}
    asked = 0

    def back(keys: object) -> object:
        nonlocal asked
        while True:
            asked += 1
            yield one.run.manifest, {member.key: Sighting(None) for test in tests.values() for member in test.members}

    (blocker,) = with_windows(tests, one.run.manifest, back).values()  # type: ignore[arg-type]
    assert blocker.window
    assert (blocker.window.passed, blocker.window.looked, asked) == (None, LOOK_BACK, LOOK_BACK)


def limit(at_most: str, tier: str = "blocking") -> str:
    return demands(f"memory: metric.rss <= {at_most}; tier {tier}")


def measured(*values: int | None) -> list[Run]:
    return [Run("a pass", f"1.{at}", metrics={"rss": f"{one} MB"} if one else {}) for at, one in enumerate(values)]


ITEM = {"id": "rss", "metric": {"name": "rss", "at_most": "10 MB"}}


def item(at_most: str, name: str = "rss") -> str:
    asked = {"id": "rss", "metric": {"name": name, "at_most": at_most}}
    return demands("ok: failures = 0", checklist=checklist(asked))


SIGNED = {"signoff": {"by": "ann", "date": "2025-01-01"}}


@pytest.mark.parametrize(
    ("values", "policies", "window"),
    [
        ((9, 10, 11), (limit("10 MB"),), "1.1 > 1.2"),
        ((9, None, 11, 12), (limit("10 MB"),), "1.0 > 1.1 > 1.2"),
        ((11, 12), (limit("10 MB"),), ""),
        ((9, 11, 9, None, 12), (limit("10 MB"),), "1.2 > 1.3 > 1.4"),
        # It was missed before anything was blocked by it.
        ((9, None, 11, 11, 12), (*[limit("10 MB", "advisory")] * 4, limit("10 MB")), "1.0 > 1.1 > 1.2"),
        # The limit moved, not the value: earlier runs are judged by the limit of now.
        ((11, 11), (limit("20 MB"), limit("10 MB")), ""),
        ((9, 11, 11), (*[limit("20 MB")] * 2, limit("10 MB")), "1.0 > 1.1"),
        ((9, 11), (demands("memory: metric.other <= 10 MB"), limit("10 MB")), ""),
        ((9, 11), (item("10 MB"),), "1.0 > 1.1"),
        ((11, 11), (item("20 MB"), item("10 MB")), ""),
        ((9, 11, 11), (*[item("20 MB")] * 2, item("10 MB")), "1.0 > 1.1"),
        ((9, 11), (item("10 MB", name="other"), item("10 MB")), ""),
        (
            (9, 11),
            (demands("ok: failures = 0", checklist=checklist({**ITEM, **SIGNED})),),
            "",
        ),
    ],
)
def test_that_of_a_limit_lies_between_the_last_value_that_met_it_and_the_first_that_did_not(
    values: tuple[int | None, ...], policies: tuple[str, ...], window: str, tmp_path: Path
) -> None:
    runs = (replace(run, policy=policies[min(at, len(policies) - 1)]) for at, run in enumerate(measured(*values)))
    judged = story(tmp_path / "history", *runs)
    found = [one.window for one in judged[-1].blockers.values() if one.kind in (Kind.CRITERION, Kind.CHECKLIST)]
    assert [told(one) if one else "" for one in found] == [window]


@pytest.mark.parametrize(
    ("runs", "policy", "window"),
    [
        # A module of which nothing ran: from the run that had it last.
        (("shop/a pass, b pass", "shop/a pass, b pass", "b pass"), "", "1.1 > 1.2"),
        (("shop/a pass, b pass", "b pass", "b pass"), "", "1.0 > 1.1"),
        (("a pass | a b",), "", ""),  # b never ran
        (
            ("@mac a pass // @linux a pass", "@linux a pass", "@linux a pass"),
            "variants: {required: [mac]}",
            "1.0 > 1.1",
        ),
        (("@linux a pass", "@linux a pass"), "variants: {required: [mac]}", ""),
        # The measure was there once.
        (("a pass # rss", "a pass"), limit("10 MB"), "1.0 > 1.1"),
    ],
)
def test_that_of_a_gap_lies_between_the_last_run_that_had_it_and_the_first_that_did_not(
    runs: tuple[str, ...], policy: str, window: str, tmp_path: Path
) -> None:
    written = (run.partition(" # ") for run in runs)
    measures = ((run, {"rss": "9 MB"} if measured else {}) for run, _, measured in written)
    steps = (Run(run, f"1.{at}", policy=policy, metrics=values) for at, (run, values) in enumerate(measures))
    judged = story(tmp_path / "history", *steps)
    found = [one.window for one in judged[-1].blockers.values() if isinstance(one, Requirement)]
    assert {told(one) if one else "" for one in found} == {window}


@pytest.mark.parametrize(
    ("values", "policies", "window"),
    [
        # What another policy measured under that id says nothing, nor does a run that was not judged by it.
        ((9, 9), (limit("10 MB"), demands("memory: metric.other <= 10 MB")), ""),
        ((9, 9, None), (limit("10 MB"), demands("ok: failures = 0"), limit("10 MB")), "1.0 > 1.1 > 1.2"),
        # More values are asked for than any run had: the policy moved, not the evidence.
        ((9, 9), (limit("10 MB"), demands("memory: metric.rss <= 10 MB; min_evidence 3")), ""),
    ],
)
def test_a_measure_is_missing_since_the_last_run_that_was_judged_by_it(
    values: tuple[int | None, ...], policies: tuple[str, ...], window: str, tmp_path: Path
) -> None:
    runs = (replace(run, policy=policy) for run, policy in zip(measured(*values), policies, strict=True))
    judged = story(tmp_path / "history", *runs)
    (gap,) = (one.window for one in judged[-1].blockers.values() if one.kind is Kind.GAP)
    assert (told(gap) if gap else "") == window


def test_no_commit_made_a_run_too_old(tmp_path: Path) -> None:
    asked = [demands(f"memory: metric.rss <= 10 MB; max_age {age}") for age in ("7 d", "8 d")]
    runs = (replace(run, policy=asked[0]) for run in measured(9, 9))
    judged = story(tmp_path / "history", *runs, Again(asked[1], 20))
    (gap,) = (one for one in judged[-1].blockers.values() if one.kind is Kind.GAP)
    assert gap.window is None

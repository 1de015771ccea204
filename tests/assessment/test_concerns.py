"""What works and what is of concern, told of whole stories; nothing is claimed that the evidence does not show."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Run, story, warned

from readiness.phrases.concern import concerns, working
from readiness.report import report_of


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ("a pass, shop/b pass | a shop/b", "2 of 2 areas work: “tests.test_app”, “tests.test_shop”."),
        ("a pass, shop/b fail | a shop/b", "1 of 2 areas works: “tests.test_app”."),
        ("a pass, shop/b skip later | a shop/b", "1 of 2 areas works: “tests.test_app”."),
        ("a pass | a shop/b", "1 of 2 areas works: “tests.test_app”."),
        ("a pass | a b", "The only area is not proven to work."),
        ("a pass", "The only area is not proven to work."),
        ("a fail | a", "The only area is not proven to work."),
    ],
)
def test_what_works(results: str, told: str, tmp_path: Path) -> None:
    (found,) = story(tmp_path, results)
    assert str(working(report_of(found))).removesuffix(" Everything expected there was executed and passed.") == told


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        (["a pass | a"], ["None beyond what stands above."]),
        (["a fail | a"], ["None beyond what stands above."]),
        (["a pass | a b"], ["1 of 2 expected tests has no result: what it would show is not known."]),
        (
            ["a pass"],
            [
                "How many tests should have run is not known: this is a first run without a list of collected tests.",
            ],
        ),
        (
            ["a pass, b skip later, c skip later | a b c"],
            ["2 tests were skipped: what they guard was not checked in this run."],
        ),
        (["a pass | a", "a fail | a"], ["1 test fails of which the run before, 1.0, reports no failure."]),
        (
            ["a fail | a", "a fail | a"],
            ["The oldest standing blocker, “a: Test fails”, was opened 1 day ago, in 1.0."],
        ),
        (
            ["a flaky x | a"],
            ["1 test is flaky: it passed and failed on the same code."],
        ),
        (
            [Run("a pass | a", files=warned("old", "old", "new"))],
            ["3 warnings were raised, of 2 kinds."],
        ),
    ],
)
def test_what_is_of_concern(runs: list[str | Run], told: list[str], tmp_path: Path) -> None:
    found = story(tmp_path, *runs)[-1]
    assert [str(one) for one in concerns(report_of(found))] == told

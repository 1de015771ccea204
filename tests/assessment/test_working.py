"""What works, told of whole stories; nothing is claimed that the evidence does not show."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import story

from readiness.phrases import working
from readiness.report import report_of


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ("a pass, shop/b pass | a shop/b", "Both areas work: “tests.test_app”, “tests.test_shop”."),
        ("a pass, shop/b fail | a shop/b", "1 of 2 areas works: “tests.test_app”."),
        ("a pass, shop/b skip later | a shop/b", "1 of 2 areas works: “tests.test_app”."),
        ("a pass | a shop/b", "1 of 2 areas works: “tests.test_app”."),
        ("a pass | a b", "The only area is not fully proven to work."),
        ("a pass", "The only area is not fully proven to work."),
        ("a fail | a", "The only area is not fully proven to work."),
    ],
)
def test_what_works(results: str, told: str, tmp_path: Path) -> None:
    (found,) = story(tmp_path, results)
    assert str(working(report_of(found))).removesuffix(" Everything expected there was executed and passed.") == told

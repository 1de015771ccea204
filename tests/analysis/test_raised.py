"""Warnings alike are told together."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.scenario import Run, story, warned

from readiness.analysis import WarningGroup, group_warnings
from readiness.assessment import titled
from readiness.model import RaisedWarning
from readiness.policy import default_text, parse_policy

POLICY = parse_policy(default_text(), "default.yml")


def test_messages_that_differ_in_numbers_are_one_kind() -> None:
    raised = [
        RaisedWarning("UserWarning", "took 3 s", "app.py", 7),
        RaisedWarning("UserWarning", "took 12 s", "app.py", 7, count=2),
        RaisedWarning("UserWarning", "took 5 s", "shop.py"),
        RaisedWarning("FutureWarning", "took 5 s"),
    ]
    assert group_warnings(raised) == (
        WarningGroup("UserWarning", "took 3 s", 4, ("app.py:7", "shop.py")),
        WarningGroup("FutureWarning", "took 5 s", 1, ()),
    )


WARNINGS = st.builds(
    RaisedWarning,
    category=st.sampled_from(["UserWarning", "RuntimeWarning"]),
    message=st.sampled_from(["a", "b 1", "b 2", "/tmp/x"]),
    count=st.integers(1, 9),
)


@given(st.lists(WARNINGS))
def test_none_is_lost_and_their_order_does_not_matter(raised: list[RaisedWarning]) -> None:
    groups = group_warnings(raised)
    assert sum(group.count for group in groups) == sum(one.count for one in raised)
    assert {(one.category, one.count) for one in group_warnings(raised[::-1])} == {
        (one.category, one.count) for one in groups
    }


def test_coroutines_that_are_never_awaited_are_a_kind_of_their_own() -> None:
    awaited = WarningGroup("RuntimeWarning", "coroutine 'send' was never awaited", 1, ())
    other = WarningGroup("RuntimeWarning", "overflow encountered", 1, ())
    told = [title for title, _ in titled((awaited, other), POLICY)]
    assert told == ["Coroutine is never awaited", "RuntimeWarning"]


def test_they_are_those_of_the_evidence(tmp_path: Path) -> None:
    (found,) = story(tmp_path, Run("a pass", files=warned("took 3 s", "took 4 s")))
    assert found.facts.warnings is not None
    assert [group.count for group in group_warnings(found.facts.warnings)] == [2]

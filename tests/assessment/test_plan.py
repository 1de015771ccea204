"""The plan, computed by hand: 2025-08-29 is a Friday, 2025-09-01 the Monday after it."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from tests.scenario import demands, story

from readiness import phrases
from readiness.assessment import planned
from readiness.assessment.plan import Fix, Timeline, estimated, timeline
from readiness.policy import Effort, Plan

FRIDAY = date(2025, 8, 29)


def fix(ref: str, least: float | None, most: float = 0) -> Fix:
    return Fix(ref, (ref,), ref, "", "", None if least is None else Effort(min=least, max=most))


def told(found: Timeline) -> list[str]:
    """`B 1: 0–2, 0–4, 09-01 to 09-02/09-04`: stream, days at the soonest and at the latest, dates."""
    return [
        f"{one.fix.ref} {one.stream}: {one.span.start_min:g}–{one.span.end_min:g}, "
        f"{one.span.start_max:g}–{one.span.end_max:g}, "
        f"{one.span.begins:%m-%d} to {one.span.soonest:%m-%d}/{one.span.latest:%m-%d}"
        for one in found.fixes
    ]


def test_streams_are_filled_the_longest_first_and_worked_off_in_the_given_order() -> None:
    fixes = [fix("A", 1, 1), fix("B", 2, 4), fix("C", 1, 3), fix("D", 2, 2)]
    found = timeline(fixes, Plan(streams=2), FRIDAY)
    assert told(found) == [
        "A 1: 0–1, 0–1, 09-01 to 09-01/09-01",
        "B 1: 1–3, 1–5, 09-02 to 09-03/09-05",
        "C 2: 0–1, 0–3, 09-01 to 09-01/09-03",
        "D 2: 1–3, 3–5, 09-02 to 09-03/09-05",
    ]
    assert (found.total.end_min, found.total.end_max, found.at_least) == (3, 5, False)


def test_one_stream_takes_all_one_after_the_other() -> None:
    found = timeline([fix("A", 1, 2), fix("B", 2, 3)], Plan(), FRIDAY)
    assert told(found) == ["A 1: 0–1, 0–2, 09-01 to 09-01/09-02", "B 1: 1–3, 2–5, 09-02 to 09-03/09-05"]


def test_phases_follow_the_fixes_over_weekend_and_holiday() -> None:
    phases = [{"name": "Validation", "min": 2, "max": 3}, {"name": "Deployment", "min": 1, "max": 2}]
    plan = Plan.model_validate({"streams": 3, "phases": phases, "holidays": ["2025-09-08"]})
    found = timeline([fix("A", 1, 2), fix("B", 2, 3)], plan, FRIDAY)
    spans = [(phase.name, span.begins, span.soonest, span.latest) for phase, span in found.phases]
    # At the soonest 2 days of fixes end on Tuesday; at the latest 3 days end on Wednesday, and 3 more after a holiday.
    assert spans == [
        ("Validation", date(2025, 9, 3), date(2025, 9, 4), date(2025, 9, 9)),
        ("Deployment", date(2025, 9, 5), date(2025, 9, 5), date(2025, 9, 11)),
    ]
    assert (found.total.end_min, found.total.end_max) == (5, 8)
    assert (found.total.begins, found.total.latest, found.streams) == (date(2025, 9, 1), date(2025, 9, 11), 2)


def test_half_days_share_a_day() -> None:
    found = timeline([fix("A", 0.5, 0.5), fix("B", 0.5, 1)], Plan(), FRIDAY)
    assert told(found) == ["A 1: 0–0.5, 0–0.5, 09-01 to 09-01/09-01", "B 1: 0.5–1, 0.5–1.5, 09-01 to 09-01/09-02"]


@pytest.mark.parametrize("days", list(permutations((0.6, 1.1, 1.3))))
def test_three_days_of_parts_end_on_the_third_day_in_any_order(days: tuple[float, ...]) -> None:
    phase = {"phases": [{"name": "Ship", "min": 0.3, "max": 0.3}]}
    found = timeline([fix(str(one), one, one) for one in days], Plan.model_validate(phase), FRIDAY)
    (_, shipping), last = found.phases[0], found.fixes[-1].span
    assert (last.end_max, last.latest, shipping.start_max) == (3, date(2025, 9, 3), 3)
    assert (shipping.latest, found.total.end_max) == (date(2025, 9, 4), 3.3)
    alone = timeline([one.fix for one in found.fixes], Plan(), FRIDAY)
    assert alone.total.latest == last.latest


def test_what_nobody_has_estimated_is_named_and_makes_the_totals_lower_bounds() -> None:
    found = timeline([fix("A", None), fix("B", 1, 2), fix("C", None)], Plan(), FRIDAY)
    assert [one.ref for one in found.unknown] == ["A", "C"]
    assert (found.at_least, found.total.end_max) == (True, 2)


def test_nothing_to_fix() -> None:
    found = timeline([], Plan.model_validate({"phases": [{"name": "D", "min": 1, "max": 1}]}), FRIDAY)
    assert (found.total.end_min, found.total.latest) == (1, date(2025, 9, 1))
    empty = timeline([], Plan(), FRIDAY)
    assert (empty.total.end_max, empty.total.latest) == (0, FRIDAY)


def test_other_working_days() -> None:
    found = timeline([fix("A", 2, 3)], Plan(working_days=("sat", "sun")), FRIDAY)
    assert told(found) == ["A 1: 0–2, 0–3, 08-30 to 08-31/09-06"]


@pytest.mark.parametrize("start", [FRIDAY, date(9990, 1, 1)])
def test_beyond_a_century_no_date_is_told(start: date) -> None:
    found = timeline([fix(str(number), 10_000, 10_000) for number in range(9)], Plan(), start)
    assert (found.total.end_max, found.total.latest) == (90_000, None)


def test_an_estimate_of_the_plan_comes_before_that_of_the_category() -> None:
    plan = Plan.model_validate({"estimates": [{"blocker": "A", "min": 3, "max": 4, "fix": "Rewrite it."}]})
    first, second = estimated([fix("A", 1, 2), fix("B", 1, 2)], plan)
    assert first.effort
    assert (first.effort.min, first.todo) == (3, "Rewrite it.")
    assert second.effort == Effort(min=1, max=2)


def test_the_effort_of_a_category_is_for_all_its_blockers_together(tmp_path: Path) -> None:
    """Two causes of one category take its 1 to 2 days together; one that is estimated by itself stands alone."""
    memory = {"title": "Memory", "message": "boom|bang", "fix": "Free it.", "effort": {"min": 1, "max": 2}}
    first, second = story(
        tmp_path,
        "a fail boom, b fail bang",
        "a fail boom, b fail bang",
        policy=demands("f: failures = 0", categories=[memory]),
    )
    found = planned(second)
    assert found is not None
    assert [(phrases.said(one.fix.title), one.span.end_max) for one in found.fixes] == [("Memory (2 blockers)", 2)]
    (alone, *_) = first.blockers
    plan = {"estimates": [{"blocker": alone, "min": 4, "max": 5}]}
    apart = planned(
        story(
            tmp_path / "x",
            "a fail boom, b fail bang",
            policy=demands("f: failures = 0", categories=[memory], plan=plan),
        )[0]
    )
    assert apart is not None
    assert sorted(one.fix.effort.max for one in apart.fixes if one.fix.effort) == [2, 5]

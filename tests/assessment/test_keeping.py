"""One cause, one blocker: what is gathered, what is told at a blocker instead of beside it, and who owns it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Run, checklist, demands, story, told, verdicts, waiver

from readiness import phrases
from readiness.assessment import Assessment, Kind, open_blockers, to_ready
from readiness.policy import policy_text
from readiness.report import report_of

NONE_FAIL = "none: failures = 0"
BROKEN = {"title": "Broken cache", "message": "boom|bang", "cause": True, "severity": "critical", "owner": "lee"}


def titles(found: Assessment) -> list[str]:
    return [phrases.title_of(one) for one in open_blockers(found)]


def kept(found: Assessment) -> dict[str, set[str]]:
    """Title of each open blocker -> the criteria and items that it keeps open."""
    return {phrases.title_of(one): {each.ref for each in one.keeps_open} for one in open_blockers(found)}


def test_a_cause_is_one_blocker_in_each_area_whatever_the_messages(tmp_path: Path) -> None:
    policy = demands(NONE_FAIL, categories=[BROKEN])
    first, second = story(
        tmp_path,
        "a fail boom, b fail bang, c fail other, shop/d fail bang, e pass",
        "a pass, b pass, c fail other, shop/d pass, e fail bang",
        policy=policy,
    )
    assert sorted(titles(first)) == ["Broken cache (2 tests)", "Broken cache (d)", "c: other"]
    (gathered,) = (one for one in second.blockers.values() if len(one.members) == 3)
    assert {member.key.name for member in gathered.members} == {"a", "b", "e"}
    apart = story(tmp_path / "apart", "a fail boom, b fail bang", policy=demands(NONE_FAIL))[0]
    assert gathered.id in apart.blockers


def test_each_missing_module_and_service_is_one_cause(tmp_path: Path) -> None:
    missing = "No module named 'psycopg'"
    (found,) = story(
        tmp_path,
        f"a fail {missing}, b fail ModuleNotFoundError: {missing}, c fail No module named 'redis', "
        "d skip Docker is not available, e skip docker not available, "
        "f fail connect ECONNREFUSED 127.0.0.1:5432, g fail Error: connect ECONNREFUSED 127.0.0.1:5432 (pool), "
        "h fail expected 3",
    )
    assert sorted(titles(found)) == [
        "127.0.0.1:5432: Service is not reachable (2 tests)",
        "Docker is not available (2 tests)",
        "No module named 'psycopg' (2 tests)",
        "No module named 'redis' (c)",
        "h: expected 3",
    ]


def test_criteria_and_items_of_a_cause_and_what_blockers_hold_open_none_of_their_own(tmp_path: Path) -> None:
    named = {**BROKEN, "criteria": ["rss"], "items": ["leak"]}
    items = checklist(
        {"id": "leak", "metric": {"name": "rss", "at_most": "300 MB"}},
        {"id": "core", "tests": ["*"]},
        {"id": "none-fails", "criterion": "none"},
        {"id": "docs"},
    )
    policy = demands(NONE_FAIL, "rss: metric.rss <= 300 MB", categories=[named], checklist=items)
    before, after = story(
        tmp_path,
        Run("a fail boom, b pass | a b", metrics={"rss": "412 MB"}),
        Run("a pass, b pass | a b", metrics={"rss": "412 MB"}),
        policy=policy,
    )
    assert kept(before) == {"Broken cache (a)": {"none", "rss", "leak", "core", "none-fails"}, "Docs": set()}
    assert verdicts([before, after]) == ["BLOCKED", "BLOCKED"]
    # The cause is gone, the number is not: it stands for itself, and the item over the same measure with it.
    assert kept(after) == {"Rss: 412 MB, limit 300 MB": {"leak"}, "Docs": set()}
    report = report_of(before)
    (holder,) = report.holders_of(Kind.CRITERION, "rss")
    assert holder.id == report.holders_of(Kind.CHECKLIST, "leak")[0].id
    assert {step.ref for step in report.steps} == {one.id for one in report.open_blockers}


def test_demands_over_one_measure_are_one_blocker(tmp_path: Path) -> None:
    policy = demands("rss: metric.rss <= 300 MB", "low: metric.rss <= 200 MB")
    first, second = story(
        tmp_path,
        Run("a pass", metrics={"rss": "400 MB"}),
        Run("a pass", metrics={"rss": "250 MB"}),
        policy=policy,
    )
    assert kept(first) == {"Rss: 400 MB, limit 300 MB": {"low"}}
    assert kept(second) == {"Low: 250 MB, limit 200 MB": set()}


def test_what_a_waived_blocker_keeps_open_stands_for_itself_unless_nothing_else_holds_it(tmp_path: Path) -> None:
    named = {**BROKEN, "criteria": ["rss"]}
    items = checklist({"id": "core", "tests": ["*"]})
    waived = waiver("test", "tests.test_app::a")
    policy = demands(NONE_FAIL, "rss: metric.rss <= 300 MB", categories=[named], checklist=items, waivers=[waived])
    (found,) = story(tmp_path, Run("a fail boom, b pass | a b", metrics={"rss": "412 MB"}), policy=policy)
    assert found.verdict.word.value == "BLOCKED"
    assert kept(found) == {"Broken cache (a)": {"core"}, "Rss: 412 MB, limit 300 MB": set()}
    assert found.granted.items == {"core"}
    assert len(to_ready(found)) == 1


@pytest.mark.parametrize(
    "run",
    [
        "shop/TestCard/a fail boom, pay/TestCash/a fail boom, pay/TestCash/b fail boom, shop/TestCard/c fail boom",
        "{core} a fail boom, {shop} a fail boom",
        "a[1] fail boom, a[2] fail bang",
        "@linux a fail boom // @mac a fail bang",
        "a skip z not available, b fail z not available",
        "a fail boom, a fail bang, shop/a fail boom",
    ],
)
def test_no_two_open_blockers_read_alike(run: str, tmp_path: Path) -> None:
    (found,) = story(tmp_path, run)
    assert len(set(titles(found))) == len(titles(found)), titles(found)
    keys = [member.key for one in open_blockers(found) for member in one.members]
    assert len(keys) == len(set(keys)) == run.count("fail") + run.count("skip")


def test_the_owner_is_that_of_category_area_or_codeowners(tmp_path: Path) -> None:
    areas = [{"name": "Shop", "tests": ["tests.test_shop*"], "owner": "sam"}, {"name": "Rest", "tests": ["*"]}]
    (tmp_path / "CODEOWNERS").write_text("*  @all\n/tests/test_app.py @apps @core # ours\n", encoding="utf-8")
    policy = tmp_path / "readiness.yml"
    policy.write_text(demands(NONE_FAIL, areas=areas, categories=[BROKEN], owners="CODEOWNERS"), encoding="utf-8")
    run = "a fail boom, shop/b fail paint, c fail paint, pay/d fail ink"
    recorded = policy_text(policy).decode()
    (found,) = story(tmp_path / "history", run, policy=recorded)
    assert {one.members[0].key.name: one.owner for one in found.blockers.values()} == {
        "a": "lee",
        "b": "sam",
        "c": "@apps, @core",
        "d": "@all",
    }
    # What was recorded does not change with the file.
    (tmp_path / "CODEOWNERS").write_text("* @others\n", encoding="utf-8")
    (again,) = story(tmp_path / "again", run, policy=recorded)
    assert {one.owner for one in again.blockers.values()} == {one.owner for one in found.blockers.values()}
    assert told(again) == told(found)

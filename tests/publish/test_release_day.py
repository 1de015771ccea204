"""Waivers, checklist and plan in every format of the gate, and between two judgements."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator
from tests.publish.answers import answer
from tests.scenario import Again, Run, checklist, demands, readiness, story, waiver

from readiness.assessment import Assessment, Changes
from readiness.phrases import headline, why
from readiness.render.github import gate_github
from readiness.render.junit import gate_junit
from readiness.render.markdown import gate_markdown
from readiness.report import GateResult, schema, written

A = "tests.test_app::a"
MEMORY = {"title": "Memory", "message": "boom", "fix": "Free the cache.", "effort": {"min": 1, "max": 2}}
PHASES = [{"name": "Validation", "min": 2, "max": 3}]
SIGNED = {"by": "kim", "date": "2024-12-30", "expires": "2025-03-01"}


def policy(*waivers: dict[str, object], signed: bool = False) -> str:
    backup = {"id": "backup", "title": "The backup was restored", "owner": "sam"} | (
        {"signoff": SIGNED} if signed else {}
    )
    listed = checklist({"id": "core", "tests": ["*app*"]}, backup, {"id": "rare", "blocking": False})
    plan = {"phases": PHASES}
    criteria = ("none: failures = 0", "all: completion >= 100%")
    return demands(*criteria, categories=[MEMORY], checklist=listed, plan=plan, waivers=list(waivers))


RUN = "a fail boom, b pass | a b"
WAIVED = policy(waiver("test", A, "2025-02-28"), waiver("blocker", "B-GONE"), signed=True)


@pytest.fixture
def judged(tmp_path: Path) -> list[Assessment]:
    """Blocked on the first of January 2025, a Wednesday; on the second a waiver and a sign-off make it ready."""
    return story(tmp_path / "history", Run(RUN, "1.0", policy=policy()), Again(WAIVED, 1))


def as_json(found: Assessment) -> Any:
    told = json.loads(written(answer(found)))
    checker = Draft202012Validator.FORMAT_CHECKER
    Draft202012Validator(schema(GateResult, "gate"), format_checker=checker).validate(told)
    return told["report"]


def test_json_blocked(judged: list[Assessment]) -> None:
    told = as_json(judged[0])
    assert (told["verdict"]["word"], told["unwaived"]["word"], told["waivers"]) == ("BLOCKED", "BLOCKED", [])
    assert [(one["item"]["id"], one["state"], one["stops"], one["item"]["owner"]) for one in told["items"]] == [
        ("core", "not done", True, ""),
        ("backup", "not done", True, "sam"),
        ("rare", "not done", False, ""),
    ]
    assert [one["label"] for one in told["items"][0]["holders"]] == [A]
    plan = told["plan"]
    (fix,) = plan["fixes"]
    assert fix["fix"]["title"] == {
        "kind": "blocker_of_test",
        "category": "Memory",
        "message": "boom",
        "test": "a",
    }
    assert (fix["fix"]["todo"], fix["span"]["latest"]) == ("Free the cache.", "2025-01-03")
    # Two days of work from Thursday the second, then three from Monday the sixth.
    assert [(phase["name"], span["latest"]) for phase, span in plan["phases"]] == [("Validation", "2025-01-08")]
    assert (len(plan["unknown"]), plan["at_least"], plan["total"]["end_max"]) == (1, True, 5)


def test_json_ready_by_waivers(judged: list[Assessment]) -> None:
    told = as_json(judged[1])
    assert (told["verdict"]["word"], told["unwaived"]["word"]) == ("READY", "BLOCKED")
    assert told["verdict"]["valid_until"] == "2025-03-01T00:00:00Z"
    first, second = told["waivers"]
    assert (first["ref"], first["state"], first["limit"]) == (f"test:{A}", "in force", "2025-03-01T00:00:00Z")
    assert {name: first["waiver"][name] for name in ("test", "blocker", "owner", "approver", "expires")} == {
        "test": A,
        "blocker": None,
        "owner": "kim",
        "approver": "lee",
        "expires": "2025-02-28",
    }
    assert told["debts"][first["ref"]]["versions"] == ["1.0"]
    assert (second["ref"], second["state"]) == ("blocker:B-GONE", "unmatched")
    assert second["notes"] == [{"kind": "waiver_no_blocker"}]
    none = told["criteria"][0]
    measured = none["measured"]
    assert (none["state"], none["waived"], measured["waived"], none["stops"]) == ("unmet", True, 1, False)
    assert (measured["value"]["value"], measured["judged"]["value"]) == (1, 0)
    assert {one["id"] for one in told["blockers"]} < set(told["granted"]["blockers"]), "and an item that one keeps open"
    assert told["items"][1]["item"]["signoff"] == SIGNED | {"version": None, "note": ""}
    assert [one["kind"] for one in told["verdict"]["residual"]] == ["checklist", "waiver", "waiver"]
    assert told["plan"]["total"]["latest"] == "2025-01-07"


def test_junit_fails_nothing_that_is_waived(judged: list[Assessment]) -> None:
    blocked, ready = (ElementTree.fromstring(gate_junit(answer(one))) for one in judged)
    assert (blocked.get("failures"), ready.get("failures"), ready.get("errors")) == ("4", "0", "0")
    cases = {
        (one.get("classname"), one.get("name")): [part.get("type") for part in one] for one in ready.iter("testcase")
    }
    assert cases[("readiness.checklist", "The backup was restored")] == []
    assert cases[("readiness.checklist", "Core")] == ["not done"]
    assert cases[("readiness.waivers", A)] == ["in force"]
    assert cases[("readiness.criteria", "none: None")] == ["unmet"]


def test_markdown_and_annotations(judged: list[Assessment]) -> None:
    told = gate_markdown(answer(judged[1]))
    for title in ("Waivers", "Checklist", "Plan"):
        assert f"**{title}**\n" in told
    assert "Without waivers" in told
    assert "Waived until 2025-02-28" in gate_github(answer(judged[1]))


def test_past_its_last_day_a_waiver_makes_nothing_ready(judged: list[Assessment]) -> None:
    until = datetime(2025, 3, 1, tzinfo=UTC)
    assert answer(judged[1], until - timedelta(seconds=1)).exit_code == 0
    late = answer(judged[1], until)
    assert (late.exit_code, headline(late)) == (3, "NOT READY: expired")
    assert why(late).endswith("Since 2025-03-01 00:00 UTC, a waiver or sign-off that it relies on has expired.")


def test_text_explain_and_diff(judged: list[Assessment], tmp_path: Path) -> None:
    history = ("--history", tmp_path / "history")
    gate = readiness("gate", "--at", "2025-02-28T23:59:59Z", *history)
    assert gate.exit_code == 0
    assert "Without waivers: NOT READY: BLOCKED\n" in gate.output
    assert "1; 0 with 1 waived" in gate.output
    assert readiness("gate", "--at", "2025-03-01T00:00:01Z", *history).exit_code == 3
    for told in (gate.output, readiness("explain", *history).output):
        assert "2 waivers: 1 in force, 1 unmatched, all granted today." not in told
        assert "2 waivers: 1 in force, 1 unmatched, the oldest granted 1 day ago." in told
        assert "1 of 3 items done, 2 not done; 1 of those done by sign-off alone." in told
        assert "2 to 3 days of work for 1 phase: done 2025-01-06 to 2025-01-07." in told
        assert "The backup was restored: done (signed off by kim on 2024-12-30, until 2025-03-01; owner sam)" in told
    blocked = readiness("explain", "--run", "1.0#1", *history).output
    assert "3 to 5 days of work for 1 fix and 1 phase: done 2025-01-06 to 2025-01-08. 1 fix has no estimate" in blocked
    item = readiness("explain", "core", "--run", "1.0#2", *history).output
    assert "State          not done, waived" in item
    assert f"Tests that keep it from being done\n  {A}" in item
    diff = readiness("diff", "1.0#1", "1.0#2", *history).output
    assert "The verdict changed." in diff
    assert (
        "“The backup was restored” changed from not done to done (signed off by kim on 2024-12-30, until 2025-03-01)."
        in diff
    )
    assert f"Granted: Waived until 2025-02-28: {A}" in diff
    told = json.loads(readiness("diff", "1.0#1", "1.0#2", "--format", "json", *history).output)
    Draft202012Validator(schema(Changes, "diff")).validate(told)
    (item,) = told["items"]
    assert (item["now"]["item"]["id"], item["before"]["state"], item["now"]["state"]) == ("backup", "not done", "done")
    assert (told["waivers"][0]["before"], told["waivers"][0]["now"]["ref"]) == (None, f"test:{A}")
    back = readiness("diff", "1.0#2", "1.0#1", *history).output
    assert f"The waiver for {A} is gone." in back

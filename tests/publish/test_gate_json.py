"""The gate's answer as JSON: it fits its schema, adds up, and says what the run says."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from readiness.render.as_json import gate_json, gate_schema
from tests.publish.answers import SITE, answer, retold
from tests.scenario import Run, story

from readiness.assessment import Assessment

VALIDATOR = Draft202012Validator(gate_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)
KEYS = {
    *("schema", "verdict", "ready", "expired", "exit_code", "as_of", "valid_until", "summary", "recommendation"),
    *("report", "run", "judgement", "policy", "previous", "baseline", "reasons", "counts", "criteria", "blockers"),
    *("gaps", "flaky", "changes", "to_ready", "without_waivers", "waivers", "checklist", "plan"),
    *("superseded_by", "siblings", "latest_of_release", "highest_release"),
}


def told(assessment: Assessment, site: str = "") -> Any:
    """The JSON, checked against its schema and for sums."""
    text = gate_json(answer(assessment, site=site))
    assert text.isascii()
    found = json.loads(text)
    VALIDATOR.validate(found)
    assert set(found) == KEYS
    counts = found["counts"]
    assert counts["executed"] == sum(counts[name] for name in ("passed", "flaky", "failed", "error"))
    assert counts["with_result"] == counts["executed"] + counts["skipped"]
    if counts["expected"] is not None:
        assert counts["expected"] == counts["with_result"] + counts["not_run"]
    for name in ("pass_rate", "success_rate", "completion", "execution"):
        if rate := counts[name]:
            exact = Fraction(rate["numerator"] * 100, rate["denominator"])
            assert (Fraction(rate["exact"]), rate["value"]) == (exact, pytest.approx(float(exact)))
    assert found["exit_code"] == {"READY": 0, "BLOCKED": 1, "UNPROVEN": 3}[found["verdict"]]
    assert found["ready"] == (found["verdict"] == "READY")
    return found


def test_a_run_by_hand(tmp_path: Path) -> None:
    _, second = story(tmp_path, "a pass, b pass | a b", "a pass, b fail boom | a b c")
    found = told(second, SITE)
    assert (found["verdict"], found["exit_code"], found["expired"], found["valid_until"]) == ("BLOCKED", 1, False, None)
    assert (found["as_of"], found["run"]["version"], found["judgement"]) == ("2025-01-02T00:00:00Z", "1.1", 1)
    assert found["report"] == f"{SITE}/reports/{second.run.id}/"
    assert (found["previous"]["version"], found["previous"]["verdict"]) == ("1.0", "READY")
    counts = found["counts"]
    assert [counts[name] for name in ("passed", "failed", "not_run", "executed", "expected")] == [1, 1, 1, 2, 3]
    assert (counts["pass_rate"]["exact"], counts["pass_rate"]["value"], counts["pass_rate"]["text"]) == (
        "50",
        50,
        "50 %",
    )
    fails, complete, loss = found["criteria"]
    assert (fails["state"], fails["actual"]["value"], fails["headroom"]["value"]) == ("unmet", 1, -1)
    assert [key["label"] for key in fails["holders"]] == ["tests.test_app::b"]
    assert (complete["state"], complete["numerator"], complete["denominator"]) == ("unproven", 2, 3)
    assert (complete["actual"]["exact"], complete["actual"]["text"], complete["unit"]) == ("200/3", "66.6 %", "%")
    assert (complete["required"]["value"], complete["required"]["unit"]) == (100, "%")
    assert (loss["state"], loss["missing"], loss["holders"]) == ("met", "", [])
    (blocker,) = (one for one in found["blockers"] if one["kind"] == "failure")
    assert (blocker["state"], blocker["severity"], blocker["area"]) == ("open", "high", "tests.test_app")
    assert (blocker["opened"]["version"], blocker["age_days"]) == ("1.1", 0)
    (member,) = blocker["members"]
    assert (member["test"]["name"], member["state"], member["owed"]) == ("b", "failing", 1)
    assert found["changes"]["verdict_changed"] is True
    assert [one["label"] for one in found["changes"]["tests"]["newly_failing"]] == ["tests.test_app::b"]
    assert [(one["id"], one["before"], one["now"]) for one in found["changes"]["criteria"]] == [
        ("no-failures", "met", "unmet"),
        ("complete", "met", "unproven"),
    ]
    assert {one["ref"] for one in found["to_ready"]} <= {one["id"] for one in found["blockers"]} | {"complete"}


def test_the_runs_of_attrs_fit_the_schema(attrs: list[Assessment], repo_root: Path) -> None:
    found = [told(one) for one in attrs]
    assert len(found) == 21
    assert [one["run"]["version"] for one in found if one["ready"]] == ["22.1.0", "22.2.0", "24.1.0"]
    for one in found:
        (folder,) = (repo_root / "history" / "runs").glob(f"*/{one['run']['id']}")
        manifest = json.loads((folder / "run.json").read_text())
        assert {name: manifest[name] for name in one["run"]} == one["run"]


def test_hostile_runs_fit_the_schema(malicious: list[Assessment]) -> None:
    for one in malicious:
        told(one)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=100), min_size=1, max_size=5))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_any_text_comes_back(blocked: Assessment, texts: list[str]) -> None:
    found = json.loads(gate_json(answer(retold(blocked, texts))))
    VALIDATOR.validate(found)
    assert [one["title"] for one in found["criteria"]] == texts


@pytest.mark.parametrize("value", ["0.1 ms", "1e300 ms", "123456789012345678901234567890 ms", "1e-300 ms"])
def test_numbers_are_exact(value: str, tmp_path: Path) -> None:
    policy = "criteria: [{id: m, title: M, measure: metric.m, at_most: 1 s}]"
    (found,) = story(tmp_path, Run("a pass", metrics={"m": value}), policy=policy)
    actual = told(found)["criteria"][0]["actual"]
    assert Fraction(actual["exact"]) == Fraction(str(float(value.split()[0])))
    assert actual["value"] == float(value.split()[0])

"""The gate's answer as JSON: it fits its schema, adds up, and says what the run says."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.publish.answers import SITE, answer, retold
from tests.scenario import Run, story

from readiness.assessment import Assessment
from readiness.report import GateResult, read, schema, written


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(schema(GateResult, "gate"), format_checker=Draft202012Validator.FORMAT_CHECKER)


KEYS = {
    *("schema", "ready", "exit_code", "expired", "overruled"),
    *("policy", "recorded", "trial", "link", "place", "report"),
}
RATES = {
    "pass_rate": ("clean", "executed"),
    "success_rate": ("clean", "expected"),
    "completion": ("with_result", "expected"),
    "execution": ("executed", "expected"),
}


def told(assessment: Assessment, site: str = "") -> Any:
    """The JSON, checked against its schema and for sums."""
    given_answer = answer(assessment, site=site)
    text = written(given_answer)
    assert text.isascii()
    assert read(text, GateResult) == given_answer
    found = json.loads(text)
    validator().validate(found)
    assert set(found) == KEYS
    report = found["report"]
    counts = report["facts"]["counts"]
    assert counts["executed"] == sum(counts[name] for name in ("passed", "flaky", "failed", "error"))
    assert counts["with_result"] == counts["executed"] + counts["skipped"]
    if counts["expected"] is not None:
        assert counts["expected"] == counts["with_result"] + counts["not_run"]
    for name, (numerator, denominator) in RATES.items():
        if rate := counts[name]:
            exact = Fraction(counts[numerator], counts[denominator])
            assert (Fraction(rate["exact"]), rate["value"]) == (exact, pytest.approx(float(exact)))
    word = report["verdict"]["word"]
    assert found["exit_code"] == {"READY": 0, "BLOCKED": 1, "UNPROVEN": 3}[word]
    assert found["ready"] == (word == "READY")
    return found


def test_a_run_by_hand(tmp_path: Path) -> None:
    _, second = story(tmp_path, "a pass, b pass | a b", "a pass, b fail boom | a b c")
    gate = told(second, SITE)
    found = gate["report"]
    verdict = found["verdict"]
    assert (gate["exit_code"], gate["expired"], gate["link"]) == (1, False, f"{SITE}/reports/{second.run.id}/")
    assert (verdict["word"], verdict["as_of"], verdict["valid_until"]) == ("BLOCKED", "2025-01-02T00:00:00Z", None)
    assert (found["run"]["version"], found["judgement"]["number"]) == ("1.1", 1)
    previous = found["previous"]["judged"]
    assert (previous["version"], previous["verdict"]) == ("1.0", "READY")
    counts = found["facts"]["counts"]
    assert [counts[name] for name in ("passed", "failed", "not_run", "executed", "expected")] == [1, 1, 1, 2, 3]
    assert counts["pass_rate"] == {"value": 0.5, "exact": "1/2"}
    fails, complete, loss = found["criteria"]
    assert (fails["state"], fails["stops"], fails["measured"]["value"]["value"]) == ("unmet", True, 1)
    assert (fails["allowed"]["value"], fails["headroom"]["value"]) == (0, -1)
    assert [key["label"] for key in fails["measured"]["holders"]] == ["tests.test_app::b"]
    measured = complete["measured"]
    assert (complete["state"], measured["numerator"], measured["denominator"]) == ("unproven", 2, 3)
    assert (measured["value"]["exact"], measured["unit"]) == ("200/3", "%")
    required = complete["criterion"]["at_least"]
    assert (required["value"]["value"], required["unit"], complete["headroom"]["exact"]) == (100, "%", "-100/3")
    assert (loss["state"], loss["measured"]["missing"], loss["measured"]["holders"]) == ("met", None, [])
    (blocker,) = (one for one in found["blockers"] if one["kind"] == "failure")
    assert (blocker["state"], blocker["severity"], blocker["area"]) == ("open", "high", "tests.test_app")
    assert (blocker["opened"]["version"], found["ages"][blocker["id"]]) == ("1.1", 0)
    (member,) = blocker["members"]
    assert (member["key"]["name"], member["state"], member["owed"]) == ("b", "failing", 1)
    changed = found["changes"]
    assert (changed["before"]["verdict"], changed["now"]["verdict"]) == ("READY", "BLOCKED")
    assert [one["label"] for one in changed["tests"]["newly_failing"]] == ["tests.test_app::b"]
    turned = [(one["before"], one["now"]) for one in changed["turned"]]
    assert [(now["criterion"]["id"], before["state"], now["state"]) for before, now in turned] == [
        ("no-failures", "met", "unmet"),
        ("complete", "met", "unproven"),
    ]
    assert {one["ref"] for one in found["steps"]} <= {one["id"] for one in found["blockers"]} | {"complete"}


def test_the_runs_of_attrs_fit_the_schema(attrs: list[Assessment], repo_root: Path) -> None:
    found = [told(one) for one in attrs]
    assert len(found) == 21
    assert [one["report"]["run"]["version"] for one in found if one["ready"]] == ["22.1.0", "22.2.0", "24.1.0"]
    for run in (one["report"]["run"] for one in found):
        (folder,) = (repo_root / "history" / "runs").glob(f"*/{run['id']}")
        assert json.loads((folder / "run.json").read_text()).items() <= run.items()


def test_hostile_runs_fit_the_schema(malicious: list[Assessment]) -> None:
    for one in malicious:
        told(one)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100), min_size=1, max_size=5))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_any_text_comes_back(blocked: Assessment, texts: list[str]) -> None:
    found = json.loads(written(answer(retold(blocked, texts))))
    validator().validate(found)
    assert [one["criterion"]["title"] for one in found["report"]["criteria"]] == texts


@pytest.mark.parametrize("value", ["0.1 ms", "1e300 ms", "123456789012345678901234567890 ms", "1e-300 ms"])
def test_numbers_are_exact(value: str, tmp_path: Path) -> None:
    policy = "criteria: [{id: m, title: M, measure: metric.m, at_most: 1 s}]"
    (found,) = story(tmp_path, Run("a pass", metrics={"m": value}), policy=policy)
    actual = told(found)["report"]["criteria"][0]["measured"]["value"]
    assert Fraction(actual["exact"]) == Fraction(str(float(value.split()[0])))
    assert actual["value"] == float(value.split()[0])

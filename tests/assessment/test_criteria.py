"""Criteria against limits, by arithmetic by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Run, states, story, verdicts

from readiness import phrases
from readiness.assessment import ReasonKind
from readiness.report import report_of


def criterion(measure: str, limit: str, more: str = "") -> str:
    """A policy of one criterion, `it`."""
    return f"criteria: [{{id: it, title: It, measure: {measure}, {limit}{more}}}]"


def many(passed: int, failed: int, *, skipped: int = 0, missing: int = 0) -> str:
    """Results of so many tests, all of them listed."""
    outcomes = ["pass"] * passed + ["fail"] * failed + ["skip"] * skipped
    tests = [f"t{number} {outcome}" for number, outcome in enumerate(outcomes)]
    return ", ".join(tests) + " | " + " ".join(f"t{number}" for number in range(len(tests) + missing))


@pytest.mark.parametrize(
    ("results", "measure", "limit", "state"),
    [
        (many(19, 1), "pass_rate", "at_least: 95%", "met"),
        (many(95, 5), "pass_rate", "at_least: 95%", "met"),
        (many(94, 5), "pass_rate", "at_least: 95%", "unmet"),
        (many(94, 5, skipped=1), "success_rate", "at_least: 95%", "unmet"),
        (many(95, 0, skipped=5), "success_rate", "at_least: 95%", "met"),
        (many(95, 0, missing=5), "completion", "at_least: 95%", "met"),
        (many(94, 0, missing=6), "completion", "at_least: 95%", "unproven"),
        (many(94, 0, skipped=6), "execution", "at_least: 95%", "unproven"),
        (many(1, 2), "failures", "at_most: 2", "met"),
        (many(1, 3), "failures", "at_most: 2", "unmet"),
        (many(3, 0, skipped=2), "skipped", "equals: 2", "met"),
        (many(3, 0, missing=2), "not_run", "equals: 2", "met"),
        (many(3, 0, missing=2), "expected", "equals: 5", "met"),
        (many(3, 1, skipped=1), "executed", "equals: 4", "met"),
        ("a flaky x, b pass", "pass_rate", "at_least: 100%", "met"),
        ("a flaky x, b pass", "flaky", "equals: 0", "unmet"),
        ("a pass", "coverage.line", "at_least: 0%", "unproven"),
        ("a pass", "duration", "at_most: 1 h", "unproven"),
        ("a pass", "metric.rss", "at_most: 1 GB", "unproven"),
    ],
)
def test_state(results: str, measure: str, limit: str, state: str, tmp_path: Path) -> None:
    (found,) = story(tmp_path, results, policy=criterion(measure, limit))
    assert states(found) == {"it": state}


@pytest.mark.parametrize(
    ("measured", "limit", "state"),
    [
        ("300 MiB", "at_most: 300 MB", "unmet"),  # 314.6 MB
        ("286.1 MiB", "at_most: 300 MB", "met"),  # 299.998 MB
        ("300 MB", "at_most: 300 MiB", "met"),
        ("300 MiB", "at_most: 0.3 GiB", "met"),  # 307.2 MiB
        ("1500 ms", "at_most: 1.5 s", "met"),
        ("1501 ms", "at_most: 1.5 s", "unmet"),
        ("0.1 s", "equals: 100 ms", "met"),
        ("95 %", "at_least: 95%", "met"),
        ("94.9 %", "at_least: 95%", "unmet"),
        ("300", "at_most: 300 MB", "unproven"),
        ("300 MiB", "at_most: 300", "unproven"),
        ("3 s", "at_most: 300 MB", "unproven"),
        ("3 req/s", "at_least: 3 req/s", "met"),
    ],
)
def test_units(measured: str, limit: str, state: str, tmp_path: Path) -> None:
    run = Run("a pass", metrics={"rss": measured})
    (found,) = story(tmp_path, run, policy=criterion("metric.rss", limit))
    assert states(found) == {"it": state}


@pytest.mark.parametrize(("limit", "value"), [("at_most: 9", 7), ("at_least: 1", 2), ("equals: 3", 7)])
def test_of_several_values_the_worst_counts(limit: str, value: int, tmp_path: Path) -> None:
    values = b'{"metrics": [{"name": "m", "value": 3}, {"name": "m", "value": 7}, {"name": "m", "value": 2}]}'
    (found,) = story(tmp_path, Run("a pass", files={"m.json": values}), policy=criterion("metric.m", limit))
    assert found.criteria[0].measured.value == value


@pytest.mark.parametrize(
    "measure",
    ["failures", "failed", "errors", "flaky", "passed", "skipped", "pass_rate", "success_rate", "completion"],
)
def test_with_nothing_executed_every_measure_over_outcomes_is_unproven(measure: str, tmp_path: Path) -> None:
    limit = "at_least: 0%" if measure in ("pass_rate", "success_rate", "completion") else "at_most: 9"
    (found,) = story(tmp_path, "a skip no card, b skip no card | a b", policy=criterion(measure, limit))
    assert states(found) == {"it": "unproven"}


@pytest.mark.parametrize("measure", ["completion", "execution", "success_rate"])
def test_on_a_first_run_without_a_list_it_is_not_checked(measure: str, tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a pass", policy=criterion(measure, "at_least: 95%"))
    assert (states(found), verdicts([found])) == ({"it": "not checked"}, ["READY"])
    (risk,) = found.verdict.residual
    assert "first run" in phrases.reason_text(risk, report_of(found))


@pytest.mark.parametrize("measure", ["completion", "execution", "success_rate"])
def test_on_a_partial_list_it_is_unproven(measure: str, tmp_path: Path) -> None:
    results = "a pass, b pass, shop uncollected twice | a b !shop"
    (found,) = story(tmp_path, results, policy=criterion(measure, "at_least: 1%"))
    assert (states(found), phrases.actual(found.criteria[0].measured)) == (
        {"it": "unproven"},
        "2 of at least 3" if measure == "success_rate" else "3 of at least 3",
    )


def test_how_many_did_not_run_is_unproven_where_the_list_is_not_whole(tmp_path: Path) -> None:
    listed = b"tests/test_app.py::a\n\n2 tests collected in 0.01s\n"
    (found,) = story(tmp_path, Run("a pass", files={"list.txt": listed}), policy=criterion("not_run", "equals: 0"))
    assert (states(found), verdicts([found])) == ({"it": "unproven"}, ["UNPROVEN"])


def test_how_many_are_expected_is_a_lower_bound_where_the_list_is_not_whole(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a pass, b pass | a b !shop", policy=criterion("expected", "at_most: 5"))
    assert states(found) == {"it": "unproven"}
    assert phrases.out_of(found.criteria[0].measured) == "at least 3: the list of tests is incomplete"


def test_a_list_that_disagrees_with_its_own_count_proves_nothing_complete(tmp_path: Path) -> None:
    listed = b"tests/test_app.py::a\n\n2 tests collected in 0.01s\n"
    (found,) = story(tmp_path, Run("a pass", files={"collected.txt": listed}))
    assert (states(found)["complete"], verdicts([found])) == ("unproven", ["UNPROVEN"])


def test_an_unmet_advisory_criterion_is_residual_risk(tmp_path: Path) -> None:
    run = Run("a pass", metrics={"rss": "400 MB"})
    (found,) = story(tmp_path, run, policy=criterion("metric.rss", "at_most: 300 MB", ", tier: advisory"))
    assert (states(found), verdicts([found])) == ({"it": "unmet"}, ["READY"])
    assert [(reason.kind, reason.ref) for reason in found.verdict.residual] == [(ReasonKind.CRITERION, "it")]


def test_an_unproven_advisory_criterion_is_residual_risk(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a pass", policy=criterion("metric.rss", "at_most: 300 MB", ", tier: advisory"))
    assert (states(found), verdicts([found])) == ({"it": "unproven"}, ["READY"])
    assert [reason.ref for reason in found.verdict.residual] == ["it"]


def test_a_missing_metric_is_unproven_and_says_what_is_missing(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a pass", policy=criterion("metric.rss", "at_most: 300 MB"))
    assert verdicts([found]) == ["UNPROVEN"]
    assert "no metric rss was archived" in phrases.reason_text(found.verdict.unproven[0], report_of(found))


def test_an_unmet_blocking_criterion_blocks(tmp_path: Path) -> None:
    run = Run("a pass", metrics={"rss": "400 MB"})
    (found,) = story(tmp_path, run, policy=criterion("metric.rss", "at_most: 300 MB"))
    assert verdicts([found]) == ["BLOCKED"]


AREAS = """
areas:
  - {name: Shop, tests: ["tests.test_shop*"]}
  - {name: Bank, tests: ["tests.test_bank*"]}
"""


@pytest.mark.parametrize(("area", "state"), [("Shop", "unmet"), ("Bank", "unproven"), ("Unassigned", "met")])
def test_a_criterion_over_one_area(area: str, state: str, tmp_path: Path) -> None:
    policy = AREAS + criterion("failures", "equals: 0", f", where: {{area: {area}}}")
    (found,) = story(tmp_path, "a pass, shop/x fail boom", policy=policy)
    assert states(found) == {"it": state}


@pytest.mark.parametrize(("required", "verdict"), [("[linux]", "READY"), ("[linux, windows]", "UNPROVEN")])
def test_a_required_variant_without_results_is_unproven(required: str, verdict: str, tmp_path: Path) -> None:
    run = Run("a pass", variant="linux", files={})
    (found,) = story(tmp_path, run, policy=f"variants: {{required: {required}}}")
    assert verdicts([found]) == [verdict]
    told = [phrases.reason_text(one, report_of(found)) for one in found.verdict.unproven]
    assert [text for text in told if "windows" not in text] == []


def test_the_failing_tests_are_named_as_holders(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a fail boom, b pass, c error bang")
    holders = next(one.measured.holders for one in found.criteria if one.criterion.id == "no-failures")
    assert sorted(key.name for key in holders) == ["a", "c"]


@pytest.mark.parametrize(
    ("severity", "verdict"), [("critical", "BLOCKED"), ("high", "BLOCKED"), ("medium", "READY"), ("low", "READY")]
)
def test_only_blockers_of_severity_high_or_above_stop(severity: str, verdict: str, tmp_path: Path) -> None:
    policy = criterion("passed", "at_least: 1")
    policy += f"\ncategories: [{{title: Boom, message: boom, severity: {severity}}}]"
    (found,) = story(tmp_path, "a fail boom, b pass", policy=policy)
    assert verdicts([found]) == [verdict]
    assert ReasonKind.BLOCKER in {reason.kind for reason in (*found.verdict.blocked, *found.verdict.residual)}


def test_the_judgement_is_dated_by_the_end_of_the_run(tmp_path: Path) -> None:
    (found,) = story(tmp_path, Run("", files={"x.xml": b'<testsuite time="90"><testcase name="a"/></testsuite>'}))
    assert f"{found.verdict.as_of:%Y-%m-%dT%H:%M:%S}" == "2025-01-01T00:01:30"


def test_a_run_that_executed_nothing_is_unproven_whatever_the_policy_asks(tmp_path: Path) -> None:
    policy = criterion("metric.rss", "at_most: 300 MB")
    (found,) = story(tmp_path, Run("a skip, b skip", metrics={"rss": "200 MB"}), policy=policy)
    assert (states(found), verdicts([found])) == ({"it": "met"}, ["UNPROVEN"])
    assert [phrases.reason_text(one, report_of(found)) for one in found.verdict.unproven] == [
        "every test that has a result was skipped"
    ]

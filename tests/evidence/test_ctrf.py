"""CTRF JSON: counts as the manifest has them, keys, retries, times, and a summary that is only compared."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.evidence.evidence_corpus import content, outcomes, read_path, rows, run_level, titles

from readiness.evidence import read
from readiness.model import Detail, EvidenceFile, Outcome, ReadState

ROWS = [row for row in rows() if row["format"] == "CTRF JSON"]


def ctrf(*tests: object, **results: Any) -> EvidenceFile:
    """Read a report made for the test."""
    return read(json.dumps({"results": {"tool": {"name": "t"}, "tests": tests, **results}}).encode(), "ctrf.json")


def codes(evidence: EvidenceFile) -> set[tuple[str, bool]]:
    """Codes of the findings, and which are a loss."""
    return {(finding.code, finding.loss) for finding in evidence.findings}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["path"])
def test_the_manifest(row: dict[str, str]) -> None:
    evidence = read_path(row["path"])
    counts = outcomes(evidence)
    assert (evidence.kind, evidence.state) == ("ctrf", ReadState.READ)
    assert (evidence.suites, evidence.cases) == (int(row["suites"]), int(row["tests"]))
    assert counts["passed"] + counts["flaky"] == int(row["passed"])
    assert counts["flaky"] == int(row["flaky"])
    assert counts["failed"] == int(row["failed"])
    assert counts["error"] == int(row["errors"])
    assert counts["skipped"] == int(row["skipped"])
    assert sum(result.time_s or 0 for result in evidence.results) == pytest.approx(float(row["time_s"]))
    declared = dict(pair.split("=") for pair in row["declared"].split())
    assert {name: str(count) for name, count in evidence.declared.items()}.items() <= declared.items()
    assert not evidence.findings


def test_there_are_rows() -> None:
    assert len(ROWS) == 2


def test_suites_are_lists_or_strings() -> None:
    (array, string, neither) = ctrf(
        {"name": "a", "status": "passed", "suite": ["x", "y"]},
        {"name": "b", "status": "passed", "suite": "x > y"},
        {"name": "c", "status": "passed", "filePath": "t/c.ts"},
    ).results
    assert [result.key.label for result in (array, string, neither)] == ["x > y::a", "x > y::b", "t/c.ts::c"]


def test_namesakes_stay_apart_by_file_browser_and_parameters() -> None:
    test = {"name": "a", "status": "passed", "suite": "s"}
    files = ctrf(test | {"filePath": "x.ts"}, test | {"filePath": "y.ts"})
    assert titles(files) == ["x.ts > s::a", "y.ts > s::a"]
    browsers = ctrf(test | {"browser": "firefox"}, test | {"browser": "webkit"})
    assert titles(browsers) == ["s::a @ firefox", "s::a @ webkit"]
    parameters = ctrf(test | {"parameters": {"n": 1}}, test | {"parameters": {"n": 2}})
    assert titles(parameters) == ["s::a @ n=1", "s::a @ n=2"]
    assert titles(ctrf(test | {"browser": "firefox"})) == ["s::a"]


def test_nameless_tests_get_stable_names() -> None:
    evidence = ctrf({"status": "passed"}, {"name": " ", "status": "failed"})
    assert titles(evidence) == ["unnamed test", "unnamed test (2)"]  # without suite and file the pass is an error


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("passed", Outcome.PASSED),
        ("Passed", Outcome.PASSED),
        ("failed", Outcome.FAILED),
        ("skipped", Outcome.SKIPPED),
        ("pending", Outcome.SKIPPED),
        ("other", Outcome.ERROR),
        ("ok", Outcome.ERROR),
        ("", Outcome.ERROR),
        (None, Outcome.ERROR),
        (0, Outcome.ERROR),
        (True, Outcome.ERROR),
    ],
)
def test_statuses(status: object, outcome: Outcome) -> None:
    (result,) = ctrf({"name": "a", "status": status}).results
    assert result.outcome is outcome
    assert bool(result.details) == (outcome is not Outcome.PASSED)


def test_retries_are_attempts_and_keep_their_messages() -> None:
    evidence = read_path("ctrf/comprehensive.json")
    flaky = next(result for result in evidence.results if result.outcome is Outcome.FLAKY)
    assert (flaky.key.label, flaky.attempts) == ("Checkout::user can checkout", 2)
    (failed,) = flaky.details
    assert (failed.kind, failed.message) == ("rerun", "Payment gateway timeout")
    assert "payment.js:23:10" in failed.text


@pytest.mark.parametrize(
    ("test", "outcome", "attempts", "kinds"),
    [
        ({"status": "passed", "flaky": True}, "flaky", 2, ["rerun"]),
        ({"status": "passed", "flaky": False}, "passed", 1, []),
        ({"status": "passed", "retries": 2}, "flaky", 3, ["rerun"]),
        ({"status": "passed", "retries": 0}, "passed", 1, []),
        ({"status": "passed", "retryAttempts": [{"status": "failed"}]}, "flaky", 2, ["rerun"]),
        ({"status": "failed", "flaky": True}, "failed", 1, ["failure"]),
        ({"status": "failed", "retries": 2}, "failed", 3, ["failure", "rerun"]),
        (
            {"status": "failed", "retries": 1, "retryAttempts": [{"status": "failed"}, {"status": "failed"}]},
            "failed",
            2,
            ["failure", "rerun"],
        ),
        ({"status": "skipped", "retries": 10**30}, "skipped", 1, ["skipped"]),
    ],
)
def test_flaky_and_retried(test: dict[str, Any], outcome: str, attempts: int, kinds: list[str]) -> None:
    (result,) = ctrf({"name": "a", **test}).results
    assert (result.outcome.value, result.attempts, [detail.kind for detail in result.details]) == (
        outcome,
        attempts,
        kinds,
    )


def test_colours_are_stripped_and_nothing_else() -> None:
    written = content("ctrf/ansi-no-format-field.json")
    assert b"\\u001b" in written
    failed = read_path("ctrf/ansi-no-format-field.json").results[1]
    assert failed.details[0].message.startswith(
        "Timed out 5000ms waiting for expect(locator).toHaveTitle(expected)\n\n"
    )
    assert failed.details[0].text == "ProfileTest.js:45"
    (other,) = ctrf({"name": "a", "status": "failed", "message": "\x1b[1;31mred\x1b[0m \x1b[2K[31m"}).results
    assert other.details == (Detail("failure", "", "red \x1b[2K[31m", ""),)


def test_times_are_milliseconds() -> None:
    evidence = ctrf(
        {"name": "a", "status": "passed", "duration": 1500},
        {"name": "b", "status": "passed", "duration": -1},
        {"name": "c", "status": "passed", "duration": "1500"},
        {"name": "d", "status": "passed"},
        {"name": "e", "status": "passed", "duration": 1e300},
    )
    assert [result.time_s for result in evidence.results] == [1.5, None, None, None, None]
    assert [(finding.code, finding.place) for finding in evidence.findings] == [
        ("time", "tests[1]"),
        ("time", "tests[2]"),
        ("time", "tests[4]"),
    ]


@pytest.mark.parametrize(
    ("summary", "started", "wall_s"),
    [
        ({"start": 1609459200000, "stop": 1609459220000}, datetime(2021, 1, 1, tzinfo=UTC), 20.0),
        ({"start": 1609459200000}, datetime(2021, 1, 1, tzinfo=UTC), None),
        ({"start": 1609459200000, "stop": 1}, datetime(2021, 1, 1, tzinfo=UTC), None),
        ({"start": 1609459200, "stop": 1609459220}, None, None),  # seconds, not milliseconds
        ({"start": 0, "stop": 0}, None, None),
        ({"start": "2021-01-01"}, None, None),
        ({"start": 1e300}, None, None),
        ({"start": float("nan")}, None, None),
    ],
)
def test_start_and_stop(summary: dict[str, Any], started: datetime | None, wall_s: float | None) -> None:
    evidence = ctrf({"name": "a", "status": "passed"}, summary=summary)
    assert (evidence.started, evidence.wall_s) == (started, wall_s)


def test_the_summary_is_compared_and_never_counted() -> None:
    passed = {"name": "a", "status": "passed"}
    lost = ctrf(passed, summary={"tests": 3, "passed": 1, "failed": 1, "other": 1})
    assert outcomes(lost) == {"passed": 1}
    assert codes(lost) == {("failures-missing", True), ("totals-differ", False)}
    more = ctrf(passed, summary={"tests": 2, "passed": 2, "failed": 0})
    assert codes(more) == {("totals-differ", False)}
    assert "tests=2, passed=2, but the report holds tests=1, passed=1" in more.findings[0].message
    moved = ctrf({"name": "a", "status": "failed"}, summary={"failed": 0, "other": 1})
    assert codes(moved) == {("totals-differ", False)}


def test_a_report_without_tests_is_never_green() -> None:
    failures = ctrf(summary={"tests": 2, "failed": 1})
    assert run_level(failures) == ["(failures without tests)"]
    assert ("failures-missing", True) in codes(failures)
    assert ("no-cases", True) in codes(ctrf(summary={"tests": 2}))
    assert codes(ctrf()) == {("no-cases", True)}
    missing = read(b'{"results": {"tool": {"name": "t"}, "summary": {"tests": 2}}}', "")
    assert (missing.kind, missing.state) == ("ctrf", ReadState.REJECTED)


def test_a_test_that_is_no_object_is_a_loss() -> None:
    evidence = ctrf({"name": "a", "status": "passed"}, "b")
    assert (evidence.state, codes(evidence)) == (ReadState.PARTLY, {("test-unreadable", True)})


def test_environment_texts() -> None:
    evidence = read_path("ctrf/comprehensive.json")
    assert evidence.environment["osVersion"] == "Ubuntu 20.04"
    assert evidence.environment["buildNumber"] == "456"
    assert evidence.environment["tool"] == "example-runner 3.5.0"
    assert not {"healthy", "extra"} & evidence.environment.keys()


def test_lone_surrogates_can_be_written() -> None:
    made = b'{"name": "a\\ud800", "status": "failed", "message": "\\udfff", "duration": "\\ud800"}'
    evidence = read(b'{"results": {"tests": [%s]}}' % made, "")
    repr(evidence).encode("utf-8")
    assert evidence.results[0].key.name == "a\\ud800"
    assert [finding.message.encode("utf-8") for finding in evidence.findings]


def test_source_and_variant_join_the_key() -> None:
    evidence = read(content("ctrf/comprehensive.json"), "", source="e2e", variant="arm")
    assert {result.key[:2] for result in evidence.results} == {("e2e", "arm")}

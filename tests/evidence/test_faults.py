"""Inputs that came out wrong once, and their kinds: what is expected is what the runner itself said or documents."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from tests.evidence.evidence_corpus import FIXTURES, outcomes, read_path

from readiness.evidence import read
from readiness.model import EvidenceFile, ReadState

FAULTS = FIXTURES / "faults"


def codes(evidence: EvidenceFile, *, loss: bool = True) -> set[str]:
    """Codes of the findings that are a loss, or of the others."""
    return {finding.code for finding in evidence.findings if finding.loss is loss}


def junit(body: str, attributes: str = 'name="s"') -> EvidenceFile:
    """Read a suite made for the test."""
    return read(f"<testsuite {attributes}>{body}</testsuite>".encode(), "made.xml")


def case(inner: str, attributes: str = "") -> EvidenceFile:
    """Read one case made for the test."""
    return junit(f'<testcase classname="C" name="a" {attributes}>{inner}</testcase>')


@pytest.mark.parametrize(
    ("name", "expected", "losses"),
    [
        ("01-bun-each.xml", {"failed": 1, "passed": 1}, set()),
        ("03-skip-element-text.xml", {"error": 1}, set()),
        ("04-capital-failure-text.xml", {"error": 1}, set()),
        ("06-failure-in-steps.xml", {"error": 1}, set()),
        ("08-vitest-suite-did-not-run.xml", {"passed": 1}, {"suite-empty"}),
        ("16-gzip-tail.xml.gz", {"passed": 1}, {"gzip-tail"}),
        ("17-node-case-beside-suite.xml", {"passed": 2}, set()),
        ("19-skips-declared.xml", {"passed": 2}, {"skips-missing"}),
        ("26-node-todo.xml", {"skipped": 1}, set()),
        ("27-elm-cases-without-name.xml", {"error": 1, "passed": 1}, {"unnamed"}),
        ("29-utf16-control-character.xml", {"failed": 1, "passed": 1}, set()),
        ("31-reportlog-no-finish.jsonl", {}, {"cut-off"}),
        ("made-catch2-mayfail.xml", {"skipped": 3, "passed": 3}, {"failures-missing"}),
        ("made-jest-todo.xml", {"skipped": 4, "passed": 2}, set()),
        ("made-mocha-green.xml", {"passed": 2}, set()),
        ("made-mocha-pending.xml", {"passed": 3}, {"skips-missing"}),
        ("made-node-todo.xml", {"passed": 2, "skipped": 3}, set()),
        (
            "made-vitest-bail.xml",
            {"passed": 3, "skipped": 2, "failed": 1, "error": 1},
            {"session-incomplete", "suite-empty"},
        ),
    ],
)
def test_every_fault(name: str, expected: dict[str, int], losses: set[str]) -> None:
    evidence = read_path(f"faults/{name}")
    assert (outcomes(evidence), codes(evidence)) == (expected, losses)


@pytest.mark.parametrize("name", ["03-skip-element-text.xml", "04-capital-failure-text.xml", "06-failure-in-steps.xml"])
def test_an_unknown_element_is_told(name: str) -> None:
    assert codes(read_path(f"faults/{name}"), loss=False) == {"unknown-outcome"}


@pytest.mark.parametrize(
    "tag", ["skip", "Skipped", "FAILURE", "failed", "failur", "x:Error", "message", "todo", "retry"]
)
@pytest.mark.parametrize("form", ["<{0}/>", "<{0}>text</{0}>", '<{0} id="1"/>', '<{0} id="1">text</{0}>'])
def test_an_element_that_nobody_knows_is_an_error(tag: str, form: str) -> None:
    evidence = case(form.format(tag))
    assert (outcomes(evidence), codes(evidence, loss=False)) == ({"error": 1}, {"unknown-outcome"})


@pytest.mark.parametrize(
    "wrapped",
    [
        "<steps><step><failure/></step></steps>",
        "<steps><step><step><Failure/></step></step></steps>",
        "<system-out>text<failure>x</failure></system-out>",
        "<properties><property name='a' value='b'><error/></property></properties>",
        "<system-out/><steps><step><skipped/></step></steps>",
        "<steps><step status='failed'/></steps>",
        "<steps><step>failure message='declined'/></step></steps>",
        "<steps>failure/></steps>",
        "<steps><step/>failure/></steps>",
        "<skipped><failure/></skipped>",
        "<flakyFailure><failure/></flakyFailure>",
        "<logs><log><x/></log></logs>",
    ],
)
def test_what_is_odd_inside_is_an_error(wrapped: str) -> None:
    assert outcomes(case(wrapped)) == {"error": 1}


@pytest.mark.parametrize(
    "inner",
    [
        "<system-out>x</system-out><system-err/>",
        "<properties><property name='status' value='failed'/><property name='result'>error</property></properties>",
        "<steps><step name='a' status='passed'/><step name='b' result='skipped'/></steps>",
        "<attachments><attachment path='a.png'/></attachments><System-Out/>",
        "<testcase name='in'/>",
    ],
)
def test_what_is_harmless_stays_so(inner: str) -> None:
    evidence = case(inner)
    assert set(outcomes(evidence)) == {"passed"}
    assert not evidence.findings


def test_text_in_a_case_is_an_error() -> None:
    assert outcomes(case("expected 1, got 2")) == {"error": 1}
    assert outcomes(case("<system-out/>FAILED")) == {"error": 1}
    assert outcomes(case("\n  <system-out/>\n  <!-- fine -->\n")) == {"passed": 1}


@pytest.mark.parametrize(
    ("attribute", "outcome"),
    [
        ('outcome="failed"', "failed"),
        ('success="false"', "failed"),
        ('passed="False"', "failed"),
        ('error="true"', "error"),
        ('skipped="true"', "skipped"),
        ('executed="false"', "skipped"),
        ('outcome="passed"', "passed"),
        ('success="true"', "passed"),
        ('disabled="false"', "passed"),
    ],
)
def test_attributes_that_deny_a_pass(attribute: str, outcome: str) -> None:
    assert outcomes(case("", attribute)) == {outcome: 1}


@pytest.mark.parametrize(
    ("inner", "attributes", "outcome"),
    [
        ('<skipped message="TEST_CASE tagged with !mayfail"/><failure/>', "", "skipped"),
        ('<skipped message="TEST_CASE tagged with !mayfail"/><error>unexpected exception</error>', "", "skipped"),
        (
            '<skipped message="TEST_CASE tagged with !mayfail"/><error>fatal error condition</error>',
            "",
            "error",
        ),
        ('<skipped type="todo" message="true"/><failure/>', 'failure="nope"', "skipped"),
        ('<skipped type="todo" message="true"/><failure/><Failure/>', 'failure="nope"', "error"),
        ('<skipped type="todo" message="true"/><failure/>', "", "failed"),  # no runner that is known
        ('<skipped type="skipped"/><failure type="cancelledByParent"/>', 'failure="nope"', "skipped"),
        ('<skipped type="skipped"/><failure type="testCodeFailure"/>', 'failure="nope"', "failed"),
        ('<skipped type="skipped"/><error/>', 'failure="nope"', "error"),
        ('<skipped message="flaky"/><failure/>', "", "failed"),
        ('<skipped type="XFAIL" message="expected failure: x"/>', "", "skipped"),  # unittest-xml-reporting
        ('<error type="UnexpectedSuccess"/>', "", "error"),
    ],
)
def test_failures_that_are_expected(inner: str, attributes: str, outcome: str) -> None:
    assert outcomes(case(inner, attributes)) == {outcome: 1}


TWO = '<testcase classname="C" name="a"/><testcase classname="C" name="b"/>'


@pytest.mark.parametrize(
    "declared",
    [
        *("failures", "failure", "failed", "Failed", "fail", "errors", "error", "errored", "broken", "x:failures"),
        *("skipped", "skips", "skip", "ignored", "disabled", "pending", "todo", "not-run", "not_run", "notrun"),
        *("inconclusive", "excluded", "cancelled"),
    ],
)
def test_what_is_declared_and_shown_by_no_case_is_a_loss(declared: str) -> None:
    assert codes(junit(TWO, f'name="s" tests="2" {declared}="1"')) & {"failures-missing", "skips-missing"}
    assert not codes(junit(TWO, f'name="s" tests="2" {declared}="0"'))
    made = f'<testsuites {declared}="1"><testsuite tests="2">{TWO}</testsuite></testsuites>'
    assert codes(read(made.encode(), "")) & {"failures-missing", "skips-missing"}
    if ":" not in declared and declared not in ("failure", "error"):
        assert codes(junit(f"<{declared}>1</{declared}>{TWO}"))


@pytest.mark.parametrize(
    ("attributes", "losses"),
    [
        ('tests="5" failures="0"', set()),  # pytest counts subtests
        ('tests="5" failures="0" skipped="0"', set()),
        ('tests="1" failures="0"', set()),
        ('tests="2" skipped="none"', set()),
        ('tests="5"', {"tests-missing"}),
        ('tests="5" skipped="0"', {"tests-missing"}),
        ('tests="2" passed="1"', {"passes-differ"}),
        ('tests="2" passed="2"', set()),
        ('tests="2" skipped="1" disabled="1"', {"skips-missing"}),
    ],
)
def test_totals_are_a_loss_only_where_something_can_hide(attributes: str, losses: set[str]) -> None:
    assert codes(junit(TWO, f'name="s" {attributes}')) == losses


def test_skips_of_subtests_are_counted_one_by_one() -> None:
    """pytest writes a skipped subtest into the case of its test, whatever that came to."""
    body = '<testcase classname="C" name="a"><failure/><skipped/></testcase>'
    assert not codes(junit(body, 'name="pytest" tests="2" failures="1" skipped="1"'))
    assert codes(junit(body, 'name="pytest" tests="3" failures="1" skipped="2"')) == {"skips-missing"}


def test_a_skip_that_is_read_as_an_error_is_not_lost() -> None:
    notrun = (
        '<testcase name="a" classname="a" status="notrun"><skipped message="Unable to find executable"/></testcase>'
    )
    assert not codes(junit(notrun, 'name="ctest" tests="1" failures="1" disabled="0" skipped="0"'))
    assert not codes(junit('<testcase name="a"><inconclusive/></testcase>', 'name="s" tests="1" inconclusive="1"'))


PASSED = '<testsuite name="good" tests="1" failures="0"><testcase classname="C" name="ok"/></testsuite>'


@pytest.mark.parametrize(
    "empty",
    [
        "<testsuite/>",
        '<testsuite name="x"/>',
        '<testsuite name="x" tests="0" failures="0"/>',
        '<testsuite name="x" tests="3" failures="0"/>',
        '<testsuite name="x" tests="3" failures="0"><testsuite name="y" tests="3" failures="0"/></testsuite>',
        '<testsuite name="x" tests="0"><system-out>Cannot find module</system-out></testsuite>',
        '<testsuite name="x" errors="0" failures="0" skipped="0" timestamp="2026-01-01T00:00:00" time="0" tests="0"/>',
    ],
)
def test_a_suite_without_tests_beside_others_did_not_run(empty: str) -> None:
    for made in (empty + PASSED, PASSED + empty):
        assert codes(read(f"<testsuites>{made}</testsuites>".encode(), "")) == {"suite-empty"}


@pytest.mark.parametrize(
    ("runner", "attributes"),
    [
        ("Mocha", "name timestamp tests file time failures"),
        ("Mocha for Ant", "name timestamp tests file package hostname id errors time failures"),
        ("jasmine-reporters", "name timestamp hostname time errors tests skipped disabled failures"),
        ("Newman", "name id timestamp tests failures errors time"),
        ("go-junit-report 2", "name tests failures errors id hostname time timestamp"),
        ("PHPUnit 9", "name file tests assertions errors warnings failures skipped time"),
    ],
)
def test_runners_that_write_empty_suites(runner: str, attributes: str) -> None:
    empty = " ".join(f'{name}="0"' for name in attributes.split())
    assert not codes(read(f"<testsuites><testsuite {empty}/>{PASSED}</testsuites>".encode(), runner))


@pytest.mark.parametrize("name", ["go.version", "specId"])
def test_runners_that_write_empty_suites_with_a_property(name: str) -> None:
    empty = f'<testsuite tests="0"><properties><property name="{name}" value="1"/></properties></testsuite>'
    assert not codes(read(f"<testsuites>{empty}{PASSED}</testsuites>".encode(), ""))


def test_a_suite_of_suites_is_not_empty() -> None:
    assert not codes(read(f'<testsuites><testsuite name="all">{PASSED}</testsuite></testsuites>'.encode(), ""))
    assert not codes(read(f"<testsuites><testsuite><error/></testsuite>{PASSED}</testsuites>".encode(), ""))


def test_suites_in_other_letters_are_no_silence() -> None:
    assert codes(junit(f'{TWO}<TestCase name="c"><x/></TestCase>')) == {"damaged-markup"}
    evidence = junit(f"{TWO}<Failure>x</Failure>")
    assert [result.outcome.value for result in evidence.results if result.run_level] == ["failed"]


@pytest.mark.parametrize("nameless", ["<testcase/>", '<testcase time="1"/>', '<testcase name="" classname=" "/>'])
def test_a_case_without_name_and_class_is_no_pass(nameless: str) -> None:
    evidence = junit(nameless + TWO)
    assert (outcomes(evidence), codes(evidence)) == ({"error": 1, "passed": 2}, {"unnamed"})
    alone = junit(nameless)
    assert (outcomes(alone), codes(alone)) == ({"passed": 1}, {"unnamed"})  # nothing has a name: a loss is told


def test_a_case_without_a_name_in_a_class_is_told() -> None:
    evidence = junit('<testcase classname="C"/>' + TWO)
    assert (outcomes(evidence), codes(evidence), codes(evidence, loss=False)) == ({"passed": 3}, set(), {"unnamed"})


def test_more_to_do_than_instant_tests_is_a_loss() -> None:
    jest = 'name="s" errors="0" failures="0" skipped="0" timestamp="2026-01-01T00:00:00" time="1" tests="1"'
    evidence = junit('<testcase name="a" time="0.1"/><testcase name="b" time="0.2"/>', jest)
    assert (outcomes(evidence), codes(evidence)) == ({"passed": 2}, {"todo-hidden"})


GREEN = b'<testsuite name="s"><testcase classname="c" name="a"/></testsuite>'


@pytest.mark.parametrize(
    ("tail", "losses"),
    [
        (b"", set()),
        (b"\0" * 512, set()),
        (b"\n", {"gzip-tail"}),
        (b"\0\0x", {"gzip-tail"}),
        (GREEN, {"gzip-tail"}),
        (gzip.compress(b"\n", mtime=0), set()),
        (b"\0" * 9 + gzip.compress(b"\n", mtime=0), set()),
        (gzip.compress(GREEN, mtime=0), {"cut-off"}),
        (gzip.compress(b"\n", mtime=0) + b"x", {"gzip-tail"}),
        (b"\x1f\x8b junk", {"gzip-damaged", "gzip-cut-off"}),
    ],
)
def test_bytes_behind_gzip_data(tail: bytes, losses: set[str]) -> None:
    evidence = read(gzip.compress(GREEN, mtime=0) + tail, "a.xml.gz")
    assert codes(evidence) == losses
    assert (evidence.state is ReadState.PARTLY) == bool(losses)


RECORD = {"nodeid": "a.py::t", "outcome": "failed", "when": "call", "$report_type": "TestReport"}
START = {"pytest_version": "9.2.0", "$report_type": "SessionStart"}
FINISH = {"exitstatus": 0, "$report_type": "SessionFinish"}


@pytest.mark.parametrize(
    ("records", "whole"),
    [
        ([START, RECORD, FINISH], True),
        ([START, FINISH, START, FINISH], True),
        ([RECORD], False),
        ([RECORD, FINISH], False),
        ([START, RECORD], False),
        ([FINISH, START], False),
        ([START, FINISH, FINISH], False),
        ([FINISH, START, FINISH], False),
    ],
)
def test_a_log_has_a_start_and_an_end(records: list[dict[str, Any]], whole: bool) -> None:
    evidence = read("".join(json.dumps(record) + "\n" for record in records).encode(), "log.jsonl")
    assert (evidence.state is ReadState.READ, not evidence.loss) == (whole, whole)


def ctrf(*tests: dict[str, Any], **summary: int) -> EvidenceFile:
    """Read a report made for the test."""
    return read(json.dumps({"results": {"tests": tests, "summary": summary}}).encode(), "ctrf.json")


@pytest.mark.parametrize(
    ("summary", "losses"),
    [
        ({"tests": 2, "passed": 2, "failed": 0, "skipped": 0, "pending": 0, "other": 0}, set()),
        ({"tests": 5, "failed": 0}, set()),
        ({"tests": 5}, {"tests-missing"}),
        ({"skipped": 1}, {"skips-missing"}),
        ({"pending": 1}, {"skips-missing"}),
        ({"other": 1}, {"failures-missing"}),
        ({"passed": 1}, {"passes-differ"}),
    ],
)
def test_the_summary_of_ctrf_hides_nothing(summary: dict[str, int], losses: set[str]) -> None:
    tests = [{"name": name, "suite": "s", "status": "passed"} for name in "ab"]
    assert codes(ctrf(*tests, **summary)) == losses


def test_a_nameless_test_of_ctrf_is_no_pass() -> None:
    evidence = ctrf({"name": " ", "status": "passed"}, {"name": "", "suite": "s", "status": "passed"})
    assert (outcomes(evidence), codes(evidence)) == ({"error": 1, "passed": 1}, {"unnamed"})

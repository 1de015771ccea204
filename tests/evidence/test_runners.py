"""What single runners write that says less than it means; what is expected is what each runner printed beside it."""

from __future__ import annotations

import pytest
from tests.evidence.evidence_corpus import content, outcomes, read_path, titles

from readiness.evidence import read
from readiness.model import EvidenceFile, ReadState


def codes(evidence: EvidenceFile, *, loss: bool) -> set[str]:
    """Codes of the findings that are a loss, or of the others."""
    return {finding.code for finding in evidence.findings if finding.loss is loss}


def test_a_test_that_was_running_when_pytest_was_interrupted_is_an_error() -> None:
    """`1 passed`, then KeyboardInterrupt in the second test, which pytest leaves without a name."""
    evidence = read_path("pytest/made-interrupted.xml")
    assert outcomes(evidence) == {"passed": 1, "error": 1}
    assert codes(evidence, loss=True) == {"session-incomplete"}


def test_a_nameless_case_of_another_runner_is_a_case_like_any_other() -> None:
    gradle = (
        'name="s" tests="1" skipped="0" failures="0" errors="0" timestamp="2024-01-01T00:00:00" hostname="h" time="1"'
    )
    assert outcomes(read(f'<testsuite {gradle}><testcase time="1"/></testsuite>'.encode(), "")) == {"passed": 1}


def test_one_name_in_two_files_is_two_tests() -> None:
    evidence = read_path("pytest/made-one-name-two-files.xml")
    assert [title.partition("::")[0] for title in titles(evidence)] == [
        "a/b/c/test_m.py > a.b.c.test_m",
        "a.b/c/test_m.py > a.b.c.test_m",
    ]
    assert outcomes(evidence) == {"passed": 1, "failed": 1}
    assert not evidence.findings


def test_a_test_that_fails_on_one_worker_of_each_has_failed() -> None:
    """`1 failed, 3 passed`: pytest never writes an attempt of a retry as a failing case."""
    assert outcomes(read_path("pytest/made-each-worker.xml")) == {"passed": 3, "failed": 1}


def test_a_repetition_that_fails_has_failed() -> None:
    """`Tests: 2, Failures: 1`."""
    assert outcomes(read_path("phpunit/made-repeat.xml")) == {"failed": 1, "passed": 1}


def test_what_ctest_could_not_run_is_an_error() -> None:
    """`33% tests passed, 2 tests failed out of 3`, both written as skipped."""
    evidence = read_path("ctest/made-not-run.xml")
    assert outcomes(evidence) == {"passed": 1, "error": 2}
    assert [result.details[0].message for result in evidence.results[1:]] == [
        "not run: Unable to find executable",
        "not run: Required Files Missing",
    ]


@pytest.mark.parametrize("reason", ["SKIP_RETURN_CODE=77", "SKIP_REGULAR_EXPRESSION_MATCHED", "Disabled", ""])
def test_what_ctest_skipped_on_purpose_is_skipped(reason: str) -> None:
    case = f'<testcase name="a" classname="a" status="notrun"><skipped message="{reason}"/></testcase>'
    assert outcomes(read(f"<testsuite>{case}</testsuite>".encode(), "")) == {"skipped": 1}


def test_a_scenario_whose_hook_failed_is_an_error() -> None:
    """`0 scenarios passed, 0 failed, 0 skipped`, and the exit code is 1."""
    assert outcomes(read_path("behave/made-hook-error.xml")) == {"error": 1}


def test_tests_that_playwright_left_out_are_a_loss() -> None:
    """`1 skipped, 2 did not run`: the file calls all three skipped."""
    evidence = read_path("playwright/made-global-timeout.xml")
    assert outcomes(evidence) == {"skipped": 3}
    (message,) = (finding.message for finding in evidence.findings if finding.loss)
    assert message.startswith("2 tests did not run")
    assert "session-incomplete" not in codes(read_path("playwright/report.xml"), loss=True)


@pytest.mark.parametrize("path", ["playwright/made-import-error.xml", "rspec/made-load-error.xml"])
def test_a_file_without_tests_proves_nothing(path: str) -> None:
    """Both runners failed before the first test, and their files do not say so."""
    evidence = read_path(path)
    assert (evidence.cases, codes(evidence, loss=True)) == (0, {"no-cases"})


@pytest.mark.parametrize(
    "reference", ["&#55296;", "&#xD800;", "&#1;", "&#x1B;", "&#65535;", "&#1114112;", "&#x110000;"]
)
def test_references_to_no_character_are_stripped(reference: str) -> None:
    """unittest-xml-reporting writes lone surrogates so."""
    failed = f'<testcase name="a"><failure>x{reference}y &#9786;</failure></testcase>'
    evidence = read(f'<testsuite tests="2">{failed}<testcase name="b"/></testsuite>'.encode(), "")
    assert outcomes(evidence) == {"passed": 1, "failed": 1}
    assert evidence.results[0].details[0].text == "xy ☺"
    assert codes(evidence, loss=False) == {"control-characters"}


@pytest.mark.parametrize("path", ["pytest/made-list-interrupted.txt", "pytest/made-list-exit.txt"])
def test_a_list_of_a_pytest_that_died_is_not_whole(path: str) -> None:
    """pytest writes its closing line, `1 test collected`, though two of three files were not collected."""
    assert b"\n1 test collected in" in content(path)
    evidence = read_path(path)
    assert evidence.collected is not None
    assert (len(evidence.collected.tests), evidence.collected.partial) == (1, True)
    assert codes(evidence, loss=True) == {"list-cut-off"}


def test_ids_that_pytest_reports_under_one_name_are_each_expected() -> None:
    evidence = read_path("pytest/made-list-one-name-two-files.txt")
    assert evidence.collected is not None
    assert (evidence.collected.declared, evidence.collected.partial) == (2, False)
    assert (len(evidence.collected.tests), len(set(evidence.collected.tests))) == (2, 1)
    assert codes(evidence, loss=False) == {"listed-twice"}


def test_counts_per_file_are_refused_with_the_remedy_above_warnings_too() -> None:
    warned = "a/test_m.py: 1\ntest_p.py: 29\n\n=== warnings summary ===\n" + "test_p.py:2\n  UserWarning: x\n\n" * 9
    assert "with one -q" in read(warned.encode(), "").reason


@pytest.mark.parametrize("inner", ["<failure/>", '<x><error message="m"/></x>'])
def test_a_failure_inside_an_unknown_element_is_an_error(inner: str) -> None:
    evidence = read(f"<testsuite><testcase name='a'><result>{inner}</result></testcase></testsuite>".encode(), "")
    assert outcomes(evidence) == {"error": 1}
    assert codes(evidence, loss=False) == {"unknown-outcome"}


@pytest.mark.parametrize(
    "made",
    [
        b'{"results":{"tests":[{"name":"a","status":"failed","status":"passed"}],"summary":{"tests":1}}}',
        b'{"results":{"tests":[{"name":"a","status":"failed"}],"tests":[]}}',
        b'{"metrics":[{"name":"size","value":9,"value":1}]}',
    ],
)
def test_a_member_that_stands_twice_hides_no_value(made: bytes) -> None:
    evidence = read(made, "")
    assert (evidence.state, evidence.loss) == (ReadState.REJECTED, True)
    assert "stands twice" in evidence.reason


def test_results_count_in_a_file_that_holds_metrics_too() -> None:
    made = b'{"metrics":[],"results":{"tests":[{"name":"a","status":"failed"}]}}'
    assert outcomes(read(made, "")) == {"failed": 1}


def test_classes_without_a_file_do_not_share_lines() -> None:
    lines = '<class name="{}"><lines><line number="1" hits="{}"/></lines></class>'
    classes = lines.format("x", 0) + lines.format("y", 1)
    made = f'<coverage line-rate="0.5"><packages><package><classes>{classes}</classes></package></packages></coverage>'
    coverage = read(made.encode(), "").coverage
    assert coverage is not None
    assert (coverage.lines_covered, coverage.lines_valid) == (1, 2)


@pytest.mark.parametrize(
    ("path", "runner"),
    [
        ("pytest/collected-junit.xml", "pytest"),
        ("lists/pytest-7-loadgroup.xml", "pytest"),
        ("lists/vitest.xml", "vitest"),
        ("lists/jest-bare.xml", "jest"),
        ("lists/playwright.xml", "playwright"),
        ("lists/ctest.xml", "ctest"),
        ("lists/dotnet.xml", "dotnet"),
        ("lists/go.xml", "go"),
        ("flaky/nextest-fixture-project.xml", "nextest"),
        ("surefire/TEST-NoTimeTestCaseTest.xml", ""),
        ("phpunit/data-sets-nested-3-deep.xml", ""),
        ("gtest/xml-output-unittest.xml", ""),
        ("flaky/quick-junit-flaky-fail.xml", ""),
        ("rspec/rspec.xml", ""),
    ],
)
def test_results_name_their_runner_where_it_is_certain(path: str, runner: str) -> None:
    assert read_path(path).environment.get("test runner", "") == runner

"""The quirks that real result files show (QUIRKS.md of the corpus), one test or more for each row, named after it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from tests.evidence.evidence_corpus import CORPUS, FIXTURES, outcomes, read_path, run_level

from readiness.evidence import read
from readiness.model import EvidenceFile, Finding, Outcome, ReadState, TestResult


def codes(evidence: EvidenceFile, *, loss: bool | None = None) -> set[str]:
    """Codes of the findings."""
    return {found.code for found in evidence.findings if loss in (None, found.loss)}


def finding(evidence: EvidenceFile, code: str) -> Finding:
    """The first finding with this code."""
    return next(found for found in evidence.findings if found.code == code)


def only(evidence: EvidenceFile) -> TestResult:
    """The one result of a file."""
    (result,) = evidence.results
    return result


def refused(path: str, kind: str, *words: str) -> None:
    """The file is refused as what it is, with a remedy that names another tool or format; that is a loss."""
    evidence = read_path(path)
    assert (evidence.state, evidence.kind, evidence.results, evidence.loss) == (ReadState.REJECTED, kind, (), True)
    for word in words:
        assert word in evidence.reason


def from_corpus(path: str) -> EvidenceFile:
    """A file too large to be copied."""
    if not (FIXTURES / path).exists() and not (CORPUS / path).exists():
        pytest.skip("this file lies in ../shared/corpus only")
    return read_path(path)


def test_every_row_has_a_test() -> None:
    rows = CORPUS / "QUIRKS.md"
    if not rows.exists():
        pytest.skip("there is no ../shared/corpus")
    numbers = {int(number) for number in re.findall(r"^\| (\d+) \|", rows.read_text(encoding="utf-8"), re.MULTILINE)}
    tested = {int(found[1]) for name in globals() if (found := re.match(r"test_quirk_(\d\d)_", name))}
    assert tested == numbers == set(range(1, 26))


def test_quirk_01_a_test_that_never_ends_is_refused_by_name() -> None:
    refused("gojson/panic-no-end-event.jsonl", "go-test-json", "gotestsum", "go-junit-report")


def test_quirk_01_an_open_test_is_an_error_in_the_format_that_is_read() -> None:
    cut = b'<testsuite name="s"><testcase name="done"/><testcase name="open">'
    assert outcomes(read(cut, "")) == {"passed": 1, "error": 1}


def test_quirk_02_a_build_that_failed_is_refused_by_name() -> None:
    refused("gojson/build-failed.jsonl", "go-test-json", "gotestsum")


def test_quirk_02_a_build_that_failed_is_an_error_in_the_format_that_is_read() -> None:
    evidence = from_corpus("go/go-junit-report-build-failed.xml")
    failed = [result.key.name for result in evidence.results if result.outcome is Outcome.ERROR]
    assert sorted(failed) == ["[build failed]", "[build failed]", "[setup failed]"]


def test_quirk_03_a_suite_that_failed_to_run_is_an_error() -> None:
    evidence = read_path("jest/suite-failed-to-run.xml")
    assert outcomes(evidence) == {"error": 2}
    assert evidence.declared["tests"] == 0


def test_quirk_04_a_crashed_fork_is_a_run_level_error_with_its_first_line() -> None:
    evidence = read_path("surefire/failsafe-summary-fork-crash.xml")
    error = only(evidence)
    assert (evidence.kind, evidence.state, evidence.cases) == ("failsafe-summary", ReadState.READ, 0)
    assert (error.run_level, error.outcome) == (True, Outcome.ERROR)
    assert error.details[0].message.startswith(
        "org.apache.maven.surefire.booter.SurefireBooterForkException: The forked"
    )
    assert error.details[0].message.endswith("VM crash or System.exit called?")
    assert "ForkStarter.java:714" in error.details[0].text
    assert error.details[0].text.startswith('Maven Failsafe\'s summary says: result="254"\norg.apache.maven')


def test_quirk_05_a_suite_level_error_is_a_run_level_error() -> None:
    evidence = read_path("nested/suite-level-error.xml")
    assert outcomes(evidence) == {"passed": 2}
    (error,) = (result for result in evidence.results if result.run_level)
    assert error.outcome is Outcome.ERROR
    assert error.key.group == "test.AutomatedTests > test.db.DatabaseTest > test.3rdlevel"
    assert error.details[0].type == "java.lang.IllegalStateException"
    assert "at test.Test(Test:35)" in error.details[0].text
    assert not evidence.loss


def test_quirk_06_declared_failures_without_a_case_are_lost_evidence() -> None:
    evidence = read_path("attributes/no-cases-but-declared-tests.xml")
    assert run_level(evidence) == ["pytest::(failures without cases)"]
    assert {"failures-missing", "no-cases"} <= codes(evidence, loss=True)
    assert finding(evidence, "no-cases").message == "the file declares 6 tests but contains no test case"


def test_quirk_07_an_open_case_is_an_error_and_the_place_is_named() -> None:
    evidence = read_path("broken/truncated-mid-text.xml")
    assert evidence.state is ReadState.PARTLY
    assert "line 11, column 21" in evidence.reason
    assert [(result.key.name, result.outcome) for result in evidence.results] == [
        ("test_check_shape_compatibility", Outcome.PASSED),
        ("test_get_available_devices", Outcome.ERROR),
    ]
    assert finding(evidence, "cut-off").loss


def test_quirk_07_a_failure_before_the_cut_is_kept() -> None:
    error = only(read_path("broken/unclosed-cdata.xml"))
    assert error.outcome is Outcome.ERROR
    assert [detail.kind for detail in error.details] == ["error", "failure"]
    assert "unclosed CDATA section: line 18" in error.details[0].message
    assert "WRONG COVERAGE: 41 > 26" in error.details[1].text


def test_quirk_08_attempts_declared_as_tests_are_one_test() -> None:
    evidence = read_path("flaky/surefire-rerunFailure-AlwaysFailTest.xml")
    failed = only(evidence)
    assert (failed.outcome, failed.attempts) == (Outcome.FAILED, 4)
    assert [detail.kind for detail in failed.details] == ["failure", "rerun", "rerun", "rerun"]
    assert codes(evidence) >= {"totals-differ"}
    assert not evidence.loss  # declared failures are compared with the rerun elements counted in


def test_quirk_09_repeats_with_one_file_and_line_are_tests_of_their_own() -> None:
    """A row of `test.each` stands on one line with the next: nothing is a retry because file and line agree."""
    evidence = read_path("flaky/duplicate-testcases-fail-error-pass.xml")
    assert outcomes(evidence) == {"failed": 1, "error": 1, "passed": 3}
    assert "failed, error, passed" in finding(evidence, "repeated").message
    assert finding(evidence, "failures-missing").loss  # it declares two errors and holds one


def test_quirk_09_repeats_with_one_outcome_are_counted() -> None:
    evidence = from_corpus("jest/large-4239.xml")
    assert len(evidence.results) == 4239
    assert codes(evidence) == {"repeated", "timestamp"}


def test_quirk_10_a_failure_beside_flaky_failures_is_failed() -> None:
    evidence = read_path("flaky/quick-junit-flaky-fail.xml")
    (result,) = (result for result in evidence.results if result.key.name == "testcase7")
    assert result.outcome is Outcome.FAILED
    assert result.details[0].message == "test passed on attempt 4/4 but is configured to fail when flaky"
    assert {detail.kind for detail in result.details[1:]} == {"rerun"}


def test_quirk_11_hidden_retries_are_told() -> None:
    evidence = read_path("playwright/report.xml")
    assert outcomes(evidence)["flaky"] == 0
    assert "retries" in finding(evidence, "retries-hidden").message


def test_quirk_12_skipped_and_failed_under_one_name_are_both_told() -> None:
    evidence = read_path("testng/retry-UTC-timestamp.xml")
    assert outcomes(evidence) == {"failed": 1, "skipped": 1}
    assert "skipped, failed" in finding(evidence, "repeated").message


def test_quirk_13_an_attribute_alone_skips() -> None:
    evidence = read_path("attributes/status-disabled-no-skipped-element.xml")
    assert outcomes(evidence) == {"passed": 6, "failed": 4, "error": 2, "skipped": 10}
    skipped = next(result for result in evidence.results if result.outcome is Outcome.SKIPPED)
    assert skipped.details[0] == ("skipped", "", 'status="disabled"', "")


def test_quirk_13_googletest_skips_by_status_or_result() -> None:
    evidence = read_path("gtest/xml-output-unittest.xml")
    said = {detail.message for result in evidence.results for detail in result.details if detail.kind == "skipped"}
    assert outcomes(evidence)["skipped"] == 3
    assert said == {'status="notrun"', 'result="skipped"'}


def test_quirk_14_precedence_keeps_every_message() -> None:
    results = {
        result.key.name: result for result in read_path("attributes/skipped-plus-failure-plus-error.xml").results
    }
    worst = results["test that errors"]
    assert worst.outcome is Outcome.ERROR
    assert [(detail.kind, detail.message) for detail in worst.details] == [
        ("error", "test teardown failure"),
        ("skipped", ""),
        ("failure", "test failure"),
    ]


def test_quirk_15_absurd_totals_are_one_finding_with_both_numbers() -> None:
    evidence = read_path("pytest/binary-names-no-declaration.xml")
    assert outcomes(evidence) == {"passed": 1}
    lost, found = evidence.findings
    assert (lost.code, lost.loss) == ("skips-missing", True)  # 277 skips are declared, and none is there
    assert (found.code, found.loss) == ("totals-differ", False)
    assert "tests=3121, skipped=277" in found.message
    assert "tests=1, skipped=0" in found.message


def test_quirk_16_cases_at_every_level_are_found_once() -> None:
    evidence = read_path("nested/cases-at-three-levels.xml")
    assert [result.key.label for result in evidence.results] == [f"someName::TestCase{n}" for n in (1, 2, 3, 4, 5)]


def test_quirk_16_outer_totals_are_never_added() -> None:
    evidence = read_path("nested/parents-disagree.xml")
    assert outcomes(evidence) == {"passed": 2, "failed": 3}
    assert "tests=4, but holds tests=5" in finding(evidence, "totals-differ").message


@pytest.mark.parametrize(
    ("path", "time_s"),
    [("attributes/time-negative.xml", None), ("attributes/time-in-nanoseconds.xml", None)],
)
def test_quirk_17_times_that_cannot_be_are_unknown(path: str, time_s: float | None) -> None:
    evidence = read_path(path)
    assert any(result.time_s is time_s for result in evidence.results) or evidence.wall_s is time_s
    assert "time" in codes(evidence)


def test_quirk_17_thousands_separators_are_read() -> None:
    assert read_path("attributes/time-thousands-separator.xml").wall_s == 2503.1


def test_quirk_17_a_raw_less_than_is_rejected() -> None:
    evidence = read_path("broken/raw-lt-in-attribute.xml")
    assert (evidence.state, evidence.kind, evidence.results) == (ReadState.REJECTED, "junit", ())
    assert "line 9, column 58" in evidence.reason


def test_quirk_18_wall_time_and_summed_time_are_two_numbers() -> None:
    evidence = from_corpus("jest/large-4239.xml")
    assert evidence.wall_s == 165.872
    assert sum(result.time_s or 0 for result in evidence.results) == pytest.approx(592.588, abs=0.01)


def test_quirk_19_certain_timestamps_only() -> None:
    spellings = read_path("attributes/timestamps-eight-spellings.xml")
    assert spellings.started == datetime(2024, 1, 3, 11, 27, 15, tzinfo=UTC)
    assert read_path("testng/retry-UTC-timestamp.xml").started == datetime(2021, 3, 7, 10, 36, 56, tzinfo=UTC)


def test_quirk_19_year_1_and_1970_are_unset() -> None:
    jest = read_path("jest/suite-failed-to-run.xml")
    assert (jest.started, "timestamp" in codes(jest)) == (None, False)
    go = from_corpus("go/gotestsum-report.xml")
    assert (go.started, "timestamp" in codes(go)) == (None, False)


def test_quirk_19_a_timestamp_without_zone_is_uncertain() -> None:
    evidence = read_path("android/skipped-2-vs-3.xml")
    assert (evidence.started, "timestamp" in codes(evidence)) == (None, True)


def test_quirk_20_a_declaration_that_lies_is_read_by_its_bytes() -> None:
    evidence = read_path("encoding/declared-utf16-really-utf8.xml")
    assert outcomes(evidence) == {"passed": 1, "failed": 1, "error": 1}
    assert finding(evidence, "encoding").message == "declares encoding 'UTF-16', read as UTF-8 as its bytes show"
    assert not evidence.loss


@pytest.mark.parametrize("path", ["encoding/bom-crlf-declares-173-has-2.xml", "encoding/xml-1.1.xml"])
def test_quirk_20_byte_order_mark_line_ends_and_xml_1_1(path: str) -> None:
    evidence = read_path(path)
    assert (evidence.state, "encoding" in codes(evidence)) == (ReadState.READ, False)


def test_quirk_21_control_characters() -> None:
    refused("broken/nul-and-control-characters.xml", "nunit3", "NUnit 3")  # known before its raw NUL is reached
    raw = b'<testsuite name="s"><testcase name="a"><failure><![CDATA[x\0\x01y]]></failure></testcase></testsuite>'
    evidence = read(raw, "")
    assert only(evidence).details[0].text == "xy"
    assert finding(evidence, "control-characters").message.startswith("2 control characters stripped")


def test_quirk_22_entity_declarations_are_rejected() -> None:
    evidence = read_path("broken/xxe-external-entity.xml")
    assert (evidence.state, codes(evidence)) == (ReadState.REJECTED, {"unsafe-xml"})
    assert "it declares an entity (line" in evidence.reason


def test_quirk_22_a_bare_doctype_is_fine() -> None:
    assert read_path("coverage/cobertura-gcovr-doctype.xml").state is ReadState.READ


def test_quirk_23_counts_as_child_elements() -> None:
    evidence = read_path("surefire/TEST-AntUnit-counts-as-elements.xml")
    assert only(evidence).time_s == 0.378
    assert (evidence.wall_s, evidence.declared) == (0.378, {"tests": 1, "failures": 0, "errors": 0, "time": 0.378})


def test_quirk_24_cobertura_publishes_declared_and_recomputed() -> None:
    evidence = read_path("coverage/cobertura-gcovr-doctype.xml")
    assert evidence.coverage is not None
    assert (evidence.coverage.lines_covered, evidence.coverage.lines_valid) == (23, 24)
    assert (evidence.declared["lines-covered"], evidence.declared["lines-valid"]) == (23, 30)
    assert "23 of 24 are covered when each line counts once" in only_finding(evidence).message


def test_quirk_24_a_percentage_names_its_formula() -> None:
    evidence = read_path("coverage/coverage-py-branch.json")
    assert evidence.declared["percent_covered"] == 71.42
    assert only_finding(evidence).message == (
        "declares percent_covered 71.42, but 6 of 9 lines and branches are 66.67 %, lines alone 71.43 %: all are kept"
    )


def only_finding(evidence: EvidenceFile) -> Finding:
    """The one finding of a file, which informs."""
    (found,) = evidence.findings
    assert not found.loss
    return found


def test_quirk_25_unknown_words_are_errors() -> None:
    results = {result.key.name: result for result in read_path("ctrf/ansi-no-format-field.json").results}
    other = results["should clean up user session on logout"]
    assert (other.outcome, other.details[0].message) == (Outcome.ERROR, 'status="other"')
    made = b'{"results": {"tests": [{"name": "a", "status": "fine"}, {"name": "b"}]}}'
    evidence = read(made, "")
    assert outcomes(evidence) == {"error": 2}
    assert [found.message for found in evidence.findings] == [
        "a test has the unknown status 'fine': error",
        "a test has no status: error",
    ]


@pytest.mark.parametrize("path", ["allure/broken-result.json", "allure/unknown-result.json"])
def test_quirk_25_allure_is_refused_by_name(path: str) -> None:
    refused(path, "allure", "JUnit XML")

"""What JUnit files show that a naive reader gets wrong, beyond the numbered quirks of test_quirks.py."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.evidence.evidence_corpus import outcomes, read_path, run_level, titles

from readiness.evidence import read
from readiness.model import EvidenceFile, Finding, Outcome, ReadState, TestKey, TestResult


def junit(body: str, attributes: str = 'name="s"') -> EvidenceFile:
    """Read a suite made for the test."""
    return read(f"<testsuite {attributes}>{body}</testsuite>".encode(), "made.xml")


def only(evidence: EvidenceFile) -> TestResult:
    """The one result of a file."""
    (result,) = evidence.results
    return result


def codes(evidence: EvidenceFile, *, loss: bool | None = None) -> set[str]:
    """Codes of the findings."""
    return {finding.code for finding in evidence.findings if loss in (None, finding.loss)}


def finding(evidence: EvidenceFile, code: str) -> Finding:
    """The first finding with this code."""
    return next(found for found in evidence.findings if found.code == code)


def test_an_end_between_two_cases_is_an_early_end() -> None:
    evidence = read(b'<testsuites><testsuite name="s"><testcase name="a"/>', "cut.xml")
    assert outcomes(evidence) == {"passed": 1}
    assert run_level(evidence) == ["(early end)"]
    assert evidence.state is ReadState.PARTLY


def test_a_second_document_behind_the_first_is_lost() -> None:
    whole = b'<testsuite name="s"><testcase name="a"/></testsuite>'
    evidence = read(whole + whole.replace(b"/></", b"><failure/></testcase></"), "two.xml")
    assert evidence.state is ReadState.PARTLY
    assert run_level(evidence) == ["(early end)"]


def test_a_misplaced_declaration_is_read_over() -> None:
    evidence = read_path("broken/comment-before-xml-declaration-and-truncated.xml")
    assert outcomes(evidence) == {"skipped": 2}
    assert "declaration-misplaced" in codes(evidence)
    assert evidence.state is ReadState.PARTLY


def test_reruns_do_not_count_as_lost_failures() -> None:
    evidence = read_path("flaky/quick-junit-flaky-fail.xml")
    by_name = {result.key.name: result for result in evidence.results}
    assert by_name["testcase4"].outcome is Outcome.FLAKY
    assert by_name["testcase4"].attempts == 3
    assert [detail.kind for detail in by_name["testcase4"].details] == ["rerun", "rerun"]
    assert "flaky stack trace" in by_name["testcase4"].details[1].text
    assert by_name["testcase7"].outcome is Outcome.FAILED
    assert by_name["testcase7"].details[0].message == "test passed on attempt 4/4 but is configured to fail when flaky"
    assert not evidence.loss


def test_surefire_declares_attempts() -> None:
    cases = '<testcase name="a"><failure/><rerunFailure/><rerunFailure/><rerunFailure/></testcase>'
    evidence = junit(cases, 'name="s" tests="4" failures="4" errors="0"')
    assert (only(evidence).outcome, only(evidence).attempts) == (Outcome.FAILED, 4)
    assert codes(evidence) == {"totals-differ"}


def test_a_rerun_without_a_final_failure_is_no_pass() -> None:
    assert only(junit('<testcase name="a"><rerunFailure message="m"/></testcase>')).outcome is Outcome.FAILED


@pytest.mark.parametrize("place", ["", 'file="f"', 'file="f" line="1"'])
@pytest.mark.parametrize(
    ("inside", "found"),
    [
        (("<failure/>", ""), {"failed": 1, "passed": 1}),
        (("<failure/>", "<error/>", ""), {"failed": 1, "error": 1, "passed": 1}),
        (("<skipped/>", ""), {"skipped": 1, "passed": 1}),
        (("", ""), {"passed": 2}),
    ],
)
def test_repeats_are_never_attempts(inside: tuple[str, ...], place: str, found: dict[str, int]) -> None:
    evidence = junit("".join(f'<testcase name="a" {place}>{one}</testcase>' for one in inside))
    assert outcomes(evidence) == found
    assert codes(evidence) == {"repeated"}


def test_a_pytest_teardown_error_after_a_failure_is_an_error() -> None:
    evidence = read_path("pytest/collected-junit.xml")
    result = next(result for result in evidence.results if result.key.name == "test_fail_and_teardown")
    assert result.outcome is Outcome.ERROR
    assert [detail.kind for detail in result.details] == ["error", "failure"]


def test_retries_that_the_format_hides_are_told() -> None:
    evidence = read(
        b'<testsuites id="" name=""><testsuite name="a.spec.ts"><testcase name="a"/></testsuite></testsuites>', ""
    )
    assert "retries-hidden" in codes(evidence)


@pytest.mark.parametrize(
    ("attributes", "outcome"),
    [
        ('status="run" result="completed"', Outcome.PASSED),
        ('status="Passed"', Outcome.PASSED),
        ('status="notrun" result="suppressed"', Outcome.SKIPPED),
        ('status="run" result="skipped"', Outcome.SKIPPED),
        ('status="failed"', Outcome.FAILED),
        ('status="timed out"', Outcome.ERROR),
        ('status="perhaps"', Outcome.ERROR),
        ('result="broken"', Outcome.ERROR),
    ],
)
def test_outcome_by_attribute(attributes: str, outcome: Outcome) -> None:
    result = only(junit(f'<testcase name="a" {attributes}/>'))
    assert result.outcome is outcome
    assert bool(result.details) == (outcome is not Outcome.PASSED)


@pytest.mark.parametrize(
    ("inner", "outcome"),
    [
        ("<disabled/>", Outcome.SKIPPED),
        ("<ignored/>", Outcome.SKIPPED),
        ("<undefined/>", Outcome.ERROR),
        ('<warning type="w">text</warning>', Outcome.ERROR),
        ("<aborted>because</aborted>", Outcome.ERROR),
        ("<system-out/>", Outcome.PASSED),
        ("<properties/>", Outcome.PASSED),
        ('<screenshot path="a.png"/>', Outcome.PASSED),
    ],
)
def test_outcome_by_element(inner: str, outcome: Outcome) -> None:
    assert only(junit(f'<testcase name="a">{inner}</testcase>')).outcome is outcome


def test_an_unknown_word_beside_an_element_adds_nothing() -> None:
    assert only(junit('<testcase name="a" status="odd"><skipped/></testcase>')).outcome is Outcome.SKIPPED
    assert only(junit('<testcase name="a" status="failed"><skipped/></testcase>')).outcome is Outcome.FAILED


def test_an_error_in_a_wrapper_is_the_suites() -> None:
    evidence = junit('<results><error message="m"/><testcase name="a"/></results>')
    assert (outcomes(evidence), run_level(evidence)) == ({"passed": 1}, ["s::(suite error)"])


def test_suites_name_the_group_where_the_class_is_empty() -> None:
    evidence = read_path("nested/parents-disagree.xml")
    groups = [result.key.group for result in evidence.results]
    packet = "All tests > tests > packet"
    assert groups == [f"{packet} > TestA", f"{packet} > TestA", f"{packet} > TestB", f"{packet} > TestB", packet]


def test_namesakes_in_several_suites_stay_apart() -> None:
    case = '<testcase classname="C" name="t"/>'
    other = '<testcase classname="C" name="u"/>'
    body = f'<testsuite name="a">{case}</testsuite><testsuite name="b">{case}{other}</testsuite>'
    assert titles(junit(body, 'name="top"')) == ["top > a > C::t", "top > b > C::t", "C::u"]


def test_hosts_tell_namesakes_apart() -> None:
    suite = '<testsuite name="x" hostname="{}"><testcase classname="C" name="t"/></testsuite>'
    evidence = read(f"<testsuites>{suite.format('chromium')}{suite.format('firefox')}</testsuites>".encode(), "")
    assert titles(evidence) == ["C::t @ chromium", "C::t @ firefox"]
    assert evidence.environment == {"hostname": "chromium, firefox"}


def test_namesakes_of_two_suites_with_one_name_and_host_are_counted() -> None:
    suite = '<testsuite name="x"><testcase classname="C" name="t">{}</testcase></testsuite>'
    evidence = read(f"<testsuites>{suite.format('')}{suite.format('<failure/>')}</testsuites>".encode(), "")
    assert outcomes(evidence) == {"passed": 1, "failed": 1}
    assert titles(evidence) == ["C::t (2)", "C::t"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 1.5),
        ("2.065e-05", 2.065e-05),
        (" 3 ", 3.0),
        ("2,503.1", 2503.1),
        ("1,234", None),
        ("0,123", None),
        ("-345345", None),
        ("999638317", None),
        ("&lt;&lt;computed&gt;&gt;", None),
        ("nan", None),
        ("inf", None),
        ("1e400", None),
        ("1.5s", None),
    ],
)
def test_times(text: str, value: float | None) -> None:
    evidence = junit(f'<testcase name="a" time="{text}"/>')
    assert only(evidence).time_s == value
    assert ("time" in codes(evidence)) == (value is None)


def test_a_missing_time_is_no_finding() -> None:
    evidence = junit('<testcase name="a"/><testcase name="b" time=""/>')
    assert [result.time_s for result in evidence.results] == [None, None]
    assert not evidence.findings


def test_wall_time_is_the_declared_one() -> None:
    assert read_path("attributes/time-thousands-separator.xml").wall_s == 2503.1
    assert read_path("attributes/time-in-nanoseconds.xml").wall_s is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-03T12:27:44Z", datetime(2024, 1, 3, 12, 27, 44, tzinfo=UTC)),
        ("2024-01-03 12:27:54Z", datetime(2024, 1, 3, 12, 27, 54, tzinfo=UTC)),
        ("2024-01-03T12:27:11.21-01:00", datetime(2024, 1, 3, 13, 27, 11, 210000, tzinfo=UTC)),
        ("2024-01-03T12:27:15+0100", datetime(2024, 1, 3, 11, 27, 15, tzinfo=UTC)),
        ("2021-03-07T10:36:56 UTC", datetime(2021, 3, 7, 10, 36, 56, tzinfo=UTC)),
        ("Sat, 03 Dec 2022 23:10:07 GMT", datetime(2022, 12, 3, 23, 10, 7, tzinfo=UTC)),
        ("2024-01-03T12:27:11", None),
        ("2024-01-03", None),
        ("2024-01-03T 12:40:13", None),
        ("2021-03-07T10:36:56 MDT", None),
        ("0001-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("2024-13-45T99:99:99Z", None),
        ("9999-12-31T23:59:59-14:00", None),
    ],
)
def test_only_certain_timestamps_are_read(text: str, expected: datetime | None) -> None:
    assert junit('<testcase name="a"/>', f'name="s" timestamp="{text}"').started == expected


def test_the_start_is_the_earliest_certain_timestamp() -> None:
    evidence = read_path("attributes/timestamps-eight-spellings.xml")
    assert evidence.started == datetime(2024, 1, 3, 11, 27, 15, tzinfo=UTC)


def test_an_uncertain_start_is_told() -> None:
    assert "timestamp" in codes(read_path("android/skipped-2-vs-3.xml"))
    assert "timestamp" not in codes(read_path("jest/suite-failed-to-run.xml"))  # 1970: never set


def test_nameless_cases_get_stable_names() -> None:
    evidence = read_path("attributes/none-at-all.xml")
    assert set(titles(evidence)) == {"unnamed test", *(f"unnamed test ({n})" for n in (2, 3, 4))}
    prow = titles(read_path("kubernetes/prow-missing-names.xml"))
    assert {title for title in prow if "unnamed" in title} == {"e2e.go::unnamed test", "e2e.go::unnamed test (2)"}


def test_antunit_counts_are_child_elements() -> None:
    evidence = read_path("surefire/TEST-AntUnit-counts-as-elements.xml")
    assert only(evidence).time_s == 0.378
    assert (evidence.wall_s, evidence.declared) == (0.378, {"tests": 1, "failures": 0, "errors": 0, "time": 0.378})


def test_pytest_collection_errors() -> None:
    evidence = read_path("pytest/collected-junit.xml")
    assert {result.key.label for result in evidence.results if result.collection} == {
        "tests.my dir.test_sp",
        "tests.sub.test_s",
        "tests.test_broken",
        "tests.test_cls::TestDup",
    }


def test_properties_are_environment_or_metrics() -> None:
    properties = {
        "tool": "gcc 12",
        "answer": "42",
        "huge": "x" * 1001,
        "hypothesis-statistics-tests/a.py::b": "dGVzdA==",
        "empty": "",
    }
    body = "".join(f'<property name="{name}" value="{value}"/>' for name, value in properties.items())
    evidence = junit(f'<properties>{body}</properties><testcase name="a"/>', 'name="s" hostname="ci"')
    assert evidence.environment == {"hostname": "ci", "tool": "gcc 12"}
    assert [(metric.name, metric.value) for metric in evidence.metrics] == [("answer", 42.0)]


def test_properties_of_file_suite_and_case() -> None:
    def properties(**values: object) -> str:
        inner = "".join(f'<property name="{name}" value="{value}"/>' for name, value in values.items())
        return f"<properties>{inner}</properties>"

    case = '<testcase name="{}">{}</testcase>'
    one = case.format("a", properties(rss_mb=120, browser="firefox", requirement="R-1"))
    two = case.format("b", "<failure/>" + properties(rss_mb=180.5, browser="firefox", requirement="R-2"))
    made = f"<testsuites>{properties(build='7')}<testsuite>{properties(os='linux')}{one}{two}</testsuite></testsuites>"
    evidence = read(made.encode(), "")
    assert [(metric.name, metric.value) for metric in evidence.metrics] == [
        ("build", 7.0),
        ("rss_mb", 120.0),
        ("rss_mb", 180.5),
    ]
    assert evidence.environment == {"os": "linux", "browser": "firefox"}  # a requirement is a fact about its test
    assert "metric-repeated" in codes(evidence, loss=False)


def test_of_many_values_the_ones_that_decide_a_limit_are_kept() -> None:
    cases = "".join(
        f'<testcase name="{n}"><properties><property name="id" value="{n}"/></properties></testcase>'
        for n in range(1000)
    )
    evidence = junit(cases)
    assert [(metric.name, metric.value) for metric in evidence.metrics] == [("id", 0.0), ("id", 999.0)]
    assert "1000 different values: the smallest and the largest" in finding(evidence, "metric-repeated").message


def test_property_text_stands_for_its_value() -> None:
    environment = read_path("attributes/property-text-values.xml").environment
    assert environment["prop1"] == "value1"
    assert environment["multiline"].startswith("Config line 1")


def test_source_and_variant_join_the_key() -> None:
    evidence = read(b'<testsuite><testcase classname="c" name="n"/></testsuite>', "", source="e2e", variant="arm")
    assert only(evidence).key == TestKey("e2e", "arm", "c", "n")


def test_namespaces_and_prefixes_do_not_matter() -> None:
    case = b'<j:testcase name="a"><j:failure/></j:testcase>'
    content = b'<j:testsuites xmlns:j="urn:x"><j:testsuite name="s">' + case + b"</j:testsuite></j:testsuites>"
    assert only(read(content, "")).outcome is Outcome.FAILED


def test_a_case_inside_a_case_is_a_case_of_its_own() -> None:
    evidence = junit('<testcase name="out"><testcase name="in"><failure/></testcase></testcase>')
    assert [(result.key.name, result.outcome.value) for result in evidence.results] == [
        ("out", "passed"),
        ("in", "failed"),
    ]


def test_a_swallowed_case_is_lost_evidence() -> None:
    case = '<testcase name="{}"><failure><![CDATA[x]]></failure></testcase>'
    body = case.format("a").replace("]]>", "]]X") + case.format("b")
    assert "damaged-markup" in codes(junit(body), loss=True)
    assert "damaged-markup" not in codes(junit(case.format("a") + case.format("b")))


def test_many_findings_alike_are_counted() -> None:
    evidence = junit("".join(f'<testcase name="{n}" time="-1"/>' for n in range(1000)))
    assert len(evidence.findings) == 6
    assert evidence.findings[-1].message == "995 more findings like these"

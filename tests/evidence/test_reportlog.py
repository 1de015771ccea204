"""pytest-reportlog's JSON lines: warnings, and an end that shows whether the log is whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.evidence.evidence_corpus import content, read_path

from readiness.evidence import limits, read, reportlog
from readiness.model import EvidenceFile, RaisedWarning, ReadState

LOG = "pytest/made-reportlog.jsonl"


def log(*records: object, finish: dict[str, Any] | None = None) -> bytes:
    """A log made for the test."""
    start = {"pytest_version": "9.2.0", "$report_type": "SessionStart"}
    end = {"exitstatus": 0, "$report_type": "SessionFinish"} if finish is None else finish
    return "".join(json.dumps(record) + "\n" for record in (start, *records, *([end] if end else []))).encode()


def warning(message: str = "m", line: int = 1) -> dict[str, Any]:
    """A warning as the plugin writes it."""
    return {
        "category": "UserWarning",
        "filename": "/project/a.py",
        "lineno": line,
        "message": message,
        "$report_type": "WarningMessage",
        "when": "runtest",
        "location": None,
    }


def codes(evidence: EvidenceFile) -> list[tuple[str, bool]]:
    """Codes of the findings, and which are a loss."""
    return [(finding.code, finding.loss) for finding in evidence.findings]


def test_warnings_of_a_session() -> None:
    evidence = read_path(LOG)
    written = [json.loads(line) for line in content(LOG).splitlines()]
    raised = [record for record in written if record["$report_type"] == "WarningMessage"]
    assert (evidence.kind, evidence.state) == ("pytest-reportlog", ReadState.READ)
    assert evidence.warnings is not None
    assert sum(warning.count for warning in evidence.warnings) == len(raised) == 2
    assert evidence.warnings[1] == RaisedWarning("RuntimeWarning", "line\nbreak", "/project/tests/test_a.py", 13, 1)
    assert evidence.environment == {"pytest": "9.2.0"}


def test_test_reports_are_no_results() -> None:
    evidence = read_path(LOG)
    assert (evidence.results, evidence.cases) == ((), 0)
    (finding,) = evidence.findings
    assert (finding.code, finding.loss) == ("reports-not-counted", False)
    assert "4 tests, 1 failing" in finding.message


def test_equal_warnings_are_counted_together() -> None:
    evidence = read(log(warning(), warning(), warning("other"), warning(line=2)), "")
    assert evidence.warnings is not None
    assert [(found.message, found.line, found.count) for found in evidence.warnings] == [
        ("m", 1, 2),
        ("other", 1, 1),
        ("m", 2, 1),
    ]


def test_no_warning_is_not_the_same_as_nothing_known() -> None:
    assert read(log(), "").warnings == ()
    assert read_path("nested/parents-disagree.xml").warnings is None


def test_a_log_without_its_end_is_a_loss() -> None:
    for made in (log(warning(), finish={}), log(warning())[:-20], log(warning(), warning())[:-60]):
        evidence = read(made, "")
        assert evidence.state is ReadState.PARTLY
        assert "archive the whole file" in evidence.reason
        assert ("cut-off", True) in codes(evidence)


@pytest.mark.parametrize("cut", range(1, 900, 7))
def test_a_log_cut_anywhere_is_a_loss(cut: int) -> None:
    assert read(content(LOG)[: -1 - cut], "").loss


def test_a_damaged_line_is_a_loss_and_the_rest_is_read() -> None:
    evidence = read(log(warning()).replace(b'"UserWarning"', b'UserWarning"') + log(warning()), "")
    assert (evidence.state, codes(evidence)) == (ReadState.PARTLY, [("line-unreadable", True)])
    assert evidence.findings[0].place == "line 2"
    assert evidence.warnings is not None
    assert len(evidence.warnings) == 1


@pytest.mark.parametrize(("exitstatus", "loss"), [(0, False), (1, False), (2, True), (3, True), (4, True), (5, False)])
def test_a_session_that_has_not_run_all(exitstatus: int, loss: bool) -> None:
    evidence = read(log(finish={"exitstatus": exitstatus, "$report_type": "SessionFinish"}), "")
    assert evidence.loss == loss


def test_odd_records() -> None:
    odd = {"$report_type": "WarningMessage", "category": None, "message": {"a": 1}, "lineno": "x"}
    evidence = read(log(odd, {"$report_type": "SubTestReport"}, {"$report_type": "Unheard"}) + b"\n\r\n", "")
    assert evidence.warnings == (RaisedWarning("", "", "", None, 1),)
    assert not evidence.loss


def test_very_many_distinct_warnings_are_counted_by_category(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reportlog, "LIMITS", limits.Limits(warnings=3))
    evidence = read(log(*(warning(str(number)) for number in range(10))), "")
    assert evidence.warnings is not None
    assert [(found.message, found.count) for found in evidence.warnings] == [("0", 1), ("1", 1), ("2", 1), ("", 7)]

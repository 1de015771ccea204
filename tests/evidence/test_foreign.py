"""Formats that are not read are refused by name, with what to do instead."""

from __future__ import annotations

import pytest
from tests.evidence.evidence_corpus import content, read_path, rows

from readiness.evidence import read
from readiness.model import ReadState

KINDS = {
    "TRX": "trx",
    "NUnit 2 XML": "nunit2",
    "NUnit 3 XML": "nunit3",
    "NUnit 3 XML, broken": "nunit3",
    "NUnit 2 XML, hostile": "xml",
    "xUnit.net v2 XML": "xunit",
    "TAP": "tap",
    "go test -json": "go-test-json",
    "Allure 2 JSON": "allure",
    "Robot output.xml": "robot",
    "JaCoCo XML": "jacoco",
    "XML, unknown root": "xml",
    "broken JSON": "json",
    "nothing": "empty",
    "text": "text",
}
READ = {
    "JUnit XML",
    "JUnit XML, broken",
    "CTRF JSON",
    "failsafe-summary XML",
    "Cobertura XML",
    "coverage.py JSON",
    "LCOV",
    "pytest-benchmark JSON",
}
FOREIGN = [row for row in rows() if row["format"] not in READ]


@pytest.mark.parametrize("row", FOREIGN, ids=lambda row: row["path"])
def test_refused_by_name(row: dict[str, str]) -> None:
    evidence = read_path(row["path"])
    assert (evidence.state, evidence.kind) == (ReadState.REJECTED, KINDS[row["format"]])
    assert evidence.loss
    assert [finding.loss for finding in evidence.findings] == [True]
    problem, _, remedy = evidence.reason.partition("; ")
    assert problem
    assert remedy
    assert "\n" not in evidence.reason
    assert evidence.results == ()


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"PK\x03\x04rest", "zip"),
        (b"SQLite format 3\0", "sqlite"),
        (b'{"Action": "start", "Package": "p"}\n{"Action": "pass", "Package": "p"}\n', "go-test-json"),
        (b'{"numTotalTests": 1, "testResults": []}', "jest"),
        (b"[]", "json"),
        (b'"text"', "text"),
        (b"[" * 100_000, "json"),
        (b"=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\n", "go-test"),
        (b"============ test session starts ============\n. [100%]\n==== 1 passed in 0.01s ====\n", "pytest-output"),
        (b"ok 1 - a\nnot ok 2 - b\n1..2\n", "tap"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "html"),
        (b'<coverage generated="1"><project/></coverage>', "clover"),
        (b"<a" + b"b" * 500 + b"/>", "xml"),
        (bytes(range(256)) * 20, "text"),
    ],
)
def test_other_content(made: bytes, kind: str) -> None:
    evidence = read(made, "file")
    assert (evidence.state, evidence.kind) == (ReadState.REJECTED, kind)
    assert len(evidence.reason) < 300


def test_the_name_decides_nothing() -> None:
    assert read(content("attributes/none-at-all.xml"), "metrics.json").kind == "junit"
    assert read(b'{"metrics": []}', "junit.xml").kind == "metrics"

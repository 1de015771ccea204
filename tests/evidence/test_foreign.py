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
        (b"\xb3+\x02)k\x07", "subunit"),
        (b"time: 2026-01-01 00:00:00Z\ntags: worker-0\ntest: a.b\nsuccessful: a.b\n", "subunit"),
        (b"mode: set\na/a.go:1.1,2.2 1 1\n", "go-cover"),
        (b"\nrunning 1 test\ntest a ... FAILED\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored\n", "cargo-test"),
        (b'{"type":"suite","event":"started","test_count":1}\n{"type":"test","event":"ok"}\n', "cargo-test-json"),
        (b"F.\n======\nFAIL: a\n------\nRan 2 tests in 0.001s\n\nFAILED (failures=1)\n", "unittest"),
        (b"Name    Stmts   Miss  Cover\n------\na.py    4  1  75%\n", "coverage-text"),
        (b"..\n4 failed, 3 passed, 1 skipped in 0.11s\n", "pytest-output"),
        (b'{"meta":{"protocolVersion":"32.2.0"}}\n{"source":{}}\n', "cucumber"),
        (b'["start",{"total":17}]\n["pass",{}]\n', "mocha"),
        (b'{"version":"3.13","examples":[{"status":"failed"}],"summary_line":"1 example"}', "rspec"),
        (b'{"data":[],"type":"llvm.coverage.json.export","version":"2.0.1"}', "llvm-cov"),
        (b'{"/a.js":{"path":"/a.js","statementMap":{},"s":{}}}', "istanbul"),
        (b'{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","runs":[]}', "sarif"),
        (b"<doctest><Options/></doctest>", "doctest"),
        (b'<testExecutions version="1"/>', "sonar"),
        (b"<CoverageSession/>", "opencover"),
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

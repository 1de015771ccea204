"""Formats that are not read are refused by name, with what to do instead."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile

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


def tar_of(content: bytes) -> bytes:
    """A tar archive of one report."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        member = tarfile.TarInfo("reports/junit.xml")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


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
        (b"PK\x05\x06" + bytes(18), "zip"),
        (tar_of(b"<testsuites/>"), "tar"),
        (gzip.compress(tar_of(b"<testsuites/>")), "tar"),
        (bz2.compress(b"<testsuites/>"), "bzip2"),
        (lzma.compress(b"<testsuites/>"), "xz"),
        (lzma.compress(b"<testsuites/>", lzma.FORMAT_ALONE), "lzma"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "7z"),
        (b"Rar!\x1a\x07\x01\x00", "rar"),
        (b"\x28\xb5\x2f\xfd\x04\x00", "zstd"),
        (b"\x04\x22\x4d\x18\x64", "lz4"),
        (b"\x1f\x9d\x90", "compress"),
        (b"!<arch>\ndebian-binary", "ar"),
        (b"\x01\xc0\xc0\x10\x07", "jacoco-exec"),
        (b"adcg*33B", "gcov"),
        (b"\x81rforpl\xff", "llvm-profile"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"\0\0\0\x18ftypmp42", "video"),
        (b"<TestRun><FailedTests/><SuccessfulTests/><Statistics/></TestRun>", "cppunit"),
        ("<?xml version='1.0' encoding='utf-16'?><TestRun>\n<Statistics/></TestRun>".encode("utf-16"), "cppunit"),
        (b'<TestRun id="1" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"/>', "trx"),
        (b"<TestRun><Results/></TestRun>", "trx"),
        (b"<TestRun><Other/></TestRun>", "xml"),
        (b'<report name="app"><sessioninfo/></report>', "jacoco"),
        (b"<report><stats/><data/></report>", "emma"),
        (b"<report><other/></report>", "xml"),
        (b'<coverage version="1"><file path="a"><lineToCover lineNumber="1"/></file></coverage>', "sonar"),
        (b"<CUNIT_TEST_RUN_REPORT/>", "cunit"),
        (b'<unittest-results tests="1"/>', "unittest-cpp"),
        (b'<testResults version="1.2"><httpSample t="1"/></testResults>', "jmeter"),
        (b'<e:events xmlns:e="https://schemas.opentest4j.org/reporting/events/0.1.0"/>', "open-test-reporting"),
        (b'<testrun name="a" project="b" tests="1"/>', "ide"),
        (b"<mutations/>", "pitest"),
        (b'{"creator":{"name":"pytest-codspeed"},"instrument":{"type":"walltime"},"benchmarks":[]}', "codspeed"),
        (b'{"benchmarks":[{"runs":[{"values":[1]}]}],"metadata":{"unit":"second"},"version":"1.0"}', "pyperf"),
        (b'{"runs":[],"metadata":{"name":"a"},"version":"1.0"}', "pyperf"),
        (b'{"context":{"num_cpus":8},"benchmarks":[{"name":"BM_A","real_time":1}]}', "google-benchmark"),
        (b'{"results":[{"command":"sleep 1","mean":1.0,"stddev":0.1}]}', "hyperfine"),
        (b'{"root_group":{"name":""},"metrics":{"checks":{}}}', "k6"),
        (b'{"metric":"http_reqs","type":"Metric","data":{}}\n{"type":"Point"}\n', "k6"),
        (b'[{"jmhVersion":"1.37","benchmark":"a.b","mode":"thrpt"}]', "jmh"),
        (b'{"tests":1,"failures":0,"disabled":0,"name":"AllTests","testsuites":[]}', "gtest-json"),
        (b'{"stats":{"suites":1},"results":[],"meta":{"mocha":{}}}', "mochawesome"),
        (b'{"collection":{},"run":{"stats":{}}}', "newman"),
        (b'[{"SuitePath":"/a","SpecReports":[]}]', "ginkgo"),
        (b'{"protocolVersion":"0.1.1","runnerVersion":"1","pid":1,"type":"start","time":0}\n', "dart"),
        (b'{"id":{"started":{}},"children":[]}\n{"id":{}}\n', "bazel-events"),
        (
            b'{"total":{"lines":{"pct":1},"statements":{}},"/a.js":{"lines":{},"statements":{},"functions":{}}}',
            "istanbul",
        ),
        (b'{"RSpec":{"coverage":{"/a.rb":{"lines":[1,null]}},"timestamp":1}}', "simplecov"),
        (b'{"gcovr/format_version":"0.6","files":[]}', "gcovr"),
        (b'{"source_files":[{"name":"a","coverage":[1]}],"repo_token":""}', "coveralls"),
        (b'{"bomFormat":"CycloneDX","specVersion":"1.5"}', "cyclonedx"),
        (b"##teamcity[testStarted name='a']\n##teamcity[testFinished name='a']\n", "teamcity"),
        (b"goos: linux\nBenchmarkA-8   \t 1000\t   123 ns/op\nPASS\nok  \tp\t1s\n", "go-bench"),
        (b"[==========] Running 3 tests from 1 test suite.\n[ RUN      ] A.b\n", "gtest-text"),
        (b"[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0\n", "maven-text"),
        (b"Test Suites: 1 passed, 1 total\nTests:       1 passed, 1 total\n", "jest-text"),
        (b"100% tests passed, 0 tests failed out of 3\n", "ctest-text"),
        (b"PHPUnit 10\n\nOK (3 tests, 3 assertions)\n", "phpunit-text"),
        (b"Finished in 0.1 seconds\n3 examples, 0 failures\n", "rspec-text"),
        (b"timeStamp,elapsed,label,responseCode\n1,2,a,200\n", "load-csv"),
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


METRICS = '{"metrics": [{"name": "größe", "value": 1}]}'
LIST = "tests/test_größe.py::test_a\n\n1 test collected in 0.01s\n"
LCOV = "SF:src/größe.c\nDA:1,1\nend_of_record\n"
LOG = '{"pytest_version": "9.0.1", "$report_type": "SessionStart"}\n{"$report_type": "größe"}\n'
LINES = '{"Action": "start", "Package": "p"}\n{"Action": "pass", "Package": "größe"}\n'


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "cp437"])
@pytest.mark.parametrize("written", [METRICS, LIST, LCOV])
def test_an_encoding_that_is_not_utf_8_is_named_as_the_problem(written: str, encoding: str) -> None:
    evidence = read(written.encode(encoding), "file")
    byte, line = written.index("ö") + 1, written[: written.index("ö")].count("\n") + 1
    code = "ö".encode(encoding).hex()
    assert evidence.reason == f"not UTF-8: 0x{code} at byte {byte}, in line {line}; write the file as UTF-8"
    assert evidence.state is ReadState.REJECTED
    assert [(finding.code, finding.loss) for finding in evidence.findings] == [("not-read", True)]


def test_a_backslash_before_a_byte_that_is_not_utf_8_hides_nothing() -> None:
    evidence = read(b'{"metrics": [{"name": "a\\\xf6", "value": 1}]}', "file")
    assert evidence.reason.startswith("not UTF-8: 0xf6 at byte 26, in line 1")


def test_a_format_that_is_not_read_is_named_before_its_encoding() -> None:
    assert read(LINES.encode("latin-1"), "file").kind == "go-test-json"


def test_a_line_of_a_log_that_is_not_utf_8_is_named() -> None:
    log = LOG + json.dumps({"$report_type": "SessionFinish", "exitstatus": 0})
    evidence = read(log.encode("latin-1"), "file")
    assert evidence.state is ReadState.PARTLY
    assert [(finding.message, finding.place) for finding in evidence.findings] == [
        ("not UTF-8 at byte 21 of the line: write the log as UTF-8", "line 2")
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("written", [METRICS, LIST, LCOV, LOG, LINES])
def test_utf_16_is_read_as_if_it_were_utf_8(written: str, encoding: str) -> None:
    assert read(written.encode(encoding), "file") == read(written.encode(), "file")

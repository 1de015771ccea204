"""Formats that are known by name but not read, each with the way to one that is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple


class Foreign(NamedTuple):
    """A format that is not read."""

    kind: str
    title: str
    remedy: str

    @property
    def reason(self) -> str:
        """Why the file is rejected, and what to do."""
        return f"{self.title} is not read; {self.remedy}"


ROOTS = {
    "TestRun": Foreign(
        "trx", "TRX (Visual Studio, MSTest)", "convert it with `trx2junit`, or run `dotnet test --logger junit`"
    ),
    "test-run": Foreign("nunit3", "NUnit 3 XML", "run with `--result=junit.xml;transform=nunit3-junit.xslt`"),
    "test-results": Foreign("nunit2", "NUnit 2 XML", "convert it with nunit-to-junit.xsl of Jenkins' xunit plugin"),
    "assemblies": Foreign(
        "xunit", "xUnit.net XML", "run the console runner with `-junit`, or `dotnet test --logger junit`"
    ),
    "assembly": Foreign(
        "xunit", "xUnit.net v1 XML", "run the console runner with `-junit`, or `dotnet test --logger junit`"
    ),
    "robot": Foreign("robot", "Robot Framework output.xml", "run `rebot --xunit junit.xml output.xml`"),
    "report": Foreign(
        "jacoco", "JaCoCo XML", "convert it to Cobertura with ReportGenerator (`-reporttypes:Cobertura`)"
    ),
    "testng-results": Foreign("testng", "TestNG's own XML", "archive the files in its junitreports folder"),
    "Site": Foreign("ctest", "CTest's Test.xml", "run `ctest --output-junit junit.xml`"),
    "TestLog": Foreign("boost-test", "Boost.Test XML", "run with `--log_format=JUNIT`"),
    "TestResult": Foreign("boost-test", "Boost.Test XML", "run with `--log_format=JUNIT`"),
    "Catch": Foreign("catch2", "Catch2 XML", "run with `--reporter junit`"),
    "Catch2TestRun": Foreign("catch2", "Catch2 XML", "run with `--reporter junit`"),
    "doctest": Foreign("doctest", "doctest's XML", "run with `--reporters=junit`"),
    "testExecutions": Foreign("sonar", "SonarQube's generic test data", "have the runner write JUnit XML"),
    "CoverageSession": Foreign(
        "opencover", "OpenCover XML", "convert it to Cobertura with ReportGenerator (`-reporttypes:Cobertura`)"
    ),
    "TestCase": Foreign("qtest", "Qt Test XML", "run with `-o junit.xml,junitxml`"),
    "coverage": Foreign("clover", "Clover coverage XML", "write Cobertura XML instead"),
    "checkstyle": Foreign("checkstyle", "Checkstyle XML", "it holds no test results: leave it out"),
    "html": Foreign("html", "an HTML page", "archive the XML that the page was made from"),
}
"""By the name of the root element."""


def foreign_root(tag: str, attributes: dict[str, str]) -> Foreign:
    """The format with this root element; an unknown one is named after it."""
    known = ROOTS.get(tag)
    if known is not None and not (tag == "report" and "name" not in attributes):
        return known
    shown = tag if len(tag) < 60 else f"{tag[:59]}…"
    return Foreign(
        "xml", f"XML with the unknown root <{shown}>", "archive JUnit XML (root <testsuites> or <testsuite>)"
    )


JUNIT_REPORTER = "have the runner write JUnit XML"
GO_TEST = Foreign(
    "go-test-json",
    "`go test -json` output",
    "run `gotestsum --junitfile junit.xml`, or pipe it through `go-junit-report`",
)
ALLURE = Foreign("allure", "an Allure result", f"{JUNIT_REPORTER} beside it")
JEST = Foreign("jest", "Jest or Vitest JSON", "use the jest-junit reporter, or Vitest's `--reporter=junit`")
PLAYWRIGHT = Foreign("playwright", "Playwright JSON", "use `--reporter=junit`")
MOCHA = Foreign("mocha", "Mocha JSON", "use the mocha-junit-reporter")
PYTEST_JSON = Foreign("pytest-json", "pytest-json-report output", "run `pytest --junitxml=junit.xml`")
RSPEC = Foreign("rspec", "RSpec JSON", "use rspec_junit_formatter")
LLVM_COV = Foreign("llvm-cov", "llvm-cov JSON", "run `llvm-cov export --format=lcov`")
ISTANBUL = Foreign("istanbul", "Istanbul coverage JSON", "use the reporter `lcovonly`")
SARIF = Foreign("sarif", "SARIF", "it holds no test results: leave it out")
CARGO_JSON = Foreign("cargo-test-json", "`cargo test` JSON", "run `cargo nextest run` with a JUnit path in its profile")
GOOGLE_BENCHMARK = Foreign("google-benchmark", "Google Benchmark JSON", "write the values to metrics.json")
CUCUMBER = Foreign("cucumber", "Cucumber JSON", "use its `junit` formatter")
CUCUMBER_MESSAGES = Foreign("cucumber", "Cucumber messages", "use its `junit` formatter")

OBJECTS: tuple[tuple[Callable[[dict[str, Any]], bool], Foreign], ...] = (
    (lambda top: "benchmarks" in top and "context" in top, GOOGLE_BENCHMARK),
    (lambda top: "Action" in top and bool({"Package", "ImportPath"} & top.keys()), GO_TEST),
    (lambda top: "status" in top and bool({"historyId", "uuid", "testCaseId"} & top.keys()), ALLURE),
    (lambda top: "numTotalTests" in top, JEST),
    (lambda top: {"config", "suites"} <= top.keys(), PLAYWRIGHT),
    (lambda top: {"stats", "tests"} <= top.keys(), MOCHA),
    (lambda top: {"examples", "summary_line"} <= top.keys(), RSPEC),
    (lambda top: str(top.get("type", "")).startswith("llvm.coverage"), LLVM_COV),
    (lambda top: "runs" in top and "sarif" in str(top.get("$schema", "")), SARIF),
    (lambda top: top.get("type") in ("suite", "test") and "event" in top, CARGO_JSON),
    (lambda top: isinstance(top.get("meta"), dict) and "protocolVersion" in top["meta"], CUCUMBER_MESSAGES),
    (lambda top: any(isinstance(file, dict) and "statementMap" in file for file in top.values()), ISTANBUL),
    (lambda top: {"exitcode", "summary"} <= top.keys(), PYTEST_JSON),
)
"""By the keys of the JSON object, or of the first of many in lines."""


def foreign_json(top: object) -> Foreign | None:
    """The format of a JSON value, or None where it is none that is known."""
    if isinstance(top, dict):
        return next((found for says, found in OBJECTS if says(top)), None)
    if isinstance(top, list) and len(top) > 1 and top[0] == "start":
        return MOCHA
    if isinstance(top, list) and top and isinstance(top[0], dict) and {"keyword", "elements"} <= top[0].keys():
        return CUCUMBER
    return None


TAP = Foreign("tap", "TAP", "convert it with `tap-junit`, or have the runner write JUnit XML")
GO_TEXT = Foreign(
    "go-test", "plain `go test` output", "run `gotestsum --junitfile junit.xml`, or pipe it through `go-junit-report`"
)
CARGO_TEXT = Foreign(
    "cargo-test", "plain `cargo test` output", "run `cargo nextest run` with a JUnit path in its profile"
)
UNITTEST_TEXT = Foreign("unittest", "unittest's terminal output", "run the tests with pytest or unittest-xml-reporting")
GO_COVER = Foreign("go-cover", "a Go cover profile", "convert it with `gocover-cobertura`")
COVERAGE_TEXT = Foreign("coverage-text", "coverage.py's table", "run `coverage xml` and archive coverage.xml")
SUBUNIT = Foreign("subunit", "subunit", "convert it with `subunit2junitxml`")
PYTEST_TEXT = Foreign("pytest-output", "pytest's terminal output", "run `pytest --junitxml=junit.xml`")

TEXTS = (
    (
        re.compile(
            r"\A(?:test|time): \S[^\n]*\n(?:[^\n]*\n){0,4}(?:successful|success|failure|error|skip|tags|test): ?"
        ),
        SUBUNIT,
    ),
    (re.compile(r"\Amode: (?:set|count|atomic)\s*$", re.MULTILINE), GO_COVER),
    (re.compile(r"^test result: (?:ok|FAILED)\. \d+ passed; \d+ failed;", re.MULTILINE), CARGO_TEXT),
    (re.compile(r"^Ran \d+ tests? in \d[\d.]*s\s*$", re.MULTILINE), UNITTEST_TEXT),
    (re.compile(r"\AName +Stmts +Miss ", re.MULTILINE), COVERAGE_TEXT),
    (re.compile(r"^TAP version \d+\s*$|\A\s*\d+\.\.\d+\s*$|\A(?:#[^\n]*\n)*(?:not )?ok \d+", re.MULTILINE), TAP),
    (re.compile(r"^=== RUN |^\s*--- (?:PASS|FAIL|SKIP): |^(?:ok|FAIL)\s*\t\S", re.MULTILINE), GO_TEXT),
    (
        re.compile(
            r"^=+ test session starts =+$|^=+ [^\n]{0,200}\d (?:passed|failed|errors?)\b[^\n]{0,200} in \d"
            r"|^\d+ (?:passed|failed|skipped|errors?)\b[^\n]{0,200} in \d[\d.]*s$",
            re.MULTILINE,
        ),
        PYTEST_TEXT,
    ),
)
"""By lines of the text."""

BEGINNING = 50_000


def foreign_text(text: str) -> Foreign | None:
    """The format of plain text, or None where it is none that is known. Only the beginning is looked at."""
    text = text[:BEGINNING]
    return next((found for pattern, found in TEXTS if pattern.search(text)), None)


BINARIES = (
    (b"PK\x03\x04", Foreign("zip", "a ZIP archive", "archive the files inside")),
    (
        b"SQLite format 3",
        Foreign("sqlite", "a database (coverage.py's .coverage?)", "run `coverage xml` and archive coverage.xml"),
    ),
    (b"\xb3+", SUBUNIT),
    (b"\xb3)", SUBUNIT),
    (b"BZh", Foreign("bzip2", "bzip2 data", "archive it unpacked or as gzip")),
    (b"\xfd7zXZ", Foreign("xz", "xz data", "archive it unpacked or as gzip")),
    (b"\x28\xb5\x2f\xfd", Foreign("zstd", "zstd data", "archive it unpacked or as gzip")),
    (b"\x89PNG", Foreign("png", "a picture", "it holds no test results: leave it out")),
    (b"%PDF", Foreign("pdf", "a PDF document", "it holds no test results: leave it out")),
    (b"\x7fELF", Foreign("binary", "a program", "it holds no test results: leave it out")),
)
"""By the first bytes."""


def foreign_binary(content: bytes) -> Foreign | None:
    """The format of binary data, or None where it is none that is known."""
    return next((found for magic, found in BINARIES if content.startswith(magic)), None)

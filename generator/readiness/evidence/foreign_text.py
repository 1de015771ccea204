"""Formats of plain text that are not read, by their lines: mostly what a runner shows in a terminal."""

from __future__ import annotations

import re

from readiness.evidence.foreign import GCOVR, GO_JUNIT, METRICS_JSON, MOCHA, NEXTEST, SUBUNIT, Foreign

TEXTS = tuple(
    (re.compile(pattern, re.MULTILINE), found)
    for pattern, found in (
        (
            r"\A(?:test|time): \S[^\n]*\n(?:[^\n]*\n){0,4}(?:successful|success|failure|error|skip|tags|test): ?",
            SUBUNIT,
        ),
        (r"^##teamcity\[test", Foreign("teamcity", "TeamCity service messages", "have the runner write JUnit XML")),
        (
            r"\Amode: (?:set|count|atomic)\s*$",
            Foreign("go-cover", "a Go cover profile", "convert it with `gocover-cobertura`"),
        ),
        (
            r"^test result: (?:ok|FAILED)\. \d+ passed; \d+ failed;",
            Foreign("cargo-test", "plain `cargo test` output", NEXTEST),
        ),
        (
            r"^Ran \d+ tests? in \d[\d.]*s\s*$",
            Foreign("unittest", "unittest's terminal output", "run the tests with pytest or unittest-xml-reporting"),
        ),
        (
            r"\AName +Stmts +Miss ",
            Foreign("coverage-text", "coverage.py's table", "run `coverage xml` and archive coverage.xml"),
        ),
        (
            r"^ *-: {4}0:Source:",
            Foreign("gcov", "gcov's text", GCOVR),
        ),
        (
            r"^\[==========\] (?:Running )?\d+ tests? from ",
            Foreign("gtest-text", "GoogleTest's terminal output", "run with `--gtest_output=xml:junit.xml`"),
        ),
        (
            r"^TAP version \d+\s*$|\A\s*\d+\.\.\d+\s*$|\A(?:#[^\n]*\n)*(?:not )?ok \d+",
            Foreign("tap", "TAP", "convert it with `tap-junit`, or have the runner write JUnit XML"),
        ),
        (r"^Benchmark\S+\s+\d+\s+[\d.]+ ns/op", Foreign("go-bench", "`go test -bench` output", METRICS_JSON)),
        (
            r"^=== RUN |^\s*--- (?:PASS|FAIL|SKIP): |^(?:ok|FAIL)\s*\t\S",
            Foreign("go-test", "plain `go test` output", GO_JUNIT),
        ),
        (
            (
                r"^=+ test session starts =+$|^=+ [^\n]{0,200}\d (?:passed|failed|errors?)\b[^\n]{0,200} in \d"
                r"|^\d+ (?:passed|failed|skipped|errors?)\b[^\n]{0,200} in \d[\d.]*s$"
            ),
            Foreign("pytest-output", "pytest's terminal output", "run `pytest --junitxml=junit.xml`"),
        ),
        (
            r"^Test Suites?: +\d|^ {0,2}Test Files  +\d+ (?:passed|failed)",
            Foreign(
                "jest-text",
                "Jest's or Vitest's terminal output",
                "use the jest-junit reporter, or Vitest's `--reporter=junit`",
            ),
        ),
        (
            r"^\[(?:INFO|ERROR|WARNING)\] Tests run: \d|^Tests run: \d+, Failures: \d",
            Foreign("maven-text", "Maven's terminal output", "archive target/surefire-reports/TEST-*.xml"),
        ),
        (
            r"^(?:Passed!|Failed!) +- Failed: +\d|^Test Run (?:Successful|Failed)\.\s*$",
            Foreign("dotnet-text", "`dotnet test` output", "run `dotnet test --logger junit`"),
        ),
        (
            r"^\d+% tests passed, \d+ tests? failed out of \d",
            Foreign("ctest-text", "CTest's terminal output", "run `ctest --output-junit junit.xml`"),
        ),
        (
            r"^OK \(\d+ tests?, \d+ assertions?\)|^Tests: \d+, Assertions: \d",
            Foreign("phpunit-text", "PHPUnit's terminal output", "run with `--log-junit junit.xml`"),
        ),
        (
            r"^\d+ examples?, \d+ failures?",
            Foreign("rspec-text", "RSpec's terminal output", "use rspec_junit_formatter"),
        ),
        (
            r"^\d+ (?:runs|tests), \d+ assertions, \d+ failures",
            Foreign("minitest-text", "minitest's terminal output", "use minitest-reporters' JUnitReporter"),
        ),
        (
            r"^\d+ tests?, \d+ failures?(?:,|$)",
            Foreign("exunit-text", "ExUnit's terminal output", "use junit_formatter"),
        ),
        (
            r"^\s+Executed \d+ tests?, with \d+ failures?|^Test Suite '[^']*' (?:passed|failed) at ",
            Foreign("xctest-text", "XCTest's terminal output", "run `swift test --xunit-output junit.xml`"),
        ),
        (
            r"^All tests passed \(\d+ assertions?|^test cases: +\d+ \|",
            Foreign("catch2-text", "Catch2's terminal output", "run with `--reporter junit`"),
        ),
        (r"^ +\d+ passing \(\d+m?s\)\s*$", Foreign("mocha-text", "Mocha's terminal output", MOCHA.remedy)),
        (
            r"\AtimeStamp,elapsed,label|\A(?:Type,)?Name,Request Count,",
            Foreign("load-csv", "a CSV of JMeter or Locust", METRICS_JSON),
        ),
    )
)
"""By lines of the text: the first that fits."""

BEGINNING = 50_000


def foreign_text(text: str) -> Foreign | None:
    """The format of plain text, or None where it is none that is known. Only the beginning is looked at."""
    text = text[:BEGINNING]
    return next((found for pattern, found in TEXTS if pattern.search(text)), None)

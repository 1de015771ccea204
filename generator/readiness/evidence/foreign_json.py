"""Formats of JSON that are not read, by the keys of the value, or of the first of many in lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from readiness.evidence.foreign import (
    ANOTHER_COVERAGE,
    GCOVR,
    GO_JUNIT,
    JUNIT_REPORTER,
    LEAVE_OUT,
    METRICS_JSON,
    MOCHA,
    NEXTEST,
    XCRESULT,
    Foreign,
)

Says = Callable[[dict[str, Any]], bool]


def _keys(*names: str) -> Says:
    return lambda top: set(names) <= top.keys()


def _first(top: dict[str, Any], key: str) -> dict[str, Any]:
    """The first entry of a list of objects, else an empty one."""
    found = top.get(key)
    return found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}


def _any_value(*names: str) -> Says:
    return lambda top: any(isinstance(value, dict) and set(names) <= value.keys() for value in top.values())


ISTANBUL_FIX = "use the reporter `lcovonly`"
SIMPLECOV_FIX = "use simplecov-cobertura or simplecov-lcov"
XCRESULT_JSON = Foreign("xcresult", "`xcresulttool` JSON", XCRESULT)
K6 = Foreign("k6", "k6 JSON", METRICS_JSON)
ALLURE = Foreign("allure", "an Allure result", f"{JUNIT_REPORTER} beside it")

OBJECTS: tuple[tuple[Says, Foreign], ...] = (
    (_keys("benchmarks", "context"), Foreign("google-benchmark", "Google Benchmark JSON", METRICS_JSON)),
    (
        lambda top: {"benchmarks", "instrument"} <= top.keys() or "codspeed" in str(top.get("creator")),
        Foreign("codspeed", "CodSpeed JSON", "run pytest-benchmark with `--benchmark-json`, or write metrics.json"),
    ),
    (
        lambda top: "runs" in _first(top, "benchmarks") or {"runs", "metadata", "version"} <= top.keys(),
        Foreign("pyperf", "pyperf JSON", METRICS_JSON),
    ),
    (_keys("HostEnvironmentInfo", "Benchmarks"), Foreign("benchmark-dotnet", "BenchmarkDotNet JSON", METRICS_JSON)),
    (_keys("env_name", "result_columns"), Foreign("asv", "asv's results", METRICS_JSON)),
    (
        lambda top: {"command", "mean"} <= _first(top, "results").keys(),
        Foreign("hyperfine", "hyperfine JSON", METRICS_JSON),
    ),
    (lambda top: {"root_group", "metrics"} <= top.keys() and isinstance(top["metrics"], dict), K6),
    (lambda top: top.get("type") in ("Metric", "Point") and {"data", "metric"} <= top.keys(), K6),
    (_keys("aggregate", "intermediate"), Foreign("artillery", "Artillery JSON", METRICS_JSON)),
    (
        lambda top: str(top.get("reason")).startswith("benchmark-") or {"mean", "median_abs_dev"} <= top.keys(),
        Foreign("criterion", "Criterion.rs JSON", METRICS_JSON),
    ),
    (
        lambda top: "Action" in top and bool({"Package", "ImportPath"} & top.keys()),
        Foreign("go-test-json", "`go test -json` output", GO_JUNIT),
    ),
    (lambda top: "status" in top and bool({"historyId", "uuid", "testCaseId"} & top.keys()), ALLURE),
    (
        lambda top: "numTotalTests" in top,
        Foreign("jest", "Jest or Vitest JSON", "use the jest-junit reporter, or Vitest's `--reporter=junit`"),
    ),
    (_keys("config", "suites"), Foreign("playwright", "Playwright JSON", "use `--reporter=junit`")),
    (_keys("stats", "tests"), MOCHA),
    (
        _keys("stats", "results", "meta"),
        Foreign(
            "mochawesome", "Mochawesome JSON", "use the mocha-junit-reporter (Cypress has it as `--reporter junit`)"
        ),
    ),
    (_keys("capabilities", "suites"), Foreign("webdriverio", "WebdriverIO JSON", "use @wdio/junit-reporter")),
    (
        _keys("fixtures", "userAgents"),
        Foreign("testcafe", "TestCafe JSON", "use `--reporter xunit`, which writes JUnit XML"),
    ),
    (
        lambda top: {"collection", "run"} <= top.keys(),
        Foreign("newman", "Newman JSON", "run with `-r junit --reporter-junit-export junit.xml`"),
    ),
    (_keys("examples", "summary_line"), Foreign("rspec", "RSpec JSON", "use rspec_junit_formatter")),
    (
        lambda top: isinstance(top.get("testsuites"), list) and {"tests", "failures"} <= top.keys(),
        Foreign("gtest-json", "GoogleTest JSON", "run with `--gtest_output=xml:junit.xml`"),
    ),
    (_keys("metadata", "test-run"), Foreign("catch2", "Catch2 JSON", "run with `--reporter junit`")),
    (
        lambda top: str(top.get("generator")).startswith(("Robot", "Rebot")),
        Foreign("robot", "Robot Framework output.json", "run `rebot --xunit junit.xml output.json`"),
    ),
    (
        lambda top: top.get("type") == "start" and "protocolVersion" in top,
        Foreign("dart", "Dart or Flutter JSON", "pipe it through `tojunit` of the junitreport package"),
    ),
    (
        lambda top: isinstance(top.get("id"), dict) and bool({"children", "started", "lastMessage"} & top.keys()),
        Foreign("bazel-events", "Bazel's build events", "archive the test.xml files in bazel-testlogs"),
    ),
    (
        _keys("kind", "payload", "version"),
        Foreign("swift-testing", "Swift Testing events", "run `swift test --xunit-output junit.xml`"),
    ),
    (_keys("testNodes"), XCRESULT_JSON),
    (lambda top: "ActionsInvocationRecord" in str(top.get("_type")), XCRESULT_JSON),
    (
        lambda top: str(top.get("type", "")).startswith("llvm.coverage"),
        Foreign("llvm-cov", "llvm-cov JSON", "run `llvm-cov export --format=lcov`"),
    ),
    (_any_value("statementMap"), Foreign("istanbul", "Istanbul coverage JSON", ISTANBUL_FIX)),
    (_any_value("lines", "statements", "functions"), Foreign("istanbul", "Istanbul's coverage summary", ISTANBUL_FIX)),
    (
        lambda top: "simplecov_version" in str(top.get("meta")) or _any_value("coverage", "timestamp")(top),
        Foreign("simplecov", "SimpleCov JSON", SIMPLECOV_FIX),
    ),
    (
        lambda top: any(key.startswith("gcovr/") for key in top),
        Foreign("gcovr", "gcovr JSON", GCOVR),
    ),
    (_keys("gcc_version", "files"), Foreign("gcov", "gcov JSON", GCOVR)),
    (_keys("source_files"), Foreign("coveralls", "Coveralls JSON", ANOTHER_COVERAGE)),
    (
        lambda top: top.keys() <= {"coverage", "messages"} and isinstance(top.get("coverage"), dict),
        Foreign("codecov", "Codecov JSON", ANOTHER_COVERAGE),
    ),
    (_keys("files", "thresholds"), Foreign("stryker", "Stryker's mutation report", METRICS_JSON)),
    (lambda top: "runs" in top and "sarif" in str(top.get("$schema", "")), Foreign("sarif", "SARIF", LEAVE_OUT)),
    (_keys("lighthouseVersion"), Foreign("lighthouse", "Lighthouse JSON", METRICS_JSON)),
    (_keys("violations", "passes"), Foreign("axe", "axe-core JSON", METRICS_JSON)),
    (_keys("bomFormat"), Foreign("cyclonedx", "a CycloneDX bill of materials", LEAVE_OUT)),
    (_keys("spdxVersion"), Foreign("spdx", "an SPDX bill of materials", LEAVE_OUT)),
    (
        lambda top: top.get("type") in ("suite", "test") and "event" in top,
        Foreign("cargo-test-json", "`cargo test` JSON", NEXTEST),
    ),
    (
        lambda top: isinstance(top.get("meta"), dict) and "protocolVersion" in top["meta"],
        Foreign("cucumber", "Cucumber messages", "use its `junit` formatter"),
    ),
    (
        _keys("exitcode", "summary"),
        Foreign("pytest-json", "pytest-json-report output", "run `pytest --junitxml=junit.xml`"),
    ),
)
"""Of an object: the first that fits."""

ENTRIES: tuple[tuple[Says, Foreign], ...] = (
    (_keys("keyword", "elements"), Foreign("cucumber", "Cucumber or behave JSON", "use its `junit` formatter")),
    (_keys("SpecReports"), Foreign("ginkgo", "Ginkgo JSON", "run `ginkgo --junit-report=junit.xml`")),
    (_keys("jmhVersion", "benchmark"), Foreign("jmh", "JMH JSON", METRICS_JSON)),
    (_keys("filePath", "messages"), Foreign("eslint", "ESLint JSON", LEAVE_OUT)),
    (_keys("scope", "name", "history"), Foreign("buildkite", "Buildkite Test Engine JSON", JUNIT_REPORTER)),
    (_keys("response_times", "num_requests"), Foreign("locust", "Locust JSON", METRICS_JSON)),
    (_keys("violations", "passes"), Foreign("axe", "axe-core JSON", METRICS_JSON)),
)
"""Of a list: by its first entry."""


def foreign_json(top: object) -> Foreign | None:
    """The format of a JSON value, or None where it is none that is known."""
    if isinstance(top, dict):
        return next((found for says, found in OBJECTS if says(top)), None)
    if isinstance(top, list) and len(top) > 1 and top[0] == "start":
        return MOCHA
    entry = top[0] if isinstance(top, list) and top else None
    return next((found for says, found in ENTRIES if says(entry)), None) if isinstance(entry, dict) else None

"""What single runners mean by what they write, where it says less, or something else, than it seems to."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

WRITERS = {
    ("name", "errors", "failures", "skipped", "tests", "time", "timestamp", "hostname"): "pytest",
    ("name", "errors", "failures", "skipped", "timestamp", "time", "tests"): "jest",
    ("name", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"): "vitest",
    ("name", "tests", "failures", "disabled", "skipped", "hostname", "time", "timestamp"): "ctest",
}
"""Attributes that a runner, and no other, gives its suites, in its order."""
PLAYWRIGHT_ROOT = ["id", "name", "tests", "failures", "skipped", "errors", "time"]
"""Attributes that Playwright gives the root, in its order."""
ON_PURPOSE = ("skip", "fixme")
"""Properties that Playwright gives a test that was skipped on purpose."""
MAY_FAIL = "TEST_CASE tagged with !mayfail"
"""Catch2's reason for a skip beside the failures of a test that may fail."""
DIED = "fatal error condition"
"""How Catch2 words a crash, which no tag excuses: the run ended there."""

SOMETIMES = frozenset({"file", "package", "hostname", "skipped", "disabled"})
"""Attributes that one and the same runner gives a suite or does not."""
WRITES_EMPTY_SUITES = frozenset(
    {
        ("name", "timestamp", "tests", "time", "failures"),  # mocha-junit-reporter, Cypress: describes that hold others
        ("name", "timestamp", "tests", "id", "errors", "time", "failures"),  # the same for Ant
        ("name", "timestamp", "time", "errors", "tests", "failures"),  # jasmine-reporters: the same
        ("name", "id", "timestamp", "tests", "failures", "errors", "time"),  # Newman: requests without assertions
        ("name", "tests", "failures", "errors", "id", "time", "timestamp"),  # go-junit-report 2: no test files
        ("name", "tests", "assertions", "errors", "warnings", "failures", "time"),  # PHPUnit 6 to 9: filtered
    }
)
"""Attributes of the suites of runners that write one for what has no tests, in their order, without those above."""
GO_VERSION = "go.version"
EMPTY_BY_PROPERTY = frozenset({GO_VERSION, "specId"})
"""Properties that gotestsum and go-junit-report 1, and WebdriverIO, give every suite; those may be empty too."""


def runner_of(root: Element) -> str:
    """Who wrote the document, as far as `evidence.listing` knows its list, where there is no doubt; else nothing."""
    suite = root if root.tag == "testsuite" else root.find("testsuite")
    attributes: Mapping[str, str] = {} if suite is None else suite.attrib
    name = root.get("name", "")
    if name in ("pytest tests", "vitest tests", "jest tests"):
        return name.removesuffix(" tests")
    writer = writer_of(attributes)
    if writer == "pytest" or (writer == "ctest" and suite is root):
        return writer
    if is_playwright(root.attrib):
        return "playwright"
    if name == "nextest-run" and "uuid" in root.attrib:
        return "nextest"
    if attributes.get("name", "").endswith(".dll"):
        return "dotnet"
    by_go = suite is not None and suite.find(f"properties/property[@name='{GO_VERSION}']") is not None
    return "go" if by_go else ""


PYTEST_COLLECTION = ("collection failure", "collection skipped")
"""What pytest says of a file that could not be collected, or was skipped as a whole."""


UNITTEST = ("name", "tests", "time", "timestamp", "failures", "errors")
"""Attributes of the suites of unittest-xml-reporting, in their order, without those that it leaves out."""
STAMPED = re.compile(r"-\d{14}$")
"""The moment that it adds to the name of every suite."""


def writer_of(suite: Mapping[str, str]) -> str:
    """The runner that gives a suite these attributes, whatever it is called; nothing where several may.

    pytest does so since 5.1; Jest stands for jest-junit, which writes `test.todo` like a test that passed.
    """
    if tuple(name for name in suite if name not in SOMETIMES) == UNITTEST:
        return "unittest" if STAMPED.search(suite["name"]) else ""
    return WRITERS.get(tuple(suite), "")


def is_playwright(root: Mapping[str, str]) -> bool:
    """True for the attributes of Playwright's root, whatever it is called; without a name both are empty."""
    return list(root) == PLAYWRIGHT_ROOT or root.get("id") == "" == root.get("name")


def may_be_empty(suite: Mapping[str, str]) -> bool:
    """True for the attributes of a suite of a runner that writes suites without tests though nothing is wrong."""
    return tuple(name for name in suite if name not in SOMETIMES) in WRITES_EMPTY_SUITES


def failed_as_expected(case: Element) -> str:
    """Whose mark says that the failures of a case are as expected: it stands beside them as a skip. Else nothing.

    `Catch2` (`!mayfail`) declares no such failure, `node` (`todo`) counts them; both exit with 0. What stands beside a
    skip of `node` alone is that its suite's hook failed: it would have been skipped anyway.
    """
    skipped = case.find("skipped")
    if skipped is None:
        return ""
    if skipped.get("message") == MAY_FAIL:
        return "" if any(DIED in (said.text or "") for said in case.iterfind("error")) else "Catch2"
    if "failure" not in case.attrib:
        return ""
    said = {one.get("type") for one in case if one.tag != "skipped"}
    cancelled = skipped.get("type") == "skipped" and said == {"cancelledByParent"}
    return "node" if skipped.get("type") == "todo" or cancelled else ""


TYPE_TESTS = re.compile(r"-d\.[cm]?[jt]sx?$")
"""How the names of Vitest's files of type tests end, which take no time."""


def left_out(case: Element, writer: str, suite: Mapping[str, str], *, run_failed: bool) -> str:
    """Why a case that is written like a pass has no result; nothing where it has one.

    pytest names a case when it has a result. Vitest gives one any time at all, but not after `--bail`, nor where the
    worker died: its file has no time then either, and nothing else in the report tells.
    """
    if writer == "pytest" and "name" not in case.attrib and "classname" not in case.attrib:
        return "the session ended before this test did: it has no result"
    if (
        writer == "vitest"
        and case.get("time") == "0"
        and (run_failed or suite.get("time") == "0")
        and not TYPE_TESTS.search(suite.get("name", ""))
    ):
        return "Vitest stopped before this test: it has no result"
    return ""


def not_run_by_ctest(case: Element) -> str:
    """Why CTest could not run a test that it writes as skipped and counts as failed; else nothing.

    Only `SKIP_RETURN_CODE` and `SKIP_REGULAR_EXPRESSION` are skips to CTest. CTest's cases are their own classes.
    """
    if case.get("status") != "notrun" or case.get("name") != case.get("classname"):
        return ""
    skipped = case.find("skipped")
    reason = "" if skipped is None else skipped.get("message", "").strip()
    return "" if reason.startswith(("SKIP_", "Disabled")) else reason


def not_begun_by_gtest(case: Element) -> bool:
    """True for a test that GoogleTest skipped before it began: the set-up of its suite failed, or skipped it.

    A `GTEST_SKIP` in a test, or in its own set-up, leaves the moment at which it began.
    """
    skipped = case.get("status") == "run" and case.get("result") == "skipped"
    return skipped and case.get("timestamp", "").startswith("1970-01-01")


def left_out_by_playwright(case: Element) -> bool:
    """True for a skipped test of Playwright that nobody skipped: it did not run.

    So it writes tests after a global timeout, after too many failures, or behind a failed one in a serial group.
    """
    return not any(prop.get("name") in ON_PURPOSE for prop in case.iterfind("properties/property"))

"""What single runners mean by a case that says less than it seems to: it was started or planned, but did not run."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

PYTEST_SUITE = ["name", "errors", "failures", "skipped", "tests", "time", "timestamp", "hostname"]
"""Attributes that pytest gives its suite, in its order, which is of no other runner."""
PLAYWRIGHT_ROOT = ["id", "name", "tests", "failures", "skipped", "errors", "time"]
"""Attributes that Playwright gives the root, in its order."""
CTEST_SUITE = ["name", "tests", "failures", "disabled", "skipped", "hostname", "time", "timestamp"]
"""Attributes that CTest gives its only suite, in its order."""
ON_PURPOSE = ("skip", "fixme")
"""Properties that Playwright gives a test that was skipped on purpose."""


def runner_of(root: Element) -> str:
    """Who wrote the document, as far as `evidence.listing` knows its list, where there is no doubt; else nothing."""
    suite = root if root.tag == "testsuite" else root.find("testsuite")
    attributes: Mapping[str, str] = {} if suite is None else suite.attrib
    name = root.get("name", "")
    if name in ("pytest tests", "vitest tests", "jest tests"):
        return name.removesuffix(" tests")
    if is_pytest(attributes):
        return "pytest"
    if is_playwright(root.attrib):
        return "playwright"
    if name == "nextest-run" and "uuid" in root.attrib:
        return "nextest"
    if suite is root and list(attributes) == CTEST_SUITE:
        return "ctest"
    if attributes.get("name", "").endswith(".dll"):
        return "dotnet"
    by_go = suite is not None and suite.find("properties/property[@name='go.version']") is not None
    return "go" if by_go else ""


def is_pytest(suite: Mapping[str, str]) -> bool:
    """True for the attributes of a suite of pytest 5.1 or later, whatever it is called."""
    return list(suite) == PYTEST_SUITE


def is_playwright(root: Mapping[str, str]) -> bool:
    """True for the attributes of Playwright's root, whatever it is called; without a name both are empty."""
    return list(root) == PLAYWRIGHT_ROOT or root.get("id") == "" == root.get("name")


def never_ended(case: Element) -> bool:
    """True for a case of pytest that was running when the session ended: pytest names a case when it has a result."""
    return "name" not in case.attrib and "classname" not in case.attrib


def not_run_by_ctest(case: Element) -> str:
    """Why CTest could not run a test that it writes as skipped and counts as failed; else nothing.

    Only `SKIP_RETURN_CODE` and `SKIP_REGULAR_EXPRESSION` are skips to CTest. CTest's cases are their own classes.
    """
    if case.get("status") != "notrun" or case.get("name") != case.get("classname"):
        return ""
    skipped = case.find("skipped")
    reason = "" if skipped is None else skipped.get("message", "").strip()
    return "" if reason.startswith(("SKIP_", "Disabled")) else reason


def left_out_by_playwright(case: Element) -> bool:
    """True for a skipped test of Playwright that nobody skipped: it did not run.

    So it writes tests after a global timeout, after too many failures, or behind a failed one in a serial group.
    """
    return not any(prop.get("name") in ON_PURPOSE for prop in case.iterfind("properties/property"))

"""What single runners mean by a case that says less than it seems to: it was started or planned, but did not run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

PYTEST_SUITE = ["name", "errors", "failures", "skipped", "tests", "time", "timestamp", "hostname"]
"""Attributes that pytest gives its suite, in its order, which is of no other runner."""
PLAYWRIGHT_ROOT = ["id", "name", "tests", "failures", "skipped", "errors", "time"]
"""Attributes that Playwright gives the root, in its order."""
ON_PURPOSE = ("skip", "fixme")
"""Properties that Playwright gives a test that was skipped on purpose."""


PYTEST_COLLECTION = ("collection failure", "collection skipped")
"""What pytest says of a file that could not be collected, or was skipped as a whole."""
CLASS = "(class)"
"""Name of a case that stands for its class and has none of its own: Surefire's of a failed `@BeforeAll`."""
_FOR_THE_CLASS = frozenset({CLASS, "initializationError", "executionError", "classMethod"})
"""Names that JUnit, Gradle and Ant give what failed or was skipped before or after all tests of a class."""
_CLASS_NAME = re.compile(r"(\w+\.)*[A-Z][\w$]*")


def stands_for_class(name: str, group: str) -> bool:
    """True for the name of a case that says how its whole class fared, and not a test of it.

    Some runners write the class's own name there.
    """
    return name in _FOR_THE_CLASS or (name == group and _CLASS_NAME.fullmatch(name) is not None)


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

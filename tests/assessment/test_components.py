"""Missing components: skips whose reason says that something is not there; by tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.assessment.situations import Row, Table, check
from tests.scenario import Run, demands, story, told, verdicts, why

from readiness import phrases
from readiness.assessment import Kind, to_ready
from readiness.report import report_of

NO_READER = "card reader not available"
STAYS = f"{NO_READER} open: a failing"

COMPONENTS: Table = {
    "skipped for a missing component, then it is there": [
        (f"a skip {NO_READER}, b pass | a b", f"BLOCKED {NO_READER}", STAYS),
        (f"a skip {NO_READER}, b pass | a b", f"BLOCKED {NO_READER}", STAYS),
        ("a pass, b pass | a b", "READY", f"{NO_READER} closed: a passed"),
        # It has passed in between: 3 skips in 4 runs, ln 0.05 / ln 0.25 = 2.16, so 3 clean passes.
        (f"a skip {NO_READER}, b pass | a b", f"BLOCKED {NO_READER}", f"{NO_READER} reopened: a failing"),
        ("a pass, b pass | a b", f"READY ~ {NO_READER}", f"{NO_READER} observing: a observing owes 2"),
    ],
    "skipped for another reason": [
        (f"a skip {NO_READER}, b pass | a b", f"BLOCKED {NO_READER}", STAYS),
        ("a skip slow, b pass | a b", f"UNPROVEN ? {NO_READER}", f"{NO_READER} unverified: a unverified"),
        (f"a skip {NO_READER}, b pass | a b", f"BLOCKED {NO_READER}", STAYS),
    ],
    "skipped for another missing component": [
        (f"a skip {NO_READER}, b pass | a b", f"BLOCKED {NO_READER}", STAYS),
        ("a skip printer not installed, b pass | a b", f"BLOCKED {NO_READER}", STAYS),
    ],
    "the component is there, and the test fails": [
        (f"a skip {NO_READER}, b pass | a b", f"BLOCKED {NO_READER}", STAYS),
        ("a fail boom, b pass | a b", f"BLOCKED no-failures, {NO_READER}", STAYS),
        ("a pass, b pass | a b", "READY", f"{NO_READER} closed: a passed"),
    ],
    "a failing test is skipped for a missing component": [
        ("a fail boom, b pass | a b", "BLOCKED no-failures, boom", "boom open: a failing"),
        (f"a skip {NO_READER}, b pass | a b", "BLOCKED boom", "boom open: a failing"),
        ("a pass, b pass | a b", "READY", "boom closed: a passed"),
        (
            f"a skip {NO_READER}, b pass | a b",
            f"BLOCKED {NO_READER}",
            f"boom closed: a passed; {STAYS}",
        ),
    ],
    "two tests of one component, one of another": [
        (
            f"a skip {NO_READER}, b skip {NO_READER}, c skip no module named 'tax', d pass | a b c d",
            f"BLOCKED {NO_READER}, no module named 'tax'",
            f"{NO_READER} open: a failing, b failing; no module named 'tax' open: c failing",
        ),
        (
            f"a pass, b skip {NO_READER}, c pass, d pass | a b c d",
            f"BLOCKED {NO_READER}",
            f"{NO_READER} open: a passed, b failing; no module named 'tax' closed: c passed",
        ),
    ],
    "missing and failing of one text are two causes": [
        (
            f"a skip {NO_READER}, b fail {NO_READER} | a b",
            f"BLOCKED no-failures, {NO_READER}, {NO_READER}",
            f"{STAYS}; {NO_READER} open: b failing",
        ),
    ],
    "the test goes, and a complete list says so": [
        (f"a skip {NO_READER}, b pass | a b", f"BLOCKED {NO_READER}", STAYS),
        ("b pass | b", "READY", f"{NO_READER} closed: a withdrawn"),
    ],
    "all skipped for a missing component": [
        (f"a skip {NO_READER} | a", f"BLOCKED {NO_READER} ? no-failures, complete", STAYS),
    ],
}


@pytest.mark.parametrize("rows", COMPONENTS.values(), ids=COMPONENTS)
def test_component(rows: list[Row], tmp_path: Path) -> None:
    check(tmp_path, rows)


MISSING = (
    NO_READER,
    "No module named 'tax'",
    "could not import 'tax.ledger': No module named 'tax'",
    "printer not installed",
    "export not yet implemented",
    "service unavailable",
    "missing dependency libpq",
    "requires python-ldap: not installed",
    "reader not available (unexpected failure of the port)",
)
NEVER = (
    "requires Python 3.13",
    "requires Python 3.13, which is not available",
    "only on Windows",
    "fork is not available on Windows",
    "not available on macOS",
    "needs a 64-bit platform, not available here",
    "not available before py312",
    "PyPy: refcounts not available",
    "xfail: not implemented",
    "expected failure: not available",
    "slow",
    "unconditional skip",
    "",
)


@pytest.mark.parametrize("reason", MISSING)
def test_a_reason_that_says_that_something_is_missing(reason: str, tmp_path: Path) -> None:
    (found,) = story(tmp_path, f"a skip {reason.replace(',', ';')}, b pass | a b")
    (blocker,) = found.blockers.values()
    assert (blocker.kind, blocker.severity, blocker.state) == (Kind.COMPONENT, "critical", "open")
    assert verdicts([found]) == ["BLOCKED"]


@pytest.mark.parametrize("reason", NEVER)
def test_a_reason_that_says_nothing_against_the_product(reason: str, tmp_path: Path) -> None:
    (found,) = story(tmp_path, f"a skip {reason.replace(',', ';')}, b pass | a b")
    assert (why(found), told(found)) == ("READY", "")


def test_an_expected_failure_is_told_by_its_type_too(tmp_path: Path) -> None:
    case = b'<testcase name="x"><skipped type="pytest.xfail" message="reader not available"/></testcase>'
    (found,) = story(tmp_path, Run("a pass", files={"x.xml": b"<testsuite>" + case + b"</testsuite>"}))
    assert (why(found), told(found)) == ("READY ~ complete", "")


def test_a_category_of_the_policy_says_what_is_missing_and_how_bad_it_is(tmp_path: Path) -> None:
    kinds = [{"title": "Card reader", "skip": "no card", "severity": "medium", "fix": "Plug it in."}]
    (found,) = story(tmp_path, "a skip no card, b pass", policy=demands("none: failures = 0", categories=kinds))
    assert (why(found), told(found)) == ("READY ~ no card", "no card open: a failing")
    (blocker,) = found.blockers.values()
    assert (phrases.title_of(blocker), blocker.category.fix) == ("a: no card", "Plug it in.")


def test_what_is_to_be_done_is_to_make_it_available(tmp_path: Path) -> None:
    (found,) = story(tmp_path, f"a skip {NO_READER}, b skip {NO_READER}, c pass | a b c")
    (step,) = to_ready(found)
    assert phrases.said(step.todo).startswith("Provide it: 2 tests need it. ")
    assert "1 component is missing" in phrases.summary(report_of(found))
    assert phrases.recommendation(report_of(found)) == "Do not deploy. Resolve 1 blocker first."

"""The sentences: every verdict that is not READY names why, in the singular and in the plural."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment
from tests.scenario import Again, Run, append, demands, story

from readiness import phrases
from readiness.archive import Archive
from readiness.assessment import assess
from readiness.phrases import Macros, Number
from readiness.report import report_of

NONE_FAIL, ALL_RUN = "none: failures = 0", "all: completion >= 100%"
PLAIN = demands(NONE_FAIL, ALL_RUN)
RSS = demands(NONE_FAIL, "rss: metric.rss <= 3 MB")
FIT, BLOCKED, UNPROVEN, UNMET = (
    "Ready to deploy.",
    "Do not deploy. Resolve 1 blocker first.",
    "Do not deploy until the missing evidence is available.",
    "Do not deploy until the unmet criteria are met.",
)
MEDIUM = [{"title": "Boom", "message": "boom", "severity": "medium"}]
FIRST = "Which tests were expected is unknown: this is the first run, and it has no list of collected tests."
ONE, TWO, THREE = (
    "Every expected test has a result.",
    "Every expected test has a result.",
    "All 3 expected tests have a result.",
)
RESTS = "based on 1 value, but needs at least 3"
HOW_MANY = "so the number of expected tests is not proven."
CUT = b'<testsuite><testcase name="x"/><testcase name'
NO_PORT = b'<testsuite name="api"><error message="no port"/></testsuite>'


def skipped(count: int, sentence: str) -> str:
    """That all have a result, and how many of them are skips."""
    return f"{sentence[:-1]}, {count} of them skipped."


SAID: dict[str, tuple[str, list[Run | Again | str], str, str]] = {
    "one passed": (PLAIN, ["a pass | a"], f"The only test passed. {ONE}", FIT),
    "two passed": (PLAIN, ["a pass, b pass | a b"], f"Both tests passed. {TWO}", FIT),
    "a first run": (
        PLAIN,
        ["a pass"],
        f"The only executed test passed. {FIRST}",
        "Ready to deploy; the report lists the residual risks.",
    ),
    "one fails": (
        PLAIN,
        ["a fail boom, b pass | a b"],
        f"1 of 2 executed tests fails. {TWO}",
        BLOCKED,
    ),
    "the one fails": (
        PLAIN,
        ["a fail boom | a"],
        f"The only executed test fails. {ONE}",
        BLOCKED,
    ),
    "two fail for two reasons": (
        PLAIN,
        ["a fail boom, b error bang, c pass | a b c"],
        f"2 of 3 executed tests fail. {THREE}",
        "Do not deploy. Resolve 2 blockers first.",
    ),
    "in two areas": (
        PLAIN,
        ["a fail boom, shop/b fail boom, c pass | a shop/b c"],
        f"2 of 3 executed tests fail in 2 areas. {THREE}",
        "Do not deploy. Resolve 2 blockers first.",
    ),
    "one without a result": (
        PLAIN,
        ["a pass | a b"],
        "The only executed test passed and 1 of 2 expected tests has no result.",
        UNPROVEN,
    ),
    "one fails and two have no result": (
        PLAIN,
        ["a fail boom | a b c"],
        "The only executed test fails and 2 of 3 expected tests have no result.",
        "Do not deploy. Resolve 1 blocker first; 1 more is unverified.",
    ),
    "nothing executed": (PLAIN, [""], f"No test was executed and evidence was lost in 1 file. {FIRST}", UNPROVEN),
    "all skipped": (PLAIN, ["a skip slow | a"], f"No test was executed. {skipped(1, ONE)}", UNPROVEN),
    "a file lost": (
        demands(NONE_FAIL),
        [Run("a pass", files={"noise.txt": b"?"})],
        f"The only executed test passed and evidence was lost in 1 file. {FIRST}",
        UNPROVEN,
    ),
    "two files lost": (
        demands(NONE_FAIL, "read: evidence_loss = 0"),
        [Run("a pass, b pass", files={"noise.txt": b"?", "more.txt": b"!"})],
        f"Both executed tests passed and evidence was lost in 2 files. {FIRST}",
        UNPROVEN,
    ),
    "an early end": (
        demands(NONE_FAIL),
        [Run("a pass", files={"cut.xml": CUT})],
        f"The run itself reports 1 error and evidence was lost in 1 file. {FIRST}",
        "Do not deploy. Resolve 1 blocker first; 1 more is unverified.",
    ),
    "an error of the run itself, and no test": (
        demands(NONE_FAIL),
        [Run("", files={"api.xml": NO_PORT})],
        f"The run itself reports 1 error, evidence was lost in 1 file and no test has a result. {FIRST}",
        "Do not deploy. Resolve 1 blocker first; 2 more are unverified.",
    ),
    "a test fails, and the run itself": (
        demands(NONE_FAIL),
        [Run("a fail boom, b pass", files={"api.xml": NO_PORT})],
        f"1 of 2 executed tests fails, the run itself reports 1 error. {FIRST}",
        "Do not deploy. Resolve 2 blockers first.",
    ),
    "a variant missing": (
        demands(NONE_FAIL, variants={"required": ["mac"]}),
        ["@linux a pass"],
        f"The only executed test passed and no test of the required variant mac has a result. {FIRST}",
        UNPROVEN,
    ),
    "vanished": (
        demands(NONE_FAIL),
        ["a pass, b pass, c pass", "a pass"],
        f"The only test passed and 2 tests from an earlier run are no longer reported. {ONE}",
        UNPROVEN,
    ),
    "one vanished": (
        demands(NONE_FAIL),
        ["a pass, b pass", "a pass"],
        f"The only test passed and 1 test from an earlier run is no longer reported. {ONE}",
        UNPROVEN,
    ),
    "a metric beyond its limit, alone": (
        RSS,
        [Run("a pass | a", metrics={"rss": "4 MB"})],
        f"The only test passed and “Rss” is not met (4 MB, required at most 3 MB). {ONE}",
        BLOCKED,
    ),
    "a metric missing, alone": (
        RSS,
        ["a pass | a"],
        f"The only test passed and “Rss” is not proven (no metric rss was archived). {ONE}",
        UNPROVEN,
    ),
    "four criteria": (
        demands(*(f"m{number}: metric.m{number} <= 3 MB" for number in range(5))),
        ["a pass | a"],
        f"The only test passed and 5 criteria are not proven. {ONE}",
        UNPROVEN,
    ),
    "failures equals 3": (
        demands("three: failures = 3", categories=MEDIUM),
        ["a fail boom, b fail boom, c pass | a b c"],
        f"2 of 3 executed tests fail and “Three” is not met (2, required 3). {THREE}",
        UNMET,
    ),
    "failures at least 3": (
        demands("three: failures >= 3", categories=MEDIUM),
        ["a fail boom, b pass | a b"],
        f"1 of 2 executed tests fails and “Three” is not met (1, required at least 3). {TWO}",
        UNMET,
    ),
    "failures of an area": (
        demands("shop: failures = 0; area tests.test_shop"),
        ["a pass, shop/b fail boom | a shop/b"],
        f"1 of 2 executed tests fails and “Shop” is not met (1, required 0). {TWO}",
        BLOCKED,
    ),
    "only unverified": (
        PLAIN,
        ["a fail boom, b fail boom, c pass | a b c", "a skip slow, b skip slow, c pass | a b c"],
        f"The only executed test passed and 2 previously failing tests are not proven to pass. {skipped(2, THREE)}",
        UNPROVEN,
    ),
    "one unverified": (
        PLAIN,
        ["a fail boom, b pass | a b", "a skip slow, b pass | a b"],
        f"The only executed test passed and 1 previously failing test is not proven to pass. {skipped(1, TWO)}",
        UNPROVEN,
    ),
    "passed only after a retry": (
        PLAIN,
        ["a fail boom, b pass | a b", "a flaky boom, b pass | a b"],
        f"Both tests passed and 1 test that failed before passed only after a retry. {TWO}",
        BLOCKED,
    ),
    "two components": (
        PLAIN,
        ["a skip reader not available, b skip no module named 'x', c pass | a b c"],
        f"The only executed test passed and 2 components are missing. {skipped(2, THREE)}",
        "Do not deploy. Resolve 2 blockers first.",
    ),
    "a component no longer told to be missing": (
        PLAIN,
        ["a skip reader not available, b pass | a b", "a skip slow, b pass | a b"],
        f"The only executed test passed and 1 test that lacked a component is not proven to pass. {skipped(1, TWO)}",
        UNPROVEN,
    ),
    "too old": (
        demands("none: failures = 0; max_age 7 d"),
        ["a pass | a", Again(demands("none: failures = 0; max_age 6 d"), 9)],
        f"The only test passed and “None” is not proven (the run is older than 6 d). {ONE}",
        UNPROVEN,
    ),
    "too little": (
        demands("none: failures = 0; min_evidence 3"),
        ["a pass | a"],
        f"The only test passed and “None” is not proven ({RESTS}). {ONE}",
        UNPROVEN,
    ),
    "no test there": (
        demands("mac: failures = 0; variant mac"),
        ["@linux a pass | a"],
        f"The only test passed and “Mac” is not proven (no test belongs to the variant mac). {ONE}",
        UNPROVEN,
    ),
    "a list that is not whole": (
        PLAIN,
        [Run("a pass", files={"list.txt": b"tests/test_app.py::a\n\n2 tests collected in 0.01s\n"})],
        f"The only executed test passed. The list of collected tests is incomplete, {HOW_MANY}",
        UNPROVEN,
    ),
    "collection failed": (
        PLAIN,
        ["a pass, shop uncollected twice | a !shop"],
        f"1 of 2 executed tests fails. Some tests could not be collected, {HOW_MANY}",
        BLOCKED,
    ),
}


@pytest.mark.parametrize(("policy", "steps", "summary", "recommendation"), SAID.values(), ids=SAID)
def test_said(policy: str, steps: list[Run | Again | str], summary: str, recommendation: str, tmp_path: Path) -> None:
    found = story(tmp_path, *steps, policy=policy)[-1]
    assert (phrases.summary(report_of(found)), phrases.recommendation(report_of(found))) == (summary, recommendation)


def test_an_incomplete_past_is_said(tmp_path: Path) -> None:
    runs = [append(tmp_path, "a pass", day) for day in range(3)]
    (runs[1].folder / "junit.xml.gz").write_bytes(b"damaged")
    found = assess(Archive(tmp_path), None, strict=False).latest_of(runs[2].id)
    assert f"its history is incomplete: run {runs[1].id} cannot be used" in phrases.summary(report_of(found))
    assert phrases.recommendation(report_of(found)) == UNPROVEN


def test_a_test_that_was_skipped_for_want_of_a_component_is_not_said_to_fail(tmp_path: Path) -> None:
    runs = (Run(f"a {outcome}, b pass | a b") for outcome in ("skip printer not available", "fail boom", "pass"))
    found = story(tmp_path, *runs)
    (opened,) = found[0].blockers.values()
    assert phrases.members(opened) == "1 skipped"
    assert [phrases.members(one.blockers[opened.id]) for one in found] == ["1 skipped", "1 failing", "1 passed"]


def test_what_was_said_before_is_not_taken_for_what_reads_alike() -> None:
    templates = DictLoader({"own.jinja": "{% macro told(of) %}{{ of }}{% endmacro %}"})
    macros = Macros(Environment(loader=templates), "own.jinja")
    for value in (1, 1.0, True, "1", Number(1), 0.0, -0.0, None, (1,), (1.0,), ("1",), {"of": 1}, {"of": 2}) * 2:
        assert macros.say("told", {"of": value}) == str(value)


def test_a_gap_says_what_ran_less_often_and_what_another_blocker_holds(tmp_path: Path) -> None:
    """A shard that came twice, then once: its class ran, and the test that failed there is in its own blocker."""
    once = "a pass, b pass, c pass"
    before, last = story(tmp_path / "history", f"{once}, a fail boom, b pass", once, policy=PLAIN)
    (line,) = (str(phrases.said(gap.note)) for gap in last.gaps)
    assert line == (
        "1 of 5 expected tests has no result. Ran less often than before: tests.test_app::b"
        f" (last in {before.run.manifest.version}, run {before.run.id})."
        " 1 more test without a result belongs to another blocker"
    )


def test_names_that_change_from_run_to_run_are_told(tmp_path: Path) -> None:
    runs = ["a pass, b[X-0x7f00aa11] pass", "a pass, b[X-0x7f00bb22] pass"]
    *_, last = story(tmp_path / "history", *runs, policy=demands(NONE_FAIL))
    (gap,) = last.gaps
    assert str(phrases.said(gap.fix)).endswith(
        " If names such as 'b[X-0x7f00aa11]' change from run to run, give their parameters fixed ids."
    )
    *_, plain = story(tmp_path / "plain", "a pass, b pass", "a pass", policy=demands(NONE_FAIL))
    assert "fixed ids" not in str([phrases.said(gap.fix) for gap in plain.gaps])


@pytest.mark.parametrize(
    ("done", "items", "claimed", "said"),
    [
        (1, 1, 1, "The only item is done, by sign-off alone."),
        (2, 2, 0, "Both items are done."),
        (3, 3, 1, "All 3 items are done; 1 of those done by sign-off alone."),
    ],
)
def test_a_checklist_that_is_done(done: int, items: int, claimed: int, said: str) -> None:
    assert phrases.say("checklist_summary", done=done, items=items, others=(), claimed=claimed) == said

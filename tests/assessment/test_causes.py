"""Causes stay honest: what blockers and waivers say follows what their tests do now; by tables of runs."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.assessment.situations import Table, check
from tests.scenario import Again, Run, demands, readiness, story, told, verdicts, waived, waiver, why, write
from tests.tries import tries

from readiness import phrases
from readiness.assessment import MemberState, stopping_blockers, to_ready
from readiness.assessment.blockers import TestBlocker
from readiness.assessment.retirement import demanding, retirements
from readiness.model import TestKey
from readiness.policy import parse_policy
from readiness.report import report_of

NONE_FAIL = "none: failures = 0"
MOST = "most: pass_rate >= 50%"
LOW = {"title": "Cosmetic", "message": "paint", "severity": "low", "fix": "Paint it."}
WORSE = {
    "title": "Money",
    "message": "money",
    "severity": "critical",
    "fix": "Pay back.",
    "effort": {"min": 1, "max": 2},
}
AREAS = [{"name": "App", "tests": ["tests.test_app*"], "owner": "kim"}]
KINDS = demands(MOST, categories=[LOW, WORSE], areas=AREAS)
A, B = "tests.test_app::a", "tests.test_app::b"

SEVERITY: Table = {
    "a low one turns into another cause": [
        ("a fail paint, b pass", "READY ~ paint", "paint open: a failing"),
        ("a fail boom, b pass", "BLOCKED paint", "paint open: a failing"),
        ("a fail paint, b pass", "READY ~ paint", "paint open: a failing"),
    ],
    "a high one turns into a low cause": [
        ("a fail boom, b pass", "BLOCKED boom", "boom open: a failing"),
        ("a fail paint, b pass", "READY ~ boom", "boom open: a failing"),
    ],
    "the worst of two counts": [
        ("a fail paint, b fail paint, c pass, d pass", "READY ~ paint", "paint open: a failing, b failing"),
        ("a fail paint, b fail money, c pass, d pass", "BLOCKED paint", "paint open: a failing, b failing"),
    ],
    "what a low one holds is expected all the same": [
        ("a fail paint, b pass | a b", "READY ~ paint", "paint open: a failing"),
        (
            "b pass | a b",
            "UNPROVEN ? area App ~ paint",
            "paint unverified: a unverified; gap:area App unverified",
        ),
    ],
    "a high one that gives no result is not hidden by a low one": [
        ("a fail boom, b fail boom, c pass, d pass", "BLOCKED boom", "boom open: a failing, b failing"),
        ("a skip later, b fail paint, c pass, d pass", "UNPROVEN ? boom", "boom open: a unverified, b failing"),
        ("a pass, b fail paint, c pass, d pass", "READY ~ boom", "boom open: a passed, b failing"),
    ],
}


@pytest.mark.parametrize("rows", SEVERITY.values(), ids=SEVERITY)
def test_severity_follows_what_members_do_now(rows: list[tuple[Run | str, str, str]], tmp_path: Path) -> None:
    check(tmp_path, rows, KINDS)


def test_a_blocker_that_is_open_for_less_and_doubted_for_more_is_a_step_to_ready(tmp_path: Path) -> None:
    runs = ["a fail boom, b fail boom, c pass, d pass", "a skip later, b fail paint, c pass, d pass"]
    found = story(tmp_path, *runs, policy=KINDS)[-1]
    (step,) = to_ready(found)
    assert (found.blockers[step.ref].severity, [one.id for one in stopping_blockers(found)]) == ("low", [step.ref])


def test_title_fix_effort_and_owner_follow_too(tmp_path: Path) -> None:
    moved = demands(MOST, categories=[LOW, WORSE], areas=[{**AREAS[0], "name": "Core", "owner": "lee"}])
    first, second, third = story(
        tmp_path,
        "a fail paint, b pass",
        "a fail money, b pass",
        Run("a fail money, b pass", policy=moved),
        policy=KINDS,
    )
    shown = [next(iter(one.blockers.values())) for one in (first, second, third)]
    assert [(phrases.title_of(one), one.category.fix, one.owner) for one in shown] == [
        ("a: paint", "Paint it.", "kim"),
        ("a: money", "Pay back.", "kim"),
        ("a: money", "Pay back.", "lee"),
    ]
    assert [one.category.effort is None for one in shown] == [True, False, False]


def test_only_what_is_not_waived_makes_a_blocker_severe(tmp_path: Path) -> None:
    policy = demands(MOST, categories=[LOW, WORSE], waivers=[waiver("test", B)])
    runs = [
        Run("a fail paint, b fail paint, c pass, d pass"),
        Run("a fail paint, b fail money, c pass, d pass", policy=policy),
    ]
    found = story(tmp_path, *runs, policy=demands(MOST, categories=[LOW, WORSE]))
    assert why(found[1]) == f"BLOCKED paint ~ test:{B}"  # another cause than was known
    both = demands(MOST, categories=[LOW, WORSE], waivers=[waiver("test", B, reason="money too")])
    again = story(tmp_path / "again", *runs, Again(both, 5), policy=demands(MOST, categories=[LOW, WORSE]))
    assert why(again[2]) == f"READY ~ paint, test:{B}"


PLAIN = demands(NONE_FAIL)
WAIVED = demands(NONE_FAIL, waivers=[waiver("test", A)])
OTHER = demands(NONE_FAIL, waivers=[waiver("test", A, reason="bang too")])

KNOWN: dict[str, list[tuple[Run | Again | str, str]]] = {
    "the same cause": [("a fail boom, b pass", "BLOCKED"), (Run("a fail boom, b pass", policy=WAIVED), "READY")],
    "the same cause, with other numbers": [
        ("a fail boom 1, b pass", "BLOCKED"),
        (Run("a fail boom 2, b pass", policy=WAIVED), "READY"),
    ],
    "another cause in the run that first has it": [
        ("a fail boom, b pass", "BLOCKED"),
        (Run("a fail bang, b pass", policy=WAIVED), "BLOCKED"),
    ],
    "another cause later": [
        ("a fail boom, b pass", "BLOCKED"),
        (Run("a fail boom, b pass", policy=WAIVED), "READY"),
        (Run("a fail bang, b pass", policy=WAIVED), "BLOCKED"),
        (Run("a fail boom, b pass", policy=WAIVED), "READY"),
    ],
    "granted anew by other words": [
        ("a fail boom, b pass", "BLOCKED"),
        (Run("a fail bang, b pass", policy=WAIVED), "BLOCKED"),
        (Again(OTHER, 3), "READY"),
        (Run("a fail bang, b pass", policy=OTHER), "READY"),
    ],
    "granted for a run that is there": [
        ("a pass, b pass", "READY"),
        ("a fail bang, b pass", "BLOCKED"),
        (Again(WAIVED, 3), "READY"),
        (Run("a fail boom, b pass", policy=WAIVED), "BLOCKED"),
    ],
    "known from before it passed": [
        ("a fail boom, b pass", "BLOCKED"),
        ("a pass, b pass", "READY"),
        (Run("a pass, b pass", policy=WAIVED), "READY"),
        (Run("a fail boom, b pass", policy=WAIVED), "READY"),
    ],
    "what was known is that it did not run": [
        ("b pass | a b", "UNPROVEN"),
        (Run("b pass | a b", policy=WAIVED), "READY"),
        (Run("a fail boom, b pass | a b", policy=WAIVED), "BLOCKED"),
    ],
    "a run that replaces the one that granted it is no second grant": [
        ("b pass | a b", "UNPROVEN"),
        (Run("a fail boom, b pass | a b", policy=WAIVED), "BLOCKED"),
        (Run("a fail boom, b pass | a b", policy=WAIVED, supersedes=1), "BLOCKED"),
        (Run("a fail boom, b pass | a b", policy=OTHER, supersedes=2), "READY"),
    ],
    "a variant is new, and of the other one no failure was known": [
        ("@linux a skip later, b pass", "READY"),
        (Run("@linux a skip later, b pass // @mac a fail boom", policy=WAIVED), "BLOCKED"),
    ],
    "granted while all is well": [
        ("a pass, b pass", "READY"),
        (Run("a pass, b pass", policy=WAIVED), "READY"),
        (Run("a fail boom, b pass", policy=WAIVED), "BLOCKED"),
    ],
    "granted in the run that brings the failure": [
        ("a pass, b pass", "READY"),
        (Run("a fail boom, b pass", policy=WAIVED), "READY"),
        (Run("a fail boom, b pass", policy=WAIVED), "READY"),
        (Run("a fail bang, b pass", policy=WAIVED), "BLOCKED"),
    ],
    "taken back and granted again": [
        (Run("a fail boom, b pass", policy=WAIVED), "READY"),
        ("a fail bang, b pass", "BLOCKED"),
        (Run("a fail bang, b pass", policy=WAIVED), "READY"),
    ],
    "another variant of the same cause, and of another": [
        ("@linux a fail boom, b pass // @mac a pass", "BLOCKED"),
        (Run("@linux a fail boom, b pass // @mac a fail boom", policy=WAIVED), "READY"),
        (Run("@linux a fail boom, b pass // @mac a fail bang", policy=WAIVED), "BLOCKED"),
    ],
}


@pytest.mark.parametrize("rows", KNOWN.values(), ids=KNOWN)
def test_a_waiver_accepts_what_was_known_when_it_was_granted(
    rows: list[tuple[Run | Again | str, str]], tmp_path: Path
) -> None:
    found = story(tmp_path, *(step for step, _ in rows), policy=PLAIN)
    assert verdicts(found) == [word for _, word in rows]


def test_it_says_which_test_fails_of_what_was_not_known(tmp_path: Path) -> None:
    found = story(tmp_path, "a fail boom, b pass", Run("a fail bang, b pass", policy=WAIVED), policy=PLAIN)[-1]
    (one,) = found.waivers
    assert (one.state.value, phrases.told(one.notes)) == (
        "exceeded",
        f"1 test now fails for a different reason than the waiver accepts: {A}",
    )


def test_of_a_blocker_whose_category_has_become_worse(tmp_path: Path) -> None:
    (before,) = story(tmp_path / "before", "a fail boom, b pass", policy=demands(MOST))
    (blocker,) = before.blockers
    milder, worse = ([{"title": "Boom", "message": "boom", "severity": one}] for one in ("high", "critical"))
    granted = [waiver("blocker", blocker)]
    found = story(
        tmp_path,
        Run("a fail boom, b pass", policy=demands(MOST)),
        Run("a fail boom, b pass", policy=demands(MOST, categories=milder, waivers=granted)),
        Run("a fail boom, b pass", policy=demands(MOST, categories=worse, waivers=granted)),
    )
    assert verdicts(found) == ["BLOCKED", "READY", "BLOCKED"]


def test_a_gap_that_grows_beyond_its_bound(tmp_path: Path) -> None:
    (before,) = story(tmp_path / "before", "a pass, b pass | a b c d", policy=PLAIN)
    gap = next(one.id for one in before.blockers.values())
    policy = demands(NONE_FAIL, waivers=[waiver("blocker", gap, at_most=3)])
    found = story(
        tmp_path,
        Run("a pass, b pass | a b c d", policy=PLAIN),
        Run("a pass | a b c d", policy=policy),
        Run("shop/x pass | a b c d shop/x", policy=policy),
    )
    assert verdicts(found) == ["UNPROVEN", "READY", "UNPROVEN"]
    assert phrases.told(found[2].waivers[0].notes) == "it has 4 tests; the waiver accepts at most 3"


def test_a_criterion_that_was_not_proven_and_is_not_met(tmp_path: Path) -> None:
    policy = demands("rss: metric.rss <= 3 MB", waivers=[waiver("criterion", "rss")])
    four = Run("a pass", policy=policy, metrics={"rss": "4 MB"})
    assert verdicts(story(tmp_path / "unmet", four, four)) == ["READY", "READY"]
    found = story(tmp_path / "unproven", Run("a pass", policy=policy), four)
    assert verdicts(found) == ["READY", "BLOCKED"]
    assert (
        phrases.told(found[1].waivers[0].notes)
        == "the waiver accepts a missing measurement, but now it is measured, and not met"
    )


def test_a_waiver_of_a_test_waives_no_variant(tmp_path: Path) -> None:
    policy = demands(NONE_FAIL, variants={"required": ["linux", "mac"]}, waivers=[waiver("test", B)])
    both = "@linux a pass, b pass // @mac a pass, b pass"
    found = story(tmp_path, both, "@linux a pass, b pass // @mac a skip later", policy=policy)[-1]
    assert why(found).startswith("UNPROVEN ? variant mac")


def test_nothing_is_waived_without_a_waiver(tmp_path: Path) -> None:
    """A partial list is a gap that the criterion over completeness states; an advisory one waives nothing."""
    policy = demands("rate: success_rate >= 90%", "all: completion >= 100%; tier advisory")
    found = story(tmp_path, "a pass | a !shop", "a pass | a", policy=policy)
    assert [(one.granted.gaps, one.granted.blockers) for one in found] == [(frozenset(), frozenset())] * 2
    standing = [phrases.blocker_state(one, report_of(found[0])) for one in found[0].blockers.values()]
    assert standing
    assert not any("waived" in state for state in standing)


RETIRED = {"tests": ["*::a"], "reason": "gone", "by": "kim", "date": "2025-01-01"}
ALL_RUN = "all: completion >= 100%"
BACK: Table = {
    "listed again": [
        ("a fail boom, b pass | a b", "BLOCKED boom", "boom open: a failing"),
        ("b pass | b", "READY", "boom closed: a withdrawn"),
        ("b pass", "READY", "boom closed: a withdrawn"),
        ("a skip later, b pass | a b", "UNPROVEN ? boom", "boom unverified: a unverified"),
        ("b pass | b", "READY", "boom closed: a withdrawn"),
        ("a pass, b pass | a b", "READY", "boom closed: a passed"),
    ],
    "no longer retired, and gone": [
        ("a fail boom, b pass", "BLOCKED boom", "boom open: a failing"),
        (Run("b pass", policy=demands(MOST, retired=[RETIRED])), "READY", "boom closed: a withdrawn"),
        ("b pass", "UNPROVEN ? boom", "boom unverified: a unverified"),
    ],
    "no longer retired, and skipped": [
        ("a fail boom, b pass", "BLOCKED boom", "boom open: a failing"),
        (Run("b pass", policy=demands(MOST, retired=[RETIRED])), "READY", "boom closed: a withdrawn"),
        ("a skip later, b pass", "UNPROVEN ? boom", "boom unverified: a unverified"),
    ],
    "retired from tomorrow on": [
        ("a fail boom, b pass", "BLOCKED boom", "boom open: a failing"),
        (
            Run("b pass", policy=demands(MOST, retired=[{**RETIRED, "date": "2025-01-03"}])),
            "UNPROVEN ? boom",
            "boom unverified: a unverified",
        ),
        (
            Run("b pass", policy=demands(MOST, retired=[{**RETIRED, "date": "2025-01-03"}])),
            "READY",
            "boom closed: a withdrawn",
        ),
    ],
    "a whole module is skipped, and not in the list": [
        ("shop/x fail boom, b pass | b shop/x", "BLOCKED boom", "boom open: x failing"),
        (
            Run(
                "b pass | b",
                files={
                    "more.xml": b'<testsuite><testcase classname="" name="tests.test_shop"><skipped '
                    b'message="collection skipped">("/w/t.py", 3, "Skipped: tomorrow")</skipped></testcase></testsuite>'
                },
            ),
            "UNPROVEN ? boom",
            "boom unverified: x unverified",
        ),
    ],
}


@pytest.mark.parametrize("rows", BACK.values(), ids=BACK)
def test_withdrawn_is_not_final(rows: list[tuple[Run | str, str, str]], tmp_path: Path) -> None:
    check(tmp_path, rows, demands(MOST))


ONCE: Table = {
    "of another version": [
        ("a fail boom", "BLOCKED boom", "boom open: a failing"),
        ("a pass", "READY", "boom closed: a passed"),
        ("a fail boom", "BLOCKED boom", "boom reopened: a failing"),
        ("a pass", "READY ~ boom", "boom observing: a observing owes 2"),
        (Run("a pass", of_day=3), "READY ~ boom", "boom observing: a observing owes 2"),
        (Run("a pass", of_day=3, commit="c1"), "READY ~ boom", "boom observing: a observing owes 2"),
        ("a pass", "READY ~ boom", "boom observing: a observing owes 1"),
    ],
    "from before the failure": [
        ("a pass", "READY", ""),
        ("a fail boom", "BLOCKED boom", "boom open: a failing"),
        (Run("a pass", of_day=0), "UNPROVEN ? boom", "boom unverified: a unverified"),
        ("a pass", "READY", "boom closed: a passed"),
    ],
    "the failure again": [
        ("a fail boom", "BLOCKED boom", "boom open: a failing"),
        ("a pass", "READY", "boom closed: a passed"),
        (Run("a fail boom", of_day=0), "BLOCKED boom", "boom reopened: a failing"),
    ],
}


@pytest.mark.parametrize("rows", ONCE.values(), ids=ONCE)
def test_evidence_counts_once(rows: list[tuple[Run | str, str, str]], tmp_path: Path) -> None:
    check(tmp_path, rows, demands("most: passed >= 0"))


def test_a_test_of_another_file_that_is_new_counts(tmp_path: Path) -> None:
    old = {"old.xml": b'<testsuite><testcase classname="tests.test_shop" name="x"/></testsuite>'}
    policy = demands("most: passed >= 0")
    found = story(tmp_path, Run("a fail boom", files=old), Run("a pass", files=old), policy=policy)
    assert told(found[1]) == "boom closed: a passed"


def test_evidence_that_counts_once_makes_nothing_flaky(tmp_path: Path) -> None:
    runs = [Run("a fail boom", commit="c1"), Run("a pass", commit="c2"), Run("a fail boom", commit="c2", of_day=0)]
    assert story(tmp_path, *runs)[-1].flakes == ()


def junit(cases: str, suite: str = "s") -> bytes:
    return f'<testsuites><testsuite name="{suite}">{cases}</testsuite></testsuites>'.encode()


PAY = '<testcase classname="com.shop.PayTest" name="{}">{}</testcase>'
TESTS = "".join(PAY.format(name, "") for name in ("one", "two"))
ERROR = '<error message="no db"/>'
SUMMARY = '<failsafe-summary result="{}"><completed>2</completed><errors>0</errors><failures>{}</failures>'
SUMMARY += "<skipped>0</skipped><failureMessage/></failsafe-summary>"
WHOLES: dict[str, list[dict[str, bytes]]] = {
    "Surefire, without a name": [{"a.xml": junit(PAY.format("", ERROR))}, {"a.xml": junit(TESTS)}],
    "Surefire, by the class": [{"a.xml": junit(PAY.format("com.shop.PayTest", ERROR))}, {"a.xml": junit(TESTS)}],
    "JUnit": [{"a.xml": junit(PAY.format("initializationError", ERROR))}, {"a.xml": junit(TESTS)}],
    "Gradle, after the tests": [
        {"a.xml": junit(TESTS + PAY.format("executionError", ERROR))},
        {"a.xml": junit(TESTS + " ")},
    ],
    "JUnit 4 in Gradle, nested classes": [
        {"a.xml": junit(PAY.format("classMethod", ERROR))},
        {"a.xml": junit(TESTS.replace("PayTest", "PayTest$Card"))},
    ],
    "a suite whose tests are named by classes": [{"a.xml": junit(ERROR, "pay")}, {"a.xml": junit(TESTS, "pay")}],
    "Failsafe": [
        {"a.xml": junit(PAY.format("one", "<failure/>")), "failsafe-summary.xml": SUMMARY.format(255, 1).encode()},
        {"a.xml": junit(TESTS), "failsafe-summary.xml": SUMMARY.format("null", 0).encode()},
    ],
}


@pytest.mark.parametrize("runs", WHOLES.values(), ids=WHOLES)
def test_what_stands_for_more_closes_with_what_lies_beneath(runs: list[dict[str, bytes]], tmp_path: Path) -> None:
    policy = demands("most: passed >= 0")
    found = story(tmp_path, *(Run("z pass", files=files) for files in runs), policy=policy)
    assert [{one.state.value for one in run.blockers.values() if isinstance(one, TestBlocker)} for run in found] == [
        {"open"},
        {"closed"},
    ]


@pytest.mark.parametrize(
    "later",
    [junit(TESTS, "other"), junit(TESTS.replace("PayTest", "PayTests")), junit(PAY.format("one", "<skipped/>"))],
)
def test_it_does_not_close_with_what_lies_elsewhere_or_does_not_run(later: bytes, tmp_path: Path) -> None:
    first = junit(ERROR, "pay") if b"other" in later else junit(PAY.format("initializationError", ERROR))
    runs = [Run("z pass", files={"a.xml": first}), Run("z pass", files={"a.xml": later})]
    found = story(tmp_path, *runs, policy=demands("most: passed >= 0"))[-1]
    assert found.verdict.word.value == "UNPROVEN"


def test_why_a_whole_module_was_skipped(tmp_path: Path) -> None:
    skip = (
        '<testcase classname="" name="tests.test_pay"><skipped message="collection skipped">("/w/test_pay.py", 3, '
        "\"Skipped: could not import 'stripe': No module named 'stripe'\")</skipped></testcase>"
    )
    there = junit('<testcase classname="tests.test_pay" name="one"/>')
    files = [{"b.xml": junit(skip)}, {"b.xml": there}]
    found = story(tmp_path, *(Run("a pass", files=one) for one in files), policy=demands("most: passed >= 0"))
    reason = "could not import 'stripe': No module named 'stripe'"
    assert [told(one) for one in found] == [
        f"{reason} open: tests.test_pay failing",
        f"{reason} closed: tests.test_pay passed",
    ]


LINES = """\
variants: {required: [{name: py38, until: 2025-06-30}, py39, mac]}
retired:
  - {tests: ["*::old[1]"], classes: [tests.test_till, "*Gone"], reason: gone, by: kim, date: 2025-03-01}
  - {sources: [e2e], variants: ["ma?"], reason: no lab, by: lee, date: 2025-04-01}
"""


@pytest.mark.parametrize(
    ("key", "day", "why"),
    [
        (("tests", "", "m", "old[1]"), "2025-02-28T23:59:59", ""),
        (("tests", "", "m", "old[1]"), "2025-03-01", "retired by kim on 2025-03-01: gone"),
        (("tests", "", "m", "old1"), "2025-03-01", ""),
        (("tests", "", "tests.test_till", "x"), "2025-03-01", "retired by kim on 2025-03-01: gone"),
        (("tests", "", "tests.test_till.TestA", "x"), "2025-03-01", "retired by kim on 2025-03-01: gone"),
        (("tests", "", "", "tests.test_till"), "2025-03-01", "retired by kim on 2025-03-01: gone"),
        (("tests", "", "tests.test_tills", "x"), "2025-03-01", ""),
        (("tests", "", "a.TestGone", "x"), "2025-03-01", "retired by kim on 2025-03-01: gone"),
        (("e2e", "", "m", "x"), "2025-03-31", ""),
        (("e2e", "", "m", "x"), "2025-04-01", "retired by lee on 2025-04-01: no lab"),
        (("tests", "mac", "m", "x"), "2025-04-01", "retired by lee on 2025-04-01: no lab"),
        (("tests", "py38", "m", "x"), "2025-06-30T23:59:59", ""),
        (("tests", "py38", "m", "x"), "2025-07-01", "the variant py38 was required until 2025-06-30"),
        (("tests", "py39", "m", "x"), "2025-07-01", ""),
    ],
)
def test_who_retired_what_from_when_on(key: tuple[str, str, str, str], day: str, why: str) -> None:
    as_of = datetime.fromisoformat(day).replace(tzinfo=UTC)
    test = TestKey(*key)
    found = retirements(parse_policy(LINES.encode(), "p"), [test], as_of)
    assert {key: phrases.said(note) for key, note in found.items()} == ({test: why} if why else {})


@pytest.mark.parametrize(
    ("day", "required"),
    [("2025-03-31", ["py38", "py39", "mac"]), ("2025-04-01", ["py38", "py39"]), ("2025-07-01", ["py39"])],
)
def test_the_variants_that_are_demanded_still(day: str, required: list[str]) -> None:
    as_of = datetime.fromisoformat(day).replace(tzinfo=UTC)
    found = demanding(parse_policy(LINES.encode(), "p"), as_of)
    assert [one.name for one in found.variants.required] == required


def test_a_variant_that_is_over_and_one_that_is_retired(tmp_path: Path) -> None:
    """Both stop to be demanded at a midnight, and what did not run there is owed no more."""
    over = {"required": [{"name": "mac", "until": "2025-01-02"}, "linux"]}
    ends = demands(NONE_FAIL, ALL_RUN, variants=over)
    gone = [{"variants": ["mac"], "reason": "no lab", "by": "kim", "date": "2025-01-03"}]
    retired = demands(NONE_FAIL, ALL_RUN, variants={"required": ["mac", "linux"]}, retired=gone)
    both = "@linux a pass, b pass // @mac a fail boom, b pass"
    for number, policy in enumerate((ends, retired)):
        found = story(tmp_path / str(number), both, "@linux a pass, b pass", "@linux a pass, b pass", policy=policy)
        assert [why(one).partition(" ~ ")[0] for one in found] == [
            "BLOCKED none, boom",
            "UNPROVEN ? all, boom, variant mac",
            "READY",
        ]
        assert told(found[2]) == "boom closed: a withdrawn"
        gap = next(one for one in found[2].blockers.values() if one.signature == "gap:variant mac")
        assert gap.demand.state is MemberState.WITHDRAWN


def archived(tmp_path: Path, policy: str) -> Path:
    """One run of a failing and a passing test, archived by the command; the archive."""
    from tests.scenario import archive_files, evidence

    files = write(tmp_path / "in", evidence(Run("a fail boom, b pass | a b")))
    (text,) = write(tmp_path, {"p.yml": policy.encode()})
    done = archive_files(tmp_path / "history", *files, "--policy", text)
    assert done.exit_code == 0, done.output
    return tmp_path / "history"


@pytest.mark.parametrize(
    ("policy", "days"),
    [
        (demands(NONE_FAIL, waivers=[waiver("test", A, "2025-01-05")]), ("2025-01-05T23:59:59", "2025-01-06")),
        (
            demands("most: passed >= 0; max_age 5 d", waivers=[waiver("test", A)]),
            ("2025-01-06", "2025-01-06T00:00:01"),
        ),
        (demands("most: passed >= 0", "age: evidence_age <= 2 d"), ("2025-01-03", "2025-01-03T00:00:01")),
    ],
    ids=["a waiver ends", "evidence is too old", "evidence is too old by a criterion"],
)
def test_judge_writes_when_time_alone_changes_the_answer(policy: str, days: tuple[str, str], tmp_path: Path) -> None:
    history = archived(tmp_path, policy)
    same, other = (f"{day}Z" if "T" in day else day for day in days)
    numbers = []
    for at in (same, other, other):
        done = readiness("judge", "--policy", tmp_path / "p.yml", "--at", at, "--history", history)
        assert done.exit_code == 0, done.output
        numbers.append((done.stdout.split("judgement ")[1][0], "nothing was written" in done.stderr))
    assert numbers == [("1", True), ("2", False), ("2", True)]


OUTCOMES = ("pass", "fail boom", "fail bang", "skip later", "skip card not available")


@given(
    st.lists(st.tuples(st.sampled_from(OUTCOMES), st.sampled_from(OUTCOMES)), min_size=1, max_size=5),
    st.integers(0, 4),
)
@tries(10)
def test_a_waiver_never_covers_a_cause_that_came_after_it(chain: list[tuple[str, str]], granted: int) -> None:
    """Granted from some run on: in force it covers what failed in the run before, or in the run that first has it."""
    runs = [Run(f"a {a}, b {b} | a b", policy=WAIVED if day >= granted else PLAIN) for day, (a, b) in enumerate(chain)]
    with tempfile.TemporaryDirectory() as folder:
        found = story(Path(folder), *runs)
    seen = {a for a, _ in chain[: granted + 1] if a.startswith("fail")}
    for (a, _), assessment in list(zip(chain, found, strict=True))[granted:]:
        if "test" in waived(assessment) and "in force" in waived(assessment) and a.startswith("fail"):
            assert a in seen


@given(st.lists(st.sampled_from(("a pass", "a fail boom")), min_size=1, max_size=4), st.data())
@tries(10)
def test_what_is_archived_again_pays_nothing(chain: list[str], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before = story(Path(folder), *chain, policy=PLAIN)[-1]
    again = data.draw(st.integers(0, len(chain) - 1))
    with tempfile.TemporaryDirectory() as folder:
        after = story(Path(folder), *chain, Run(chain[again], of_day=again), policy=PLAIN)[-1]
    owed = [
        {one.id: sum(member.owed for member in one.members) for one in run.blockers.values()} for run in (before, after)
    ]
    assert all(owed[1][name] >= count for name, count in owed[0].items())

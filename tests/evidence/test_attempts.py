"""What a second job's attempts make of the results of the first."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.evidence.attempts import join_attempts
from readiness.model import Detail, Outcome, TestKey, TestResult

WORDS = {"pass": Outcome.PASSED, "fail": Outcome.FAILED, "error": Outcome.ERROR, "skip": Outcome.SKIPPED}
OUTCOMES = list(WORDS.values())


def result(outcome: Outcome, name: str = "t", suite: str = "") -> TestResult:
    details = () if outcome is Outcome.PASSED else (Detail(outcome.value, "", suite, ""),)
    return TestResult(TestKey("tests", "", "C", name), outcome, 0.1, details, suite=suite)


def joined(first: str, *again: str) -> list[str]:
    """Outcomes after attempts; words as in `fail, pass`."""
    results = [("a.xml", result(WORDS[word])) for word in first.split(", ")]
    attempts = [("b.xml", result(WORDS[word])) for word in again]
    return sorted(found.outcome.value for _, found in join_attempts(results, attempts))


@pytest.mark.parametrize(
    ("first", "again", "outcomes"),
    [
        ("fail", ["pass"], ["flaky"]),
        ("error", ["pass"], ["flaky"]),
        ("fail", ["fail"], ["failed"]),
        ("fail", ["error"], ["error"]),
        ("fail", ["skip"], ["failed"]),
        ("skip", ["pass"], ["passed"]),
        ("skip", ["skip"], ["skipped"]),
        ("pass", ["pass"], ["passed"]),
        ("pass", ["fail"], ["failed"]),
        ("pass", ["skip"], ["passed"]),
        ("fail", ["fail", "pass"], ["failed"]),
        ("fail, pass", ["pass"], ["flaky", "passed"]),
        ("fail, fail", ["pass"], ["failed", "flaky"]),
        ("fail, fail", ["pass", "pass"], ["flaky", "flaky"]),
    ],
)
def test_an_attempt_joins_the_worst_of_its_namesakes(first: str, again: list[str], outcomes: list[str]) -> None:
    assert joined(first, *again) == outcomes


def test_an_attempt_joins_the_namesake_of_its_suite() -> None:
    results = [("a.xml", result(Outcome.FAILED, suite=suite)) for suite in ("one", "two")]
    found = join_attempts(results, [("b.xml", result(Outcome.PASSED, suite="two"))])
    assert {one.suite: one.outcome for _, one in found} == {"one": Outcome.FAILED, "two": Outcome.FLAKY}


def test_an_attempt_of_no_known_test_is_its_own() -> None:
    found = list(join_attempts([("a.xml", result(Outcome.PASSED))], [("b.xml", result(Outcome.FAILED, "other"))]))
    assert [(one.key.name, one.outcome) for _, one in found] == [("t", Outcome.PASSED), ("other", Outcome.FAILED)]


def test_a_flaky_result_tells_of_its_failure_and_counts_its_attempts() -> None:
    ((_, found),) = join_attempts([("a.xml", result(Outcome.FAILED))], [("b.xml", result(Outcome.PASSED))])
    assert [detail.kind for detail in found.details] == ["rerun"]
    assert found.attempts == 2


cases = st.lists(st.tuples(st.sampled_from(OUTCOMES), st.sampled_from("tu"), st.sampled_from(["", "s"])), max_size=5)


@given(cases, cases)
def test_no_result_is_lost_and_no_failure_of_the_last_attempts_passes(first: list, again: list) -> None:
    results = [("a.xml", result(*case)) for case in first]
    attempts = [("b.xml", result(*case)) for case in again]
    found = list(join_attempts(results, attempts))
    names, more = Counter(name for _, name, _ in first), Counter(name for _, name, _ in again)
    assert Counter(one.key.name for _, one in found) == {name: names[name] or more[name] for name in {*names, *more}}
    assert sum(one.attempts for _, one in found) == len(first) + len(again)
    for name, several in itertools.groupby(sorted(again, key=lambda case: case[1]), key=lambda case: case[1]):
        bad = {Outcome.FAILED, Outcome.ERROR}
        if any(outcome in bad for outcome, _, _ in several):
            assert any(one.outcome in bad for _, one in found if one.key.name == name)

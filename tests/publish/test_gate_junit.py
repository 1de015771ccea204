"""The gate's answer as JUnit XML, read back by the readers that every other report is read with."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml
from tests.publish.answers import answer, retold
from tests.scenario import Run, story

from readiness.assessment import Assessment
from readiness.evidence import read
from readiness.model import EvidenceFile, ReadState
from readiness.render.junit import gate_junit
from readiness.report import GateResult

OUTCOMES = {"failed": "failure", "error": "error", "skipped": "skipped", "passed": "passed"}


def read_back(given_answer: GateResult) -> EvidenceFile:
    text = gate_junit(given_answer)
    assert text.isascii()
    return read(text.encode(), "gate.xml")


def outcomes(file: EvidenceFile) -> dict[str, str]:
    """`criteria id` or `blockers id` -> outcome."""
    found = {}
    for result in file.results:
        group = result.key.group.rpartition(".")[2]
        found[f"{group} {result.key.name.partition(':')[0]}"] = result.outcome.value
    return found


POLICY = """
criteria:
  - {id: fails, title: No test fails, measure: failures, equals: 0}
  - {id: memory, title: Memory, measure: metric.rss, at_most: 300 MiB}
  - {id: cover, title: Coverage, measure: coverage.line, at_least: 95%}
  - {id: skips, title: Skips, measure: skipped, equals: 0, tier: advisory}
  - {id: warns, title: Warnings, measure: warnings, equals: 0, tier: advisory}
  - {id: all, title: All, measure: completion, at_least: 100%}
"""


def test_each_state_has_its_outcome(tmp_path: Path) -> None:
    (found,) = story(tmp_path, Run("a pass, b fail boom, c skip", metrics={"rss": "500 MiB"}), policy=POLICY)
    told = outcomes(read_back(answer(found)))
    criteria = {name: outcome for name, outcome in told.items() if name.startswith("criteria")}
    assert criteria == {
        "criteria fails": "failed",
        "criteria memory": "failed",
        "criteria cover": "error",
        "criteria skips": "skipped",
        "criteria warns": "skipped",
        "criteria all": "skipped",
    }
    # The failing test, the memory, and the gap where coverage should be.
    blockers = Counter(outcome for name, outcome in told.items() if name.startswith("blockers"))
    assert blockers == {"failed": 2, "error": 1}


def test_the_reason_of_what_is_skipped(tmp_path: Path) -> None:
    (found,) = story(tmp_path, Run("a pass, c skip"), policy=POLICY)
    results = [one for one in read_back(answer(found)).results if one.details]
    reasons = {one.key.name.partition(":")[0]: one.details[0].message for one in results}
    assert reasons["skips"] == "advisory, unmet: 1, required 0"
    assert reasons["warns"] == "advisory, unproven: no file reports warnings"
    assert reasons["all"].startswith("blocking, not checked: first run")


def assert_sound(given_answer: GateResult) -> None:
    """Readers find every case, and something fails or errs exactly where the exit code is not 0."""
    file = read_back(given_answer)
    assert (file.state, file.findings, file.metrics) == (ReadState.READ, (), ())
    counts = Counter(result.outcome.value for result in file.results)
    assert bool(counts["failed"] + counts["error"]) == (given_answer.exit_code != 0)
    # An independent reader agrees.
    other = JUnitXml.fromstring(gate_junit(given_answer).encode())
    assert (other.tests, other.failures, other.errors, other.skipped) == (
        len(file.results),
        *(counts[word] for word in ("failed", "error", "skipped")),
    )


def test_the_runs_of_attrs_are_read_back(attrs: list[Assessment]) -> None:
    for one in attrs:
        assert_sound(answer(one))
        assert outcomes(read_back(answer(one)))["criteria no-failures"] == ("passed" if one.verdict.ready else "failed")


def test_an_expired_verdict_errs(tmp_path: Path) -> None:
    aged = "criteria: [{id: f, title: F, measure: failures, equals: 0, max_age: 7 d}]"
    (found,) = story(tmp_path, "a pass | a", policy=aged)
    until = found.verdict.valid_until
    assert until is not None
    assert_sound(answer(found, until))
    late = answer(found, until + timedelta(seconds=1))
    assert_sound(late)
    assert outcomes(read_back(late))["evidence age"] == "error"


def test_hostile_runs_are_read_back(malicious: list[Assessment]) -> None:
    for one in malicious:
        assert_sound(answer(one))


@given(st.lists(st.text(st.characters(), max_size=200), min_size=1, max_size=5, unique=True))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_text_is_read_back(blocked: Assessment, texts: list[str]) -> None:
    file = read_back(answer(retold(blocked, texts)))
    assert (file.state, [one for one in file.findings if one.loss]) == (ReadState.READ, [])
    assert len(file.results) == 2 * len(texts)


def test_a_test_that_was_skipped_is_not_called_failing(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a skip db not available, b pass | a b")
    text = gate_junit(answer(found))
    assert "skipped tests.test_app::a" in text
    assert "failing" not in text

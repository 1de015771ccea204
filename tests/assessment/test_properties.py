"""What holds for any chain of runs, tried on random ones."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.scenario import Run, append, names

from readiness.archive import Archive
from readiness.assessment import Assessment, Assessments, BlockerState, MemberState, assess
from readiness.model import Outcome

TESTS = ("a", "b", "shop/x", "shop/TestCard/y")
OUTCOMES = ("pass", "fail boom", "fail bang", "error boom", "skip no card", "flaky boom")
LISTS = (None, "whole", "!app/TestLost")


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Any subset of the tests with any outcomes, with a whole, a partial or no list; rarely with damaged evidence."""
    said = {test: draw(st.sampled_from(OUTCOMES)) for test in draw(st.sets(st.sampled_from(TESTS)))}
    results = ", ".join(f"{test} {outcome}" for test, outcome in sorted(said.items()))
    listed = draw(st.sampled_from(LISTS))
    if listed:
        also = draw(st.sets(st.sampled_from(TESTS)))
        results += " | " + " ".join(sorted(also | set(said))) + (" " + listed if listed != "whole" else "")
    damaged = draw(st.integers(0, 9)) == 0
    version = draw(st.sampled_from(["1.0", "1.1", "1.2", "nightly"]))
    return Run(results, version, commit=draw(st.sampled_from(["", "c1"])), files={"x.txt": b"noise"} if damaged else {})


@st.composite
def flapping(draw: st.DrawFn) -> Run:
    """Two tests of one module that fail for two reasons, on one line of versions."""
    words = ("pass", "fail boom", "fail bang")
    return Run(", ".join(f"{test} {draw(st.sampled_from(words))}" for test in ("a", "b")))


chains = st.lists(runs(), min_size=1, max_size=5) | st.lists(flapping(), min_size=4, max_size=6)
thoroughly = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@contextmanager
def archived(chain: list[Run]) -> Iterator[tuple[Path, list[str]]]:
    """The archive and the id of each run; nothing waits for the disk."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(os, "fsync", lambda handle: None)
        yield Path(folder), [append(Path(folder), run, day).id for day, run in enumerate(chain)]


def judged(chain: list[Run]) -> list[tuple[Run, Assessment]]:
    """Each run with its assessment; a run that was archived before stands once."""
    found: dict[str, tuple[Run, Assessment]] = {}
    with archived(chain) as (folder, ids):
        assessments = assess(Archive(folder), None)
    for run, run_id in zip(chain, ids, strict=True):
        found.setdefault(run_id, (run, assessments.latest_of(run_id)))
    return list(found.values())


def cases(run: Run) -> dict[str, str]:
    """Label -> outcome word of a run, taken from the notation itself; what could not be collected is an error."""
    results, _, listed = run.results.partition("|")
    parts = [part.strip().split(" ")[:2] for part in results.split(",") if part.strip()]
    parts += [[test.removeprefix("!"), "error"] for test in listed.split() if test.startswith("!")]
    return {"::".join(names(test)): outcome for test, outcome in parts}


def standing(assessment: Assessment) -> Counter[str]:
    """Label -> number of blockers, not closed, that it belongs to."""
    blockers = [one for one in assessment.blockers.values() if one.state is not BlockerState.CLOSED]
    return Counter(member.key.label for blocker in blockers for member in blocker.members)


@given(chains)
@thoroughly
def test_a_run_without_results_with_failures_or_with_evidence_loss_is_never_ready(chain: list[Run]) -> None:
    for run, assessment in judged(chain):
        said = cases(run).values()
        if not said or run.files or {"fail", "error"} & set(said) or set(said) == {"skip"}:
            assert not assessment.verdict.ready


@given(chains)
@thoroughly
def test_counts_are_those_of_the_notation(chain: list[Run]) -> None:
    for run, assessment in judged(chain):
        counts, said = assessment.facts.counts, Counter(cases(run).values())
        found = (counts.passed, counts.failed, counts.error, counts.skipped, counts.flaky)
        assert found == tuple(said[word] for word in ("pass", "fail", "error", "skip", "flaky"))
        for name in ("passed", "failed", "error", "skipped", "flaky", "executed", "with_result", "expected"):
            parts = [getattr(area.counts, name) for area in assessment.facts.areas]
            if parts and None not in parts:
                assert getattr(counts, name) == sum(parts)
        if counts.expected is not None:
            assert counts.expected == sum(said.values()) + counts.not_run
        assert len(assessment.facts.not_run) == (counts.not_run or 0)


@given(chains)
@thoroughly
def test_every_failing_test_belongs_to_exactly_one_blocker_that_is_not_closed(chain: list[Run]) -> None:
    for run, assessment in judged(chain):
        held = standing(assessment)
        failing = {label for label, word in cases(run).items() if word in ("fail", "error")}
        assert {label: held[label] for label in failing} == dict.fromkeys(failing, 1)


@given(chains)
@thoroughly
def test_no_test_belongs_to_two_blockers_that_are_not_closed(chain: list[Run]) -> None:
    for _, assessment in judged(chain):
        assert set(standing(assessment).values()) <= {1}


@given(chains)
@thoroughly
def test_what_was_opened_once_stays_known_and_closes_only_with_every_member_done(chain: list[Run]) -> None:
    for _, assessment in judged(chain):
        before = assessment.previous.blockers if assessment.previous else {}
        assert set(before) <= set(assessment.blockers)
        assert len({blocker.id for blocker in assessment.blockers.values()}) == len(assessment.blockers)
        for blocker_id, blocker in assessment.blockers.items():
            members = {blocker.own} if blocker.own else {member.state for member in blocker.members}
            assert members <= set(MemberState)
            done = members <= {MemberState.PASSED, MemberState.WITHDRAWN}
            assert (blocker.state is BlockerState.CLOSED) == done
            was = {member.key for member in before[blocker_id].members} if blocker_id in before else set()
            # A blocker that opens again leaves out those that fail for another reason since.
            lost = was - {member.key for member in blocker.members}
            assert {key.label for key in lost} <= set(standing(assessment))


@given(chains)
@thoroughly
def test_a_member_is_resolved_only_by_a_pass_or_a_whole_list(chain: list[Run]) -> None:
    for run, assessment in judged(chain):
        said = cases(run)
        before = assessment.previous.blockers if assessment.previous else {}
        was = {(one.id, member.key): member.state for one in before.values() for member in one.members}
        for blocker in assessment.blockers.values():
            for member in blocker.members:
                if was.get((blocker.id, member.key)) is member.state:
                    continue
                if member.state is MemberState.PASSED:
                    assert said[member.key.label] == "pass"
                elif member.state is MemberState.WITHDRAWN:
                    assert "|" in run.results
                    assert member.key.label not in said


@given(chains, runs(), st.integers(-3, 9))
@thoroughly
def test_a_run_archived_later_changes_no_earlier_assessment(chain: list[Run], late: Run, day: int) -> None:
    with archived(chain) as (folder, _):
        before = assess(Archive(folder), None)
        append(folder, late, day)
        after = assess(Archive(folder), None)
    assert _plain(after, before.by_run) == _plain(before, before.by_run)


def _plain(found: Assessments, ids: object) -> dict[str, object]:
    return {
        run: [(one, one.previous.link if one.previous else None) for one in assessments]
        for run, assessments in found.by_run.items()
        if run in ids
    }


@given(chains)
@settings(thoroughly, max_examples=10)
def test_judging_twice_with_and_without_a_cache_is_the_same(chain: list[Run]) -> None:
    with archived(chain) as (folder, _), tempfile.TemporaryDirectory() as cache:
        plain = assess(Archive(folder), None)
        assert assess(Archive(folder), Path(cache)).by_run == plain.by_run
        assert assess(Archive(folder), Path(cache)).by_run == plain.by_run


def test_the_outcomes_of_the_notation_are_all_there_are() -> None:
    assert len({one.split()[0] for one in OUTCOMES}) == len(set(Outcome) - {Outcome.NOT_RUN})

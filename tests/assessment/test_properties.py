"""What holds for any chain of runs, tried on random ones."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.scenario import Run, append, demands, names
from tests.tries import tries

from readiness import phrases
from readiness.archive import Archive
from readiness.assessment import (
    Assessment,
    Assessments,
    BlockerState,
    GapKind,
    Kind,
    MemberState,
    assess,
    stopping_blockers,
    to_ready,
)
from readiness.assessment.blockers import Requirement, TestBlocker
from readiness.model import Outcome
from readiness.report import report_of

TESTS = ("a", "b", "shop/x", "shop/TestCard/y")
OUTCOMES = ("pass", "fail boom", "fail bang", "error boom", "skip no card", "skip card not available", "flaky boom")
NONE_FAIL = "none: failures = 0"
RSS = "rss: metric.rss <= 3 MB"
RETIRED = {"tests": ["*::b"], "reason": "gone", "by": "kim", "date": "2025-01-01"}
MINOR = {"title": "T", "message": "bang", "severity": "low"}
MAC = {"required": ["mac"]}
POLICIES = (
    "",
    demands(NONE_FAIL, RSS),
    demands(NONE_FAIL, f"{RSS}; tier advisory", "most: completion >= 50%"),
    demands(NONE_FAIL, RSS, "rate: pass_rate >= 60%", "run: execution >= 80%", vanished_allowed="100%"),
    demands(NONE_FAIL, "shop: completion >= 100%; area tests.test_shop", categories=[MINOR]),
    demands(NONE_FAIL, "three: failures <= 3", "few: expected >= 2; min_evidence 2", retired=[RETIRED]),
    demands(NONE_FAIL, "new: new_failures = 0", "gone: vanished = 0", "all: not_run = 0", variants=MAC),
)
LISTS = (None, "whole", "!app/TestLost")


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Any subset of the tests with any outcomes, with a whole, a partial or no list; rarely with damaged evidence."""
    policy = draw(st.sampled_from(POLICIES))
    measured = draw(st.sampled_from([{}, {"rss": "2 MB"}, {"rss": "4 MB"}]))
    said = {test: draw(st.sampled_from(OUTCOMES)) for test in draw(st.sets(st.sampled_from(TESTS)))}
    results = ", ".join(f"{test} {outcome}" for test, outcome in sorted(said.items()))
    listed = draw(st.sampled_from(LISTS))
    if listed:
        also = draw(st.sets(st.sampled_from(TESTS)))
        results += " | " + " ".join(sorted(also | set(said))) + (" " + listed if listed != "whole" else "")
    damaged = draw(st.integers(0, 9)) == 0
    version = draw(st.sampled_from(["1.0", "1.1", "1.2", "nightly"]))
    commit = draw(st.sampled_from(["", "c1"]))
    noise = {"x.txt": b"noise"} if damaged else {}
    return Run(results, version, commit, policy=policy, metrics=measured, files=noise)


@st.composite
def flapping(draw: st.DrawFn) -> Run:
    """Two tests of one module that fail for two reasons, on one line of versions."""
    words = ("pass", "fail boom", "fail bang")
    return Run(", ".join(f"{test} {draw(st.sampled_from(words))}" for test in ("a", "b")))


chains = st.lists(runs(), min_size=1, max_size=5) | st.lists(flapping(), min_size=4, max_size=6)


@contextmanager
def archived(chain: list[Run]) -> Iterator[tuple[Path, list[str]]]:
    """The archive and the id of each run."""
    with tempfile.TemporaryDirectory() as folder:
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


def open_blockers(assessment: Assessment) -> Counter[str]:
    """Label -> number of blockers, not closed, that it belongs to."""
    blockers = [one for one in assessment.blockers.values() if one.state is not BlockerState.CLOSED]
    return Counter(member.key.label for blocker in blockers for member in blocker.members)


def a_run_without_results_with_failures_or_with_evidence_loss_is_never_ready(run: Run, found: Assessment) -> None:
    said = cases(run).values()
    if not said or run.files or {"fail", "error"} & set(said) or set(said) == {"skip"}:
        assert not found.verdict.ready


def counts_are_those_of_the_notation(run: Run, found: Assessment) -> None:
    counts, said = found.facts.counts, Counter(cases(run).values())
    told = (counts.passed, counts.failed, counts.error, counts.skipped, counts.flaky)
    assert told == tuple(said[word] for word in ("pass", "fail", "error", "skip", "flaky"))
    for name in ("passed", "failed", "error", "skipped", "flaky", "executed", "with_result", "expected"):
        parts = [getattr(area.counts, name) for area in found.facts.areas]
        if parts and None not in parts:
            assert getattr(counts, name) == sum(parts)
    if counts.expected is not None:
        assert counts.expected == sum(said.values()) + counts.not_run
    assert len(found.facts.not_run) == (counts.not_run or 0)


def what_was_opened_once_stays_known_and_closes_only_with_every_member_done(run: Run, found: Assessment) -> None:
    before = found.previous.blockers if found.previous else {}
    assert set(before) <= set(found.blockers)
    assert len({blocker.id for blocker in found.blockers.values()}) == len(found.blockers)
    for blocker_id, blocker in found.blockers.items():
        members = set(blocker.states)
        assert members <= set(MemberState)
        done = members <= {MemberState.PASSED, MemberState.WITHDRAWN}
        assert (blocker.state is BlockerState.CLOSED) == done
        was = {member.key for member in before[blocker_id].members} if blocker_id in before else set()
        # A blocker that opens again leaves out those that fail for another reason since.
        lost = was - {member.key for member in blocker.members}
        assert {key.label for key in lost} <= set(open_blockers(found))


def a_member_is_resolved_only_by_a_pass_or_a_whole_list(run: Run, found: Assessment) -> None:
    said = cases(run)
    before = found.previous.blockers if found.previous else {}
    was = {(one.id, member.key): member.state for one in before.values() for member in one.members}
    for blocker in found.blockers.values():
        for member in blocker.members:
            if was.get((blocker.id, member.key)) is member.state:
                continue
            if member.state is MemberState.PASSED:
                assert said[member.key.label] == "pass"
            elif member.state is MemberState.WITHDRAWN and phrases.said(member.reason).startswith("retired by kim"):
                assert said.get(member.key.label) in (None, "skip")
            elif member.state is MemberState.WITHDRAWN:
                assert "|" in run.results
                assert member.key.label not in said


def the_baseline_is_the_last_that_was_ready(run: Run, found: Assessment) -> None:
    before = found.chain()[:-1]
    ready = [one for one in before if one.verdict.ready]
    others = [one for one in before if one.run.manifest.version != found.run.manifest.version]
    assert found.baseline == next(iter(reversed(ready or others)), None)


def only_tests_that_passed_and_failed_are_flaky(found: list[tuple[Run, Assessment]]) -> None:
    said = {assessment.run.id: cases(run) for run, assessment in found}
    for _, assessment in found:
        for flake in assessment.flakes:
            outcomes = [said[one.run.id].get(flake.key.label) for one in assessment.chain()]
            assert outcomes[-1] is not None
            assert "flaky" in outcomes or {"pass"} < set(outcomes) & {"pass", "fail", "error"}


def every_failing_test_belongs_to_one_standing_blocker_and_no_test_to_two(run: Run, found: Assessment) -> None:
    held = open_blockers(found)
    failing = {label for label, word in cases(run).items() if word in ("fail", "error")}
    assert failing <= set(held)
    assert set(held.values()) <= {1}


@given(chains, runs(), st.integers(-3, 9))
@tries(10)
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
@tries(6)
def test_judging_twice_with_and_without_a_cache_is_the_same(chain: list[Run]) -> None:
    with archived(chain) as (folder, _), tempfile.TemporaryDirectory() as cache:
        plain = assess(Archive(folder), None)
        assert assess(Archive(folder), Path(cache)).by_run == plain.by_run
        assert assess(Archive(folder), Path(cache)).by_run == plain.by_run


def its_word_agrees_with_its_reasons(run: Run, found: Assessment) -> None:
    verdict = found.verdict
    expected = "BLOCKED" if verdict.blocked else "UNPROVEN" if verdict.unproven else "READY"
    assert verdict.word.value == expected
    known = {*found.blockers, *(one.criterion.id for one in found.criteria), *(gap.identity for gap in found.gaps)}
    assert {reason.ref for reason in (*verdict.blocked, *verdict.unproven, *verdict.residual)} <= known
    for reasons in (verdict.blocked, verdict.unproven, verdict.residual):
        assert len({(one.kind, one.ref) for one in reasons}) == len(reasons)


def what_stops_it_is_a_reason(run: Run, found: Assessment) -> None:
    blocked, unproven = ({one.ref for one in reasons} for reasons in (found.verdict.blocked, found.verdict.unproven))
    for blocker in found.blockers.values():
        if isinstance(blocker, TestBlocker) and blocker.stopping:
            assert (blocker.id in blocked) == blocker.state.stops
            assert (blocker.id in unproven) == (blocker.state is BlockerState.UNVERIFIED)
    for result in found.criteria:
        if result.stops:
            assert result.criterion.id in (blocked if result.state == "unmet" else unproven)


GOOD_NEWS = re.compile(
    r"(The only|Both|All [\d,]+|Every) (executed |expected )?tests? (passed|has a result|have a result)\.?"
    r"|Which tests .*\.|and"
)


def its_summary_is_not_only_good_news(run: Run, found: Assessment) -> None:
    bad_news = GOOD_NEWS.sub("", phrases.summary(report_of(found))).strip(" .")
    assert bad_news or found.verdict.ready
    assert phrases.recommendation(report_of(found)).startswith("Ready" if found.verdict.ready else "Do not deploy")


def what_is_left_to_do_is_nothing_exactly_when_ready(run: Run, found: Assessment) -> None:
    steps = to_ready(found)
    assert (not steps) == found.verdict.ready
    turn = {blocker.id: at for at, blocker in enumerate(stopping_blockers(found))}
    places = [(step.follows, turn.get(step.ref, len(turn))) for step in steps]
    assert places == sorted(places)
    assert len({step.ref for step in steps}) == len(steps)
    for step in steps:
        assert phrases.said(step.todo).endswith(".")
        assert step.criterion == (step.ref not in found.blockers)


def blockers_without_tests_agree_with_criteria_and_gaps(run: Run, found: Assessment) -> None:
    own = [one for one in found.blockers.values() if isinstance(one, Requirement)]
    assert len({one.signature for one in own}) == len(own)
    judged = {one.criterion.id: one.state.value for one in found.criteria if one.blocking}
    demanded = {one.ref: one.state for one in own if one.kind is Kind.CRITERION}
    for name, state in demanded.items():
        assert state.stops == (judged.get(name) == "unmet")
        if state is BlockerState.UNVERIFIED:
            assert judged[name] in ("unproven", "not checked")
    assert {name for name in ("rss", "few") if judged.get(name) == "unmet"} <= set(demanded)
    gaps = {gap.identity for gap in found.gaps}
    standing = {one.ref for one in own if one.kind is Kind.GAP and one.state is not BlockerState.CLOSED}
    assert standing <= gaps
    assert {ref.removeprefix("criterion ") for ref in gaps - standing} <= set(demanded)
    lacking = [key for gap in found.gaps for key in gap.tests if gap.kind is GapKind.AREA]
    assert len(set(lacking)) == len(lacking)
    assert set(lacking) <= set(found.facts.not_run)
    assert not {key.label for key in lacking} & set(standing_unverified(found))


def standing_unverified(found: Assessment) -> set[str]:
    """The tests that a blocker doubts which alone leaves the release unproven: what a lesser one holds is a gap too."""
    return {
        member.key.label
        for blocker in found.blockers.values()
        for member in blocker.members
        if member.state is MemberState.UNVERIFIED and member.category.severity in ("critical", "high")
    }


def members_stand_as_the_run_says(run: Run, found: Assessment) -> None:
    said = cases(run)
    for blocker in found.blockers.values():
        if blocker.state is BlockerState.CLOSED:
            continue
        for member in blocker.members:
            word = said.get(member.key.label)
            if member.state is MemberState.FAILING:
                assert word in ("fail", "error", "flaky") or (word == "skip" and member.skipped)
            elif member.state is MemberState.OBSERVING:
                assert word in ("pass", "flaky")
                assert member.owed > 0
            elif member.state is MemberState.UNVERIFIED:
                assert word in (None, "skip", "flaky")
                assert member.reason
            assert (member.owed == 0) == (member.state in ("passed", "withdrawn"))


INVARIANTS = (
    a_run_without_results_with_failures_or_with_evidence_loss_is_never_ready,
    counts_are_those_of_the_notation,
    what_was_opened_once_stays_known_and_closes_only_with_every_member_done,
    a_member_is_resolved_only_by_a_pass_or_a_whole_list,
    the_baseline_is_the_last_that_was_ready,
    every_failing_test_belongs_to_one_standing_blocker_and_no_test_to_two,
    its_word_agrees_with_its_reasons,
    what_stops_it_is_a_reason,
    its_summary_is_not_only_good_news,
    what_is_left_to_do_is_nothing_exactly_when_ready,
    blockers_without_tests_agree_with_criteria_and_gaps,
    members_stand_as_the_run_says,
)


@given(chains)
@tries(50)
def test_invariants(chain: list[Run]) -> None:
    found = judged(chain)
    for run, assessment in found:
        for holds in INVARIANTS:
            holds(run, assessment)
    only_tests_that_passed_and_failed_are_flaky(found)


def test_the_outcomes_of_the_notation_are_all_there_are() -> None:
    assert len({one.split()[0] for one in OUTCOMES}) == len(set(Outcome) - {Outcome.NOT_RUN})

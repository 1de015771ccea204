"""What the sentences about the facts say; how they are worded stands in the template `words.jinja`."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from readiness.analysis import Basis, Flake, Rate
from readiness.assessment import (
    Blocker,
    CriterionResult,
    CriterionState,
    Gap,
    GapKind,
    ItemState,
    Kind,
    Measured,
    MemberState,
    NamedBlocker,
    Reason,
    ReasonKind,
    Requirement,
    Word,
    as_measured,
    how,
    of_baseline,
)
from readiness.model import DEFAULT_SOURCE, TestKey
from readiness.numbers import capital, percent
from readiness.phrases.release import item_text, waiver_text
from readiness.phrases.verdicts import verdict_word
from readiness.phrases.wording import At, Number, Sentence, said, say, told
from readiness.policy import Effort
from readiness.report import Report
from readiness.shorten import NAME, short


def required(result: CriterionResult) -> str:
    """`≥ 95 %`, `≤ 300 MiB`, `0`."""
    sign = {"at_least": "≥ ", "at_most": "≤ ", "equals": ""}[result.criterion.direction]
    return sign + (result.limit or result.criterion.limit).text


def limit_source(result: CriterionResult) -> str:
    """`baseline + 10%, 1.4.0 had 300 MiB`; empty for a limit that is not relative to the baseline."""
    return said(of_baseline(result))


def actual(measured: Measured) -> str:
    """What was measured, with numerator and denominator where there are some."""
    if measured.value is None:
        return "–"
    if measured.at_least and measured.denominator is not None:
        return say("of_at_least", numerator=measured.numerator or 0, denominator=measured.denominator)
    return said(as_measured(measured))


def out_of(measured: Measured) -> str:
    """`1,203 of 1,203`, or what is missing."""
    if measured.missing:
        return said(measured.missing)
    if measured.numerator is None or measured.denominator is None or measured.at_least:
        return ""
    return say("part_of", part=measured.numerator, whole=measured.denominator)


def summary(assessment: Report) -> Sentence:
    """Why the verdict is what it is, in one or two sentences; every reason is in it, or counted in it."""
    parts = (_outcome(assessment), *_missing(assessment), *_criteria(assessment), *_standing(assessment))
    further = tuple(one for one in (_expected(assessment), _waived(assessment)) if one)
    return say("summary", parts=parts, further=further)


def _waived(assessment: Report) -> Sentence | None:
    """What the waivers do to the verdict."""
    word = assessment.unwaived.word
    if word is assessment.verdict.word:
        return None
    held = sum(one.in_force for one in assessment.waivers)
    return say("waivers_decide", waivers=Number(held, At.WAIVERS), verdict=verdict_word(word))


def _outcome(assessment: Report) -> Sentence:
    counts = assessment.facts.counts
    executed = Number(counts.executed, At.AREAS)
    if not counts.failures:
        if not counts.executed:
            return say("nothing_executed")
        return say("all_passed", executed=executed, complete=counts.executed == counts.expected and not counts.at_least)
    failing, errors = Number(counts.failed + counts.error, At.FAILURES), Number(counts.run_errors, At.FAILURES)
    if not failing:
        return say("run_reports", errors=errors)
    areas = {assessment.facts.area_of[result.key] for result in assessment.facts.problems if not result.run_level}
    return say("tests_fail", failing=failing, executed=executed, areas=Number(len(areas), At.AREAS), errors=errors)


def _missing(assessment: Report) -> Iterator[str]:
    """What has no result or could not be read, and what else the evidence lacks."""
    counts, verdict = assessment.facts.counts, assessment.verdict
    if counts.not_run:
        yield say(
            "without_result",
            missing=Number(counts.not_run, At.GAPS),
            expected=Number(counts.expected or 0, At.EVIDENCE),
        )
    lost = {loss.input for loss in assessment.facts.losses}
    if lost:
        counts_lost = assessment.facts.lost
        yield say("evidence_lost", **{name: Number(count, At.EVIDENCE) for name, count in counts_lost.items()})
    known = {GapKind.FILE, GapKind.LIST, GapKind.AREA}
    if not counts.failures:
        known |= {GapKind.RESULTS, GapKind.EXECUTED}
    known_gaps = {gap.identity for gap in assessment.gaps if gap.kind in known}
    evidence = (one for one in verdict.unproven if one.kind is ReasonKind.EVIDENCE)
    yield from (reason_text(one, assessment) for one in evidence if one.ref not in known_gaps)


def _criteria(assessment: Report) -> Iterator[Sentence]:
    """The criteria that stop the release and that nothing said before explains."""
    for state in (CriterionState.UNMET, CriterionState.UNPROVEN):
        found = [one for one in assessment.criteria if one.stops and one.state is state]
        others = [one for one in found if not _explained(one, assessment)]
        if len(others) == 1:
            yield say(f"criterion_{state.value}", title=others[0].criterion.title, how=how_told(others[0]))
        elif others:
            count, further = Number(len(others), At.CRITERIA), len(others) < len(found)
            yield say(f"criteria_{state.value}", count=count, further=further)


def _explained(result: CriterionResult, assessment: Report) -> bool:
    """True where the sentence says it already: tests that fail or have no result, evidence that was lost."""
    counts, criterion = assessment.facts.counts, result.criterion
    if criterion.where or criterion.max_age or criterion.min_evidence:
        return False
    if criterion.row.failing and counts.executed:
        return bool(counts.failures) and result.met_without_holders
    if criterion.row.says == "results":
        return bool(counts.not_run) or not counts.executed or counts.at_least
    if criterion.row.says == "loss":
        return bool(assessment.facts.losses)
    return criterion.row.says == "outcomes" and not counts.executed


def _standing(assessment: Report) -> Iterator[Sentence]:
    """Blockers that stop the release though no test of theirs fails now: skipped, retried, or without a proof."""
    verdict = assessment.verdict
    reasons = {one.ref for one in (*verdict.blocked, *verdict.unproven)}
    blockers = [blocker for blocker in assessment.blockers if blocker.id in reasons]
    skipped = {result.key for result in assessment.facts.skipped}
    retried = {result.key for result in assessment.facts.flaky}
    failing = [[one.key for one in blocker.members if one.state is MemberState.FAILING] for blocker in blockers]
    if missing := sum(not skipped.isdisjoint(keys) for keys in failing):
        yield say("components_missing", count=Number(missing, At.BLOCKERS))
    if again := sum(key in retried for keys in failing for key in keys):
        yield say("passed_after_retry", count=Number(again, At.BLOCKERS))
    for kind, sentence in ((Kind.FAILURE, "failures_unverified"), (Kind.COMPONENT, "components_unverified")):
        if tests := sum(one.count(MemberState.UNVERIFIED) for one in blockers if one.kind is kind):
            yield say(sentence, count=Number(tests, At.BLOCKERS))
    items = {one.ref for one in blockers if isinstance(one, Requirement) and one.kind is Kind.CHECKLIST}
    items |= {one.ref for one in (*verdict.blocked, *verdict.unproven) if one.kind is ReasonKind.CHECKLIST}
    judged = [one for one in assessment.items if one.item.id in items]
    for named, state in (
        ([one for one in judged if one.state is not ItemState.UNPROVEN], "not_done"),
        ([one for one in judged if one.state is ItemState.UNPROVEN], "unproven"),
    ):
        if len(named) == 1:
            yield say(f"item_{state}", title=named[0].item.title)
        elif named:
            yield say(f"items_{state}", count=Number(len(named), At.CHECKLIST))
    doubted = {one.ref for one in blockers if isinstance(one, Requirement) and one.kind is Kind.CRITERION}
    titles = (one.criterion.title for one in assessment.criteria if one.criterion.id in doubted)
    yield from (say("criterion_doubted", title=title) for title in titles)


def _expected(assessment: Report) -> Sentence | None:
    counts, basis = assessment.facts.counts, assessment.facts.basis
    if basis is Basis.NONE:
        return say("expected_unknown", why=say("first_run"))
    if basis is Basis.PARTIAL_LIST:
        failed = assessment.facts.collection_errors
        return say("expected_unproven", why=say("collection_failed" if failed else "list_incomplete"))
    if counts.not_run == 0 and counts.expected:
        expected, skipped = (Number(count, At.EVIDENCE) for count in (counts.expected, counts.skipped))
        return say("all_have_results", expected=expected, skipped=skipped)
    return None


def recommendation(assessment: Report) -> Sentence:
    """What to do."""
    verdict = assessment.verdict
    if verdict.ready:
        if not assessment.unwaived.ready:
            return say("fit_with_waivers")
        return say("fit_with_risks" if verdict.residual else "fit")
    if verdict.word is Word.UNPROVEN:
        return say("wait_for_evidence")
    found = assessment.stopping_blockers
    there = sum(one.blocks for one in found)
    unverified = Number(len(found) - there, At.BLOCKERS)
    resolve = say("resolve_blockers", count=Number(there, At.BLOCKERS), unverified=unverified)
    return resolve if there else say("meet_criteria")


def blocker_state(blocker: Blocker, assessment: Report) -> str:
    """The blocker's state as it is shown: `open`, `open, waived`."""
    state = say("state", value=blocker.state.value)
    return say("state_waived", state=state) if blocker.id in assessment.granted.blockers else state


def members(blocker: Blocker) -> str:
    """`2 failing, 1 passed`: how many of each state, worst first; of a requirement, what was measured."""
    if isinstance(blocker, Requirement):
        return told(blocker.demand.notes)
    return say("states", counts=tuple((Number(count), word) for word, count in blocker.standing.items()))


def test_name(key: TestKey) -> str:
    """`group::name`, and in brackets the variant and the source where they say something."""
    told = [key.variant] if key.variant else []
    if key.source != DEFAULT_SOURCE:
        told.append(key.source)
    return short(f"{key.title} [{', '.join(told)}]" if told else key.title, NAME)


def effort(days: Effort) -> str:
    """`1 to 2 working days`."""
    return say("working_days", least=f"{days.min:g}", most=f"{days.max:g}")


def flake_evidence(flake: Flake) -> str:
    """What says that a test is flaky, with its numbers."""
    track = flake.track
    seen = say("flake_seen", failures=track.failures, executions=len(track.executions))
    if track.retried:
        return say("flake_retried", times=track.retried, seen=seen)
    if track.disputed:
        return say("flake_disputed", commit=track.disputed[:10], seen=seen)
    return say("flake_flips", times=track.flips, seen=seen)


def share(value: float) -> str:
    """`12.3 %` of a share from 0 to 1; never rounded up."""
    return percent(Fraction(str(value)) * 100)


def interval(rate: Rate) -> str:
    """`3.1 % to 27.8 %`: where the rate lies in 95 of 100 cases."""
    return say("rate_interval", low=share(rate.low), high=share(rate.high))


def flake_rate(flake: Flake) -> str:
    """How often it fails by itself, with the interval."""
    return say("flake_rate", rate=share(flake.rate.mean), interval=interval(flake.rate))


def state_value(result: CriterionResult) -> str:
    """The criterion's state, or that it is waived."""
    return "waived" if result.waived else result.state.value


def state_word(result: CriterionResult) -> str:
    """The criterion's state as it is shown."""
    return capital(say("state", value=state_value(result)))


def how_told(result: CriterionResult) -> str:
    """How it stands: what is missing, or what was measured against what is required."""
    return said(how(result))


def criterion_text(result: CriterionResult) -> str:
    """The criterion's title, and how it stands."""
    stands = how_told(result)
    return say("criterion_reason", title=result.criterion.title, how=stands) if stands else result.criterion.title


def measure_name(measure: str) -> Sentence:
    """`pass rate`, `line coverage`."""
    return say("measure_name", measure=measure, plain=measure.replace("_", " "))


def title_of(blocker: Blocker | NamedBlocker) -> str:
    """What it is and what it concerns, in a line."""
    return short(said(blocker.title), NAME)


def gap_text(gap: Gap) -> str:
    """What is missing, in one line."""
    is_named = gap.lost or gap.kind is GapKind.AREA
    return say("gap_named", name=gap.name, note=said(gap.note)) if is_named else said(gap.note)


def reason_text(reason: Reason, assessment: Report) -> str:
    """The reason in a line."""
    if reason.note:
        return said(reason.note)
    if reason.kind is ReasonKind.BLOCKER:
        return title_of(assessment.blocker_by_id[reason.ref])
    if reason.kind is ReasonKind.CRITERION:
        return criterion_text(next(one for one in assessment.criteria if one.criterion.id == reason.ref))
    if reason.kind is ReasonKind.WAIVER:
        return waiver_text(next(one for one in assessment.waivers if one.ref == reason.ref))
    if reason.kind is ReasonKind.CHECKLIST:
        return item_text(next(one for one in assessment.items if one.item.id == reason.ref))
    return gap_text(next(gap for gap in assessment.gaps if gap.identity == reason.ref))


def reason_name(reason: Reason) -> str:
    """What the reason refers to, in short: a file by its name alone."""
    return reason.ref.removeprefix(f"{GapKind.FILE.value} ") if reason.kind is ReasonKind.EVIDENCE else reason.ref

"""The sentences that say what the facts mean; plain text, in one place."""

from __future__ import annotations

from readiness.analysis import Basis, Flake
from readiness.assessment.blockers import Blocker, BlockerState, Kind, MemberState
from readiness.assessment.criteria import CriterionResult, CriterionState, how, with_waived
from readiness.assessment.measures import OVER_OUTCOMES, Measured
from readiness.assessment.numbers import amount, number, percent, plural
from readiness.assessment.record import Assessment
from readiness.assessment.verdict import ReasonKind, Word
from readiness.model import DEFAULT_SOURCE, TestKey
from readiness.policy import SEVERITIES, Effort

__all__ = [
    "HEADLINE",
    "KIND",
    "actual",
    "amount",
    "blocker_state",
    "effort",
    "flake_evidence",
    "incomplete_list",
    "members",
    "no_reference",
    "number",
    "out_of",
    "percent",
    "plural",
    "recommendation",
    "required",
    "standing",
    "state_word",
    "stopping",
    "summary",
    "test_name",
    "verdict_word",
]

HEADLINE = {Word.READY: "Ready", Word.BLOCKED: "Not ready", Word.UNPROVEN: "Not ready"}
KIND = {Word.READY: "", Word.BLOCKED: "Blocked", Word.UNPROVEN: "Unproven"}


def required(result: CriterionResult) -> str:
    """`≥ 95 %`, `≤ 300 MiB`, `0`."""
    sign = {"at_least": "≥ ", "at_most": "≤ ", "equals": ""}[result.criterion.direction]
    return sign + result.criterion.limit.text


def actual(measured: Measured) -> str:
    """What was measured, with numerator and denominator where there are some."""
    if measured.value is None:
        return "–"
    if measured.at_least and measured.denominator is not None:
        return f"{number(measured.numerator or 0)} of at least {number(measured.denominator)}"
    return with_waived(measured) or amount(measured.value, measured.unit)


def out_of(measured: Measured) -> str:
    """`1,203 of 1,203`, or what is missing."""
    if measured.missing:
        return measured.missing
    if measured.numerator is None or measured.denominator is None or measured.at_least:
        return ""
    return f"{number(measured.numerator)} of {number(measured.denominator)}"


def summary(assessment: Assessment) -> str:
    """Why the verdict is what it is, in one or two sentences; every reason is in it, or counted in it."""
    parts = [_outcome(assessment), *_missing(assessment), *_criteria(assessment), *_standing(assessment)]
    sentence = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] + "."
    return " ".join(filter(None, (sentence, _expected(assessment), _waived(assessment))))


def _waived(assessment: Assessment) -> str:
    """What the waivers do to the verdict."""
    word = assessment.unwaived.word
    if word is assessment.verdict.word:
        return ""
    held = sum(one.in_force for one in assessment.waivers)
    verb = "is" if held == 1 else "are"
    return f"{plural(held, 'waiver')} {verb} in force; without, the verdict is {verdict_word(word)}."


def verdict_word(word: Word) -> str:
    """`NOT READY: BLOCKED`."""
    return word.value if word is Word.READY else f"NOT READY: {word.value}"


def _outcome(assessment: Assessment) -> str:
    counts = assessment.facts.counts
    if not counts.failures:
        if not counts.executed:
            return "No test executed"
        return f"{'The' if counts.executed == 1 else 'All'} {plural(counts.executed, 'executed test')} passed"
    failing = counts.failed + counts.error
    reported = f"the run itself reports {plural(counts.run_errors, 'error')}"
    if not failing:
        return reported[0].upper() + reported[1:]
    areas = {assessment.facts.area_of[result.key] for result in assessment.facts.problems if not result.run_level}
    where = f" in {plural(len(areas), 'area')}" if len(areas) > 1 else ""
    told = (
        f"{number(failing)} of {plural(counts.executed, 'executed test')} {'fails' if failing == 1 else 'fail'}{where}"
    )
    return f"{told}, {reported}" if counts.run_errors else told


def _missing(assessment: Assessment) -> list[str]:
    """What has no result or could not be read, and what else the evidence lacks."""
    counts, verdict = assessment.facts.counts, assessment.verdict
    parts = []
    if counts.not_run:
        verb = "has" if counts.not_run == 1 else "have"
        parts.append(f"{number(counts.not_run)} of {plural(counts.expected or 0, 'expected test')} {verb} no result")
    lost = {loss.input for loss in assessment.facts.losses}
    if lost:
        parts.append(f"evidence was lost in {plural(len(lost), 'file')}")
    told = lost | {"list", "reference"} | {gap.ref for gap in assessment.gaps if gap.ref.startswith("area ")}
    if not counts.failures:
        told |= {"results", "executed"}
    parts += [one.text for one in verdict.unproven if one.kind is ReasonKind.EVIDENCE and one.ref not in told]
    return parts


def _criteria(assessment: Assessment) -> list[str]:
    """The criteria that stop the release and that nothing said before explains."""
    parts = []
    for state, word in ((CriterionState.UNMET, "not met"), (CriterionState.UNPROVEN, "not proven")):
        found = [one for one in assessment.criteria if one.stops and one.state is state]
        others = [one for one in found if not _explained(one, assessment)]
        if len(others) == 1:
            parts.append(f"“{others[0].criterion.title}” is {word} ({how(others[0])})")
        elif others:
            named = ", ".join(f"“{one.criterion.title}”" for one in others[:3])
            more = f" and {number(len(others) - 3)} more" if len(others) > 3 else ""
            parts.append(f"{number(len(others))} criteria are {word} ({named}{more})")
    return parts


def _explained(result: CriterionResult, assessment: Assessment) -> bool:
    """True where the sentence says it already: tests that fail or have no result, evidence that was lost."""
    counts, criterion = assessment.facts.counts, result.criterion
    if criterion.where or criterion.max_age or criterion.min_evidence:
        return False
    if criterion.measure in ("failures", "failed", "errors", "run_errors", "pass_rate") and counts.executed:
        return bool(counts.failures) and result.met_without_holders
    if criterion.measure in ("completion", "execution", "not_run"):
        return bool(counts.not_run) or not counts.executed or counts.at_least
    if criterion.measure == "evidence_loss":
        return bool(assessment.facts.losses)
    return criterion.measure in OVER_OUTCOMES and not counts.executed


def _standing(assessment: Assessment) -> list[str]:
    """Blockers that stop the release though no test of theirs fails now: skipped, retried, or without a proof."""
    reasons = {one.ref for one in (*assessment.verdict.blocked, *assessment.verdict.unproven)}
    blockers = [blocker for blocker in assessment.blockers.values() if blocker.id in reasons]
    skipped = {result.key for result in assessment.facts.skipped}
    retried = {result.key for result in assessment.facts.flaky}
    failing = [[one.key for one in blocker.members if one.state is MemberState.FAILING] for blocker in blockers]
    parts = []
    missing = sum(not skipped.isdisjoint(keys) for keys in failing)
    if missing:
        parts.append(f"{plural(missing, 'component')} {'is' if missing == 1 else 'are'} missing")
    again = sum(key in retried for keys in failing for key in keys)
    if again:
        parts.append(f"{plural(again, 'test')} that failed before passed only after a retry")
    for kind, before in ((Kind.FAILURE, "failed"), (Kind.COMPONENT, "lacked a component")):
        tests = sum(one.count(MemberState.UNVERIFIED) for one in blockers if one.kind is kind)
        if tests:
            verb = "is" if tests == 1 else "are"
            parts.append(f"{plural(tests, 'test')} that {before} before {verb} not proven to pass")
    items = [one for one in blockers if one.kind is Kind.CHECKLIST]
    for named, what in (
        ([one for one in items if one.state.stops], "not done"),
        ([one for one in items if not one.state.stops], "not proven"),
    ):
        if len(named) == 1:
            parts.append(f"“{named[0].title}” of the checklist is {what}")
        elif named:
            parts.append(f"{number(len(named))} items of the checklist are {what}")
    parts += [f"“{one.title}”, not met before, is not proven" for one in blockers if one.kind is Kind.CRITERION]
    return parts


def _expected(assessment: Assessment) -> str:
    counts, basis = assessment.facts.counts, assessment.facts.reference.basis
    if basis is Basis.NONE:
        return f"What was expected is not known: {no_reference(assessment)}."
    if basis is Basis.PARTIAL_LIST:
        return f"{incomplete_list(assessment)}, so how many tests there should be is not proven."
    if counts.not_run == 0 and counts.expected:
        verb = "has" if counts.expected == 1 else "have"
        return f"{'The' if counts.expected == 1 else 'All'} {plural(counts.expected, 'expected test')} {verb} a result."
    return ""


def no_reference(assessment: Assessment) -> str:
    """Why nothing says which tests there should be."""
    if assessment.facts.reference.first:
        return "this is a first run without a list of collected tests"
    return "there is no list of collected tests, and no earlier run was read in full"


def incomplete_list(assessment: Assessment) -> str:
    """Why the collected lists do not tell how many tests there are."""
    if assessment.facts.collection_errors:
        return "Collection itself failed in places"
    return "The list of collected tests is not complete"


def recommendation(assessment: Assessment) -> str:
    """What to do."""
    verdict = assessment.verdict
    if verdict.ready:
        if not assessment.unwaived.ready:
            return "Fit to deploy if the waived risks are accepted; they are listed below."
        return "Fit to deploy; the residual risks are listed below." if verdict.residual else "Fit to deploy."
    if verdict.word is Word.UNPROVEN:
        return "Do not deploy until the missing evidence is there."
    there = [one for one in stopping(assessment) if one.state.stops]
    if there:
        return f"Do not deploy. {plural(len(there), 'blocker')} to resolve first."
    return "Do not deploy until the unmet criteria are met."


def standing(assessment: Assessment) -> list[Blocker]:
    """The blockers that are not closed: what stops the release first, then by severity, critical areas and number."""
    critical = {area.name for area in assessment.policy.areas if area.critical}
    found = [one for one in assessment.blockers.values() if one.state is not BlockerState.CLOSED]
    order = (BlockerState.OPEN, BlockerState.REOPENED, BlockerState.UNVERIFIED, BlockerState.OBSERVING)
    return sorted(
        found,
        key=lambda one: (
            not (one.stopping and one.state is not BlockerState.OBSERVING),
            0 if one.state.stops else order.index(one.state),
            SEVERITIES.index(one.severity),
            one.area not in critical,
            -one.count(MemberState.FAILING),
            -len(one.members),
            one.id,
        ),
    )


def stopping(assessment: Assessment) -> list[Blocker]:
    """Those of the standing blockers that keep the release from being ready, in the same order; waived ones do not."""
    waived = assessment.granted.blockers
    found = (one for one in standing(assessment) if one.id not in waived)
    return [one for one in found if one.stopping and one.state is not BlockerState.OBSERVING]


def blocker_state(blocker: Blocker, assessment: Assessment) -> str:
    """The blocker's state as it is shown: `open`, `open, waived`."""
    return f"{blocker.state.value}{', waived' if blocker.id in assessment.granted.blockers else ''}"


def members(blocker: Blocker) -> str:
    """`2 failing, 1 passed`: how many of each state, worst first; of a blocker without tests, what was measured."""
    if blocker.own:
        return blocker.note
    return ", ".join(f"{blocker.count(state)} {state.value}" for state in MemberState if blocker.count(state))


def test_name(key: TestKey) -> str:
    """`group::name`, and in brackets the variant and the source where they say something."""
    told = [key.variant] if key.variant else []
    if key.source != DEFAULT_SOURCE:
        told.append(key.source)
    return f"{key.label} [{', '.join(told)}]" if told else key.label


def effort(days: Effort) -> str:
    """`1 to 2 working days`."""
    if days.min == days.max:
        return f"{days.max:g} working day{'' if days.max == 1 else 's'}"
    return f"{days.min:g} to {days.max:g} working days"


def flake_evidence(flake: Flake) -> str:
    """What says that a test is flaky, with its numbers."""
    track = flake.track
    seen = f"{plural(track.failures, 'failure')} in the last {plural(len(track.executions), 'execution')}"
    if track.retried:
        return f"passed only after a retry {plural(track.retried, 'time')}, {seen}"
    if track.disputed:
        return f"passed and failed on commit {track.disputed[:10]}, {seen}"
    return f"changed {plural(track.flips, 'time')} between pass and failure, {seen}"


def state_word(result: CriterionResult) -> str:
    """The criterion's state as it is shown."""
    if result.waived:
        return "Waived"
    return {
        CriterionState.MET: "Met",
        CriterionState.UNMET: "Unmet",
        CriterionState.UNPROVEN: "Unproven",
        CriterionState.NOT_CHECKED: "Not checked",
    }[result.state]

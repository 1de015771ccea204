"""The sentences that say what the facts mean; plain text, in one place."""

from __future__ import annotations

from readiness.analysis import Basis
from readiness.assessment.blockers import Blocker, BlockerState, MemberState
from readiness.assessment.chain import Assessment
from readiness.assessment.criteria import CriterionResult, CriterionState, Measured
from readiness.assessment.numbers import amount, number, percent, plural
from readiness.assessment.verdict import STOPPING, Word
from readiness.policy import SEVERITIES

__all__ = [
    "HEADLINE",
    "KIND",
    "actual",
    "amount",
    "members",
    "number",
    "out_of",
    "percent",
    "plural",
    "recommendation",
    "required",
    "standing",
    "state_word",
    "summary",
]

HEADLINE = {Word.READY: "Ready", Word.BLOCKED: "Not ready", Word.UNPROVEN: "Not ready"}
KIND = {Word.READY: "", Word.BLOCKED: "Blocked", Word.UNPROVEN: "Unproven"}


def required(result: CriterionResult) -> str:
    """`≥ 95 %`, `≤ 300 MiB`, `0`."""
    limit = result.criterion.limit
    sign = {"at_least": "≥ ", "at_most": "≤ ", "equals": ""}[result.criterion.direction]
    return sign + amount(limit.value, limit.unit)


def actual(measured: Measured) -> str:
    """What was measured, with numerator and denominator where there are some."""
    if measured.value is None:
        return "–"
    if measured.at_least and measured.denominator is not None:
        return f"{number(measured.numerator or 0)} of at least {number(measured.denominator)}"
    return amount(measured.value, measured.unit)


def out_of(measured: Measured) -> str:
    """`1,203 of 1,203`, or what is missing."""
    if measured.missing:
        return measured.missing
    if measured.numerator is None or measured.denominator is None or measured.at_least:
        return ""
    return f"{number(measured.numerator)} of {number(measured.denominator)}"


def summary(assessment: Assessment) -> str:
    """Why the verdict is what it is, in one or two sentences."""
    counts, verdict = assessment.facts.counts, assessment.verdict
    parts = []
    if counts.failures:
        areas = {assessment.facts.area_of[result.key] for result in assessment.facts.problems if not result.run_level}
        where = f" in {plural(len(areas), 'area')}" if len(areas) > 1 else ""
        verb = "fails" if counts.failed + counts.error == 1 else "fail"
        parts.append(
            f"{number(counts.failed + counts.error)} of {plural(counts.executed, 'executed test')} {verb}{where}"
        )
        if counts.run_errors:
            parts.append(f"the run itself reports {plural(counts.run_errors, 'error')}")
    elif counts.executed:
        parts.append(f"{'The' if counts.executed == 1 else 'All'} {plural(counts.executed, 'executed test')} passed")
    else:
        parts.append("No test executed")
    if counts.not_run:
        parts.append(f"{number(counts.not_run)} of {plural(counts.expected or 0, 'expected test')} never ran")
    if assessment.facts.losses:
        parts.append(f"evidence was lost in {plural(len({loss.input for loss in assessment.facts.losses}), 'file')}")
    others = [
        reason
        for reason in verdict.blocked + verdict.unproven
        if reason.kind.value == "criterion"
        and _measure(assessment, reason.ref) not in ("failures", "completion", "evidence_loss")
    ]
    if others:
        parts.append(f"{plural(len(others), 'further criterion', 'further criteria')} not met or not proven")
    parts += [reason.text for reason in verdict.unproven if reason.ref in ("past", "archive", "variant", "vanished")]
    sentence = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] + "."
    return f"{sentence} {_expected(assessment)}".strip()


def _expected(assessment: Assessment) -> str:
    counts, basis = assessment.facts.counts, assessment.facts.reference.basis
    if basis is Basis.NONE:
        return "What was expected is not known: this is a first run without a list of collected tests."
    if basis is Basis.PARTIAL_LIST:
        if assessment.facts.collection_errors:
            return "Collection itself failed in places, so how many tests there should be is not proven."
        return "The list of collected tests is not complete, so how many tests there should be is not proven."
    if counts.not_run == 0 and counts.expected:
        verb = "has" if counts.expected == 1 else "have"
        return f"{'The' if counts.expected == 1 else 'All'} {plural(counts.expected, 'expected test')} {verb} a result."
    return ""


def _measure(assessment: Assessment, criterion: str) -> str:
    return next((one.criterion.measure for one in assessment.criteria if one.criterion.id == criterion), "")


def recommendation(assessment: Assessment) -> str:
    """What to do."""
    verdict = assessment.verdict
    if verdict.ready:
        return "Fit to deploy; the residual risks are listed below." if verdict.residual else "Fit to deploy."
    if verdict.word is Word.UNPROVEN:
        return "Do not deploy until the missing evidence is there."
    stopping = [one for one in standing(assessment) if one.severity in STOPPING]
    if stopping:
        return f"Do not deploy. {plural(len(stopping), 'blocker')} to resolve first."
    return "Do not deploy until the unmet criteria are met."


def standing(assessment: Assessment) -> list[Blocker]:
    """The blockers that are not closed, by weight: state, severity, critical areas first, number of tests."""
    order = list(BlockerState)
    critical = {area.name for area in assessment.policy.areas if area.critical}
    found = [one for one in assessment.blockers.values() if one.state is not BlockerState.CLOSED]
    return sorted(
        found,
        key=lambda one: (
            order.index(one.state),
            SEVERITIES.index(one.severity),
            one.area not in critical,
            -len(one.members),
            one.id,
        ),
    )


def members(blocker: Blocker) -> str:
    """`2 failing, 1 passed`: how many of each state, worst first."""
    return ", ".join(f"{blocker.count(state)} {state.value}" for state in MemberState if blocker.count(state))


def state_word(result: CriterionResult) -> str:
    """The criterion's state as it is shown."""
    return {
        CriterionState.MET: "Met",
        CriterionState.UNMET: "Unmet",
        CriterionState.UNPROVEN: "Unproven",
        CriterionState.NOT_CHECKED: "Not checked",
    }[result.state]

"""Criteria: a measure of the run against its limit; met, unmet, unproven, or not checked on a first run."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from readiness.analysis import RunFacts
from readiness.assessment.measures import Measured, measure, without
from readiness.assessment.numbers import amount
from readiness.assessment.wording import say
from readiness.model import TestKey
from readiness.policy import METRIC, Criterion, Quantity, unit_named


class CriterionState(StrEnum):
    """How a criterion stands. Absence of evidence is unproven, never unmet and never met."""

    MET = "met"
    UNMET = "unmet"
    UNPROVEN = "unproven"
    NOT_CHECKED = "not checked"
    """A first run without a collected list: nothing says what was expected."""


@dataclass(frozen=True)
class CriterionResult:
    """One criterion judged on one run."""

    criterion: Criterion
    state: CriterionState
    measured: Measured
    waived: bool = False
    """True where it does not stop the release, though it stands like that, because of waivers."""

    @property
    def blocking(self) -> bool:
        """True where the release depends on it."""
        return self.criterion.tier == "blocking"

    @property
    def stops(self) -> bool:
        """True where it keeps the release from being ready."""
        return self.blocking and not self.waived and self.state in (CriterionState.UNMET, CriterionState.UNPROVEN)

    @property
    def allowed(self) -> Fraction:
        """The limit in the unit that was measured in."""
        return self.criterion.limit.base / unit_named(self.measured.unit)[1]

    @property
    def headroom(self) -> Fraction | None:
        """How far the value lies within its limit, in the measure's unit; negative beyond it, None where unknown."""
        measured, allowed = self.measured, self.allowed
        if measured.value is None:
            return None
        if self.criterion.direction == "at_least":
            return measured.value - allowed
        return allowed - measured.value if self.criterion.direction == "at_most" else -abs(measured.value - allowed)

    @property
    def met_without_holders(self) -> bool:
        """True where it would be met if none of the tests that hold it were left."""
        value, unit = (Fraction(100), "%") if self.measured.unit == "%" else (Fraction(0), "")
        return holds(value, unit, self.criterion.limit, self.criterion.direction)


def judge_criterion(criterion: Criterion, facts: RunFacts, as_of: datetime) -> CriterionResult:
    """Measure one criterion and compare it with its limit, exactly."""
    measured = measure(criterion, facts, as_of)
    state = _state(criterion, measured)
    if missing := _files_missing(criterion, facts, measured, state):
        return CriterionResult(criterion, CriterionState.UNPROVEN, replace(measured, value=None, missing=missing))
    if state is CriterionState.UNPROVEN and measured.at_least and criterion.row.says == "duration":
        measured = replace(measured, missing=say("duration_unknown", value=as_measured(measured)))
    return CriterionResult(criterion, state, measured)


def _files_missing(criterion: Criterion, facts: RunFacts, measured: Measured, state: CriterionState) -> str:
    """What is missing where an earlier run had the measure from more files; empty where that can change nothing.

    The worst value of a metric, a count or a time beyond its limit stay beyond it, whatever else there is.
    """
    now, before = facts.told_by.get(criterion.measure), facts.told_before.get(criterion.measure)
    if before is None or now is None or now.files >= before.files or measured.value is None:
        return ""
    if criterion.row.says == "duration" and not (facts.not_run or facts.vanished):
        return ""  # nothing that took time is missing, in however few files it stands
    beyond = criterion.row is METRIC or not holds(measured.value, measured.unit, criterion.limit, "at_most")
    if state is CriterionState.UNMET and beyond:
        return ""
    return say("fewer_files", files=now.files, before=before.files, run=before.run)


def waive(result: CriterionResult, tests: Container[TestKey], criteria: Container[str]) -> CriterionResult:
    """The criterion as it stands, and whether waivers of those tests and criteria let it pass."""
    measured = without(result.measured, tests)
    passes = result.criterion.id in criteria
    if measured.judged is not None:
        judged = replace(measured, value=measured.judged)
        passes = passes or _state(result.criterion, judged) is CriterionState.MET
    stands = result.state in (CriterionState.UNMET, CriterionState.UNPROVEN)
    return replace(result, measured=measured, waived=stands and passes)


def _state(criterion: Criterion, measured: Measured) -> CriterionState:
    if measured.not_checked:
        return CriterionState.NOT_CHECKED
    if measured.value is None:
        return CriterionState.UNPROVEN
    met = holds(measured.value, measured.unit, criterion.limit, criterion.direction)
    if measured.at_least:
        # Of a lower bound all that is proven is that it lies above something; a rate over one proves nothing.
        if measured.unit == "%":
            return CriterionState.UNPROVEN
        if criterion.direction == "at_least":
            return CriterionState.MET if met else CriterionState.UNPROVEN
        above = not holds(measured.value, measured.unit, criterion.limit, "at_most")
        return CriterionState.UNMET if above and not criterion.row.absence else CriterionState.UNPROVEN
    if met:
        return CriterionState.MET
    return CriterionState.UNPROVEN if criterion.row.absence else CriterionState.UNMET


def holds(value: Fraction, unit: str, limit: Quantity, direction: str) -> bool:
    """Compare in base units. Raises ValueError where the units do not fit, which `measure` has ruled out."""
    actual = value * unit_named(unit)[1]
    if direction == "at_least":
        return actual >= limit.base
    return actual <= limit.base if direction == "at_most" else actual == limit.base


def with_waived(measured: Measured) -> str:
    """`10; 0 without 10 waived`, `90 %; 100 % without 10 waived`; empty where nothing is waived."""
    if not measured.waived or measured.value is None:
        return ""
    shown = amount(measured.value, measured.unit)
    if measured.judged is None:
        return say("nothing_left_unwaived", value=shown, waived=measured.waived)
    judged = amount(measured.judged, measured.unit)
    if measured.denominator is None:
        return say("count_with_waived", judged=judged, value=shown, waived=measured.waived)
    return say("rate_with_waived", value=shown, judged=judged, waived=measured.waived)


def as_measured(measured: Measured) -> str:
    """The value as people read it: `90 %`, `10; 0 without 10 waived`, `at least 40 s`; empty where there is none."""
    if measured.value is None:
        return ""
    shown = with_waived(measured) or amount(measured.value, measured.unit)
    return say("bound", value=shown) if measured.at_least else shown


def how(result: CriterionResult) -> str:
    """How it stands: what is missing, or what was measured against what is required."""
    measured, limit = result.measured, result.criterion.limit
    if measured.missing:
        return measured.missing
    if measured.at_least and measured.denominator is not None:
        return say("of_at_least", numerator=measured.numerator or 0, denominator=measured.denominator)
    if measured.value is None:
        return ""
    shown = as_measured(measured)
    if result.state is CriterionState.UNMET and shown == amount(result.allowed, measured.unit):
        shown = f"{float(measured.value):,} {measured.unit}".strip()
    return say(f"required_{result.criterion.direction}", measured=shown, limit=limit.text)

"""Criteria: a measure of the run against its limit; met, unmet, unproven, or not checked on a first run."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from readiness.analysis import RunFacts
from readiness.assessment.measures import Measured, measure, without
from readiness.assessment.notes import Amount, Note, note
from readiness.model import TestKey
from readiness.numbers import amount
from readiness.policy import METRIC, Criterion, Quantity, unit_named
from readiness.serial import Exact, telling


class CriterionState(StrEnum):
    """How a criterion stands. Absence of evidence is unproven, never unmet and never met."""

    MET = "met"
    UNMET = "unmet"
    UNPROVEN = "unproven"
    NOT_CHECKED = "not checked"
    """A first run without a collected list: nothing says what was expected."""


@telling("stops", "allowed", "headroom")
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
    def allowed(self) -> Exact:
        """The limit in the unit that was measured in."""
        return self.criterion.limit.base / unit_named(self.measured.unit)[1]

    @property
    def headroom(self) -> Exact | None:
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
    without_value = measured.value is None or measured.denominator is not None
    if state is CriterionState.UNPROVEN and measured.at_least and not without_value:
        why = "duration_unknown" if criterion.row.says == "duration" else "completeness_unknown"
        measured = replace(measured, missing=note(why, value=as_measured(measured)))
    return CriterionResult(criterion, state, measured)


def _files_missing(criterion: Criterion, facts: RunFacts, measured: Measured, state: CriterionState) -> Note | None:
    """What is missing where an earlier run had the measure from more files; None where that can change nothing.

    The worst value of a metric, a count or a time beyond its limit stay beyond it, whatever else there is.
    """
    now, before = facts.told_by.get(criterion.measure), facts.told_before.get(criterion.measure)
    if before is None or now is None or now.files >= before.files or measured.value is None:
        return None
    if criterion.row.says == "duration" and not (facts.not_run or facts.vanished):
        return None  # nothing that took time is missing, in however few files it stands
    beyond = criterion.row is METRIC or not holds(measured.value, measured.unit, criterion.limit, "at_most")
    if state is CriterionState.UNMET and beyond:
        return None
    return note("fewer_files", files=now.files, before=before.files, run=before.run)


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


def as_measured(measured: Measured) -> Amount | Note:
    """The value, with what it would be without the tests that are waived, and whether it is a lower bound."""
    assert measured.value is not None
    told: Amount | Note = Amount(measured.value, measured.unit)
    if measured.waived and measured.judged is None:
        told = note("nothing_left_unwaived", value=told, waived=measured.waived)
    elif measured.waived and measured.judged is not None:
        told = note("with_waived", value=told, judged=Amount(measured.judged, measured.unit), waived=measured.waived)
    return note("bound", value=told) if measured.at_least else told


def how(result: CriterionResult) -> Note | None:
    """How it stands: what is missing, or what was measured against what is required; None where neither is known."""
    measured, limit = result.measured, result.criterion.limit
    if measured.missing:
        return measured.missing
    if measured.at_least and measured.denominator is not None:
        return note("of_at_least", numerator=measured.numerator or 0, denominator=measured.denominator)
    if measured.value is None:
        return None
    shown = as_measured(measured)
    if result.state is CriterionState.UNMET and isinstance(shown, Amount):
        reads_alike = amount(*shown) == amount(result.allowed, measured.unit)
        shown = note("exact", value=f"{float(measured.value):,}", unit=measured.unit) if reads_alike else shown
    return note(f"required_{result.criterion.direction}", measured=shown, limit=limit.text)

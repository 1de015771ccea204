"""Criteria: a measure of the run against its limit; met, unmet, unproven, or not checked on a first run."""

from collections.abc import Container
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from readiness.analysis import RunFacts
from readiness.assessment.measures import Known, Measured, Reference, measure, reference, without
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


@telling("stops", "limit", "allowed", "headroom")
@dataclass(frozen=True)
class CriterionResult:
    """One criterion judged on one run."""

    criterion: Criterion
    state: CriterionState
    measured: Measured
    waived: bool = False
    """True where it does not stop the release, though it stands like that, because of waivers."""
    reference: Reference | None = None
    """What the baseline had, where the limit is relative to it."""

    @property
    def blocking(self) -> bool:
        """True where the release depends on it."""
        return self.criterion.tier == "blocking"

    @property
    def stops(self) -> bool:
        """True where it keeps the release from being ready."""
        return self.blocking and not self.waived and self.state in (CriterionState.UNMET, CriterionState.UNPROVEN)

    @property
    def limit(self) -> Quantity | None:
        """The limit in force: that of the policy, or what it comes to by the baseline; None where that has no value."""
        limit = self.criterion.limit
        if isinstance(limit, Quantity):
            return limit
        return limit.of(self.reference.value, self.reference.unit) if self.reference else None

    @property
    def allowed(self) -> Exact | None:
        """The limit in the unit that was measured in; None where there is no limit in force."""
        return self.limit.base / unit_named(self.measured.unit)[1] if self.limit else None

    @property
    def headroom(self) -> Exact | None:
        """How far the value lies within its limit, in the measure's unit; negative beyond it, None where unknown."""
        measured, allowed = self.measured, self.allowed
        if measured.value is None or allowed is None:
            return None
        if self.criterion.direction == "at_least":
            return measured.value - allowed
        return allowed - measured.value if self.criterion.direction == "at_most" else -abs(measured.value - allowed)

    @property
    def met_without_holders(self) -> bool:
        """True where it would be met if none of the tests that hold it were left."""
        value, unit = (Fraction(100), "%") if self.measured.unit == "%" else (Fraction(0), "")
        return self.limit is not None and holds(value, unit, self.limit, self.criterion.direction)


def judge_criterion(criterion: Criterion, facts: RunFacts, known: Known) -> CriterionResult:
    """Measure one criterion and compare it with its limit, exactly."""
    limit = criterion.limit
    if isinstance(limit, Quantity):
        return _judged(criterion, facts, known)
    found = reference(criterion, facts, known.baseline)
    if isinstance(found, Measured):
        state = CriterionState.NOT_CHECKED if found.not_checked else CriterionState.UNPROVEN
        return CriterionResult(criterion, state, found)
    judged = _judged(criterion.within(limit.of(found.value, found.unit)), facts, known)
    return replace(judged, criterion=criterion, reference=found)


_BOUNDS = {"duration": "duration_unknown", "slower_than_baseline": "times_unknown"}
"""Why a measure is a lower bound, where it is not that tests are missing."""


def _judged(criterion: Criterion, facts: RunFacts, known: Known) -> CriterionResult:
    measured = measure(criterion, facts, known)
    state = _state(criterion, measured)
    if missing := _files_missing(criterion, facts, measured, state):
        return CriterionResult(criterion, CriterionState.UNPROVEN, replace(measured, value=None, missing=missing))
    without_value = measured.value is None or measured.denominator is not None
    if state is CriterionState.UNPROVEN and measured.at_least and not without_value:
        why = _BOUNDS.get(criterion.row.name, "completeness_unknown")
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
    beyond = criterion.row is METRIC or not holds(measured.value, measured.unit, criterion.amount, "at_most")
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
    met = holds(measured.value, measured.unit, criterion.amount, criterion.direction)
    if measured.at_least:
        # Of a lower bound all that is proven is that it lies above something; a rate over one proves nothing.
        if measured.unit == "%":
            return CriterionState.UNPROVEN
        if criterion.direction == "at_least":
            return CriterionState.MET if met else CriterionState.UNPROVEN
        above = not holds(measured.value, measured.unit, criterion.amount, "at_most")
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
    measured, limit = result.measured, result.limit
    if measured.missing or limit is None:
        return measured.missing
    if measured.at_least and measured.denominator is not None:
        return note("of_at_least", numerator=measured.numerator or 0, denominator=measured.denominator)
    if measured.value is None:
        return None
    shown = as_measured(measured)
    if result.state is CriterionState.UNMET and isinstance(shown, Amount):
        reads_alike = amount(*shown) == amount(result.allowed or Fraction(0), measured.unit)
        shown = note("exact", value=f"{float(measured.value):,}", unit=measured.unit) if reads_alike else shown
    told = note("limit_of", limit=limit.text, source=source) if (source := of_baseline(result)) else limit.text
    return note(f"required_{result.criterion.direction}", measured=shown, limit=told)


def of_baseline(result: CriterionResult) -> Note | None:
    """Where a limit comes from that is relative to the baseline."""
    found = result.reference
    if found is None:
        return None
    had, demanded = Amount(found.value, found.unit), result.criterion.limit.text
    return note("of_baseline", demanded=demanded, version=found.run.version, value=had)

"""Criteria: a measure of the run against its limit; met, unmet, unproven, or not checked on a first run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from readiness.analysis import Counts, RunFacts
from readiness.model import TestKey
from readiness.policy import UNITS, Criterion, Quantity


class CriterionState(StrEnum):
    """How a criterion stands. Absence of evidence is unproven, never unmet and never met."""

    MET = "met"
    UNMET = "unmet"
    UNPROVEN = "unproven"
    NOT_CHECKED = "not checked"
    """A first run without a collected list: nothing says what was expected."""


@dataclass(frozen=True)
class Measured:
    """A measure's value in `unit` (`""`, `"%"`, `"s"` or a metric's own), or why there is none."""

    value: Fraction | None
    unit: str = ""
    numerator: int | None = None
    denominator: int | None = None
    at_least: bool = False
    """The number, or its denominator, is a lower bound."""
    missing: str = ""
    not_checked: bool = False
    holders: tuple[TestKey, ...] = ()
    """The tests behind the number, where it counts tests."""


@dataclass(frozen=True)
class CriterionResult:
    """One criterion judged on one run."""

    criterion: Criterion
    state: CriterionState
    measured: Measured


_FIRST_RUN = "first run without a collected list: nothing says what was expected"
_NOTHING_EXECUTED = "no test executed"

_COUNTS: dict[str, Callable[[Counts], int | None]] = {
    "failures": lambda counts: counts.failures,
    "run_errors": lambda counts: counts.run_errors,
    "passed": lambda counts: counts.passed,
    "failed": lambda counts: counts.failed,
    "errors": lambda counts: counts.error,
    "skipped": lambda counts: counts.skipped,
    "flaky": lambda counts: counts.flaky,
    "executed": lambda counts: counts.executed,
    "not_run": lambda counts: counts.not_run,
    "expected": lambda counts: counts.expected,
    "vanished": lambda counts: counts.vanished,
}

_RATES: dict[str, tuple[Callable[[Counts], Fraction | None], Callable[[Counts], int], str]] = {
    "pass_rate": (lambda counts: counts.pass_rate, lambda counts: counts.clean, "executed"),
    "success_rate": (lambda counts: counts.success_rate, lambda counts: counts.clean, "expected"),
    "completion": (lambda counts: counts.completion, lambda counts: counts.with_result, "expected"),
    "execution": (lambda counts: counts.execution, lambda counts: counts.executed, "expected"),
}

_OVER_OUTCOMES = frozenset({"failures", "failed", "errors", "flaky", "passed", "skipped", "executed", *_RATES})
_ABSENCE = frozenset({"completion", "execution", "not_run", "vanished", "evidence_loss"})
"""Beyond their limit these say that evidence is missing, which proves nothing against the product."""


def judge_criterion(criterion: Criterion, facts: RunFacts) -> CriterionResult:
    """Measure one criterion and compare it with its limit, exactly."""
    measured = measure(criterion, facts)
    return CriterionResult(criterion, _state(criterion, measured), measured)


def _state(criterion: Criterion, measured: Measured) -> CriterionState:
    if measured.not_checked:
        return CriterionState.NOT_CHECKED
    if measured.value is None:
        return CriterionState.UNPROVEN
    met = holds(measured.value, measured.unit, criterion.limit, criterion.direction)
    if measured.at_least:
        # Of a lower bound all that is proven is that it lies above something; a rate over one proves nothing.
        proven = met and criterion.direction == "at_least" and measured.unit != "%"
        return CriterionState.MET if proven else CriterionState.UNPROVEN
    if met:
        return CriterionState.MET
    return CriterionState.UNPROVEN if criterion.measure in _ABSENCE else CriterionState.UNMET


def holds(value: Fraction, unit: str, limit: Quantity, direction: str) -> bool:
    """Compare in base units. Raises ValueError where the units do not fit, which `measure` has ruled out."""
    actual = value * UNITS[unit][1] if unit in UNITS else value
    if direction == "at_least":
        return actual >= limit.base
    return actual <= limit.base if direction == "at_most" else actual == limit.base


def measure(criterion: Criterion, facts: RunFacts) -> Measured:
    """The value of a criterion's measure on a run, or what is missing for it."""
    name = criterion.measure
    if name.startswith("metric."):
        return _metric(name.removeprefix("metric."), criterion, facts)
    if name.startswith("coverage."):
        return _coverage(name, facts)
    if name == "duration":
        return _duration(facts)
    if name == "evidence_loss":
        return Measured(Fraction(len(facts.losses)))
    counts = _counts(criterion, facts)
    if counts is None:
        return Measured(None, missing=f"no test belongs to the area {criterion.where.area if criterion.where else ''}")
    if name in _OVER_OUTCOMES and not counts.executed:
        return Measured(None, missing=_NOTHING_EXECUTED)
    if name in _RATES:
        return _rate(name, counts)
    number = _COUNTS[name](counts)
    if number is None:
        return Measured(None, missing=_FIRST_RUN, not_checked=True)
    at_least = counts.at_least and name in ("not_run", "expected")
    return Measured(Fraction(number), at_least=at_least, holders=_holders(name, criterion, facts))


def _counts(criterion: Criterion, facts: RunFacts) -> Counts | None:
    if criterion.where is None:
        return facts.counts
    return next((area.counts for area in facts.areas if area.name == criterion.where.area), None)


def _rate(name: str, counts: Counts) -> Measured:
    rate_of, numerator_of, denominator_name = _RATES[name]
    denominator = getattr(counts, denominator_name)
    if denominator is None:
        return Measured(None, "%", missing=_FIRST_RUN, not_checked=True)
    rate = rate_of(counts)
    if rate is None:
        return Measured(None, "%", missing=_NOTHING_EXECUTED)
    at_least = counts.at_least and denominator_name == "expected"
    return Measured(rate * 100, "%", numerator_of(counts), denominator, at_least=at_least)


def _holders(name: str, criterion: Criterion, facts: RunFacts) -> tuple[TestKey, ...]:
    if name in ("failures", "failed", "errors", "run_errors"):
        found = [result.key for result in facts.problems]
        if criterion.where:
            found = [key for key in found if facts.area_of[key] == criterion.where.area]
        return tuple(found)
    return {
        "skipped": tuple(result.key for result in facts.skipped),
        "flaky": tuple(result.key for result in facts.flaky),
        "not_run": facts.not_run,
        "vanished": facts.vanished,
    }.get(name, ())


def _coverage(name: str, facts: RunFacts) -> Measured:
    coverage = facts.coverage
    if coverage is None:
        return Measured(None, "%", missing="no coverage file was archived")
    lines = name == "coverage.line"
    covered = coverage.lines_covered if lines else coverage.branches_covered
    valid = coverage.lines_valid if lines else coverage.branches_valid
    if not valid:
        return Measured(None, "%", missing=f"the coverage file holds no {'lines' if lines else 'branches'}")
    return Measured(Fraction(covered * 100, valid), "%", covered, valid)


def _duration(facts: RunFacts) -> Measured:
    if facts.wall_s is None:
        return Measured(None, "s", missing="no file declares how long the run took")
    return Measured(Fraction(str(facts.wall_s)), "s")


def _metric(name: str, criterion: Criterion, facts: RunFacts) -> Measured:
    """The worst value of a metric: the largest under an upper limit, the smallest above a lower one."""
    found = [metric for metric in facts.metrics if metric.name == name]
    if not found:
        return Measured(None, missing=f"no metric {name} was archived")
    dimension = criterion.limit.dimension
    for metric in found:
        own = UNITS[metric.unit][0] if metric.unit in UNITS else metric.unit
        if own != dimension:
            return Measured(
                None,
                metric.unit,
                missing=f"{name} is measured in {metric.unit or 'plain numbers'}, the limit is {criterion.limit.text}",
            )
    scale = {metric.unit: UNITS[metric.unit][1] if metric.unit in UNITS else Fraction(1) for metric in found}
    ordered = sorted(found, key=lambda metric: Fraction(str(metric.value)) * scale[metric.unit])
    worst = ordered[0] if criterion.direction == "at_least" else ordered[-1]
    if criterion.direction == "equals":
        worst = max(
            ordered, key=lambda metric: abs(Fraction(str(metric.value)) * scale[metric.unit] - criterion.limit.base)
        )
    return Measured(Fraction(str(worst.value)), worst.unit)

"""Measures: the value of what a criterion judges, with the evidence behind it, or what is missing for it."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from readiness.analysis import Counts, RunFacts
from readiness.assessment.notes import Note, note
from readiness.model import Metric, TestKey
from readiness.policy import UNITS, Criterion, Where


@dataclass(frozen=True)
class Measured:
    """A measure's value in `unit` (`""`, `"%"`, `"s"` or a metric's own), or why there is none."""

    value: Fraction | None
    unit: str = ""
    numerator: int | None = None
    denominator: int | None = None
    base: int | None = None
    """Of how many tests, lines or values it consists; None where it is one number by itself."""
    at_least: bool = False
    """The number, or its denominator, is a lower bound."""
    missing: Note | None = None
    """Why there is no number."""
    not_checked: bool = False
    holders: tuple[TestKey, ...] = ()
    """The tests behind the number: those that it counts, or that keep a rate below 100 %."""
    waived: int = 0
    """How many of them are waived; the value counts them all the same."""
    judged: Fraction | None = None
    """The value without those that are waived, where some are; None where nothing else is left to judge."""


NOTHING_EXECUTED = note("no_test_executed")

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

COMPLETENESS = frozenset({"completion", "execution", "not_run"})
OVER_OUTCOMES = frozenset({"failures", "new_failures", "failed", "errors", "run_errors", "flaky"}) | frozenset(
    {"passed", "skipped", "executed", "pass_rate", "success_rate"}
)
"""The blockers of the tests behind these stand for them; with nothing executed they prove nothing."""
OVER_EXPECTED = COMPLETENESS | {"expected", "vanished", "success_rate"}
"""What tests there should be decides these."""
OVER_THE_ARCHIVE = frozenset({"vanished", "evidence_loss", "evidence_age"})
ABSENCE = COMPLETENESS | OVER_THE_ARCHIVE
"""Beyond their limit these say that evidence is missing, which proves nothing against the product."""


def measure(criterion: Criterion, facts: RunFacts, as_of: datetime) -> Measured:
    """The value of a criterion's measure on a run, judged at `as_of`, or what is missing for it."""
    age = as_of - facts.run.finished
    if criterion.max_age and Fraction(age.total_seconds()) > criterion.max_age.base:
        return Measured(None, missing=note("too_old", age=criterion.max_age.text))
    measured = _measure(criterion, facts, Fraction(age.total_seconds()))
    least = criterion.min_evidence
    if least and measured.value is not None and (measured.base or 0) < least:
        missing = note("too_few_values", values=measured.base or 0, least=least)
        return replace(measured, value=None, missing=missing)
    return measured


def _measure(criterion: Criterion, facts: RunFacts, age_s: Fraction) -> Measured:
    name = criterion.measure
    if name.startswith("metric."):
        return _metric(name.removeprefix("metric."), criterion, facts)
    if name.startswith("coverage."):
        return _coverage(name, facts)
    if name == "duration":
        return _duration(facts)
    if name == "evidence_age":
        return Measured(age_s, "s")
    if name == "evidence_loss":
        return Measured(Fraction(len(facts.losses)))
    if name == "warnings":
        return _warnings(facts)
    counts = _counts(criterion, facts)
    if counts is None:
        return Measured(None, missing=_no_test(criterion))
    if name in OVER_OUTCOMES | {"completion", "execution"} and not counts.executed:
        return Measured(None, missing=NOTHING_EXECUTED)
    if name in _RATES:
        return replace(_rate(name, counts, facts), holders=_holders(name, criterion, facts))
    holders = _holders(name, criterion, facts)
    count = len(holders) if name == "new_failures" else _COUNTS[name](counts)
    if count is None:
        return _expected_unknown("")
    at_least = counts.at_least and name in ("not_run", "expected")
    return Measured(Fraction(count), base=counts.executed, at_least=at_least, holders=holders)


def _expected_unknown(unit: str) -> Measured:
    """On a first run nobody could have said it, which is not held against the run."""
    return Measured(None, unit, missing=note("expected_first_run"), not_checked=True)


def _counts(criterion: Criterion, facts: RunFacts) -> Counts | None:
    where = criterion.where
    return facts.counted(where.area, where.variant) if where else facts.counts


def _no_test(criterion: Criterion) -> Note:
    where = criterion.where
    return note("no_test_there", area=(where and where.area) or "", variant=(where and where.variant) or "")


def _rate(name: str, counts: Counts, facts: RunFacts) -> Measured:
    rate_of, numerator_of, denominator_name = _RATES[name]
    denominator = getattr(counts, denominator_name)
    if denominator is None:
        return _expected_unknown("%")
    rate = rate_of(counts)
    if rate is None:
        return Measured(None, "%", missing=NOTHING_EXECUTED)
    at_least = counts.at_least and denominator_name == "expected"
    return Measured(rate * 100, "%", numerator_of(counts), denominator, base=denominator, at_least=at_least)


def _holders(name: str, criterion: Criterion, facts: RunFacts) -> tuple[TestKey, ...]:
    """The tests that a count counts; those that keep a rate below 100 %."""
    failing = tuple(result.key for result in facts.problems if not result.run_level)
    skipped = tuple(result.key for result in facts.skipped)
    found = {
        "pass_rate": failing,
        "success_rate": (*failing, *skipped, *facts.not_run),
        "completion": facts.not_run,
        "execution": (*skipped, *facts.not_run),
        "failures": tuple(result.key for result in facts.problems),
        "new_failures": facts.new_failures,
        "run_errors": tuple(result.key for result in facts.problems if result.run_level),
        "failed": tuple(one.key for one in facts.problems if one.outcome == "failed" and not one.run_level),
        "errors": tuple(one.key for one in facts.problems if one.outcome == "error" and not one.run_level),
        "skipped": skipped,
        "flaky": tuple(result.key for result in facts.flaky),
        "not_run": facts.not_run,
        "vanished": facts.vanished,
    }.get(name, ())
    return found if criterion.where is None else tuple(key for key in found if selects(criterion.where, key, facts))


def without(measured: Measured, tests: Container[TestKey]) -> Measured:
    """The same measure, with what its value would be without those tests; a rate loses them from its denominator."""
    waived = sum(key in tests for key in measured.holders)
    if not waived or measured.value is None:
        return measured
    if measured.denominator is None or measured.numerator is None:
        return replace(measured, waived=waived, judged=measured.value - waived)
    left = measured.denominator - waived
    return replace(measured, waived=waived, judged=Fraction(100 * measured.numerator, left) if left else None)


def selects(where: Where | None, key: TestKey, facts: RunFacts) -> bool:
    """True for a test, of those that did not simply pass, that lies in the area and variant."""
    return where is None or (where.area in (None, facts.area_of[key]) and where.variant in (None, key.variant))


def _coverage(name: str, facts: RunFacts) -> Measured:
    coverage = facts.coverage
    if coverage is None:
        return Measured(None, "%", missing=note("no_coverage"))
    lines = name == "coverage.line"
    covered = coverage.lines_covered if lines else coverage.branches_covered
    valid = coverage.lines_valid if lines else coverage.branches_valid
    if not valid:
        return Measured(None, "%", missing=note("no_lines" if lines else "no_branches"))
    return Measured(Fraction(covered * 100, valid), "%", covered, valid, base=valid)


def _duration(facts: RunFacts) -> Measured:
    if facts.wall_s is None:
        return Measured(None, "s", missing=note("no_duration"))
    return Measured(Fraction(str(facts.wall_s)), "s", at_least=facts.wall_at_least)


def _warnings(facts: RunFacts) -> Measured:
    if facts.warnings is None:
        return Measured(None, missing=note("no_warnings_file"))
    return Measured(Fraction(sum(warning.count for warning in facts.warnings)))


def _metric(name: str, criterion: Criterion, facts: RunFacts) -> Measured:
    """The worst value of a metric: the largest under an upper limit, the smallest above a lower one."""
    found = [metric for metric in facts.metrics if metric.name == name]
    if not found:
        return Measured(None, missing=note("no_metric", name=name))
    limit = criterion.limit
    for metric in found:
        own = UNITS[metric.unit][0] if metric.unit in UNITS else metric.unit
        if own != limit.dimension:
            missing = note("other_unit", name=name, unit=metric.unit, limit=limit.text)
            return Measured(None, metric.unit, missing=missing)
    ordered = sorted(found, key=in_base_units)
    worst = ordered[0] if criterion.direction == "at_least" else ordered[-1]
    if criterion.direction == "equals":
        worst = max(ordered, key=lambda metric: abs(in_base_units(metric) - limit.base))
    return Measured(Fraction(str(worst.value)), worst.unit, base=len(found))


def in_base_units(metric: Metric) -> Fraction:
    """The exact value in the base unit of its dimension; an unknown unit is its own."""
    return Fraction(str(metric.value)) * (UNITS[metric.unit][1] if metric.unit in UNITS else 1)

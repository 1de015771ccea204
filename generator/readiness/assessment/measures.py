"""Measures: the value of what a criterion judges, with the evidence behind it, or what is missing for it."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from readiness.analysis import Comparison, Flake, RunFacts, RunRef
from readiness.assessment.notes import Note, note
from readiness.model import Metric, TestKey, TestResult
from readiness.policy import Criterion, Where, unit_named
from readiness.serial import Exact


@dataclass(frozen=True)
class Measured:
    """A measure's value in `unit` (`""`, `"%"`, `"s"` or a metric's own), or why there is none."""

    value: Exact | None
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
    judged: Exact | None = None
    """The value without those that are waived, where some are; None where nothing else is left to judge."""


@dataclass(frozen=True)
class Baseline:
    """What criteria need of the run that this one is compared with."""

    run: RunRef
    metrics: tuple[Metric, ...]
    asked: Container[str]
    """The measures that its policy judged."""
    comparison: Comparison | None
    """Of this run against it."""


@dataclass(frozen=True)
class Known:
    """What a measure may need beside the facts of the run."""

    as_of: datetime
    """When it is judged."""
    flakes: tuple[Flake, ...] = ()
    baseline: Baseline | None = None

    def age_s(self, facts: RunFacts) -> Fraction:
        """From the end of the run to the judgement."""
        return Fraction((self.as_of - facts.run.finished).total_seconds())


NOTHING_EXECUTED = note("no_test_executed")


@dataclass(frozen=True)
class Count:
    """A measure that counts tests: the names of its numbers in `Counts`."""

    count: str
    """Empty: as many as hold it."""
    of: str = ""
    """Of a rate the denominator."""
    holders: Callable[[RunFacts], Iterable[TestKey]] = lambda facts: ()


def measure(criterion: Criterion, facts: RunFacts, known: Known) -> Measured:
    """The value of a criterion's measure on a run, or what is missing for it."""
    if criterion.max_age and known.age_s(facts) > criterion.max_age.base:
        return Measured(None, missing=note("too_old", age=criterion.max_age.text))
    measured = _measure(criterion, facts, known)
    least = criterion.min_evidence
    if least and measured.value is not None and (measured.base or 0) < least:
        missing = note("too_few_values", values=measured.base or 0, least=least)
        return replace(measured, value=None, missing=missing)
    return measured


def _measure(criterion: Criterion, facts: RunFacts, known: Known) -> Measured:
    value = VALUES[criterion.row.name]
    return _of_tests(value, criterion, facts) if isinstance(value, Count) else value(criterion, facts, known)


def _of_tests(value: Count, criterion: Criterion, facts: RunFacts) -> Measured:
    where, row = criterion.where, criterion.row
    counts = facts.counted(where.area, where.variant) if where else facts.counts
    if counts is None:
        missing = note("no_test_there", area=(where and where.area) or "", variant=(where and where.variant) or "")
        return Measured(None, missing=missing)
    if not counts.executed and (row.says == "outcomes" or value.of):
        return Measured(None, missing=NOTHING_EXECUTED)
    holders = tuple(key for key in value.holders(facts) if where is None or selects(where, key, facts))
    count = getattr(counts, value.count) if value.count else len(holders)
    whole = getattr(counts, value.of) if value.of else counts.executed
    unit = "%" if value.of else ""
    if count is None or whole is None:
        # On a first run nobody could have said it, which is not held against the run.
        return Measured(None, unit, missing=note("expected_first_run"), not_checked=True, holders=holders)
    at_least = counts.at_least and row.over_expected and row.scope == "tests"
    if not value.of:
        return Measured(Fraction(count), base=whole, at_least=at_least, holders=holders)
    return Measured(Fraction(100 * count, whole), unit, count, whole, whole, at_least, holders=holders)


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


def _coverage(criterion: Criterion, facts: RunFacts, _: Known) -> Measured:
    coverage = facts.coverage
    if coverage is None:
        return Measured(None, "%", missing=note("no_coverage"))
    name = criterion.measure.removeprefix("coverage.")
    if name not in coverage.shares:
        return Measured(None, "%", missing=note("no_lines" if name == "line" else "no_branches"))
    covered, valid = coverage.shares[name]
    return Measured(Fraction(covered * 100, valid), "%", covered, valid, base=valid)


def _duration(_: Criterion, facts: RunFacts, __: Known) -> Measured:
    if facts.wall_s is None:
        return Measured(None, "s", missing=note("no_duration"))
    return Measured(Fraction(str(facts.wall_s)), "s", at_least=facts.wall_at_least)


def _warnings(_: Criterion, facts: RunFacts, __: Known) -> Measured:
    if facts.warnings is None:
        return Measured(None, missing=note("no_warnings_file"))
    return Measured(Fraction(sum(warning.count for warning in facts.warnings)))


def _metric(criterion: Criterion, facts: RunFacts, _: Known) -> Measured:
    """The worst value of a metric: the largest under an upper limit, the smallest above a lower one."""
    name = criterion.measure.removeprefix("metric.")
    found = [metric for metric in facts.metrics if metric.name == name]
    if not found:
        return Measured(None, missing=note("no_metric", name=name))
    limit = criterion.amount
    for metric in found:
        if unit_named(metric.unit)[0] != limit.dimension:
            missing = note("other_unit", name=name, unit=metric.unit, limit=limit.text)
            return Measured(None, metric.unit, missing=missing)
    worst = _worst(found, criterion.direction)
    if criterion.direction == "equals":
        worst = max(sorted(found, key=in_base_units), key=lambda metric: abs(in_base_units(metric) - limit.base))
    return Measured(Fraction(str(worst.value)), worst.unit, base=len(found))


def _worst(metrics: Sequence[Metric], direction: str) -> Metric:
    ordered = sorted(metrics, key=in_base_units)
    return ordered[0] if direction == "at_least" else ordered[-1]


@dataclass(frozen=True)
class Reference:
    """What a baseline had of a metric."""

    run: RunRef
    value: Exact
    unit: str


def reference(criterion: Criterion, facts: RunFacts, baseline: Baseline | None) -> Reference | Measured:
    """What the limit of a criterion is relative to, by the worst value that the baseline had; else what is missing.

    Where there was no baseline, or it had no such metric and nobody asked for it, it is not checked, as on a first run.
    """
    name = criterion.measure.removeprefix("metric.")
    if not any(metric.name == name for metric in facts.metrics):
        return Measured(None, missing=note("no_metric", name=name))
    if baseline is None:
        return Measured(None, missing=note("no_baseline"), not_checked=True)
    found = [metric for metric in baseline.metrics if metric.name == name]
    if not found or len({unit_named(metric.unit)[0] for metric in found}) > 1:
        missing = note("no_baseline_metric", name=name, version=baseline.run.version, run=baseline.run.run)
        return Measured(None, missing=missing, not_checked=not found and criterion.measure not in baseline.asked)
    worst = _worst(found, criterion.direction)
    return Reference(baseline.run, Fraction(str(worst.value)), worst.unit)


def _flaky_rate(_: Criterion, facts: RunFacts, known: Known) -> Measured:
    """The share of the executed tests that are called flaky."""
    executed = facts.counts.executed
    if not executed:
        return Measured(None, "%", missing=NOTHING_EXECUTED)
    if facts.comparison is None:
        # Nothing can have failed again yet.
        return Measured(None, "%", missing=note("no_earlier_run"), not_checked=True)
    flaky = len(known.flakes)
    return Measured(Fraction(100 * flaky, executed), "%", flaky, executed, executed)


def _slower(_: Criterion, facts: RunFacts, known: Known) -> Measured:
    """How many tests are slower than in the baseline; a lower bound where some that were timed there are not now."""
    if known.baseline is None or known.baseline.comparison is None:
        return Measured(None, missing=note("no_baseline"), not_checked=True)
    found = known.baseline.comparison
    if not found.timed:
        return Measured(None, missing=note("no_test_timed", version=known.baseline.run.version))
    holders = tuple(one.key for one in found.slower)
    return Measured(Fraction(len(holders)), base=found.timed, at_least=bool(found.untimed), holders=holders)


def in_base_units(metric: Metric) -> Fraction:
    """The exact value in the base unit of its dimension; an unknown unit is its own."""
    return Fraction(str(metric.value)) * unit_named(metric.unit)[1]


def _keys(results: Iterable[TestResult]) -> tuple[TestKey, ...]:
    return tuple(result.key for result in results)


def _failing(facts: RunFacts) -> tuple[TestKey, ...]:
    return _keys(result for result in facts.problems if not result.run_level)


def _ended(facts: RunFacts, outcome: str) -> tuple[TestKey, ...]:
    return _keys(result for result in facts.problems if result.outcome == outcome and not result.run_level)


VALUES: dict[str, Count | Callable[[Criterion, RunFacts, Known], Measured]] = {
    "failures": Count("failures", holders=lambda facts: _keys(facts.problems)),
    "new_failures": Count("", holders=lambda facts: facts.new_failures),
    "run_errors": Count("run_errors", holders=lambda facts: _keys(one for one in facts.problems if one.run_level)),
    "passed": Count("passed"),
    "failed": Count("failed", holders=lambda facts: _ended(facts, "failed")),
    "errors": Count("error", holders=lambda facts: _ended(facts, "error")),
    "skipped": Count("skipped", holders=lambda facts: _keys(facts.skipped)),
    "flaky": Count("flaky", holders=lambda facts: _keys(facts.flaky)),
    "not_run": Count("not_run", holders=lambda facts: facts.not_run),
    "executed": Count("executed"),
    "expected": Count("expected"),
    "vanished": Count("vanished", holders=lambda facts: facts.vanished),
    "evidence_loss": lambda _, facts, __: Measured(Fraction(len(facts.losses))),
    "evidence_age": lambda _, facts, known: Measured(known.age_s(facts), "s"),
    "warnings": _warnings,
    "pass_rate": Count("clean", "executed", _failing),
    "success_rate": Count("clean", "expected", lambda facts: (*_failing(facts), *_keys(facts.skipped), *facts.not_run)),
    "completion": Count("with_result", "expected", lambda facts: facts.not_run),
    "execution": Count("executed", "expected", lambda facts: (*_keys(facts.skipped), *facts.not_run)),
    "coverage.line": _coverage,
    "coverage.branch": _coverage,
    "duration": _duration,
    "flaky_rate": _flaky_rate,
    "slower_than_baseline": _slower,
    "metric": _metric,
}
"""How the value of each measure of the policy is made, and which tests hold it."""

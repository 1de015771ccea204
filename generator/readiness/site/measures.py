"""Performance and resources on a report: coverage, durations and metrics, each beside its limit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from readiness.analysis import RunFacts
from readiness.assessment import Assessment, words


def measure_rows(assessment: Assessment) -> list[dict[str, Any]]:
    """Coverage, durations and metrics, each with the limit that a criterion sets."""
    facts = assessment.facts
    limits = {one.criterion.measure: one for one in assessment.criteria}
    before = assessment.previous.facts if assessment.previous else None
    old = {metric.name: metric for metric in before.metrics} if before else {}
    rows: list[dict[str, Any]] = []

    def add(name: str, measure: str, value: str, was: str, note: str = "") -> None:
        limit = limits.get(measure)
        rows.append(
            {"name": name, "value": value, "was": was, "limit": words.required(limit) if limit else "", "note": note}
        )

    if facts.coverage:
        for name, covered, valid in (
            ("line", facts.coverage.lines_covered, facts.coverage.lines_valid),
            ("branch", facts.coverage.branches_covered, facts.coverage.branches_valid),
        ):
            if valid:
                was = _coverage_before(before, name)
                note = f"{words.number(covered)} of {words.number(valid)}"
                add(
                    f"{name.capitalize()} coverage",
                    f"coverage.{name}",
                    words.percent(Fraction(100 * covered, valid)),
                    was,
                    note,
                )
    if facts.wall_s is not None:
        was = _seconds(before.wall_s if before else None)
        add("Duration of the run", "duration", _seconds(facts.wall_s), was, f"tests alone: {_seconds(facts.summed_s)}")
    for metric in facts.metrics:
        earlier = old.get(metric.name)
        was = words.amount(Fraction(str(earlier.value)), earlier.unit) if earlier else "–"
        add(metric.name, f"metric.{metric.name}", words.amount(Fraction(str(metric.value)), metric.unit), was)
    return rows


def _seconds(value: float | None) -> str:
    """Seconds as a criterion states them: one number stands on a page in one form."""
    return "–" if value is None else words.amount(Fraction(str(value)), "s")


def _coverage_before(before: RunFacts | None, name: str) -> str:
    coverage = before.coverage if before else None
    if coverage is None:
        return "–"
    covered, valid = (
        (coverage.lines_covered, coverage.lines_valid)
        if name == "line"
        else (coverage.branches_covered, coverage.branches_valid)
    )
    return words.percent(Fraction(100 * covered, valid)) if valid else "–"

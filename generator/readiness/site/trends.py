"""Trends along the chain: outcomes, rates, duration, coverage, metrics against their limits, blockers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from readiness.assessment import Assessment, words
from readiness.policy import UNITS, Criterion
from readiness.site import charts, routes
from readiness.site.context import SiteContext

FEW = 3
"""Fewer runs than this make no trend."""


def trends(context: SiteContext) -> dict[str, Any]:
    """Every chart of the trends page."""
    page, chain = routes.TRENDS, context.chain
    found = [
        outcome_chart(context, page, chain),
        _rates(context, page, chain),
        _coverage(context, page, chain),
        blocker_chart(context, page, chain) if chain else None,
        _duration(context, page, chain),
        *_metrics(context, page, chain),
    ]
    return {
        "charts": [chart for chart in found if chart is not None],
        "missing": context.missing,
        "few": len(chain) < FEW,
        "count": len(chain),
        "first": chain[0].run.manifest.version if chain else "",
        "last": chain[-1].run.manifest.version if chain else "",
    }


def outcome_chart(context: SiteContext, page: str, chain: Sequence[Assessment]) -> charts.Chart:
    """Outcomes stacked, a bar per run."""
    points = [
        charts.OutcomePoint(
            label=one.run.manifest.version,
            url=context.report_url(page, one),
            passed=one.facts.counts.passed,
            flaky=one.facts.counts.flaky,
            failed=one.facts.counts.failed + one.facts.counts.error,
            skipped=one.facts.counts.skipped,
            not_run=one.facts.counts.not_run or 0,
        )
        for one in chain
    ]
    return charts.outcomes_stacked(points, id="chart-outcomes")


def blocker_chart(context: SiteContext, page: str, chain: Sequence[Assessment]) -> charts.Chart:
    """Blockers standing after each run, and those that it opened and closed."""
    points = [
        charts.BlockerPoint(
            label=one.run.manifest.version,
            url=context.report_url(page, one),
            open=len(words.standing(one)),
            opened=len(one.opened),
            closed=len(one.closed),
        )
        for one in chain
    ]
    return charts.blockers_over_time(points, id="chart-blockers", title="Blockers")


def _rates(context: SiteContext, page: str, chain: Sequence[Assessment]) -> charts.Chart:
    points = []
    for one in chain:
        counts = one.facts.counts
        completion = None if counts.at_least else counts.completion
        points.append(
            charts.RatePoint(
                label=one.run.manifest.version,
                url=context.report_url(page, one),
                pass_rate=_float(counts.pass_rate),
                completion=_float(completion),
            )
        )
    return charts.rates(points, id="chart-rates")


def _coverage(context: SiteContext, page: str, chain: Sequence[Assessment]) -> charts.Chart | None:
    points = []
    for one in chain:
        coverage = one.facts.coverage
        line = coverage.lines_covered / coverage.lines_valid if coverage and coverage.lines_valid else None
        branch = coverage.branches_covered / coverage.branches_valid if coverage and coverage.branches_valid else None
        points.append(charts.CoveragePoint(one.run.manifest.version, context.report_url(page, one), line, branch))
    return charts.coverage(points, id="chart-coverage") if any(point.line is not None for point in points) else None


def _duration(context: SiteContext, page: str, chain: Sequence[Assessment]) -> charts.Chart | None:
    points = [
        charts.ValuePoint(one.run.manifest.version, context.report_url(page, one), one.facts.wall_s) for one in chain
    ]
    if all(point.value is None for point in points):
        return None
    criterion = _criterion(chain, "duration")
    limit = float(criterion.limit.base) if criterion else None
    at_least = bool(criterion and criterion.direction == "at_least")
    return charts.series(points, "s", limit, "Duration", id="chart-duration", at_least=at_least)


def _metrics(context: SiteContext, page: str, chain: Sequence[Assessment]) -> list[charts.Chart]:
    """One chart per metric, those with a limit first."""
    names = sorted({metric.name for one in chain for metric in one.facts.metrics})
    found: list[tuple[bool, str, charts.Chart]] = []
    for name in names:
        units = [metric.unit for one in chain for metric in one.facts.metrics if metric.name == name]
        unit = units[-1]
        points = []
        for one in chain:
            values = [metric.value for metric in one.facts.metrics if metric.name == name and metric.unit == unit]
            value = max(values) if values else None
            points.append(charts.ValuePoint(one.run.manifest.version, context.report_url(page, one), value))
        criterion = _criterion(chain, f"metric.{name}")
        limit = _limit(criterion, unit)
        at_least = bool(criterion and criterion.direction == "at_least")
        made = charts.series(points, unit, limit, name, id=f"chart-metric-{len(found) + 1}", at_least=at_least)
        found.append((limit is None, name, made))
    return [made for _, _, made in sorted(found, key=lambda entry: entry[:2])]


def _criterion(chain: Sequence[Assessment], measure: str) -> Criterion | None:
    """The criterion on a measure in the policy of now."""
    return next((one for one in chain[-1].policy.criteria if one.measure == measure), None) if chain else None


def _limit(criterion: Criterion | None, unit: str) -> float | None:
    """A criterion's limit in the metric's own unit, or None where the two do not fit."""
    if criterion is None:
        return None
    dimension = UNITS[unit][0] if unit in UNITS else unit
    if dimension != criterion.limit.dimension:
        return None
    scale = UNITS[unit][1] if unit in UNITS else Fraction(1)
    return float(criterion.limit.base / scale)


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)

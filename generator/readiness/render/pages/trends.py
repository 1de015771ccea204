"""Trends along the chain: outcomes, rates, criteria, blockers, coverage, duration, metrics against their limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from readiness.assessment import Assessment, open_blockers
from readiness.assessment.measures import VALUES, Count, measure
from readiness.phrases.wording import Sentence, say
from readiness.policy import MEASURES, Criterion, unit_named
from readiness.render import charts
from readiness.render.pages import routes
from readiness.render.pages.context import SiteContext
from readiness.render.pages.strip import Strip, criteria_strip


@dataclass(frozen=True)
class Section:
    """Charts under a heading; the charts of a section of one have no title of their own."""

    title: str
    charts: Sequence[charts.Chart]
    says: Sentence | None = None
    strip: Strip | None = None


def trends(context: SiteContext) -> dict[str, Any]:
    """Every chart of the trends page."""
    page, chain = routes.TRENDS, context.chain
    sections = _sections(context, page, chain) if chain else []
    return {
        "sections": sections,
        "zoom": any(chart.zoom for section in sections for chart in section.charts),
        "missing": context.missing,
        "few": few_runs(context),
        "count": len(chain),
        "first": chain[0].run.manifest.version if chain else "",
        "last": chain[-1].run.manifest.version if chain else "",
    }


def few_runs(context: SiteContext) -> Sentence | None:
    """What is said of a chain that is too short for a trend; None of a longer one."""
    chain = context.chain
    if len(chain) >= charts.FEW or not chain:
        return None
    return say("too_few_runs", runs=len(chain), lost=bool(chain[0].gap or context.missing))


def _sections(context: SiteContext, page: str, chain: Sequence[Assessment]) -> list[Section]:
    coverage, rates = _coverage(context, page, chain), _rates(context, page, chain)
    strip = criteria_strip(context, page, chain, id="criteria-strip")
    found = [
        Section("Outcomes", [replace(outcome_chart(context, page, chain), title="")]),
        Section("Rates", rates, say("bands", drawn=any(chart.drawn for chart in rates))),
        Section("Criteria", [], strip=strip),
        Section("Blockers", [replace(blocker_chart(context, page, chain), title="")]),
        Section("Coverage", [replace(coverage, title="")] if coverage else []),
        Section("Duration and metrics", [*_duration(context, page, chain), *_metrics(context, page, chain)]),
    ]
    return [
        replace(section, charts=[charts.explorable(chart, slider=section is found[0]) for chart in section.charts])
        for section in found
        if section.charts or section.strip
    ]


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
            not_run=one.facts.counts.not_run,
            run_errors=one.facts.counts.run_errors,
            at_least=one.facts.counts.at_least,
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
            standing=len(open_blockers(one)),
            opened=len(one.opened),
            closed=len(one.closed),
        )
        for one in chain
    ]
    return charts.blockers_over_time(points, id="chart-blockers")


_RATES = ("pass_rate", "success_rate", "completion")


def _rates(context: SiteContext, page: str, chain: Sequence[Assessment]) -> list[charts.Chart]:
    """A chart for each rate, so that their bands do not cover each other."""
    return [
        charts.rate(
            [
                charts.RatePoint(
                    label=one.run.manifest.version,
                    url=context.report_url(page, one),
                    part=getattr(one.facts.counts, rate.count),
                    whole=getattr(one.facts.counts, rate.of),
                    at_least=one.facts.counts.at_least and MEASURES[name].over_expected,
                )
                for one in chain
            ],
            name.replace("_", " ").capitalize(),
            f"{rate.of} tests",
            _limits(chain, name),
            id=f"chart-{name.replace('_', '-')}",
        )
        for name in _RATES
        if isinstance(rate := VALUES[name], Count)
    ]


def _coverage(context: SiteContext, page: str, chain: Sequence[Assessment]) -> charts.Chart | None:
    points = []
    for one in chain:
        shares = one.facts.coverage.shares if one.facts.coverage else {}
        line, branch = (Fraction(*shares[name]) if name in shares else None for name in ("line", "branch"))
        points.append(charts.CoveragePoint(one.run.manifest.version, context.report_url(page, one), line, branch))
    if all(point.line is None for point in points):
        return None
    limits = _limits(chain, "coverage.line"), _limits(chain, "coverage.branch")
    return charts.coverage(points, limits, id="chart-coverage")


def _duration(context: SiteContext, page: str, chain: Sequence[Assessment]) -> list[charts.Chart]:
    if all(one.facts.wall_s is None for one in chain):
        return []
    points = []
    for one in chain:
        wall, url = one.facts.wall_s, context.report_url(page, one)
        points.append(charts.ValuePoint(one.run.manifest.version, url, wall, one.facts.wall_at_least))
    judged = list(_judged(context, page, chain, "duration", "Duration", "chart-duration"))
    return judged or [charts.series(points, "s", "Duration", id="chart-duration")]


def _metrics(context: SiteContext, page: str, chain: Sequence[Assessment]) -> list[charts.Chart]:
    """The charts of each metric, those with a limit first."""
    names = sorted({metric.name for one in chain for metric in one.facts.metrics})
    with_limit, without = [], []
    for number, name in enumerate(names, start=1):
        judged = list(_judged(context, page, chain, f"metric.{name}", name, f"chart-metric-{number}"))
        with_limit += judged
        if not judged:
            without.append(_metric(context, page, chain, name, f"chart-metric-{number}"))
    return with_limit + without


def _metric(context: SiteContext, page: str, chain: Sequence[Assessment], name: str, id: str) -> charts.Chart:  # noqa: A002
    """A metric that no criterion judges: of several values in its latest unit the largest."""
    unit = [metric.unit for one in chain for metric in one.facts.metrics if metric.name == name][-1]
    points, several = [], False
    for one in chain:
        values = [metric.value for metric in one.facts.metrics if metric.name == name and metric.unit == unit]
        several |= len(values) > 1
        value = max(values) if values else None
        points.append(charts.ValuePoint(one.run.manifest.version, context.report_url(page, one), value))
    return charts.series(points, unit, name, id=id, says=say("largest_value") if several else None)


def _judged(
    context: SiteContext,
    page: str,
    chain: Sequence[Assessment],
    name: str,
    title: str,
    id: str,  # noqa: A002
) -> Iterator[charts.Chart]:
    """What the criteria on a measure judge, against all their limits, in the unit of the first.

    Of several values a criterion judges the worst one, which depends on its direction and, for `equals`, on its limit:
    criteria that judge different values get charts of their own.
    """
    groups: dict[tuple[Fraction | None, ...], list[Criterion]] = {}
    for criterion in _criteria(chain, name):
        values = tuple(_value(criterion, one) for one in chain)
        if any(value is not None for value in values):
            groups.setdefault(values, []).append(criterion)
    for number, (values, criteria) in enumerate(groups.items()):
        unit = criteria[0].limit.unit
        points = [
            charts.ValuePoint(
                one.run.manifest.version,
                context.report_url(page, one),
                _in_unit(value, unit),
                name == "duration" and one.facts.wall_at_least,
            )
            for one, value in zip(chain, values, strict=True)
        ]
        limits = [_limit(criterion, unit) for criterion in criteria]
        own = f"{title}, {limits[0].word} {criteria[0].limit.text}" if len(groups) > 1 else title
        yield charts.series(points, unit, own, limits, id=f"{id}-{number + 1}" if number else id)


def _criteria(chain: Sequence[Assessment], name: str) -> list[Criterion]:
    """The criteria on a measure of all tests, in the policy of now."""
    return [one for one in chain[-1].policy.criteria if one.measure == name and not one.where] if chain else []


def _value(criterion: Criterion, at: Assessment) -> Fraction | None:
    """What the criterion would judge of that run, in base units."""
    measured = measure(criterion, at.facts, at.verdict.as_of)
    return None if measured.value is None else measured.value * unit_named(measured.unit)[1]


def _limits(chain: Sequence[Assessment], name: str) -> list[charts.Limit]:
    """The limits on a rate, in percent."""
    return [_limit(criterion, "%") for criterion in _criteria(chain, name)]


def _limit(criterion: Criterion, unit: str) -> charts.Limit:
    value = criterion.limit.base / unit_named(unit)[1]
    return charts.Limit(value, criterion.direction, advisory=criterion.tier == "advisory")


def _in_unit(value: Fraction | None, unit: str) -> Fraction | None:
    return None if value is None else value / unit_named(unit)[1]

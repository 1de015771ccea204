"""Trends along the chain: outcomes, rates, criteria, blockers, coverage, duration, metrics against their limits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from readiness.analysis import RECENT
from readiness.assessment import VALUES, Count, Known, measure
from readiness.numbers import capital
from readiness.phrases import Sentence, measure_name, say
from readiness.policy import MEASURES, Criterion, unit_named
from readiness.render import charts
from readiness.render.pages import routes
from readiness.render.pages.context import Here, Line, Linked, SiteContext
from readiness.render.pages.criteria_matrix import CriteriaMatrix, criteria_matrix
from readiness.render.pages.level_changes import LevelChanges, LevelRow, level_changes_view
from readiness.render.pages.points import Points, by_release, every_run, latest, points_of
from readiness.render.pages.slow import SlowView, slow_view
from readiness.render.pages.small_multiples import SmallMultiples, Values, small_multiples
from readiness.report import Report


@dataclass(frozen=True)
class Section:
    """Charts under a heading; the charts of a section of one have no title of their own."""

    kind: str
    """The macro of its heading."""
    charts: Sequence[charts.Chart]
    says: Sentence | None = None
    strip: CriteriaMatrix | None = None
    small: SmallMultiples | None = None
    """Metrics that no criterion judges."""


@dataclass(frozen=True)
class TrendsView:
    """The trends page."""

    title: Sentence
    """The heading."""
    sections: Sequence[Section]
    zoom: bool
    """True where a part of the runs can be looked at."""
    few: Sentence | None
    """What is said of a chain that is too short for a trend."""
    count: int
    """Runs on the line of releases."""
    releases: int
    """Releases that the charts show a point of; 0 where they show each run."""
    other: Linked | None
    """The page of every run, or of the releases."""
    first: str
    """The version of the first of them; empty without a run."""
    last: str
    changed: Sequence[LevelRow]
    """What changed its level, since which run."""
    recent: int
    """The latest runs over which times of tests are compared; 0 where that is all of them."""
    slow: SlowView | None
    """Where the time of the tests goes."""
    lines: tuple[Linked, ...]
    """The trends of the other lines."""


def line_view(here: Here, line: Line) -> tuple[TrendsView]:
    """The same along another line."""
    ways = [(say("trends_now"), routes.TRENDS), *((one.name, routes.trends_page(one.name)) for one in here.site.lines)]
    there = along(here, line)
    lines = tuple(Linked(name, here.link(page)) for name, page in ways if page != here.page)
    return (_view(there, say("trends_of", line=line.name), every_run(there.site), None, lines),)


def along(here: Here, line: Line) -> Here:
    """The page, on a site that is looked at along a line."""
    return replace(here, site=replace(here.site, tip=line.newest))


def trends_view(here: Here, _: Report | None) -> tuple[TrendsView]:
    """Every chart, along the chain that leads to now: by release where there are many runs."""
    every = Linked(say("all_of", count=len(here.site.chain), one="run"), here.link(routes.TRENDS_RUNS))
    other = every if by_release(here.site) else None
    lines = tuple(Linked(one.name, here.link(routes.trends_page(one.name))) for one in here.site.lines)
    return (_view(here, say("trends"), points_of(here.site), other, lines),)


def trends_of_runs_view(here: Here, _: Report | None) -> tuple[TrendsView]:
    """The same with a point for every run."""
    releases = Linked(say("by_release"), here.link(routes.TRENDS))
    view = _view(here, say("trends_of_runs"), every_run(here.site), releases, ())
    # They are told where the releases are.
    return (replace(view, changed=(), slow=None),)


def _view(here: Here, title: Sentence, points: Points, other: Linked | None, lines: tuple[Linked, ...]) -> TrendsView:
    chain = here.site.chain
    changed = level_changes_view(here)
    sections = _sections(here, points, changed) if chain else []
    return TrendsView(
        title=title,
        sections=sections,
        zoom=any(chart.zoom for section in sections for chart in section.charts),
        few=few_runs(here.site),
        count=len(chain),
        releases=len(points) if len(points) < len(chain) else 0,
        other=other,
        first=chain[0].run.version if chain else "",
        last=chain[-1].run.version if chain else "",
        changed=changed.rows,
        recent=RECENT if len(chain) > RECENT else 0,
        slow=slow_view(here),
        lines=lines,
    )


def few_runs(site: SiteContext) -> Sentence | None:
    """What is said of a chain that is too short for a trend; None of a longer one."""
    chain = site.chain
    if len(chain) >= charts.FEW or not chain:
        return None
    return say("too_few_runs", runs=len(chain), lost=bool(chain[0].incomplete or site.missing))


def _sections(here: Here, shown: Points, changed: LevelChanges) -> list[Section]:
    chain = latest(shown)
    rates, coverage = _rates(here, chain), _coverage(here, chain)
    strip = criteria_matrix(here, chain)
    limited, small = _metrics(here, chain)
    sections = [
        Section("outcomes", [replace(outcome_chart(here, shown), title="")]),
        Section("rates", rates, say("bands", drawn=any(chart.drawn for chart in rates))),
        Section("criteria", [], strip=strip),
        Section("blockers", [replace(blocker_chart(here, shown), title="")]),
        Section("coverage", [replace(coverage, title="")] if coverage else []),
        Section("duration_and_metrics", [*_duration(here, chain), *limited], small=small),
    ]

    def explorable(section: Section) -> Section:
        zooming = (charts.explorable(chart, slider=section is sections[0]) for chart in section.charts)
        return replace(section, charts=[changed.on(chart, shown) for chart in zooming])

    return [explorable(section) for section in sections if section.charts or section.strip or section.small]


def outcome_chart(here: Here, shown: Points) -> charts.Chart:
    """Outcomes stacked, a bar per run or release."""
    points = [
        charts.OutcomePoint(*here.point(report), report.facts.counts, report.verdict.ready) for report in latest(shown)
    ]
    return charts.outcomes_stacked(points, of="release" if any(len(runs) > 1 for runs in shown) else "run")


def blocker_chart(here: Here, shown: Points) -> charts.Chart:
    """Blockers standing after each run or release, and those that it opened and closed."""
    points = [
        charts.BlockerPoint(
            *here.point(runs[-1]),
            standing=len(runs[-1].open_blockers),
            opened=sum(len(report.opened) for report in runs),
            closed=sum(len(report.closed) for report in runs),
        )
        for runs in shown
    ]
    return charts.blockers_over_time(points)


_RATES = ("pass_rate", "success_rate", "completion")


def _rates(here: Here, chain: Sequence[Report]) -> list[charts.Chart]:
    """A chart for each rate, so that their bands do not cover each other."""
    return [_rate(here, chain, name, rate) for name in _RATES if isinstance(rate := VALUES[name], Count)]


def _rate(here: Here, chain: Sequence[Report], name: str, rate: Count) -> charts.Chart:
    points = [
        charts.RatePoint(
            *here.point(report),
            part=getattr(counts, rate.count),
            whole=getattr(counts, rate.of),
            at_least=counts.at_least and MEASURES[name].over_expected,
        )
        for report in chain
        for counts in (report.facts.counts,)
    ]
    limits, of = _limits(chain, name), say("tests_that", were=rate.of)
    return charts.rate(points, measure_name(name), of, limits, id=f"chart-{name.replace('_', '-')}")


def _coverage(here: Here, chain: Sequence[Report]) -> charts.Chart | None:
    points = []
    for report in chain:
        shares = report.facts.coverage.shares if report.facts.coverage else {}
        line, branch = (Fraction(*shares[name]) if name in shares else None for name in ("line", "branch"))
        points.append(charts.CoveragePoint(*here.point(report), line, branch))
    if all(point.line is None for point in points):
        return None
    limits = _limits(chain, "coverage.line"), _limits(chain, "coverage.branch")
    return charts.coverage(points, limits)


def _duration(here: Here, chain: Sequence[Report]) -> list[charts.Chart]:
    walls = [(report, report.facts.wall_s, report.facts.wall_at_least) for report in chain]
    if all(wall is None for _, wall, _ in walls):
        return []
    points = [charts.ValuePoint(*here.point(report), wall, at_least) for report, wall, at_least in walls]
    title = capital(measure_name("duration"))
    judged = list(_judged(here, chain, "duration", title, "chart-duration"))
    return judged or [charts.series(points, "s", title, id="chart-duration")]


def _metrics(here: Here, chain: Sequence[Report]) -> tuple[list[charts.Chart], SmallMultiples | None]:
    """The charts of metrics with a limit, and the others in small: one keeps its anchor on the page of every run."""
    names = sorted({metric.name for report in here.site.chain for metric in report.facts.metrics})
    shown = {metric.name for report in chain for metric in report.facts.metrics}
    limited: list[charts.Chart] = []
    others: list[Values] = []
    for number, name in enumerate(names, start=1):
        judged = list(_judged(here, chain, f"metric.{name}", name, f"chart-metric-{number}"))
        limited += judged
        if not judged and name in shown:
            others.append(_values(chain, name, f"chart-metric-{number}"))
    return limited, small_multiples([here.report(report) for report in chain], others)


def _values(chain: Sequence[Report], name: str, anchor: str) -> Values:
    """A metric that no criterion judges: of several values in its latest unit the largest."""
    measured = [[one for one in report.facts.metrics if one.name == name] for report in chain]
    unit = [metric.unit for metrics in measured for metric in metrics][-1]
    values = [[metric.value for metric in metrics if metric.unit == unit] for metrics in measured]
    several = any(len(of_run) > 1 for of_run in values)
    return Values(anchor, name, unit, [max(of_run, default=None) for of_run in values], largest=several)


def _judged(here: Here, chain: Sequence[Report], name: str, title: str, chart: str) -> Iterator[charts.Chart]:
    """What the criteria on a measure judge, against all their limits, in the unit of the first.

    Of several values a criterion judges the worst one, which depends on its direction and, for `equals`, on its limit:
    criteria that judge different values get charts of their own.
    """
    groups: dict[tuple[Fraction | None, ...], list[Criterion]] = {}
    for criterion in _criteria(chain, name):
        values = tuple(_value(criterion, report) for report in chain)
        if any(value is not None for value in values):
            groups.setdefault(values, []).append(criterion)
    for number, (values, criteria) in enumerate(groups.items()):
        unit = criteria[0].amount.unit
        points = [
            charts.ValuePoint(
                *here.point(report),
                None if value is None else value / unit_named(unit)[1],
                name == "duration" and report.facts.wall_at_least,
            )
            for report, value in zip(chain, values, strict=True)
        ]
        limits = [_limit(criterion, unit) for criterion in criteria]
        limit = say("limit", direction=criteria[0].direction, amount=criteria[0].limit.text)
        own = f"{title}, {limit}" if len(groups) > 1 else title
        yield charts.series(points, unit, own, limits, id=f"{chart}-{number + 1}" if number else chart)


def _criteria(chain: Sequence[Report], name: str) -> list[Criterion]:
    """The criteria on a measure of all tests, in the policy of now, with the limits of now."""
    criteria = (one.criterion.within(one.limit) for one in chain[-1].criteria if one.limit)
    return [criterion for criterion in criteria if criterion.measure == name and not criterion.where]


def _value(criterion: Criterion, report: Report) -> Fraction | None:
    """What the criterion would judge of that run, in base units."""
    measured = measure(criterion, report.facts, Known(report.verdict.as_of))
    return None if measured.value is None else measured.value * unit_named(measured.unit)[1]


def _limits(chain: Sequence[Report], name: str) -> list[charts.Limit]:
    """The limits on a rate, in percent."""
    return [_limit(criterion, "%") for criterion in _criteria(chain, name)]


def _limit(criterion: Criterion, unit: str) -> charts.Limit:
    value = criterion.amount.base / unit_named(unit)[1]
    return charts.Limit(value, criterion.direction, advisory=criterion.tier == "advisory")

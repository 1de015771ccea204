"""What changed its level along the chain, since which run: rates, coverage, duration, metrics, and times of tests."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial

from readiness import numbers
from readiness.analysis import FEWEST, Change, confirmed, level_changes, rate_changes
from readiness.assessment import VALUES, Count
from readiness.model import TestKey
from readiness.numbers import capital
from readiness.phrases import Sentence, commits_told, measure_name, say
from readiness.policy import MEASURES
from readiness.render import charts
from readiness.render.pages import routes
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.points import Points
from readiness.render.pages.truncated import Truncated, first
from readiness.report import Report

TESTS = 10
"""Tests that are named of those whose time changed in one run."""
_RATES = ("pass_rate", "completion")
"""The success rate follows from both."""


@dataclass(frozen=True)
class TestLevel:
    """A test whose time changed."""

    test: Linked
    note: str
    """Where it stands."""
    before: str
    after: str
    by: str


@dataclass(frozen=True)
class LevelRow:
    """One change of a level, or the tests that became slower, or faster, in one run."""

    what: Linked
    before: str
    after: str
    by: str
    """How much it changed."""
    since: Linked
    commits: Sentence | None
    """What lies between; None where that is not known."""
    runs: Sentence | None
    """How many runs stand behind each level; None of several tests."""
    tests: Truncated[TestLevel] = field(default=Truncated(()))
    """Of several tests those whose time changed most."""


@dataclass(frozen=True)
class LevelChanges:
    """The changes along the chain of a site."""

    rows: Sequence[LevelRow]
    """The newest first, of one run the tests last."""
    marks: Mapping[str, Sequence[tuple[int, str]]]
    """Id of a chart -> the runs before which to mark it, and the words beside the marks."""

    def on(self, chart: charts.Chart, points: Points) -> charts.Chart:
        """The chart with its marks, each at the point that stands for the run."""
        place = [number for number, runs in enumerate(points) for _ in runs]
        marks = [(place[run], words) for run, words in self.marks.get(chart.id, ())]
        return charts.marked(chart, marks) if marks else chart


@dataclass(frozen=True)
class _Series:
    what: str
    url: str
    """Where it is shown."""
    known: int
    """Runs with a value."""
    changes: Sequence[Change]
    amount: Callable[[float], str]
    is_rate: bool = False


def level_changes_view(here: Here) -> LevelChanges:
    """What changed along the chain that leads to now."""
    series = [one for one in _series(here.site.chain) if one.known >= FEWEST]
    kept = confirmed([one.changes for one in series])
    told = [(one, change) for one, changes in zip(series, kept, strict=True) for change in changes]
    rows = [(change.first, _row(here, change, one)) for one, change in told]
    rows = sorted([*rows, *_tests(here)], key=lambda row: -row[0])
    marks: dict[str, list[tuple[int, str]]] = {}
    for one, change in told:
        marks.setdefault(one.url.removeprefix("#"), []).append((change.first, _by(change, one)))
    return LevelChanges([row for _, row in rows], marks)


def _series(chain: Sequence[Report]) -> Iterator[_Series]:
    if not chain:
        return
    for name in _RATES:
        rate = VALUES[name]
        assert isinstance(rate, Count)
        counted = [_rate(report, rate, name) for report in chain]
        yield _share(measure_name(name), f"chart-{name.replace('_', '-')}", counted)
    for name in ("line", "branch"):
        found = [report.facts.coverage.shares if report.facts.coverage else {} for report in chain]
        yield _share(measure_name(f"coverage.{name}"), "chart-coverage", [shares.get(name) for shares in found])
    walls = [None if report.facts.wall_at_least else report.facts.wall_s for report in chain]
    yield _measured(capital(measure_name("duration")), "chart-duration", walls, "s")
    names = sorted({metric.name for report in chain for metric in report.facts.metrics})
    # Of several values the worst one, as criteria and charts have it.
    at_least = {one.criterion.measure for one in chain[-1].criteria if one.criterion.direction == "at_least"}
    for number, name in enumerate(names, start=1):
        measured = [[one for one in report.facts.metrics if one.name == name] for report in chain]
        unit = [one.unit for metrics in measured for one in metrics][-1]
        worst = min if f"metric.{name}" in at_least else max
        values = [worst((one.value for one in metrics if one.unit == unit), default=None) for metrics in measured]
        yield _measured(name, f"chart-metric-{number}", values, unit)


def _measured(name: str, chart: str, values: Sequence[float | None], unit: str) -> _Series:
    known = len(values) - values.count(None)
    return _Series(name, f"#{chart}", known, level_changes(values), partial(_amount, unit=unit))


def _rate(report: Report, rate: Count, name: str) -> tuple[int, int] | None:
    counts = report.facts.counts
    part, whole = getattr(counts, rate.count), getattr(counts, rate.of)
    unproven = whole is None or (counts.at_least and MEASURES[name].over_expected)
    return None if unproven or part is None else (part, whole)


def _share(name: str, chart: str, counted: Sequence[tuple[int, int] | None]) -> _Series:
    known = len(counted) - counted.count(None)
    return _Series(
        capital(name), f"#{chart}", known, rate_changes(counted), lambda share: _amount(100 * share, "%"), is_rate=True
    )


def _seconds(time: float) -> str:
    return _amount(time, "s")


def _amount(value: float, unit: str) -> str:
    return numbers.amount(Fraction(str(float(f"{value:.6g}"))), unit)


def _tests(here: Here) -> Iterator[tuple[int, LevelRow]]:
    """A row for the tests that became slower in a run, and one for those that became faster; by run."""
    line = here.site.tested
    found: dict[tuple[int, bool], list[tuple[TestKey, Change]]] = {}
    for key, changes in line.changes.items() if line else ():
        for change in changes:
            found.setdefault((change.first, change.after > change.before), []).append((key, change))
    for (run, slower), alike in sorted(found.items(), key=lambda item: (item[0][0], not item[0][1])):
        alike.sort(key=lambda pair: (-abs(pair[1].after - pair[1].before), pair[0]))
        levels = [sum(one.before for _, one in alike), sum(one.after for _, one in alike)]
        last = max(one.last for _, one in alike)
        together = replace(alike[0][1], last=last, before=levels[0], after=levels[1])
        kind = say("tests_changed", tests=len(alike), slower=slower)
        row = _row(here, together, _Series(kind, here.link(routes.TESTS), 0, (), _seconds))
        tests = first(alike, TESTS).of(lambda pair: _test(here, *pair))
        yield run, replace(row, runs=row.runs if len(alike) == 1 else None, tests=tests)


def _test(here: Here, key: TestKey, change: Change) -> TestLevel:
    note = ", ".join(filter(None, (key.place, key.variant)))
    levels = _seconds(change.before), _seconds(change.after)
    return TestLevel(Linked(key.short, here.test_url(key)), note, *levels, _effect(change))


def _row(here: Here, change: Change, series: _Series) -> LevelRow:
    chain = here.site.chain
    commits = [chain[at].run.commit for at in (change.last, change.first)]
    return LevelRow(
        what=Linked(series.what, series.url),
        before=series.amount(change.before),
        after=series.amount(change.after),
        by=_by(change, series),
        since=here.report(chain[change.first]),
        commits=commits_told(*commits) if all(commits) else None,
        runs=say("level_runs", before=change.runs_before, after=change.runs_after),
    )


def _by(change: Change, series: _Series) -> str:
    if not series.is_rate:
        return _effect(change)
    points = _amount(round(100 * abs(change.after - change.before), 1), "")
    return say("by_points", sign=_sign(change), points=points)


def _effect(change: Change) -> str:
    """`+20 %`; the sign alone where there was nothing before."""
    effect = change.effect
    return f"{_sign(change)}{_amount(100 * abs(effect), '%')}" if effect is not None else _sign(change)


def _sign(change: Change) -> str:
    return "+" if change.after > change.before else "−"

"""Performance and resources on a report: coverage, durations and metrics, each beside its limits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from readiness import numbers, phrases
from readiness.analysis import RunFacts
from readiness.numbers import capital
from readiness.phrases import say
from readiness.render.pages.context import SiteContext
from readiness.render.pages.tests import seconds
from readiness.render.pages.truncated import Truncated, worst
from readiness.report import Report


@dataclass(frozen=True)
class MeasureRow:
    """A measured value, what it was before (or empty), and every limit that a criterion sets it."""

    name: str
    note: str
    value: str
    was: str
    limits: tuple[str, ...]


def measure_rows(site: SiteContext, report: Report) -> Truncated[MeasureRow]:
    """Coverage, duration and metrics, in this order, those with limits first to stay; what is not there is left out."""
    now = dict(_values(report.facts))
    previous = site.previous(report)
    before = dict(_values(previous.facts)) if previous else {}
    rows = [
        MeasureRow(name, note, value, before[measure][1] if measure in before else "", _limits(report, measure))
        for measure, (name, value, note) in now.items()
    ]
    return worst(rows, lambda row: not row.limits)


def _limits(report: Report, measure: str) -> tuple[str, ...]:
    found = [one for one in report.criteria if one.criterion.measure == measure]
    limits = ((one.blocking, phrases.required(one)) for one in found)
    return tuple(limit if blocking else say("advisory", what=limit) for blocking, limit in limits)


def _values(facts: RunFacts) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """(measure, (name, value, note))."""
    for name, (covered, valid) in (facts.coverage.shares if facts.coverage else {}).items():
        note, measure = say("part_of", part=covered, whole=valid), f"coverage.{name}"
        covers = capital(phrases.measure_name(measure))
        yield measure, (covers, numbers.percent(Fraction(100 * covered, valid)), note)
    if facts.wall_s is not None:
        # The sum of times that were all rounded to zero is not known: no test takes no time.
        alone = say("tests_alone", duration=_seconds(facts.summed_s)) if facts.summed_s else ""
        wall = _amount(facts.wall_s, "s")
        yield "duration", (say("duration_of_the_run"), say("bound", value=wall) if facts.wall_at_least else wall, alone)
    values: dict[str, list[tuple[float, str]]] = {}
    for metric in facts.metrics:
        values.setdefault(metric.name, []).append((metric.value, metric.unit))
    for name, found in values.items():
        several = "" if len(found) == 1 else say("values_of", count=len(found))
        yield f"metric.{name}", (name, _span(found), several)


def _span(values: Sequence[tuple[float, str]]) -> str:
    """One value, or the least and the greatest; values in several units one by one."""
    units = {unit for _, unit in values}
    if len(units) > 1:
        return ", ".join(_amount(*one) for one in values)
    least, greatest = (_amount(*end) for end in (min(values), max(values)))
    return least if least == greatest else say("span", first=least, last=greatest)


def _seconds(time: float) -> str:
    return _amount(time, "s") if time >= 0.001 else seconds(time)


def _amount(value: float, unit: str) -> str:
    """A value as a criterion states it: one number stands on a page in one form."""
    return numbers.amount(Fraction(str(value)), unit)

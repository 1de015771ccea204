"""The plan: what has to be mended, in parallel streams, and the phases after it, in working days and dates."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from operator import itemgetter

from readiness.assessment.notes import Note
from readiness.policy import WEEKDAYS, Effort, Phase, Plan
from readiness.serial import Ordered, telling

HORIZON_DAYS = 36_525
"""Beyond a century no date is told."""


@dataclass(frozen=True)
class Fix:
    """Something that has to be mended. `ref`: id of its first blocker, `refs`: of all of them."""

    ref: str
    refs: tuple[str, ...]
    title: str | Note
    todo: str | Note
    owner: str
    effort: Effort | None
    """Working days; None where nobody has estimated it."""


@dataclass(frozen=True)
class Span:
    """From when to when, in working days after the judgement: at the soonest, and at the latest."""

    start_min: float
    end_min: float
    start_max: float
    end_max: float
    begins: date | None
    """The first day of work at the soonest. Dates are None beyond a century."""
    soonest: date | None
    """The day on which it ends, if everything takes the fewest days."""
    latest: date | None
    """The same, if everything takes the most."""


@dataclass(frozen=True)
class Planned:
    """A fix in its stream, counted from 1."""

    fix: Fix
    stream: int
    span: Span


@dataclass(frozen=True)
class Calendar:
    """Which days are worked on, counted from the day after `start`."""

    start: date
    weekdays: Ordered[int]
    """0 is Monday."""
    holidays: Ordered[date]

    def works(self, day: date) -> bool:
        """True for a working day."""
        return day.weekday() in self.weekdays and day not in self.holidays

    def day(self, number: int) -> date | None:
        """The working day of that number after `start`, which is day 0 whatever day it is; None beyond a century."""
        day = self.start
        for _ in range(min(HORIZON_DAYS, (date.max - self.start).days)):
            if number <= 0:
                break
            day += timedelta(days=1)
            number -= self.works(day)
        return None if number > 0 else day


@telling("at_least")
@dataclass(frozen=True)
class Timeline:
    """Fixes with an estimate, those without, and the phases. With some unestimated, all totals are lower bounds."""

    streams: int
    fixes: tuple[Planned, ...]
    unknown: tuple[Fix, ...]
    phases: tuple[tuple[Phase, Span], ...]
    total: Span
    calendar: Calendar

    @property
    def at_least(self) -> bool:
        """True where the totals are lower bounds, since some fixes have no estimate."""
        return bool(self.unknown)


def timeline(fixes: Iterable[Fix], plan: Plan, start: date) -> Timeline:
    """Pack the fixes into the plan's streams; within its stream each has the place that it has among those given.

    Streams are filled the longest fix first, each into the stream that is free first: so they end soonest. A day of
    effort is a working day; work begins on the first working day after `start`. The packing follows the most days; the
    fewest days are counted for the same packing. Phases begin when every stream has ended.
    """
    calendar = Calendar(start, frozenset(WEEKDAYS.index(one) for one in plan.working_days), frozenset(plan.holidays))
    given = list(fixes)
    known = [(at, fix, fix.effort) for at, fix in enumerate(given) if fix.effort is not None]
    filled: list[list[tuple[int, Fix, Effort]]] = [[] for _ in range(min(plan.streams, max(1, len(known))))]
    for one in sorted(known, key=lambda one: (-one[2].max, -one[2].min, one[1].ref)):
        min(filled, key=lambda stream: (_load(stream)[1], _load(stream)[0])).append(one)
    loads = [_load(stream) for stream in filled]
    planned = []
    for number, stream in enumerate((sorted(one, key=itemgetter(0)) for one in filled), start=1):
        for at, (_, fix, _effort) in enumerate(stream):
            planned.append(Planned(fix, number, _span(_load(stream[:at]), _load(stream[: at + 1]), calendar)))
    here = _longest(loads)
    phases = []
    for phase in plan.phases:
        end = (here[0] + phase.min, here[1] + phase.max)
        phases.append((phase, _span(here, end, calendar)))
        here = end
    unknown = tuple(fix for fix in given if fix.effort is None)
    return Timeline(len(loads), tuple(planned), unknown, tuple(phases), _span((0.0, 0.0), here, calendar), calendar)


def _load(stream: Iterable[tuple[int, Fix, Effort]]) -> tuple[float, float]:
    efforts = [effort for _, _, effort in stream]
    return sum(one.min for one in efforts), sum(one.max for one in efforts)


def _longest(loads: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return max(load[0] for load in loads), max(load[1] for load in loads)


def _span(start: tuple[float, float], end: tuple[float, float], calendar: Calendar) -> Span:
    """From the fewest and most days before it to those after it. Half a day's work ends on the day it falls on."""
    ends = [calendar.day(math.ceil(days)) for days in end]
    begins = calendar.day(math.floor(start[0]) + 1) if end[0] > start[0] else ends[0]
    return Span(start[0], end[0], start[1], end[1], begins, *ends)


def estimated(fixes: Collection[Fix], plan: Plan) -> tuple[Fix, ...]:
    """The fixes with the estimates of the plan, which know better than a category."""
    known = {one.blocker: one for one in plan.estimates}
    return tuple(
        replace(fix, todo=known[fix.ref].fix or fix.todo, effort=known[fix.ref]) if fix.ref in known else fix
        for fix in fixes
    )

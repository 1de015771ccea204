"""The plan: what has to be fixed, in parallel streams, and the phases after it, in working days and dates."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import NamedTuple

from readiness.assessment.notes import Note
from readiness.policy import WEEKDAYS, Effort, Phase, Plan
from readiness.serial import Ordered, telling

HORIZON_DAYS = 36_525
"""Beyond a century no date is told."""


@dataclass(frozen=True)
class Fix:
    """Something that has to be fixed. `ref`: id of its first blocker, `refs`: of all of them."""

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
    known = [_Known(at, fix, fix.effort) for at, fix in enumerate(given) if fix.effort is not None]
    filled: list[list[_Known]] = [[] for _ in range(min(plan.streams, max(1, len(known))))]
    loads = [_NONE for _ in filled]
    for one in sorted(known, key=lambda one: (-one.effort.max, -one.effort.min, one.fix.ref)):
        free = min(range(len(filled)), key=lambda number: (loads[number].most, loads[number].least))
        filled[free].append(one)
        loads[free] = loads[free].and_then(one.effort)
    planned = []
    for number, stream in enumerate((sorted(one, key=attrgetter("place")) for one in filled), start=1):
        days = accumulate((one.effort for one in stream), _Days.and_then, initial=_NONE)
        spans = (_span(start, end, calendar) for start, end in pairwise(days))
        planned += [Planned(one.fix, number, span) for one, span in zip(stream, spans, strict=True)]
    fixed = _Days(max(one.least for one in loads), max(one.most for one in loads))
    ends = [*accumulate(plan.phases, _Days.and_then, initial=fixed)]
    phases = tuple((phase, _span(*both, calendar)) for phase, both in zip(plan.phases, pairwise(ends), strict=True))
    unknown = tuple(fix for fix in given if fix.effort is None)
    return Timeline(len(loads), tuple(planned), unknown, phases, _span(_NONE, ends[-1], calendar), calendar)


class _Known(NamedTuple):
    """A fix with an estimate, and its place among those given."""

    place: int
    fix: Fix
    effort: Effort


class _Days(NamedTuple):
    """The fewest and most working days up to somewhere: exact, for a sum of floats may go beyond the end of a day."""

    least: Fraction
    most: Fraction

    def and_then(self, effort: Effort) -> _Days:
        """The days after it."""
        return _Days(self.least + Fraction(str(effort.min)), self.most + Fraction(str(effort.max)))


_NONE = _Days(Fraction(0), Fraction(0))


def _span(start: _Days, end: _Days, calendar: Calendar) -> Span:
    """From the fewest and most days before it to those after it. Half a day's work ends on the day it falls on."""
    soonest, latest = (calendar.day(math.ceil(days)) for days in end)
    begins = calendar.day(math.floor(start.least) + 1) if end.least > start.least else soonest
    spent = (float(days) if days else 0 for days in (start.least, end.least, start.most, end.most))  # 0, as charts say
    before, after, before_most, after_most = spent
    return Span(before, after, before_most, after_most, begins, soonest, latest)


def estimated(fixes: Collection[Fix], plan: Plan) -> tuple[Fix, ...]:
    """The fixes with the estimates of the plan, which know better than a category."""
    known = {one.blocker: one for one in plan.estimates}
    return tuple(
        replace(fix, todo=known[fix.ref].fix or fix.todo, effort=known[fix.ref]) if fix.ref in known else fix
        for fix in fixes
    )

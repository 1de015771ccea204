"""Many values over the runs, each as a small line without axes, and all of them as one table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from readiness.phrases import Sentence, say
from readiness.render.charts import Row
from readiness.render.charts.figure import amount, exact
from readiness.render.pages.context import Linked
from readiness.render.pages.inert import Words, visible

WIDTH, HEIGHT, MARGIN = 400, 90, 6
"""Of a drawing, in units of its own; the margin keeps whole the dot at the end."""
LEAST_SPAN = Fraction(1, 5)
"""Part of its values that a scale covers at least: noise must not fill it."""


@dataclass(frozen=True)
class Values:
    """What is drawn: a value per run, None where it holds none."""

    id: str
    name: str
    unit: str
    values: Sequence[Fraction | float | None]
    largest: bool
    """True where a run has several values, of which this is the largest."""


@dataclass(frozen=True, slots=True)
class Small:
    """One small multiple: its lines as SVG takes them, broken where a value is missing; `end` is that of its dot."""

    id: str
    name: str
    now: str
    """Its latest value."""
    says: Sentence
    lines: tuple[Words, ...]
    end: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class SmallMultiples:
    """Values over the runs, each a small line; `header` and `rows` are the same as a table, a row per run."""

    id: str
    caption: Sentence
    each: tuple[Small, ...]
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def small_multiples(runs: Sequence[Linked], measured: Sequence[Values]) -> SmallMultiples | None:
    """A line for each, all over the same runs; None without any."""
    if not measured:
        return None
    cells = [[amount(exact(value), one.unit) for value in one.values] for one in measured]
    return SmallMultiples(
        id="small-metrics",
        caption=say("small_lead", drawn=len(runs) > 1, largest=any(one.largest for one in measured)),
        each=tuple(_small(runs, one) for one in measured),
        header=(say("run"), *(visible(one.name) for one in measured)),
        rows=tuple(Row(run.url, (visible(run.text), *of_run)) for run, *of_run in zip(runs, *cells, strict=True)),
    )


def _small(runs: Sequence[Linked], one: Values) -> Small:
    values = [exact(value) for value in one.values]
    known = [(visible(run.text), value) for run, value in zip(runs, values, strict=True) if value is not None]
    (first, before), (last, now) = known[0], known[-1]
    lines = list(_lines(values)) if len(runs) > 1 else []
    return Small(
        id=one.id,
        name=visible(one.name),
        now=amount(now, one.unit),
        says=say("small_in", version=last, before=amount(before, one.unit), first=first if len(known) > 1 else ""),
        lines=tuple(Words(" ".join(f"{x},{y}" for x, y in line)) for line in lines),
        end=lines[-1][-1] if lines else None,
    )


def _lines(values: Sequence[Fraction | None]) -> Iterator[list[tuple[int, int]]]:
    """The places of the values, in lines without a gap; one of a single value has it twice, which draws a dot."""
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    span = max(high - low, LEAST_SPAN * max(abs(low), abs(high))) or Fraction(1)
    top, step = (low + high + span) / 2, Fraction(WIDTH - 2 * MARGIN, len(values) - 1)
    for is_gap, group in groupby(enumerate(values), key=lambda place: place[1] is None):
        line = [
            (round(MARGIN + at * step), round(MARGIN + (top - value) / span * (HEIGHT - 2 * MARGIN)))
            for at, value in group
            if value is not None
        ]
        if not is_gap:
            yield line if len(line) > 1 else line * 2

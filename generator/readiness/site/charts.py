"""Plotly figures as plain dicts, each with a sentence that says what it shows and the same numbers as a table.

The horizontal axis holds the runs in the order of the chain. A missing value is a gap, never a zero.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from readiness.assessment.numbers import number, plural
from readiness.site.figures import (
    BAD,
    CLEAR,
    FAIL,
    FLAKY,
    INK,
    MUTED,
    PASS,
    SKIP,
    amount,
    bars,
    drawn,
    end_note,
    exact,
    figure,
    line,
    marks,
    names,
    note,
    percent_axis,
    plain,
)
from readiness.site.inert import visible
from readiness.site.limits import Limit, limit_lines, limit_notes, required
from readiness.site.points import (
    BlockerPoint,
    CoveragePoint,
    OutcomePoint,
    Point,
    RatePoint,
    StatePoint,
    ValuePoint,
)

__all__ = [
    "BlockerPoint",
    "Chart",
    "CoveragePoint",
    "Key",
    "Limit",
    "OutcomePoint",
    "Point",
    "RatePoint",
    "Row",
    "StatePoint",
    "ValuePoint",
    "blockers_over_time",
    "coverage",
    "lifeline",
    "outcomes_stacked",
    "rates",
    "series",
]


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of the key above a chart; `kind` is that of an outcome bar's part."""

    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the data table; the first cell is the run and links to `url`."""

    url: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure with all that makes it readable without being drawn. `height` is in CSS pixels."""

    id: str
    title: str
    caption: str
    figure: Mapping[str, Any]
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    keys: tuple[Key, ...] = ()
    height: int = 240

    def to_json(self) -> str:
        """The figure as JSON, the same bytes for the same figure. Raises ValueError for a value that is no number."""
        return json.dumps(self.figure, sort_keys=True, separators=(",", ":"), allow_nan=False)


def outcomes_stacked(points: Sequence[OutcomePoint], *, id: str = "outcomes", title: str = "Outcomes") -> Chart:  # noqa: A002
    """A bar per run: passed, flaky, failed and skipped solid, not run hatched; the number of failures above it."""
    runs = names(points)
    layers = (
        ("pass", "passed", PASS, [p.passed for p in points]),
        ("flaky", "flaky", FLAKY, [p.flaky for p in points]),
        ("fail", "failed", FAIL, [p.failed for p in points]),
        ("skip", "skipped", SKIP, [p.skipped for p in points]),
        ("none", "not run", SKIP, [p.not_run or 0 for p in points]),
    )
    traces = [bars(runs, word, colour, values, hatched=kind == "none") for kind, word, colour, values in layers]
    totals = [sum(values[at] for _, _, _, values in layers) for at in range(len(points))]
    failures: list[dict[str, Any]] = []
    if few := len(points) <= MOST_COUNTS:
        place = {"name": "count", "yanchor": "bottom", "xanchor": "center", "yshift": 1}
        failures = [note(runs[at], totals[at], str(p.failed), BAD, **place) for at, p in enumerate(points) if p.failed]
    else:
        traces.append(marks([run for run, p in zip(runs, points, strict=True) if p.failed], max(totals) * 1.07, FAIL))
    gap = 0.4 if len(points) <= 60 else 0
    shown = figure(points, traces, {"rangemode": "tozero", "tickformat": "d"}, failures, barmode="stack", bargap=gap)
    not_run = [_not_run(p) for p in points]
    rows = _rows(points, *([number(value) for value in values] for _, _, _, values in layers[:-1]), not_run)
    keys = tuple(Key(kind, word) for kind, word, _, values in layers if any(values))
    header = ("Run", "Passed", "Flaky", "Failed", "Skipped", "Not run")
    return Chart(id, title, _outcomes_caption(points, counted=few), shown, header, rows, keys)


MOST_COUNTS = 24
"""Runs above whose bars the failures are counted; with more of them there is no room."""


def _not_run(point: OutcomePoint) -> str:
    if point.not_run is None:
        return "not checked"
    return f"{'at least ' if point.at_least else ''}{number(point.not_run)}"


def _is_clean(point: OutcomePoint) -> bool:
    """True where a result of every test is proven to be there, at least one passed and none failed."""
    complete = point.not_run == 0 and not point.at_least
    return complete and not point.failed and not point.run_errors and point.passed + point.flaky > 0


def _outcomes_caption(points: Sequence[OutcomePoint], *, counted: bool) -> str:
    clean = number(sum(map(_is_clean, points)))
    caption = f"{plural(len(points), 'run')}, {clean} of them without a failure or a missing result."
    unchecked = sum(p.not_run is None for p in points)
    if unchecked:
        caption += (
            f" In {plural(unchecked, 'run')} it was not checked whether a result is missing: a first run, no list."
        )
    if any(p.run_errors for p in points):
        caption += (
            f" {plural(sum(p.run_errors > 0 for p in points), 'run')} reported errors of their own, which are no tests."
        )
    if any(p.failed for p in points):
        caption += " A number above a bar counts its failures." if counted else " A stroke above a run: tests failed."
    return caption


def rates(
    points: Sequence[RatePoint],
    limits: tuple[Sequence[Limit], Sequence[Limit]] = ((), ()),
    *,
    id: str = "rates",  # noqa: A002
    title: str = "Pass rate and completion",
) -> Chart:
    """Pass rate of executed tests and completion of expected ones, in percent; `limits` of the one and the other."""
    first = ("Pass rate", [p.pass_rate for p in points], limits[0])
    return _two_rates(points, first, ("Completion", [p.completion for p in points], limits[1]), id, title)


def coverage(
    points: Sequence[CoveragePoint],
    limits: tuple[Sequence[Limit], Sequence[Limit]] = ((), ()),
    *,
    id: str = "coverage",  # noqa: A002
    title: str = "Coverage",
) -> Chart:
    """Line and branch coverage in percent; `limits` of the one and the other."""
    first = ("Line coverage", [p.line for p in points], limits[0])
    return _two_rates(points, first, ("Branch coverage", [p.branch for p in points], limits[1]), id, title)


def series(
    points: Sequence[ValuePoint],
    unit: str,
    title: str,
    limits: Sequence[Limit] = (),
    *,
    id: str,  # noqa: A002
    says: str = "",
) -> Chart:
    """One measure over the runs against its limits, labelled dashed lines; values beyond one differ in shape, colour.

    `says` is a further sentence for the caption.
    """
    values = [exact(p.value) for p in points]
    shown = [drawn(value) for value in values]
    known = [value for value in shown if value is not None]
    beyond = [value is not None and not all(limit.holds(value) for limit in limits) for value in values]
    trace = line(names(points), visible(title), shown, INK, hover=f"%{{y}} {plain(unit)}".rstrip())
    trace["marker"] |= {
        "color": [FAIL if over else INK for over in beyond],
        "symbol": ["x" if over else "circle" for over in beyond],
        "size": [9 if over else 6 for over in beyond],
    }
    caption = " ".join(filter(None, (_change(points, values, unit), says, required(limits, values, unit))))
    ends = [value for limit in limits if (value := drawn(limit.value)) is not None]
    axis: dict[str, Any] = {"rangemode": "tozero", "ticksuffix": f" {plain(unit)}", "showticksuffix": "last"}
    if unit == "%" and known and max([*known, *ends]) <= 100 and any(one.direction == "at_least" for one in limits):
        axis, start = percent_axis([*known, *ends])
        caption += f" The scale starts at {start:g}\u00a0%." if start else ""
    top = max([*known, *ends, 0.0])
    if "range" not in axis and top > 0 and min(known, default=0.0) >= 0 and top * 1.16 < float("inf"):
        axis["range"] = [0, top * 1.16]
    chart = figure(points, [trace], axis, limit_notes(limits, unit, shown), shapes=limit_lines(limits))
    rows = _rows(points, [amount(value, unit) for value in values])
    return Chart(id, title, caption, chart, ("Run", title), rows, height=220)


def blockers_over_time(points: Sequence[BlockerPoint], *, id: str = "blockers", title: str = "Blockers") -> Chart:  # noqa: A002
    """Standing blockers as a stepped line; bars for those opened, and below zero for those closed."""
    runs = names(points)
    level = line(runs, "standing", [p.standing for p in points], INK, hover="%{y} standing") | {"mode": "lines"}
    level["line"]["shape"] = "hvh"
    opened = bars(runs, "opened", FAIL, [p.opened for p in points])
    closed = bars(runs, "closed", PASS, [-p.closed for p in points])
    closed["customdata"] = [p.closed for p in points]
    closed["hovertemplate"] = "%{customdata} closed<extra></extra>"
    first, last = points[0] if points else None, points[-1] if points else None
    caption = "No run yet."
    if first and last:
        caption = f"{last.standing} standing after {visible(last.label)}"
        caption += f", {first.standing} after {visible(first.label)}. " if len(points) > 1 else ". "
        caption += "Bars above the line of zero were opened by a run, bars below it closed."
    axis = {"tickformat": "d", "zeroline": True, "zerolinecolor": MUTED, "zerolinewidth": 1}
    notes = [end_note(runs[-1], last.standing, number(last.standing), INK)] if last else []
    chart = figure(points, [opened, closed, level], axis, notes, right=30, barmode="relative", bargap=0.4)
    columns = ([number(getattr(p, name)) for p in points] for name in ("standing", "opened", "closed"))
    keys = Key("line", "standing"), Key("fail", "opened"), Key("pass", "closed")
    return Chart(id, title, caption, chart, ("Run", "Standing", "Opened", "Closed"), _rows(points, *columns), keys)


STATES = {
    "closed": (0, "circle", PASS),
    "observing": (1, "diamond", FLAKY),
    "unverified": (2, "circle-open", MUTED),
    "open": (3, "square", FAIL),
    "reopened": (3, "x", FAIL),
}
"""Height, symbol and colour of a blocker's states, best first."""


def lifeline(points: Sequence[StatePoint], *, id: str = "lifeline", title: str = "") -> Chart:  # noqa: A002
    """The state of one blocker after each run, as a stepped line; a gap where it did not exist.

    Raises KeyError for a state that is none of `STATES`.
    """
    known = [STATES[p.state] if p.state else None for p in points]
    trace = line(names(points), "state", [state and state[0] for state in known], MUTED, hover="%{text}")
    trace["line"] |= {"shape": "hv", "width": 1}
    trace["text"] = [plain(", ".join(filter(None, (p.state, p.note)))) for p in points]
    trace["marker"] |= {
        "color": [state[2] if state else CLEAR for state in known],
        "symbol": [state[1] if state else "circle" for state in known],
        "size": 9,
    }
    lived = [p for p in points if p.state]
    caption = "No run yet."
    if lived:
        unhealthy = sum(p.state in ("open", "reopened") for p in lived)
        caption = f"First seen in {visible(lived[0].label)}, open in {plural(unhealthy, 'run')}, "
        caption += f"{visible(lived[-1].state)} after {visible(lived[-1].label)}."
    axis = {
        "range": [-0.5, 3.5],
        "tickmode": "array",
        "tickvals": [0, 1, 2, 3],
        "ticktext": ["closed", "observing", "unverified", "open"],
    }
    chart = figure(points, [trace], axis, [])
    rows = _rows(points, [p.state or "–" for p in points], [p.note for p in points])
    return Chart(id, title, caption, chart, ("Run", "State", "Note"), rows, height=170)


COLOURS = (INK, MUTED)
"""Of the first and the second of two lines."""


def _two_rates(
    points: Sequence[Point],
    first: tuple[str, Sequence[Fraction | float | None], Sequence[Limit]],
    second: tuple[str, Sequence[Fraction | float | None], Sequence[Limit]],
    id: str,  # noqa: A002
    title: str,
) -> Chart:
    """Two fractions as lines in percent, solid and dotted, each with its last value at its end."""
    runs = names(points)
    traces: list[dict[str, Any]] = []
    facts: list[str] = []
    demands: list[str] = []
    ends: list[tuple[int, float, str, str]] = []
    columns: list[list[Fraction | None]] = []
    for at, (name, fractions, limits) in enumerate((first, second)):
        values = [None if value is None else 100 * value for value in map(exact, fractions)]
        columns.append(values)
        trace = line(
            runs, name, [drawn(value) for value in values], MUTED if at else INK, hover=f"%{{y:.4~g}} % {name.lower()}"
        )
        trace["line"]["dash"] = "dot" if at else "solid"
        traces.append(trace)
        demands.append(required(limits, values, "%", name.lower()))
        end = max((at for at, value in enumerate(values) if value is not None), default=None)
        if end is not None:
            told = amount(values[end], "%")
            ends.append((end, drawn(values[end]) or 0.0, told, COLOURS[at]))
            facts.append(f"{name.lower() if facts else name} {told} in {visible(points[end].label)}")
    # A limit of 100 % is the end of the scale: a line there would hide the values that hold it.
    limits = [limit for limit in (*first[2], *second[2]) if limit.value != 100]
    sides = ("top", "bottom") if len(ends) > 1 and ends[1][1] > ends[0][1] else ("bottom", "top")
    notes = [
        end_note(runs[end], value, told, colour, side if len(ends) > 1 else "middle")
        for (end, value, told, colour), side in zip(ends, sides, strict=False)
    ]
    lines = [drawn(value) for values in columns for value in values]
    axis, start = percent_axis([*lines, *(drawn(limit.value) for limit in limits)])
    caption = "No run proves a value." if not facts else " ".join(filter(None, (f"{', '.join(facts)}.", *demands)))
    if facts and start:
        caption += f" The scale starts at {start:g}\u00a0%."
    chart = figure(
        points, traces, axis, [*notes, *limit_notes(limits, "%", lines)], right=56, shapes=limit_lines(limits)
    )
    rows = _rows(points, *([amount(value, "%") for value in values] for values in columns))
    keys = Key("line", first[0].lower()), Key("dots", second[0].lower())
    return Chart(id, title, caption, chart, ("Run", first[0], second[0]), rows, keys)


def _rows(points: Sequence[Point], *columns: Iterable[str]) -> tuple[Row, ...]:
    cells = zip(*columns, strict=True)
    return tuple(Row(p.url, (visible(p.label), *own)) for p, own in zip(points, cells, strict=True))


def _change(points: Sequence[Point], values: Sequence[Fraction | None], unit: str) -> str:
    known = [(p.label, value) for p, value in zip(points, values, strict=True) if value is not None]
    if not known:
        return "No run holds a value."
    (first, before), (last, now) = known[0], known[-1]
    text = f"{amount(now, unit)} in {visible(last)}"
    return f"{text}." if len(known) == 1 else f"{text}, {amount(before, unit)} in {visible(first)}."

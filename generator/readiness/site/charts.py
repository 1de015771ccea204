"""Plotly figures as plain dicts, each with a sentence that says what it shows and the same numbers as a table.

The horizontal axis holds the runs in the order of the chain. A missing value is a gap, never a zero.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readiness.site.figures import (
    BAD,
    CLEAR,
    FAIL,
    FLAKY,
    INK,
    MUTED,
    PASS,
    SKIP,
    bars,
    figure,
    finite,
    in_percent,
    limit_line,
    limit_note,
    line,
    marks,
    names,
    note,
    number,
    percent,
    percent_axis,
    plain,
)
from readiness.site.inert import visible
from readiness.site.points import BlockerPoint, CoveragePoint, OutcomePoint, Point, RatePoint, StatePoint, ValuePoint

__all__ = [
    "BlockerPoint",
    "Chart",
    "CoveragePoint",
    "Key",
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
        ("none", "not run", SKIP, [p.not_run for p in points]),
    )
    traces = [bars(runs, word, colour, values, hatched=kind == "none") for kind, word, colour, values in layers]
    totals = [sum(values[at] for _, _, _, values in layers) for at in range(len(points))]
    failures: list[dict[str, Any]] = []
    if few := len(points) <= 30:
        place = {"yanchor": "bottom", "xanchor": "center", "yshift": 1}
        failures = [note(runs[at], totals[at], str(p.failed), BAD, **place) for at, p in enumerate(points) if p.failed]
    else:
        traces.append(marks([run for run, p in zip(runs, points, strict=True) if p.failed], max(totals) * 1.07, FAIL))
    clean = sum(1 for p in points if not p.failed and not p.not_run and p.passed + p.flaky)
    caption = f"{_count(len(points), 'run')}, {clean} of them without a failure or a missing result."
    if any(p.failed for p in points):
        caption += " A number above a bar counts its failures." if few else " A stroke above a run: tests failed."
    gap = 0.4 if len(points) <= 60 else 0
    drawn = figure(points, traces, {"rangemode": "tozero", "tickformat": "d"}, failures, barmode="stack", bargap=gap)
    rows = _rows(points, *([f"{value:,}" for value in values] for _, _, _, values in layers))
    keys = tuple(Key(kind, word) for kind, word, _, values in layers if any(values))
    return Chart(id, title, caption, drawn, ("Run", "Passed", "Flaky", "Failed", "Skipped", "Not run"), rows, keys)


def rates(points: Sequence[RatePoint], *, id: str = "rates", title: str = "Pass rate and completion") -> Chart:  # noqa: A002
    """Pass rate of executed tests and completion of expected ones, in percent."""
    return _two_rates(
        points,
        ("Pass rate", [p.pass_rate for p in points]),
        ("Completion", [p.completion for p in points]),
        id,
        title,
    )


def coverage(points: Sequence[CoveragePoint], *, id: str = "coverage", title: str = "Coverage") -> Chart:  # noqa: A002
    """Line and branch coverage in percent."""
    return _two_rates(
        points,
        ("Line coverage", [p.line for p in points]),
        ("Branch coverage", [p.branch for p in points]),
        id,
        title,
    )


def series(
    points: Sequence[ValuePoint],
    unit: str,
    limit: float | None,
    title: str,
    *,
    id: str,  # noqa: A002
    at_least: bool = False,
) -> Chart:
    """One measure over the runs against its limit, a labelled dashed line; values beyond it differ in shape and colour.

    `at_least` makes the limit a lower one.
    """
    values = [finite(p.value) for p in points]
    known = [value for value in values if value is not None]
    beyond = [
        value is not None and limit is not None and (value < limit if at_least else value > limit) for value in values
    ]
    trace = line(names(points), visible(title), values, INK, hover=f"%{{y}} {plain(unit)}".rstrip())
    trace["marker"] |= {
        "color": [FAIL if over else INK for over in beyond],
        "symbol": ["x" if over else "circle" for over in beyond],
        "size": [9 if over else 6 for over in beyond],
    }
    caption = "No run holds a value." if not known else _change(points, values, unit)
    if known and limit is not None:
        word = "at least" if at_least else "at most"
        held = len(known) - sum(beyond)
        caption += f" Required: {word} {number(limit, unit)}, held by {held} of {_count(len(known), 'run')}."
    axis: dict[str, Any] = {"rangemode": "tozero", "ticksuffix": f" {plain(unit)}", "showticksuffix": "last"}
    if at_least and unit == "%" and known:
        axis, start = percent_axis([*known, limit])
        caption += f" The scale starts at {start:g}\u00a0%." if start else ""
    top = max([*known, limit or 0.0])
    if "range" not in axis and top > 0 and min(known, default=0.0) >= 0:
        axis["range"] = [0, top * 1.16]
    notes = [] if limit is None else [limit_note(limit, f"limit {number(limit, unit)}", values)]
    lines = [] if limit is None else [limit_line(limit)]
    drawn = figure(points, [trace], axis, notes, shapes=lines)
    rows = _rows(points, [number(value, unit) for value in values])
    return Chart(id, title, caption, drawn, ("Run", title), rows, height=220)


def blockers_over_time(points: Sequence[BlockerPoint], *, id: str = "blockers", title: str = "Blockers") -> Chart:  # noqa: A002
    """Open blockers as a stepped line; bars for those opened, and below zero for those closed."""
    runs = names(points)
    level = line(runs, "open", [p.open for p in points], INK, hover="%{y} open") | {"mode": "lines"}
    level["line"]["shape"] = "hvh"
    opened = bars(runs, "opened", FAIL, [p.opened for p in points])
    closed = bars(runs, "closed", PASS, [-p.closed for p in points])
    closed["customdata"] = [p.closed for p in points]
    closed["hovertemplate"] = "%{customdata} closed<extra></extra>"
    first, last = points[0] if points else None, points[-1] if points else None
    caption = "No run yet."
    if first and last:
        caption = f"{last.open} open after {visible(last.label)}, {first.open} after {visible(first.label)}. "
        caption += "Bars above the line of zero were opened by a run, bars below it closed."
    axis = {"tickformat": "d", "zeroline": True, "zerolinecolor": MUTED, "zerolinewidth": 1}
    place = {"yanchor": "bottom", "xanchor": "right", "yshift": 3}
    notes = [note(runs[-1], last.open, f"{last.open} open", INK, **place)] if last else []
    drawn = figure(points, [opened, closed, level], axis, notes, barmode="relative", bargap=0.4)
    columns = [str(p.open) for p in points], [str(p.opened) for p in points], [str(p.closed) for p in points]
    keys = Key("open", "open"), Key("fail", "opened"), Key("pass", "closed")
    return Chart(id, title, caption, drawn, ("Run", "Open", "Opened", "Closed"), _rows(points, *columns), keys)


STATES = {
    "closed": (0, "circle", PASS),
    "observing": (1, "diamond", FLAKY),
    "unverified": (2, "circle-open", MUTED),
    "open": (3, "square", FAIL),
    "reopened": (3, "x", FAIL),
}
"""Height, symbol and colour of a blocker's states, best first."""


def lifeline(points: Sequence[StatePoint], *, id: str = "lifeline", title: str = "Life line") -> Chart:  # noqa: A002
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
        caption = f"First seen in {visible(lived[0].label)}, open in {_count(unhealthy, 'run')}, "
        caption += f"{visible(lived[-1].state)} after {visible(lived[-1].label)}."
    axis = {
        "range": [-0.5, 3.5],
        "tickmode": "array",
        "tickvals": [0, 1, 2, 3],
        "ticktext": ["closed", "observing", "unverified", "open"],
    }
    drawn = figure(points, [trace], axis, [])
    rows = _rows(points, [p.state or "–" for p in points], [p.note for p in points])
    return Chart(id, title, caption, drawn, ("Run", "State", "Note"), rows, height=170)


def _two_rates(
    points: Sequence[Point],
    first: tuple[str, list[float | None]],
    second: tuple[str, list[float | None]],
    id: str,  # noqa: A002
    title: str,
) -> Chart:
    """Two fractions as lines, solid and dotted, each with its name and last value at its end."""
    runs = names(points)
    shown = [(name, [in_percent(value) for value in values], values) for name, values in (first, second)]
    ends = [max((at for at, value in enumerate(drawn) if value is not None), default=None) for _, drawn, _ in shown]
    last = [None if end is None else drawn[end] for end, (_, drawn, _) in zip(ends, shown, strict=True)]
    upper = 1 if (last[1] or 0) > (last[0] or 0) else 0
    traces: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    facts: list[str] = []
    for at, (name, drawn, values) in enumerate(shown):
        trace = line(runs, name, drawn, MUTED if at else INK, hover=f"%{{y}} % {name.lower()}")
        trace["line"]["dash"] = "dot" if at else "solid"
        traces.append(trace)
        end = ends[at]
        if end is not None:
            text = f"{name} {percent(values[end])}"
            place = {"yanchor": "bottom", "yshift": 5} if at == upper else {"yanchor": "top", "yshift": -5}
            notes.append(note(runs[end], drawn[end] or 0.0, text, MUTED if at else INK, xanchor="right", **place))
            facts.append(f"{name.lower() if facts else name} {percent(values[end])} in {visible(points[end].label)}")
    axis, start = percent_axis([value for _, drawn, _ in shown for value in drawn])
    caption = "No run proves a value." if not facts else f"{', '.join(facts)}."
    if facts and start:
        caption += f" The scale starts at {start:g}\u00a0%."
    rows = _rows(points, *([percent(value) for value in values] for _, _, values in shown))
    drawn_figure = figure(points, traces, axis, notes)
    return Chart(id, title, caption, drawn_figure, ("Run", first[0], second[0]), rows, height=240)


def _rows(points: Sequence[Point], *columns: Iterable[str]) -> tuple[Row, ...]:
    cells = zip(*columns, strict=True)
    return tuple(Row(p.url, (visible(p.label), *own)) for p, own in zip(points, cells, strict=True))


def _count(number_of: int, word: str) -> str:
    return f"{number_of} {word}" if number_of == 1 else f"{number_of} {word}s"


def _change(points: Sequence[Point], values: Sequence[float | None], unit: str) -> str:
    known = [(p.label, value) for p, value in zip(points, values, strict=True) if value is not None]
    (first, before), (last, now) = known[0], known[-1]
    text = f"{number(now, unit)} in {visible(last)}"
    return f"{text}." if len(known) == 1 else f"{text}, {number(before, unit)} in {visible(first)}."

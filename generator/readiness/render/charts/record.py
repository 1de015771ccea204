"""A chart with all that makes it readable without being drawn."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import plotly.graph_objects as go

from readiness.phrases import Sentence, say
from readiness.render.charts.data import Point
from readiness.render.charts.figure import plain
from readiness.render.charts.look import INK
from readiness.render.pages.inert import Whole, visible

FEW = 3
"""Fewer runs than this make no trend."""
ZOOM_FROM = 13
"""Runs that fill a chart so that a part of them is worth a closer look."""
SLIDER_FROM = 31
"""Runs from which on a slider helps more than it takes room."""
_SLIDER_PX = 56


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One entry of the legend above a chart; `kind` is that of an outcome bar's part, or of a line."""

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
    caption: Sentence
    figure: go.Figure
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    legend: tuple[LegendEntry, ...] = ()
    height: int = 240
    hint: Sentence | None = None
    """How to read the drawing; said where there is one."""
    drawn: bool = True
    """False where no run holds a value, or one run is all there is: a drawing says less than sentence and table."""
    zoom: bool = False
    """A part of the runs can be looked at, together with the other charts of the page."""

    def to_json(self) -> str:
        """What the figure adds to the template and to its table, the same bytes for the same figure.

        Runs are named once, and their addresses stand in the table: the script puts both where Plotly wants them.
        Raises ValueError for a value that is no number.
        """
        own = self.figure.to_plotly_json()
        layout = own["layout"]
        del layout["template"]
        axis = layout.get("xaxis", {})
        if runs := list(axis.get("categoryarray", ())):
            for part, name in (*((trace, "x") for trace in own["data"]), (axis, "tickvals"), (axis, "ticktext")):
                if list(part.get(name, ())) == runs:
                    del part[name]
        if layout.get("meta", {}).get("urls") == [row.url for row in self.rows]:
            del layout["meta"]
        return Whole(json.dumps(own, sort_keys=True, separators=(",", ":"), allow_nan=False))


def table_rows(points: Sequence[Point], *columns: Iterable[str]) -> tuple[Row, ...]:
    """A row per run, with its cells in `columns`."""
    cells = zip(*columns, strict=True)
    return tuple(Row(p.url, (visible(p.label), *own)) for p, own in zip(points, cells, strict=True))


def sentences(*told: Sentence | None) -> Sentence:
    """Those that there are, one after another."""
    return say("in_turn", told=tuple(filter(None, told)))


def too_few(known: int, runs: int) -> Sentence | None:
    """What to say where fewer than `FEW` of the runs hold a value; nothing of a single run, or without a value."""
    if not 0 < known < FEW or runs == 1:
        return None
    return say("few_runs") if known == runs else say("few_values", runs=known)


def explorable(chart: Chart, *, slider: bool = False) -> Chart:
    """The chart with zoom where it holds many runs, and with a slider where it holds very many and is to have one."""
    runs = len(chart.rows)
    if runs < ZOOM_FROM:
        return chart
    figure, height = go.Figure(chart.figure), chart.height
    figure.update_layout(dragmode="zoom", xaxis_fixedrange=False)
    if slider and runs >= SLIDER_FROM:
        height += _SLIDER_PX
        figure.update_xaxes(rangeslider={"visible": True, "range": figure.layout.xaxis.range})
    return replace(chart, figure=figure, height=height, zoom=True)


def marked(chart: Chart, changes: Iterable[tuple[int, str]]) -> Chart:
    """The chart with a line before each of these runs, counted from 0, and a word for the change above it."""
    figure = go.Figure(chart.figure)
    for run, word in changes:
        style = {"line_color": INK, "line_width": 1, "line_dash": "1px,3px"}
        note = {"annotation_text": plain(word), "annotation_font_color": INK, "annotation_position": "top"}
        figure.add_vline(run - 0.5, **style, **note)
    return replace(chart, figure=figure)

"""Where a chart's line changed its level: a mark before the run, and how much it changed."""

from collections.abc import Iterable
from dataclasses import replace

import plotly.graph_objects as go

from readiness.render.charts.figure import plain
from readiness.render.charts.look import INK
from readiness.render.charts.record import Chart


def marked(chart: Chart, changes: Iterable[tuple[int, str]]) -> Chart:
    """The chart with a line before each of these runs, counted from 0, and a word for the change above it."""
    figure = go.Figure(chart.figure)
    for run, word in changes:
        style = {"line_color": INK, "line_width": 1, "line_dash": "1px,3px"}
        note = {"annotation_text": plain(word), "annotation_font_color": INK, "annotation_position": "top"}
        figure.add_vline(run - 0.5, **style, **note)
    return replace(chart, figure=figure)

"""Looking at a part of the runs: by dragging across a chart, or with a slider below one."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go

from readiness.render.charts.record import Chart

ZOOM_FROM = 13
"""Runs that fill a chart so that a part of them is worth a closer look."""
SLIDER_FROM = 31
"""Runs from which on a slider helps more than it takes room."""
_SLIDER_PX = 56


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

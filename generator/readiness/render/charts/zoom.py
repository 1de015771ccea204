"""Looking at a part of the runs: by dragging across a chart, or with a slider below one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from readiness.render.charts.record import Chart
from readiness.render.pages.figures import LINE, SOFT

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
    layout: dict[str, Any] = dict(chart.figure["layout"])
    axis: dict[str, Any] = {**layout["xaxis"], "fixedrange": False}
    height = chart.height
    if slider and runs >= SLIDER_FROM:
        height += _SLIDER_PX
        axis["rangeslider"] = {
            "visible": True,
            "autorange": False,
            "range": axis["range"],
            "thickness": 0.13,
            "bgcolor": SOFT,
            "bordercolor": LINE,
            "borderwidth": 1,
        }
    layout |= {"xaxis": axis, "dragmode": "zoom"}
    return replace(chart, figure={**chart.figure, "layout": layout}, height=height, zoom=True)

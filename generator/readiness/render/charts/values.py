"""A measured value over the runs, against the limits that criteria set it."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import plotly.graph_objects as go

from readiness.phrases import Sentence, say
from readiness.render.charts.data import Point, ValuePoint
from readiness.render.charts.figure import amount, drawn, exact, figure, line, names, percent_axis, plain
from readiness.render.charts.limits import Limit, draw_limits, required
from readiness.render.charts.look import FAIL, INK
from readiness.render.charts.record import Chart, sentences, table_rows, too_few
from readiness.render.pages.inert import visible


def series(
    points: Sequence[ValuePoint],
    unit: str,
    title: str,
    limits: Sequence[Limit] = (),
    *,
    id: str,  # noqa: A002
) -> Chart:
    """One measure over the runs and its limits, labelled dashed lines; values beyond one differ in shape, colour."""
    values = [exact(p.value) for p in points]
    shown = [drawn(value) for value in values]
    known = [value for value in shown if value is not None]
    hover = f"%{{y}} {plain(unit)}".rstrip() + "<extra></extra>"
    trace = judged_line(points, title, values, limits, hovertemplate=hover)
    ends = [value for limit in limits if (value := drawn(limit.value)) is not None]
    axis: dict[str, Any] = {"rangemode": "tozero", "ticksuffix": f" {plain(unit)}", "showticksuffix": "last"}
    start = 0.0
    if unit == "%" and known and max([*known, *ends]) <= 100 and any(one.direction == "at_least" for one in limits):
        axis, start = percent_axis([*known, *ends])
    top = max([*known, *ends, 0.0])
    if "range" not in axis and top > 0 and min(known, default=0.0) >= 0 and top * 1.16 < float("inf"):
        axis["range"] = [0, top * 1.16]
    chart = figure(points, [trace], axis)
    draw_limits(chart, limits, unit, shown)
    caption = sentences(
        _change(points, values, unit),
        required(limits, values, unit),
        too_few(len(known), len(points)),
    )
    rows = table_rows(points, [_told(point, value, unit) for point, value in zip(points, values, strict=True)])
    hint, is_drawn = scale_starts(start), bool(known) and len(points) > 1
    return Chart(id, title, caption, chart, (say("run"), title), rows, height=220, hint=hint, drawn=is_drawn)


def judged_line(
    points: Sequence[Point], name: str, values: Sequence[Fraction | None], limits: Sequence[Limit], **more: Any
) -> go.Scatter:
    """A line of values; those beyond a limit differ in shape and colour."""
    trace = line(names(points), visible(name), [drawn(value) for value in values], INK, **more)
    beyond = [value is not None and not all(limit.holds(value) for limit in limits) for value in values]
    if any(beyond):
        trace.marker = {
            "color": [FAIL if over else INK for over in beyond],
            "symbol": ["x" if over else "circle" for over in beyond],
            "size": [trace.marker.size + 4 * over for over in beyond],
        }
    return trace


def scale_starts(percent: float) -> Sentence | None:
    """A scale that does not start at zero is told."""
    return say("scale_starts", percent=f"{percent:g}\u00a0%") if percent else None


def _change(points: Sequence[ValuePoint], values: Sequence[Fraction | None], unit: str) -> Sentence:
    known = [(p, value) for p, value in zip(points, values, strict=True) if value is not None]
    if not known:
        return say("no_value")
    (first, before), (last, now) = known[0], known[-1]
    earlier = visible(first.label) if len(known) > 1 else ""
    values_told = {"value": _told(last, now, unit), "before": _told(first, before, unit)}
    return say("value_in", version=visible(last.label), first=earlier, **values_told)


def _told(point: ValuePoint, value: Fraction | None, unit: str) -> str:
    """The value; a lower bound says so."""
    shown = amount(value, unit)
    return say("bound", value=shown) if point.at_least and value is not None else shown

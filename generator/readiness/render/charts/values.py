"""A measured value over the runs, against the limits that criteria set it: dashed lines, labels and a sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import plotly.graph_objects as go

from readiness.phrases import Sentence, say
from readiness.render.charts.data import Point, ValuePoint
from readiness.render.charts.figure import amount, drawn, exact, figure, line, names, percent_axis, plain
from readiness.render.charts.look import BAD, FAIL, INK
from readiness.render.charts.record import Chart, sentences, table_rows, too_few
from readiness.render.pages.inert import visible


@dataclass(frozen=True, slots=True)
class Limit:
    """What a criterion requires of a value, in the value's own unit (percent for rates)."""

    value: Fraction
    direction: Literal["at_least", "at_most", "equals"]
    advisory: bool = False

    def told(self, unit: str) -> str:
        """`at most 60 s (advisory)`."""
        told = say("limit", direction=self.direction, amount=amount(self.value, unit))
        return say("advisory", what=told) if self.advisory else told

    def holds(self, value: Fraction) -> bool:
        """True where the value is within the limit, compared exactly."""
        if self.direction == "equals":
            return value == self.value
        return value >= self.value if self.direction == "at_least" else value <= self.value


def draw_limits(chart: go.Figure, limits: Iterable[Limit], unit: str, values: Sequence[float | None]) -> None:
    """A dashed line across the chart for each limit; those of one value stand in one label."""
    texts: dict[float, list[str]] = {}
    for limit in limits:
        if (value := drawn(limit.value)) is not None:
            texts.setdefault(value, []).append(limit.told(unit))
    for value, told in texts.items():
        text = plain(", ".join(dict.fromkeys(told)))
        place = _clear_of(values, value)
        chart.add_hline(value, annotation_text=text, annotation_position=place, annotation_font_color=BAD)


def _clear_of(values: Sequence[float | None], limit: float) -> str:
    """The end of the limit's line that is farther from the values, on the side where they are not."""
    reach = max(1, len(values) // 3)
    left, right = ([value for value in end if value is not None] for end in (values[:reach], values[-reach:]))
    side, near = max(
        (("left", left), ("right", right)), key=lambda end: min((abs(v - limit) for v in end[1]), default=0)
    )
    return f"{'top' if not near or sum(near) / len(near) <= limit else 'bottom'} {side}"


def required(limits: Sequence[Limit], values: Sequence[Fraction | None], unit: str, name: str = "") -> Sentence | None:
    """`Required: at most 60 s, held by 20 of 21 runs.`, for every limit; None where there is none, or no value."""
    known = [value for value in values if value is not None]
    if not limits or not known:
        return None
    demands = tuple(
        say(
            "limit_held",
            name=name,
            bound=limit.direction,
            limit=amount(limit.value, unit),
            advisory=limit.advisory,
            held=sum(limit.holds(value) for value in known),
            runs=len(values),
        )
        for limit in limits
    )
    return say("limits_held", demands=demands, without=len(values) - len(known))


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

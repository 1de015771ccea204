"""The parts that charts are made of: Plotly traces, axes and labels and numbers as text."""

import math
from collections import Counter
from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import plotly.graph_objects as go

from readiness import numbers
from readiness.render.charts.data import Point
from readiness.render.charts.look import CLEAR, FAIL, FLAKY, LATER
from readiness.render.pages.inert import visible

_SPECIAL = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;", "}": "&#125;"})
_MOST_GAPS, _MOST_DOTS = 60, 60
_STEPS = (0.25, 0.5, 1, 2, 5, 10, 20, 25)


def exact(value: Fraction | float | None) -> Fraction | None:
    """The value as written, or None where it is no number."""
    if value is None or isinstance(value, Fraction):
        return value
    return Fraction(str(value)) if math.isfinite(value) else None


def drawn(value: Fraction | None) -> float | None:
    """The value as Plotly takes it; None where there is none, or where it is beyond what a drawing can show."""
    try:
        return None if value is None else float(value)
    except OverflowError:
        return None


def amount(value: Fraction | None, unit: str = "") -> str:
    """The value with its unit as reports write it; a dash where there is nothing."""
    if value is None:
        return "–"
    text = numbers.amount(value, unit)
    if abs(value) >= HUGE:
        rounded = _FOUR_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
        text = f"{rounded.normalize():g} {unit}".strip()
    return visible(text).replace(" ", "\u00a0", 1)


HUGE = 10**15
"""From here on digits say less than the power of ten."""

_FOUR_DIGITS = Context(prec=4)
_TICKS = 5
"""As many as the look of all charts allows."""


def plain(text: str) -> str:
    """`text` for Plotly, which would take tags, entities and templates in it for its own."""
    return visible(text).translate(_SPECIAL)


def names(points: Sequence[Point]) -> list[str]:
    """A distinct name per run for the axis: `1.4.0`, `1.4.0 (2)`, since equal names would share a place."""
    seen: Counter[str] = Counter()
    made: list[str] = []
    for point in points:
        name = label = plain(point.label) or "–"
        while name in seen:
            seen[label] += 1
            name = f"{label} ({seen[label]})"
        seen[name] += 1
        made.append(name)
    return made


def hatching(colour: str, *, outline: int) -> dict[str, Any]:
    """Marker of a bar that is hatched instead of filled; the outline in pixels."""
    return {"color": CLEAR, "pattern": {"shape": "/", "fgcolor": colour}, "line": {"width": outline, "color": colour}}


def bars(
    runs: list[str], word: str, colour: str, values: Sequence[int], *, hatched: bool = False, **more: Any
) -> go.Bar:
    """A bar per run; a zero is left out. A hairline in its own colour keeps one failure in thousands visible."""
    hairline = {"line": {"width": 1, "color": colour}} if colour in (FAIL, FLAKY) else {}
    marker = hatching(colour, outline=0) if hatched else {"color": colour, **hairline}
    return go.Bar(name=plain(word), x=runs, y=[value or None for value in values], marker=marker, **more)


def line(runs: list[str], name: str, values: Sequence[float | None], colour: str, **more: Any) -> go.Scatter:
    """A line with a dot per run, broken where a run holds no value; small dots leave it to be seen among many."""
    marker = {"color": colour, "size": 6 if len(runs) <= _MOST_DOTS else 2}
    return go.Scatter(name=plain(name), x=runs, y=list(values), line={"color": colour}, marker=marker).update(**more)


def end_note(chart: go.Figure, run: int, y: float, text: str, colour: str, side: str = "middle") -> None:
    """The label of a line's end, in the margin right of it; `side` (`bottom`, `top`) keeps it apart from another's.

    The run is told by its number: Plotly would take a name like `1.10` for a number itself.
    """
    place = {"xanchor": "left", "xshift": 6, "yanchor": side}
    chart.add_annotation(x=run, y=y, text=plain(text), font_color=colour, **place)


def count_axis(span: int, ticks: int = _TICKS) -> dict[str, Any]:
    """An axis of whole numbers, `span` from its lowest to its highest value, which has at most so many ticks.

    Left to itself Plotly puts ticks at halves where few whole numbers fit, and writes them rounded: 0, 1, 1.
    """
    axis = {"tickformat": "d"} if ticks == _TICKS else {"tickformat": "d", "nticks": ticks}
    return axis | {"dtick": 1} if span < ticks else axis


def percent_axis(values: Sequence[float | None]) -> tuple[dict[str, Any], float]:
    """An axis that ends at 100 % with at most six ticks, and the percentage at which it starts."""
    lowest = min(99.0, min((value for value in values if value is not None), default=0.0))
    step = next((step for step in _STEPS if (100 - lowest) / step <= 4.5), 25)
    start = max(0.0, math.floor(round(lowest / step, 6)) * step)
    ticks = [round(start + step * at, 2) for at in range(round((100 - start) / step) + 1)]
    axis = {
        "range": [start - (100 - start) * 0.08, 100 + (100 - start) * 0.06],
        "tickvals": ticks,
        "ticktext": [f"{tick:g} %" for tick in ticks],
    }
    return axis, start


def figure(
    points: Sequence[Point],
    traces: list[Any],
    yaxis: dict[str, Any],
    *,
    right: int = 8,
    checked: bool = True,
    **layout: Any,
) -> go.Figure:
    """The whole, runs below. `layout.meta.urls` holds where each run leads to.

    `right` is the margin for labels beside the last run, in pixels. Few bars stay slender, very many touch. Not
    `checked`, a figure is made of traces and layout as they are, in an eighth of the time: for hundreds of them.
    """
    runs = names(points)
    xaxis = layout.pop("xaxis", {}) | {
        "categoryarray": runs,
        "range": [-0.6, len(runs) - 0.4],
        "tickvals": runs,
        "ticktext": [name if len(name) <= 14 else f"{name[:5]}…{name[-8:]}" for name in runs],
    }
    urls = {"urls": [point.url for point in points]}
    own: dict[str, Any] = {"template": LATER, "margin": {"r": right}, "meta": urls, "xaxis": xaxis, "yaxis": yaxis}
    own["bargap"] = max(0.4, 1 - len(runs) / 10) if len(runs) <= _MOST_GAPS else 0
    return go.Figure(traces, own | layout, _validate=checked)

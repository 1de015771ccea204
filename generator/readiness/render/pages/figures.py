"""The parts that charts are made of: Plotly traces, axes and labels as plain dicts, and numbers as text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from readiness import numbers
from readiness.render.pages.inert import visible
from readiness.render.pages.points import Point

PASS, FLAKY, FAIL, SKIP = "var(--rd-pass)", "var(--rd-flaky)", "var(--rd-fail)", "var(--rd-skip)"
INK, MUTED, LINE, SURFACE = "var(--rd-ink)", "var(--rd-muted)", "var(--rd-line)", "var(--rd-surface)"
BAND, SOFT = "var(--rd-band)", "var(--rd-soft)"
BAD, CLEAR, FONT = "var(--rd-bad)", "rgba(0,0,0,0)", "var(--rd-font)"
"""Colours and type are references to CSS variables, resolved when a chart is drawn, so that light and dark follow."""

_SPECIAL = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;", "}": "&#125;"})
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
    pattern = {
        "shape": "/",
        "size": 5,
        "solidity": 0.28,
        "fgcolor": colour,
        "bgcolor": CLEAR,
        "fillmode": "replace",
    }
    return {"color": CLEAR, "pattern": pattern, "line": {"width": outline, "color": colour}}


def bars(runs: list[str], word: str, colour: str, values: Sequence[int], *, hatched: bool = False) -> dict[str, Any]:
    """A bar per run; a zero is left out. A hairline in its own colour keeps one failure in thousands visible."""
    marker: dict[str, Any] = {"color": colour, "line": {"width": 1 if colour in (FAIL, FLAKY) else 0, "color": colour}}
    if hatched:
        marker = hatching(colour, outline=0)
    return {
        "type": "bar",
        "name": word,
        "x": runs,
        "y": [value or None for value in values],
        "marker": marker,
        "hovertemplate": f"%{{y}} {word}<extra></extra>",
    }


def bar_gap(runs: int) -> float:
    """The part of a run's place that its bar leaves free: few bars stay slender, very many touch."""
    return max(0.4, 1 - runs / 10) if runs <= _MOST_GAPS else 0


_MOST_GAPS = 60


def line(runs: list[str], name: str, values: Sequence[float | None], colour: str, *, hover: str) -> dict[str, Any]:
    """A line with a dot per run, broken where a run holds no value."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": plain(name),
        "x": runs,
        "y": list(values),
        "connectgaps": False,
        "cliponaxis": False,
        "line": {"color": colour, "width": 1.75},
        "marker": {"color": colour, "size": dot(runs), "opacity": 1},
        "hovertemplate": f"{hover}<extra></extra>",
    }


def dot(runs: Sequence[str]) -> int:
    """Size of a dot on a line, in pixels: where many stand close they leave the line to be seen."""
    return 5 if len(runs) <= _MOST_DOTS else 2


_MOST_DOTS = 60


def marks(runs: list[str], height: float, colour: str) -> dict[str, Any]:
    """A short stroke at `height` over each of the runs."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": runs,
        "y": [height] * len(runs),
        "marker": {"color": colour, "symbol": "line-ns-open", "size": 8, "opacity": 1, "line": {"width": 2}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def note(run: int, y: float, text: str, colour: str, **place: Any) -> dict[str, Any]:
    """A label beside a point of the run with that number: Plotly would take a name like `1.10` for a number itself."""
    font = {"color": colour, "size": 11}
    return {"x": run, "y": y, "text": plain(text), "showarrow": False, "borderpad": 1, "font": font} | place


def end_note(run: int, y: float, text: str, colour: str, side: str = "middle") -> dict[str, Any]:
    """The label of a line's end, in the margin right of it; `side` (`bottom`, `top`) keeps it apart from another's."""
    return note(run, y, text, colour, xanchor="left", xshift=6, yanchor=side)


def percent_axis(values: Sequence[float | None]) -> tuple[dict[str, Any], float]:
    """An axis that ends at 100 % with at most six ticks, and the percentage at which it starts."""
    lowest = min(99.0, min((value for value in values if value is not None), default=0.0))
    step = next((step for step in _STEPS if (100 - lowest) / step <= 4.5), 25)
    start = max(0.0, math.floor(round(lowest / step, 6)) * step)
    ticks = [round(start + step * at, 2) for at in range(round((100 - start) / step) + 1)]
    axis = {
        "range": [start - (100 - start) * 0.08, 100 + (100 - start) * 0.06],
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [f"{tick:g} %" for tick in ticks],
    }
    return axis, start


def figure(
    points: Sequence[Point],
    traces: list[dict[str, Any]],
    yaxis: dict[str, Any],
    annotations: list[dict[str, Any]],
    *,
    right: int = 8,
    **layout: Any,
) -> dict[str, Any]:
    """The whole: runs below, hairlines across, no frame. `layout.meta.urls` holds where each run leads to.

    `right` is the margin for labels beside the last run, in pixels.
    """
    runs = names(points)
    ticks = [name if len(name) <= 14 else f"{name[:5]}…{name[-8:]}" for name in runs]
    axis = {"fixedrange": True, "showline": False, "ticks": "", "zeroline": False, "automargin": True}
    small = {"size": 11, "color": MUTED}
    return {
        "data": traces,
        "layout": {
            "annotations": annotations,
            "autosize": False,
            "dragmode": False,
            "font": {"family": FONT, "size": 12, "color": INK},
            "hoverlabel": {"bgcolor": SURFACE, "bordercolor": LINE, "font": {"family": FONT, "size": 12, "color": INK}},
            "hovermode": "x unified",
            "margin": {"l": 8, "r": right, "t": 22, "b": 24},
            "meta": {"urls": [point.url for point in points]},
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "showlegend": False,
            "xaxis": axis
            | {
                "type": "category",
                "categoryorder": "array",
                "categoryarray": runs,
                "range": [-0.6, len(runs) - 0.4],
                "showgrid": False,
                "showline": True,
                "linecolor": LINE,
                "showspikes": False,
                "tickangle": 0,
                "tickfont": small,
                "tickmode": "array",
                "tickvals": runs,
                "ticktext": ticks,
            },
            "yaxis": axis
            | {"gridcolor": LINE, "gridwidth": 1, "nticks": 5, "tickfont": small, "ticklabelstandoff": 6}
            | yaxis,
        }
        | layout,
    }

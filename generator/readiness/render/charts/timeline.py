"""The plan as a chart: a bar for each fix and phase, up to its end at the soonest and, hatched, at the latest."""

import math
import textwrap
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go

from readiness.assessment import Span, Timeline
from readiness.numbers import capital
from readiness.phrases import ends, on, said, say
from readiness.render.charts.figure import hatching, plain
from readiness.render.charts.look import INK, LATER, LINE, PASS, SKIP
from readiness.render.charts.record import Chart, LegendEntry, Row
from readiness.render.pages.dates import day
from readiness.render.pages.inert import visible
from readiness.shorten import short

_WRAP, _LONGEST = 44, 130
"""Characters of a line above a bar, and of a name."""
_ROW_PX = 52
_MOST_TICKS = 10
_MOST_ROWS = 40
"""Rows that are drawn; the table beside it holds all."""


def timeline_chart(plan: Timeline, address: Callable[[str], str]) -> Chart | None:
    """The chart; `address` of a blocker's page by its id. None where no day can be told."""
    rows = [(one.fix.ref, said(one.fix.title), address(one.fix.ref), one.span) for one in plan.fixes]
    rows += [(phase.name, phase.name, "", span) for phase, span in plan.phases]
    if not rows or not plan.total.end_max or plan.total.latest is None:
        return None
    shown = rows[:_MOST_ROWS]
    spans = [span for *_, span in shown]
    places = [*range(len(shown), 0, -1)]
    names = [_name(place, title) for place, (_, title, *_) in zip(places, shown, strict=True)]
    days, dates = _ticks(plan)
    drawn = go.Figure(
        [_bars(places, spans, latest=latest) for latest in (False, True)],
        {
            "template": LATER,
            "barmode": "stack",
            "bargap": 0.78,
            "hovermode": "closest",
            "meta": {"urls": [url for _, _, url, _ in shown]},
            "annotations": [*names, _ready(plan, len(shown))],
            "shapes": [_line(day, dash) for day, dash in _ends(plan)],
            "xaxis": {
                "type": "linear",
                "range": [0, plan.total.end_max * 1.06],
                "tickvals": days,
                "ticktext": dates,
                "showgrid": True,
                "gridcolor": LINE,
            },
            "yaxis": {"type": "linear", "range": [0.4, len(shown) + 1.2], "showgrid": False, "showticklabels": False},
        },
    )
    cells = [
        Row(
            url,
            (
                visible(title),
                say("span", first=f"{span.start_min:g}", last=f"{span.end_min:g}"),
                say("span", first=f"{span.start_max:g}", last=f"{span.end_max:g}"),
                ends(span, day),
            ),
        )
        for _, title, url, span in rows
    ]
    caption = say("dates_of_plan")
    fewest, most = say("fewest_days"), say("most_days")
    header = (say("what"), capital(fewest), capital(most), say("done"))
    legend = LegendEntry("line", fewest), LegendEntry("none", most)
    return Chart("timeline", "", caption, drawn, header, tuple(cells), legend, height=80 + _ROW_PX * len(shown))


def _bars(places: list[int], spans: list[Span], *, latest: bool) -> go.Bar:
    """From the first day to the soonest end, or from there to the latest."""
    days = [(span.end_min, span.end_max) if latest else (span.start_min, span.end_min) for span in spans]
    return go.Bar(
        orientation="h",
        name=plain(say("most_days" if latest else "fewest_days")),
        y=places,
        base=[start for start, _ in days],
        x=[end - start for start, end in days],
        text=[plain(on(span.latest if latest else span.soonest, day)) for span in spans],
        marker=hatching(SKIP, outline=1) if latest else {"color": INK},
        hovertemplate=f"{say('done_on', what='%{fullData.name}', day='%{text}')}<extra></extra>",
    )


def _name(place: int, title: str) -> dict[str, Any]:
    """The name above its bar, in as many lines as it needs."""
    lines = textwrap.wrap(short(title, _LONGEST), _WRAP) or [""]
    place_of = {"x": 0, "xref": "paper", "xanchor": "left", "y": place + 0.16, "yanchor": "bottom", "align": "left"}
    return place_of | {"text": "<br>".join(map(plain, lines)), "font": {"color": INK}}


def _ends(plan: Timeline) -> list[tuple[float, str]]:
    """The days of readiness, at the soonest and at the latest, each with its dash; one where they are the same."""
    soonest, latest = plan.total.end_min, plan.total.end_max
    return [(soonest, "solid"), (latest, "4px,3px")] if soonest < latest else [(latest, "solid")]


def _line(day: float, dash: str) -> dict[str, Any]:
    line = {"color": PASS, "dash": dash, "width": 1.5}
    return {"type": "line", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _ready(plan: Timeline, rows: int) -> dict[str, Any]:
    """What the lines mean, above them."""
    place = {"x": plan.total.end_max, "xanchor": "right", "y": rows + 1.15, "yanchor": "top"}
    return place | {"text": plain(say("ready_on", days=ends(plan.total, day))), "font": {"color": PASS}}


def _ticks(plan: Timeline) -> tuple[list[int], list[str]]:
    """At most `_MOST_TICKS` working days, equally far apart, with their dates."""
    step = max(1, math.ceil(plan.total.end_max / _MOST_TICKS))
    days = [*range(step, math.ceil(plan.total.end_max) + 1, step)]
    dates = map(plan.calendar.day, days)
    return days, [plain(say("day_of", day=one.day, month=one.month)) if one else "" for one in dates]

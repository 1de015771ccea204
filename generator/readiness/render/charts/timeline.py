"""The plan as a chart: a row for each fix and phase, once with the fewest days and once with the most."""

from __future__ import annotations

import math
from collections.abc import Callable

import plotly.graph_objects as go

from readiness.assessment import Span, Timeline
from readiness.numbers import capital
from readiness.phrases import ends, on, plan_summary, said, say
from readiness.render.charts.figure import hatching, plain
from readiness.render.charts.look import INK, LATER, LINE, SKIP
from readiness.render.charts.record import Chart, LegendEntry, Row
from readiness.render.pages.inert import visible

_LONGEST = 14
"""Characters of a name beside its row."""
_ROW_PX = 38
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
    # A zero-width sign keeps equal names apart, since they would share a row.
    cut = [name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…" for name, *_ in shown]
    names = [plain(name) + chr(0x200B) * at for at, name in enumerate(cut)]
    spans = [span for *_, span in shown]
    traces = [_bars(names, spans, most=most) for most in (True, False)]
    days, dates = _ticks(plan)
    drawn = go.Figure(
        traces,
        {
            "template": LATER,
            "bargap": 0.3,
            "hovermode": "closest",
            "meta": {"urls": [url for _, _, url, _ in shown]},
            "xaxis": {
                "type": "linear",
                "range": [0, plan.total.end_max * 1.06],
                "tickvals": days,
                "ticktext": dates,
                "showgrid": True,
                "gridcolor": LINE,
            },
            "yaxis": {"type": "category", "categoryarray": names[::-1], "dtick": 1, "showgrid": False},
        },
    )
    cells = [
        Row(
            url,
            (
                visible(title),
                say("span", first=f"{span.start_min:g}", last=f"{span.end_min:g}"),
                say("span", first=f"{span.start_max:g}", last=f"{span.end_max:g}"),
                ends(span),
            ),
        )
        for _, title, url, span in rows
    ]
    caption = say("dates_of_plan", plan=plan_summary(plan))
    fewest, most = say("fewest_days"), say("most_days")
    header = (say("what"), capital(fewest), capital(most), say("done"))
    legend = LegendEntry("line", fewest), LegendEntry("none", most)
    return Chart("timeline", "", caption, drawn, header, tuple(cells), legend, height=50 + _ROW_PX * len(shown))


def _bars(names: list[str], spans: list[Span], *, most: bool) -> go.Bar:
    """From the first to the last day of each, with the most days or with the fewest."""
    days = [(span.start_max, span.end_max) if most else (span.start_min, span.end_min) for span in spans]
    return go.Bar(
        orientation="h",
        name=plain(say("most_days" if most else "fewest_days")),
        y=names,
        base=[start for start, _ in days],
        x=[end - start for start, end in days],
        text=[on(span.latest if most else span.soonest) for span in spans],
        marker=hatching(SKIP, outline=1) if most else {"color": INK},
        hovertemplate=f"{say('done_on', what='%{fullData.name}', day='%{text}')}<extra></extra>",
    )


def _ticks(plan: Timeline) -> tuple[list[int], list[str]]:
    """At most `_MOST_TICKS` working days, equally far apart, with their dates."""
    step = max(1, math.ceil(plan.total.end_max / _MOST_TICKS))
    days = [*range(step, math.ceil(plan.total.end_max) + 1, step)]
    return days, [f"{day:%m-%d}" if (day := plan.calendar.day(one)) else "" for one in days]

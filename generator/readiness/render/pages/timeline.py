"""The plan as a chart: a row for each fix and phase, once with the fewest days and once with the most."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from readiness.assessment.plan import Span, Timeline
from readiness.phrases import said
from readiness.phrases.release import ends, on, plan_summary
from readiness.phrases.wording import say
from readiness.render.charts import Chart, Key, Row
from readiness.render.pages.figures import INK, LINE, SKIP, figure, hatching, plain
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
    names = [f"{plain(visible(name))[:_LONGEST]}{chr(0x200B) * at}" for at, (name, *_) in enumerate(shown)]
    spans = [span for *_, span in shown]
    traces = [
        _bars(names, "most days", SKIP, [(one.start_max, one.end_max) for one in spans], spans, hatched=True),
        _bars(names, "fewest days", INK, [(one.start_min, one.end_min) for one in spans], spans),
    ]
    order = {"type": "category", "categoryorder": "array", "categoryarray": names[::-1], "showgrid": False}
    drawn = figure([], traces, order, [], barmode="group", bargap=0.3, hovermode="closest")
    days, dates = _ticks(plan)
    drawn["layout"]["meta"] = {"urls": [url for _, _, url, _ in shown]}
    drawn["layout"]["xaxis"] |= {
        "type": "linear",
        "range": [0, plan.total.end_max * 1.06],
        "tickvals": days,
        "ticktext": dates,
        "showgrid": True,
        "gridcolor": LINE,
    }
    for name in ("categoryorder", "categoryarray"):
        del drawn["layout"]["xaxis"][name]
    cells = [
        Row(
            url,
            (
                visible(title),
                f"{span.start_min:g} to {span.end_min:g}",
                f"{span.start_max:g} to {span.end_max:g}",
                ends(span),
            ),
        )
        for _, title, url, span in rows
    ]
    caption = say("dates_of_plan", plan=plan_summary(plan))
    header = ("What", "Fewest days", "Most days", "Done")
    keys = (Key("line", "fewest days"), Key("none", "most days"))
    return Chart("timeline", "", caption, drawn, header, tuple(cells), keys, height=50 + _ROW_PX * len(shown))


def _bars(
    names: list[str],
    word: str,
    colour: str,
    days: list[tuple[float, float]],
    spans: list[Span],
    *,
    hatched: bool = False,
) -> dict[str, Any]:
    marker = hatching(colour, outline=1) if hatched else {"color": colour}
    return {
        "type": "bar",
        "orientation": "h",
        "name": word,
        "y": names,
        "base": [start for start, _ in days],
        "x": [end - start for start, end in days],
        "text": [on(span.latest if hatched else span.soonest) for span in spans],
        "textposition": "none",
        "marker": marker,
        "hovertemplate": f"{word}, done %{{text}}<extra></extra>",
    }


def _ticks(plan: Timeline) -> tuple[list[int], list[str]]:
    """At most `_MOST_TICKS` working days, equally far apart, with their dates."""
    step = max(1, math.ceil(plan.total.end_max / _MOST_TICKS))
    days = [*range(step, math.ceil(plan.total.end_max) + 1, step)]
    return days, [f"{day:%m-%d}" if (day := plan.calendar.day(one)) else "" for one in days]

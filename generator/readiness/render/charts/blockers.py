"""Blockers along the chain: how many stand, how many each run opened and closed."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.numbers import number
from readiness.phrases.wording import Sentence, say
from readiness.render.charts.data import BlockerPoint
from readiness.render.charts.figure import bars, end_note, figure, line, names
from readiness.render.charts.look import FAIL, INK, MUTED, PASS
from readiness.render.charts.record import Chart, LegendEntry, sentences, table_rows, too_few
from readiness.render.pages.inert import visible


def blockers_over_time(points: Sequence[BlockerPoint], *, id: str = "blockers", title: str = "Blockers") -> Chart:  # noqa: A002
    """Standing blockers as a stepped line; bars for those opened, and below zero for those closed."""
    runs = names(points)
    level = line(runs, "standing", [p.standing for p in points], INK, mode="lines", line_shape="hvh")
    level.hovertemplate = "%{y} standing<extra></extra>"
    opened = bars(runs, "opened", FAIL, [p.opened for p in points])
    closed = bars(runs, "closed", PASS, [-p.closed for p in points], customdata=[p.closed for p in points])
    closed.hovertemplate = "%{customdata} closed<extra></extra>"
    axis = {"tickformat": "d", "zeroline": True, "zerolinecolor": MUTED, "zerolinewidth": 1}
    chart = figure(points, [opened, closed, level], axis, right=30, barmode="relative")
    if points:
        end_note(chart, len(runs) - 1, points[-1].standing, number(points[-1].standing), INK)
    columns = ([number(getattr(p, name)) for p in points] for name in ("standing", "opened", "closed"))
    legend = LegendEntry("line", "standing"), LegendEntry("fail", "opened"), LegendEntry("pass", "closed")
    header = ("Run", "Standing", "Opened", "Closed")
    rows, is_drawn = table_rows(points, *columns), len(points) > 1 and any(p.standing or p.opened for p in points)
    hint = say("opened_above_closed_below")
    return Chart(id, title, _caption(points), chart, header, rows, legend, hint=hint, drawn=is_drawn)


def _caption(points: Sequence[BlockerPoint]) -> Sentence:
    if not points:
        return say("no_run")
    first, last = points[0], points[-1]
    earlier = visible(first.label) if len(points) > 1 else ""
    told = say(
        "standing_after", standing=last.standing, version=visible(last.label), before=first.standing, first=earlier
    )
    return sentences(told, too_few(len(points), len(points)))

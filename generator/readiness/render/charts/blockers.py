"""Blockers along the chain: how many stand, how many each run opened and closed."""

from collections.abc import Sequence

from readiness.numbers import capital, number
from readiness.phrases import Sentence, say
from readiness.render.charts.data import BlockerPoint
from readiness.render.charts.figure import bars, count_axis, end_note, figure, line, names, plain
from readiness.render.charts.look import FAIL, INK, MUTED, PASS
from readiness.render.charts.record import Chart, LegendEntry, sentences, table_rows, too_few
from readiness.render.pages.inert import visible


def blockers_over_time(points: Sequence[BlockerPoint]) -> Chart:
    """Standing blockers as a stepped line; bars for those opened, and below zero for those closed."""
    runs = names(points)
    words = standing, opening, closing = [say("blockers_that", did=did) for did in ("standing", "opened", "closed")]
    level = line(runs, standing, [p.standing for p in points], INK, mode="lines", line_shape="hvh")
    level.hovertemplate = f"%{{y}} {plain(standing)}<extra></extra>"
    opened = bars(runs, opening, FAIL, [p.opened for p in points])
    closed = bars(runs, closing, PASS, [-p.closed for p in points], customdata=[p.closed for p in points])
    closed.hovertemplate = f"%{{customdata}} {plain(closing)}<extra></extra>"
    top = max((max(p.standing, p.opened) for p in points), default=0)
    span = top + max((p.closed for p in points), default=0)
    axis = count_axis(span) | {"zeroline": True, "zerolinecolor": MUTED, "zerolinewidth": 1}
    chart = figure(points, [opened, closed, level], axis, right=30, barmode="relative")
    if points:
        end_note(chart, len(runs) - 1, points[-1].standing, number(points[-1].standing), INK)
    columns = ([number(getattr(p, name)) for p in points] for name in ("standing", "opened", "closed"))
    legend = tuple(LegendEntry(kind, word) for kind, word in zip(("line", "fail", "pass"), words, strict=True))
    header = (say("run"), *map(capital, words))
    rows, is_drawn = table_rows(points, *columns), len(points) > 1 and any(p.standing or p.opened for p in points)
    hint = say("opened_above_closed_below")
    title, caption = say("blockers"), _caption(points)
    return Chart("chart-blockers", title, caption, chart, header, rows, legend, hint=hint, drawn=is_drawn)


def _caption(points: Sequence[BlockerPoint]) -> Sentence:
    if not points:
        return say("no_run")
    first, last = points[0], points[-1]
    earlier = visible(first.label) if len(points) > 1 else ""
    told = say(
        "standing_after", standing=last.standing, version=visible(last.label), before=first.standing, first=earlier
    )
    return sentences(told, too_few(len(points), len(points)))

"""Rates over the runs: one of counted tests with its Wilson band, or line and branch coverage."""

from collections.abc import Sequence
from fractions import Fraction

import plotly.graph_objects as go

from readiness.analysis import wilson
from readiness.numbers import capital, number
from readiness.phrases import Sentence, say
from readiness.render.charts.data import CoveragePoint, RatePoint
from readiness.render.charts.figure import amount, drawn, end_note, exact, figure, line, names, percent_axis, plain
from readiness.render.charts.look import BAND, INK, MUTED
from readiness.render.charts.record import Chart, LegendEntry, sentences, table_rows, too_few
from readiness.render.charts.values import Limit, draw_limits, judged_line, required, scale_starts
from readiness.render.pages.counts import bounded
from readiness.render.pages.inert import visible


def rate(
    points: Sequence[RatePoint],
    name: str,
    of: str,
    limits: Sequence[Limit] = (),
    *,
    id: str,  # noqa: A002
) -> Chart:
    """One rate in percent against its limits, before the band of Wilson's 95 % interval of each run.

    `name` is that of the rate, `of` of its denominator: `executed tests`. A run that does not prove its rate is a gap.
    """
    title, interval = capital(name), say("interval")
    values = [_percent(p.fraction) for p in points]
    bounds = [_interval(p) for p in points]
    lows = [drawn(bound[0]) if bound else None for bound in bounds]
    texts = [
        f"{amount(value, '%')}, {_of(p)}, {interval} {_range(bound)}"
        for p, value, bound in zip(points, values, bounds, strict=True)
    ]
    trace = judged_line(points, title, values, limits, text=texts, hovertemplate="%{text}<extra></extra>")
    marked = _off_the_end(limits)
    shown = [drawn(value) for value in values]
    axis, start = percent_axis([*lows, *(drawn(limit.value) for limit in marked)])
    last = max((at for at, value in enumerate(values) if value is not None), default=None)
    chart = figure(points, [_band(points, bounds), trace], axis, right=56, bargap=0)
    told = say("no_proof")
    if last is not None:
        end, (low, high) = amount(values[last], "%"), (amount(bound, "%") for bound in bounds[last] or (None, None))
        end_note(chart, last, shown[last] or 0.0, end, INK)
        version, share = visible(points[last].label), _of(points[last])
        told = say("rate_in", rate=end, version=version, share=share, of=of, band=interval, low=low, high=high)
    draw_limits(chart, marked, "%", shown)
    known = sum(value is not None for value in values)
    caption = sentences(
        told,
        required(limits, values, "%"),
        too_few(known, len(points)),
    )
    columns = [amount(value, "%") for value in values], map(_of, points), map(_range, bounds)
    rows = table_rows(points, *columns)
    legend = LegendEntry("line", name), LegendEntry("band", interval)
    header = (say("run"), title, say("of_what", what=of), interval)
    hint, is_drawn = scale_starts(start), known > 0 and len(points) > 1
    return Chart(id, title, caption, chart, header, rows, legend, 170, hint=hint, drawn=is_drawn)


def _percent(fraction: Fraction | None) -> Fraction | None:
    return None if fraction is None else 100 * fraction


def _interval(point: RatePoint) -> tuple[Fraction, Fraction] | None:
    """The interval in percent, to four places; None where the rate is not proven."""
    if point.fraction is None or point.part is None or point.whole is None:
        return None
    low, high = (Fraction(str(round(100 * bound, 4))) for bound in wilson(point.part, point.whole))
    return low, high


def _band(points: Sequence[RatePoint], bounds: Sequence[tuple[Fraction, Fraction] | None]) -> go.Bar:
    """A step per run from the lower to the upper bound: nothing is drawn between runs that is not known of one."""
    base = [drawn(bound[0]) if bound else None for bound in bounds]
    height = [drawn(bound[1] - bound[0]) if bound else None for bound in bounds]
    return go.Bar(name="interval", x=names(points), base=base, y=height, marker_color=BAND, hoverinfo="skip")


def _of(point: RatePoint) -> str:
    """`19 of 20`, `664 of at least 664`; a dash where nothing is known to be expected."""
    if point.part is None or point.whole is None:
        return "–"
    return say("part_of", part=number(point.part), whole=bounded(point.whole, at_least=point.at_least))


def _range(bound: tuple[Fraction, Fraction] | None) -> str:
    return say("span", first=amount(bound[0], "%"), last=amount(bound[1], "%")) if bound else "–"


def _off_the_end(limits: Sequence[Limit]) -> list[Limit]:
    """A limit of 100 % is the end of the scale: a line there would hide the values that hold it."""
    return [limit for limit in limits if limit.value != 100]


_COLOURS = (INK, MUTED)
"""Of line and of branch coverage."""


def coverage(points: Sequence[CoveragePoint], limits: tuple[Sequence[Limit], Sequence[Limit]] = ((), ())) -> Chart:
    """Line and branch coverage in percent, solid and dotted, each with its last value; `limits` of the two."""
    runs = names(points)
    traces: list[go.Scatter] = []
    facts: list[Sentence] = []
    demands: list[Sentence | None] = []
    ends: list[tuple[int, float, str, str]] = []
    columns = [[_percent(exact(p.line)) for p in points], [_percent(exact(p.branch)) for p in points]]
    measures = [say("measure_name", measure=f"coverage.{kind}", plain="") for kind in ("line", "branch")]
    for at, (name, values) in enumerate(zip(measures, columns, strict=True)):
        shown = [drawn(value) for value in values]
        trace = line(runs, capital(name), shown, _COLOURS[at], line_dash="dot" if at else "solid")
        traces.append(trace.update(hovertemplate=f"%{{y:.4~g}} % {plain(name)}<extra></extra>"))
        demands.append(required(limits[at], values, "%", name))
        end = max((at for at, value in enumerate(values) if value is not None), default=None)
        if end is not None:
            told = amount(values[end], "%")
            ends.append((end, shown[end] or 0.0, told, _COLOURS[at]))
            facts.append(say("covered_in", what=name, share=told, version=visible(points[end].label)))
    marked = _off_the_end((*limits[0], *limits[1]))
    lines = [drawn(value) for values in columns for value in values]
    axis, start = percent_axis([*lines, *(drawn(limit.value) for limit in marked)])
    chart = figure(points, traces, axis, right=56)
    sides = ("top", "bottom") if len(ends) > 1 and ends[1][1] > ends[0][1] else ("bottom", "top")
    for note, side in zip(ends, sides if len(ends) > 1 else ("middle",), strict=False):
        end_note(chart, *note, side)
    draw_limits(chart, marked, "%", lines)
    caption = say("no_proof")
    if facts:
        known = max(sum(value is not None for value in values) for values in columns)
        caption = sentences(say("coverage_in", parts=tuple(facts)), *demands, too_few(known, len(points)))
    rows = table_rows(points, *([amount(value, "%") for value in values] for values in columns))
    legend = tuple(LegendEntry(kind, name) for kind, name in zip(("line", "dots"), measures, strict=True))
    header = (say("run"), *map(capital, measures))
    hint, is_drawn = scale_starts(start), bool(facts) and len(points) > 1
    return Chart("chart-coverage", say("coverage"), caption, chart, header, rows, legend, hint=hint, drawn=is_drawn)

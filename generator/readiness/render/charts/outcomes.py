"""Outcomes of the tests, stacked, a bar per run."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from readiness.numbers import capital, number
from readiness.phrases import Sentence, say
from readiness.render.charts.data import OutcomePoint
from readiness.render.charts.figure import bars, figure, names
from readiness.render.charts.look import BAD, FAIL, FLAKY, PASS, SKIP
from readiness.render.charts.record import Chart, LegendEntry, sentences, table_rows, too_few

MOST_COUNTS = 24
"""Runs above whose bars the failures are counted; with more of them there is no room."""


def outcomes_stacked(points: Sequence[OutcomePoint], *, id: str = "outcomes") -> Chart:  # noqa: A002
    """A bar per run: passed, flaky, failed and skipped solid, not run hatched; the number of failures above it."""
    runs = names(points)
    layers = [
        ("pass", "passed", PASS, [p.passed for p in points]),
        ("flaky", "flaky", FLAKY, [p.flaky for p in points]),
        ("fail", "failed", FAIL, [p.failed for p in points]),
        ("skip", "skipped", SKIP, [p.skipped for p in points]),
        ("none", "not_run", SKIP, [p.not_run or 0 for p in points]),
    ]
    layers = [(kind, say("outcome", value=outcome), colour, values) for kind, outcome, colour, values in layers]
    traces = [bars(runs, word, colour, values, hatched=kind == "none") for kind, word, colour, values in layers]
    totals = [sum(values[at] for _, _, _, values in layers) for at in range(len(points))]
    axis = {"rangemode": "tozero", "tickformat": "d"}
    failed = [at for at, p in enumerate(points) if p.failed]
    counts = []
    if few := len(points) <= MOST_COUNTS:
        place = {"name": "count", "font": {"color": BAD}, "yanchor": "bottom", "xanchor": "center", "yshift": 1}
        counts = [place | {"x": at, "y": totals[at], "text": str(points[at].failed)} for at in failed]
    else:
        stroke = {"color": FAIL, "symbol": "line-ns-open", "size": 8, "line": {"width": 2}}
        place = {"x": [runs[at] for at in failed], "y": [max(totals) * 1.07] * len(failed)}
        traces.append(go.Scatter(**place, marker=stroke, mode="markers", hoverinfo="skip"))
    chart = figure(points, traces, axis, barmode="stack", annotations=counts)
    not_run = [_not_run(p) for p in points]
    rows = table_rows(points, *([number(value) for value in values] for _, _, _, values in layers[:-1]), not_run)
    legend = tuple(LegendEntry(kind, word) for kind, word, _, values in layers if any(values))
    header = (say("run"), *(capital(word) for _, word, _, _ in layers))
    hint = say("failures_counted" if few else "failures_marked") if failed else None
    return Chart(id, say("outcomes"), _caption(points), chart, header, rows, legend, hint=hint, drawn=len(points) > 1)


def _not_run(point: OutcomePoint) -> str:
    if point.not_run is None:
        return say("not_checked")
    return say("bound", value=number(point.not_run)) if point.at_least else number(point.not_run)


def _is_clean(point: OutcomePoint) -> bool:
    """True where a result of every test is proven to be there, at least one passed and none failed."""
    complete = point.not_run == 0 and not point.at_least
    return complete and not point.failed and not point.run_errors and point.passed + point.flaky > 0


def _caption(points: Sequence[OutcomePoint]) -> Sentence:
    unchecked = sum(p.not_run is None for p in points)
    errors = sum(p.run_errors > 0 for p in points)
    return sentences(
        say("outcomes_over", runs=len(points), clean=sum(map(_is_clean, points))),
        say("runs_unchecked", runs=unchecked) if unchecked else None,
        say("runs_with_errors", runs=errors) if errors else None,
        too_few(len(points), len(points)),
    )

"""Outcomes of the tests, stacked, a bar per run."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from readiness.numbers import capital, number
from readiness.phrases import Sentence, say
from readiness.render.charts.data import OutcomePoint
from readiness.render.charts.figure import bars, count_axis, figure, names, plain
from readiness.render.charts.look import BAD, FAIL, FLAKY, MUTED, PASS, SKIP
from readiness.render.charts.record import Chart, LegendEntry, sentences, table_rows, too_few
from readiness.render.pages.counts import not_run as missing

MOST_COUNTS = 24
"""Runs above whose bars the failures are counted; with more of them there is no room."""


def outcomes_stacked(points: Sequence[OutcomePoint], *, of: str = "run") -> Chart:
    """A bar per run, or of the latest run of each `of`: passed, flaky, failed and skipped solid, not run hatched.

    What went wrong stands once more above, on a scale of its own: few failures would not be seen in thousands of tests.
    """
    runs = names(points)
    layers = [
        ("pass", "passed", PASS, [p.counts.passed for p in points]),
        ("flaky", "flaky", FLAKY, [p.counts.flaky for p in points]),
        ("fail", "failed", FAIL, [p.failed for p in points]),
        ("skip", "skipped", SKIP, [p.counts.skipped for p in points]),
        ("none", "not_run", SKIP, [p.counts.not_run or 0 for p in points]),
    ]
    layers = [(kind, say("outcome", value=outcome), colour, values) for kind, outcome, colour, values in layers]
    traces = [bars(runs, word, colour, values, hatched=kind == "none") for kind, word, colour, values in layers]
    wrong = [at for at, (kind, _, _, values) in enumerate(layers) if kind in _WRONG and any(values)]
    axis = _counts([values for _, _, _, values in layers], *([3] if wrong else []))
    above: dict[str, Any] = {}
    if wrong:
        traces += [go.Bar(traces[at]).update(yaxis="y2", hoverinfo="skip", hovertemplate=None) for at in wrong]
        scale = _counts([layers[at][-1] for at in wrong]) | {"domain": _ABOVE}
        above = {"yaxis2": scale, "annotations": _notes(points, [layers[at][1] for at in wrong])}
        axis |= {"domain": _BELOW}
    chart = figure(points, traces, axis, barmode="stack", **above)
    not_run = [missing(p.counts) for p in points]
    rows = table_rows(points, *([number(value) for value in values] for _, _, _, values in layers[:-1]), not_run)
    legend = tuple(LegendEntry(kind, word) for kind, word, _, values in layers if any(values))
    header = (say("run"), *(capital(word) for _, word, _, _ in layers))
    height, is_drawn = 300 if wrong else 180, len(points) > 1
    hint = say("failures_counted") if len(points) <= MOST_COUNTS and any(p.failed for p in points) else None
    title, caption = say("outcomes"), _caption(points, of)
    return Chart("chart-outcomes", title, caption, chart, header, rows, legend, height, hint, drawn=is_drawn)


def _counts(layers: Sequence[Sequence[int]], *ticks: int) -> dict[str, Any]:
    """The axis of stacked bars."""
    return count_axis(max(map(sum, zip(*layers, strict=True)), default=0), *ticks) | {"rangemode": "tozero"}


_WRONG = ("flaky", "fail", "none")
_BELOW, _ABOVE = (0, 0.3), (0.46, 1)
"""The parts of the height that all tests, and what went wrong, have."""


def _notes(points: Sequence[OutcomePoint], wrong: Sequence[str]) -> list[dict[str, Any]]:
    """What each of the two scales counts; with few runs the failures of each, above its bar."""
    place = {"x": 0, "xref": "paper", "xanchor": "left", "yref": "paper", "yanchor": "bottom", "font": {"color": MUTED}}
    told = zip((_BELOW, _ABOVE), (say("all_tests"), say("any_of", outcomes=tuple(wrong))), strict=True)
    scales = [place | {"y": top, "text": plain(capital(text))} for (_, top), text in told]
    if len(points) > MOST_COUNTS:
        return scales
    above = {"yanchor": "bottom", "xanchor": "center", "yshift": 1, "yref": "y2"}
    count = above | {"name": "count", "font": {"color": BAD}}
    tops = [p.counts.flaky + p.failed + (p.counts.not_run or 0) for p in points]
    failed = [at for at, p in enumerate(points) if p.failed]
    return [*scales, *(count | {"x": at, "y": tops[at], "text": str(points[at].failed)} for at in failed)]


def _is_clean(point: OutcomePoint) -> bool:
    """True where a result of every test is proven to be there, at least one passed and none failed."""
    counts = point.counts
    return counts.not_run == 0 and not counts.at_least and not counts.failures and counts.clean > 0


def _caption(points: Sequence[OutcomePoint], of: str) -> Sentence:
    unchecked = sum(p.counts.not_run is None for p in points)
    errors = sum(p.counts.run_errors > 0 for p in points)
    clean, ready = sum(map(_is_clean, points)), sum(p.is_ready is True for p in points)
    is_told = len(points) > 1 and ready != clean and all(p.is_ready is not None for p in points)
    return sentences(
        say("outcomes_over", runs=len(points), clean=clean, of=of),
        say("runs_ready", ready=ready) if is_told else None,
        say("runs_unchecked", runs=unchecked) if unchecked else None,
        say("runs_with_errors", runs=errors) if errors else None,
        too_few(len(points), len(points)),
    )

"""The life of one blocker: its state after each run, and how its tests stood."""

from collections.abc import Sequence

from readiness.numbers import capital, number
from readiness.phrases import Sentence, say
from readiness.render.charts.data import StatePoint
from readiness.render.charts.figure import bars, count_axis, figure, names, plain
from readiness.render.charts.look import CLEAR, FAIL, FLAKY, MUTED, PASS, SKIP
from readiness.render.charts.record import Chart, LegendEntry, table_rows
from readiness.render.pages.inert import visible

ID = "chart-life-line"
STATES = {
    "closed": (0, "circle", PASS),
    "observing": (1, "diamond", FLAKY),
    "unverified": (2, "circle-open", MUTED),
    "open": (3, "square", FAIL),
    "reopened": (3, "x", FAIL),
}
"""Height, symbol and colour of a blocker's states, best first."""

_MEMBERS = (
    ("failing", "fail", FAIL),
    ("skipped", "skip", SKIP),
    ("unverified", "none", SKIP),
    ("observing", "flaky", FLAKY),
    ("passed", "pass", PASS),
    ("withdrawn", "skip", SKIP),
)
"""How a blocker's tests may stand, with kind and colour of its bar; the unverified are hatched.

Where a component is missing its tests are skipped, not failing.
"""


def lifeline(points: Sequence[StatePoint]) -> Chart:
    """The state of one blocker after each run, as a stepped line; a gap where it did not exist.

    Below it, where the blocker has several tests, how many of them stood how. Raises KeyError for a state that is none
    of `STATES`.
    """
    runs = names(points)
    known = [STATES[p.state] if p.state else None for p in points]
    heights = [state and state[0] for state in known]
    marker = {
        "color": [state[2] if state else CLEAR for state in known],
        "symbol": [state[1] if state else "circle" for state in known],
        "size": 9,
    }
    told = [say("state", value=p.state) if p.state else "" for p in points]
    texts = [plain(", ".join(filter(None, (state, p.note)))) for state, p in zip(told, points, strict=True)]
    life = {
        "type": "scatter",
        "name": "state",
        "x": runs,
        "y": heights,
        "line": {"color": MUTED, "shape": "hv", "width": 1},
        "marker": marker,
        "text": texts,
        "hovertemplate": "%{text}<extra></extra>",
    }
    ticks = [plain(word) for word in _words(*list(STATES)[:4])]
    states = {"range": [-0.5, 3.5], "tickvals": [0, 1, 2, 3], "ticktext": ticks}
    counted = {word: [p.members.get(word, 0) for p in points] for word, _, _ in _MEMBERS}
    found = [(word, kind, colour) for word, kind, colour in _MEMBERS if any(counted[word])]
    words = _words(*(word for word, _, _ in found))
    header = (say("run"), say("state_label"), *(map(capital, words) if found else (say("note"),)))
    columns = [[number(count) for count in counted[word]] for word, _, _ in found] or [[p.note for p in points]]
    rows = table_rows(points, [state or "–" for state in told], *columns)
    most = max((sum(p.members.values()) for p in points), default=0)
    caption, is_drawn = _caption(points), len(points) > 1
    if most < 2:
        chart = figure(points, [life], states, checked=False)
        return Chart(ID, "", caption, chart, header, rows, height=170, drawn=is_drawn)
    # What the hover says of the tests stands with the state.
    below = [
        bars(runs, name, colour, counted[word], hatched=kind == "none", yaxis="y2", hoverinfo="skip", _validate=False)
        for name, (word, kind, colour) in zip(words, found, strict=True)
    ]
    tests = count_axis(most, 3) | {"domain": [0, 0.34], "rangemode": "tozero"}
    above, anchor = states | {"domain": [0.44, 1]}, {"anchor": "y2"}
    chart = figure(points, [life, *below], above, checked=False, barmode="stack", xaxis=anchor, yaxis2=tests)
    legend = tuple(LegendEntry(kind, name) for name, (_, kind, _) in zip(words, found, strict=True))
    hint = say("tests_below", most=most)
    return Chart(ID, "", caption, chart, header, rows, legend, height=270, hint=hint, drawn=is_drawn)


def _words(*states: str) -> list[str]:
    return [say("state", value=state) for state in states]


def _caption(points: Sequence[StatePoint]) -> Sentence:
    lived = [p for p in points if p.state]
    if not lived:
        return say("no_run")
    unhealthy = sum(p.state in ("open", "reopened") for p in lived)
    first, last = visible(lived[0].label), visible(lived[-1].label)
    return say("life", first=first, open=unhealthy, state=lived[-1].state, last=last)

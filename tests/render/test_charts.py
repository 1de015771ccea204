"""Charts are figures that Plotly accepts, show what the data say, and carry the same numbers as a table."""

import json
import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import plotly.graph_objects as go
import pytest
from scipy.stats import binomtest

from readiness.analysis import Counts
from readiness.render.charts import (
    BlockerPoint,
    Chart,
    CoveragePoint,
    Limit,
    OutcomePoint,
    RatePoint,
    StatePoint,
    ValuePoint,
    blockers_over_time,
    coverage,
    explorable,
    lifeline,
    look_json,
    outcomes_stacked,
    rate,
    series,
)
from readiness.render.charts.figure import amount, exact
from readiness.render.pages.inert import Words
from readiness.render.pages.templating import environment

TEMPLATES = Path(__file__).parents[2] / "templates"
CSS = (TEMPLATES / "assets" / "readiness.css").read_text(encoding="utf-8")
HOSTILE = '<a href="javascript:x">1.0</a>%{x}\u202e&lt;'
SHOWN = '<a href="javascript:x">1.0</a>%{x}‹U+202E›&lt;'


def outcomes_of(run: str, url: str, **counts: Any) -> OutcomePoint:
    return OutcomePoint(run, url, Counts(**{"not_run": 0} | counts))


RUNS = ["1.0", "1.1", "1.1", "2.0"]
OUTCOMES = [
    outcomes_of("1.0", "r/1/", passed=90, failed=10),
    outcomes_of("1.1", "r/2/", passed=80, flaky=2, skipped=3, not_run=15),
    outcomes_of("1.1", "r/3/", passed=1385, failed=1),
    outcomes_of("2.0", "r/4/", passed=100),
]
RATES = [
    RatePoint("1.0", "r/1/", 90, 100),
    RatePoint("1.1", "r/2/", 664, 664, at_least=True),
    RatePoint("1.1", "r/3/", 1376, 1377),
    RatePoint("2.0", "r/4/", 5, None),
]
NUMBERS = [31.0, None, 29.5, 16.174]
VALUES = [ValuePoint(run, f"r/{at}/", value) for at, (run, value) in enumerate(zip(RUNS, NUMBERS, strict=True))]
COVERAGE = [CoveragePoint("1.0", "r/1/", 0.9378, 0.92), CoveragePoint("2.0", "r/4/", 0.9956)]
BLOCKERS = [BlockerPoint("1.0", "r/1/", 4, 4, 0), BlockerPoint("2.0", "r/4/", 1, 0, 3)]
STATES = [
    StatePoint("1.0", "r/1/"),
    StatePoint("1.1", "r/2/", "open", "2 failing", {"failing": 2}),
    StatePoint("1.1", "r/3/", "observing", "1 observing, 1 passed", {"observing": 1, "passed": 1}),
    StatePoint("2.0", "r/4/", "closed", "2 passed", {"passed": 2}),
]
GAP = [StatePoint("1.0", "r/1/", "unverified", "no list was archived"), StatePoint("1.1", "r/2/", "closed")]
CHARTS: dict[str, Chart] = {
    "outcomes": outcomes_stacked(OUTCOMES),
    "many outcomes": outcomes_stacked(OUTCOMES * 20),
    "rate": rate(RATES, "pass rate", "executed tests", id="rate"),
    "rate with limits": rate(
        RATES, "pass rate", "executed tests", [Limit(Fraction(n), "at_least") for n in (95, 100)], id="rate"
    ),
    "no rate": rate(RATES[1:2], "completion", "expected tests", id="rate"),
    "coverage": coverage(COVERAGE),
    "upper limit": series(VALUES, "s", "Duration", [Limit(Fraction(30), "at_most")], id="duration"),
    "lower limit": series(VALUES, "s", "Duration", [Limit(Fraction(30), "at_least")], id="duration"),
    "exact limit": series(VALUES, "s", "Duration", [Limit(Fraction("29.5"), "equals")], id="duration"),
    "two limits": series(
        VALUES, "s", "Duration", [Limit(Fraction(30), "at_most"), Limit(Fraction(20), "at_most", advisory=True)], id="d"
    ),
    "percent": series(VALUES, "%", "Share", [Limit(Fraction(30), "at_least")], id="share"),
    "beyond 100 %": series(VALUES, "%", "Share", [Limit(Fraction(200), "at_least")], id="share"),
    "beyond all drawing": series(VALUES, "", "Count", [Limit(Fraction(10) ** 999, "at_most")], id="count"),
    "no limit": series(VALUES, "", "Count", id="count"),
    "coverage with a limit": coverage(COVERAGE, ((Limit(Fraction(95), "at_least", advisory=True),), ())),
    "first run": outcomes_stacked([outcomes_of("1.0", "r/1/", passed=3, not_run=None)]),
    "part of a list": outcomes_stacked([outcomes_of("1.0", "r/1/", passed=3, at_least=True)]),
    "errors of the run": outcomes_stacked([outcomes_of("1.0", "r/1/", passed=3, run_errors=1)]),
    "blockers": blockers_over_time(BLOCKERS),
    "lifeline": lifeline(STATES),
    "lifeline without tests": lifeline(GAP),
    "one run": rate(RATES[:1], "pass rate", "executed tests", id="rate"),
    "zoom": explorable(outcomes_stacked(OUTCOMES * 4)),
    "slider": explorable(outcomes_stacked(OUTCOMES * 20), slider=True),
    "hostile": series(
        [ValuePoint(HOSTILE, "r/", 1.0)] * 2, HOSTILE, HOSTILE, [Limit(Fraction(2), "at_most")], id="hostile"
    ),
    **{
        f"empty {name}": chart
        for name, chart in {
            "outcomes": outcomes_stacked([]),
            "rate": rate([], "pass rate", "executed tests", id="rate"),
            "coverage": coverage([]),
            "series": series([], "s", "Duration", id="x"),
            "series with a limit": series([], "%", "Share", [Limit(Fraction(1), "at_least")], id="x"),
            "blockers": blockers_over_time([]),
            "lifeline": lifeline([]),
        }.items()
    },
}


def drawn(chart: Chart) -> dict[str, Any]:
    """The figure as a page holds it."""
    return json.loads(chart.to_json())


@pytest.mark.parametrize("name", CHARTS)
def test_a_page_holds_the_figure_without_the_look_of_all_charts(name: str) -> None:
    assert "template" not in drawn(CHARTS[name])["layout"]
    go.Figure(drawn(CHARTS[name]), layout_template=json.loads(look_json()))  # what Plotly does not know it refuses


@pytest.mark.parametrize("name", CHARTS)
def test_json_is_deterministic_and_holds_no_nan(name: str) -> None:
    text = CHARTS[name].to_json()
    assert text.isascii()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert "NaN" not in text
    assert "bdata" not in text, "numbers are numbers"


@pytest.mark.parametrize("name", CHARTS)
def test_every_row_has_a_cell_for_every_heading_and_every_run_a_row(name: str) -> None:
    chart = CHARTS[name]
    assert all(len(row.cells) == len(chart.header) for row in chart.rows)
    layout = drawn(chart)["layout"]
    assert "meta" not in layout, "the addresses of the runs stand in the table"
    assert len(layout["xaxis"]["categoryarray"]) == len(chart.rows)


@pytest.mark.parametrize("name", CHARTS)
def test_every_colour_is_a_variable_of_the_style_sheet(name: str) -> None:
    text = CHARTS[name].to_json() + look_json()
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert used
    for variable in used:
        assert f"{variable}:" in CSS
    literal = re.findall(r'olor":"(?!var\(|rgba\(0,0,0,0\))[^"]*', text)
    assert literal == []


def test_a_json_value_that_is_no_number_is_refused() -> None:
    broken = Chart("x", "x", "x", go.Figure(go.Bar(y=[float("nan")])), (), ())
    with pytest.raises(ValueError, match="JSON"):
        broken.to_json()


def traces(chart: Chart) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in drawn(chart)["data"]}


def notes(chart: Chart) -> list[str]:
    return [note["text"] for note in drawn(chart)["layout"].get("annotations", [])]


def test_runs_of_one_version_keep_places_of_their_own() -> None:
    assert drawn(CHARTS["outcomes"])["layout"]["xaxis"]["categoryarray"] == ["1.0", "1.1", "1.1 (2)", "2.0"]
    clash = outcomes_stacked([outcomes_of(label, "") for label in ("a", "a", "a (2)", "a", "")])
    assert len(set(drawn(clash)["layout"]["xaxis"]["categoryarray"])) == 5


def test_outcomes_are_stacked_and_what_did_not_run_is_hatched() -> None:
    chart = CHARTS["outcomes"]
    assert drawn(chart)["layout"]["barmode"] == "stack"
    assert [(name, trace["y"]) for name, trace in traces(chart).items()] == [
        ("passed", [90, 80, 1385, 100]),
        ("flaky", [None, 2, None, None]),
        ("failed", [10, None, 1, None]),
        ("skipped", [None, 3, None, None]),
        ("not run", [None, 15, None, None]),
    ]
    assert [name for name, trace in traces(chart).items() if "pattern" in trace["marker"]] == ["not run"]
    assert notes(chart) == ["All tests", "Flaky, failed and not run", "10", "1"]
    assert chart.caption.startswith("1 of 4 runs is without a failure or a missing result.")
    assert chart.rows[1].cells == ("1.1", "80", "2", "0", "3", "15")
    assert [key.word for key in chart.legend] == ["passed", "flaky", "failed", "skipped", "not run"]


def test_what_went_wrong_stands_once_more_on_a_scale_of_its_own() -> None:
    figure = drawn(CHARTS["outcomes"])
    above = {trace["name"]: trace["y"] for trace in figure["data"] if trace.get("yaxis") == "y2"}
    assert above == {"flaky": [None, 2, None, None], "failed": [10, None, 1, None], "not run": [None, 15, None, None]}
    assert figure["layout"]["yaxis"]["domain"][1] < figure["layout"]["yaxis2"]["domain"][0]
    clean = outcomes_stacked([outcomes_of("1.0", "", passed=3)] * 3)
    assert "yaxis2" not in drawn(clean)["layout"]
    assert notes(CHARTS["many outcomes"]) == ["All tests", "Flaky, failed and not run"]


def test_releases_are_told_as_releases() -> None:
    points = [outcomes_of("1.0", "", passed=1), outcomes_of("1.1", "", failed=1), outcomes_of("1.2", "", passed=1)]
    caption = outcomes_stacked(points, of="release").caption
    assert caption == "3 releases, each by its latest run: 2 are without a failure or a missing result."


@pytest.mark.parametrize(
    ("ready", "told"),
    [
        ((True, True), ""),
        ((True, False), " 1 was READY."),
        ((False, False), " None was READY."),
        ((True, None), ""),
    ],
)
def test_clean_runs_that_were_not_ready_are_told(ready: tuple[bool | None, ...], told: str) -> None:
    points = [OutcomePoint("1.0", "", Counts(passed=1, not_run=0), one) for one in ready]
    assert (
        outcomes_stacked(points).caption
        == f"Both runs are without a failure or a missing result.{told} Too few runs for a trend."
    )


def test_a_run_without_results_is_not_clean() -> None:
    assert outcomes_stacked([outcomes_of("1.0", "")] * 3).caption.startswith("None of 3 runs is without a failure")
    assert outcomes_stacked([outcomes_of("1.0", "")]).caption == "1 run."
    assert outcomes_stacked([outcomes_of("1.0", "", passed=1)]).caption.startswith("1 run, without a failure")


def test_a_rate_that_is_not_proven_is_a_gap_and_its_numbers_are_told() -> None:
    chart = CHARTS["rate"]
    line, band = traces(chart)["Pass rate"], traces(chart)["interval"]
    assert line["y"] == [90.0, None, pytest.approx(137600 / 1377), None]
    assert not line.get("connectgaps")
    assert [base is None for base in band["base"]] == [False, True, False, True]
    assert [tuple(cell.replace("\u00a0", " ") for cell in row.cells[1:]) for row in chart.rows] == [
        ("90 %", "90 of 100", "82.5 % to 94.4 %"),
        ("–", "664 of at least 664", "–"),
        ("99.9 %", "1,376 of 1,377", "99.5 % to 99.9 %"),
        ("–", "–", "–"),
    ]


def test_a_band_is_the_interval_of_wilson_around_its_rate() -> None:
    band = traces(CHARTS["rate"])["interval"]
    for at, (part, whole) in {0: (90, 100), 2: (1376, 1377)}.items():
        oracle = binomtest(part, whole).proportion_ci(0.95, method="wilson")
        assert band["base"][at] == pytest.approx(100 * oracle.low, abs=1e-4)
        assert band["base"][at] + band["y"][at] == pytest.approx(100 * oracle.high, abs=1e-4)
    low, _ = drawn(CHARTS["rate"])["layout"]["yaxis"]["range"]
    assert low < band["base"][0], "the scale holds the band"
    assert [trace["name"] for trace in drawn(CHARTS["rate"])["data"]] == ["interval", "Pass rate"], (
        "the band lies behind"
    )


def test_a_rate_is_valued_at_its_end_with_its_denominator_and_a_cut_scale_is_told() -> None:
    assert notes(CHARTS["rate"]) == ["99.9\u00a0%"]
    assert [(key.kind, key.word) for key in CHARTS["rate"].legend] == [
        ("line", "pass rate"),
        ("band", "95\u00a0% interval"),
    ]
    assert CHARTS["rate"].caption.replace("\u00a0", " ") == (
        "99.9 % in 1.1: 1,376 of 1,377 executed tests, 95 % interval 99.5 % to 99.9 %. "
        "Known for only 2 runs: too few for a trend."
    )
    assert CHARTS["rate"].hint.replace("\u00a0", " ") == "The scale starts at 80 %."


def test_a_rate_below_its_limit_is_marked_and_a_limit_of_100_is_no_line() -> None:
    chart = CHARTS["rate with limits"]
    assert traces(chart)["Pass rate"]["marker"]["symbol"] == ["x", "circle", "x", "circle"]
    assert [line["y0"] for line in drawn(chart)["layout"]["shapes"]] == [95.0]
    assert "at least 95 %, met by 1 of 4 runs; at least 100 %, met by none of 4 runs" in chart.caption.replace(
        "\u00a0", " "
    )


def test_a_chart_without_a_value_is_not_drawn_and_keeps_its_table() -> None:
    chart = CHARTS["no rate"]
    assert chart.caption == "No run proves a value."
    page = macro("rd.chart(c, '../plotly.js')", c=chart)
    assert "rd-chart-area" not in page.classes
    assert page.texts["n"].count("664 of at least 664") == 1


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ("", False),
        ("x", "Known for only 1 run: too few for a trend."),
        ("xx", "Known for only 2 runs: too few for a trend."),
        ("xxx", False),
    ],
)
def test_a_chart_says_where_its_runs_are_too_few(known: str, says: str | bool) -> None:
    points = [ValuePoint(str(at), "", 1.0 if at < len(known) else None) for at in range(5)]
    caption = series(points, "s", "Duration", id="x").caption
    assert caption.endswith(says) if isinstance(says, str) else "too few" not in caption


@pytest.mark.parametrize(("runs", "says"), [(1, False), (2, True), (3, False)])
def test_two_runs_are_too_few_for_a_trend_and_one_is_not_drawn(runs: int, says: bool) -> None:
    for chart in (
        outcomes_stacked([outcomes_of("1.0", "", passed=1)] * runs),
        blockers_over_time([BlockerPoint("1.0", "", standing=1)] * runs),
        coverage([CoveragePoint("1.0", "", 0.5)] * runs),
        rate([RatePoint("1.0", "", 1, 2)] * runs, "pass rate", "executed tests", id="x"),
        series([ValuePoint("1.0", "", 2)] * runs, "s", "Duration", id="x"),
    ):
        assert ("Too few runs for a trend." in chart.caption) is says, chart.title
        assert chart.drawn is (runs > 1), chart.title


def test_a_single_run_is_a_table_that_stands_open() -> None:
    point = outcomes_of("1.0", "", passed=1, failed=1)
    one, two = (rendered("rd.chart(c, '../plotly.js')", c=outcomes_stacked([point] * runs)) for runs in (1, 2))
    drawing = ("data-plotly", "rd-chart-area", "rd-chart-json", "rd-hint")
    assert [text for text in drawing if text in one] == []
    assert [text for text in drawing if text in two] == list(drawing)
    assert '<details class="rd-more" open' in one
    assert '<details class="rd-more" open' not in two


def test_no_blocker_in_any_run_is_no_drawing() -> None:
    assert not blockers_over_time([BlockerPoint("1.0", "")] * 4).drawn


def test_labels_are_placed_by_the_number_of_the_run() -> None:
    """A name like 1.10 would be taken for a number: 1.1 places from the left."""
    counts = [note for note in drawn(CHARTS["outcomes"])["layout"]["annotations"] if note.get("name") == "count"]
    assert [note["x"] for note in counts] == [0, 2]
    assert [note["x"] for note in drawn(CHARTS["rate"])["layout"]["annotations"]] == [2]


@pytest.mark.parametrize(("runs", "zoom", "slider"), [(4, False, False), (16, True, False), (80, True, True)])
def test_many_runs_can_be_looked_at_in_part(runs: int, zoom: bool, slider: bool) -> None:
    plain = outcomes_stacked(OUTCOMES * (runs // 4))
    chart = explorable(plain, slider=True)
    assert chart.zoom is zoom
    assert drawn(chart)["layout"].get("dragmode") == ("zoom" if zoom else None)
    assert ("rangeslider" in drawn(chart)["layout"]["xaxis"]) is slider
    assert (chart.height > plain.height) is slider, "the slider has room of its own"
    assert "rangeslider" not in drawn(explorable(plain))["layout"]["xaxis"]
    assert "dragmode" not in drawn(plain)["layout"]


@pytest.mark.parametrize(
    ("name", "symbols", "required", "labels"),
    [
        ("upper limit", "xooo", "at most 30 s, met by 2 of 4 runs, 1 without a value.", ["at most 30 s"]),
        ("lower limit", "ooxx", "at least 30 s, met by 1 of 4 runs, 1 without a value.", ["at least 30 s"]),
        ("exact limit", "xoox", "exactly 29.5 s, met by 1 of 4 runs, 1 without a value.", ["exactly 29.5 s"]),
        (
            "two limits",
            "xoxo",
            "at most 30 s, met by 2 of 4 runs; at most 20 s (advisory), met by 1 of 4 runs, 1 without a value.",
            ["at most 30 s", "at most 20 s (advisory)"],
        ),
        ("no limit", "oooo", "", []),
    ],
)
def test_values_beyond_a_limit_differ_in_shape_and_every_limit_is_told(
    name: str, symbols: str, required: str, labels: list[str]
) -> None:
    chart = CHARTS[name]
    (line,) = drawn(chart)["data"]
    assert line["marker"].get("symbol", ["circle"] * 4) == [{"x": "x", "o": "circle"}[one] for one in symbols]
    assert (f"Required: {required}" if required else "") in chart.caption.replace("\u00a0", " ")
    assert len(drawn(chart)["layout"].get("shapes", [])) == len(labels)
    assert [note.replace("\u00a0", " ") for note in notes(chart)] == labels
    assert line["y"] == [31.0, None, 29.5, 16.174]


def test_scales_of_counts_have_ticks_at_whole_numbers_only() -> None:
    few = outcomes_stacked([outcomes_of("1.0", "r/1/", passed=9), outcomes_of("1.1", "r/2/", passed=8, failed=1)])
    layout = drawn(few)["layout"]
    assert "dtick" not in layout["yaxis"]
    assert layout["yaxis2"]["dtick"] == 1
    assert "dtick" not in drawn(CHARTS["outcomes"])["layout"]["yaxis2"]
    opened, more = ([BlockerPoint("1.0", "r/1/", n, n, 0), BlockerPoint("2.0", "r/4/", 1, 0, n - 1)] for n in (2, 9))
    assert drawn(blockers_over_time(opened))["layout"]["yaxis"]["dtick"] == 1
    assert "dtick" not in drawn(blockers_over_time(more))["layout"]["yaxis"]
    assert drawn(lifeline(STATES))["layout"]["yaxis2"]["dtick"] == 1


def test_a_scale_holds_every_value_and_limit() -> None:
    low, high = drawn(CHARTS["beyond 100 %"])["layout"]["yaxis"]["range"]
    assert low <= 16.174
    assert high >= 200
    huge = CHARTS["beyond all drawing"]
    assert "shapes" not in drawn(huge)["layout"]
    assert "at most 1e+999, met by 3 of 4 runs, 1 without a value" in huge.caption.replace("\u00a0", " ")


def test_what_was_not_checked_is_no_zero() -> None:
    chart = CHARTS["first run"]
    assert chart.rows[0].cells == ("1.0", "3", "0", "0", "0", "not checked")
    assert chart.caption.startswith("1 run. 1 run could not be checked")
    assert CHARTS["errors of the run"].caption.startswith("1 run. 1 run reported run-level errors")
    assert CHARTS["part of a list"].rows[0].cells[-1] == "unknown"
    assert CHARTS["part of a list"].caption == "1 run."


def test_coverage_is_shown_against_its_limit() -> None:
    caption = CHARTS["coverage with a limit"].caption.replace("\u00a0", " ")
    assert "Required: line coverage at least 95 % (advisory), met by 1 of 2 runs." in caption
    assert [line["y0"] for line in drawn(CHARTS["coverage with a limit"])["layout"]["shapes"]] == [95.0]


def test_closed_blockers_go_down() -> None:
    bars = traces(CHARTS["blockers"])
    assert bars["opened"]["y"] == [4, None]
    assert bars["closed"]["y"] == [None, -3]
    assert bars["open"]["y"] == [4, 1]
    assert CHARTS["blockers"].rows[1].cells == ("2.0", "1", "0", "3")


def test_a_blocker_has_a_gap_where_it_did_not_exist() -> None:
    assert drawn(CHARTS["lifeline"])["data"][0]["y"] == [None, 3, 1, 0]
    assert CHARTS["lifeline"].caption == "First seen in 1.1, open in 1 run, closed after 2.0."
    assert CHARTS["lifeline"].hint == "The bars below count its tests, up to 2."
    with pytest.raises(KeyError):
        lifeline([StatePoint("1.0", "", "green")])


def test_a_life_line_counts_the_tests_of_every_run() -> None:
    assert [(name, trace["y"]) for name, trace in traces(CHARTS["lifeline"]).items() if name != "state"] == [
        ("failing", [None, 2, None, None]),
        ("observing", [None, None, 1, None]),
        ("passed", [None, None, 1, 2]),
    ]
    assert CHARTS["lifeline"].header == ("Run", "State", "Failing", "Observing", "Passed")
    assert [row.cells[1:] for row in CHARTS["lifeline"].rows] == [
        ("–", "0", "0", "0"),
        ("open", "2", "0", "0"),
        ("observing", "0", "1", "1"),
        ("closed", "0", "0", "2"),
    ]


def test_a_blocker_without_tests_tells_what_was_missing() -> None:
    chart = CHARTS["lifeline without tests"]
    assert list(traces(chart)) == ["state"]
    assert [row.cells for row in chart.rows] == [("1.0", "unverified", "no list was archived"), ("1.1", "closed", "")]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (16.174, "s", "16.17 s"),
        (1386.0, "", "1,386"),
        (261.3, "MB", "261.3 MB"),
        (0.0001234, "s", "0.0001234 s"),
        (0.0, "s", "0 s"),
        (100.0, "MB", "100 MB"),
        (1e30, "MB", "1e+30 MB"),
        (99.99999, "%", "99.9 %"),
        (100 * 176 / 186, "%", "94.6 %"),
        (None, "s", "–"),
        (float("nan"), "s", "–"),
    ],
)
def test_numbers_are_written_as_reports_write_them(value: float | None, unit: str, text: str) -> None:
    assert amount(exact(value), unit).replace("\u00a0", " ") == text


def test_plotly_finds_no_tag_entity_or_template_in_foreign_text() -> None:
    text = json.dumps(drawn(CHARTS["hostile"]), ensure_ascii=False)
    assert "javascript" in text
    assert "<a" not in text
    assert "%{x}" not in text
    assert "\u202e" not in text


class Elements(HTMLParser):
    """The elements of a page with their text; enough to see what a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.tags: list[str] = []
        self.classes: list[str] = []
        self.hrefs: list[str | None] = []
        self._class = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._class = dict(attrs).get("class") or tag
        self.classes.append(self._class)
        if tag == "a":
            self.hrefs.append(dict(attrs).get("href"))

    def handle_data(self, data: str) -> None:
        self.texts[self._class] = self.texts.get(self._class, "") + data


def rendered(call: str, **values: Any) -> str:
    made = environment(jinja2.FileSystemLoader(TEMPLATES))
    return made.from_string('{% import "macros.html" as rd %}{{ ' + call + " }}").render(values)


def macro(call: str, **values: Any) -> Elements:
    return Elements(rendered(call, **values))


def test_a_chart_on_a_page_can_be_read_without_being_drawn() -> None:
    page = macro("rd.chart(c, '../plotly.js')", c=CHARTS["hostile"])
    assert json.loads(page.texts["rd-chart-json"]) == drawn(CHARTS["hostile"])
    assert "script" not in page.tags
    assert page.hrefs == ["r/", "r/"]
    assert page.texts["a"] == SHOWN * 2
    assert "1\u00a0" + SHOWN in page.texts["n"]


def test_a_chart_without_a_run_is_its_sentence() -> None:
    page = macro("rd.chart(c, '../plotly.js')", c=CHARTS["empty rate"])
    assert page.tags == ["figure", "figcaption", "b"]


@pytest.mark.parametrize("kind", ["bad", "warn", "good", "idle", "info"])
def test_a_status_is_icon_and_word(kind: str) -> None:
    page = macro("rd.status(kind, word)", kind=kind, word="<Met>")
    assert page.tags == ["span", "svg", "path"]
    assert page.texts["path"] == "<Met>"


def test_what_cannot_be_counted_stands_in_the_key_of_a_bar_alone() -> None:
    parts = [{"kind": kind, "count": n, "text": str(n or ""), "word": kind} for kind, n in (("pass", 3), ("none", 0))]
    assert macro("rd.outcome_bar(parts)", parts=parts).tags == ["div", "i", "ul", "li", "i", "b", "li", "i"]


def test_words_in_a_verdict_stand_and_foreign_text_does_not_act() -> None:
    verdict = {
        "kind": "bad",
        "word": "Not ready",
        "label": "Blocked",
        "without": "",
        "why": Words("<em>{}</em> fails").format("<b>"),
        "recommendation": "<i>",
        "first": {"title": "<u>", "url": "x/", "id": "B-1"},
        "whose": "<s>",
        "ready_by": "<s>",
        "as_of": "today",
        "valid": "tomorrow",
        "valid_until": "2026-01-01T00:00:00Z",
        "expired": "",
    }
    page = macro("rd.verdict(v)", v=verdict)
    assert "em" in page.tags
    assert not {"b", "i", "s", "u"} & set(page.tags)
    assert page.texts["rd-rec"].strip() == "<i>"


def tokens(scheme: str) -> dict[str, str]:
    light = dict(re.findall(r"^  (--rd-[\w-]+): (#[0-9a-f]{6});", CSS, re.MULTILINE))
    dark = dict(re.findall(r"^    (--rd-[\w-]+): (#[0-9a-f]{6});", CSS, re.MULTILINE))
    assert light.keys() == dark.keys()
    # Ground, ink and links are those of the site that it stands in: here ours.
    ours = (TEMPLATES.parent / "docs" / "assets" / "house.css").read_text(encoding="utf-8")
    names = {"ink": "--house-ink", "link": "--house-link", "soft": "--md-code-bg-color"}
    for token, name in names.items():
        light[f"--rd-{token}"], dark[f"--rd-{token}"] = re.findall(rf"{name}: (#[0-9a-f]{{6}});", ours)
    light["--rd-surface"], dark["--rd-surface"] = "#ffffff", re.findall(r"default-bg-color: (#[0-9a-f]{6});", ours)[0]
    return light if scheme == "light" else dark


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["surface", "soft", "bad-soft", "warn-soft", "good-soft", "idle-soft"])
@pytest.mark.parametrize("text", ["ink", "muted", "link", "bad", "warn", "good", "idle"])
def test_text_can_be_read_on_every_ground(scheme: str, ground: str, text: str) -> None:
    assert contrast(tokens(scheme)[f"--rd-{text}"], tokens(scheme)[f"--rd-{ground}"]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("shape", ["pass", "flaky", "fail", "skip"])
def test_shapes_can_be_seen(scheme: str, shape: str) -> None:
    assert contrast(tokens(scheme)[f"--rd-{shape}"], tokens(scheme)["--rd-surface"]) >= 3

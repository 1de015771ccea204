"""What changed its level, as the trends page and the files of the tests page tell it."""

from __future__ import annotations

import html
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from tests.scenario import Run, story

from readiness.analysis import Histories, History, time_changes
from readiness.archive import Archive
from readiness.assessment import assess
from readiness.model import Metric, TestKey
from readiness.render import charts
from readiness.render.pages import pages, tested, trends
from readiness.render.pages.context import Here, SiteContext
from readiness.render.pages.level_changes import level_changes_view
from readiness.render.pages.pages import build_pages, build_tests
from readiness.render.pages.routes import TRENDS, Routes
from readiness.report import Reports

RUNS, AT = 30, 20


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> SiteContext:
    """30 runs, of which a metric and the time of some tests changed in the one after the twentieth."""
    root, rnd = tmp_path_factory.mktemp("levels") / "history", random.Random(1)
    story(root, Run("a pass | a", "1.0", metrics={"peak": "10 MB"}))
    made = SiteContext(Archive(root), Reports(assess(Archive(root))), Routes())
    (report,) = made.chain

    def run(at: int) -> object:
        metrics = (Metric("peak", 12.0 if at >= AT else 10.0, "MB"),) if at != AT - 1 else ()
        manifest = report.run.model_copy(update={"version": f"1.{at}", "commit": f"{at:02}" + 38 * "a"})
        return replace(report, run=manifest, facts=replace(report.facts, metrics=metrics))

    chain = [run(at) for at in range(RUNS)]
    factors = [1.0, 1.0, *[2.0] * 10, 3.0, 0.5]
    keys = [TestKey("tests", "", "tests.test_app", f"test_{at:02}") for at in range(len(factors))]

    def history(factor: float) -> History:
        times = [rnd.uniform(0.99, 1.01) * (factor if at >= AT else 1.0) for at in range(RUNS)]
        return History("p" * RUNS, tuple(times), whole=False)

    tests = dict(zip(keys, map(history, factors), strict=True))
    changes = time_changes(Histories(tuple(map(str, range(RUNS))), tests))
    line = tested.TestedLine(
        chain, [tested.Tested(key, one, "App", "", None, ()) for key, one in tests.items()], {}, changes
    )
    vars(made).update(chain=tuple(chain), tested=line)
    return made


def test_a_metric_is_told_with_run_commits_and_effect(site: SiteContext) -> None:
    (row,) = (one for one in level_changes_view(Here(site, TRENDS)).rows if one.what.text == "peak")
    assert (row.what.url, row.before, row.after, row.by) == ("#chart-metric-1", "10 MB", "12 MB", "+20 %")
    assert row.since.text == "1.20"
    # Run 19 holds no value: what changed may lie in it as well.
    assert row.commits == "18aaaaaaaa..20aaaaaaaa"
    assert row.runs == "19 runs before, 10 since"


def test_tests_of_one_run_are_a_row_those_that_changed_most_first(site: SiteContext) -> None:
    rows = [one for one in level_changes_view(Here(site, TRENDS)).rows if one.tests]
    assert [(one.what.text, one.since.text) for one in rows] == [("11 tests slower", "1.20"), ("1 test faster", "1.20")]
    slower = rows[0]
    assert slower.tests.rows[0].test.text == "test_12"
    assert (len(slower.tests), slower.tests.beyond) == (10, 1)
    assert slower.runs is None


def test_the_chart_is_marked_before_the_run(site: SiteContext) -> None:
    point = [charts.ValuePoint(f"1.{at}", "", at) for at in range(RUNS)]
    chart, changed = charts.series(point, "MB", "peak", id="chart-metric-1"), level_changes_view(Here(site, TRENDS))
    marked = changed.on(chart, [(report,) for report in site.chain])
    (line,), (note,) = marked.figure.layout.shapes, marked.figure.layout.annotations
    assert (line.x0, line.x1, note.text) == (AT - 0.5, AT - 0.5, "+20 %")
    by_release = changed.on(chart, [site.chain[: AT - 2], site.chain[AT - 2 : AT + 2], site.chain[AT + 2 :]])
    assert by_release.figure.layout.shapes[0].x0 == 0.5


def listed(site: SiteContext, monkeypatch: pytest.MonkeyPatch) -> str:
    # The runs of this chain are in no archive: the pages that ask it are left out.
    monkeypatch.setattr(pages, "PAGES", [kind for kind in pages.PAGES if kind.template == "trends.md"])
    page = next(html.unescape(one.markdown) for one in build_pages(site) if one.path == TRENDS)
    return page.split("## What changed", 1)[1].split("\n## ", 1)[0]


def test_the_page_lists_what_changed_and_marks_it(site: SiteContext, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = listed(site, monkeypatch)
    assert rows.count("<tr>") == 4
    assert '<a class="rd-title" href="#chart-metric-1">peak</a>' in rows
    assert "over the last" not in rows


def test_the_page_says_over_which_runs_times_are_compared(site: SiteContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trends, "RECENT", RUNS - 1)
    assert "The times of tests are compared over the last 29 runs." in listed(site, monkeypatch)


def test_the_times_of_a_test_come_with_their_levels(site: SiteContext) -> None:
    found = json.loads(dict(build_tests(site))["tests/times/0.json"])
    ((at, before, after),) = found["changes"]["12"]
    assert at == AT
    assert (before, after) == (pytest.approx(1.0, abs=0.02), pytest.approx(3.0, abs=0.06))
    assert "0" not in found["changes"]
    assert len(found["times"]) == 14


def test_of_several_values_the_one_is_told_that_a_criterion_judges(tmp_path: Path) -> None:
    policy = "criteria:\n  - {id: speed, title: Speed, measure: metric.speed, at_least: 5 MB}\n"
    story(tmp_path / "history", Run("a pass | a", "1.0", metrics={"speed": "10 MB"}), policy=policy)
    site = SiteContext(Archive(tmp_path / "history"), Reports(assess(Archive(tmp_path / "history"))), Routes())
    (report,) = site.chain
    values = [(Metric("speed", 8.0 if at >= AT else 10.0, "MB"), Metric("speed", 90.0, "MB")) for at in range(RUNS)]
    chain = tuple(replace(report, facts=replace(report.facts, metrics=metrics)) for metrics in values)
    vars(site).update(chain=chain, tested=None)
    (row,) = level_changes_view(Here(site, TRENDS)).rows
    assert (row.what.text, row.before, row.after) == ("speed", "10 MB", "8 MB")

"""Many runs and blockers: trends by release with every run on a page of its own, the register in three views."""

from __future__ import annotations

import html
import re
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from tests.benchmarks.histories import History, new_run

from readiness.archive import Archive, Writer
from readiness.assessment import assess
from readiness.policy import default_text
from readiness.render.pages import pages
from readiness.render.pages.context import Linked, SiteContext
from readiness.render.pages.points import by_release, points_of
from readiness.render.pages.routes import Routes
from readiness.render.pages.small_multiples import HEIGHT, MARGIN, WIDTH, Values, small_multiples
from readiness.report import Reports

RUNS, RELEASES = 32, 4


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> SiteContext:
    """Runs of 120 tests, 130 causes of failures."""
    root = tmp_path_factory.mktemp("many") / "history"
    with Writer(root) as writer:
        for run in History(RUNS, 120, per_release=8, causes=130, variants=("linux",), metrics=2, lists=False).all():
            writer.append(new_run(run), default_text(), "test")
    archive = Archive(root)
    return SiteContext(archive, Reports(assess(archive)), Routes())


@pytest.fixture(scope="module")
def shown(site: SiteContext) -> dict[str, str]:
    """The pages of trends and register, by path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "PAGES", [kind for kind in pages.PAGES if kind.template in ("trends.md", "blockers.md")])
        return {page.path: page.markdown for page in pages.build_pages(site)}


def chain(*versions: str) -> Any:
    runs = [SimpleNamespace(run=SimpleNamespace(version=version)) for version in versions]
    return SimpleNamespace(chain=tuple(runs))


def test_releases_are_points_where_runs_are_many_and_releases_are_few() -> None:
    assert by_release(chain(*"123" * 10)) == (), "30 runs fit a chart"
    assert [len(runs) for runs in by_release(chain(*"1" * 11, *"2" * 10, *"3" * 10))] == [11, 10, 10]
    assert by_release(chain(*"1" * 20, *"2" * 20)) == (), "two releases are no trend"
    assert by_release(chain(*map(str, range(40)))) == (), "each run is a release"
    assert len(points_of(chain(*map(str, range(40))))) == 40


def test_trends_show_each_release_by_its_latest_run_and_every_run_beside_it(
    site: SiteContext, shown: dict[str, str]
) -> None:
    latest = {report.run.version: report for report in site.chain}
    by_version, every = shown["trends/index.md"], shown["trends/runs/all.md"]
    counts = [str(report.facts.counts.failed) for report in latest.values()]
    assert failures(by_version) == counts
    assert failures(every) == [str(report.facts.counts.failed) for report in site.chain]
    assert f"{RELEASES} releases, 1.0.0 to 1.3.0, each by its latest run" in words(by_version)
    assert f"All {RUNS} runs" in words(by_version)
    assert "By release" in words(every)


def test_what_a_release_opened_and_closed_is_the_sum_of_its_runs(site: SiteContext, shown: dict[str, str]) -> None:
    opened: dict[str, list[int]] = {}
    for report in site.chain:
        sums = opened.setdefault(report.run.version, [0, 0])
        sums[0] += len(report.opened)
        sums[1] += len(report.closed)
    rows = [cells[1:] for cells in table(shown["trends/index.md"], "chart-blockers")]
    assert rows == [[str(number) for number in sums] for sums in opened.values()]


def test_many_blockers_are_split_into_open_closed_and_all(site: SiteContext, shown: dict[str, str]) -> None:
    known = {seen.blocker.id: seen.blocker.state.value == "closed" for seen in site.blockers.values()}
    assert len(known) > 100
    views = {name: shown[f"blockers/{name}.md"] for name in ("index", "closed", "all")}
    ids = {name: re.findall(r"B&#x2d;(\w{6})</span>", page) for name, page in views.items()}
    assert sorted(ids["index"]) == sorted(one[2:] for one, closed in known.items() if not closed)
    assert sorted(ids["closed"]) == sorted(one[2:] for one, closed in known.items() if closed)
    assert ids["all"] == ids["index"] + ids["closed"]
    links = re.findall(r'<nav class="rd-views".*?</nav>', "".join(views.values()))
    open_, closed, all_ = (len(ids[name]) for name in ("index", "closed", "all"))
    told = f"Open ({open_}) Closed ({closed}) All ({all_})"
    assert [words(one) for one in links] == [told] * 3
    assert [one.count("aria-current") for one in links] == [1, 1, 1]


def test_a_small_multiple_is_broken_where_a_value_is_missing() -> None:
    runs = [Linked(f"1.{number}", f"r/{number}/") for number in range(5)]
    found = small_multiples(runs, [Values("x", "size", "MB", [100, 200, None, Fraction(150), None], largest=False)])
    assert found
    (one,) = found.each
    step = (WIDTH - 2 * MARGIN) / 4
    ends = [(MARGIN, HEIGHT - MARGIN), (round(MARGIN + step), MARGIN)]
    assert one.lines == (
        " ".join(f"{x},{y}" for x, y in ends),
        " ".join([f"{round(MARGIN + 3 * step)},{HEIGHT // 2}"] * 2),
    )
    assert (one.now, one.end) == ("150\u00a0MB", (round(MARGIN + 3 * step), HEIGHT // 2))
    assert one.says.replace("\u00a0", " ") == "in 1.3; 100 MB in 1.0"
    assert [row.cells[1] for row in found.rows] == ["100\u00a0MB", "200\u00a0MB", "–", "150\u00a0MB", "–"]


def test_noise_does_not_fill_a_small_multiple_and_no_value_is_too_large() -> None:
    runs = [Linked("1", ""), Linked("2", "")]
    values = ([100, 101], [1e308, -1e308], [0, 0])
    found = small_multiples(runs, [Values("x", "size", "", one, largest=False) for one in values])
    assert found
    heights = [[int(place.split(",")[1]) for place in one.lines[0].split()] for one in found.each]
    assert abs(heights[0][0] - heights[0][1]) <= (HEIGHT - 2 * MARGIN) / 20 + 1
    assert heights[1:] == [[MARGIN, HEIGHT - MARGIN], [HEIGHT // 2, HEIGHT // 2]]
    assert small_multiples(runs, []) is None
    alone = small_multiples(runs[:1], [Values("x", "size", "", [100], largest=False)])
    assert alone
    assert alone.each[0].end is None


def failures(page: str) -> list[str]:
    return [cells[2] for cells in table(page, "chart-outcomes")]


def table(page: str, chart: str) -> list[list[str]]:
    """The cells of the rows below a chart, without the run."""
    figure = page.partition(f'id="{chart.replace("-", "&#x2d;")}"')[2].partition("</figure>")[0]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", figure)
    assert rows
    return [[words(cell) for cell in re.findall(r'<td class="n">(.*?)</td>', row)] for row in rows]


def words(markup: str) -> str:
    return html.unescape(re.sub(r"<[^<>]*>", "", markup))

"""The trends of a long chain in a real browser: a part of the runs is looked at, and a click leads to a report."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import OpenPage
from tests.plugin.projects import new_project

from readiness.archive import NewRun, Writer, new_input

pytestmark = pytest.mark.browser

RUNS = 45
VERSIONS = [f"1.{number}" for number in range(RUNS)]
"""Plotly takes such versions for numbers wherever it can."""
POLICY = b"""\
product: Long
criteria:
  - {id: no-failures, title: No test fails, measure: failures, equals: 0}
  - {id: complete, title: Every expected test has a result, measure: completion, at_least: 100%}
"""


def run(number: int) -> NewRun:
    """Ten tests, one of which fails every fourth time; every tenth run lost a result."""
    names = [f"t{test}" for test in range(10)]
    cases = [
        f'<testcase classname="tests.test_a" name="{name}" file="tests/test_a.py">'
        + ('<failure message="boom"/>' if name == "t0" and number % 4 == 0 else "")
        + "</testcase>"
        for name in names
        if name != "t9" or number % 10
    ]
    listed = "".join(f"tests/test_a.py::{name}\n" for name in names) + "\n10 tests collected in 0.01s\n"
    junit = f'<testsuite time="{10 + number % 7}">{"".join(cases)}</testsuite>'
    started = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number)
    files = ((junit, "junit.xml"), (listed, "collected.txt"))
    return NewRun(VERSIONS[number], started, [new_input(text.encode(), name, source="tests") for text, name in files])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Path], str]) -> str:
    project = new_project(tmp_path_factory.mktemp("long") / "project", readiness_yml=POLICY.decode())
    with Writer(project.history) as writer:
        for number in range(RUNS):
            writer.append(run(number), POLICY, "readiness.yml")
    project.build()
    return serve(project.site)


@pytest.fixture
def trends(address: str, page: Callable[..., OpenPage]) -> OpenPage:
    opened = page()
    opened.goto(f"{address}trends/")
    return opened


def chart(site: Page, name: str) -> Locator:
    found = site.locator(f"#chart-{name}")
    found.scroll_into_view_if_needed()
    expect(found).to_have_attribute("data-drawn", "light")
    return found


def seen(site: Page, name: str) -> tuple[str, str]:
    """The first and the last run in sight, of those that the axis names."""
    labels = chart(site, name).locator(".xtick text").all_text_contents()
    return labels[0], labels[-1]


def plot(found: Locator) -> Any:
    box = found.locator(".nsewdrag").first.bounding_box()
    assert box
    return box


def drag(site: Page, found: Locator, start: float, end: float) -> None:
    """Across the middle of a chart; `start` and `end` are parts of its width."""
    box = plot(found)
    height = box["y"] + box["height"] / 2
    site.mouse.move(box["x"] + start * box["width"], height)
    site.mouse.down()
    site.mouse.move(box["x"] + (start + end) / 2 * box["width"], height, steps=5)
    site.mouse.move(box["x"] + end * box["width"], height, steps=5)
    site.mouse.up()


def positions(site: Page) -> list[float]:
    return site.evaluate(
        "[...document.querySelectorAll('article figure')].map(one => one.getBoundingClientRect().top + scrollY)"
    )


def test_dragging_across_a_chart_shows_a_part_of_the_runs_in_all(trends: OpenPage) -> None:
    site = trends.page
    for name in ("outcomes", "completion", "blockers", "duration"):
        assert seen(site, name)[1] == "1.44"
    before = positions(site)
    duration = chart(site, "duration")

    drag(site, duration, 0.4, 0.6)  # of 45.2 runs: 17.5 to 26.5, so 1.18 to 1.26 at most a run aside

    expect(duration.get_by_role("button", name="Show all runs")).to_be_visible()
    first, last = seen(site, "duration")
    assert (first, last) in {(f"1.{one}", f"1.{other}") for one in (17, 18) for other in (26, 27)}
    for name in ("outcomes", "pass-rate", "completion", "blockers"):
        found = chart(site, name)
        expect(found.get_by_role("button", name="Show all runs")).to_be_visible()
        expect(found.locator(".xtick text").last).to_have_text(last)
    assert positions(site) == before, "nothing moves"
    assert trends.console_errors == []


def test_the_button_shows_all_runs_again_and_works_by_keyboard(trends: OpenPage) -> None:
    site = trends.page
    found = chart(site, "pass-rate")
    drag(site, found, 0.1, 0.3)
    button = found.get_by_role("button", name="Show all runs")
    expect(button).to_be_visible()
    assert seen(site, "pass-rate")[1] != "1.44"

    button.focus()
    site.keyboard.press("Enter")

    expect(button).to_be_hidden()
    expect(found.locator(".xtick text").last).to_have_text("1.44")
    expect(found.locator("summary")).to_be_focused()
    assert seen(site, "outcomes")[1] == "1.44"


def test_the_slider_moves_all_charts(trends: OpenPage) -> None:
    site = trends.page
    outcomes = chart(site, "outcomes")
    assert site.locator(".rangeslider-container").count() == 1, "one slider is enough"
    handle = outcomes.locator(".rangeslider-grabber-min .rangeslider-handle-min").first
    box = handle.bounding_box()
    assert box

    site.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    site.mouse.down()
    site.mouse.move(box["x"] + plot(outcomes)["width"] / 2, box["y"] + box["height"] / 2, steps=8)
    site.mouse.up()

    expect(outcomes.get_by_role("button", name="Show all runs")).to_be_visible()
    assert seen(site, "outcomes")[0] in {"1.21", "1.22", "1.23", "1.24"}
    completion = chart(site, "completion")
    expect(completion.get_by_role("button", name="Show all runs")).to_be_visible()
    assert seen(site, "completion")[1] == "1.44"


def test_a_click_in_a_part_leads_to_the_report_of_that_run(trends: OpenPage, address: str) -> None:
    site = trends.page
    found = chart(site, "duration")
    drag(site, found, 0.4, 0.6)
    expect(found.get_by_role("button", name="Show all runs")).to_be_visible()
    expect(found.locator(".xtick text").last).not_to_have_text("1.44")
    last = seen(site, "duration")[1]
    box = plot(found)

    label = found.locator(".xtick text").last.bounding_box()
    assert label
    place = label["x"] + label["width"] / 2, box["y"] + box["height"] / 2
    site.mouse.move(*place)
    expect(found.locator(".hoverlayer")).to_contain_text(last)
    site.mouse.click(*place)

    expect(site).to_have_url(re.compile(f"^{re.escape(address)}reports/"))
    expect(site.locator("h1")).to_contain_text(f"Long {last}")


def test_the_hover_tells_version_value_and_n_of_m(trends: OpenPage) -> None:
    site = trends.page
    found = chart(site, "pass-rate")
    box = plot(found)

    site.mouse.move(box["x"] + box["width"] * 0.985, box["y"] + box["height"] / 2)

    told = found.locator(".hoverlayer")
    expect(told).to_contain_text("1.44")
    expect(told).to_contain_text("90\u00a0%, 9 of 10, 95\u00a0% interval 59.5\u00a0% to 98.2\u00a0%")


def test_a_label_of_a_line_stands_at_its_end_whatever_the_version_looks_like(trends: OpenPage) -> None:
    found = chart(trends.page, "pass-rate")
    label = found.locator(".annotation").filter(has_text=re.compile("^90")).bounding_box()
    assert label
    assert label["x"] > plot(found)["x"] + plot(found)["width"] * 0.95


def test_a_finger_scrolls_the_page_instead(address: str, page: Callable[..., OpenPage]) -> None:
    site = page(width=390, height=844, has_touch=True, is_mobile=True).goto(f"{address}trends/")
    mode = chart(site, "duration").locator(".rd-chart-area").evaluate("one => one._fullLayout.dragmode")
    assert mode is False
    expect(site.locator(".rd-pointing")).to_be_hidden()


def test_paper_shows_all_runs_without_a_slider(trends: OpenPage) -> None:
    site = trends.page
    drag(site, chart(site, "outcomes"), 0.4, 0.6)
    expect(chart(site, "outcomes").locator(".rd-all")).to_be_visible()
    site.evaluate("dispatchEvent(new Event('beforeprint'))")
    site.emulate_media(media="print")
    expect(site.locator("#chart-outcomes .xtick text").last).to_have_text("1.44")
    assert site.locator(".rangeslider-container").count() == 0
    expect(site.locator(".rd-strip")).to_be_hidden()
    expect(site.locator("#criteria-strip .rd-scroll")).to_be_visible()
    site.emulate_media(media="screen")
    site.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(site.locator("#chart-outcomes .xtick text").last).not_to_have_text("1.44")
    expect(site.locator(".rangeslider-container")).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("javascript", [True, False])
def test_the_strip_of_criteria_shows_its_newest_end(
    width: int, javascript: bool, address: str, page: Callable[..., OpenPage]
) -> None:
    site = page(width=width, javascript=javascript).goto(f"{address}trends/")
    strip = site.locator("#criteria-strip .rd-strip")
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    newest = strip.get_by_role("link", name="1.44").bounding_box()
    title = strip.get_by_role("rowheader", name="No test fails").bounding_box()
    assert box
    assert newest
    assert title
    assert box["x"] + box["width"] <= width
    assert box["x"] <= title["x"] < title["x"] + title["width"] <= newest["x"], "the criterion is told beside it"
    assert newest["x"] + newest["width"] <= box["x"] + box["width"]
    words = strip.locator("tbody tr").first.locator("td").all_text_contents()
    assert words == ["Unmet" if number % 4 == 0 else "Met" for number in range(RUNS)]

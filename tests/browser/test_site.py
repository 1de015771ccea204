"""The built site in a real browser: read, clicked through, switched to dark, on a telephone, on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import OpenPage
from tests.plugin.projects import Project, attrs_site, three_versions

pytestmark = pytest.mark.browser

LATEST = "reports/20260319T140602Z-0defd66c0721/"
"""The report of attrs 26.1.0, the newest release of the archive."""

PAGES = {
    "home": "",
    "reports": "reports/",
    "report": LATEST,
    "oldest report": "reports/20190303T085949Z-bc8da9bb8fb6/",
    "releases": "releases/",
    "release": "releases/26.1.0/",
    "blockers": "blockers/",
    "blocker": "blockers/B-YIUS6G/",
    "blocker of five tests": "blockers/B-UQEVI2/",
    "trends": "trends/",
}


@pytest.fixture(scope="module")
def attrs(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return attrs_site(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def address(attrs: Project, serve: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The site as its own server would have it: its sitemap names the address under which it is served."""
    folder = tmp_path_factory.mktemp("served") / "site"
    shutil.copytree(attrs.site, folder)
    found = serve(folder)
    sitemap = folder / "sitemap.xml"
    sitemap.write_text(sitemap.read_text(encoding="utf-8").replace("http://127.0.0.1/", found), encoding="utf-8")
    return found


def draw_all(site: Page, scheme: str = "light") -> list[Locator]:
    """Scroll to each chart and wait until it is drawn in the colours of `scheme`."""
    charts = site.locator(".rd-chart[data-plotly]").all()
    for chart in charts:
        chart.scroll_into_view_if_needed()
        expect(chart).to_have_attribute("data-drawn", scheme)
    return charts


def clean(opened: OpenPage) -> None:
    assert opened.console_errors == []
    assert opened.foreign_requests == []


def test_one_clicks_from_home_through_all_levels_to_the_evidence_and_back(
    address: str, page: Callable[..., OpenPage]
) -> None:
    opened = page()
    site = opened.goto(address)

    site.locator(".rd-meta").get_by_role("link", name="26.1.0").click()
    expect(site).to_have_url(f"{address}releases/26.1.0/")
    site.locator(".rd-meta").get_by_role("link", name="Full report").click()
    expect(site).to_have_url(address + LATEST)
    expect(site.locator("h1")).to_contain_text("attrs 26.1.0: readiness report")
    site.locator(".rd-first a").click()
    expect(site).to_have_url(f"{address}blockers/B-YIUS6G/")
    expect(site.locator("h1")).to_contain_text("test_wrapped_annotation")
    site.locator("td").get_by_role("link", name="26.1.0").click()
    failure = site.locator("details.rd-trace[open]")
    expect(failure.locator("summary")).to_contain_text("test_wrapped_annotation")
    expect(failure).to_be_in_viewport()
    site.get_by_role("link", name=re.compile("^junit.xml, line")).first.click()
    expect(site.locator("#evidence")).to_be_in_viewport()
    site.locator(".rd-related").get_by_role("link", name="26.1.0").click()
    expect(site).to_have_url(f"{address}releases/26.1.0/")
    site.locator(".md-tabs").get_by_role("link", name="Trends").click()
    expect(site).to_have_url(f"{address}trends/")
    # The address changes before the page does.
    expect(site.locator("h1")).to_contain_text("Trends")
    draw_all(site)

    clean(opened)


def test_every_chart_is_drawn_where_it_is_dark_from_the_start(address: str, page: Callable[..., OpenPage]) -> None:
    opened = page(color_scheme="dark")
    site = opened.goto(address)

    charts = draw_all(site, "dark")

    assert charts
    for chart in charts:
        assert chart.locator("svg.main-svg").count() >= 1
        assert chart.locator(".point, path.js-line").count() >= 1
    clean(opened)


def test_switching_to_dark_draws_the_charts_anew(address: str, page: Callable[..., OpenPage]) -> None:
    opened = page(color_scheme="light")
    site = opened.goto(f"{address}trends/")
    charts = draw_all(site, "light")
    before = [chart.locator(".xtick text").first.evaluate("one => getComputedStyle(one).fill") for chart in charts]

    site.locator("label[title='Switch to dark']").click()

    for chart in charts:
        expect(chart).to_have_attribute("data-drawn", "dark")
    after = [chart.locator(".xtick text").first.evaluate("one => getComputedStyle(one).fill") for chart in charts]
    assert all(old != new for old, new in zip(before, after, strict=True))
    site.locator("label[title='Switch to light']").click()
    expect(charts[0]).to_have_attribute("data-drawn", "light")
    clean(opened)


def test_instant_navigation_keeps_the_charts_working(address: str, page: Callable[..., OpenPage]) -> None:
    opened = page()
    asked: list[str] = []
    opened.page.on("request", lambda request: asked.append(request.url))
    site = opened.goto(address)
    draw_all(site)
    site.evaluate("window.same = true")
    tabs = site.locator(".md-tabs")

    for name, heading in (("Trends", "Trends"), ("Blockers", "Blockers"), ("Trends", "Trends")):
        tabs.get_by_role("link", name=name).click()
        expect(site.locator("h1")).to_contain_text(heading)
        assert draw_all(site)
    site.go_back()
    expect(site.locator("h1")).to_contain_text("Blockers")
    draw_all(site)

    assert site.evaluate("window.same") is True, "the pages were loaded anew: instant navigation is off"
    assert len([url for url in asked if "plotly" in url]) == 1
    clean(opened)


def test_a_click_on_a_bar_leads_to_its_report(address: str, page: Callable[..., OpenPage]) -> None:
    opened = page()
    site = opened.goto(f"{address}trends/")
    chart = draw_all(site)[0]
    chart.scroll_into_view_if_needed()
    box = chart.locator(".bars .point").nth(20).bounding_box()
    assert box

    site.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    site.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    expect(site).to_have_url(address + LATEST)


def test_without_javascript_verdict_criteria_and_data_are_readable(address: str, page: Callable[..., OpenPage]) -> None:
    opened = page(javascript=False)
    site = opened.goto(address + LATEST)

    expect(site.locator(".rd-word")).to_be_visible()
    expect(site.locator(".rd-word")).to_contain_text("Not ready")
    expect(site.get_by_role("cell", name="No test fails")).to_be_visible()
    expect(site.get_by_role("cell", name="Unmet").first).to_be_visible()
    trace = site.locator("details.rd-trace").first
    trace.locator("summary").click()
    expect(trace.locator("pre")).to_be_visible()

    site = opened.goto(f"{address}trends/")
    for chart in site.locator(".rd-chart[data-plotly]").all():
        expect(chart.locator("figcaption")).to_be_visible()
        chart.locator("summary").click()
        expect(chart.locator("table")).to_be_visible()
        assert chart.locator("tbody tr").count() == 21
        inner = chart.locator(".rd-scroll").evaluate("one => [one.scrollHeight, one.clientHeight]")
        assert inner[0] == inner[1], "the whole table is shown"
        assert chart.locator(".rd-key:visible").count() == 0, "no key without a drawing"
    outcomes = site.locator(".rd-chart[data-plotly]").first.locator("tbody tr").last
    assert re.findall(r"[\d.,]+", outcomes.inner_text()) in (
        ["26.1.0", "1376", "0", "1", "9", "0"],
        ["26.1.0", "1,376", "0", "1", "9", "0"],
    )
    clean(opened)


@pytest.mark.parametrize("name", ["home", "report"])
def test_verdict_reason_and_first_blocker_lie_above_the_fold_of_a_telephone(
    name: str, address: str, page: Callable[..., OpenPage]
) -> None:
    site = page(width=390, height=844).goto(address + PAGES[name])

    verdict = site.locator(".rd-verdict")
    for part in (verdict.locator(".rd-word"), verdict.locator("p").nth(1), verdict.locator(".rd-first")):
        expect(part).to_be_visible()
        box = part.bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 844
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_paper_names_the_address_and_no_breadcrumb(address: str, page: Callable[..., OpenPage]) -> None:
    site = page().goto(address + LATEST)
    site.emulate_media(media="print")
    site.evaluate("dispatchEvent(new Event('beforeprint'))")

    expect(site.locator(".rd-address")).to_have_text(address + LATEST)
    expect(site.locator(".md-path")).to_be_hidden()
    site.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(site.locator(".rd-address")).to_have_count(0)


def test_a_trace_that_scrolls_takes_the_focus(address: str, page: Callable[..., OpenPage]) -> None:
    site = page().goto(address + PAGES["oldest report"])
    for trace in site.locator("details.rd-trace").all():
        trace.locator("summary").click()
        scrolls = trace.locator("pre").evaluate("one => one.scrollHeight > one.clientHeight")
        assert not scrolls or trace.locator("pre").get_attribute("tabindex") == "0"


@pytest.fixture(scope="module")
def pdf(address: str, browser: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report as it is printed from a window in dark."""
    context = browser.new_context(color_scheme="dark", viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    site = context.new_page()
    site.goto(address + PAGES["oldest report"], wait_until="networkidle")
    path = tmp_path_factory.mktemp("print") / "report.pdf"
    site.pdf(path=path, format="A4")
    context.close()
    return path


def test_a_report_is_printed_on_several_sheets(pdf: Path) -> None:
    assert len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())) > 1


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not there")
def test_a_printed_report_holds_verdict_tables_and_traces(pdf: Path) -> None:
    found = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    text = " ".join(found.split())

    assert "Not ready" in text
    assert "7 of 660 executed tests fail" in text
    assert "No test fails" in text
    assert "Duplicate parametrization IDs detected" in text, "traces are open on paper"
    assert "Cite this report" in text


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = three_versions(tmp_path_factory.getbasetemp()).copy(tmp_path_factory.mktemp("selector") / "project")
    project.publish()
    return project


@pytest.fixture(scope="module")
def versions_address(published: Project, serve: Callable[[Path], str]) -> str:
    return serve(published.folder / "public")


@pytest.mark.parametrize("start", ["", "blockers/", "report"])
def test_the_version_selector_lists_all_versions_and_leads_to_a_page_that_is_there(
    start: str, versions_address: str, published: Project, page: Callable[..., OpenPage]
) -> None:
    opened = page()
    answers: list[tuple[int, str]] = []
    opened.page.on("response", lambda response: answers.append((response.status, response.url)))
    site = opened.goto(f"{versions_address}2.0.0/" + start.replace("report", f"reports/{published.runs['2.0.0']}/"))
    selector = site.locator(".md-version")

    expect(selector.locator(".md-version__current")).to_contain_text("2.0.0")
    assert [link.text_content().split()[0] for link in selector.locator(".md-version__link").all()] == [  # type: ignore[union-attr]
        *("2.0.0", "1.1.0", "1.0.0")
    ]
    selector.hover()
    selector.get_by_role("link", name="1.1.0").click()
    expect(site).to_have_url(re.compile(rf"^{re.escape(versions_address)}1\.1\.0/"))
    site.wait_for_load_state("networkidle")
    expect(site.locator(".md-version__current")).to_contain_text("1.1.0")
    expect(site.locator("h1")).not_to_contain_text("404")

    assert [answer for answer in answers if answer[0] >= 400] == []
    clean(opened)


def test_latest_leads_to_the_newest_version_with_the_fragment(
    versions_address: str, published: Project, page: Callable[..., OpenPage]
) -> None:
    opened = page()
    report = f"reports/{published.runs['2.0.0']}/"
    site = opened.goto(versions_address)
    expect(site).to_have_url(f"{versions_address}2.0.0/")
    site = opened.goto(f"{versions_address}latest/{report}?x=1#criteria")
    expect(site).to_have_url(f"{versions_address}2.0.0/{report}?x=1#criteria")
    clean(opened)


def test_latest_leads_on_without_javascript(
    versions_address: str, published: Project, page: Callable[..., OpenPage]
) -> None:
    site = page(javascript=False).goto(f"{versions_address}latest/blockers/")
    expect(site).to_have_url(f"{versions_address}2.0.0/blockers/")


def test_an_older_version_says_that_it_is_not_the_latest(versions_address: str, page: Callable[..., OpenPage]) -> None:
    site = page().goto(f"{versions_address}1.0.0/")
    expect(site.locator(".md-version__current")).to_contain_text("1.0.0")
    expect(site.locator("h1")).to_contain_text("1.0.0")

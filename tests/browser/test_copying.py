"""The buttons that copy a trace or the citation of a report."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import OpenPage
from tests.browser.page_types import examples
from tests.plugin.pages import article
from tests.plugin.projects import Project, attrs_site

pytestmark = pytest.mark.browser

CLIPBOARD = ["clipboard-read", "clipboard-write"]

OpenReport = Callable[..., tuple[OpenPage, str]]
"""Opens a page with the options given to it, and tells the address of the report that holds the most traces."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return attrs_site(tmp_path_factory.getbasetemp())


@pytest.fixture
def report(project: Project, serve: Callable[[Path], str], page: Callable[..., OpenPage]) -> OpenReport:
    url = serve(project.site) + examples(project.site)["report"]
    return lambda **options: (page(**options), url)


def copied(site: Page) -> str:
    text = site.evaluate("() => navigator.clipboard.readText()")
    assert isinstance(text, str)
    return text


def test_the_whole_trace_is_copied_by_keyboard(report: OpenReport) -> None:
    opened, url = report(permissions=CLIPBOARD)
    site = opened.goto(url)
    trace = site.locator("details.rd-trace").first
    trace.locator("summary").press("Enter")
    site.keyboard.press("Tab")
    expect(trace.get_by_role("button", name=re.compile("^Copy the trace of "))).to_be_focused()
    site.keyboard.press("Enter")
    expect(trace.locator(".rd-copy span")).to_have_text("Copied")
    expect(site.locator(".rd-heard")).to_have_text("Copied")
    assert copied(site) == trace.locator("pre").text_content()
    expect(trace.locator(".rd-copy span")).to_be_empty()
    assert site.get_by_role("status").count() == 1


def test_the_citation_is_copied_with_the_address_of_the_report(report: OpenReport, project: Project) -> None:
    opened, url = report(permissions=CLIPBOARD, width=390, height=844)
    site = opened.goto(url)
    site.locator(".rd-copy:has(+ .rd-cite) button").click()
    file = project.site / examples(project.site)["report"] / "index.html"
    expect(site.locator(".rd-copy:has(+ .rd-cite) span")).to_have_text("Copied")
    version = article(file).one("h1").words.split()[1].rstrip(":")
    assert copied(site).splitlines() == [
        f"attrs {version}: Not ready (Blocked), as of 7 May 2021, run {file.parent.name}, judgement 1",
        f"http://127.0.0.1/reports/{file.parent.name}/",
    ]


def test_who_may_not_copy_is_told(report: OpenReport) -> None:
    opened, url = report(permissions=[])
    opened.page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('denied'))")
    site = opened.goto(url)
    site.locator(".rd-copy:has(+ .rd-cite) button").click()
    expect(site.locator(".rd-copy:has(+ .rd-cite) span")).to_have_text("Could not copy. Select the text instead.")
    assert opened.console_errors == []


def test_there_is_no_button_where_a_browser_lets_nobody_copy(report: OpenReport) -> None:
    opened, url = report()
    opened.page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    assert_no_buttons(opened.goto(url))


def test_there_is_no_second_button_beside_that_of_material(report: OpenReport) -> None:
    opened, url = report()

    def switch_on(route: Route) -> None:
        page = route.fetch()
        route.fulfill(response=page, body=page.text().replace('"features": [', '"features": ["content.code.copy", ', 1))

    opened.page.route(url, switch_on)
    site = opened.goto(url)
    assert_no_buttons(site)
    assert site.locator("pre button").count() > 5


def assert_no_buttons(site: Page) -> None:
    site.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    expect(site.locator("pre").first).to_be_visible()
    expect(site.locator(".rd-copy")).to_have_count(0)

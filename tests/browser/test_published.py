"""A published site in a real browser, below some prefix: what the versions share is loaded from beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.plugin.projects import Project, three_versions

pytestmark = pytest.mark.browser

MKDOCS_YML = """\
site_name: Product readiness
site_url: http://127.0.0.1/some/prefix/
theme:
  name: material
  font: false
  features: [navigation.instant, navigation.tabs]
  palette:
    - {scheme: default, toggle: {icon: material/weather-night, name: Switch to dark}}
    - {scheme: slate, toggle: {icon: material/weather-sunny, name: Switch to light}}
extra_css: [css/own.css]
extra_javascript: [js/own.js]
plugins:
  - search: {lang: [en, de]}
  - readiness
"""
OWN = {
    "css/own.css": '@import "more.css";\n.md-header { background-image: url("../img/dot.svg") }\n',
    "css/more.css": ".md-footer { border-top: 7px solid rgb(1, 2, 3) }\n",
    "js/own.js": "window.own = 'ran';\n",
    "img/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="9"/></svg>\n',
    "page.md": "# A page\n\n![A dot](img/dot.svg)\n",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder around the published site of two versions; a third is left out."""
    around = tmp_path_factory.mktemp("around")
    project: Project = three_versions(tmp_path_factory.getbasetemp()).copy(around / "project")
    project.write("mkdocs.yml", MKDOCS_YML)
    for path, text in OWN.items():
        project.write(f"docs/{path}", text)
    project.write("docs/index.md", "")
    code, printed = project.run(*("readiness", "publish", "--to", "../host/some/prefix", "--except", "1.0.0"))
    assert code == 0, printed
    return around / "host"


@pytest.fixture
def opened(page: Callable[..., OpenPage]) -> OpenPage:
    return page()


@pytest.fixture(scope="module")
def root(published: Path, serve: Callable[[Path], str]) -> str:
    """The address, which the sitemaps name as its own server would have it: instant navigation asks them."""
    found = serve(published)
    for sitemap in published.rglob("sitemap.xml"):
        sitemap.write_text(sitemap.read_text(encoding="utf-8").replace("http://127.0.0.1/", found), encoding="utf-8")
    return f"{found}some/prefix/"


def clean(opened: OpenPage, missed: list[str]) -> None:
    assert (opened.console_errors, opened.foreign_requests, missed) == ([], [], [])


def watched(opened: OpenPage) -> list[str]:
    """The addresses that were asked for and are not there."""
    missed: list[str] = []
    opened.page.on("response", lambda one: missed.append(one.url) if one.status >= 400 else None)
    return missed


def draw(site: Page) -> None:
    chart = site.locator(".rd-chart:has(.rd-chart-area)").first
    chart.scroll_into_view_if_needed()
    expect(chart).to_have_attribute("data-drawn", re.compile("light|dark"))


def test_styles_scripts_and_pictures_come_from_what_is_shared(root: str, opened: OpenPage, published: Path) -> None:
    missed = watched(opened)
    site = opened.goto(f"{root}2.0.0/page/")
    assert site.evaluate("window.own") == "ran"
    assert site.evaluate("getComputedStyle(document.querySelector('.md-footer')).borderTopColor") == "rgb(1, 2, 3)"
    picture = site.locator("article img")
    assert picture.evaluate("one => one.naturalWidth") == 9
    sources = site.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    own = [path.name for path in (published / "some" / "prefix" / "2.0.0").iterdir()]
    assert not {"assets", "css", "js", "img"} & set(own)
    assert any(source.endswith("/dot.svg") for source in sources)
    assert all(source.startswith((f"{root}assets/", f"{root}2.0.0/s", f"{root}versions.json")) for source in sources)
    clean(opened, missed)


def test_search_selector_charts_and_dark_mode_work(root: str, opened: OpenPage) -> None:
    missed = watched(opened)
    site = opened.goto(f"{root}2.0.0/")
    site.locator(".md-search__input").click()
    site.locator(".md-search__input").press_sequentially("four")
    expect(site.locator(".md-search-result__meta")).to_have_text(re.compile(r"\d+ matching document"))
    site.keyboard.press("Escape")
    # It fades away, and until then takes every click.
    expect(site.locator(".md-search__overlay")).to_have_css("width", "0px")

    site.evaluate("window.same = true")
    site.locator(".md-tabs").get_by_role("link", name="Trends").click()
    expect(site.locator(".md-content h1")).to_contain_text("Trends")
    draw(site)
    assert site.evaluate("window.same") is True, "instant navigation is off"
    site.locator("label[title='Switch to dark']").click()
    expect(site.locator(".rd-chart:has(.rd-chart-area)").first).to_have_attribute("data-drawn", "dark")

    expect(site.locator(".md-version__current")).to_have_text(re.compile("2.0.0"))
    assert site.locator(".md-version__link").all_text_contents() == ["2.0.0", "1.1.0"]
    # The list opens over what opens it.
    site.locator(".md-version__link", has_text="1.1.0").dispatch_event("click")
    expect(site).to_have_url(f"{root}1.1.0/trends/")
    draw(site)
    clean(opened, missed)


def test_latest_leads_on_and_links_to_what_is_left_out_are_none(root: str, opened: OpenPage) -> None:
    missed = watched(opened)
    site = opened.goto(f"{root}latest/trends/?a#b")
    site.wait_for_url(f"{root}2.0.0/trends/?a#b")
    site.goto(f"{root}1.1.0/")
    for link in site.evaluate("[...document.querySelectorAll('article a')].map((one) => one.getAttribute('href'))"):
        assert link is None or (link and "1.0.0" not in link)
    clean(opened, missed)

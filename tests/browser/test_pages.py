"""Every page type of two sites: by keyboard, in dark, narrow, enlarged, on paper, without JavaScript, quiet and light.

Each page is visited once, and each test looks at what the visits found.
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.page_types import PAGE_TYPES, examples, of_no_type
from tests.browser.visits import WIDTHS, Plain, Visit, on_paper, plainly, visit_all
from tests.plugin.pages import Element, article, broken_links
from tests.plugin.projects import Project, attrs_site, judged_again_site

pytestmark = pytest.mark.browser

TRANSFER_LIMIT = 150_000
"""Bytes that a report may transfer, packed, besides the files that all pages share."""

SITES = {"attrs": attrs_site, "lukhas": judged_again_site}
OTHERWISE = {"report judged again", "policy", "other hand-written"}
"""Page types that hold something else on the example's site; the others are looked at there briefly."""
BRIEFLY = {"attrs": {"guide"}, "lukhas": PAGE_TYPES.keys() - OTHERWISE}
"""The longest page of the guide is made as the shorter ones are that have types of their own."""


@pytest.fixture(scope="module", params=SITES)
def site_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def project(site_name: str, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return SITES[site_name](tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def paths(project: Project) -> dict[str, str]:
    """Page type -> address from the root."""
    return examples(project.site)


@pytest.fixture(scope="module")
def urls(project: Project, paths: dict[str, str], serve: Callable[[Path], str]) -> dict[str, str]:
    address = serve(project.site)
    return {name: address + path for name, path in paths.items()}


@pytest.fixture(scope="module")
def visits(site_name: str, urls: dict[str, str], browser: Browser) -> dict[str, Visit]:
    del browser  # it says what is to be done where there is none
    return visit_all(urls, BRIEFLY[site_name])


@pytest.fixture(scope="module")
def plain(urls: dict[str, str], browser: Browser) -> dict[str, Plain]:
    return dict(zip(urls, plainly(browser, urls.values()), strict=True))


@pytest.fixture(scope="module")
def paper(urls: dict[str, str], browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not there")
    return dict(zip(urls, on_paper(browser, urls.values(), tmp_path_factory.mktemp("paper")), strict=True))


def test_every_page_is_of_a_known_type_and_no_type_is_forgotten(project: Project, paths: dict[str, str]) -> None:
    assert list(of_no_type(project.site)) == []
    own = {"attrs": {"guide home", "how to read", "guide"}, "lukhas": {"report judged again", "other hand-written"}}
    others = set().union(*own.values())
    (mine,) = (names for names in own.values() if names <= paths.keys())
    assert paths.keys() - mine == PAGE_TYPES.keys() - others


def test_every_link_leads_somewhere(project: Project) -> None:
    # Links of 404.html are absolute: they hold where `site_url` says that the site lies.
    assert [link for link in broken_links(project.site) if not link.startswith("/404.html")] == []


def test_axe_finds_nothing_in_light_and_dark_on_wide_and_narrow_screens(visits: dict[str, Visit]) -> None:
    assert {name: found.violations for name, found in visits.items() if found.violations} == {}


def test_no_page_complains_or_asks_for_something_elsewhere(visits: dict[str, Visit]) -> None:
    assert {name: found.complaints for name, found in visits.items() if found.complaints} == {}


def test_everything_is_reached_by_keyboard_and_the_focus_is_seen(visits: dict[str, Visit]) -> None:
    assert {name: found.not_reached for name, found in visits.items() if found.not_reached} == {}
    assert {name: found.unseen for name, found in visits.items() if found.unseen} == {}


def test_the_skip_link_comes_first_and_leads_to_the_content(visits: dict[str, Visit]) -> None:
    for name, found in visits.items():
        if found.briefly:
            continue
        # Material has nothing to skip to on the page for what is not there.
        assert found.skips == ("md-skip" in found.first_tab.split()) == (name != "404"), name


def test_folds_open_with_enter(visits: dict[str, Visit]) -> None:
    folds = [fold for found in visits.values() for fold in found.folds]
    assert len(folds) > 3
    assert all(folds)


def test_whatever_scrolls_takes_the_focus(visits: dict[str, Visit]) -> None:
    assert {name: found.scrolls for name, found in visits.items() if found.scrolls} == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_and_no_page_scrolls_sideways(width: int, visits: dict[str, Visit]) -> None:
    assert {name: found.cut_off[width] for name, found in visits.items() if found.cut_off.get(width)} == {}


def test_drawing_charts_moves_nothing(visits: dict[str, Visit]) -> None:
    # Rows of long tables move a little while they are read; a chart without its space moves all below it, 0.1 and more.
    assert {name: found.shift for name, found in visits.items() if found.shift >= 0.03} == {}
    assert any(found.charts for found in visits.values())


def test_every_chart_is_drawn(visits: dict[str, Visit]) -> None:
    assert {name: found.undrawn for name, found in visits.items() if found.undrawn} == {}


def test_links_in_text_are_underlined(plain: dict[str, Plain]) -> None:
    assert {name: found.bare for name, found in plain.items() if found.bare} == {}


def test_the_chart_library_is_asked_for_when_a_chart_comes_near(visits: dict[str, Visit]) -> None:
    for name, found in visits.items():
        assert found.asked_early == bool(found.near), name
        assert found.asked == bool(found.charts), name
    assert any(found.charts and not found.near for found in visits.values())


def test_without_javascript_every_fact_is_there(visits: dict[str, Visit], plain: dict[str, Plain]) -> None:
    for name, found in visits.items():
        assert found.words == plain[name].words, name
        assert len(found.words) > 20 or name == "404", name


def test_without_javascript_data_stand_for_charts_and_traces_open(plain: dict[str, Plain]) -> None:
    for name, found in plain.items():
        assert all(found.tables), name
        assert found.trace is not False, name
    assert any(found.tables for found in plain.values())
    assert any(found.trace for found in plain.values())


def page_of(project: Project, path: str) -> Element:
    file = project.site / path
    return article(file if file.is_file() else file / "index.html")


def squeezed(text: str) -> str:
    return "".join(text.split())


def beginning(element: Element) -> str:
    """The first text in an element that is not blank."""
    for child in element.children:
        found = child if isinstance(child, str) else beginning(child)
        if squeezed(found):
            return squeezed(found)
    return ""


def test_paper_holds_verdict_titles_and_traces(paper: dict[str, str], project: Project, paths: dict[str, str]) -> None:
    for name in ("home", "report", "release"):
        page = page_of(project, paths[name])
        assert squeezed(page.one("p", "rd-word").text) in paper[name], name
        titles = [title.text for title in page.all(css="rd-title")]
        assert titles
        assert [title for title in titles if squeezed(title) not in paper[name]] == [], name
    traces = [squeezed(trace.one("pre").text) for trace in page_of(project, paths["report"]).all("details", "rd-trace")]
    assert len(traces) >= 10
    assert [end for trace in traces for end in (trace[:40], trace[-40:]) if end not in paper["report"]] == []


def test_no_page_is_blank_on_paper(paper: dict[str, str], project: Project, paths: dict[str, str]) -> None:
    for name, path in paths.items():
        page = page_of(project, path)
        headings = [squeezed(one.text).rstrip("¶") for tag in ("h1", "h2", "h3") for one in page.all(tag)]
        cells = [beginning(row.one("td")) for row in page.all("tr") if any(row.all("td"))]
        assert headings, name
        assert [text for text in headings + cells if text not in paper[name]] == [], name


def test_a_report_transfers_little(project: Project) -> None:
    sizes = [len(gzip.compress(path.read_bytes())) for path in project.site.glob("reports/2*/**/index.html")]
    assert sizes
    assert max(sizes) < TRANSFER_LIMIT / 5  # these runs are small: a report of theirs takes 14 kB

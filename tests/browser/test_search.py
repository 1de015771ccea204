"""The search in a real browser: a version, a test, a message, an id leads to its blocker or release."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import OpenPage
from tests.plugin.projects import Project, attrs_site

pytestmark = pytest.mark.browser

RUN = "20260319T140602Z-0defd66c0721"


@pytest.fixture(scope="module")
def attrs(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return attrs_site(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def address(attrs: Project, serve: Callable[[Path], str]) -> str:
    return serve(attrs.site)


def found(site: Page, query: str) -> list[str]:
    """The addresses that the search offers, best first."""
    said = site.locator(".md-search-result__meta")
    site.locator(".md-search__input").click()
    site.locator(".md-search__input").fill("")
    expect(said).to_have_text("Type to start searching")
    site.locator(".md-search__input").fill(query[:-1])
    site.locator(".md-search__input").press(query[-1])  # the search listens to keys
    expect(said).to_have_text(re.compile(r"\d+ matching document|No matching"))
    links = site.locator(".md-search-result__link").evaluate_all("links => links.map((one) => one.href)")
    return [urlsplit(link).path.lstrip("/") + (f"#{urlsplit(link).fragment}" if "#" in link else "") for link in links]


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("24.2.0", "releases/24.2.0/"),
        ("B-YIUS6G", "blockers/B-YIUS6G/"),
        ("test_wrapped_annotation", "blockers/B-YIUS6G/"),
        ("TestPipe", "blockers/B-YIUS6G/"),
        ("tests/test_converters.py::TestPipe::test_wrapped_annotation", "blockers/B-YIUS6G/"),
        ("assert bool is None", "blockers/B-YIUS6G/"),
    ],
)
def test_the_first_page_found_is_the_one_looked_for(
    query: str, target: str, address: str, page: Callable[..., OpenPage]
) -> None:
    opened = page()
    pages = [link.partition("#")[0] for link in found(opened.goto(address), query)]

    assert pages[0] == target
    assert opened.console_errors == []
    assert opened.foreign_requests == []


def test_a_run_is_found_by_its_id_at_the_release_that_links_its_report(
    address: str, page: Callable[..., OpenPage]
) -> None:
    site = page().goto(address)

    assert "releases/26.1.0/#runs" in found(site, RUN)
    site.goto(f"{address}releases/26.1.0/#runs")
    site.locator(f"a[href$='{RUN}/']").last.click()
    expect(site.locator("h1")).to_contain_text("attrs 26.1.0: readiness report")


def test_the_index_keeps_words_apart_and_holds_no_trace(attrs: Project) -> None:
    path = attrs.site / "search" / "search_index.json"
    entries = json.loads(path.read_bytes())["docs"]

    assert not any("AttributeError:" in one["text"] and "Traceback" in one["text"] for one in entries)
    (tests,) = (one for one in entries if one["location"] == "blockers/B-YIUS6G/#tests")
    assert tests["text"].split()[:8] == [
        *("Test", "State", "Last", "failed", "test_wrapped_annotation", "tests.test_converters.TestPipe"),
        *("last", "failed:"),
    ]
    (messages,) = (one for one in entries if one["location"] == "blockers/B-YIUS6G/#last-messages")
    assert messages["text"].split() == ["test_wrapped_annotation", "AssertionError:", "assert", "bool", "is", "None"]
    assert path.stat().st_size < 600_000


def test_a_blocker_adds_little_to_the_index(attrs: Project) -> None:
    entries = json.loads((attrs.site / "search" / "search_index.json").read_bytes())["docs"]
    sizes: dict[str, int] = {}
    for one in entries:
        page = one["location"].partition("#")[0]
        if page.startswith("blockers/B-"):
            sizes[page] = sizes.get(page, 0) + len(one["text"])
    assert len(sizes) == len(list(attrs.site.glob("blockers/B-*")))
    assert max(sizes.values()) < 5000

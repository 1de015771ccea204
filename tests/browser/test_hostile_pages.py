"""Hostile runs in a real browser: every text is there letter for letter, and none of them does anything."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.conftest import OpenPage
from tests.browser.visits import CUT_OFF
from tests.hostile.hostile_runs import (
    BRANCH,
    COMMIT,
    FILE,
    GENERAL,
    METRIC,
    ONE_LINE,
    PAYLOADS,
    POLICY_TEXT,
    PRODUCT,
    UNIT,
    VARIANT,
    VERSIONS,
    Hostile,
    hostile_site,
    shown,
    told,
)
from tests.plugin.pages import article

from readiness.archive import Archive
from readiness.assessment import assess, open_blockers

pytestmark = pytest.mark.browser

LOOK = """() => {
  const article = document.querySelector("article");
  const everything = [...article.querySelectorAll("*")];
  return {
    text: article.textContent,
    title: document.title,
    heading: article.querySelector("h1").firstChild.textContent,
    hacked: window.hacked === undefined ? "" : String(window.hacked),
    tags: [...new Set(everything.map((one) => one.localName))],
    handlers: everything.flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith("on")),
    classes: [...new Set(everything.flatMap((one) => [...one.classList]))],
    schemes: [...new Set([...article.querySelectorAll("a[href]")].map((one) => one.protocol))],
    folds: [...article.querySelectorAll("pre > code")].map((one) => one.textContent),
  };
}"""

TAGS = {
    *(
        "a",
        "b",
        "br",
        "button",
        "code",
        *("form", "input", "label", "optgroup", "option", "select"),
        "div",
        "h1",
        "h2",
        "h3",
        "hr",
        "i",
        "nav",
        "p",
        "pre",
        "s",
        "section",
        "small",
        "span",
        "strong",
    ),
    *("dd", "dl", "dt", "li", "ol", "ul", "table", "tbody", "td", "th", "thead", "tr", "u"),
    *("details", "figcaption", "figure", "summary", "time"),
    *("svg", "g", "path", "rect", "text", "line", "polyline", "circle", "clipPath", "defs", "pattern"),
}
"""Elements that our templates make, and Plotly in charts."""


@dataclass(frozen=True)
class Seen:
    """One page as the browser showed it."""

    text: str
    title: str
    heading: str
    hacked: str
    tags: list[str]
    handlers: list[str]
    classes: list[str]
    schemes: list[str]
    folds: list[str]
    cut_off: list[str]
    """What reaches beyond the screen of a telephone or a desk."""
    errors: list[str]
    foreign: list[str]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return hostile_site(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def address(hostile: Hostile, serve: Callable[[Path], str]) -> str:
    return serve(hostile.project.site)


@pytest.fixture(scope="module")
def bare_address(hostile: Hostile, serve: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same pages, whose styles and scripts are empty files."""
    site = tmp_path_factory.mktemp("bare") / "site"
    shutil.copytree(hostile.project.site, site)
    for file in site.glob("assets/**/*.*"):
        file.write_bytes(b"")
    return serve(site)


@pytest.fixture(scope="module")
def pages(hostile: Hostile, address: str, bare_address: str, browser: Browser) -> dict[str, Seen]:
    """Every page of the site: its path -> what the browser made of it."""
    paths = sorted(hostile.project.site.rglob("index.html"))
    names = [path.parent.relative_to(hostile.project.site).as_posix() for path in paths]
    blockers = [name for name in names if name.startswith("blockers/B-")]
    # Blockers are many and alike: what styles and scripts make of a page is seen on some of them, at one width.
    bare = {name for at, name in enumerate(blockers) if at % 8}
    narrow, wide = ({"width": width, "height": 900} for width in (360, 1280))
    context = browser.new_context(viewport=narrow)
    opened, seen = OpenPage(context.new_page()), {}
    for name in names:
        opened.forget()
        opened.goto((bare_address if name in bare else address) + ("" if name == "." else f"{name}/"))
        opened.page.wait_for_timeout(30)  # handlers of images that cannot be loaded run after the page has loaded
        found = opened.page.evaluate(LOOK)
        cut_off = []
        for size in () if name in bare else (narrow,) if name in blockers else (narrow, wide, narrow):
            if size != opened.page.viewport_size:
                opened.page.set_viewport_size(size)
            for _ in range(10):  # a chart follows the width of its window some frames later, more on a busy machine
                if not (wide_now := opened.page.evaluate(CUT_OFF)):
                    break
                opened.page.wait_for_timeout(500)
            cut_off += wide_now
        seen[name] = Seen(**found, cut_off=cut_off, errors=[*opened.console_errors], foreign=[*opened.foreign_requests])
    context.close()
    return seen


@pytest.fixture
def first_report(pages: dict[str, Seen], hostile: Hostile) -> Seen:
    return pages[f"reports/{hostile.runs[0]}"]


def blocker_of(pages: dict[str, Seen], payload: str) -> Seen:
    (found,) = (
        page for name, page in pages.items() if name.startswith("blockers/") and f"Error{payload}:" in page.folds[-1]
    )
    return found


def test_nothing_is_executed_on_any_page(pages: dict[str, Seen]) -> None:
    assert {name: page.hacked for name, page in pages.items() if page.hacked} == {}


def test_no_page_complains_or_asks_for_something_elsewhere(pages: dict[str, Seen]) -> None:
    assert {name: page.errors for name, page in pages.items() if page.errors} == {}
    assert {name: page.foreign for name, page in pages.items() if page.foreign} == {}


def test_no_word_is_wider_than_the_screen(pages: dict[str, Seen]) -> None:
    assert {name: page.cut_off[:3] for name, page in pages.items() if page.cut_off} == {}


def test_no_element_handler_or_address_comes_from_a_text(pages: dict[str, Seen]) -> None:
    for name, page in pages.items():
        assert set(page.tags) <= TAGS, name
        assert page.handlers == [], name
        assert set(page.schemes) <= {"http:"}, name
        ours = [one for one in page.classes if not one.startswith(("rd", "md-", "js-", "plot", "main", "svg"))]
        assert not {"evil", "admonition", "twemoji", "arithmatex", "tabbed-set", "critic", "task-list", "keys"} & set(
            ours
        )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_report_shows_each_text_letter_for_letter(payload: str, first_report: Seen) -> None:
    text = PAYLOADS[payload]
    for part in (f"class {payload} {text}", f"test {payload} {text}", f"skipped {payload} {text}"):
        assert shown(part) in first_report.text
    message = f"Error{payload}: message {text}".splitlines()[0]
    assert shown(message[:299]) in first_report.text
    assert shown(f"skipped: reason {payload} {ONE_LINE[payload]}"[:205]) in first_report.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_trace_keeps_its_lines_blanks_and_letters(payload: str, first_report: Seen, pages: dict[str, Seen]) -> None:
    text = PAYLOADS[payload]
    trace = shown(f"trace {payload}\n    {text}\nE   Error{payload}: {text}\n\nlib/{payload}.py:3: Error{payload}")
    assert trace in first_report.folds
    assert trace in blocker_of(pages, payload).folds


def beginning(payload: str) -> str:
    """How a title names the test: in one line, which may be cut, and without what looks like parameters."""
    name = " ".join(shown(f"test {payload} {PAYLOADS[payload]}").split())
    return (name.partition("[")[0] if name.endswith("]") else name)[:40].strip()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_blocker_and_register_name_the_test(payload: str, pages: dict[str, Seen]) -> None:
    page = blocker_of(pages, payload)
    name = shown(f"test {payload} {PAYLOADS[payload]}")
    assert name in page.text
    assert shown(f"class {payload} {PAYLOADS[payload]}") in page.text
    for place in (page.heading, page.title, pages["blockers"].text):
        assert beginning(payload) in " ".join(place.split())


def test_home_and_release_name_the_first_blockers_and_count_the_others(hostile: Hostile) -> None:
    archive = Archive(hostile.project.history)
    now, judged = archive.latest(), assess(archive, None)
    assert now
    standing = [len(open_blockers(judged.latest_of(run))) for run in (now.id, *hostile.runs)]
    site, counted = hostile.project.site, []
    for path in (site / "index.html", *site.glob("releases/*/index.html")):
        page = article(path)
        rows = len([*page.all("li", "rd-card")])
        more = re.findall(r"(\d+) more,? in the re(?:gister|port)(?! of)", page.words)
        counted.append(rows + sum(map(int, more)))
    assert counted[0] == standing[0]
    assert sorted(counted[1:]) == sorted(standing[1:])
    assert max(standing) > len(PAYLOADS)


def test_a_blocker_page_shows_what_the_policy_says(pages: dict[str, Seen]) -> None:
    page = blocker_of(pages, "script")
    for word in ("category", "risk", "fix", "area", "owner"):
        assert f"{word} {POLICY_TEXT}" in page.text, word


ON_A_REPORT = (
    *("area", "lead", "criterion", "category", "fix", "group", "item", "keeper", "signer", "note"),
    *("blocker", "excuse", "ticket", "bearer", "approver", "phase", "setting"),
)
ON_THE_POLICY = (
    *("area", "lead", "glob", "criterion", "category", "risk", "fix", "kind", "retired", "reason", "by"),
    *("group", "item", "keeper", "signer", "note"),
    *("blocker", "excuse", "ticket", "bearer", "approver", "phase", "estimated"),
)
"""The fields of the policy, and of the run's environment, that stand on a page; `told` makes their texts."""


def missing(page: Seen, fields: Iterable[str]) -> list[str]:
    """The texts of these fields that are not on the page letter for letter."""
    text, general = page.text, {"area", "lead", "glob"}
    special = {"category", "risk", "fix"}
    return [
        f"{field} {one}"
        for field in fields
        for one in PAYLOADS
        if shown(told(field, one)) not in text
        and not (one == GENERAL and field in general | special)
        and not (one == "pipe" and field in special)
    ]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("reports/{}", ON_A_REPORT),
        ("policy", ON_THE_POLICY),
        (".", ["criterion"]),
        ("trends", ["criterion"]),
        ("blockers", ["area", "category"]),
    ],
)
def test_each_text_of_the_policy_is_shown_letter_for_letter(
    path: str, fields: Iterable[str], pages: dict[str, Seen], hostile: Hostile
) -> None:
    # An address with a password is masked where it is archived.
    assert [one for one in missing(pages[path.format(hostile.runs[0])], fields) if one != "setting port"] == []


def test_a_release_shows_what_the_policy_says(pages: dict[str, Seen]) -> None:
    releases = [page for path, page in pages.items() if path.startswith("releases/")]
    assert len(releases) == len(VERSIONS)
    for page in releases:
        assert missing(page, ["criterion"]) == []


@pytest.mark.parametrize("payload", [one for one in PAYLOADS if one not in (GENERAL, "pipe")])
def test_a_blocker_page_shows_its_area_owner_and_kind(payload: str, pages: dict[str, Seen]) -> None:
    text = blocker_of(pages, payload).text
    for field in ("area", "lead", "category", "risk", "fix"):
        assert shown(told(field, payload)) in text, field


def test_a_report_shows_what_the_policy_and_the_run_say(first_report: Seen) -> None:
    told = {
        "area": f"area {POLICY_TEXT}",
        "second area": f"other {ONE_LINE['code-end']}",
        "owner": f"owner {POLICY_TEXT}",
        "criterion": f"criterion {POLICY_TEXT}",
        "limit": f"limit {ONE_LINE['heading']}",
        "metric": shown(METRIC),
        "unit": UNIT,
        "file": FILE,
        "commit": COMMIT + "0",
        "branch": BRANCH,
        "variant": shown(VARIANT),
        "environment name": ONE_LINE["script"],
        "environment value": POLICY_TEXT,
        "property": f"property {POLICY_TEXT}",
    }
    assert [what for what, text in told.items() if text not in first_report.text] == []


def test_titles_and_headings_name_product_and_version(pages: dict[str, Seen], hostile: Hostile) -> None:
    for run, version in zip(hostile.runs, VERSIONS, strict=True):
        report = pages[f"reports/{run}"]
        assert f"{PRODUCT} {version}" in report.heading
        assert f"{PRODUCT} {version}" in report.title
    releases = [page for name, page in pages.items() if name.startswith("releases/")]
    for version in VERSIONS:
        (release,) = (page for page in releases if f"{PRODUCT} {version}" in page.heading)
        assert f"{PRODUCT} {version}" in release.title
        assert version in pages["reports"].text
        assert version in pages["releases"].text
    assert PRODUCT in pages["."].text


def test_trends_name_metric_and_unit(pages: dict[str, Seen]) -> None:
    assert shown(METRIC) in pages["trends"].text
    assert UNIT in pages["trends"].text


def test_an_address_that_is_no_web_address_is_no_link(first_report: Seen, hostile: Hostile) -> None:
    run = hostile.runs[0]
    html = (hostile.project.site / "reports" / run / "index.html").read_text(encoding="utf-8")
    assert "javascript:alert" not in html.replace("&#x3a;", ":")
    assert "CI run" not in first_report.text


def test_the_search_shows_hostile_names_as_text(address: str, page: Callable[..., OpenPage], hostile: Hostile) -> None:
    opened = page()
    site = opened.goto(address)
    said, results = site.locator(".md-search-result__meta"), site.locator(".md-search-result__list")
    site.locator(".md-search__input").click()
    expect(said).to_have_text("Type to start searching")
    for query in ("category", "image", "risk"):
        site.locator(".md-search__input").fill("")
        expect(said).to_have_text("Type to start searching")
        site.locator(".md-search__input").press_sequentially(query)
        expect(said).to_have_text(re.compile(r"^\d+ matching document"))
        results.locator(".md-search-result__item").first.wait_for()
        assert results.locator("script, img, iframe, [onerror], [onload], [onmouseover]").count() == 0
        assert results.locator("a[href^='javascript:']").count() == 0
        assert "window.hacked=1" in results.inner_text()
    for payload in ("entity", "comment", "template"):
        site.locator(".md-search__input").fill("")
        expect(said).to_have_text("Type to start searching")
        site.locator(".md-search__input").press_sequentially(f"category {payload}")
        expect(said).to_have_text(re.compile(r"^\d+ matching document"))
        expect(results).to_contain_text(f"category {payload} {PAYLOADS[payload]}")
    assert site.evaluate("window.hacked") is None
    assert opened.console_errors == []
    assert opened.foreign_requests == []
    index = json.loads((hostile.project.site / "search" / "search_index.json").read_bytes())
    assert any("window.hacked" in entry["title"] for entry in index["docs"])


def test_hovering_and_clicking_a_chart_stays_harmless(address: str, page: Callable[..., OpenPage]) -> None:
    opened = page()
    site = opened.goto(f"{address}trends/")
    for chart in site.locator(".rd-chart[data-plotly]").all():
        chart.scroll_into_view_if_needed()
        site.wait_for_function("chart => chart.dataset.drawn", arg=chart.element_handle())
        chart.locator(".rd-chart-area").hover(position={"x": 40, "y": 60})
    assert site.evaluate("window.hacked") is None
    assert site.locator(".rd-chart-area img, .rd-chart-area script, .rd-chart-area a[*|href]").count() == 0
    assert opened.console_errors == []
    assert opened.foreign_requests == []

"""One visit to a page: what a browser finds while it scrolls, tabs, opens folds, turns dark, narrows and prints."""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Container, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.conftest import OpenPage, started

AXE = (
    (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    + """
axe.configure({ rules: [{ id: "color-contrast", selector: "[data-look]" }] });
"""
)
"""Whether text stands out from what is behind it takes most of axe's time: it is asked where `LOOK` says so."""

WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
window.reached = new Set();
window.unseen = [];
document.addEventListener("focusin", ({ target }) => {
  window.reached.add(target);
  const { outlineStyle, outlineWidth } = getComputedStyle(target);
  const seen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  if (target.closest("article") && !seen) window.unseen.push(target.outerHTML.slice(0, 100));
});
"""

NOT_REACHED = """() => {
  const waits = "article :is(a[href], summary, button, input, [tabindex='0'])";
  const twins = new Set([...document.querySelectorAll(".rd-strip ~ details a[href]")].map((one) => one.href));
  const spared = (one) => one.tabIndex < 0 && one.closest(".rd-strip") && twins.has(one.href);
  const missed = (one) => one.checkVisibility() && !window.reached.has(one) && !spared(one);
  return [...document.querySelectorAll(waits)].filter(missed).map((one) => one.outerHTML.slice(0, 100));
}"""
"""A link in the strip of criteria leads where one in the table below it does: that one takes the focus."""

OPEN_ALL = "document.querySelectorAll('article details').forEach((one) => (one.open = true))"

FOLD_ALIKE = "[...document.querySelectorAll('.rd-chart details')].slice(1).forEach((one) => (one.open = false))"
"""The tables of charts are made alike: axe looks at one of a page."""

SCROLLS = """() => [...document.querySelectorAll("article *")].filter((one) => {
  const { overflowX, overflowY } = getComputedStyle(one);
  const wide = one.scrollWidth > one.clientWidth + 1 && ["auto", "scroll"].includes(overflowX);
  const high = one.scrollHeight > one.clientHeight + 1 && ["auto", "scroll"].includes(overflowY);
  const takes = one.tabIndex >= 0 || one.closest("[tabindex='0']");
  return (wide || high) && one.checkVisibility() && !takes;
}).map((one) => one.outerHTML.slice(0, 100))"""
"""What scrolls by itself and cannot take the focus."""

CUT_OFF = """() => {
  const ours = ".rd-scroll, .rd-strip > *, .rd-rows, .rd-chart-area, .rd-treemap, .rd-bar, .rd-head";
  const scrolls = `${ours}, pre, .md-typeset__scrollwrap, svg`;
  const within = [...document.querySelectorAll("article, article *")].filter((one) => !one.closest(scrolls));
  const beyond = within.filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.left < -1);
  });
  const hidden = within.filter((one) => {
    const { overflowX, overflowY } = getComputedStyle(one);
    const wide = ["hidden", "clip"].includes(overflowX) && one.scrollWidth > one.clientWidth + 1;
    const high = ["hidden", "clip"].includes(overflowY) && one.scrollHeight > one.clientHeight + 1;
    return one.checkVisibility() && (wide || high);
  });
  const whole = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
  return [...whole, ...beyond.concat(hidden).map((one) => one.outerHTML.slice(0, 120))];
}"""
"""What reaches beyond the screen or its own box, and cannot be scrolled to; rows of tests open with the whole name."""

TEXT = """() => {
  const copy = document.querySelector("article").cloneNode(true);
  const drawn = ".rd-chart-area, .rd-chart-json, .rd-chart-key, .rd-pointing, .rd-all, .rd-copy, .rd-expired";
  copy.querySelectorAll(`${drawn}, .rd-explorer, .rd-filter, .md-code__nav`).forEach((one) => one.remove());
  const whole = document.querySelector("article");
  whole.replaceWith(copy);
  const words = copy.innerText.split(/\\s+/).filter(Boolean);
  copy.replaceWith(whole);
  return words;
}"""
"""The visible words, without what only a script draws: charts with their keys and uses, and what it says of today."""

NOT_UNDERLINED = """(links) => links
  .filter((one) => !getComputedStyle(one).textDecorationLine.includes("underline"))
  .map((one) => one.outerHTML.slice(0, 100))"""

IN_ARTICLE = "() => !!location.hash && !!document.getElementById(location.hash.slice(1)).closest('article')"

CLOSE_SEARCH = "document.querySelectorAll('#__search:checked').forEach((one) => one.click())"

FAR = "one => one.getBoundingClientRect().top > innerHeight + 300"

ALIKE = [
    ".rd-chart-area > *",  # a drawing is one image to who hears a page: its parts are not looked at
    ".rd-cells tbody tr:nth-child(n + 3)",
    ".rd-small tbody tr:nth-child(n + 4)",
    ".highlight ~ .highlight ~ .highlight",
]
"""What axe need not look at: the first of many that are made alike speak for the others."""

LOOK = """async ([within, alike, rules]) => {
  const styles = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize", "fontWeight", "textShadow"];
  const kinds = new Map();
  const mark = (one, around) => {
    if (!one.checkVisibility({ visibilityProperty: true })) return;
    const style = getComputedStyle(one);
    const key = [around, one.localName, one.getAttribute("class"), ...styles.map((name) => style[name])].join();
    if (!kinds.has(key)) kinds.set(key, { number: kinds.size, texts: 0 });
    const kind = kinds.get(key);
    const text = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    one.toggleAttribute("data-look", (text && (kind.texts += 1) <= 3) || one.matches("input, select"));
    for (const child of one.children) mark(child, kind.number);
  };
  const still = new CSSStyleSheet();  // what comes and goes is not looked at halfway
  still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important; }");
  document.adoptedStyleSheets = [still];
  const aside = [...document.querySelectorAll(alike)].map((one) => [document.createComment(""), one]);
  for (const [place, one] of aside) one.replaceWith(place);
  mark(document.documentElement, "");
  const options = { resultTypes: ["violations"], preload: { assets: ["media"] } };
  if (rules.length) options.runOnly = rules;
  try {
    return (await axe.run({ include: within }, options)).violations;
  } finally {
    for (const [place, one] of aside) place.replaceWith(one);
    document.adoptedStyleSheets = [];
  }
}"""
"""What axe finds while those are taken out: it goes through all that is there before it leaves anything out.

Of texts with the same colours and sizes, in elements of the same classes all the way up, it compares the first three
with their background.
"""

WIDTHS = (360, 320, 640)
"""A narrow telephone, and 1280 pixels at 400 % and 200 %."""


COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules of axe for what alone differs between light and dark."""

WIDE = ["h1", ".rd-hide", ".md-tabs", ".md-sidebar"]
"""What a narrow screen may not show. In dark it is looked at on a wide one, all else on a narrow one."""

SCHEMES = {"light": "default", "dark": "slate"}


@dataclass
class Visit:
    """What was found on one page."""

    briefly: bool = False
    charts: int = 0
    undrawn: list[str] = field(default_factory=list)
    """Charts without a drawing, a bar, a point or a line."""
    near: int = 0
    """Charts that are near the screen when the page has loaded."""
    asked_early: bool = False
    """Whether the chart library was asked for before anything was scrolled."""
    asked: bool = False
    shift: float = 0.0
    first_tab: str = ""
    """Class of what the first Tab reaches."""
    skips: bool = False
    """Whether there is a link to skip to the content, and Enter follows it."""
    not_reached: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    folds: list[bool] = field(default_factory=list)
    """Whether Enter opened each of the first folds."""
    scrolls: list[str] = field(default_factory=list)
    cut_off: dict[int, list[str]] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Errors on the console, and addresses asked for that lie elsewhere."""


def visit(opened: OpenPage, url: str, *, briefly: bool = False) -> Visit:
    """Look at a page in every way that needs scripts, in one window, which is left as it was.

    `briefly`: without the keyboard, in dark for its colours alone and at one narrow width, where another site's page of
    that type is looked at in every way.
    """
    opened.forget()
    site, found = opened.goto(url), Visit(briefly)
    charts = site.locator(".rd-chart:has(.rd-chart-area)").all()
    found.near = sum(not chart.locator(".rd-chart-area").evaluate(FAR) for chart in charts)
    if found.near:
        expect(charts[0]).to_have_attribute("data-drawn", "light")
    else:
        site.wait_for_timeout(100)
    found.asked_early = opened.asked_for("plotly")
    _draw(site, charts, found)
    found.asked = opened.asked_for("plotly")
    if not briefly:
        _tab(site, found)
    site.evaluate(OPEN_ALL)
    found.scrolls += site.evaluate(SCROLLS)
    site.evaluate(AXE)
    site.evaluate(FOLD_ALIKE)
    found.violations += _violations(site, "light, 1280")
    _turn(site, "dark")
    if not briefly:
        found.violations += _violations(site, "dark, 1280", COLOURS, WIDE)
    site.set_viewport_size({"width": 390, "height": 844})
    for _ in range(20):  # what scrolls from now on takes the focus some frames later, more on a busy machine
        if not site.evaluate(SCROLLS):
            break
        site.wait_for_timeout(100)
    found.violations += _violations(site, "dark, 390", COLOURS if briefly else ())
    site.evaluate(OPEN_ALL)
    found.scrolls += site.evaluate(SCROLLS)
    for width in WIDTHS[:1] if briefly else WIDTHS:
        site.set_viewport_size({"width": width, "height": 844})
        found.cut_off[width] = site.evaluate(CUT_OFF)
    site.set_viewport_size({"width": 1280, "height": 900})
    found.words = site.evaluate(TEXT)
    if not briefly and site.locator(".md-skip").count():
        site.locator(".md-skip").focus()
        site.keyboard.press("Enter")
        found.skips = site.evaluate(IN_ARTICLE)
    site.evaluate("localStorage.clear()")
    found.complaints = [*opened.console_errors, *opened.foreign_requests]
    return found


def visit_all(urls: dict[str, str], briefly: Container[str] = (), at_once: int = 2) -> dict[str, Visit]:
    """Visit the pages, some at a time: each visitor has a browser of its own and takes the next page to its window."""
    waiting, found = deque(urls.items()), {}

    def work() -> None:
        with started() as browser:
            assert browser
            context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
            context.add_init_script(WATCH)
            opened = OpenPage(context.new_page())
            while waiting:
                name, url = waiting.popleft()
                found[name] = visit(opened, url, briefly=name in briefly)

    with ThreadPoolExecutor(at_once) as visitors:
        for done in [visitors.submit(work) for _ in range(at_once)]:
            done.result()
    return {name: found[name] for name in urls}


def _draw(site: Page, charts: list[Locator], found: Visit) -> None:
    found.charts = len(charts)
    for chart in charts:
        chart.scroll_into_view_if_needed()
        expect(chart).to_have_attribute("data-drawn", "light")
        if not chart.locator("svg.main-svg").count() or not chart.locator(".point, path.js-line").count():
            found.undrawn.append(chart.inner_text())
    site.wait_for_timeout(30)
    found.shift = sum(site.evaluate("window.shifts"))


def _tab(site: Page, found: Visit) -> None:
    site.evaluate("scrollTo(0, 0)")
    site.keyboard.press("Tab")
    found.first_tab = site.evaluate("() => document.activeElement.className")
    for _ in range(40):  # header and navigation stand before the article
        for _ in range(12):
            site.keyboard.down("Tab")  # held down, it goes on
        found.not_reached = site.evaluate(NOT_REACHED)
        if not found.not_reached:
            break
    site.keyboard.up("Tab")
    found.unseen = site.evaluate("window.unseen")
    site.evaluate("document.activeElement.blur()")
    site.wait_for_timeout(50)  # the search opens some moments after the last Tab went into it, and stays open
    site.evaluate(CLOSE_SEARCH)
    for fold in site.locator("article details.rd-more").all()[:3]:
        if fold.is_visible() and fold.get_attribute("open") is None:
            fold.locator("summary").first.focus()
            site.keyboard.press("Enter")
            found.folds.append(fold.get_attribute("open") is not None)


def _turn(site: Page, scheme: str) -> None:
    site.locator(f"label[title='Switch to {scheme}']").dispatch_event("click")
    expect(site.locator("body")).to_have_attribute("data-md-color-scheme", SCHEMES[scheme])


def _violations(site: Page, how: str, rules: Sequence[str] = (), within: Iterable[str] = ("html",)) -> list[str]:
    found: list[dict[str, Any]] = site.evaluate(LOOK, [[*within], ", ".join(ALIKE), [*rules]])
    return [f"{how}: {one['id']}: {node['target']} {node['html'][:120]}" for one in found for node in one["nodes"]]


@dataclass
class Plain:
    """What a page is without scripts."""

    words: list[str]
    tables: list[bool]
    """Of each chart, whether its data are to be seen before anything was clicked."""
    trace: bool | None
    """Whether the first trace opened by a click; None without traces."""
    bare: list[str]
    """Links in text that are not underlined: the style sheet alone does it."""


def plainly(browser: Browser, pages: Iterable[str]) -> list[Plain]:
    """Look at pages with scripts switched off."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    site, found = context.new_page(), []
    for url in pages:
        site.goto(url, wait_until="load")
        tables = [one.is_visible() for one in site.locator(".rd-chart table").all()]
        fold, trace = site.locator("article details.rd-trace").first, None
        if fold.count():
            fold.locator("summary").click()
            trace = fold.locator("pre").is_visible()
        site.evaluate(OPEN_ALL)
        bare = site.locator("article :is(p, li, dd, td, th) a:not(.headerlink)").evaluate_all(NOT_UNDERLINED)
        found.append(Plain(site.evaluate(TEXT), tables, trace, bare))
    context.close()
    return found


def on_paper(browser: Browser, pages: Iterable[str], folder: Path) -> list[str]:
    """The text on the sheets of each page, without blanks, printed from a window in dark."""
    context = browser.new_context(color_scheme="dark", viewport={"width": 1280, "height": 900})
    site, found = context.new_page(), []
    for url in pages:
        site.goto(url, wait_until="load")
        site.pdf(path=folder / "page.pdf", format="A4")
        command = ["pdftotext", "-raw", str(folder / "page.pdf"), "-"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found.append("".join(text.split()))
    context.close()
    return found

"""The ten questions about 5,000 tests in 200 runs: what a browser finds on the tests page against DuckDB's answers."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bars import MKDOCS, ROOT, Bar, run
from bench_tests_page import serving
from histories import History, archive
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(ROOT))

from tests.browser.conftest import ARGUMENTS, executable
from tests.browser.questions import by_page, by_sql, differences

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import build_tests
from readiness.render.pages.routes import Routes
from readiness.report import Reports
from readiness.results import export

TESTS, RUNS = 5_000, 200
MKDOCS_YML = "site_name: Shop\ntheme: {name: material, font: false}\nplugins: [search, readiness]\n"


def built(folder: Path) -> Path:
    """A site with the page as a small history has it: of the large one it has what the page reads."""
    archive(History(6, 200, per_release=3), folder / "history")
    (folder / "mkdocs.yml").write_text(MKDOCS_YML)
    (folder / "docs").mkdir()
    run((*MKDOCS, "build", "--quiet"), folder)
    return folder / "site"


def bars() -> Iterator[Bar]:
    """How many answers differ, and how long the browser takes for all of them, to the last row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive(History(RUNS, TESTS, slowed=12), folder / "large")
        large = Archive(folder / "large")
        export(large, folder / "export", None)
        site = SiteContext(large, Reports(assess(large, folder / "cache")), Routes())
        assert site.now
        prior = site.now.flaky_prior
        test, told = by_sql(folder / "export", None, (prior.alpha, prior.beta))
        (folder / "small").mkdir()
        shown = built(folder / "small")
        for path, content in build_tests(site):
            (shown / path).parent.mkdir(parents=True, exist_ok=True)
            (shown / path).write_text(content, encoding="utf-8")
        with serving(shown) as address, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=executable(playwright), args=list(ARGUMENTS))
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            began = time.perf_counter()
            page.goto(f"{address}tests/")
            found = by_page(page, test)
            took = time.perf_counter() - began
            chromium.close()
    wrong = differences(found, told)
    print(*wrong, sep="\n", end="")
    of = f"10 questions; {TESTS:,} tests, {RUNS} runs; {sum(map(len, told.values()))} rows"
    yield Bar("answers of the tests page that are not those of DuckDB", len(wrong), 0, of)
    yield Bar("all ten answers on the tests page, to the last row, s", took, 100, of)

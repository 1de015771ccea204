"""Builds of a large site: after one more run, from nothing, and against MkDocs with the same Markdown; then its trends.

A cold build has no cache at all; against bare MkDocs the results are archived and judged, and no page is kept.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import statistics
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from bars import Bar, medians, ratio
from histories import History, archive
from projects import CONFIG, build, project

LARGE = History(runs=101, tests=5000)
LONG = History(runs=500, tests=200, per_release=25)
TIMES = 3
INDEXES = ("index.md", *(f"{name}/index.md" for name in ("reports", "releases", "blockers", "policy", "trends")))
NAV = f"nav: [{', '.join(INDEXES)}]\nnot_in_nav: |\n  reports/*\n  releases/*\n  blockers/*\n"
DERIVED = ("pages", "rendered", "texts")
"""The folders of the cache that hold what pages were made of."""
PAGES = "cold build at 100 runs x 5,000 tests, results archived, against bare MkDocs with the same Markdown"
TRENDS = "main-thread time until the trends of 500 runs are interactive, in headless Chromium"


def bars() -> Iterator[Bar]:
    """All of 100 runs x 5,000 tests, then the trends of 500 runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = _large(Path(name, "ours"))
        warm = medians(lambda: _warm(folder), lambda: _cold(folder), TIMES)
        yield ratio("build after one more run at 100 runs x 5,000 tests, against a cold one, CPU time", 0.2, warm)
        bare = _bare(folder, Path(name, "bare"))
        pages = medians(lambda: _pages(folder), lambda: build(bare).cpu, TIMES)
        yield ratio(
            "cold build at 100 runs x 5,000 tests, against bare MkDocs with the same Markdown, CPU time", 1.2, pages
        )
    with tempfile.TemporaryDirectory() as name:
        folder = project(Path(name, "long"))
        archive(LONG, folder / "history")
        build(folder)
        yield from _trends(folder / "site")


def _large(folder: Path) -> Path:
    project(folder)
    (folder / "mkdocs.yml").write_text(CONFIG.replace("plugins:\n", f"{NAV}plugins:\n  - search\n"))
    archive(LARGE, folder / "history")
    return folder


def _forget(folder: Path, *names: str) -> None:
    for name in names or ("",):
        shutil.rmtree(folder / ".cache" / "readiness" / name, ignore_errors=True)


def _cold(folder: Path) -> float:
    _forget(folder)
    return build(folder).cpu


def _warm(folder: Path) -> float:
    """CPU seconds of a build after the last run came, all before it having been built."""
    last = max((folder / "history").glob("runs/*/*"), key=lambda run: run.name)
    aside = last.rename(folder / last.name)
    _cold(folder)
    aside.rename(last)
    return build(folder).cpu


def _pages(folder: Path) -> float:
    _forget(folder, *DERIVED)
    return build(folder).cpu


def _bare(folder: Path, bare: Path) -> Path:
    """A project without the plugin whose pages are those of the other's site."""
    shutil.copytree(folder / ".cache" / "readiness" / "pages" / "rolling", bare / "docs")
    (bare / "mkdocs.yml").write_text((folder / "mkdocs.yml").read_text().replace("  - readiness\n", ""))
    return bare


def _trends(site: Path) -> Iterator[Bar]:
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        yield Bar(TRENDS, None, 1, "Playwright is missing")
        return
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/trends/"
        try:
            with sync_playwright() as playwright:
                path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
                browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
                took = [_interactive(browser, url) for _ in range(5)]
                browser.close()
            yield Bar(TRENDS, statistics.median(took), 1, "s of its processor")
        except Error as error:
            yield Bar(TRENDS, None, 1, str(error).splitlines()[0])
        finally:
            server.shutdown()


def _interactive(browser: object, url: str) -> float:
    """Processor seconds of the main thread, from an empty tab until it has nothing left to do."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(1000)
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    page.close()
    return float(metrics["TaskDuration"])


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

"""The tests page with 5,000 tests and 200 runs: what it transfers, and how long Chromium takes until it shows rows."""

from __future__ import annotations

import functools
import gzip
import http.server
import random
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bars import MKDOCS, ROOT, Bar, run
from playwright.sync_api import CDPSession, Route, sync_playwright

from readiness.analysis import History
from readiness.archive import Archive
from readiness.assessment import assess
from readiness.model import TestKey
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import build_tests
from readiness.render.pages.routes import Routes
from readiness.render.pages.tested import Tested, TestedLine
from readiness.report import Reports

TESTS, RUNS = 5_000, 200
WORDS = (
    *("order", "cart", "price", "user", "token", "login", "session", "mail", "queue", "worker", "cache", "index"),
    *("search", "export", "import", "retry", "limit", "date", "zone", "currency", "tax", "refund", "stock", "ship"),
    *(
        "label",
        "print",
        "page",
        "form",
        "field",
        "value",
        "range",
        "empty",
        "large",
        "nested",
        "merge",
        "split",
        "sort",
    ),
)
FILTERS = {"text": "cart", "sort": "rate", "group": "class", "show": "changed"}


def strip(rnd: random.Random) -> str:
    """Mostly passed; some tests are new, gone, skipped, flaky, or failed for some runs."""
    born = 0 if rnd.random() < 0.6 else rnd.randrange(RUNS - 5)
    letters = ["p"] * (RUNS - born)
    kind = rnd.random()
    if kind < 0.03:
        letters = [rnd.choice("ffk") if rnd.random() < 0.08 else "p" for _ in letters]
    elif kind < 0.13:
        start = rnd.randrange(len(letters))
        letters[start : start + 8] = "f" * len(letters[start : start + 8])
    elif kind < 0.18:
        letters = ["s"] * len(letters)
    found = "." * born + "".join(letters)
    return found if rnd.random() > 0.03 else found[:-3] + "..."


def tested(rnd: random.Random) -> Iterator[Tested]:
    """Tests with names that share little."""
    keys: set[TestKey] = set()
    while len(keys) < TESTS:
        group = f"tests.{rnd.choice(WORDS)}.test_{rnd.choice(WORDS)}.Test{rnd.choice(WORDS).title()}"
        name = "test_" + "_".join(rnd.sample(WORDS, rnd.randint(2, 4)))
        keys.add(TestKey("tests", rnd.choice(("linux", "windows")), group, name))
    for key in sorted(keys):
        letters, took = strip(rnd), rnd.lognormvariate(-4, 1.6)
        times = tuple(None if one == "." else round(took * rnd.lognormvariate(0, 0.2), 3) for one in letters)
        yield Tested(key, History(letters, times, whole=False), key.group.split(".")[1], "", None, ())


def files() -> dict[str, str]:
    """The files beside the page; the runs are those of attrs, over and over."""
    archive = Archive(ROOT / "history")
    site = SiteContext(archive, Reports(assess(archive)), Routes())
    chain = [site.chain[at % len(site.chain)] for at in range(RUNS)]
    vars(site)["tested"] = TestedLine(chain, list(tested(random.Random(7))), {})
    return dict(build_tests(site))


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


def main_thread(session: CDPSession, act: Callable[[], object]) -> float:
    """Milliseconds of the page's main thread, while something is done."""

    def spent() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(one["value"] for one in metrics if one["name"] == "TaskDuration")

    before = spent()
    act()
    return spent() - before


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """The address of a site that is served, `/` at its end."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def in_chromium(site: Path, browser: str) -> tuple[float, float]:
    """(until rows are painted, the slowest filter), in milliseconds of the main thread."""
    with serving(site) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser or None, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        held: list[Route] = []
        page.route("**/data.json", lambda route: held.append(route))
        page.goto(f"{address}tests/")
        page.wait_for_timeout(2000)

        def rows() -> None:
            held[0].fulfill(path=site / "tests/data.json")
            page.locator(".rd-row").first.wait_for()
            page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

        first = main_thread(session, rows)
        taken = [
            page.evaluate(
                """([name, value]) => {
                    const form = document.querySelector(".rd-find"), began = performance.now();
                    form.elements[name].value = value;
                    form.dispatchEvent(new Event("input", { bubbles: true }));
                    document.querySelector(".rd-rows").offsetHeight;
                    return performance.now() - began;
                }""",
                [name, value],
            )
            for name, value in (*FILTERS.items(), *((name, "") for name in FILTERS))
        ]
        chromium.close()
    return first, max(taken)


def bars() -> Iterator[Bar]:
    """What the page transfers beside what all pages share, and what it takes."""
    from shutil import which

    found = files()
    data = found["tests/data.json"].encode()
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        run(
            (*MKDOCS, "build", "--quiet", "--config-file", str(ROOT / "mkdocs.yml"), "--site-dir", str(site)),
            Path(folder),
        )
        (site / "tests/data.json").write_bytes(data)
        first, slowest = in_chromium(site, which("chromium") or which("google-chrome") or "")
    of = f"{TESTS:,} tests, {RUNS} runs"
    yield Bar("data of the tests page, packed, kB", len(gzip.compress(data, 6)) / 1000, 120, of)
    yield Bar("first rows of the tests page, ms of the main thread", first, 300, of)
    yield Bar("slowest filter of the tests page, ms of the main thread", slowest, 100, of)

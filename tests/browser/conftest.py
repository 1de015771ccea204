"""A real browser, unplugged from the network, that writes down what a page complains about and asks for."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

expect.set_options(timeout=30_000)  # a busy machine draws late

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUICKEST = ("chromium-headless-shell", *BROWSERS)
"""The same engine without the windows and tabs around it loads a page with half the work."""
HOME = ("127.0.0.1", "localhost")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@dataclass
class OpenPage:
    """A page with what it did wrong. `page` is Playwright's own."""

    page: Page
    console_errors: list[str] = field(default_factory=list)
    """Errors written to the console and exceptions that nobody caught."""
    foreign_requests: list[str] = field(default_factory=list)
    """Addresses asked for that are not on this machine."""
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda line: self.console_errors.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("websocket", lambda socket: self._note(socket.url))

    def goto(self, url: str) -> Page:
        """Load `url` and hand out the page."""
        self.page.goto(url, wait_until="load")
        return self.page

    def asked_for(self, name: str) -> bool:
        """Whether a file whose address holds `name` was asked for."""
        return any(name in url for url in self.requests)

    def forget(self) -> None:
        """Begin to note anew, before another page is loaded in the same window."""
        for noted in (self.console_errors, self.foreign_requests, self.requests):
            noted.clear()

    def _note(self, url: str) -> None:
        self.requests.append(url)
        address = urlsplit(url)
        if address.scheme not in ("data", "blob", "about", "file") and address.hostname not in HOME:
            self.foreign_requests.append(url)


def executable(playwright: Playwright, names: Iterable[str] = BROWSERS) -> str | None:
    """The machine's own browser, the first of these names, else the one that Playwright installed, else None."""
    found = next(filter(None, map(shutil.which, names)), None)
    own = Path(playwright.chromium.executable_path)
    return found or (str(own) if own.is_file() else None)


@contextmanager
def started() -> Iterator[Browser | None]:
    """A Chromium of its own, which belongs to the thread that started it; None where there is none."""
    with sync_playwright() as playwright:
        path = executable(playwright, QUICKEST)
        if path is None:
            yield None
            return
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once. Without one: skipped, or failed where READINESS_REQUIRE_BROWSER is set."""
    with started() as chromium:
        if chromium is None:
            problem = f"no browser found: none of {', '.join(BROWSERS)} on PATH"
            if os.environ.get("READINESS_REQUIRE_BROWSER"):
                pytest.fail(problem)
            pytest.skip(problem)
        yield chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Callable[..., OpenPage]]:
    """`page(width=390, height=844, color_scheme="dark", javascript=False)` opens a page of its own context.

    Further keyword arguments (`reduced_motion`, `forced_colors`, `base_url` …) go to Playwright's `new_context`.
    """
    contexts = []

    def open_page(
        width: int = 1280,
        height: int = 900,
        color_scheme: str = "light",
        javascript: bool = True,
        **options: Any,
    ) -> OpenPage:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=color_scheme,
            java_script_enabled=javascript,
            **options,
        )
        contexts.append(context)
        return OpenPage(context.new_page())

    yield open_page
    for context in contexts:
        context.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """`serve(folder)` serves a built site on a free port of this machine and returns its address, `/` at the end."""
    servers = []

    def start(folder: Path) -> str:
        handler = functools.partial(_Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    with ThreadPoolExecutor(max(1, len(servers))) as stopped:  # each takes half a second to notice
        list(stopped.map(lambda server: server.shutdown(), servers))
    for server in servers:
        server.server_close()

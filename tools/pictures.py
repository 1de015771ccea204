"""The pictures of the README and the guide: parts of real pages, taken anew from the two sites of this repository.

`make pictures` runs it. A part begins at one element and ends where another begins, so that pages may change.
"""

from __future__ import annotations

import functools
import http.server
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from tests.browser.conftest import ARGUMENTS, executable

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "assets" / "pictures"
SITES = {"attrs": ROOT / "mkdocs.yml", "lukhas": ROOT / "examples" / "lukhas" / "mkdocs.yml"}
SCHEMES = ("light", "dark")
WIDTH = 860
MARGIN = 16


@dataclass(frozen=True)
class Picture:
    """Sections of the latest report of a site, from a heading on."""

    name: str
    site: str
    heading: str
    """CSS selector of the heading that it begins with."""
    sections: int = 1
    """It ends where so many headings of the second level have followed."""

    def file(self, scheme: str) -> Path:
        """Where it lies, in light or dark."""
        return FOLDER / f"{self.name}-{scheme}.webp"


PICTURES = (
    Picture("verdict", "lukhas", "h1"),
    Picture("criteria", "lukhas", "#criteria"),
    Picture("next-steps", "attrs", "#next-steps"),
    Picture("working", "lukhas", "#what-is-working"),
)

CALM = "*, ::before, ::after { animation: none !important; transition: none !important } .headerlink { display: none }"
PART = """([selector, sections]) => {
  const first = document.querySelector(`.md-content ${selector}`);
  if (!first) return null;
  let last = first;
  for (let next = first.nextElementSibling; next; next = next.nextElementSibling) {
    if (next.tagName === "H2" && --sections === 0) break;
    if (next.getBoundingClientRect().height) last = next;
  }
  const { left, top, width } = first.getBoundingClientRect();
  return { x: left, y: top + scrollY, width, height: last.getBoundingClientRect().bottom - top };
}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which `folder` is served meanwhile."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def latest_report(site: Path) -> str:
    """Address, within the site, of the report of the run that started last."""
    return f"reports/{max(path.parent.name for path in site.glob('reports/*/index.html'))}/"


def take(browser: Browser, url: str, scheme: str, pictures: list[Picture]) -> None:
    """Write the pictures of one page in one scheme."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 900},
        device_scale_factor=2,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    page.add_style_tag(content=CALM)
    page.evaluate("document.fonts.ready")
    for picture in pictures:
        part = page.evaluate(PART, [picture.heading, picture.sections])
        if part is None:
            sys.exit(f"{url} has no {picture.heading}: change PICTURES in tools/pictures.py")
        part = {side: part[side] + MARGIN * by for side, by in (("x", -1), ("y", -1), ("width", 2), ("height", 2))}
        shot = page.screenshot(full_page=True, clip=part)
        Image.open(BytesIO(shot)).convert("RGB").save(picture.file(scheme), lossless=True, method=6)
    context.close()


def main() -> None:
    """Build the sites and take all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        path = executable(playwright)
        if path is None:
            sys.exit("No browser found: install Chromium, or run `playwright install chromium`")
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        for name, config in SITES.items():
            site = Path(temporary) / name
            build = ("mkdocs", "build", "--strict", "--quiet", "--config-file", config, "--site-dir", site)
            if subprocess.run([sys.executable, "-m", *build]).returncode:
                sys.exit(f"{config}: the site cannot be built")
            with served(site) as address:
                for scheme in SCHEMES:
                    chosen = [picture for picture in PICTURES if picture.site == name]
                    take(browser, address + latest_report(site), scheme, chosen)
        browser.close()


if __name__ == "__main__":
    main()

"""Sites that exist already gain a readiness section, and each of their own pages is looked at before and after.

`make guests` runs it, with the plugins of those sites in a virtual environment of its own. Each site is built strictly,
set up as a user does it (`readiness init`, two archived runs), and built strictly again. Nothing of its own may differ:
no file, no byte of a page but the names of our style sheet and script, no entry of the search, no address of the
sitemap, no pixel at 1280 and 390 px, light and dark. Where MkDocs makes the navigation by itself, the entry that leads
to our section is there too, and so are the links to the next page where the theme shows them; all the rest is the same.
"""

from __future__ import annotations

import difflib
import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import click
from PIL import ImageChops
from PIL.Image import Image
from PIL.Image import open as open_image
from playwright.sync_api import Page, sync_playwright
from tests.browser.conftest import ARGUMENTS, executable
from tools.guest_sites import SITES, Site

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv-guests"
PLUGINS = (
    "mike",
    "mkdocs-awesome-nav",
    "mkdocs-git-revision-date-localized-plugin",
    "mkdocs-literate-nav",
    "mkdocs-macros-plugin",
    "mkdocs-minify-plugin",
    "mkdocs-redirects",
    "mkdocs-section-index",
    "mkdocs-static-i18n",
    "pillow",
    "playwright",
    "pytest",
)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SCREENS = [(width, scheme) for width in (1280, 390) for scheme in SCHEMES]
STEADY = (
    "--num-raster-threads=1",
    "--disable-partial-raster",
    "--disable-lcd-text",
    "--font-render-hinting=none",
    "--disable-checker-imaging",
    "--run-all-compositor-stages-before-draw",
)
"""With these and a window higher than the page, Chromium draws a page the same way each time."""
RUNS = {
    "1.0.0": '<testsuite name="s"><testcase classname="t" name="a"/></testsuite>',
    "1.1.0": '<testsuite name="s"><testcase classname="t" name="a"><failure message="boom"/></testcase></testsuite>',
}
OURS = re.compile(rb"\s*<(?:link|script)\b[^>]*?\bquality/assets/readiness/[^>]*>(?:</script>)?", re.DOTALL)
"""What names our style sheet and our script in the head of a page."""
WHOLE = re.compile(rb".+", re.DOTALL)
OWN_PART = re.compile(rb"<title>.*?</title>|<article.*?</article>", re.DOTALL)
"""What is compared letter for letter of a page whose navigation names all pages; the pictures tell the rest."""
HIDDEN = """
  :is(.md-nav__item, .md-tabs__item):has(> a[href*="quality/"], > .md-nav__link a[href*="quality/"]),
  .md-nav__item:has(> nav a[href*="quality/"]):not(:has(> nav > ul > li > a:not([href*="quality/"])))
  { display: none !important }
"""
"""Hides the entries of our section in a navigation that names all pages."""
NEIGHBOURS = ".md-footer__inner { display: none !important }"
"""Hides the links to the pages before and after, one of which is ours in such a navigation."""


def run(folder: Path, *command: str) -> str:
    """What a command of the environment prints; raises RuntimeError with it where it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env=_environment(),
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(command)} ends with {done.returncode}\n{done.stdout[-1500:]}{done.stderr[-3000:]}"
        )
    return done.stdout + done.stderr


def _environment() -> dict[str, str]:
    paths = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))  # mike calls mkdocs
    who = {f"GIT_{role}_{what}": "t@t.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {**os.environ, **who, "PATH": paths, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT / "generator")}


def commit(folder: Path) -> None:
    """Everything that is there, at a time that does not change."""
    run(folder, "git", "add", "--all")
    run(folder, "git", "commit", "--quiet", "--allow-empty", "--date=2025-03-01T12:00:00Z", "--message=x")


def built(site: Site, folder: Path, label: str) -> Path:
    """The site as it is published now."""
    target = folder.parent / label
    if not site.mike:
        run(folder, "mkdocs", "build", "--strict", "--site-dir", str(target))
        return target
    run(folder, "mike", "deploy", "--branch", label, "1.0", "latest")
    run(folder, "git", "worktree", "add", "--quiet", str(target), label)
    (target / ".git").unlink()
    return target


def gained(folder: Path) -> None:
    """The readiness section, as its users add it."""
    run(folder, "readiness", "init", "--yes")
    for day, (version, junit) in enumerate(RUNS.items(), start=1):
        (folder / "evidence").mkdir(exist_ok=True)
        (folder / "evidence" / "junit.xml").write_text(junit, encoding="utf-8")
        started = f"2025-03-0{day}T08:00:00Z"
        run(folder, "readiness", "archive", "evidence/junit.xml", "--version", version, "--started", started)


def differences(before: Path, after: Path, part: re.Pattern[bytes]) -> Iterator[str]:
    """What is not as it was in the files of a site, a line each."""
    there = {path.relative_to(before): path for path in before.rglob("*") if path.is_file()}
    now = {path.relative_to(after) for path in after.rglob("*") if path.is_file()}
    yield from (f"{path}: is gone" for path in there if path not in now)
    yield from (f"{path}: is new" for path in sorted(now - there.keys()) if "quality" not in path.parts)
    for path, old in sorted(there.items()):
        if path in now:
            told = difference(old.read_bytes(), (after / path).read_bytes(), path.name, part)
            yield from (f"{path}: {line}" for line in told)


def difference(old: bytes, new: bytes, name: str, part: re.Pattern[bytes]) -> Iterator[str]:
    """What is not as it was in one file."""
    if old == new or name in ("sitemap.xml.gz", "__pycache__"):
        return
    if name.startswith("sitemap.xml"):
        left = re.sub(rb"\s*<url>\s*<loc>[^<]*quality/[^<]*</loc>.*?</url>", b"", new, flags=re.DOTALL)
    elif name.startswith("search_index.js"):
        indexes = [json.loads(text[text.index(b"{") :]) for text in (old, new)]
        indexes[1]["docs"] = [one for one in indexes[1]["docs"] if "quality/" not in one["location"]]
        left = old if indexes[0] == indexes[1] else new
    else:
        left = OURS.sub(b"", new)
        if name.endswith(".html"):
            old, left = (b"\n".join(part.findall(text)) for text in (old, left))
        old, left = (re.sub(rb"Build Date UTC : \S+ \S+", b"", text) for text in (old, left))  # of readthedocs
    lines = [
        [line.strip() for line in text.decode(errors="replace").split("\n") if line.strip()] for text in (old, left)
    ]
    yield from (
        line for line in difflib.unified_diff(*lines, n=0, lineterm="") if not line.startswith(("---", "+++", "@@"))
    )


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None: ...

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a page that was left asks for no more
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def changed_pixels(before: Path, after: Path, pages: Sequence[Path], pictures: Path, hidden: str) -> Iterator[str]:
    """Each page and screen whose picture is another one, with the place that differs."""
    with sync_playwright() as playwright, served(before) as old, served(after) as new:
        browser = playwright.chromium.launch(executable_path=executable(playwright), args=[*ARGUMENTS, *STEADY])
        for width, scheme in SCREENS:
            context = browser.new_context(
                viewport={"width": width, "height": 2400}, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            page.set_default_timeout(120_000)
            for path in pages:
                names = [
                    f"{path.as_posix().replace('/', '-')}-{width}-{scheme}-{label}.png" for label in ("before", "after")
                ]
                places = zip((old, new), names, strict=True)
                taken = [_picture(page, address + path.as_posix(), pictures / name, hidden) for address, name in places]
                box = _place_that_differs(*taken)
                if box:
                    yield f"{path}: other pixels at {width} px, {scheme}, within {box}: {pictures / names[1]}"
            context.close()
        browser.close()


def _picture(page: Page, address: str, target: Path, hidden: str) -> Image:
    page.goto(address, wait_until="load")
    page.add_style_tag(content=hidden)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=target, full_page=True, animations="disabled")
    with open_image(target) as picture:
        return picture.convert("RGB")


def _place_that_differs(before: Image, after: Image) -> tuple[int, int, int, int] | None:
    if before.size != after.size:
        return (0, 0, *after.size)
    return ImageChops.difference(before, after).getbbox()


def tried(name: str, site: Site, place: Path, *, pictures: bool) -> list[str]:
    """Everything of one site's own that is not as it was."""
    folder = place / name / "project"
    for path, text in site.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    run(folder, "git", "init", "--quiet", "--initial-branch=main")
    commit(folder)
    before = built(site, folder, "before")
    gained(folder)
    commit(folder)
    after = built(site, folder, "after")
    if not [*after.rglob("quality/reports/*")] and not [*after.rglob("quality/reports.html")]:
        return ["the section is not there"]
    found = [*differences(before, after, OWN_PART if site.automatic else WHOLE)]
    if pictures:
        own = sorted(path.relative_to(before) for path in before.rglob("*.html"))
        (place / name / "pictures").mkdir()
        found += changed_pixels(
            before, after, own, place / name / "pictures", HIDDEN + (NEIGHBOURS if site.automatic else "")
        )
    return found


def main(names: Sequence[str]) -> int:
    """Try the sites of these names, or all; the number of those that something happened to."""
    if Path(sys.prefix) != ENVIRONMENT and "--here" not in names:
        if not (ENVIRONMENT / "bin" / "mike").exists():
            venv.create(ENVIRONMENT, with_pip=True)
            subprocess.run(
                (ENVIRONMENT / "bin" / "pip", "install", "--quiet", "--editable", ROOT, *PLUGINS), check=True
            )
        return subprocess.run(
            (ENVIRONMENT / "bin" / "python", "-m", "tools.guests", *names), cwd=ROOT, check=False
        ).returncode
    wanted = [name for name in names if not name.startswith("-")] or [*SITES]
    place = Path(tempfile.mkdtemp(prefix="guests-"))
    failed = 0
    for name in wanted:
        try:
            found = tried(name, SITES[name], place, pictures="--no-pictures" not in names)
        except RuntimeError as error:
            found = [str(error)]
        verdict = "" if found else " as it was"
        click.echo("\n  ".join((f"{name}:{verdict}", *found[:40])))
        failed += bool(found)
    if failed:
        click.echo(f"\nThe sites and pictures are in {place}")
    else:
        shutil.rmtree(place)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

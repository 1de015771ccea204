"""All pages as plain Markdown files in a folder of their own, for other site generators and wikis."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from readiness.archive import Archive, own_folder
from readiness.render.pages.context import SiteContext
from readiness.render.pages.markdown_export import markdown_export
from readiness.render.pages.pages import build_data, build_pages, build_tests
from readiness.render.pages.routes import SourceRoutes
from readiness.report import Reports

MARK = ".readiness-render.json"
"""The file that says what was rendered into a folder."""


@dataclass(frozen=True)
class Rendered:
    """How much was written."""

    reports: int
    pages: int


def render(
    archive: Archive,
    reports: Reports,
    target: Path,
    *,
    readme: bool = False,
    overrides: tuple[Path, ...] = (),
) -> Rendered:
    """Write every page below `target`; what was rendered there before is replaced as a whole.

    The same archive and templates give the same bytes. `readme`: the page of each folder is its README.md.

    Raises UsageError where a template cannot be used, or `target` holds anything that was not rendered. Nothing is
    changed then.
    """
    links = SourceRoutes(readme=readme)
    context = SiteContext(archive, reports, links)
    pages = {links.url(page.path): markdown_export(page.markdown) for page in build_pages(context, overrides)}
    # The script of the tests page is not there, nor is what it reads.
    tests = {path: text for path, text in build_tests(context, overrides) if path.endswith(".csv")}
    files = pages | dict(build_data(context)) | tests
    with own_folder(target, archive, "render", _ours) as folder:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="\n")
        mark = {"written_by": "readiness render", "pages": sorted(files)}
        (folder / MARK).write_text(json.dumps(mark, indent=1) + "\n", encoding="utf-8", newline="\n")
    return Rendered(len(context.judgements), len(pages))


def _ours(place: Path) -> Callable[[str], object]:
    """The pages that the mark names, their folders, and the mark. Without it everything is foreign."""
    try:
        pages = json.loads((place / MARK).read_text(encoding="utf-8"))["pages"]
        ours = {MARK, *pages, *(parent.as_posix() for page in pages for parent in Path(page).parents)}
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    return ours.__contains__

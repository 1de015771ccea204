"""All pages as Markdown files in a folder of their own, for other site generators and wikis: plain, or rich."""

import html
import json
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from readiness.archive import Archive, own_folder
from readiness.render.pages.assets import explorer, plotly, script, style
from readiness.render.pages.context import SiteContext
from readiness.render.pages.inert import inert
from readiness.render.pages.markdown_export import markdown_export
from readiness.render.pages.pages import build_data, build_pages, build_tests, indexes
from readiness.render.pages.routes import Routes, SourceRoutes
from readiness.report import Reports

MARK = ".readiness-render.json"
"""The file that says what was rendered into a folder."""
NAVIGATION = "navigation.yml"
_ADDRESS = re.compile(r'(?<=\s)(href|src)="([^"]*)"')


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
    rich: bool = False,
    overrides: tuple[Path, ...] = (),
) -> Rendered:
    """Write every page below `target`; what was rendered there before is replaced as a whole.

    The same archive and templates give the same bytes. `readme`: the page of each folder is its README.md. `rich`: with
    HTML, charts, style sheet and scripts, for builders that resolve addresses in HTML against the source file.

    Raises UsageError where a template cannot be used, or `target` holds anything that was not rendered. Nothing is
    changed then.
    """
    context = SiteContext(archive, reports, Routes() if rich else SourceRoutes(readme=readme))
    pages = _rich(context, overrides) if rich else _plain(context, overrides)
    # The script of the tests page is not there in plain ones, nor is what it reads.
    tests = {path: text for path, text in build_tests(context, overrides) if rich or path.endswith(".csv")}
    files: dict[str, str | bytes] = {**pages, **dict(build_data(context)), **tests}
    if rich:
        files |= {one.path: one.content for one in (style(), script(), explorer(), plotly())} | {
            NAVIGATION: _navigation()
        }
    with own_folder(target, archive, "render", _ours) as folder:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text if isinstance(text, bytes) else text.encode())
        mark = {"written_by": "readiness render", "pages": sorted(files)}
        (folder / MARK).write_text(json.dumps(mark, indent=1) + "\n", encoding="utf-8", newline="\n")
    return Rendered(len(context.judgements), len(pages))


def _plain(context: SiteContext, overrides: tuple[Path, ...]) -> dict[str, str]:
    return {context.routes.url(page.path): markdown_export(page.markdown) for page in build_pages(context, overrides)}


def _rich(context: SiteContext, overrides: tuple[Path, ...]) -> dict[str, str]:
    pages = {page.path: page.markdown for page in build_pages(context, overrides)}
    sources = {context.routes.url(page).rstrip("/"): page for page in pages}
    return {path: _as_in_source(text, path, context.routes, sources) for path, text in pages.items()}


def _as_in_source(markdown: str, page: str, routes: Routes, sources: Mapping[str, str]) -> str:
    """The Markdown of `page`, whose links are those of `routes`; `sources`: address from the root -> source path.

    What scripts read stays as it is: they resolve it against the address of the page.
    """
    served, folder = posixpath.dirname(f"/{routes.url(page)}"), posixpath.dirname(page)

    def named(found: re.Match[str]) -> str:
        address, mark, anchor = html.unescape(found[2]).partition("#")
        if not address or ":" in address or address.startswith("/"):
            return found[0]
        there = posixpath.normpath(posixpath.join(served, address)).lstrip("/")
        source = posixpath.relpath(sources.get(there, there), folder or ".")
        return f'{found[1]}="{inert(source + mark + anchor)}"'

    return _ADDRESS.sub(named, markdown)


def _navigation() -> str:
    """The pages of the navigation with their titles, and what each page loads, as mkdocs.yml names them."""
    return yaml.safe_dump(
        {
            "nav": [{str(title): path} for title, path in indexes()],
            "extra_css": [style().path],
            "extra_javascript": [script().path],
        },
        sort_keys=False,
        allow_unicode=True,
    )


def _ours(place: Path) -> Callable[[str], object]:
    """The pages that the mark names, their folders, and the mark. Without it everything is foreign."""
    try:
        pages = json.loads((place / MARK).read_text(encoding="utf-8"))["pages"]
        ours = {MARK, *pages, *(parent.as_posix() for page in pages for parent in Path(page).parents)}
    except (OSError, ValueError, KeyError, TypeError):
        ours = set()
    return ours.__contains__

"""Addresses in the HTML of a page as its source file would name them, for builders that read them so.

What scripts read stays as it is: they resolve it against the address of the page.
"""

import html
import posixpath
import re
from collections.abc import Mapping

from readiness.render.pages.inert import inert
from readiness.render.pages.routes import Routes

_ADDRESS = re.compile(r'(?<=\s)(href|src)="([^"]*)"')


def as_in_source(markdown: str, page: str, routes: Routes, sources: Mapping[str, str]) -> str:
    """The Markdown of `page`, whose links are those of `routes`; `sources`: address from the root -> source path."""
    served, folder = posixpath.dirname(f"/{routes.url(page)}"), posixpath.dirname(page)

    def named(found: re.Match[str]) -> str:
        address, mark, anchor = html.unescape(found[2]).partition("#")
        if not address or ":" in address or address.startswith("/"):
            return found[0]
        there = posixpath.normpath(posixpath.join(served, address)).lstrip("/")
        source = posixpath.relpath(sources.get(there, there), folder or ".")
        return f'{found[1]}="{inert(source + mark + anchor)}"'

    return _ADDRESS.sub(named, markdown)


def sources_of(pages: Mapping[str, str], routes: Routes) -> dict[str, str]:
    """Address without the slash at its end -> source path, of these pages."""
    return {routes.url(page).rstrip("/"): page for page in pages}

"""What other plugins ask of ours: not to lose pages between languages, and not to fill the navigation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from mkdocs.structure.pages import Page

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.nav import Navigation

I18N = "i18n"
AWESOME_NAV = "awesome-nav"


def in_another_language(config: MkDocsConfig) -> bool:
    """True while mkdocs-static-i18n builds a language that is not the default one."""
    found = config.plugins.get(I18N)
    return getattr(found, "current_language", None) != getattr(found, "default_language", None)


def without_pages(nav: Navigation, paths: Collection[str]) -> None:
    """Take the pages at these paths out of a navigation, and the sections that held nothing else."""
    nav.items = _without(nav.items, paths)
    nav.pages = pages = [*_pages(nav.items)]
    for before, page, after in zip([None, *pages], pages, [*pages[1:], None], strict=False):
        page.previous_page, page.next_page = before, after


def _without(items: Sequence[Any], paths: Collection[str]) -> list[Any]:
    kept = []
    for item in items:
        if item.children:
            item.children = _without(item.children, paths)
        gone = item.children == [] or (isinstance(item, Page) and item.file.src_uri in paths)
        kept += [] if gone else [item]
    return kept


def _pages(items: Sequence[Any]) -> list[Page]:
    found = ([item] if isinstance(item, Page) else _pages(item.children or ()) for item in items)
    return [page for pages in found for page in pages]

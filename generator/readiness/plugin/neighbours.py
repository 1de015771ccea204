"""What other plugins ask of ours: not to lose pages between languages, and not to fill or order their navigation."""

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


def is_arranged(config: MkDocsConfig) -> bool:
    """True where the owner, another plugin or a hook has a say in the navigation."""
    return config.nav is not None or I18N in config.plugins or len(config.plugins.events["nav"]) > 1


def put_first(nav: Navigation, paths: Sequence[str]) -> None:
    """Move the pages at these paths, and the sections that begin with one of them, to the front, in this order."""
    places = {path: place for place, path in enumerate(paths)}

    def place(item: Any) -> int:
        first = next(iter(_pages([item])), None)
        return places.get(first.file.src_uri, len(places)) if first else len(places)

    nav.items.sort(key=place)
    _set_pages(nav)


def without_pages(nav: Navigation, paths: Collection[str]) -> None:
    """Take the pages at these paths out of a navigation, and the sections that held nothing else."""
    nav.items = _without(nav.items, paths)
    _set_pages(nav)


def _set_pages(nav: Navigation) -> None:
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

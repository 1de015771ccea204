"""What the theme makes of a page beside its text: configuration, theme, navigation and tools, as a digest."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from importlib.util import find_spec
from inspect import isclass, isfunction
from pathlib import Path, PurePath
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any

from mkdocs.plugins import BasePlugin
from mkdocs.structure.pages import Page

from readiness.results import digest, files_digest, release, sources_digest

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure import StructureItem
    from mkdocs.structure.nav import Navigation

log = logging.getLogger("mkdocs.plugins.readiness")

LIBRARIES = ("jinja2", "markdown", "markupsafe", "mkdocs", "mkdocs-material", "pygments", "pymdown-extensions")
_PACKAGES = ("markdown", "material", "mkdocs", "pymdownx", "pymdown_slugs")
"""Whose functions an option may name: what they do follows from the versions of `LIBRARIES`."""
_PURE = frozenset(
    re.findall(
        r"\w+",
        "abbr admonition attr_list codehilite def_list extra fenced_code footnotes legacy_attrs legacy_em "
        "md_in_html meta nl2br sane_lists smarty tables toc wikilinks",
    )
)
"""Markdown's own extensions; like those of pymdownx they are functions of the text and of their options."""

_EVENTS = ("pre_page", "page_read_source", "page_markdown", "page_content", "env", "page_context", "post_page")
"""Through which a plugin can change a page."""
MATERIAL_SEARCH = "material.plugins.search.plugin.SearchPlugin"
_READERS = (MATERIAL_SEARCH, "mkdocs.contrib.search.SearchPlugin")
"""Plugins that read pages and change none."""
_ELSEWHERE = re.compile(r"\b(?:nav|pages|build_date_utc|parent|ancestors|previous_page|next_page|children|plugins)\b")
"""What leads a template from its page to others, or to the clock."""
_PLACES = frozenset(
    re.findall(
        r"\w+",
        "config_file_path dev_addr docs_dir draft_docs exclude_docs hooks not_in_nav plugins remote_branch "
        "remote_name site_dir strict theme watch",
    )
)
"""Options that no page shows: they say where files lie and which are taken, or are told apart."""


class UnknownPart(Exception):
    """Something that a page may depend on is not understood: no page is kept."""


def site_fingerprint(config: MkDocsConfig, own: BasePlugin[Any]) -> str:
    """A digest of all that every page of a site depends on, its navigation apart.

    Raises UnknownPart, saying which, where a page may depend on more.
    """
    _require_known_plugins(config, own)
    _require_known_extensions(config)
    options = {name: value for name, value in config.items() if name not in _PLACES}
    # A hook stands among the plugins, as a module.
    plugins = [(name, named(type(one)), _plain(getattr(one, "config", None))) for name, one in config.plugins.items()]
    return digest(
        sys.version_info[:2],
        sources_digest(),
        [(name, release(name)) for name in LIBRARIES],
        _plain(options),
        plugins,
        {name: _plain(config.theme[name]) for name in sorted(config.theme) if name != "locale"},
        str(config.theme.locale),
        [_theme_folder(Path(folder)) for folder in config.theme.dirs],
    )


def navigation_fingerprint(nav: Navigation) -> str:
    """A digest of what pages show of the navigation. Titles are settled once all pages are read."""
    return digest([list(_items(nav.items)), nav.homepage.url if nav.homepage else None])


def _items(items: Iterable[StructureItem]) -> Iterator[object]:
    for item in items:
        told: list[object] = [type(item).__name__, item.title, getattr(item, "url", None)]
        if isinstance(item, Page):
            # What a page says of itself is no part of the navigation.
            told.append({name: _plain(one) for name, one in item.meta.items() if name not in ("title", "description")})
            told += [item.canonical_url, item.is_homepage]
        yield told, list(_items(getattr(item, "children", None) or ()))


def _require_known_plugins(config: MkDocsConfig, own: BasePlugin[Any]) -> None:
    for event in _EVENTS:
        for method in config.plugins.events[event]:
            plugin = getattr(method, "__self__", None)
            if plugin is not own and named(type(plugin)) not in _READERS:
                names = (f"plugin {name}" for name, one in config.plugins.items() if one is plugin)
                raise UnknownPart(next(names, f"hook {method.__module__}"))


def _require_known_extensions(config: MkDocsConfig) -> None:
    for name in config.markdown_extensions:
        plain = str(name).removeprefix("markdown.extensions.")
        reads_files = plain == "pymdownx.b64" or "auto_append" in (config.mdx_configs.get(name) or ())
        if reads_files or not (plain in _PURE or plain.startswith("pymdownx.")):
            raise UnknownPart(f"extension {name!s}")


def _theme_folder(folder: Path) -> str:
    """The templates of a folder: by the version of their package where they are MkDocs' or Material's."""
    if any(folder.is_relative_to(package) for package in _shipped()):
        return folder.name
    for template in folder.rglob("*"):
        if template.suffix in (".html", ".xml", ".jinja", ".j2") and _ELSEWHERE.search(
            template.read_text(encoding="utf-8", errors="replace")
        ):
            raise UnknownPart(f"template {template.relative_to(folder)}")
    return files_digest(folder)


def _shipped() -> Iterator[Path]:
    for package in ("mkdocs", "material"):
        spec = find_spec(package)
        yield from map(Path, spec.submodule_search_locations or () if spec else ())


def _plain(value: object) -> object:
    """A value as what prints the same in every process."""
    if value is None or isinstance(value, str | bytes | int | float):
        return value if type(value).__module__ == "builtins" or value is None else (type(value).__name__, str(value))
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return sorted((str(name), _plain(one)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted(map(repr, map(_plain, value)))
    if isinstance(value, partial):
        return [_plain(value.func), _plain(value.args), _plain(value.keywords)]
    if isfunction(value) or isclass(value) or isinstance(value, BuiltinFunctionType):
        return named(value)
    raise UnknownPart(f"option of type {type(value).__name__}")


def named(one: Any) -> str:
    """Where a function or class is from; raises UnknownPart for a function that may change without a new version."""
    if one.__module__.partition(".")[0] not in (*_PACKAGES, "builtins", "readiness") and isfunction(one):
        raise UnknownPart(f"function {one.__module__}.{one.__qualname__}")
    return f"{one.__module__}.{one.__qualname__}"

"""Generated pages as MkDocs builds them: what Markdown and the theme made of one is kept while nothing of it changes.

What Markdown makes of a page is kept by its text, what the theme makes of that by all that a theme shows of a site; see
`fingerprint`. Pages of the navigation, which tell of now, are made each time.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from readiness.plugin.blocks import Blocks
from readiness.results import digest, unpacked_text

if TYPE_CHECKING:
    from jinja2 import Template
    from mkdocs.config.defaults import MkDocsConfig

    from readiness.render.pages.pages import GeneratedPage
    from readiness.results import KeptTexts

Search = Any
"""Material's search plugin, whose index is a list of entries."""
_INCLUDES = "-8<-"
"""Marks where the extension `snippets` reads a file."""


class SitePage(Page):
    """A generated page; `adopt` makes one of the page that MkDocs has made."""

    generated: GeneratedPage
    _keep: KeptTexts
    _site: str
    _name: str
    """Of what Markdown made of it; empty where that is not kept."""
    _look: str
    """Of what the theme made of it; empty where that is not kept."""
    _kept: dict[str, Any] | None
    _shown: bytes | None
    _indexed: int
    output: str
    """The whole document, where it was kept."""

    def begin(self, generated: GeneratedPage, keep: KeptTexts, site: str) -> None:
        """Nothing is looked up yet."""
        self.generated, self._keep, self._site = generated, keep, site
        self._name, self._look, self._kept, self._shown, self._indexed, self.output = "", "", None, None, 0, ""

    @property
    def is_shown(self) -> bool:
        """True where what the theme made of it was kept."""
        return self._shown is not None

    def read_source(self, config: MkDocsConfig) -> None:
        """Take text and front matter, as they were read before where they are the same."""
        text = self.file.content_string
        is_kept = bool(self._site and self.generated.kind.parent) and not self.file.inclusion.is_excluded()
        self._name = digest(self._site, self.file.src_uri, text) if is_kept and _INCLUDES not in text else ""
        kept = self._keep.text(self._name) if self._name else None
        self._kept = json.loads(kept) if kept else None
        if self._kept is None:
            super().read_source(config)
        else:
            self.markdown, self.meta = text[self._kept["begins"] :], self._kept["meta"]

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Make HTML of the Markdown, as it was made before where that is the same."""
        if self._kept is not None:
            self.content, self.present_anchor_ids = self._kept["content"], set(self._kept["anchors"])
            self.toc = TableOfContents([_link(*one) for one in self._kept["toc"]])
            self.links_to_anchors = {self.file: self._kept["links"]}
            self._kept = None
            return
        blocks, asked, ours = Blocks(), _Asked(files), copy.copy(config)
        ours["markdown_extensions"] = [*config.markdown_extensions, blocks]
        super().render(ours, cast("Files", asked))
        self.present_anchor_ids = (self.present_anchor_ids or set()) | blocks.anchors
        if self._name and not asked.were:
            self._keep_content()

    def _keep_content(self) -> None:
        text = self.file.content_string
        kept = {
            "begins": len(text) - len(self.markdown or ""),
            "meta": dict(self.meta),
            "content": self.content,
            "anchors": sorted(self.present_anchor_ids or ()),
            "toc": [_told(one) for one in self.toc],
            "links": (self.links_to_anchors or {}).get(self.file, {}),
        }
        self._keep.keep(self._name, json.dumps(kept))

    def look_up(self, navigation: str, whole: Template) -> None:
        """Find what the theme made of the page before; all pages have been read. `whole` prints `page.output`."""
        if not self._name:
            return
        about, ancestors = self.generated, [(one.title, getattr(one, "url", None)) for one in self.ancestors]
        told = self.update_date, self.canonical_url, self.edit_url, about.title, about.description
        self._look = digest(self._name, navigation, ancestors, told)
        self._shown = self._keep.packed(self._look)
        if self._shown is not None:
            self.meta["template"] = whole

    def before_search(self, search: Search | None) -> None:
        """Take the document where it is kept: what the search took from its content then is kept beside it."""
        self._indexed = len(_entries(search))
        if self._shown is not None:
            self.output, entries = json.loads(unpacked_text(self._shown))
            if search is not None:
                self.content = ""
                _entries(search).extend(entries)
                self._indexed += len(entries)

    def after_search(self, search: Search | None) -> None:
        """Drop what the search made of no content."""
        if self._shown is not None:
            del _entries(search)[self._indexed :]

    def finish(self, document: str, search: Search | None) -> None:
        """Keep the whole document, with what the search took from it; let go of one that was kept."""
        self.output = ""
        if self._look and self._shown is None:
            self._keep.keep(self._look, json.dumps((document, _entries(search)[self._indexed :])))


def adopt(page: Page | None, generated: GeneratedPage, keep: KeptTexts, site: str) -> None:
    """Make a page that MkDocs has made one of ours, in its place; one that another plugin has made stays its own.

    `site`: the fingerprint of what all pages share; empty where nothing is kept.
    """
    if type(page) is Page:
        # MkDocs makes them, with the title and place that the navigation gives: no event hands over a class of ours.
        page.__class__ = SitePage
        cast("SitePage", page).begin(generated, keep, site)


class _Asked:
    """The files of a site, and whether a page has asked for one: then its HTML depends on them."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.were = False

    def get_file_from_path(self, path: str) -> File | None:
        self.were = True
        return self._files.get_file_from_path(path)

    def __getattr__(self, name: str) -> Any:
        self.were = True
        return getattr(self._files, name)


def _entries(search: Search | None) -> list[Any]:
    """What the search has taken so far."""
    return search.search_index.entries if search is not None else []


def _told(link: AnchorLink) -> tuple[Any, ...]:
    return link.title, link.id, link.level, [_told(one) for one in link.children]


def _link(title: str, name: str, level: int, children: Iterable[Any]) -> AnchorLink:
    made = AnchorLink(title, name, level)
    made.children = [_link(*one) for one in children]
    return made

"""Generated pages become MkDocs files; nothing of what they say is decided here."""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mkdocs.config import base
from mkdocs.config import config_options as c
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.utils import meta

from readiness.archive import Archive, is_address, mirrored
from readiness.assessment import assess
from readiness.errors import ReadinessError, UsageError
from readiness.phrases import KeptBytecode, say, worded_by, words_of
from readiness.plugin import site_files
from readiness.plugin.fingerprint import (
    LIBRARIES,
    MATERIAL_SEARCH,
    UnknownPart,
    named,
    navigation_fingerprint,
    site_fingerprint,
)
from readiness.plugin.kept_pages import Search, SitePage, adopt
from readiness.plugin.landmarks import in_language, name_landmarks
from readiness.plugin.neighbours import AWESOME_NAV, I18N, in_another_language, is_arranged, put_first, without_pages
from readiness.plugin.open_graph import with_preview
from readiness.plugin.searchable import apart, set_separator
from readiness.render.pages import assets, routes
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import GeneratedPage, build_data, build_pages, build_tests, build_twins
from readiness.render.site_index import build_index
from readiness.report import Reports
from readiness.results import KeptTexts, cache_folder, release

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

log = logging.getLogger("mkdocs.plugins.readiness")


DEFAULT_HISTORY = "history"


class ReadinessConfig(base.Config):
    """Options of the plugin."""

    history = c.Type(str, default=DEFAULT_HISTORY)
    """Folder of the archive, relative to mkdocs.yml; or its address, `s3://bucket/prefix`."""

    strict = c.Type(bool, default=True)
    """True: the build fails on a damaged archive. False: the rest is built, and the home page says what is missing."""

    path = c.Type(str, default="")
    """Folder of the site below which everything lies, as a guest: home page, search and 404 stay the owner's."""

    templates = c.Optional(c.Type(str))
    """Folder of templates that stand before ours, file by file, relative to mkdocs.yml."""


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for garbage seldom, as commands do: nearly all that reports are made of stays until the build ends."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class ReadinessPlugin(BasePlugin[ReadinessConfig]):
    """Generates home, reports, releases, blockers and trends from the archive."""

    only: SiteContext | None = None
    """Set by `readiness publish` while it builds: the site of one version, judged already."""

    def __init__(self) -> None:
        """Nothing is read before MkDocs asks for files."""
        self._pages: dict[str, GeneratedPage] = {}
        self._date: str | None = None
        self._serving = False
        self._texts = self._rendered = KeptTexts(None)
        self._site: str | None = None
        """The fingerprint of what all pages share, once it is known; empty where nothing is kept."""
        self._nav: Navigation | None = None
        self._search: Search | None = None
        self._language = "en"
        """That of our words."""
        self._elsewhere = False
        """True while another language is built: our pages are there already, in the default one, and stay."""

    @property
    def base(self) -> str:
        """The folder for everything, `quality/`; empty at the root of the site."""
        return "".join(f"{part}/" for part in self.config.path.split("/") if part)

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Keep this object over the rebuilds of `mkdocs serve`, whose addresses are nothing to cite."""
        self._serving = command == "serve"

    @event_priority(100)  # before the search plugin takes its options for settled
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Add our style sheet, before those of the site, and our script; let the search split names of tests."""
        _require_folder(self.config.path, config)
        if not self.base:
            set_separator(config)
        config.extra_css.insert(0, self.base + assets.style().path)
        config.extra_javascript.append(self.base + assets.script().path)
        return config

    @event_priority(50)
    def _early(self, files: Files, *, config: MkDocsConfig) -> Files:
        return files if I18N in config.plugins else self._with_ours(files, config)

    @event_priority(-150)  # mkdocs-static-i18n, at -100, drops pages that do not lie in docs/
    def _late(self, files: Files, *, config: MkDocsConfig) -> Files:
        if I18N in config.plugins:
            files = self._with_ours(files, config)
        if config.nav is not None and AWESOME_NAV not in config.plugins:
            # Whoever names pages need not name all of ours: with `omitted_files: warn` a strict build would end.
            for path in self._pages:
                file = files.get_file_from_path(path)
                if file:
                    file.inclusion = InclusionLevel.NOT_IN_NAV
        return files

    on_files = CombinedEvent(_early, _late)

    @_few_collections()
    def _with_ours(self, files: Files, config: MkDocsConfig) -> Files:
        """Add the generated pages; a hand-written index.md becomes the text below the verdict."""
        self._elsewhere = in_another_language(config)
        project = Path(config.config_file_path or "mkdocs.yml").absolute().parent
        cache = cache_folder(project)
        self._texts, self._rendered, self._site = KeptTexts(cache / "texts"), KeptTexts(cache / "rendered"), None
        try:
            self._require_folders(project)
            context = self._context(project, cache, config)
            overrides = self.overrides(project)
            if not self.base and not self._elsewhere:
                context = replace(context, home_text=_take_home_text(files))
            folder = cache / "pages" / (routes.folder_name(context.version) if context.version else "rolling")
            there = {file.dest_uri: file for file in files}
            self._pages = {}
            for page in build_pages(context, overrides, self._texts):
                if page.path != routes.HOME or self.base or not self._elsewhere:  # the home of a language stays
                    self._add(files, config, page, folder, there)
                    self._pages[self.base + page.path] = replace(page, markdown="")  # a file holds it
            with worded_by(words_of(*overrides)):
                self._language = say("language")
            beside = build_tests(context, overrides), build_index(context, overrides)
            twins = build_twins(context, overrides, self._texts)
            for path, content in chain(build_data(context), twins, *beside):
                files.append(site_files.beside(config, folder, self.base + path, content))
        except ReadinessError as error:
            raise PluginError(f"readiness: {error.line}") from error
        if context.now:
            self._date = f"{context.now.verdict.as_of:%Y-%m-%d}"
        for asset in (assets.style(), assets.script(), assets.explorer(), assets.plotly()):
            files.append(File.generated(config, self.base + asset.path, content=asset.content))
        return files

    def _require_folders(self, project: Path) -> None:
        """A folder that was named must be there; history/ may be missing until the first run is archived."""
        for option, name in (("history", self.config.history), ("templates", self.config.templates)):
            if is_address(name or ""):
                continue
            if name and name != DEFAULT_HISTORY and not (project / name).is_dir():
                remedy = f"Correct the plugin's option `{option}` in mkdocs.yml, or create the folder"
                raise UsageError("no such folder", path=project / name, remedy=remedy)

    def overrides(self, project: Path) -> tuple[Path, ...]:
        """The folders of templates that stand before ours."""
        return (project / self.config.templates,) if self.config.templates else ()

    def history(self, project: Path) -> Path:
        """The folder of the archive; where it lies in an object store, the one that mirrors it, as it is now."""
        named = self.config.history
        return mirrored(named, cache_folder(project)) if is_address(named) else project / named

    def _context(self, project: Path, cache: Path, config: MkDocsConfig) -> SiteContext:
        if self.only:
            return self.only
        archive = Archive(self.history(project), cache)
        assessed = assess(archive, cache, strict=self.config.strict)
        reports = Reports(assessed, archive, self._texts) if self.config.strict else Reports(assessed)
        # mike writes the address of a version without a slash at its end.
        root = "" if self._serving or not config.site_url else f"{config.site_url.rstrip('/')}/{self.base}"
        links = routes.Routes(config.use_directory_urls, root=root, base=self.base)
        context = SiteContext(archive, reports, links, project=project)
        for line in context.missing:
            # Not a warning: `strict: false` asks for the rest of the site, and the pages say what is missing.
            log.info("readiness: left out: %s", line)
        return context

    def _add(
        self, files: Files, config: MkDocsConfig, page: GeneratedPage, folder: Path, there: Mapping[str, File]
    ) -> None:
        """Add a page; one of `there`, by address, that would be written to the same place makes room for it."""
        path = self.base + page.path
        made = site_files.generated(config, folder, path, page.markdown)
        made.inclusion = InclusionLevel.NOT_IN_NAV if page.kind.parent else InclusionLevel.UNDEFINED
        old = there.get(made.dest_uri)
        if old is not None and self.base:
            problem = f"{old.src_uri} has the address of a generated page, {path}"
            raise PluginError(f"readiness: {problem}. Rename it, or choose another `path` for the plugin in mkdocs.yml")
        if old is not None and old.src_uri == path:
            log.warning("readiness: %s is generated; rename the hand-written page of that name", path)
        elif old is not None:
            log.warning("readiness: %s has the address of a generated page, %s; rename it", old.src_uri, path)
        if old is not None:
            files.remove(old)
        files.append(made)

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Hang each report, release and blocker below its index, without a place in the navigation; order the rest."""
        if not self.base and not is_arranged(config):
            put_first(nav, [path for path, page in self._pages.items() if page.kind.parent is None])
        if "literate-nav" in config.plugins:  # whose wildcards take all pages, 1,000 reports too
            without_pages(nav, {path for path, page in self._pages.items() if page.kind.parent})
        for path, generated in self._pages.items():
            if generated.kind.parent is None:
                continue
            file = files.get_file_from_path(path)
            parent = files.get_file_from_path(self.base + generated.kind.parent)
            if file and file.page and parent and parent.page:
                # Where no `nav` is written, the index stands first in a section of its name, which would be told twice.
                section = parent.page.parent
                stands_first = section is not None and section.children[0] is parent.page
                # MkDocs types parents as sections; all it asks of them is `parent`, `active` and a title.
                file.page.parent = section if stands_first else parent.page  # type: ignore[assignment]
        self._nav = nav
        return nav

    @event_priority(-100)  # when all is settled that pages depend on
    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        """Date each page by what it tells of, not by the clock: the same archive gives the same site on any day."""
        generated = self._pages.get(page.file.src_uri)
        if generated and generated.date:
            page.update_date = f"{generated.date:%Y-%m-%d}"
        elif self._date and not self.base:
            page.update_date = self._date
        if generated:
            if self._site is None:
                self._site = self._fingerprint(config)
            adopt(page, generated, self._rendered, self._site)
        return page

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Keep the sidebar on generated pages where the theme has no tabs."""
        if page.file.src_uri in self._pages and "navigation.tabs" not in config.theme.get("features", ()):
            page.meta.pop("hide", None)

    def _fingerprint(self, config: MkDocsConfig) -> str:
        try:
            return site_fingerprint(config, self)
        except UnknownPart as error:
            log.info("readiness: all pages are rendered again: they may depend on more than is known of %s", error)
            return ""

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Keep words apart for the search, on pages that it reads."""
        generated = self._pages.get(page.file.src_uri)
        return apart(html) if generated and generated.kind.is_searched else html

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Compile the theme's templates once, and find what they made of pages that stay as they are."""
        # Where other plugins have their say, they may change how the theme is compiled.
        keep = self._texts if self._site else KeptTexts(None)
        env.bytecode_cache = env.bytecode_cache or KeptBytecode(keep, "theme", *map(release, LIBRARIES))
        search = config.plugins.get("material/search")
        self._search = search if search and named(type(search)) == MATERIAL_SEARCH and search.config.enabled else None
        whole = env.from_string("{{ page.output | safe }}")
        navigation = navigation_fingerprint(self._nav) if self._site and self._nav else ""
        for path in self._pages:
            page = getattr(files.get_file_from_path(path), "page", None)
            if navigation and isinstance(page, SitePage):
                page.look_up(navigation, whole)
        return env

    @event_priority(100)
    def _before_search(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        if isinstance(page, SitePage):
            page.before_search(self._search)
        return context

    @event_priority(-100)
    def _after_search(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        if isinstance(page, SitePage):
            page.after_search(self._search)
        return context

    on_page_context = CombinedEvent(_before_search, _after_search)

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Name what Material leaves nameless, and tell what shows links what a generated page is about."""
        generated = self._pages.get(page.file.src_uri)
        if generated and self._elsewhere:
            return ""  # MkDocs writes nothing then
        if isinstance(page, SitePage) and page.is_shown:
            page.finish(output, self._search)
            return output
        document = name_landmarks(output) if generated or not self.base else output
        if generated:
            document = with_preview(document, generated, config.site_name, page.canonical_url)
            document = in_language(document, self._language, str(config.theme.get("language") or config.theme.locale))
        if isinstance(page, SitePage):
            page.finish(document, self._search)
        return document

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Let go of what no build has used for long."""
        for kept in (self._texts, self._rendered):
            kept.tidy()

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Name the same on 404.html."""
        return output_content if self.base else name_landmarks(output_content)

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: object) -> LiveReloadServer:
        """Rebuild when a run is archived or judged, or a template changes."""
        project = Path(config.config_file_path).absolute().parent
        watched = [self.config.history, self.config.templates]
        if is_address(self.config.history):
            del watched[0]
        else:
            with suppress(OSError):
                # Only a folder that is there can be watched, and the first run may be archived while this serves.
                (project / self.config.history).mkdir(exist_ok=True)
        for folder in watched:
            if folder and (project / folder).is_dir():
                server.watch(str(project / folder))
        return server


def _require_folder(path: str, config: MkDocsConfig) -> None:
    """Raise PluginError where the option `path` names no folder of a site."""
    if any(part.startswith(".") or not re.fullmatch(r"[\w.-]+", part) for part in path.split("/") if part):
        remedy = "Write it like `quality`, or leave it out"
        raise PluginError(f"readiness: {config.config_file_path}: `path: {path}` is no folder of a site. {remedy}")


def _take_home_text(files: Files) -> str:
    """The body of a hand-written index.md, which makes room for the generated page."""
    home = files.get_file_from_path(routes.HOME)
    if home is None:
        return ""
    files.remove(home)
    text, _ = meta.get_data(home.content_string)
    return text

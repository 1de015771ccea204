"""Generated pages become MkDocs files; nothing of what they say is decided here."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mkdocs.config import base
from mkdocs.config import config_options as c
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.utils import meta

from readiness.archive import Archive, is_address, mirrored
from readiness.assessment import assess
from readiness.errors import ReadinessError, UsageError
from readiness.plugin.bytecode import COMPILED
from readiness.plugin.landmarks import name_landmarks
from readiness.plugin.open_graph import with_preview
from readiness.plugin.searchable import apart, set_separator
from readiness.render.pages import assets, routes
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import GeneratedPage, build_data, build_pages
from readiness.render.site_index import build_index
from readiness.report import Reports
from readiness.results import cache_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.plugins.readiness")


DEFAULT_HISTORY = "history"


class ReadinessConfig(base.Config):
    """Options of the plugin."""

    history = c.Type(str, default=DEFAULT_HISTORY)
    """Folder of the archive, relative to mkdocs.yml; or its address, `s3://bucket/prefix`."""

    strict = c.Type(bool, default=True)
    """True: the build fails on a damaged archive. False: the rest is built, and the home page says what is missing."""

    templates = c.Optional(c.Type(str))
    """Folder of templates that stand before ours, file by file, relative to mkdocs.yml."""


class ReadinessPlugin(BasePlugin[ReadinessConfig]):
    """Generates home, reports, releases, blockers and trends from the archive."""

    only: SiteContext | None = None
    """Set by `readiness publish` while it builds: the site of one version, judged already."""

    def __init__(self) -> None:
        """Nothing is read before MkDocs asks for files."""
        self._pages: dict[str, GeneratedPage] = {}
        self._date: str | None = None
        self._serving = False

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Keep this object over the rebuilds of `mkdocs serve`, whose addresses are nothing to cite."""
        self._serving = command == "serve"

    @event_priority(100)  # before the search plugin takes its options for settled
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Add our style sheet and script, and let the search split names of tests."""
        set_separator(config)
        config.extra_css.append(assets.style().path)
        config.extra_javascript.append(assets.script().path)
        return config

    @event_priority(50)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the generated pages; a hand-written index.md becomes the text below the verdict."""
        project = Path(config.config_file_path or "mkdocs.yml").absolute().parent
        cache = cache_folder(project)
        try:
            self._require_folders(project)
            context = self._context(project, cache, config)
            overrides = (project / self.config.templates,) if self.config.templates else ()
            pages = list(build_pages(replace(context, home_text=_take_home_text(files)), overrides))
            folder = cache / "pages" / (routes.folder_name(context.version) if context.version else "rolling")
            for path, content in (*build_data(context), *build_index(context)):
                files.append(_generated(config, folder, path, content))
        except ReadinessError as error:
            raise PluginError(f"readiness: {error.line}") from error
        if context.now:
            self._date = f"{context.now.verdict.as_of:%Y-%m-%d}"
        self._pages = {page.path: page for page in pages}
        there = {file.dest_uri: file for file in files}
        for page in pages:
            self._add(files, config, page, folder, there)
        for asset in (assets.style(), assets.script(), assets.plotly()):
            files.append(File.generated(config, asset.path, content=asset.content))
        return files

    def _require_folders(self, project: Path) -> None:
        """A folder that was named must be there; history/ may be missing until the first run is archived."""
        for option, name in (("history", self.config.history), ("templates", self.config.templates)):
            if is_address(name or ""):
                continue
            if name and name != DEFAULT_HISTORY and not (project / name).is_dir():
                remedy = f"Correct the plugin's option `{option}` in mkdocs.yml, or create the folder"
                raise UsageError("no such folder", path=project / name, remedy=remedy)

    def history(self, project: Path) -> Path:
        """The folder of the archive; where it lies in an object store, the one that mirrors it, as it is now."""
        named = self.config.history
        return mirrored(named, cache_folder(project)) if is_address(named) else project / named

    def _context(self, project: Path, cache: Path, config: MkDocsConfig) -> SiteContext:
        if self.only:
            return self.only
        archive = Archive(self.history(project), cache)
        reports = Reports(assess(archive, cache, strict=self.config.strict))
        root = "" if self._serving else config.site_url or ""
        links = routes.Routes(config.use_directory_urls, root=root)
        context = SiteContext(archive, reports, links, project=project)
        for line in context.missing:
            # Not a warning: `strict: false` asks for the rest of the site, and the pages say what is missing.
            log.info("readiness: left out: %s", line)
        return context

    def _add(
        self, files: Files, config: MkDocsConfig, page: GeneratedPage, folder: Path, there: Mapping[str, File]
    ) -> None:
        """Add a page; one of `there`, by address, that would be written to the same place makes room for it."""
        made = _generated(config, folder, page.path, page.markdown)
        made.inclusion = InclusionLevel.NOT_IN_NAV if page.kind.parent else InclusionLevel.UNDEFINED
        old = there.get(made.dest_uri)
        if old is not None and old.src_uri == page.path:
            log.warning("readiness: %s is generated; rename the hand-written page of that name", page.path)
        elif old is not None:
            log.warning("readiness: %s has the address of a generated page, %s; rename it", old.src_uri, page.path)
        if old is not None:
            files.remove(old)
        files.append(made)

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Hang each report, release and blocker below its index, without a place in the navigation."""
        for path, generated in self._pages.items():
            if generated.kind.parent is None:
                continue
            file, parent = files.get_file_from_path(path), files.get_file_from_path(generated.kind.parent)
            if file and file.page and parent and parent.page:
                # Where no `nav` is written, the index stands first in a section of its name, which would be told twice.
                section = parent.page.parent
                stands_first = section is not None and section.children[0] is parent.page
                # MkDocs types parents as sections; all it asks of them is `parent`, `active` and a title.
                file.page.parent = section if stands_first else parent.page  # type: ignore[assignment]
        return nav

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Compile the theme's templates once a process: `publish` and `serve` build many times."""
        env.bytecode_cache = env.bytecode_cache or COMPILED
        return env

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        """Date each page by what it tells of, not by the clock: the same archive gives the same site on any day."""
        generated = self._pages.get(page.file.src_uri)
        if generated and generated.date:
            page.update_date = f"{generated.date:%Y-%m-%d}"
        elif self._date:
            page.update_date = self._date
        return page

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Keep words apart for the search, on pages that it reads."""
        generated = self._pages.get(page.file.src_uri)
        return apart(html) if generated and generated.kind.is_searched else html

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Name what Material leaves nameless, and tell what shows links what a generated page is about."""
        generated = self._pages.get(page.file.src_uri)
        named = name_landmarks(output)
        return with_preview(named, generated, config.site_name, page.canonical_url) if generated else named

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Name the same on 404.html."""
        return name_landmarks(output_content)

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


def _take_home_text(files: Files) -> str:
    """The body of a hand-written index.md, which makes room for the generated page."""
    home = files.get_file_from_path(routes.HOME)
    if home is None:
        return ""
    files.remove(home)
    text, _ = meta.get_data(home.content_string)
    return text


def _generated(config: MkDocsConfig, folder: Path, path: str, content: str) -> File:
    """A file of the site that lies in the cache's folder; in memory where that cannot be written."""
    target = folder / path
    try:
        _write_changed(target, content)
    except OSError:
        return File.generated(config, path, content=content)
    return File.generated(config, path, abs_src_path=str(target))


def _write_changed(path: Path, content: str) -> None:
    """Write only what differs, so that nothing that watches the folder wakes for nothing."""
    encoded = content.encode()
    if path.is_file() and path.read_bytes() == encoded:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded)

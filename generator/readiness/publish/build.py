"""MkDocs, as it builds the frozen site of one version after the other."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException

from readiness.archive import Archive
from readiness.assessment import assess
from readiness.errors import ReadinessError, UsageError
from readiness.plugin import ReadinessPlugin
from readiness.publish.shared import share
from readiness.publish.target import require_target
from readiness.render.pages.context import Published, SiteContext
from readiness.render.pages.routes import LATEST, Routes, folder_name
from readiness.render.site_index import build_index
from readiness.report import Reports
from readiness.results import KeptTexts, cache_folder


class Builder:
    """Builds the site of one version at a time; raises UsageError where MkDocs cannot use its configuration."""

    def __init__(self, config_file: Path) -> None:
        self._file = config_file
        config = _load(config_file)
        self._config, self._plugin = config, _plugin_of(config, config_file)

    @property
    def history(self) -> str:
        """The folder of the archive, relative to the configuration."""
        return self._plugin.config.history

    @property
    def base(self) -> str:
        """The plugin's option `path`, with a slash at its end; empty at the root of the site."""
        return self._plugin.base

    def require(self, target: Path) -> None:
        """Raise UsageError where publishing to `target` would lie in the way of something, or overwrite it."""
        require_target(target, self._file.parent, self._config, self._plugin)

    def judged(self, archive: Archive) -> Reports:
        """The judgements of the archive, each made when it is asked for."""
        cache = cache_folder(self._file.parent)
        return Reports(assess(archive, cache), archive, KeptTexts(cache / "texts"))

    def index(self, archive: Archive, reports: Reports, target: Path, versions: Collection[str]) -> dict[str, str]:
        """What machines read beside the frozen sites of `versions` in `target`: name -> content."""
        links = Routes(self._config.use_directory_urls, root=self._config.site_url or "", base=self.base)
        site = SiteContext(archive, reports, links, published=Published(target, frozenset(versions)))
        return dict(build_index(site, self._plugin.overrides(self._file.parent)))

    def build(
        self, built: Path, version: str, archive: Archive, reports: Reports, elsewhere: Mapping[str, str]
    ) -> dict[str, bytes]:
        """Build the site of a version; what it shares with others: path beside the versions -> content.

        `elsewhere`: the pages of other versions and their folders, as Routes wants them.
        """
        config = _load(self._file, site_dir=str(built))
        plugin = _plugin_of(config, self._file)
        if config.site_url:
            config.site_url = f"{config.site_url.rstrip('/')}/{folder_name(version)}/"
        address = config.site_url or ""
        root = address and address + plugin.base
        links = Routes(config.use_directory_urls, elsewhere, root, plugin.base)
        plugin.only = SiteContext(archive, reports, links, version)
        config.extra["version"] = {"provider": "mike", "default": LATEST}
        try:
            config.plugins.on_startup(command="build", dirty=False)
            build(config)
            config.plugins.on_shutdown()
        except (Abort, MkDocsException) as error:
            remedy = "Run `mkdocs build --strict` to see the same, and fix what it names"
            problem = f"MkDocs cannot build version {version}: {error}"
            raise ReadinessError(problem, path=self._file, remedy=remedy) from error
        finally:
            # MkDocs keeps the plugin for later builds in this process.
            plugin.only = None
        if "" in elsewhere.values():
            _drop_empty_links(built)
        return share(built, [Path(folder) for folder in config.theme.dirs], address)


def _drop_empty_links(built: Path) -> None:
    """Leave the text alone where a link would lead to what is not published: an empty address is that of the page."""
    for page in built.rglob("*.html"):
        text = page.read_bytes()
        page.write_bytes(re.sub(rb"""(<a\b[^>]*?)\shref=(?:""|''|(?=>))""", rb"\1", text))


def _load(config_file: Path, **options: str) -> MkDocsConfig:
    try:
        return load_config(str(config_file), **options)
    except (Abort, MkDocsException) as error:
        raise UsageError(f"MkDocs cannot read it: {error}", path=config_file, remedy="Fix the configuration") from error


def _plugin_of(config: MkDocsConfig, config_file: Path) -> ReadinessPlugin:
    plugin = config.plugins.get("readiness")
    if not isinstance(plugin, ReadinessPlugin):
        raise UsageError("does not use the plugin", path=config_file, remedy="Add `readiness` under `plugins:`")
    return plugin

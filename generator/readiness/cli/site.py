"""Where the pages of a published site lie: the options that say it, and the permanent address of each page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from readiness.cli.options import http_site

if TYPE_CHECKING:
    from yaml import Node, SafeLoader

site = click.option(
    "--site",
    "address",
    callback=http_site,
    metavar="URL",
    help="Address of the site (default: `site_url` of mkdocs.yml).",
)
rolling = click.option(
    "--rolling", is_flag=True, help="The site comes from `mkdocs build` (default: from `readiness publish`)."
)


@dataclass(frozen=True)
class Site:
    """The address of a site, empty where nobody says it, and how its pages are named."""

    root: str
    directory_urls: bool = True
    rolling: bool = False
    base: str = ""
    """The plugin's option `path`."""

    @classmethod
    def at(cls, address: str, history: Path, *, rolling: bool) -> Self:
        """As the option says, else as mkdocs.yml beside the archive does."""
        config = mkdocs_values(history.absolute().parent / "mkdocs.yml")
        root = address or http_site(None, None, config.get("site_url") or None)
        return cls(root, config.get("use_directory_urls") is not False, rolling, base_of(config))

    def page(self, page: str, version: str) -> str:
        """The permanent address of a page, or of a file, about a version; empty where the site is not known."""
        from readiness.render.pages.routes import Routes, folder_name

        folder = self.base if self.rolling else f"{folder_name(version)}/{self.base}"
        return self.root and Routes(self.directory_urls, root=f"{self.root}/{folder}").address(page)


def base_of(config: Mapping[str, Any]) -> str:
    """The folder that the plugin's option `path` names in the values of mkdocs.yml, with a slash at its end."""
    plugins = config.get("plugins") or ()
    named = plugins.items() if isinstance(plugins, dict) else [item for one in plugins for item in _items(one)]
    options = dict(named).get("readiness") or {}
    parts = str(options.get("path") or "").split("/") if isinstance(options, dict) else []
    return "".join(f"{part}/" for part in parts if part)


def _items(plugin: Any) -> list[tuple[str, Any]]:
    return [*plugin.items()] if isinstance(plugin, dict) else [(str(plugin), {})]


def mkdocs_values(path: Path) -> dict[str, Any]:
    """The plain values of mkdocs.yml; empty where there is none. What tags of its own stand for is not asked."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    def nothing(loader: SafeLoader, suffix: str, node: Node) -> None:
        return None

    Loader.add_multi_constructor("", nothing)
    try:
        found = yaml.load(path.read_bytes(), Loader)
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}

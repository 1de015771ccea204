"""Where the pages of a published site lie: the options that say it, and the permanent address of each page."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from readiness.cli.options import http_site

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


def site_at(address: str, history: Path, *, rolling: bool) -> Callable[[str, str], str]:
    """(source path of a page or path of a file, version it is about) -> permanent address; empty if nobody says where.

    The site lies where the option says, else where mkdocs.yml beside the archive does.
    """
    from readiness.render.pages.routes import Routes, folder_name

    config = mkdocs_values(history.absolute().parent / "mkdocs.yml")
    root, base = address or http_site(None, None, config.get("site_url") or None), base_of(config)

    def page(path: str, version: str) -> str:
        folder = base if rolling else f"{folder_name(version)}/{base}"
        routes = Routes(config.get("use_directory_urls") is not False, root=f"{root}/{folder}")
        return root and routes.address(path)

    return page


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

    Loader.add_multi_constructor("", lambda *_: None)
    try:
        found = yaml.load(path.read_bytes(), Loader)
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}

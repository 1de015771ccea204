"""Which folders `publish` may write to: those that are new, hold files beside which it can lie, or are its own."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from readiness.errors import UsageError
from readiness.plugin import ReadinessPlugin
from readiness.publish.aliases import is_redirect
from readiness.render.pages.routes import LATEST

_ANOTHER = "Choose another folder with --to, such as public"


def require_target(target: Path, project: Path, config: MkDocsConfig, plugin: ReadinessPlugin) -> None:
    """Raise UsageError where publishing to `target` would lie in the way of something, or overwrite it."""
    target, project = target.resolve(), project.resolve()
    if project == target or project.is_relative_to(target):
        raise UsageError("contains the project itself", path=target, remedy=_ANOTHER)
    theme = [Path(config.theme.custom_dir)] if config.theme.custom_dir else []
    folders = [
        (plugin.history(project), "the archive"),
        (Path(config.docs_dir), "the hand-written pages"),
        (Path(config.site_dir), "what `mkdocs build` writes, which empties it each time"),
        *((folder, "templates") for folder in theme),
        *((project / name, "templates") for name in (plugin.config.templates,) if name),
    ]
    for folder, what in folders:
        if target.is_relative_to(folder.resolve()):
            raise UsageError(f"is the folder of {what}", path=target, remedy=_ANOTHER)
    _require_own_pages(target)


def _require_own_pages(target: Path) -> None:
    """What publishing writes beside the versions must be its own or not there; index.html comes first of it."""
    index, versions = target / "index.html", target / "versions.json"
    remedy = "Move it away, or choose another folder with --to"
    for page in (index, target / LATEST / "index.html"):
        if page.exists() and not is_redirect(page):
            raise UsageError("was not published by this command", path=page, remedy=remedy)
    if versions.exists() and not index.exists():
        raise UsageError("was not published by this command", path=versions, remedy=remedy)

"""Builds the frozen site of each version that has gained runs or judgements, and leaves the others alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException

from readiness import TOOL
from readiness.archive import Archive, replace_file, version_order
from readiness.assessment import assess
from readiness.errors import ReadinessError, UsageError
from readiness.plugin import ReadinessPlugin
from readiness.publish.aliases import redirect, versions_json, write_alias
from readiness.publish.freeze import place, record, recorded
from readiness.publish.mkdocs_warnings import warnings_once
from readiness.publish.target import require_target
from readiness.render.pages.context import SiteContext
from readiness.render.pages.routes import LATEST, Routes, folder_name, release_page, report_page
from readiness.report import Reports
from readiness.results import cache_folder


@dataclass(frozen=True)
class Publication:
    """What a call has published: every version, highest first, and the one that `latest` leads to."""

    versions: tuple[Published, ...]
    latest: str


@dataclass(frozen=True)
class Published:
    """What became of each version: built for the first time, grown, built anew, or left as it was."""

    version: str
    folder: str
    what: str


def publish(
    config_file: Path,
    target: Path,
    *,
    rebuild: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Publication:
    """Publish every version of the archive under `target`, highest first.

    Raises ReadinessError where the archive is damaged or MkDocs cannot build.
    """
    # MkDocs takes relative paths for relative to its configuration, not to the caller.
    config_file, target = config_file.absolute(), target.absolute()
    config = _load(config_file)
    project, plugin = config_file.parent, _plugin(config, config_file)
    require_target(target, project, config, plugin)
    archive = Archive(project / plugin.config.history, cache_folder(project))
    reports = Reports(assess(archive, archive.cache))
    for run in archive.runs:
        reports.latest_of(run)
    latest = archive.latest()
    if latest is None:
        raise UsageError(
            "holds no run", path=archive.root, remedy="Archive one: `readiness archive FILES… --version V`"
        )
    versions = sorted({run.manifest.version for run in archive.runs.values()}, key=version_order, reverse=True)
    _refuse_clashes(versions)
    target.mkdir(parents=True, exist_ok=True)
    found = []
    with warnings_once():
        for done, version in enumerate(versions):
            progress(done, len(versions))
            what = _publish_version(config_file, target, version, archive, reports, rebuild=rebuild)
            found.append(Published(version, folder_name(version), what))
    progress(len(versions), len(versions))
    aliases = {LATEST: latest.manifest.version}
    # First of all the page by which the next call knows the folder for its own.
    replace_file(target / "index.html", redirect(f"{LATEST}/").encode())
    for alias, version in aliases.items():
        write_alias(target, alias, version)
    replace_file(target / "versions.json", versions_json(versions, aliases).encode())
    replace_file(target / ".nojekyll", b"")
    return Publication(tuple(found), latest.manifest.version)


def _publish_version(
    config_file: Path, target: Path, version: str, archive: Archive, reports: Reports, *, rebuild: bool
) -> str:
    folder = target / folder_name(version)
    runs = {run.id: len(run.judgements) for run in archive.runs.values() if run.manifest.version == version}
    before = None if rebuild and folder.exists() else recorded(folder)
    if before is not None and before["runs"] == runs:
        return "unchanged"
    fresh = not folder.exists()
    if before is None and not rebuild and not fresh and any(folder.iterdir()):
        remedy = "Move it away, choose another folder with --to, or replace it with --rebuild"
        raise UsageError("was not published by this command", path=folder, remedy=remedy)
    built = target / f".building-{folder.name}"
    shutil.rmtree(built, ignore_errors=True)
    try:
        _build(config_file, built, version, archive, reports)
        record(built, runs, TOOL)
        place(built, folder, keep=not rebuild)
    finally:
        shutil.rmtree(built, ignore_errors=True)
    return "new" if fresh else "rebuilt" if rebuild else "grown"


def _build(config_file: Path, built: Path, version: str, archive: Archive, reports: Reports) -> None:
    """Run MkDocs for one version."""
    config = _load(config_file, site_dir=str(built))
    plugin = _plugin(config, config_file)
    if config.site_url:
        config.site_url = f"{config.site_url.rstrip('/')}/{folder_name(version)}/"
    links = Routes(config.use_directory_urls, _elsewhere(archive, version), config.site_url or "")
    plugin.only = SiteContext(archive, reports, links, version)
    config.extra["version"] = {"provider": "mike", "default": LATEST}
    try:
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        config.plugins.on_shutdown()
    except (Abort, MkDocsException) as error:
        remedy = "Run `mkdocs build --strict` to see the same, and mend what it names"
        raise ReadinessError(
            f"MkDocs cannot build version {version}: {error}", path=config_file, remedy=remedy
        ) from error
    finally:
        # MkDocs keeps the plugin for later builds in this process.
        plugin.only = None


def _elsewhere(archive: Archive, version: str) -> dict[str, str]:
    """The pages that lie in the frozen sites of other versions."""
    pages = {}
    for run in archive.runs.values():
        if run.manifest.version != version:
            folder = folder_name(run.manifest.version)
            pages[release_page(run.manifest.version)] = folder
            pages |= {report_page(run.id, judgement.number): folder for judgement in run.judgements}
    return pages


def _load(config_file: Path, **options: str) -> MkDocsConfig:
    try:
        return load_config(str(config_file), **options)
    except (Abort, MkDocsException) as error:
        raise UsageError(
            f"MkDocs cannot read it: {error}", path=config_file, remedy="Mend the configuration"
        ) from error


def _plugin(config: MkDocsConfig, config_file: Path) -> ReadinessPlugin:
    plugin = config.plugins.get("readiness")
    if not isinstance(plugin, ReadinessPlugin):
        raise UsageError("does not use the plugin", path=config_file, remedy="Add `readiness` under `plugins:`")
    return plugin


def _refuse_clashes(versions: Sequence[str]) -> None:
    """Two versions must not share a folder, not even where letter case does not count, nor take an alias's name."""
    taken = {LATEST: "the alias"}
    for version in versions:
        folder = folder_name(version).lower()
        if folder in taken:
            remedy = "Archive one of them again under another name"
            raise UsageError(f"version {version!r} and {taken[folder]} would share the folder {folder}", remedy=remedy)
        taken[folder] = f"version {version!r}"

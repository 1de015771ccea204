"""Publishes each version that has gained runs or judgements, and leaves the others alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from readiness import TOOL
from readiness.archive import Archive, Chain, cache_path, is_address, line_of, mirrored, parse_version, version_order
from readiness.errors import UsageError
from readiness.publish import index
from readiness.publish.aliases import is_redirect, preview_of, redirect, versions_json, write_alias
from readiness.publish.freeze import RECORD, link_equal, place, record, recorded
from readiness.publish.stage import Stage, publishing
from readiness.render.pages.routes import LATEST, folder_name, release_page, report_page

if TYPE_CHECKING:
    from readiness.publish.build import Builder
    from readiness.report import Reports


@dataclass(frozen=True)
class Publication:
    """What a call has published: every version it was asked for, highest first."""

    versions: tuple[Published, ...]
    latest: str
    """The version that `latest` leads to: the highest of those that are published, now or before."""
    left_out: int
    """Versions of the archive that are not published."""


@dataclass(frozen=True)
class Published:
    """What became of each version: built for the first time, grown, built anew, or left as it was."""

    version: str
    folder: str
    what: str


@dataclass(frozen=True)
class Choice:
    """Which versions are published: all or those that one of `only` fits, without those that one of `without` fits."""

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def __contains__(self, version: str) -> bool:
        wanted = not self.only or any(fnmatchcase(version, pattern) for pattern in self.only)
        return wanted and not any(fnmatchcase(version, pattern) for pattern in self.without)


EVERY = Choice()


def publish(
    config_file: Path,
    target: Path,
    *,
    rebuild: bool = False,
    choice: Choice = EVERY,
    progress: Callable[[int, int], None] = lambda done, total: None,
    waiting: Callable[[], None] = lambda: None,
) -> Publication:
    """Publish the chosen versions of the archive under `target`, highest first.

    `waiting` is called once where another process publishes there, before this one waits for its end. Raises
    ReadinessError where the archive is damaged, MkDocs cannot build, or the system refuses to write.
    """
    # MkDocs takes relative paths for relative to its configuration, not to the caller.
    config_file, target = config_file.absolute(), target.absolute()
    mkdocs = _MkDocs(config_file)
    if not is_redirect(target / "index.html"):
        mkdocs.builder.require(target)
    with publishing(target, waiting) as stage:
        index.require_own(target)
        project, named = config_file.parent, mkdocs.history
        cache = cache_path(project)
        archive = Archive(mirrored(named, cache) if is_address(named) else project / named, cache)
        archive.require_sound()
        return _Publishing(mkdocs, stage, archive, choice).publish(rebuild, progress)


class _MkDocs:
    """What is asked of MkDocs, which is not loaded where nothing has changed."""

    def __init__(self, config_file: Path) -> None:
        self._file = config_file

    @cached_property
    def builder(self) -> Builder:
        from readiness.publish.build import Builder

        return Builder(self._file)

    @property
    def history(self) -> str:
        """The plugin's option of that name."""
        from readiness.publish.settings import history_of

        return history_of(self._file) or self.builder.history


class _Publishing:
    def __init__(self, mkdocs: _MkDocs, stage: Stage, archive: Archive, choice: Choice) -> None:
        self._mkdocs, self._stage, self._archive = mkdocs, stage, archive
        self._all = sorted({run.manifest.version for run in archive.runs.values()}, key=version_order, reverse=True)
        there = {version for version in self._all if (self._folder(version) / RECORD).is_file()}
        self._withdrawn = {version for version in self._all if not archive.chain.latest(version)}
        due = [version for version in self._all if version not in self._withdrawn or version in there]
        self._chosen = [version for version in due if version in choice]
        if not due:
            remedy = "Archive one: `readiness archive FILES… --version V`"
            problem = "contains no runs that stand: each was withdrawn" if self._all else "contains no runs"
            raise UsageError(problem, path=archive.root, remedy=remedy)
        if not self._chosen:
            remedy = f"Choose among {', '.join(self._all[:5])}{' …' if self._all[5:] else ''}"
            raise UsageError("no version is left to publish", path=archive.root, remedy=remedy)
        self._public = [version for version in self._all if version in there or version in self._chosen]
        _refuse_clashes(self._public)

    def publish(self, rebuild: bool, progress: Callable[[int, int], None]) -> Publication:
        """Build what is due and put it in place, then what leads to it."""
        latest = self._latest()
        found = {version: self._standing(version, rebuild) for version in self._chosen}
        due = [version for version, what in found.items() if what != "unchanged"]
        self._build(due, found, progress)
        listed = self._listed()
        put, target = self._stage.put, self._stage.target
        write_alias(self._stage, LATEST, latest)
        tells_of = {one: [self._runs(one), self._notices(one)] for one in listed}
        index.write(self._stage, tells_of, partial(self._index, listed))
        # Before the list, which nobody could tell from another's: by this page the next call knows the folder.
        preview = preview_of(self._folder(latest) / "index.html")
        put(target / "index.html", redirect(f"{LATEST}/", preview).encode())
        put(target / "versions.json", versions_json(listed, {LATEST: latest}).encode())
        put(target / ".nojekyll", b"")
        versions = tuple(Published(version, folder_name(version), what) for version, what in found.items())
        return Publication(versions, latest, len(self._all) - len(self._public))

    def _listed(self) -> list[str]:
        """The versions of the selector: highest first, then what cannot be ordered, line by line, newest first."""
        turn = {run.manifest.version: at for at, run in enumerate(self._archive.runs.values())}
        listed = [version for version in self._public if version not in self._withdrawn]
        named = [version for version in listed if parse_version(version) is None]
        named.sort(key=lambda version: (line_of(version), -turn[version]))
        return [version for version in listed if version not in named] + named

    @cached_property
    def _reports(self) -> Reports:
        return self._mkdocs.builder.judged(self._archive)

    def _index(self, versions: Sequence[str]) -> dict[str, str]:
        return self._mkdocs.builder.index(self._archive, self._reports, self._stage.target, versions)

    def _folder(self, version: str) -> Path:
        return self._stage.target / folder_name(version)

    def _runs(self, version: str) -> dict[str, int]:
        """Id of each run of the version -> how many judgements it has."""
        runs = self._archive.runs.values()
        return {run.id: len(run.judgements) for run in runs if run.manifest.version == version}

    def _standing(self, version: str, rebuild: bool) -> str:
        """What is to become of a version, by what is recorded of it."""
        folder = self._folder(version)
        if not folder.is_dir() or not any(folder.iterdir()):
            if folder.exists() and not folder.is_dir():
                raise UsageError("is a file, and has the name of a version", path=folder, remedy=_ANOTHER)
            return "new"
        if rebuild:
            return "rebuilt"
        before = recorded(folder)
        if before is None:
            remedy = f"{_ANOTHER}, or replace it with --rebuild"
            raise UsageError("was not published by this command", path=folder, remedy=remedy)
        if before.get("rebuilding"):
            return "rebuilt"
        same = before["runs"] == self._runs(version) and before.get("notices", []) == self._notices(version)
        return "unchanged" if same else "grown"

    def _notices(self, version: str) -> list[str]:
        """The names of the notices that its pages tell of."""
        notices, runs = self._archive.notices, self._archive.runs
        own = set(self._runs(version))
        past = set(own)
        for run in own if notices.withdrawn else ():
            link = runs[run].manifest.previous
            while link and link.run not in past:
                past.add(link.run)
                link = runs[link.run].manifest.previous
        found = (
            one
            for of, about in ((notices.withdrawn, past), (notices.redacted, own))
            for run in about
            for one in of.get(run, ())
        )
        return sorted({one.name for one in found})

    def _redacted(self, version: str, before: Collection[str]) -> set[str]:
        """The runs of which, or of whose reports, something was redacted since notices of these names."""
        redacted = self._archive.notices.redacted
        return {run for run in self._runs(version) if any(one.name not in before for one in redacted.get(run, ()))}

    def _build(self, due: Sequence[str], found: Mapping[str, str], progress: Callable[[int, int], None]) -> None:
        if not due:
            return
        from readiness.publish.mkdocs_warnings import warnings_once

        builder, reports = self._mkdocs.builder, self._reports
        builder.require(self._stage.target)
        for version in due:  # before anything is written
            for run in self._runs(version):
                reports.latest_of(run)
        with warnings_once():
            for done, version in enumerate(due):
                progress(done, len(due))
                built = self._stage.fresh()
                shared = builder.build(built, version, self._archive, reports, self._elsewhere(version))
                self._place(version, found[version], built, shared)
        progress(len(due), len(due))

    def _place(self, version: str, what: str, built: Path, shared: Mapping[str, bytes]) -> None:
        index.outdate(self._stage)
        folder, runs, notices = self._folder(version), self._runs(version), self._notices(version)
        before = recorded(folder) if what == "grown" else None
        redacted = self._redacted(version, before.get("notices", [])) if before else set()
        (built / RECORD).write_bytes(record(runs, TOOL, notices))
        if neighbour := self._neighbour(version):
            link_equal(self._stage, built, self._folder(neighbour))
        for path, content in shared.items():
            self._stage.put(self._stage.target / path, content)
        if what == "rebuilt":
            self._stage.put(folder / RECORD, record(runs, TOOL, notices, rebuilding=True))
        place(self._stage, built, folder, keep=what != "rebuilt", renewed=redacted, base=self._mkdocs.builder.base)

    def _neighbour(self, version: str) -> str | None:
        """The version nearest to this one that is published already."""
        at = self._public.index(version)
        near = sorted(range(len(self._public)), key=lambda one: abs(one - at))[1:]
        return next((self._public[one] for one in near if (self._folder(self._public[one]) / RECORD).is_file()), None)

    def _elsewhere(self, version: str) -> dict[str, str]:
        """The pages that lie in the frozen sites of other versions, and "" for those that nobody publishes."""
        pages = {}
        for run in self._archive.runs.values():
            other = run.manifest.version
            if other != version:
                folder = folder_name(other) if other in self._public else ""
                pages[release_page(other)] = folder
                pages |= {report_page(run.id, judgement.number): folder for judgement in run.judgements}
        return pages

    def _latest(self) -> str:
        """The version that answers for now, of those that are published; the highest where the archive has none.

        Raises UsageError where each of them was withdrawn, and others were not.
        """
        runs = self._archive.runs
        public = (run.manifest for run in runs.values() if run.manifest.version in self._public)
        latest = Chain(public, self._archive.notices.withdrawn).latest()
        if latest:
            return runs[latest[0]].manifest.version
        left = [version for version in self._all if version not in self._withdrawn]
        if left:
            problem = "`latest` would lead to a withdrawn version: all that are published were withdrawn"
            raise UsageError(problem, path=self._stage.target, remedy=f"Publish another one too, such as {left[0]}")
        return self._public[0]


_ANOTHER = "Move it away, or choose another folder with --to"


def _refuse_clashes(versions: Sequence[str]) -> None:
    """Two versions must not share a folder, not even where letter case does not count, nor take an alias's name.

    `archive` refuses the second of them; where two clones of an archive were merged nobody could.
    """
    taken = {LATEST: "the alias"}
    for version in versions:
        folder = folder_name(version).lower()
        if folder in taken:
            problem = f"version {version!r} and {taken[folder]} would share the folder {folder}"
            raise UsageError(problem, remedy="Leave one of them out: --except VERSION")
        taken[folder] = f"version {version!r}"

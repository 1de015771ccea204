"""Reading history/: which runs there are, their judgements, policies and evidence."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from readiness.archive.chain import Chain
from readiness.archive.durable import INCOMING
from readiness.archive.index import Index, judgement_names, judgement_path
from readiness.archive.manifest import (
    MANIFEST,
    Input,
    Judgement,
    Link,
    Manifest,
    judgement_bytes,
    read_judgement,
    read_manifest,
    run_digest,
    run_id,
)
from readiness.archive.notices import Notice, Notices, read_notices
from readiness.archive.plain import RESTORE, content_of, damaged, link
from readiness.errors import ArchiveError, UsageError
from readiness.evidence import LIMITS

SHORTEST = 8
"""Characters of a digest that an id may be shortened to."""


@dataclass(frozen=True)
class ArchivedRun:
    """One run in the archive: its folder, its manifest and its judgements in order, and the digests of both."""

    folder: Path
    manifest: Manifest
    judgements: tuple[Judgement, ...]
    manifest_sha256: str
    judgement_sha256: tuple[str, ...]
    notices: Notices = field(repr=False, compare=False, default=Notices())
    """Those of the archive."""

    @property
    def id(self) -> str:
        """Identity of the run: UTC start and the first digits of its digest."""
        return self.manifest.id

    def link(self) -> Link:
        """Points to the run as it was judged last."""
        return Link(run=self.id, judgement=len(self.judgements), sha256=self.judgement_sha256[-1])

    def judged(self, judgement: Judgement) -> ArchivedRun:
        """The run as it would be with one more judgement."""
        sealed = hashlib.sha256(judgement_bytes(judgement)).hexdigest()
        judgements, digests = (*self.judgements, judgement), (*self.judgement_sha256, sealed)
        return replace(self, judgements=judgements, judgement_sha256=digests)

    def is_meant_by(self, link: Link) -> bool:
        """True where the judgement that `link` points to is there, and is what it was when the link was made."""
        if link.run != self.id or link.judgement > len(self.judgements):
            return False
        return link.sha256 in (None, self.judgement_sha256[link.judgement - 1])

    @property
    def is_pruned(self) -> bool:
        """True where its evidence is gone, and a checkpoint holds what it said."""
        return self.id in self.notices.pruned

    @property
    def state_sha256(self) -> str:
        """Digest of the manifest and of what was redacted since: what is derived from the run goes by it."""
        marks = (*self.notices.marks(self.place("")), *self.notices.marks("policies/"))
        if not marks:
            return self.manifest_sha256
        return hashlib.sha256("\n".join((self.manifest_sha256, *marks)).encode()).hexdigest()

    def place(self, name: str) -> str:
        """Path of a file of the run below `history/`."""
        return f"runs/{self.folder.parent.name}/{self.folder.name}/{name}"

    def contents(self) -> list[bytes]:
        """The bytes of its evidence files, or the one that is kept in their place; raises ArchiveError."""
        return [self.checkpoint()] if self.is_pruned else [self.evidence(item) for item in self.manifest.inputs]

    def evidence(self, item: Input) -> bytes:
        """The bytes of one evidence file, unpacked and compared with its digest.

        Raises ArchiveError where the file is missing, damaged or not what the manifest says, and where it was pruned.
        """
        path = self.folder / item.stored
        if self.is_pruned:
            remedy = "Its report and results are kept; restore it from version control to read it again"
            raise ArchiveError("was pruned", path=path, remedy=remedy)
        place = self.place(item.stored)
        try:
            content = self.notices.contents.get(place) or unpacked_content(path)
        except ArchiveError as error:
            if not path.exists() and self.id in read_notices(self.folder.parents[2])[0].pruned:
                raise ArchiveError("was pruned meanwhile", path=path, remedy="Call the command again") from error
            raise
        accepted = self.notices.accepted(place, item.stored_sha256)
        if hashlib.sha256(content).hexdigest() not in accepted:
            raise damaged(path, f"differs from the digest in {MANIFEST}")
        return content

    def checkpoint(self) -> bytes:
        """What is kept of a pruned run, unpacked; raises ArchiveError where it is not what its notice says."""
        kept = self.notices.pruned[self.id]
        path = self.folder.parents[2] / kept.path
        if path.parent.is_symlink():
            raise link(path.parent)
        content = self.notices.contents.get(kept.path) or unpacked_content(path)
        if hashlib.sha256(content).hexdigest() not in self.notices.accepted(kept.path, kept.sha256):
            raise damaged(path, "differs from the digest in its notice")
        return content


def unpacked_content(path: Path) -> bytes:
    """The bytes of a packed file of the archive; raises ArchiveError where it is missing or damaged."""
    packed = content_of(path)
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            return file.read(LIMITS.file_bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(path, f"cannot be unpacked ({error})") from error


class Archive:
    """The archive in one folder, read once; every problem with a run is kept by name in `damage`."""

    def __init__(self, root: Path, cache: Path | None = None) -> None:
        """Look at the archive in `root`, which need not exist yet.

        `cache`: the cache folder, where an index saves reading again what did not change; None reads everything.
        """
        self.root = root
        self.cache = cache
        self._supposed: dict[str, bytes] = {}

    @cached_property
    def _scan(self) -> tuple[dict[str, ArchivedRun], tuple[ArchiveError, ...]]:
        runs: dict[str, ArchivedRun] = {}
        damage: list[ArchiveError] = []
        index, notices = Index(self.cache, self.root), self.notices
        for folder in self._folders(damage):
            try:
                run = _indexed(folder, index, notices)
            except ArchiveError as error:
                damage.append(error)
                continue
            runs[run.id] = run
        index.write()
        runs = dict(sorted(runs.items()))
        damage += (*_broken_links(runs), *self._notices[1], *_about_others(self.root, notices, runs))
        return runs, tuple(damage)

    @cached_property
    def _notices(self) -> tuple[Notices, tuple[ArchiveError, ...]]:
        return read_notices(self.root)

    @property
    def notices(self) -> Notices:
        """What was done to runs after they were archived."""
        return self._notices[0]

    def _folders(self, damage: list[ArchiveError]) -> Iterator[Path]:
        """The folder of each run. Links are not followed, but go to `damage`; files among the folders prove nothing."""
        if (self.root / "runs").is_symlink():
            damage.append(link(self.root / "runs"))
            return
        for month in sorted(self.root.glob("runs/*")):
            if month.is_symlink():
                damage.append(link(month))
            elif month.is_dir():
                yield from self._run_folders(month, damage)

    def _run_folders(self, month: Path, damage: list[ArchiveError]) -> Iterator[Path]:
        try:
            with os.scandir(month) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            damage.append(ArchiveError(f"cannot be read ({error.strerror})", path=month, remedy="Make it readable"))
            return
        for entry in entries:
            if entry.is_symlink():
                damage.append(link(month / entry.name))
            elif entry.is_dir() and not entry.name.startswith(INCOMING):
                yield month / entry.name

    @property
    def runs(self) -> dict[str, ArchivedRun]:
        """Every readable run by id, in order of start."""
        return self._scan[0]

    @property
    def damage(self) -> tuple[ArchiveError, ...]:
        """What is wrong with runs that are there but cannot be used."""
        return self._scan[1]

    def supposing(self, run: ArchivedRun, *policies: bytes) -> Archive:
        """The archive as it would be with that run in the place of the one of its id, and with those policies."""
        supposed = Archive(self.root, self.cache)
        supposed._supposed = {hashlib.sha256(one).hexdigest(): one for one in policies}
        supposed.__dict__["_notices"] = self._notices
        supposed.__dict__["_scan"] = (self.runs | {run.id: run}, self.damage)
        return supposed

    def noting(self, notice: Notice) -> Archive:
        """The archive as it would be with that notice."""
        supposed = Archive(self.root, self.cache)
        supposed.__dict__["_notices"] = Notices((*self.notices.all, notice)), self._notices[1]
        supposed.__dict__["_scan"] = self._scan
        return supposed

    def require_sound(self) -> None:
        """Raise the first ArchiveError there is, if any: nothing is judged on half an archive unasked."""
        if self.damage:
            raise self.damage[0]

    def get(self, run_id: str) -> ArchivedRun:
        """The run of that id, or whose digest begins with these 8 characters or more; raises UsageError."""
        short = len(run_id) >= SHORTEST
        found = [
            run for run in self.runs.values() if run.id == run_id or (short and run.manifest.digest.startswith(run_id))
        ]
        if len(found) != 1:
            problem = "several runs match" if found else "there is no run"
            remedy = (
                "`readiness list` shows versions and ids; a version is written in full, an id in full or as "
                f"{SHORTEST} or more characters of its digest"
            )
            raise UsageError(f"{problem} {run_id!r} in {self.root}", remedy=remedy)
        return found[0]

    @cached_property
    def chain(self) -> Chain:
        """The order of the runs that stand: withdrawn ones are known and never the latest, nor followed."""
        return Chain((run.manifest for run in self.runs.values()), self.notices.withdrawn)

    @cached_property
    def recorded(self) -> Chain:
        """The order of all runs, as if none had been withdrawn."""
        return Chain(run.manifest for run in self.runs.values()) if self.notices.withdrawn else self.chain

    def latest(self) -> ArchivedRun | None:
        """The latest run of the highest version, one of them where nothing orders several; None in an empty archive."""
        found = self.chain.latest()
        return self.runs[found[0]] if found else None

    @property
    def superseded(self) -> Mapping[str, tuple[str, ...]]:
        """Id of each run that others replace -> their ids."""
        return self.chain.superseded

    def policy(self, digest: str) -> bytes:
        """The text of the policy with that digest, checked against it; raises ArchiveError."""
        if digest in self._supposed:
            return self._supposed[digest]
        path = self.root / "policies" / f"{digest}.yml"
        if path.parent.is_symlink():
            raise link(path.parent)
        place = f"policies/{path.name}"
        content = self.notices.contents.get(place) or content_of(path)
        if hashlib.sha256(content).hexdigest() not in self.notices.accepted(place, digest):
            raise damaged(path, "differs from the digest in its name")
        return content


def _broken_links(runs: Mapping[str, ArchivedRun]) -> Iterator[ArchiveError]:
    """Runs that follow or replace one that is not there or is not what it was, or that follow themselves in the end."""
    sound: set[str] = set()
    for run in runs.values():
        line: dict[str, None] = {}
        here = run.id
        while here in runs and here not in sound and here not in line:
            line[here] = None
            before = runs[here].manifest.previous
            here = before.run if before else ""
        path = run.folder / MANIFEST
        if here in line:
            yield ArchiveError("follows itself in a circle of runs", path=path, where="key previous", remedy=RESTORE)
        sound |= line.keys()
        before = run.manifest.previous
        if before and before.run not in runs:
            yield damaged(path, f"follows run {before.run}, which is not in the archive")
        elif before:
            yield from _broken_link(path, before, runs[before.run])
        replaced = run.manifest.supersedes
        if replaced and replaced not in runs:
            yield damaged(path, f"supersedes run {replaced}, which is not in the archive")


def _broken_link(path: Path, before: Link, followed: ArchivedRun) -> Iterator[ArchiveError]:
    if before.judgement > len(followed.judgements):
        yield damaged(path, f"follows judgement {before.judgement} of run {before.run}, which is not in the archive")
    elif not followed.is_meant_by(before):
        judgement = judgement_path(followed.folder, before.judgement)
        yield damaged(judgement, f"is not what run {path.parent.name} followed")


def _about_others(root: Path, notices: Notices, runs: Mapping[str, ArchivedRun]) -> Iterator[ArchiveError]:
    """Notices of runs that are not there, or are not those that were meant. A damaged run is told of by itself."""
    for notice in notices.all:
        for one in notice.runs:
            path = root / "notices" / notice.name
            if one.run not in runs:
                if not any(root.glob(f"runs/*/{one.run}")):
                    yield damaged(path, f"is about run {one.run}, which is not in the archive")
            elif runs[one.run].manifest_sha256 != one.manifest:
                yield damaged(runs[one.run].folder / MANIFEST, f"is not what {path.name} is about")


def _indexed(folder: Path, index: Index, notices: Notices) -> ArchivedRun:
    """The run in `folder`, from the index where nothing of it changed; raises ArchiveError where it is damaged."""
    known = index.entry(folder)
    if known:
        manifest, *judged = known.sha256
        return ArchivedRun(folder, known.manifest, known.judgements, manifest, tuple(judged), notices)
    run = read_run(folder, notices)
    index.add(folder, run.manifest, run.judgements, (run.manifest_sha256, *run.judgement_sha256))
    return run


def read_run(folder: Path, notices: Notices) -> ArchivedRun:
    """The run in `folder`; raises ArchiveError where its records are damaged or do not belong together."""
    path = folder / MANIFEST
    manifest, digest = read_manifest(path)
    digest = notices.original(f"runs/{folder.parent.name}/{folder.name}/{MANIFEST}", digest)
    if manifest.id != folder.name:
        raise damaged(path, f"names run {manifest.id}, but the folder is {folder.name}")
    if manifest.id != run_id(manifest.started, manifest.digest):
        raise damaged(path, "holds an id that does not follow from start and digest")
    if len({item.stored.lower() for item in manifest.inputs} | {MANIFEST, "judgements"}) != len(manifest.inputs) + 2:
        raise damaged(path, "stores two files under one name")
    if run_digest(manifest.version, manifest.commit, manifest.evidence()) != manifest.digest:
        raise damaged(path, "holds a digest that does not follow from version, commit and inputs")
    if (folder / "judgements").is_symlink():
        raise link(folder / "judgements")
    numbers = range(1, len(judgement_names(folder)) + 1)
    if not numbers:
        raise damaged(folder / "judgements", "holds no judgement")
    read = [read_judgement(judgement_path(folder, number)) for number in numbers]
    for number, (judgement, _) in zip(numbers, read, strict=True):
        own = judgement_path(folder, number)
        if judgement.number != number:
            raise damaged(own, f"says that it is judgement {judgement.number}")
        if judgement.manifest not in (None, digest):
            raise damaged(path, f"differs from the digest in {own.relative_to(folder)}")
    if read[0][0].time != manifest.finished:
        raise damaged(judgement_path(folder, 1), f"has another time than {MANIFEST} says the run finished")
    judgements, sealed = (tuple(ones) for ones in zip(*read, strict=True))
    return ArchivedRun(folder, manifest, judgements, digest, sealed, notices)

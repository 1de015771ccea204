"""Recomputing every digest of the archive and saying which file differs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from readiness.archive.durable import INCOMING, PACKED
from readiness.archive.manifest import MANIFEST
from readiness.archive.plain import content_of, damaged, foreign, link
from readiness.archive.store import Archive, ArchivedRun
from readiness.errors import ArchiveError


def verify(archive: Archive) -> Iterator[tuple[str, tuple[ArchiveError, ...]]]:
    """Check run after run: (its id, what is wrong with it); what concerns no single run comes last, without id."""
    for run in archive.runs.values():
        yield run.id, tuple(_problems(archive, run))
    yield "", (*archive.damage, *_foreign_files(archive.root), *_foreign_policies(archive.root))


def _problems(archive: Archive, run: ArchivedRun) -> Iterator[ArchiveError]:
    """What is wrong with one run, besides what kept it from being read at all."""
    manifest = run.manifest
    for item in manifest.inputs:
        try:
            content = run.evidence(item)
        except ArchiveError as error:
            yield error
            continue
        if (run.folder / item.stored).read_bytes()[: len(PACKED)] != PACKED:
            yield damaged(run.folder / item.stored, "is not packed as it was")
        if not item.masked and (len(content), item.stored_sha256) != (item.bytes, item.sha256):
            problem = f"was stored with another content than {MANIFEST} says was archived, though nothing was masked"
            yield damaged(run.folder / item.stored, problem)
    yield from _strangers(run.folder, {MANIFEST, "judgements", *(item.stored for item in manifest.inputs)})
    yield from _strangers(run.folder / "judgements", {f"{one.number}.yml" for one in run.judgements})
    if run.folder.parent.name != f"{manifest.started:%Y-%m}":
        problem = f"is in {run.folder.parent.name}, but the run started in {manifest.started:%Y-%m}"
        yield ArchiveError(problem, path=run.folder, remedy="Move it back")
    for judgement in run.judgements:
        try:
            archive.policy(judgement.policy)
        except ArchiveError as error:
            yield error


def _strangers(folder: Path, known: set[str]) -> Iterator[ArchiveError]:
    for path in sorted(folder.iterdir()):
        # Only judgements are written beside their place in there; the next that is written removes what a kill left.
        if path.name not in known and not (folder.name == "judgements" and path.name.startswith(INCOMING)):
            yield foreign(path)


def _foreign_files(root: Path) -> Iterator[ArchiveError]:
    """Files where only folders belong."""
    for path in sorted((*root.glob("runs/*"), *root.glob("runs/*/*"))):
        if path.is_file() and not path.is_symlink() and not path.parent.is_symlink():
            yield foreign(path)


def _foreign_policies(root: Path) -> Iterator[ArchiveError]:
    folder = root / "policies"
    if folder.is_symlink():
        yield link(folder)
        return
    for path in sorted(folder.glob("*")):
        if path.name.startswith(INCOMING):
            continue
        try:
            digest = hashlib.sha256(content_of(path)).hexdigest()
        except ArchiveError as error:
            yield error
            continue
        if path.name != f"{digest}.yml":
            yield damaged(path, "differs from the digest in its name")

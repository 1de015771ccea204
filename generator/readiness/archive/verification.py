"""Recomputing every digest of the archive and saying which file differs."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from readiness.archive.durable import INCOMING, PACKED
from readiness.archive.manifest import MANIFEST
from readiness.archive.notices import CHECKPOINTS
from readiness.archive.plain import content_of, damaged, foreign, link
from readiness.archive.store import Archive, ArchivedRun
from readiness.errors import ArchiveError


def verify(archive: Archive) -> Iterator[tuple[str, tuple[ArchiveError, ...]]]:
    """Check run after run: (its id, what is wrong with it); what concerns no single run comes last, without id."""
    for run in archive.runs.values():
        yield run.id, tuple(_problems(archive, run))
    loose = (*_foreign_files(archive.root), *_policies(archive), *_checkpoints(archive))
    yield "", (*archive.damage, *loose)


def _problems(archive: Archive, run: ArchivedRun) -> Iterator[ArchiveError]:
    """What is wrong with one run, besides what kept it from being read at all."""
    manifest, notices = run.manifest, run.notices
    stored = {item.stored for item in manifest.inputs}
    if run.is_pruned:
        yield from _pruned(run)
    for item in () if run.is_pruned else manifest.inputs:
        path, place = run.folder / item.stored, run.place(item.stored)
        try:
            content = run.evidence(item)
        except ArchiveError as error:
            yield error
            continue
        if path.read_bytes()[: len(PACKED)] != PACKED:
            yield damaged(path, "is not packed as it was")
        digest = hashlib.sha256(content).hexdigest()
        if notices.is_stale(place, digest):
            yield _unfinished(path, "redact")
        elif digest == item.stored_sha256 and not item.masked and (len(content), digest) != (item.bytes, item.sha256):
            problem = f"was stored with another content than {MANIFEST} says was archived, though nothing was masked"
            yield damaged(path, problem)
    if notices.is_stale(run.place(MANIFEST), hashlib.sha256(content_of(run.folder / MANIFEST)).hexdigest()):
        yield _unfinished(run.folder / MANIFEST, "redact")
    yield from _strangers(run.folder, {MANIFEST, "judgements", *stored})
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
        # What is written beside its place in there, a kill can leave: the next command that writes removes it.
        if path.name not in known and not (path.name.startswith(INCOMING) and path.is_file()):
            yield foreign(path)


def _unfinished(path: Path, command: str) -> ArchiveError:
    remedy = f"Call the same `readiness {command}` again"
    return ArchiveError(f"was left as it was by a `{command}` that was stopped", path=path, remedy=remedy)


def _pruned(run: ArchivedRun) -> Iterator[ArchiveError]:
    kept = run.notices.pruned[run.id]
    path = run.folder.parents[2] / kept.path
    try:
        content = run.checkpoint()
    except ArchiveError as error:
        yield error
    else:
        if path.read_bytes()[: len(PACKED)] != PACKED:
            yield damaged(path, "is not packed as it was")
        if run.notices.is_stale(kept.path, hashlib.sha256(content).hexdigest()):
            yield _unfinished(path, "redact")
    for item in run.manifest.inputs:
        if (run.folder / item.stored).exists():
            yield _unfinished(run.folder / item.stored, "prune")


def _foreign_files(root: Path) -> Iterator[ArchiveError]:
    """Files where only folders belong."""
    for path in sorted((*root.glob("runs/*"), *root.glob("runs/*/*"))):
        if path.is_file() and not path.is_symlink() and not path.parent.is_symlink():
            yield foreign(path)


def _checkpoints(archive: Archive) -> Iterator[ArchiveError]:
    """Checkpoints that no notice names."""
    folder = archive.root / CHECKPOINTS
    if folder.is_symlink():
        yield link(folder)
        return
    known = {archive.root / kept.path for kept in archive.notices.pruned.values()}
    for path in sorted(folder.glob("*")):
        if path not in known and not path.name.startswith(INCOMING):
            remedy = "The next `readiness prune` removes it"
            yield ArchiveError("was left by a `prune` that was stopped", path=path, remedy=remedy)


def _policies(archive: Archive) -> Iterator[ArchiveError]:
    folder = archive.root / "policies"
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
        place = f"policies/{path.name}"
        if path.name != f"{archive.notices.original(place, digest)}.yml":
            yield damaged(path, "differs from the digest in its name")
        elif archive.notices.is_stale(place, digest):
            yield _unfinished(path, "redact")

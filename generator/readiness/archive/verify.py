"""Recomputing every digest of the archive and saying which file differs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from readiness.archive.manifest import run_digest
from readiness.archive.store import MANIFEST, Archive, ArchivedRun
from readiness.errors import ArchiveError


def verify(archive: Archive) -> Iterator[tuple[str, tuple[ArchiveError, ...]]]:
    """Check run after run: (its id, what is wrong with it); what concerns no single run comes last, without id."""
    for run in archive.runs.values():
        yield run.id, tuple(_problems(archive, run))
    yield "", (*archive.damage, *_foreign_policies(archive.root))


def _problems(archive: Archive, run: ArchivedRun) -> Iterator[ArchiveError]:
    manifest = run.manifest
    for item in manifest.inputs:
        try:
            content = run.evidence(item)
        except ArchiveError as error:
            yield error
            continue
        if len(content) != item.bytes:
            yield ArchiveError(
                f"holds {len(content)} bytes, {MANIFEST} says {item.bytes}", path=run.evidence_path(item)
            )
    expected = {MANIFEST, "judgements", *(item.stored for item in manifest.inputs)}
    for path in sorted(run.folder.iterdir()):
        if path.name not in expected:
            yield ArchiveError(
                "is not in the manifest", path=path, remedy="Remove it: a run's folder holds its evidence alone"
            )
    evidence = ((item.source, item.variant, item.sha256) for item in manifest.inputs)
    if run_digest(manifest.version, manifest.commit, evidence) != manifest.digest:
        yield ArchiveError(
            "digest of the run does not follow from its inputs", path=run.folder / MANIFEST, where="key digest"
        )
    for judgement in run.judgements:
        try:
            archive.policy(judgement.policy)
        except ArchiveError as error:
            yield error


def _foreign_policies(root: Path) -> Iterator[ArchiveError]:
    for path in sorted(root.glob("policies/*")):
        if path.name.startswith("."):
            continue
        if path.is_symlink() or not path.is_file():
            yield ArchiveError("is not a plain file", path=path)
        elif hashlib.sha256(path.read_bytes()).hexdigest() != path.stem:
            yield ArchiveError(
                "differs from the digest in its name", path=path, remedy="Restore it from version control"
            )

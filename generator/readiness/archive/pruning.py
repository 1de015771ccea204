"""Which evidence goes: the runs that nothing keeps, and what the archive holds in their place."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from readiness.archive.durable import INCOMING, packed
from readiness.archive.notices import CHECKPOINTS, Checkpoint
from readiness.archive.store import Archive, ArchivedRun


@dataclass(frozen=True)
class Keep:
    """What keeps a run's evidence; any one suffices."""

    since: datetime | None = None
    """It finished then or later."""
    runs: int = 0
    """It is one of so many that were archived last."""
    releases: bool = False
    """It answers for its release."""


@dataclass(frozen=True)
class Pruning:
    """The runs whose evidence goes, the checkpoints that stay, and all files that are removed."""

    runs: tuple[ArchivedRun, ...]
    checkpoints: tuple[Checkpoint, ...]
    first: dict[str, bytes]
    """The checkpoints as they are stored, by path below the archive."""
    removed: tuple[str, ...]
    bytes: int
    """Of the files that are removed."""


def plan_pruning(archive: Archive, keep: Keep, kept_of: Callable[[ArchivedRun], bytes]) -> Pruning:
    """What pruning does; `kept_of` says what is kept of a run. Raises ArchiveError where evidence is damaged."""
    runs = tuple(_pruned(archive, keep))
    checkpoints, first = [], {}
    for run in runs:
        content = kept_of(run)
        one = Checkpoint(run=run.id, judgement=len(run.judgements), sha256=hashlib.sha256(content).hexdigest())
        checkpoints.append(one)
        first[one.path] = packed(content)
    files = tuple(run.place(item.stored) for run in runs for item in run.manifest.inputs)
    left = (path for path in left_by_prune(archive) if path not in first)
    removed = (*files, *left)
    size = sum((archive.root / path).stat().st_size for path in removed)
    return Pruning(runs, tuple(checkpoints), first, removed, size)


def _pruned(archive: Archive, keep: Keep) -> Iterator[ArchivedRun]:
    """The runs that nothing keeps. What `gate` and the home page answer by is always kept."""
    chain = archive.chain
    kept = {*chain.archived_last(), *chain.latest()}
    in_turn = sorted(archive.runs.values(), key=lambda run: (run.manifest.number or 0, run.manifest.started, run.id))
    kept.update(run.id for run in in_turn[len(in_turn) - keep.runs :] if keep.runs)
    if keep.releases:
        versions = {run.manifest.version for run in in_turn}
        kept.update(run for version in versions for run in chain.latest(version))
    for run in archive.runs.values():
        recent = keep.since is not None and run.manifest.finished >= keep.since
        if run.id not in kept and not recent and not run.is_pruned and run.manifest.inputs:
            yield run


def left_by_prune(archive: Archive) -> Iterator[str]:
    """What a stopped `prune` left, by path below the archive: evidence of pruned runs, checkpoints without a notice."""
    for run in archive.runs.values():
        for item in run.manifest.inputs if run.is_pruned else ():
            if (run.folder / item.stored).exists():
                yield run.place(item.stored)
    known = {kept.path for kept in archive.notices.pruned.values()}
    yield from (path for path in _checkpoints(archive.root) if path not in known)


def _checkpoints(root: Path) -> Iterable[str]:
    found = (path for path in sorted((root / CHECKPOINTS).glob("*.json.gz")) if not path.name.startswith(INCOMING))
    return (f"{CHECKPOINTS}/{path.name}" for path in found)

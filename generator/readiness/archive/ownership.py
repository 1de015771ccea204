"""Folders that a command writes as a whole: a new or empty one, or what the same command wrote before."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from readiness.archive.durable import replace_folder
from readiness.archive.store import Archive
from readiness.errors import UsageError

Ours = Callable[[Path], Callable[[str], object]]
"""Of a folder: what tells for a relative path whether the command wrote it."""


@contextmanager
def own_folder(target: Path, archive: Archive, work: str, ours: Ours) -> Iterator[Path]:
    """A folder beside `target` to write to, which takes its place as a whole once all is written.

    `work` is what the command calls that which it writes. Raises UsageError where `target` holds anything else, lies in
    the archive, or cannot be written; nothing is changed then.
    """
    place = target.resolve()
    _require_own(place, target, archive, work, ours)
    beside = place.parent / f".{place.name}-{os.getpid()}"
    try:
        beside.mkdir(parents=True)
        yield beside
        _require_own(place, target, archive, work, ours)
        replace_folder(beside, place)
    except OSError as error:
        remedy = "What was there is as it was: make room, or name a folder whose parent may be written"
        raise UsageError(f"cannot be written ({error.strerror or error})", path=target, remedy=remedy) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _require_own(place: Path, target: Path, archive: Archive, work: str, ours: Ours) -> None:
    """Raise UsageError unless `place` is new, empty, or written by the same command and nothing else."""
    if place.is_relative_to(archive.root.resolve()):
        raise UsageError("is inside the archive", path=target, remedy="Name a folder outside it")
    if Path.cwd().is_relative_to(place):
        raise UsageError("is the current folder", path=target, remedy="Name a folder below it")
    if not place.exists():
        return
    if not place.is_dir():
        raise UsageError("is a file", path=target, remedy="Name a folder")
    foreign = next(_foreign(place, ours(place)), None)
    if foreign is not None:
        remedy = "The folder is replaced as a whole: name a new or empty one"
        raise UsageError(f"contains {foreign}, which was not written by this command", path=target, remedy=remedy)


def _foreign(place: Path, is_ours: Callable[[str], object]) -> Iterator[str]:
    for folder, folders, files in os.walk(place):
        for name in sorted([*folders, *files]):
            path = Path(folder, name)
            relative = path.relative_to(place).as_posix()
            if path.is_symlink() or not is_ours(relative):
                yield relative

"""The archive as it would be with one more run: a copy of links beside it, which goes when the question is answered."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli.archiving import Terms, appending
from readiness.cli.described import Described
from readiness.cli.options import indexed
from readiness.cli.project_version import told_version
from readiness.errors import UsageError

if TYPE_CHECKING:
    from readiness.archive import Archive


@dataclass(frozen=True)
class Trial:
    """An archive with one more run, or with one that was there already."""

    archive: Archive
    run: str
    new: bool


@contextmanager
def supposed(history: Path, described: Described, terms: Terms, cache: Path) -> Iterator[Trial]:
    """The archive with the run that is described; `history` is only read.

    Without --version the run is of the version of the run archived last, before the first of the project's.
    """
    from readiness.archive import Archive

    archive = indexed(history)
    archive.require_sound()
    run = described.new_run(archive, lambda: _last_version(archive))
    with _folder(cache) as folder:
        copy = Path(folder, "history")
        try:
            _link_all(history, copy)
        except OSError as error:
            problem = f"there is no room for a copy of the archive ({error.strerror or error})"
            raise UsageError(problem, path=folder, remedy="Free some space there; nothing was changed") from error
        with appending(copy, terms) as append:
            made, new = append(run)
        if not new:
            click.echo(f"This evidence is archived already, as run {made.id}.", err=True)
        yield Trial(Archive(copy), made.id, new)


def _last_version(archive: Archive) -> str:
    last = archive.chain.archived_last()
    return archive.runs[last[0]].manifest.version if last else told_version(Path.cwd())


def _folder(cache: Path) -> tempfile.TemporaryDirectory[str]:
    """An empty folder in the cache, where links reach; elsewhere where nothing can be written there."""
    try:
        return tempfile.TemporaryDirectory(prefix="trial-", dir=cache)
    except OSError:
        return tempfile.TemporaryDirectory(prefix="readiness-")


def _link_all(folder: Path, copy: Path) -> None:
    """Every file of `folder` under its name in `copy`, by a hard link where that can be. Raises OSError."""
    copy.mkdir()
    # What a run stands on is written before it: runs go first, the later month before the earlier.
    for entry in sorted(folder.iterdir(), reverse=True) if folder.is_dir() else ():
        if entry.name.startswith("."):
            continue  # another process is writing it
        if entry.is_dir() and not entry.is_symlink():
            _link_all(entry, copy / entry.name)
            continue
        try:
            os.link(entry, copy / entry.name, follow_symlinks=False)
        except OSError:
            shutil.copyfile(entry, copy / entry.name)

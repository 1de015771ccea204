"""Exporting the derived results of all runs as Hive-partitioned Parquet, for any other engine."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from readiness.archive.results import load_results
from readiness.archive.store import Archive
from readiness.archive.tables import PER_RUN, Row, Table, run_row, run_tables, runs_table
from readiness.errors import UsageError

LAYOUT = 1
"""Version of the folders and columns of an export."""

MARK = "export.json"
"""The file that says that a folder is an export, and of which layout."""

_HINT = b"\x18\x0cARROW:schema\x18"

_PARTITION = r"run=\d{8}T\d{6}Z-[0-9a-f]{12}"
_OURS = re.compile(
    rf"{re.escape(MARK)}|runs(/runs\.parquet)?|(?P<table>{'|'.join(PER_RUN)})(/{_PARTITION}(/(?P=table)\.parquet)?)?"
)
"""Every path that an export consists of, relative to its folder."""


@dataclass(frozen=True)
class Exported:
    """How much was written."""

    runs: int
    results: int
    files: int


def export(
    archive: Archive, target: Path, cache_folder: Path | None, progress: Callable[[int, int], None] = lambda *_: None
) -> Exported:
    """Write the results of every run below `target`; an export that is there already is replaced as a whole.

    The same archive gives the same bytes. The partition key is the run's id and nothing else: engines guess the type of
    a key from its text, so that versions would come back as numbers and dates (1.10 as 1.1); a version is a column.

    Raises UsageError where there is no run, or where `target` holds anything that no export wrote; ArchiveError where
    the archive is damaged. Nothing is changed then.
    """
    archive.require_sound()
    if not archive.runs:
        remedy = "Archive one: `readiness archive FILES… --version V`"
        raise UsageError("holds no run", path=archive.root, remedy=remedy)
    place = target.resolve()
    _require_own(place, target, archive)
    beside = place.parent / f".{place.name}-{os.getpid()}"
    with _told(target):
        beside.mkdir(parents=True)
        try:
            exported = _write_all(archive, beside, cache_folder, progress)
            _require_own(place, target, archive)
            _swap(beside, place)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return exported


def _write_all(
    archive: Archive, folder: Path, cache_folder: Path | None, progress: Callable[[int, int], None]
) -> Exported:
    runs, superseded = archive.runs, archive.superseded
    rows: list[Row] = []
    count = files = 0
    for done, run in enumerate(runs.values(), start=1):
        results = load_results(run, cache_folder)
        tables = run_tables(run, results)
        rows.append(run_row(run, results, tables["results"], superseded=run.id in superseded))
        for name, table in tables.items():
            _write(folder / name / f"run={run.id}" / f"{name}.parquet", table)
        count += len(tables["results"])
        files += len(tables)
        progress(done, len(runs))
    _write(folder / "runs" / "runs.parquet", runs_table(rows))
    (folder / MARK).write_text(json.dumps({"written_by": "readiness export", "layout": LAYOUT}) + "\n")
    return Exported(len(runs), count, files + 1)


def _write(path: Path, table: Table) -> None:
    """Write one file. All that shapes the bytes is fixed here, whatever the defaults become."""
    buffer = io.BytesIO()
    table.to_native().write_parquet(
        buffer, compression="zstd", compression_level=3, statistics=True, row_group_size=2**17, data_page_size=2**20
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_without_hint(buffer.getvalue()))


def _without_hint(parquet: bytes) -> bytes:
    """The file without the note for Arrow that its strings were "large" ones.

    Engines on Arrow would obey it and then refuse to join such a column with a partition key, which is a plain string.
    The key of the note is renamed in the footer, where it is the last of its kind, to one of the same length that
    nobody reads; what remains are the types of Parquet itself.
    """
    start = parquet.rfind(_HINT)
    if start < len(parquet) - 8 - int.from_bytes(parquet[-8:-4], "little"):
        return parquet
    return parquet[:start] + _HINT.lower() + parquet[start + len(_HINT) :]


def _require_own(place: Path, target: Path, archive: Archive) -> None:
    """Raise UsageError unless `place` is new, empty, or an earlier export and nothing else."""
    if place.is_relative_to(archive.root.resolve()):
        raise UsageError("lies in the archive", path=target, remedy="Name a folder outside it")
    if Path.cwd().is_relative_to(place):
        raise UsageError("is the folder that you are in", path=target, remedy="Name a folder beneath it")
    if not place.exists():
        return
    if not place.is_dir():
        raise UsageError("is a file", path=target, remedy="Name a folder")
    foreign = next(_foreign(place), None)
    if foreign is not None:
        remedy = "An export replaces its folder as a whole: name a new or empty one"
        raise UsageError(f"holds {foreign}, which no export wrote", path=target, remedy=remedy)


def _foreign(place: Path) -> Iterator[str]:
    """What no export wrote. Without the mark everything is foreign, whatever it is called."""
    marked = (place / MARK).is_file()
    for folder, folders, files in os.walk(place):
        for name in sorted([*folders, *files]):
            path = Path(folder, name)
            relative = path.relative_to(place).as_posix()
            if not marked or path.is_symlink() or not _OURS.fullmatch(relative):
                yield relative


def _swap(beside: Path, place: Path) -> None:
    """Put the new folder where the old one was, which is back where that fails."""
    old = beside.with_name(f"{beside.name}-old")
    replaces = place.exists()
    if replaces:
        shutil.copymode(place, beside)
        place.rename(old)
    try:
        beside.rename(place)
    except OSError:
        if replaces:
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """Turn what the operating system refuses into one line."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"cannot be written ({error.strerror or error})",
            path=target,
            remedy="What was there is as it was: make room, or name a folder whose parent may be written",
        ) from error

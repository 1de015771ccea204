"""Exporting the derived results of all runs as Hive-partitioned Parquet, for any other engine."""

import io
import json
import re
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import narwhals as nw

from readiness.archive import Archive, folder_at, is_address, mirror_of, own_address, own_folder
from readiness.errors import UsageError
from readiness.results.cache import load_results
from readiness.results.engines import Engine, summaries
from readiness.results.export_tables import PER_RUN, run_row, run_tables, runs_table
from readiness.results.rows import Row, Table

LAYOUT = 3
"""Version of the folders and columns of an export."""

MARK = "export.json"
"""The file that says that a folder is an export, and of which layout."""

_HINT = b"\x18\x0cARROW:schema\x18"

SUMMARIES = "summaries"

_TABLES = "|".join((*PER_RUN, SUMMARIES))
_PARTITION = r"run=\d{8}T\d{6}Z-[0-9a-f]{12}"
_OURS = re.compile(
    rf"{re.escape(MARK)}|runs(/runs\.parquet)?|(?P<table>{_TABLES})(/{_PARTITION}(/(?P=table)\.parquet)?)?"
)
"""Every path that an export consists of, relative to its folder."""


@dataclass(frozen=True)
class Exported:
    """How much was written."""

    runs: int
    results: int
    files: int


def export(
    archive: Archive,
    target: Path | str,
    cache_folder: Path | None,
    progress: Callable[[int, int], None] = lambda *_: None,
    engine: Engine = Engine.POLARS,
) -> Exported:
    """Write results and summary of every run below `target`; an export that is there already is replaced as a whole.

    `engine` reduces the results to the summaries; which it is changes no byte. A `target` that is text with `://` in it
    is an address, `s3://bucket/prefix`.

    The same archive gives the same bytes. The partition key is the run's id and nothing else: engines guess the type of
    a key from its text, so that versions would come back as numbers and dates (1.10 as 1.1); a version is a column.

    Raises UsageError where there is no run, or where `target` holds anything that no export wrote; ArchiveError where
    the archive is damaged. Nothing is changed then.
    """
    archive.require_sound()
    if not archive.runs:
        remedy = "Archive one: `readiness archive FILES… --version V`"
        raise UsageError("contains no runs", path=archive.root, remedy=remedy)
    with _place(target, archive) as folder:
        done = _write_all(archive, folder, cache_folder, progress)
        return replace(done, files=done.files + _write_summaries(folder, archive.runs, engine))


def _place(target: Path | str, archive: Archive) -> AbstractContextManager[Path]:
    if isinstance(target, str) and is_address(target):
        folder = folder_at(target)
        mirror = mirror_of(archive.root)
        if mirror and f"{target.rstrip('/')}/".startswith(f"{mirror.address}/"):
            raise UsageError("is inside the archive", path=target, remedy="Name a place outside it")
        if folder is None:
            return own_address(target, "export", _OURS.fullmatch, MARK)
        target = folder
    return own_folder(Path(target), archive, "export", _ours)


def _ours(place: Path) -> Callable[[str], object]:
    """What an export consists of. Without the mark everything is foreign, whatever it is called."""
    return _OURS.fullmatch if (place / MARK).is_file() else lambda _: False


def _write_all(
    archive: Archive, folder: Path, cache_folder: Path | None, progress: Callable[[int, int], None]
) -> Exported:
    runs, superseded = archive.runs, archive.superseded
    rows: list[Row] = []
    count = files = 0
    for done, run in enumerate(runs.values(), start=1):
        results = load_results(run, cache_folder)
        tables = run_tables(run, results)
        rows.append(run_row(run, results, superseded=run.id in superseded))
        for name, table in tables.items():
            _write(folder / name / f"run={run.id}" / f"{name}.parquet", table)
        count += len(tables["results"])
        files += len(tables)
        progress(done, len(runs))
    _write(folder / "runs" / "runs.parquet", runs_table(rows))
    (folder / MARK).write_text(json.dumps({"written_by": "readiness export", "layout": LAYOUT}) + "\n")
    return Exported(len(runs), count, files + 1)


def _write_summaries(folder: Path, runs: Collection[str], engine: Engine) -> int:
    """Reduce the results that were written to the summary of each run; how many files that makes."""
    found = summaries(folder / "results", engine).to_native()
    rows = found.partition_by("run", as_dict=True, include_key=False)
    for run in runs:
        table = rows.get((run,), found.drop("run").clear())
        _write(folder / SUMMARIES / f"run={run}" / f"{SUMMARIES}.parquet", nw.from_native(table))
    return len(runs)


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

"""The results of runs in the cache folder: derived, safe to delete, never needed for correctness."""

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import narwhals as nw
from pydantic import TypeAdapter

from readiness.archive import ArchivedRun, NewInput, own_cache, replace_file
from readiness.results.derive import RunResults, derive, derived
from readiness.results.kept import kept_results
from readiness.results.rows import Table
from readiness.results.summary import PLACE, summary

_REST = TypeAdapter(RunResults)


def load_results(run: ArchivedRun, cache_folder: Path | None) -> RunResults:
    """The results of `run`, from the cache folder where they are there and sound, else from the evidence.

    Raises ArchiveError where an evidence file is missing or damaged, whatever the cache holds of it.
    """
    contents = run.contents()
    if cache_folder is None:
        return _derived(run, contents)
    place = place_of(run, cache_folder)
    results = _cached(place, run.state_sha256)
    if results is None:
        results = _derived(run, contents)
        _put(place, results, run)
    return results


def keep_results(run: ArchivedRun, inputs: Iterable[NewInput], cache_folder: Path) -> None:
    """Keep the results of a run that has just been archived, as its inputs were read; evidence is not read again.

    A file whose packing was damaged may read otherwise once it is stored: of such a run nothing is kept.
    """
    files = {(*one.place, one.sha256): one.file for one in inputs}
    if any(finding.code.startswith("gzip-") for file in files.values() for finding in file.findings):
        return
    of_run = [files[*item.place, item.sha256] for item in run.manifest.inputs]
    _put(place_of(run, cache_folder), derived(run, of_run), run)


def _derived(run: ArchivedRun, contents: Sequence[bytes]) -> RunResults:
    return kept_results(run, contents[0]) if run.is_pruned else derive(run, contents)


def place_of(run: ArchivedRun, cache_folder: Path) -> Path:
    """Where the results of a run are kept."""
    return cache_folder / "results" / f"rules-{run.manifest.rules}-{_reader()}" / run.id


@cache
def _reader() -> str:
    """Digest of everything that turns evidence into results: the cache of another reader is not ours."""
    package = Path(__file__).parents[1]
    sources = (package / "model.py", *sorted(package.glob("results/*.py")), *sorted(package.glob("evidence/*.py")))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


def _cached(place: Path, manifest: str) -> RunResults | None:
    """What an earlier call put there; None where that is missing, damaged, or of another manifest."""
    try:
        seal, _, rest = (place / "rest.json").read_bytes().partition(b"\n")
        tests = (place / "tests.parquet").read_bytes()
        if seal.decode() != _seal(manifest, rest, tests):
            return None
        table = nw.read_parquet(io.BytesIO(tests), backend="polars")
        return _REST.validate_python({**json.loads(rest), "table": table})
    except Exception:  # noqa: BLE001 - whatever is wrong with a cache, the evidence decides: it is rebuilt
        return None


def _put(place: Path, results: RunResults, run: ArchivedRun) -> None:
    rest, tests = _REST.dump_json(results, exclude={"table"}), _parquet(results.table)
    reduced = _parquet(summarised(run, results.table))
    files = {
        "tests.parquet": tests,
        "summary.parquet": reduced,
        "summary.seal": _seal(run.state_sha256, reduced).encode(),
        "rest.json": f"{_seal(run.state_sha256, rest, tests)}\n".encode() + rest,
    }
    # The cache saves time and nothing else: without room or permission the run is derived again next time.
    with suppress(OSError):
        own_cache(place.parent)
        place.mkdir(exist_ok=True)
        for name, content in files.items():
            replace_file(place / name, content)


def load_summary(run: ArchivedRun, cache_folder: Path | None) -> Table:
    """The summary of `run`, from the cache folder where it is there and sound, else from its results.

    Evidence is read only in the second case; raises ArchiveError then where it is damaged.
    """
    if cache_folder is not None:
        place = place_of(run, cache_folder)
        with suppress(Exception):  # whatever is wrong with a cache, it is made again
            content = (place / "summary.parquet").read_bytes()
            if (place / "summary.seal").read_text() == _seal(run.state_sha256, content):
                return nw.read_parquet(io.BytesIO(content), backend="polars")
    results = load_results(run, cache_folder)
    if cache_folder is not None:
        _put(place_of(run, cache_folder), results, run)
    return summarised(run, results.table)


def summarised(run: ArchivedRun, table: Table) -> Table:
    """The summary of one run, its rows in order."""
    return summary(table.with_columns(run=nw.lit(run.id))).sort(*PLACE)


def _parquet(table: Table) -> bytes:
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    return buffer.getvalue()


def _seal(manifest: str, *contents: bytes) -> str:
    """Binds files of the cache to each other and to the manifest of their run."""
    parts = (manifest, *(hashlib.sha256(content).hexdigest() for content in contents))
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()

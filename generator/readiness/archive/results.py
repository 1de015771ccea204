"""The derived results of a run: a table of tests, kept in the cache folder, rebuilt from the evidence at any time."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast

import narwhals as nw

from readiness.archive.manifest import Input
from readiness.archive.store import ArchivedRun
from readiness.evidence import read
from readiness.evidence.attempts import join_attempts
from readiness.evidence.matching import aligned
from readiness.evidence.union import united
from readiness.evidence.wall import run_wall
from readiness.model import (
    CollectedList,
    Coverage,
    Detail,
    EvidenceFile,
    Metric,
    Outcome,
    RaisedWarning,
    TestKey,
    TestResult,
)

SCHEMA: Mapping[str, Any] = {
    "source": nw.String,
    "variant": nw.String,
    "group": nw.String,
    "name": nw.String,
    "outcome": nw.String,  # null: listed, but without a result
    "listed": nw.Boolean,
    "time_s": nw.Float64,
    "type": nw.String,
    "message": nw.String,
    "trace": nw.String,
    "more": nw.String,  # JSON: the details after the first, [kind, type, message, text]
    "suite": nw.String,
    "host": nw.String,
    "file": nw.String,
    "line": nw.Int64,
    "attempts": nw.Int64,
    "collection": nw.Boolean,
    "run_level": nw.Boolean,
    "input": nw.String,
    "place": nw.String,
}
"""Columns of the results table, one row per result, run-level error and listed test without a result.

Rows of one source, variant, group and name are namesakes; suite, host and file may tell them apart."""


@dataclass(frozen=True)
class ListSummary:
    """What a collected list says beyond its tests: how far it can be trusted."""

    source: str
    variant: str
    tests: int
    errors: int
    partial: bool
    unreliable: tuple[str, ...]
    modules: tuple[str, ...]
    deselected: int = 0
    """Tests that the runner left out on purpose: of such a list a missing test is not proven to be gone."""


@dataclass(frozen=True)
class RunResults:
    """Everything countable of one run: its table, metrics, coverage and collected lists."""

    table: nw.DataFrame[Any]
    metrics: tuple[Metric, ...]
    coverage: Coverage | None
    lists: tuple[ListSummary, ...]
    wall_s: float | None
    warnings: tuple[RaisedWarning, ...] | None = None
    """None: no file says anything about warnings."""
    wall_at_least: bool = False
    """`wall_s` is a lower bound."""
    told_by: Mapping[str, int] = field(default_factory=dict)
    """How many files each measured value comes from, by measure: `coverage.line`, `metric.NAME`, `duration` …"""


def load_results(run: ArchivedRun, cache_folder: Path | None) -> RunResults:
    """The results of `run`, from the cache folder where they are there and sound, else from the evidence.

    Raises ArchiveError where an evidence file is missing or damaged, whatever the cache holds of it.
    """
    contents = [run.evidence(item) for item in run.manifest.inputs]
    place = cache_folder / "results" / f"rules-{run.manifest.rules}-{_reader()}" / run.id if cache_folder else None
    cached = _from_cache(place, run.manifest_sha256) if place else None
    if cached:
        return cached
    results = derive(run, contents)
    if place:
        _to_cache(place, results, run.manifest_sha256)
    return results


def derive(run: ArchivedRun, contents: Sequence[bytes]) -> RunResults:
    """The results of `run` from the contents of its evidence files, in the manifest's order."""
    files = [
        (item.name, read(content, item.name, source=item.source, variant=item.variant), item)
        for item, content in zip(run.manifest.inputs, contents, strict=True)
    ]
    first = ((name, result) for name, file, item in files if not item.rerun for result in file.results)
    again = ((name, result) for name, file, item in files if item.rerun for result in file.results)
    rows = [result_row(result.key, result, name) for name, result in join_attempts(first, again)]
    by_key: dict[TestKey, list[dict[str, Any]]] = {}
    for row in rows:
        if not row["run_level"]:
            by_key.setdefault(TestKey(*(row[column] for column in KEY)), []).append(row)
    ran = {(key.source, key.variant) for key in by_key}
    places = {key: {row[name] for row in found for name in ("file", "suite")} for key, found in by_key.items()}
    lists: dict[tuple[object, ...], ListSummary] = {}
    for _, file, item in files:
        if file.collected is None or not _speaks(item, ran):
            continue
        collected = aligned(file.collected, places)
        # Of files that all have a result nothing more is known; one without a result makes the run incomplete.
        if not collected.files or any(key not in by_key for key in collected.tests):
            # A list that is there twice stands in for no other.
            lists.setdefault((item.source, item.variant, *sorted(collected.tests)), _summary(collected, item))
        rows += _without_result(collected, by_key, item.name)
    rows.sort(key=_in_order)
    raised = [file.warnings for _, file, _ in files if file.warnings is not None]
    read_files = [file for _, file, _ in files]
    wall = run_wall(read_files)
    return RunResults(
        table=rows_table(rows),
        metrics=tuple(metric for _, file, _ in files for metric in file.metrics),
        coverage=_coverage([file for file in read_files if file.coverage]),
        lists=tuple(lists.values()),
        wall_s=wall.seconds,
        warnings=tuple(warning for found in raised for warning in found) if raised else None,
        wall_at_least=wall.at_least,
        told_by=Counter(measure for file in read_files for measure in _measures(file)),
    )


KEY = ("source", "variant", "group", "name")
_ORDER = (*KEY, "suite", "host", "file", "place", "input")


def _in_order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["run_level"], *(row[column] for column in _ORDER)


def _speaks(item: Input, ran: Iterable[tuple[str, str]]) -> bool:
    """False for a list without a label whose source has labelled results alone: it says nothing of those."""
    variants = {variant for source, variant in ran if source == item.source}
    return bool(item.variant) or not variants or "" in variants


def _without_result(
    collected: CollectedList, by_key: dict[TestKey, list[dict[str, Any]]], name: str
) -> Iterator[dict[str, Any]]:
    """New rows for what a list holds and no row shows: as many of each test as it stands there, and its errors.

    What it could not collect is one expected test that is an error. All rows of a listed test are marked.
    """
    detail = Detail("error", "", "collection failure", "")
    failed = {key: TestResult(key, Outcome.ERROR, details=(detail,), collection=True) for key in collected.errors}
    listed: dict[TestKey, list[str]] = {key: [""] for key in collected.errors}
    for key, host in zip_longest(collected.tests, collected.hosts, fillvalue=""):
        listed.setdefault(cast("TestKey", key), []).append(host)
    for key, hosts in listed.items():
        rows = by_key.setdefault(key, [])
        ran = {row["host"] for row in rows}
        missing = sorted(hosts, key=lambda host: host not in ran)[len(rows) :]
        fresh = [result_row(key, failed.get(key), name) | {"host": host} for host in missing]
        rows += fresh
        yield from fresh
        for row in rows:
            row["listed"] = True


@cache
def _reader() -> str:
    """Digest of everything that turns evidence into results: the cache of another reader is not ours."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256((package / "model.py").read_bytes())
    for source in (Path(__file__), *sorted((package / "evidence").glob("*.py"))):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def rows_table(rows: Sequence[Mapping[str, Any]]) -> nw.DataFrame[Any]:
    """The rows as a table with the columns of `SCHEMA`."""
    columns = {column: [row[column] for row in rows] for column in SCHEMA}
    return nw.from_dict(columns, dict(SCHEMA), backend="polars")


def result_row(key: TestKey, result: TestResult | None = None, source_file: str = "") -> dict[str, Any]:
    """One row of the table; without a result, that of a test of which only the key is known."""
    details = result.details if result else ()
    first = details[0] if details else None
    more = [tuple(detail) for detail in details[1:]]
    return {
        **dict(zip(KEY, key, strict=False)),
        "outcome": result.outcome.value if result else None,
        "listed": False,
        "time_s": result.time_s if result else None,
        "type": first.type if first else "",
        "message": first.message if first else "",
        "trace": first.text if first else "",
        "more": json.dumps(more) if more else "",
        "suite": result.suite if result else "",
        "host": result.host if result else "",
        "file": result.file if result else "",
        "line": result.line if result else None,
        "attempts": result.attempts if result else 0,
        "collection": bool(result and result.collection),
        "run_level": bool(result and result.run_level),
        "input": source_file,
        "place": result.place if result else "",
    }


def _summary(collected: CollectedList, item: Input) -> ListSummary:
    return ListSummary(
        source=item.source,
        variant=item.variant,
        tests=len(collected.tests),
        errors=len(collected.errors),
        partial=collected.partial or collected.files,
        unreliable=collected.unreliable,
        modules=collected.modules,
        deselected=collected.deselected,
    )


def _coverage(files: Sequence[EvidenceFile]) -> Coverage | None:
    """Coverage of the files together: a line in several of them counts once."""
    return files[0].coverage if len(files) == 1 else united([file.source_lines for file in files]) if files else None


def _measures(file: EvidenceFile) -> set[str]:
    """The measures that a file has a value of."""
    coverage = file.coverage
    found = {f"metric.{metric.name}" for metric in file.metrics}
    found |= {"coverage.line"} if coverage and coverage.lines_valid else set()
    found |= {"coverage.branch"} if coverage and coverage.branches_valid else set()
    found |= {"warnings"} if file.warnings is not None else set()
    return found | ({"duration"} if file.cases or file.wall_s is not None else set())


def _from_cache(place: Path, manifest: str) -> RunResults | None:
    """What an earlier call put there; None where that is missing, damaged, or of another manifest."""
    try:
        seal, _, rest = (place / "rest.json").read_bytes().partition(b"\n")
        tests = (place / "tests.parquet").read_bytes()
        if seal.decode() != _seal(manifest, rest, tests):
            return None
        plain = json.loads(rest)
        return RunResults(
            table=nw.read_parquet(io.BytesIO(tests), backend="polars"),
            metrics=tuple(Metric(**metric) for metric in plain["metrics"]),
            coverage=Coverage(**plain["coverage"]) if plain["coverage"] else None,
            lists=tuple(
                ListSummary(**{**one, "unreliable": tuple(one["unreliable"]), "modules": tuple(one["modules"])})
                for one in plain["lists"]
            ),
            wall_s=plain["wall_s"],
            wall_at_least=plain["wall_at_least"],
            told_by=plain["told_by"],
            warnings=None if plain["warnings"] is None else tuple(RaisedWarning(**one) for one in plain["warnings"]),
        )
    except Exception:  # noqa: BLE001 - whatever is wrong with a cache, the evidence decides: it is rebuilt
        return None


def _to_cache(place: Path, results: RunResults, manifest: str) -> None:
    plain = {
        "metrics": [asdict(metric) for metric in results.metrics],
        "coverage": asdict(results.coverage) if results.coverage else None,
        "lists": [asdict(one) for one in results.lists],
        "wall_s": results.wall_s,
        "wall_at_least": results.wall_at_least,
        "told_by": dict(results.told_by),
        "warnings": None if results.warnings is None else [asdict(one) for one in results.warnings],
    }
    rest, tests = json.dumps(plain).encode(), io.BytesIO()
    results.table.write_parquet(tests)
    files = {
        "tests.parquet": tests.getvalue(),
        "rest.json": f"{_seal(manifest, rest, tests.getvalue())}\n".encode() + rest,
    }
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            beside = place / f".{name}-{os.getpid()}"
            beside.write_bytes(content)
            beside.replace(place / name)
    except OSError:
        # The cache saves time and nothing else: without room or permission the run is derived again next time.
        return


def _seal(manifest: str, rest: bytes, tests: bytes) -> str:
    """Binds both files of the cache to each other and to the manifest of their run."""
    parts = (manifest, hashlib.sha256(rest).hexdigest(), hashlib.sha256(tests).hexdigest())
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()

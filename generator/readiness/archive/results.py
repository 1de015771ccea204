"""The derived results of a run: a table of tests, kept in the cache folder, rebuilt from the evidence at any time."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import narwhals as nw

from readiness.archive.manifest import Input
from readiness.archive.store import ArchivedRun
from readiness.evidence import read
from readiness.evidence.shards import merge_files
from readiness.model import Coverage, Detail, EvidenceFile, Metric, Outcome, RaisedWarning, TestKey, TestResult

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
    "file": nw.String,
    "line": nw.Int64,
    "attempts": nw.Int64,
    "collection": nw.Boolean,
    "run_level": nw.Boolean,
    "input": nw.String,
    "place": nw.String,
    "suite": nw.String,
}
"""Columns of the results table, one row per distinct test and run-level error."""

KEY = ("source", "variant", "group", "name")


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
    rows: dict[TestKey, dict[str, Any]] = {}
    run_level: list[dict[str, Any]] = []
    for name, result in merge_files((name, file.results) for name, file, _ in files):
        row = result_row(result.key, result, name)
        if result.run_level:
            run_level.append(row)
        else:
            rows[result.key] = row
    lists = []
    for _, file, item in files:
        for variant in _covered_variants(file, item, rows, files):
            lists.append(_summary(file, item.source, variant))
            for key in file.collected.tests if file.collected else ():
                own = key._replace(variant=variant)
                rows.setdefault(own, result_row(own))["listed"] = True
            for key in file.collected.errors if file.collected else ():
                own = key._replace(variant=variant)
                rows.setdefault(own, result_row(own, _not_collected(own), item.name))["listed"] = True
    ordered = [rows[key] for key in sorted(rows)] + run_level
    raised = [file.warnings for _, file, _ in files if file.warnings is not None]
    walls = [file.wall_s for _, file, _ in files if file.wall_s is not None]
    return RunResults(
        table=rows_table(ordered),
        metrics=tuple(metric for _, file, _ in files for metric in file.metrics),
        coverage=_summed(file.coverage for _, file, _ in files if file.coverage),
        lists=tuple(lists),
        wall_s=sum(walls) if walls else None,
        warnings=tuple(warning for found in raised for warning in found) if raised else None,
    )


def _covered_variants(
    file: EvidenceFile, item: Input, rows: Iterable[TestKey], files: Sequence[tuple[str, EvidenceFile, Input]]
) -> list[str]:
    """The variants that a collected list speaks of: its own, or each variant of its source where it was given none."""
    if not file.collected:
        return []
    ran = {key.variant for key in rows if key.source == item.source}
    if item.variant or not ran or "" in ran:
        return [item.variant]
    with_own = {other.variant for _, one, other in files if one.collected and other.source == item.source}
    return sorted(ran - with_own)


def _not_collected(key: TestKey) -> TestResult:
    """A collection error that only the collected list tells of: one expected test with outcome error."""
    detail = Detail("error", "", "collection failure", "")
    return TestResult(key, Outcome.ERROR, details=(detail,), collection=True)


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
        **key._asdict(),
        "outcome": result.outcome.value if result else None,
        "listed": False,
        "time_s": result.time_s if result else None,
        "type": first.type if first else "",
        "message": first.message if first else "",
        "trace": first.text if first else "",
        "more": json.dumps(more) if more else "",
        "file": result.file if result else "",
        "line": result.line if result else None,
        "attempts": result.attempts if result else 0,
        "collection": bool(result and result.collection),
        "run_level": bool(result and result.run_level),
        "input": source_file,
        "place": result.place if result else "",
        "suite": result.suite if result else "",
    }


def _summary(file: EvidenceFile, source: str, variant: str) -> ListSummary:
    collected = file.collected
    assert collected is not None
    return ListSummary(
        source=source,
        variant=variant,
        tests=len(collected.tests),
        errors=len(collected.errors),
        partial=collected.partial,
        unreliable=collected.unreliable,
        modules=collected.modules,
        deselected=collected.deselected,
    )


def _summed(parts: Iterable[Coverage]) -> Coverage | None:
    """Coverage of several files added up; a line in two of them counts twice, so the rate is never overstated."""
    found = list(parts)
    if len(found) <= 1:
        return found[0] if found else None
    return Coverage(
        lines_covered=sum(part.lines_covered for part in found),
        lines_valid=sum(part.lines_valid for part in found),
        branches_covered=sum(part.branches_covered for part in found),
        branches_valid=sum(part.branches_valid for part in found),
    )


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

"""The tables of an export: which columns each has, and their rows from the archive."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import narwhals as nw

from readiness.archive import ArchivedRun, Manifest
from readiness.model import Outcome
from readiness.results.derive import RunResults
from readiness.results.rows import Row, Table, table_of

MOMENT = nw.Datetime("us", "UTC")
COVERED = ("lines_covered", "lines_valid", "branches_covered", "branches_valid")

RUNS: Mapping[str, Any] = {
    "run": nw.String,
    "version": nw.String,
    "product": nw.String,
    "commit": nw.String,
    "branch": nw.String,
    "ci_url": nw.String,
    "started": MOMENT,
    "finished": MOMENT,
    "previous": nw.String,
    "previous_judgement": nw.Int64,
    "supersedes": nw.String,
    "superseded": nw.Boolean,
    "rules": nw.Int64,
    "digest": nw.String,
    "environment": nw.String,  # JSON object
    "masking": nw.String,
    "judgements": nw.Int64,
    "policy": nw.String,  # SHA-256 of the policy of the latest judgement
    "inputs": nw.Int64,
    "loss": nw.Boolean,
    "tests": nw.Int64,  # without run-level errors; the outcomes sum to it
    **{outcome.value: nw.Int64 for outcome in Outcome},
    "run_errors": nw.Int64,
    **dict.fromkeys(COVERED, nw.Int64),
    "wall_s": nw.Float64,
    "wall_at_least": nw.Boolean,  # wall_s is a lower bound
}
"""Columns of `runs`, one row a run: the only table that is not partitioned."""

METRICS: Mapping[str, Any] = {"name": nw.String, "value": nw.Float64, "unit": nw.String, "limit": nw.Float64}

INPUTS: Mapping[str, Any] = {
    "name": nw.String,
    "source": nw.String,
    "variant": nw.String,
    "rerun": nw.Boolean,
    "kind": nw.String,
    "stored": nw.String,
    "sha256": nw.String,
    "bytes": nw.Int64,
    "masked": nw.Int64,
    "read": nw.String,
    "reason": nw.String,
    "loss": nw.Boolean,
    "declared": nw.String,  # JSON object
}

FINDINGS: Mapping[str, Any] = {
    "input": nw.String,
    "source": nw.String,
    "variant": nw.String,
    "code": nw.String,
    "message": nw.String,
    "place": nw.String,
    "loss": nw.Boolean,
}

LISTS: Mapping[str, Any] = {
    "source": nw.String,
    "variant": nw.String,
    "tests": nw.Int64,
    "errors": nw.Int64,
    "partial": nw.Boolean,
    "deselected": nw.Int64,
}

PER_RUN = ("results", "metrics", "inputs", "findings", "lists")
"""The tables with one partition a run."""


def run_tables(run: ArchivedRun, results: RunResults) -> dict[str, Table]:
    """The tables of one run, by the names in `PER_RUN`."""
    inputs = run.manifest.inputs
    findings = (
        {"input": one.name, "source": one.source, "variant": one.variant, **finding.model_dump()}
        for one in inputs
        for finding in one.findings
    )
    return {
        "results": results.table.drop("origin", "instance"),
        "metrics": _table(METRICS, _rows(METRICS, results.metrics)),
        "inputs": _table(INPUTS, _rows(INPUTS, inputs)),
        "findings": _table(FINDINGS, findings),
        "lists": _table(LISTS, _rows(LISTS, results.lists)),
    }


def run_row(run: ArchivedRun, results: RunResults, *, superseded: bool) -> Row:
    """The row of a run in `runs`."""
    manifest = run.manifest
    return {
        **{name: getattr(manifest, name) for name in RUNS if name in Manifest.model_fields},
        **{name: getattr(results.coverage, name, None) for name in COVERED},
        **_counts(results.table),
        "run": manifest.id,
        "previous": manifest.previous.run if manifest.previous else None,
        "previous_judgement": manifest.previous.judgement if manifest.previous else None,
        "superseded": superseded,
        "judgements": len(run.judgements),
        "policy": run.judgements[-1].policy,
        "inputs": len(manifest.inputs),
        "loss": manifest.losses > 0,
        "wall_s": results.wall_s,
        "wall_at_least": results.wall_at_least,
    }


def runs_table(rows: Iterable[Row]) -> Table:
    """The table `runs`."""
    return _table(RUNS, rows)


def _counts(table: Table) -> dict[str, int]:
    tests = table.filter(~nw.col("run_level"))
    counted = Counter(tests["outcome"].to_list())
    return {"tests": len(tests), **{one.value: counted[one] for one in Outcome}, "run_errors": len(table) - len(tests)}


def _rows(schema: Iterable[str], records: Iterable[object]) -> Iterator[Row]:
    return ({name: getattr(record, name) for name in schema} for record in records)


def _table(schema: Mapping[str, Any], rows: Iterable[Row]) -> Table:
    return table_of(({name: _plain(row[name]) for name in schema} for row in rows), schema)


def _plain(value: Any) -> Any:
    """The value, a mapping as JSON; text without halves of surrogate pairs, which are no text to any other engine."""
    if isinstance(value, Mapping):
        value = json.dumps(dict(value), sort_keys=True, ensure_ascii=False)
    return value.encode(errors="replace").decode() if isinstance(value, str) else value

"""The tables of an export: which columns each has, and their rows from the archive."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw

from readiness.archive import ArchivedRun, Manifest
from readiness.model import Outcome
from readiness.results.derive import RunResults
from readiness.results.rows import Row, Table, table_of

MOMENT = nw.Datetime("us", "UTC")

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
    "lines_covered": nw.Int64,
    "lines_valid": nw.Int64,
    "branches_covered": nw.Int64,
    "branches_valid": nw.Int64,
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
    return {
        "results": results.table.drop("origin", "instance"),
        "metrics": _table(METRICS, ({key: getattr(one, key) for key in METRICS} for one in results.metrics)),
        "inputs": _table(
            INPUTS,
            (
                {key: getattr(one, key) for key in INPUTS if key != "declared"} | {"declared": _json(one.declared)}
                for one in inputs
            ),
        ),
        "findings": _table(
            FINDINGS,
            (
                {"input": one.name, "source": one.source, "variant": one.variant, **finding.model_dump()}
                for one in inputs
                for finding in one.findings
            ),
        ),
        "lists": _table(LISTS, ({key: getattr(one, key) for key in LISTS} for one in results.lists)),
    }


def run_row(run: ArchivedRun, results: RunResults, table: Table, *, superseded: bool) -> Row:
    """The row of a run in `runs`; `table` are its results as they are exported."""
    manifest = run.manifest
    coverage = results.coverage
    return {
        **{key: getattr(manifest, key) for key in RUNS if key in Manifest.model_fields},
        **_counts(table),
        "run": manifest.id,
        "previous": manifest.previous.run if manifest.previous else None,
        "previous_judgement": manifest.previous.judgement if manifest.previous else None,
        "superseded": superseded,
        "environment": _json(manifest.environment),
        "judgements": len(run.judgements),
        "policy": run.judgements[-1].policy,
        "inputs": len(manifest.inputs),
        "loss": manifest.losses > 0,
        "lines_covered": coverage.lines_covered if coverage else None,
        "lines_valid": coverage.lines_valid if coverage else None,
        "branches_covered": coverage.branches_covered if coverage else None,
        "branches_valid": coverage.branches_valid if coverage else None,
        "wall_s": results.wall_s,
        "wall_at_least": results.wall_at_least,
    }


def runs_table(rows: Iterable[Row]) -> Table:
    """The table `runs`."""
    return _table(RUNS, rows)


def _counts(table: Table) -> dict[str, int]:
    tests = table.filter(~nw.col("run_level"))
    found = dict(tests.group_by("outcome").agg(nw.len().alias("tests")).iter_rows())
    counted = {outcome.value: int(found.get(outcome.value, 0)) for outcome in Outcome}
    return {"tests": len(tests), **counted, "run_errors": len(table) - len(tests)}


def _table(schema: Mapping[str, Any], rows: Iterable[Row]) -> Table:
    return table_of(({name: _plain(row[name]) for name in schema} for row in rows), schema)


def _plain(value: Any) -> Any:
    """The value; text without halves of surrogate pairs, which are no text to any other engine."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def _json(pairs: Mapping[str, Any]) -> str:
    return json.dumps(dict(pairs), sort_keys=True, ensure_ascii=False)

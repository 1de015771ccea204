"""Rows of the results table: written from a result, read back as the same result."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

import narwhals as nw

from readiness.model import Detail, Outcome, TestKey, TestResult
from readiness.results.signatures import cause_of

Table = nw.DataFrame[Any]
Row = dict[str, Any]

KEY = TestKey._fields
BASE = KEY[:4]
"""What namesakes share."""
DETAIL = ("kind", "type", "message", "trace")
"""The detail that decided the outcome."""
SAID = (*DETAIL, "more", "signature", "input", "place")
"""All that a result says, and where."""

SCHEMA: Mapping[str, Any] = {
    **dict.fromkeys(BASE, nw.String),
    "origin": nw.String,
    "instance": nw.Int64,
    "outcome": nw.String,
    "listed": nw.Boolean,
    "time_s": nw.Float64,
    **dict.fromkeys(DETAIL, nw.String),  # kind null: no detail at all
    "more": nw.String,  # JSON: the details after the first, [kind, type, message, text]
    "signature": nw.String,  # of the cause of a failure or an error, else empty
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

Rows of one source, variant, group and name are namesakes; suite, host and file may tell them apart. Which is which is
known along the chain alone: in the results of one run every `origin` is empty, and every `instance` 1."""

_NO_DETAIL = (None, "", "", "")
_PLAIN = tuple(field.name for field in fields(TestResult) if field.name not in {"key", "outcome", "details"})
"""What a row holds as the result does."""
_plain_of = attrgetter(*_PLAIN)


def row_of(result: TestResult, input_name: str = "") -> Row:
    """The row of a result in a file of evidence."""
    first, *more = result.details or (_NO_DETAIL,)
    return {
        **result.key._asdict(),
        "outcome": result.outcome.value,
        "listed": False,
        **dict(zip(DETAIL, first, strict=True)),
        "more": json.dumps(more) if more else "",
        "signature": cause_of(result).signature if result.outcome.failing else "",
        **dict(zip(_PLAIN, _plain_of(result), strict=True)),
        "input": input_name,
    }


def result_of(row: Mapping[str, Any]) -> TestResult:
    """The result that a row was written from."""
    first = (Detail(*(row[name] for name in DETAIL)),) if row["kind"] is not None else ()
    more = tuple(Detail(*detail) for detail in json.loads(row["more"])) if row["more"] else ()
    plain = {name: row[name] for name in _PLAIN}
    return TestResult(key_of(row), Outcome(row["outcome"]), details=(*first, *more), **plain)


def table_of(rows: Iterable[Mapping[str, Any]], schema: Mapping[str, Any] = SCHEMA) -> Table:
    """Rows as a table with the columns of the schema."""
    rows = list(rows)
    return nw.from_dict({column: [row[column] for row in rows] for column in schema}, dict(schema), backend="polars")


def results_of(table: Table) -> list[TestResult]:
    """The rows as results; meant for the few that matter."""
    return [result_of(row) for row in table.iter_rows(named=True)]


def key_of(row: Mapping[str, Any]) -> TestKey:
    """The key of a row by name."""
    return TestKey(*(row[name] for name in KEY))


def keys_of(table: Table) -> list[TestKey]:
    """The keys of a table's rows, in order."""
    return [TestKey(*row) for row in table.select(*KEY).iter_rows()]


def keys_table(keys: Sequence[tuple[Any, ...]], beside: Table, columns: Sequence[str] = KEY) -> Table:
    """Keys, or their first columns, as a table of the same engine."""
    by_column = {name: [key[at] for key in keys] for at, name in enumerate(columns)}
    return nw.from_dict(by_column, {name: SCHEMA[name] for name in columns}, backend=beside.implementation)

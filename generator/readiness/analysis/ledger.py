"""The ledger: every test is owed a result until it has one or is released, carried from run to run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, Any

import narwhals as nw
from pydantic_core import CoreSchema, core_schema

from readiness.analysis.identity import TELLING, Base, Identity, base_of, origin_of
from readiness.analysis.moves import Move
from readiness.analysis.tables import HAS_RESULT
from readiness.model import TestKey
from readiness.results import BASE, KEY, Table, key_of, table_of
from readiness.serial import Ordered, Pairs

Pair = tuple[str, str]
"""Source and variant."""

COLUMNS: Mapping[str, Any] = {
    **dict.fromkeys((*BASE, "origin"), nw.String),
    "instance": nw.Int64,
    **dict.fromkeys(TELLING, nw.String),
    "collection": nw.Boolean,  # stands for what lies beneath it
    "ran": nw.Boolean,  # had a result in some run
    "last": nw.String,  # the run that had its last result
    "input": nw.String,  # the evidence file of that result
    "adrift": nw.Boolean,  # nothing of that file has had a result since
}


class _Columns:
    """The rows as one list for each column."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda columns: nw.from_dict(columns, dict(COLUMNS), backend="polars"),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda table: table.to_dict(as_series=False)
            ),
        )


@dataclass(frozen=True)
class Ledger:
    """What is owed after a judgement: one row per test."""

    table: Annotated[Table, _Columns()]
    told_by: Pairs[Base, Ordered[str]] = field(default_factory=dict)
    """What has told namesakes apart."""
    lists: Pairs[Pair, int] = field(default_factory=dict)
    """How many collected lists of each source and variant there should be: as many as any run had."""
    recent: Ordered[str] = frozenset()
    """The run that was judged, and those that it replaced."""
    moves: tuple[Move, ...] = ()
    """Every move of a class up the chain."""

    @cached_property
    def identity(self) -> Identity:
        """What tells namesakes apart, and how many of each there should be."""
        counted = self.table.group_by(*BASE, "origin").agg(nw.col("instance").max().alias("most"))
        rows = counted.filter(nw.col("most") > 1).select(*BASE, "origin", "most").iter_rows()
        return Identity(self.told_by, {(row[:4], row[4]): row[5] for row in rows})


def empty() -> Ledger:
    """The ledger before any run."""
    return Ledger(table_of([], COLUMNS))


def owed_by(table: Table, run: str) -> Table:
    """The rows of a ledger for the tests of a results table with keys."""
    rows = table.filter(~nw.col("run_level")).with_columns(
        ran=HAS_RESULT,
        last=nw.when(HAS_RESULT).then(nw.lit(run)).otherwise(nw.lit("")),
        adrift=nw.lit(value=False),
    )
    return rows.select(*COLUMNS)


def owed_by_suites(silent: Iterable[TestKey]) -> Table:
    """The rows of a ledger for suites that did not run: each stands for whatever lies beneath it."""
    blank = {**dict.fromkeys(COLUMNS, ""), "collection": True, "ran": False, "adrift": False}
    return table_of([{**blank, **key._asdict(), "suite": key.group} for key in dict.fromkeys(silent)], COLUMNS)


def told_again(ledger: Ledger, told_by: Mapping[Base, frozenset[str]]) -> tuple[Ledger, Mapping[TestKey, TestKey]]:
    """The ledger after more tells namesakes apart, and what each key that changed is called since."""
    changed = {base for base, columns in told_by.items() if columns != ledger.told_by.get(base)}
    ledger = replace(ledger, told_by=told_by)
    if not changed:
        return ledger, {}
    taken: dict[tuple[Base, str], int] = {}
    renamed: dict[TestKey, TestKey] = {}
    rows = []
    for row in ledger.table.sort(*KEY).iter_rows(named=True):
        base = base_of(row)
        if base in changed:
            origin = origin_of(row, told_by[base])
            instance = taken[base, origin] = taken.get((base, origin), 0) + 1
            renamed[TestKey(*base, row["origin"], row["instance"])] = TestKey(*base, origin, instance)
            row = {**row, "origin": origin, "instance": instance}
        rows.append(row)
    return replace(ledger, table=table_of(rows, COLUMNS)), {old: new for old, new in renamed.items() if old != new}


def moved(ledger: Ledger, moves: Iterable[Move]) -> tuple[Ledger, Mapping[TestKey, TestKey]]:
    """The ledger after classes have moved, and what each test of theirs is called since."""
    places = {move.old: move for move in moves}
    if not places:
        return ledger, {}
    renamed: dict[TestKey, TestKey] = {}
    rows = []
    for row in ledger.table.iter_rows(named=True):
        move = places.get((row["source"], row["variant"], row["origin"], row["group"]))
        if move:
            old = key_of(row)
            new = renamed[old] = move.applied(old)
            row = {**row, "origin": new.origin, "group": new.group}
        rows.append(row)
    return replace(ledger, table=table_of(rows, COLUMNS), moves=(*ledger.moves, *places.values())), renamed

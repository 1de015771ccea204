"""Which test a row is: what tells namesakes apart joins their keys, and the rest are counted."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from readiness.analysis.tables import HAS_RESULT
from readiness.evidence import SEPARATOR
from readiness.model import Outcome
from readiness.results import BASE, Table, keys_table
from readiness.serial import Ordered, Pairs

Base = tuple[str, str, str, str]
"""Source, variant, group and name: what namesakes share."""

TELLING = ("suite", "host", "file")

_RANK = {
    outcome: rank
    for rank, outcome in enumerate(
        (Outcome.ERROR, Outcome.FAILED, Outcome.NOT_RUN, Outcome.SKIPPED, Outcome.FLAKY, Outcome.PASSED)
    )
}
"""Of namesakes the worst comes first."""


@dataclass(frozen=True)
class Identity:
    """What is known of namesakes along the chain."""

    told_by: Pairs[Base, Ordered[str]] = field(default_factory=dict)
    """The columns of `TELLING` by which a key's namesakes have been told apart; they only grow."""
    owed: Pairs[tuple[Base, str], int] = field(default_factory=dict)
    """How many namesakes of one key and origin there should be, where that is more than one."""


def told_apart(table: Table, known: Mapping[Base, frozenset[str]]) -> Mapping[Base, frozenset[str]]:
    """What tells namesakes apart after a run: names of suites, host within one suite, file within both."""
    repeated = table.filter(HAS_RESULT).group_by(*BASE).agg(nw.len().alias("rows"))
    bases = {row[:4] for row in repeated.filter(nw.col("rows") > 1).iter_rows()}
    found = {base: known.get(base, frozenset()) | _telling(rows) for base, rows in _rows_of(table, bases).items()}
    return {**known, **{base: columns for base, columns in found.items() if columns}}


def identified(table: Table, identity: Identity) -> Table:
    """A results table with `origin` and `instance` as they are on the chain.

    Of namesakes that nothing tells apart the worst comes first, and one that is missing before one that was skipped or
    passed: the first instance is as bad as the worst. Costs a search for repeated keys, then only these.
    """
    repeated = table.group_by(*BASE).agg(nw.len().alias("rows")).filter(nw.col("rows") > 1)
    bases = {row[:4] for row in repeated.iter_rows()} | identity.told_by.keys() | {base for base, _ in identity.owed}
    numbered = table.with_row_index("row")
    named = [row for base, rows in _rows_of(numbered, bases).items() for row in _named(base, rows, identity)]
    if not named:
        return table
    schema: dict[str, Any] = {"row": numbered.schema["row"], "origin": nw.String, "instance": nw.Int64}
    given = nw.from_dict({name: [row[name] for row in named] for name in schema}, schema, backend=table.implementation)
    joined = numbered.drop("origin", "instance").join(given, on="row", how="left").sort("row")
    joined = joined.with_columns(origin=nw.col("origin").fill_null(""), instance=nw.col("instance").fill_null(1))
    return joined.select(*table.columns)


def _rows_of(table: Table, bases: Collection[Base]) -> dict[Base, list[dict[str, Any]]]:
    """The rows of some keys."""
    if not bases:
        return {}
    wanted = keys_table(sorted(bases), table, BASE)
    found: dict[Base, list[dict[str, Any]]] = {}
    for row in table.join(wanted, on=list(BASE), how="semi").iter_rows(named=True):
        found.setdefault(base_of(row), []).append(row)
    return found


def _telling(rows: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The columns by which namesakes differ."""
    levels = [{tuple(row[name] for name in TELLING[:depth]) for row in rows} for depth in range(len(TELLING) + 1)]
    return frozenset(name for at, name in enumerate(TELLING) if len(levels[at]) < len(levels[at + 1]))


def base_of(row: Mapping[str, Any]) -> Base:
    """What a row shares with its namesakes."""
    return row["source"], row["variant"], row["group"], row["name"]


def origin_of(row: Mapping[str, Any], columns: Collection[str]) -> str:
    """`suite > file @ host`, as far as these columns tell apart."""
    parts = [row[name] for name in ("suite", "file") if name in columns and row[name]]
    host = f"@ {row['host']}" if "host" in columns and row["host"] else ""
    return " ".join(filter(None, (SEPARATOR.join(parts), host)))


def _named(base: Base, rows: Sequence[Mapping[str, Any]], identity: Identity) -> Iterator[dict[str, Any]]:
    """Row, origin and instance of a key's rows; run-level errors are numbered apart."""
    alike: dict[tuple[bool, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        origin = origin_of(row, identity.told_by.get(base, ()))
        alike.setdefault((row["run_level"], origin), []).append(row)
    for (run_level, origin), found in alike.items():
        missing = 0 if run_level else max(0, identity.owed.get((base, origin), 1) - len(found))
        for at, row in enumerate(sorted(found, key=_worst_first), start=1):
            instance = at + (missing if _rank(row) > _RANK[Outcome.NOT_RUN] else 0)
            yield {"row": row["row"], "origin": origin, "instance": instance}


def _rank(row: Mapping[str, Any]) -> int:
    return _RANK[Outcome(row["outcome"])]


def _worst_first(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """By outcome, then by what the results are alone: in which file they stand changes nothing that counts."""
    said = tuple(row[name] for name in ("type", "message", "trace", "more", *TELLING))
    return _rank(row), said, row["time_s"] or 0.0, row["line"] or 0, row["place"], row["input"]

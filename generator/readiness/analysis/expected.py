"""What a run was expected to test: from its collected lists, else from the nearest sound run before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

import narwhals as nw

from readiness.analysis.tables import Table, keys_of, with_labels
from readiness.archive import RunResults, result_row, rows_table
from readiness.model import Outcome, TestKey

Pair = tuple[str, str]
"""Source and variant."""


class Basis(StrEnum):
    """Where the number of expected tests comes from."""

    LIST = "list"
    PARTIAL_LIST = "partial list"
    RUN = "run"
    NONE = "none"


@dataclass(frozen=True)
class Reference:
    """The basis of the expected tests, and the earlier run where that is the basis."""

    basis: Basis
    run: str = ""
    first: bool = False
    """True where no run goes before: then nothing can say what was expected, and nobody failed to say it."""

    @property
    def checked(self) -> bool:
        """True where it is known, at least in part, what was expected."""
        return self.basis is not Basis.NONE


@dataclass(frozen=True)
class Before:
    """The nearest sound run up the chain: its results, the tests that it missed, and the lists it should hold."""

    run: str
    results: RunResults
    missing: tuple[TestKey, ...]
    lists: Mapping[Pair, int]


@dataclass(frozen=True)
class Expectation:
    """The run's rows (labelled, `not_run` where an expected test has no result) and the tests that vanished."""

    reference: Reference
    table: Table
    vanished: tuple[TestKey, ...]
    at_least: bool
    """How many were expected is a lower bound: a list was partial, or part of the results had none."""
    lists: Mapping[Pair, int]
    """How many collected lists of each source and variant there should be: as many as an earlier run had, until
    everything that was listed has a result again."""
    covered: frozenset[Pair]
    """The sources and variants whose lists are all there, so that they decide what is expected."""


def expect(results: RunResults, before: Before | None, *, first: bool = False) -> Expectation:
    """Fill in what is missing.

    The collected lists of a source and variant decide for it, unless an earlier run had more of them: then one of them
    may be lost. Elsewhere the reference is `before`, the nearest run up the chain with results and without evidence
    loss: a missing source, variant or module is not run, and stays so until it is back; single tests missing from a
    module that ran have vanished. With neither, nothing says what was expected.
    """
    table = with_labels(results.table).with_columns(nw.col("outcome").fill_null(Outcome.NOT_RUN.value))
    held = Counter((one.source, one.variant) for one in results.lists)
    due = before.lists if before else {}
    covered = frozenset(pair for pair, count in held.items() if count >= due.get(pair, 0))
    pairs = set(table.filter(~nw.col("run_level")).select("source", "variant").unique().iter_rows())
    partial = any(one.partial for one in results.lists) or (bool(covered) and before is None and not pairs <= covered)
    if covered and (pairs <= covered or before is None):
        basis = Basis.PARTIAL_LIST if partial else Basis.LIST
    else:
        basis = Basis.RUN if before else Basis.NONE
    if before is None:
        return Expectation(Reference(basis, first=first), table, (), partial, held, covered)
    reference = Reference(basis, before.run if basis is Basis.RUN else "")
    missing = _expected_by(before).join(table, on=list(TestKey._fields), how="anti")
    missing = missing.filter(~nw.concat_str(nw.col("source"), nw.lit("\0"), nw.col("variant")).is_in(_joined(covered)))
    ran = table.select("source", "variant", "module").unique()
    gaps = missing.join(ran, on=["source", "variant", "module"], how="anti")
    vanished = missing.join(ran, on=["source", "variant", "module"], how="semi")
    table = nw.concat([table, gaps.select(table.columns)])
    without = set(table.filter(nw.col("outcome") == Outcome.NOT_RUN.value).select("source", "variant").iter_rows())
    lists = {pair: max(held[pair], due.get(pair, 0)) if pair in without else held[pair] for pair in {*held, *due}}
    return Expectation(reference, table, tuple(keys_of(vanished)), partial, lists, covered)


def _expected_by(before: Before) -> Table:
    """What the earlier run was expected to test, as rows without a result."""
    old = before.results.table
    old = old.filter(~nw.col("run_level"), ~nw.col("outcome").is_null())
    missed = rows_table([result_row(key) for key in before.missing]).select(old.columns)
    blank = [nw.lit("").alias(name) for name in ("type", "message", "trace", "more", "input", "place")]
    rows = nw.concat([old, missed]).with_columns(
        *blank,
        nw.lit(Outcome.NOT_RUN.value).alias("outcome"),
        nw.lit(value=False).alias("listed"),
        nw.lit(None, dtype=nw.Float64).alias("time_s"),
    )
    return with_labels(rows.unique(list(TestKey._fields), keep="any").sort(*TestKey._fields))


def _joined(pairs: Collection[Pair]) -> list[str]:
    return [f"{source}\0{variant}" for source, variant in sorted(pairs)]

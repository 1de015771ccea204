"""What a run was expected to test: from its collected lists, else from the nearest sound run before it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import narwhals as nw

from readiness.analysis.tables import Table, keys_of, with_labels
from readiness.archive import RunResults, result_row, rows_table
from readiness.model import Outcome, TestKey


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

    @property
    def checked(self) -> bool:
        """True where it is known, at least in part, what was expected."""
        return self.basis is not Basis.NONE


@dataclass(frozen=True)
class Before:
    """The nearest sound run up the chain: its results, and the tests that it itself missed."""

    run: str
    results: RunResults
    not_run: tuple[TestKey, ...]


@dataclass(frozen=True)
class Expectation:
    """The run's rows (labelled, `not_run` where an expected test has no result) and the tests that vanished."""

    reference: Reference
    table: Table
    vanished: tuple[TestKey, ...]
    at_least: bool
    """How many were expected is a lower bound: a list was partial, or part of the results had none."""


def expect(results: RunResults, before: Before | None) -> Expectation:
    """Fill in what is missing.

    A collected list decides for its source and variant. Elsewhere the reference is `before`, the nearest run up the
    chain with results and without evidence loss: a missing source, variant or module is not run, and stays so until it
    is back; single tests missing from a module that ran have vanished. With neither, nothing says what was expected.
    """
    table = with_labels(results.table).with_columns(nw.col("outcome").fill_null(Outcome.NOT_RUN.value))
    covered = {(one.source, one.variant) for one in results.lists}
    pairs = set(table.filter(~nw.col("run_level")).select("source", "variant").unique().iter_rows())
    partial = any(one.partial for one in results.lists) or (bool(covered) and before is None and not pairs <= covered)
    if covered and (pairs <= covered or before is None):
        basis = Basis.PARTIAL_LIST if partial else Basis.LIST
    else:
        basis = Basis.RUN if before else Basis.NONE
    if before is None:
        return Expectation(Reference(basis), table, (), partial)
    reference = Reference(basis, before.run if basis is Basis.RUN else "")
    missing = _expected_by(before).join(table, on=list(TestKey._fields), how="anti")
    missing = missing.filter(~nw.concat_str(nw.col("source"), nw.lit("\0"), nw.col("variant")).is_in(_joined(covered)))
    ran = table.select("source", "variant", "module").unique()
    gaps = missing.join(ran, on=["source", "variant", "module"], how="anti")
    vanished = missing.join(ran, on=["source", "variant", "module"], how="semi")
    return Expectation(reference, nw.concat([table, gaps.select(table.columns)]), tuple(keys_of(vanished)), partial)


def _expected_by(before: Before) -> Table:
    """What the earlier run was expected to test, as rows without a result."""
    old = before.results.table
    old = old.filter(~nw.col("run_level"), ~nw.col("outcome").is_null())
    missed = rows_table([result_row(key) for key in before.not_run]).select(old.columns)
    blank = [nw.lit("").alias(name) for name in ("type", "message", "trace", "more", "input", "place")]
    rows = nw.concat([old, missed]).with_columns(
        *blank,
        nw.lit(Outcome.NOT_RUN.value).alias("outcome"),
        nw.lit(value=False).alias("listed"),
        nw.lit(None, dtype=nw.Float64).alias("time_s"),
    )
    return with_labels(rows.unique(list(TestKey._fields), keep="any").sort(*TestKey._fields))


def _joined(pairs: set[tuple[str, str]]) -> list[str]:
    return [f"{source}\0{variant}" for source, variant in sorted(pairs)]

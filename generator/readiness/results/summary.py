"""The summary of runs: the few rows that their results reduce to, on any engine.

Written in what Narwhals has for every lazy backend, and pure: Polars, DuckDB and PySpark give the same rows.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import narwhals as nw

from readiness.model import Outcome

Frame = TypeVar("Frame", nw.DataFrame[Any], nw.LazyFrame[Any])

PLACE: Mapping[str, Any] = {
    "run": nw.String,
    "source": nw.String,
    "variant": nw.String,
    "module": nw.String,  # `group` without trailing class names
    "group": nw.String,
    "name": nw.String,  # of a test that did not simply pass; empty: all those of the group that did
    "outcome": nw.String,
    "signature": nw.String,  # of the cause of a failure or an error, else empty
    "run_level": nw.Boolean,  # an error of a suite or a build, which is no test
    "collection": nw.Boolean,  # it stands for all tests beneath it
}
"""What rows of a summary have in common with the results behind them."""

SUMMARY: Mapping[str, Any] = {
    **PLACE,
    "tests": nw.Int64,  # results
    "listed": nw.Int64,  # those of them that a collected list names
    "attempts": nw.Int64,
    "timed": nw.Int64,  # those of them that say how long they took
    "time_us": nw.Int64,  # how long these took together, each rounded to a microsecond: whole numbers add up anywhere
    "slowest_us": nw.Int64,  # null where none is timed
}
"""Columns of a summary, in order."""

CLASS_NAMES = r"(\.[A-Z][A-Za-z0-9_$]*)+\z"
"""Trailing class names of a dotted group, `.TestX.TestY` of `tests.test_a.TestX.TestY`.

Its end is `\\z`: to Java `$` also stands before a last line break."""


def summary(results: Frame) -> Frame:
    """The results of runs, reduced: a row for the passed tests of each class, one for each test that did not pass.

    `results` has the columns of the results table, and `run`, the id of the run of each row; tests without a result are
    rows too. The columns are those of `SUMMARY`; the rows of `PLACE` are unique and in no order. `tests` sums to the
    number of results, over any of the columns. Nothing in it depends on a policy or on other runs.
    """
    passed = nw.col("outcome") == Outcome.PASSED.value
    micros = (nw.col("time_s") * 1_000_000 + 0.5).floor().cast(nw.Int64)
    rows = results.with_columns(
        module=nw.col("group").str.replace_all(CLASS_NAMES, ""),
        name=nw.when(passed).then(nw.lit("")).otherwise(nw.col("name")),
        is_listed=nw.when(nw.col("listed")).then(nw.lit(1)).otherwise(nw.lit(0)),
        is_timed=nw.when(nw.col("time_s").is_null()).then(nw.lit(0)).otherwise(nw.lit(1)),
        micros=micros,
        spent=micros.fill_null(0),
    )
    reduced = rows.group_by(*PLACE).agg(
        nw.len().alias("tests"),
        nw.col("is_listed").sum().alias("listed"),
        nw.col("attempts").sum().alias("attempts"),
        nw.col("is_timed").sum().alias("timed"),
        nw.col("spent").sum().alias("time_us"),
        nw.col("micros").max().alias("slowest_us"),
    )
    # What engines count and sum with differs in width.
    return reduced.select(*(nw.col(name).cast(kind) for name, kind in SUMMARY.items()))

"""What changed between two runs, test by test."""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw

from readiness.analysis.tables import Table, keys_of
from readiness.model import Outcome, TestKey

_FAILING = [Outcome.FAILED.value, Outcome.ERROR.value]
_CLEAN = [Outcome.PASSED.value, Outcome.FLAKY.value]


@dataclass(frozen=True)
class Slower:
    """A test that takes much longer than in the earlier run. Seconds."""

    key: TestKey
    before_s: float
    now_s: float


@dataclass(frozen=True)
class Comparison:
    """A run against an earlier one; run-level errors are left out."""

    earlier: str
    """Id of the earlier run."""
    newly_failing: tuple[TestKey, ...]
    still_failing: tuple[TestKey, ...]
    fixed: tuple[TestKey, ...]
    """Failed then, executed and passed now."""
    failing_unseen: tuple[TestKey, ...]
    """Failed then, neither passed nor failed now: not proven fixed."""
    new: tuple[TestKey, ...]
    removed: tuple[TestKey, ...]
    """Had a result then, none now."""
    newly_skipped: tuple[TestKey, ...]
    slower: tuple[Slower, ...] = ()
    """Those that lost the most time first."""


SLOWER_FACTOR, SLOWER_BY_S = 2.0, 1.0
"""A test is slower when it takes at least twice as long, and at least a second longer: less is noise."""


def _slower(now: Table, then: Table) -> tuple[Slower, ...]:
    key = list(TestKey._fields)
    executed = nw.col("outcome").is_in([*_FAILING, *_CLEAN]) & ~nw.col("time_s").is_null()
    both = (
        now.filter(executed)
        .select(*key, "time_s")
        .join(then.filter(executed).select(*key, then_s=nw.col("time_s")), on=key, how="inner")
    )
    slow = both.filter(
        nw.col("time_s") >= nw.col("then_s") * SLOWER_FACTOR, nw.col("time_s") - nw.col("then_s") >= SLOWER_BY_S
    )
    found = [Slower(TestKey(*row[:4]), row[5], row[4]) for row in slow.iter_rows()]
    return tuple(sorted(found, key=lambda one: (one.before_s - one.now_s, one.key)))


def compare(now: Table, earlier: Table, earlier_id: str) -> Comparison:
    """Compare two results tables; linear in their rows."""
    key = list(TestKey._fields)
    with_result = ~nw.col("run_level") & ~nw.col("outcome").is_null() & (nw.col("outcome") != Outcome.NOT_RUN.value)
    current, old = now.filter(with_result), earlier.filter(with_result)
    failing_now = set(keys_of(current.filter(nw.col("outcome").is_in(_FAILING))))
    failed_then = old.filter(nw.col("outcome").is_in(_FAILING))
    then = set(keys_of(failed_then))
    clean = set(
        keys_of(current.filter(nw.col("outcome").is_in(_CLEAN)).join(failed_then.select(key), on=key, how="semi"))
    )
    skipped = current.filter(nw.col("outcome") == Outcome.SKIPPED.value)
    executed_then = old.filter(nw.col("outcome").is_in([*_FAILING, *_CLEAN])).select(key)
    return Comparison(
        earlier=earlier_id,
        newly_failing=tuple(sorted(failing_now - then)),
        still_failing=tuple(sorted(failing_now & then)),
        fixed=tuple(sorted(clean)),
        failing_unseen=tuple(sorted(then - failing_now - clean)),
        new=tuple(sorted(keys_of(current.join(old.select(key), on=key, how="anti")))),
        removed=tuple(sorted(keys_of(old.join(current.select(key), on=key, how="anti")))),
        newly_skipped=tuple(sorted(keys_of(skipped.join(executed_then, on=key, how="semi")))),
        slower=_slower(current, old),
    )

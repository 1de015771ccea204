"""What changed between two runs, test by test."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import narwhals as nw

from readiness.analysis.tables import FAILING, HAS_RESULT
from readiness.model import Outcome, TestKey
from readiness.results import KEY, Table, keys_of

_EXECUTED = [one.value for one in Outcome if one.executed]


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
    """Not known then."""
    removed: tuple[TestKey, ...]
    """Had a result then; now neither a result nor expected."""
    not_run: tuple[TestKey, ...]
    """Had a result then; now expected, but without one."""
    run_again: tuple[TestKey, ...]
    """Without a result then, though expected; now with one."""
    newly_skipped: tuple[TestKey, ...]
    slower: tuple[Slower, ...] = ()
    """Those that lost the most time first."""
    timed: int = 0
    """How many were executed in both runs and have a time in both."""
    untimed: int = 0
    """How many were executed in both runs and had a time then, but have none now."""


SLOWER_FACTOR, SLOWER_BY_S = 2.0, 1.0
"""A test is slower when it takes at least twice as long, and at least a second longer: less is noise."""


def compare(now: Table, earlier: Table, earlier_id: str, missed: Iterable[TestKey] = ()) -> Comparison:
    """Compare two results tables; linear in their rows. `missed`: what the earlier run expected without a result."""
    key = list(KEY)
    with_result = ~nw.col("run_level") & HAS_RESULT
    current = now.filter(with_result).select(*key, "outcome", "time_s")
    old = earlier.filter(with_result).select(*key, then=nw.col("outcome"), then_s=nw.col("time_s"))
    removed = old.join(current, on=key, how="anti")
    both = current.join(old, on=key, how="left")
    slower = nw.col("time_s") - nw.col("then_s") >= SLOWER_BY_S
    notable = both.filter(
        nw.col("then").is_null()
        | (nw.col("outcome") != nw.col("then"))
        | nw.col("outcome").is_in(FAILING)
        | slower.fill_null(value=False)
    )
    expected = set(keys_of(now.filter(~HAS_RESULT)))
    known = set(missed)
    found: dict[str, list[TestKey]] = {name: [] for name in _LISTS}
    slow: list[Slower] = []
    for *fields, outcome, time_s, then, then_s in notable.iter_rows():
        test = TestKey(*fields)
        for name in _kinds(outcome, then, known=test in known):
            found[name].append(test)
        if outcome in _EXECUTED and then in _EXECUTED and is_slower(time_s, then_s):
            slow.append(Slower(test, then_s, time_s))
    for *fields, then, _ in removed.iter_rows():
        test = TestKey(*fields)
        found["not_run" if test in expected else "removed"].append(test)
        if then in FAILING:
            found["failing_unseen"].append(test)
    again = both.filter(
        nw.col("outcome").is_in(_EXECUTED), nw.col("then").is_in(_EXECUTED), ~nw.col("then_s").is_null()
    )
    untimed = len(again.filter(nw.col("time_s").is_null()))
    ordered = {name: tuple(sorted(keys)) for name, keys in found.items()}
    slow.sort(key=lambda one: (one.before_s - one.now_s, one.key))
    return Comparison(earlier=earlier_id, **ordered, slower=tuple(slow), timed=len(again) - untimed, untimed=untimed)


_LISTS = (
    *("newly_failing", "still_failing", "fixed", "failing_unseen"),
    *("new", "removed", "not_run", "run_again", "newly_skipped"),
)


def _kinds(outcome: str, then: str | None, *, known: bool) -> Iterator[str]:
    """Every list that a test with a result belongs to."""
    if then is None:
        yield "run_again" if known else "new"
    if outcome in FAILING:
        yield "still_failing" if then in FAILING else "newly_failing"
    elif then in FAILING:
        yield "fixed" if outcome in _EXECUTED else "failing_unseen"
    if outcome == Outcome.SKIPPED.value and then in _EXECUTED:
        yield "newly_skipped"


def is_slower(now_s: float | None, before_s: float | None) -> bool:
    """Of a test that was executed in both runs."""
    if now_s is None or before_s is None:
        return False
    return now_s >= before_s * SLOWER_FACTOR and now_s - before_s >= SLOWER_BY_S

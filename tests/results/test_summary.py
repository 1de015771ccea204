"""The summary of runs: what their results reduce to, by arithmetic of its own."""

from __future__ import annotations

from collections import defaultdict

import narwhals as nw
import pytest
from tests.benchmarks.histories import History, new_run

from readiness.model import Detail, Outcome, TestKey, TestResult
from readiness.results import SUMMARY, Table, cause_of, row_of, summary, table_of


def result(group: str, name: str, outcome: str = "passed", time_s: float | None = 0.5, **more: object) -> TestResult:
    details = (Detail("failure", "", f"{name} says boom", ""),) if outcome in ("failed", "error") else ()
    return TestResult(TestKey("tests", "linux", group, name), Outcome(outcome), time_s, details, **more)  # type: ignore[arg-type]


def table(*results: TestResult, run: str = "r") -> Table:
    return table_of(row_of(one) for one in results).with_columns(run=nw.lit(run))


def rows(found: Table) -> list[dict[str, object]]:
    return list(found.sort(*SUMMARY).iter_rows(named=True))


def test_passed_tests_of_a_class_are_one_row_and_every_other_is_its_own() -> None:
    failing = result("tests.test_a.TestX.TestY", "c", "failed", 1.25, attempts=3)
    found = rows(
        summary(table(result("tests.test_a.TestX", "a", time_s=0.0000014), result("tests.test_a.TestX", "b"), failing))
    )
    same = {"run": "r", "source": "tests", "variant": "linux", "run_level": False, "collection": False, "listed": 0}
    passed = {"module": "tests.test_a", "group": "tests.test_a.TestX", "name": "", "outcome": "passed", "signature": ""}
    numbers = {"tests": 2, "attempts": 2, "timed": 2, "time_us": 500_001, "slowest_us": 500_000}
    failed = {"module": "tests.test_a", "group": "tests.test_a.TestX.TestY", "name": "c", "outcome": "failed"}
    of_failed = {"tests": 1, "attempts": 3, "timed": 1, "time_us": 1_250_000, "slowest_us": 1_250_000}
    assert found == [
        {**same, **passed, **numbers},
        {**same, **failed, "signature": cause_of(failing).signature, **of_failed},
    ]
    assert list(found[0]) == list(SUMMARY)


def test_what_is_not_timed_is_no_second() -> None:
    (found,) = rows(summary(table(result("", "a", time_s=None), result("", "b", time_s=None))))
    assert (found["tests"], found["timed"], found["time_us"], found["slowest_us"]) == (2, 0, 0, None)


def test_no_result_gives_no_row() -> None:
    assert summary(table().with_columns(run=nw.lit("r"))).shape == (0, len(SUMMARY))


@pytest.mark.parametrize("lazy", [False, True])
def test_runs_of_a_history_add_up(lazy: bool) -> None:
    history = History(runs=4, tests=400)
    results = [(f"run {run.number}", item.file.results) for run in history.all() for item in new_run(run).inputs]
    frame = nw.concat([table(*found, run=run) for run, found in results if found])
    found = summary(frame.lazy()).collect() if lazy else summary(frame)

    tests: dict[tuple[str, str], int] = defaultdict(int)
    micros: dict[str, int] = defaultdict(int)
    for run, read in results:
        for one in read:
            tests[run, one.outcome.value] += 1
            micros[run] += round((one.time_s or 0) * 1_000_000)
    counted = found.group_by("run", "outcome").agg(nw.col("tests").sum())
    spent = found.group_by("run").agg(nw.col("time_us").sum())
    assert {(run, outcome): count for run, outcome, count in counted.iter_rows()} == tests
    assert dict(spent.iter_rows()) == micros  # type: ignore[arg-type]
    assert len(found) < len(frame) / 4

"""A result that was written into the table is read back as it was."""

from __future__ import annotations

import io

import narwhals as nw
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.model import Detail, Outcome, TestKey, TestResult
from readiness.results import keys_of, keys_table, results_of, row_of, table_of

texts = st.text(max_size=8)
numbers = st.integers(min_value=-(2**63), max_value=2**63 - 1)
keys = st.builds(TestKey, texts, texts, texts, texts, texts, numbers)
details = st.builds(Detail, texts | st.sampled_from(["failure", "error", "skipped", "rerun"]), texts, texts, texts)
results = st.builds(
    TestResult,
    key=keys,
    outcome=st.sampled_from(Outcome),
    time_s=st.none() | st.floats(allow_nan=False),
    details=st.lists(details, max_size=3).map(tuple),
    file=texts,
    line=st.none() | numbers,
    attempts=numbers,
    collection=st.booleans(),
    run_level=st.booleans(),
    place=texts,
    suite=texts,
    host=texts,
)


@settings(deadline=None)
@given(st.lists(results, max_size=4))
def test_nothing_is_lost_on_the_way_into_a_file_and_back(given: list[TestResult]) -> None:
    buffer = io.BytesIO()
    table_of(row_of(result, "junit.xml") for result in given).write_parquet(buffer)
    table = nw.read_parquet(io.BytesIO(buffer.getvalue()), backend="polars")
    assert results_of(table) == given
    assert keys_of(table) == [result.key for result in given]
    assert set(table["input"].to_list()) <= {"junit.xml"}


@settings(deadline=None)
@given(st.lists(keys, max_size=4))
def test_keys_are_a_table_and_back(given: list[TestKey]) -> None:
    assert keys_of(keys_table(given, table_of([]))) == given


def test_an_empty_detail_is_not_no_detail() -> None:
    empty = TestResult(TestKey("tests", "", "", "a"), Outcome.FAILED, details=(Detail("", "", "", ""),))
    bare = TestResult(empty.key, Outcome.FAILED)
    assert results_of(table_of([row_of(empty), row_of(bare)])) == [empty, bare]

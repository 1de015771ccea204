"""A report's JSON holds what the report does, in letters that act on no terminal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.tries import tries

from readiness.report.writing import written

LETTERS = st.text(st.sampled_from('aé€😀\x00\x1f\x7f\x80\u2028\ud800"\\/\n\t\b\f:e-0.5 '), max_size=8)
NUMBERS = st.one_of(
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([1e16, 1e15, 123456789012345680.0, 1e-4, 1.234e-5, 5e-324, -0.0, 1e22, 0.00001, 2**63, 2**80]),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | LETTERS,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text("aé\x7f", max_size=3), values, max_size=3),
    max_leaves=8,
)


@dataclass(frozen=True)
class Record:
    """Whatever a report may hold."""

    value: Any


@tries(200)
@given(VALUES)
def test_it_is_what_python_reads_and_printable_ascii(value: Any) -> None:
    text = written(Record(value))
    assert json.loads(text) == {"value": value}
    assert all(" " <= letter <= "~" for letter in text.replace("\n", ""))

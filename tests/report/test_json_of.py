"""A report's JSON is what Python's own writer makes of it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.tries import tries

from readiness.report.writing import json_of

LETTERS = st.text(st.sampled_from('aé€😀\x00\x1f\x7f\x80\u2028\ud800"\\/\n\t\b\f:e-0.5 '), max_size=8)
NUMBERS = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([1e16, 1e15, 123456789012345680.0, 1e-4, 1.234e-5, 5e-324, -0.0, 1e22, 0.00001, 2**63, 2**80]),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | LETTERS,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(LETTERS, values, max_size=3),
    max_leaves=8,
)


@tries(200)
@given(VALUES)
def test_it_is_written_as_python_writes_it(value: Any) -> None:
    assert json_of(value) == json.dumps(value, indent=2)

"""The product answers every chain of runs as the model does: verdict, members of blockers, counts, run after run."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from tests.model.answers import Step, difference
from tests.model.chains import chains
from tests.tries import tries

AGREED: set[str] = set()
"""Chains that were tried: every fourth is one that came before."""


@pytest.mark.slow
@tries(200, halved=False)
@given(chains())
def test_model_and_product_agree(steps: list[Step]) -> None:
    chain = repr([asdict(step) for step in steps])
    if chain in AGREED:
        return
    with tempfile.TemporaryDirectory() as folder:
        found = difference(Path(folder), steps)
    if found:
        pytest.fail(found, pytrace=False)
    AGREED.add(chain)

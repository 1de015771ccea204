"""The product answers every chain of runs as the model does: verdict, members of blockers, counts, run after run."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.model.answers import Step, difference
from tests.model.chains import chains

NIGHTLY = settings.get_current_profile_name() == "nightly"


@pytest.mark.slow
@settings(
    max_examples=2_000 if NIGHTLY else 200,
    derandomize=not NIGHTLY,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(chains())
def test_model_and_product_agree(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = difference(Path(folder), steps)
    if found:
        pytest.fail(found, pytrace=False)

"""The hostile site, built once a session."""

from __future__ import annotations

import pytest
from tests.hostile.hostile_runs import Hostile, hostile_site


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return hostile_site(tmp_path_factory.getbasetemp())

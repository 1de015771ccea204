"""The sites that several modules look at, each built once a session."""

from __future__ import annotations

import pytest
from tests.plugin.projects import Project, attrs_site, three_versions


@pytest.fixture(scope="session")
def attrs(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return attrs_site(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return three_versions(tmp_path_factory.getbasetemp())

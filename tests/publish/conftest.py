"""An archive of three versions, published once a session; tests work on copies of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.plugin.projects import Project, three_versions
from tests.publish.answers import hostile
from tests.scenario import story

from readiness.archive import Archive
from readiness.assessment import Assessment, assess


@pytest.fixture(scope="session")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return three_versions(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def published(versions: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Published once; to be looked at, not changed."""
    project = versions.copy(tmp_path_factory.mktemp("published") / "project")
    project.configure("  - readiness\n", "  - readiness:\n      templates: mine\n")
    project.write("mine/README", "Templates of this project go here.\n")
    project.publish()
    return project


@pytest.fixture
def project(published: Project, tmp_path: Path) -> Project:
    """A copy of the published project and of what it published."""
    copy = published.copy(tmp_path / "project")
    shutil.copytree(published.folder / "public", copy.folder / "public")
    return copy


@pytest.fixture(scope="session")
def blocked(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """One run with one failing test."""
    return story(tmp_path_factory.mktemp("blocked"), "a pass, b fail boom | a b")[0]


@pytest.fixture(scope="session")
def malicious(tmp_path_factory: pytest.TempPathFactory) -> list[Assessment]:
    """Two runs in whose every text something tries to act."""
    return hostile(tmp_path_factory.mktemp("malicious"))


@pytest.fixture(scope="session")
def attrs(repo_root: Path) -> list[Assessment]:
    """The latest judgement of each run of the committed archive."""
    archive = Archive(repo_root / "history")
    found = assess(archive, None)
    return [found.latest_of(run) for run in archive.runs]

"""Commands run in an empty folder of their own, outside any CI."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (
        "GITHUB_ACTIONS",
        "GITLAB_CI",
        "JENKINS_URL",
        "CIRCLECI",
        "TF_BUILD",
        "GITHUB_REF_TYPE",
        "CI_COMMIT_TAG",
        "TAG_NAME",
    ):
        monkeypatch.delenv(name, raising=False)

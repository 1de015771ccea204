"""The committed plotly.js is the published one, of the major version that the Python plotly writes for."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version


@pytest.fixture(scope="module")
def assets(repo_root: Path) -> Path:
    return repo_root / "templates" / "assets"


@pytest.fixture(scope="module")
def recorded(assets: Path) -> tuple[str, str]:
    """Digest and file name, as `sha256sum` writes them."""
    digest, name = (assets / "plotly.sha256").read_text().split()
    return digest, name


def test_digest_is_the_recorded_one(assets: Path, recorded: tuple[str, str]) -> None:
    digest, name = recorded
    assert hashlib.sha256((assets / name).read_bytes()).hexdigest() == digest


def test_there_is_one_bundle(assets: Path, recorded: tuple[str, str]) -> None:
    assert [path.name for path in assets.glob("plotly-*.js")] == [recorded[1]]


def test_name_states_the_version_in_the_file(assets: Path, recorded: tuple[str, str]) -> None:
    banner = (assets / recorded[1]).read_text()[:200]
    version = re.search(r"plotly\.js \(cartesian - minified\) v([\d.]+)", banner)
    assert version
    assert recorded[1] == f"plotly-cartesian-{version[1]}.min.js"


def test_major_version_is_that_of_the_installed_plotly(recorded: tuple[str, str]) -> None:
    ours = recorded[1].removeprefix("plotly-cartesian-")
    assert ours.split(".")[0] == get_plotlyjs_version().split(".")[0]


def test_licence_lies_beside_it(assets: Path) -> None:
    assert "Plotly" in (assets / "plotly.LICENSE.txt").read_text()

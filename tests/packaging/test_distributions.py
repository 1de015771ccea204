"""Wheel, sdist and editable install each find the templates they should."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

WHERE = """
import site, sys
site.addsitedir(sys.argv[1])
from readiness.paths import templates_dir
print(templates_dir())
"""


@pytest.fixture(scope="module")
def checkout(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the build reads, so that a test may change it."""
    copy = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("generator", "templates", "tests"):
        shutil.copytree(repo_root / name, copy / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "Makefile", ".gitignore"):
        shutil.copy(repo_root / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with one wheel and one sdist."""
    out = tmp_path_factory.mktemp("dist")
    run("-m", "hatchling", "build", "-d", str(out), cwd=checkout)
    return out


def run(*arguments: str, cwd: Path) -> str:
    """Standard output of this Python with `arguments`, or a failed test with all it wrote."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def install(target: Path, *what: str) -> Path:
    """Install into `target` without touching the environment that the tests run in; no network."""
    offline = ("--no-index", "--no-deps", "--no-build-isolation")
    target.mkdir()
    run("-m", "pip", "--quiet", "install", *offline, "--target", str(target), *what, cwd=target)
    return target


def found(target: Path) -> Path:
    """What `templates_dir()` says in an interpreter that sees `target` and the standard library alone."""
    return Path(run("-I", "-S", "-c", WHERE, str(target), cwd=target).strip())


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_wheel_holds_every_module_and_template(built: Path, checkout: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    modules = {f"readiness/{name}" for name in files(checkout / "generator" / "readiness")}
    templates = {f"readiness/templates/{name}" for name in files(checkout / "templates")}
    assert modules | templates == {name for name in names if name.startswith("readiness/")}


def test_wheel_declares_command_plugin_and_licences(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        text = archive.read(entry_points).decode()
        licences = [name for name in archive.namelist() if ".dist-info/licenses/" in name]
    assert "[console_scripts]\nreadiness = readiness.__main__:main" in text
    assert "[mkdocs.plugins]\nreadiness = readiness.plugin:ReadinessPlugin" in text
    assert sorted(Path(name).name for name in licences) == ["LICENSE", "gitleaks.LICENSE.txt", "plotly.LICENSE.txt"]


def test_sdist_holds_sources_templates_and_tests(built: Path, checkout: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("generator", "templates", "tests"):
        assert {f"{folder}/{name}" for name in files(checkout / folder)} <= names
    assert {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "Makefile"} <= names


@pytest.mark.parametrize("pattern", ["*.whl", "*.tar.gz"])
def test_installed_package_reads_its_own_copy(built: Path, checkout: Path, tmp_path: Path, pattern: str) -> None:
    (distribution,) = built.glob(pattern)
    target = install(tmp_path / "target", str(distribution))
    assert found(target) == target / "readiness" / "templates"
    assert files(found(target)) == files(checkout / "templates")


def test_editable_install_reads_the_checkout(checkout: Path, tmp_path: Path) -> None:
    target = install(tmp_path / "target", "--editable", str(checkout))
    late = checkout / "templates" / "written-after-the-install.txt"
    late.write_text("fresh")
    try:
        assert found(target) == checkout / "templates"
    finally:
        late.unlink()


def test_missing_templates_are_one_clear_error(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    target = install(tmp_path / "target", str(wheel))
    shutil.rmtree(target / "readiness" / "templates")
    program = WHERE.replace("print(templates_dir())", "") + (
        "from readiness.errors import ReadinessError\n"
        "try:\n    templates_dir()\nexcept ReadinessError as error:\n    print(error.line)\n"
    )
    line = run("-I", "-S", "-c", program, str(target), cwd=tmp_path)
    assert "the page templates are missing. Install mkdocs-readiness again" in line

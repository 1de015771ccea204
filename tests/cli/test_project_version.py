"""`readiness archive` without --version: the CI's tag, else what the project says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import readiness

from readiness.cli.project_version import told_version


@pytest.mark.parametrize(
    ("name", "text", "version"),
    [
        ("pyproject.toml", '[project]\nname = "x"\nversion = "1.4.0"\n', "1.4.0"),
        ("pyproject.toml", '[project]\nname = "x"\ndynamic = ["version"]\n', ""),
        ("pyproject.toml", "[project\n", ""),
        ("pyproject.toml", 'project = "1.4.0"\n', ""),
        ("package.json", '{"name": "x", "version": "2.0.1"}', "2.0.1"),
        ("package.json", '{"name": "x", "version": "0.0.0-development"}', ""),
        ("package.json", '["version"]', ""),
        ("package.json", '{"version": 3}', ""),
        ("Cargo.toml", '[package]\nname = "x"\nversion = "0.3.0"\n', "0.3.0"),
        ("Cargo.toml", "[package]\nversion = {workspace = true}\n", ""),
        ("none.txt", "", ""),
    ],
)
def test_the_project_says_its_version(name: str, text: str, version: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert told_version(tmp_path) == version


@pytest.mark.parametrize(
    ("environment", "version"),
    [
        ({"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1.5.0"}, "1.5.0"),
        ({"GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "v1.5.0"}, "1.4.0"),
        ({"CI_COMMIT_TAG": "1.5.0rc1"}, "1.5.0rc1"),
        ({"TAG_NAME": "version-3"}, "version-3"),
    ],
)
def test_a_tag_goes_first(
    environment: dict[str, str], version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.4.0"\n', encoding="utf-8")
    assert told_version(tmp_path) == version


def test_archive_says_where_the_version_comes_from(tmp_path: Path) -> None:
    Path("package.json").write_text('{"version": "2.0.1"}', encoding="utf-8")
    Path("junit.xml").write_text('<testsuite><testcase classname="c" name="a"/></testsuite>', encoding="utf-8")
    done = readiness("archive", "junit.xml")
    assert (done.exit_code, "Version 2.0.1, from package.json." in done.stderr) == (0, True)
    assert readiness("list").stdout.split().count("2.0.1") == 1
    Path("package.json").unlink()
    assert "no version is named" in readiness("archive", "junit.xml").stderr

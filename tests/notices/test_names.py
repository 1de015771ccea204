"""Whatever versions, sources, variants, areas and products are called, no later command breaks on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.notices.conftest import WHY
from tests.scenario import archive_files, junit, readiness, write

from readiness.archive import Archive

ODD = (
    "index",
    "..",
    "a/b",
    "nul.txt",
    "--help",
    "a\nb",
    "‮evil\u200f",
    "x" * 300,
    "\x00",
    "{{ 7*7 }}",
    "a#2",
    "é",
    "Ab",
)


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of each name, which its source, variant, area, criterion, environment and product bear as well."""
    folder = tmp_path_factory.mktemp("odd")
    for day, name in enumerate(ODD):
        areas = [{"name": name, "tests": ["tests.*"]}]
        criteria = [{"id": "a", "title": name, "measure": "failures", "equals": 0, "where": {"area": name}}]
        (policy,) = write(
            folder, {"p.yml": json.dumps({"product": name, "areas": areas, "criteria": criteria}).encode()}
        )
        one, two = write(folder, {"a.xml": junit(f"a{day} fail boom"), "b.xml": junit(f"b{day} pass")})
        labels = (f"--source={name}={one}", f"--variant={name}={two}", f"--env={name.replace('=', '')}={name}")
        done = archive_files(
            folder / "history", *labels, "--policy", policy, version=name, started=f"2025-01-{day + 1:02}"
        )
        assert done.exit_code == 0, (name, done.output)
    return folder / "history"


def test_commands_about_all(archived: Path) -> None:
    assert len(Archive(archived).runs) == len(ODD)
    for command in (["verify"], ["list"], ["export", "--to", "out"], ["explain"]):
        assert readiness(*command, "--history", archived).exit_code == 0
    for form in ("text", "markdown", "json", "junit", "github"):
        assert readiness("gate", "--format", form, "--history", archived).exit_code == 1


@pytest.mark.parametrize("name", ODD)
def test_commands_about_one(name: str, archived: Path) -> None:
    assert readiness("gate", f"--run={name}", "--history", archived).exit_code == 1
    for command in ("withdraw", "judge"):
        more = [*WHY, "--dry-run"] if command == "withdraw" else ["--at", "2024-01-01"]
        done = readiness(command, *more, "--history", archived, "--", name)
        assert done.exit_code == (0 if command == "withdraw" else 2), done.output
        assert len(done.stderr.splitlines()) <= 1


def test_a_name_that_no_later_command_could_write_is_refused(tmp_path: Path) -> None:
    (file,) = write(tmp_path, {"junit.xml": junit("a pass")})
    for name in ("\udcff", "latest", " "):
        done = archive_files(tmp_path / "history", file, version=name)
        assert (done.exit_code, len(done.output.splitlines())) == (2, 1)
    (policy,) = write(tmp_path, {"p.yml": b'{"product": "\\ud800"}'})
    done = archive_files(tmp_path / "history", file, "--policy", policy)
    assert (done.exit_code, len(done.output.splitlines())) == (2, 1)
    assert not (tmp_path / "history").exists()


def test_a_character_that_json_writes_as_two_escapes(tmp_path: Path) -> None:
    (file,) = write(tmp_path, {"junit.xml": junit("a pass")})
    (policy,) = write(tmp_path, {"p.yml": json.dumps({"product": "Shop 😀"}).encode()})
    assert archive_files(tmp_path / "history", file, "--policy", policy).exit_code == 0
    (run,) = Archive(tmp_path / "history").runs.values()
    assert run.manifest.product == "Shop 😀"

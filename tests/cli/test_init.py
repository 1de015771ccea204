"""`readiness init` and `readiness doctor`: a set-up in an empty folder, or beside what is there."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.scenario import append, contents, readiness

from readiness.cli.mkdocs_text import with_plugin
from readiness.cli.runners import RUNNERS
from readiness.cli.scaffold import CI

PROJECTS = {
    "pytest": {"pyproject.toml": '[project]\nname = "shop"\nversion = "2.1.0"\n', "tests/test_shop.py": ""},
    "vitest": {"package.json": '{"version": "2.1.0", "devDependencies": {"vitest": "^3"}}', "package-lock.json": "{}"},
    "jest": {"package.json": '{"version": "2.1.0", "scripts": {"test": "jest --ci"}}'},
    "gradle": {"build.gradle.kts": "", "settings.gradle.kts": ""},
    "maven": {"pom.xml": "<project/>"},
    "go": {"go.mod": "module shop\n"},
    "dotnet": {"Shop.Tests/Shop.Tests.csproj": "<Project/>"},
    "nextest": {"Cargo.toml": '[package]\nname = "shop"\nversion = "2.1.0"\n'},
}


def project(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def test_each_kind_of_project_is_recognised_and_its_ci_fits_the_schema(tmp_path: Path) -> None:
    assert PROJECTS.keys() == RUNNERS.keys()
    for ci in CI:
        written = []
        for name, files in PROJECTS.items():
            folder = project(tmp_path / ci / name, files)
            done = readiness("init", folder, "--ci", ci)
            assert (done.exit_code, done.stderr) == (0, "")
            assert done.stdout.startswith(f"Test runner: {name} (recognised;")
            workflow = folder / CI[ci][0][1]
            text = workflow.read_text(encoding="utf-8")
            assert all(part in text for part in RUNNERS[name].commands[-1].split("evidence/"))
            assert ("READINESS_VERSION" in text) == ("2.1.0" not in "".join(files.values()))
            assert "[[ " not in text and "[%" not in text  # noqa: PT018
            assert "# Add here what else the tests need" in text
            assert "overwrite: true" in text or ci == "gitlab"  # else "Re-run jobs" judges the first attempt again
            assert "Note: before you push, add what your tests need to the job" in done.stdout
            written.append(workflow)
        schema = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}[ci]
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, written)]
        command += ["--data-transform", "gitlab-ci"] if ci == "gitlab" else []
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout


PASSES = "<testsuite name='s'><testcase classname='t' name='a' time='{}'/></testsuite>"
FAILS = "<testsuite name='s'><testcase classname='t' name='a'><failure/></testcase></testsuite>"


@pytest.mark.parametrize("ci", CI)
def test_a_runner_that_fails_though_no_test_does_is_no_pass(ci: str, tmp_path: Path) -> None:
    """Vitest, RSpec and others write all-green reports beside an error outside the tests, and exit with 1."""
    project(tmp_path, PROJECTS["vitest"])
    readiness("init", "--ci", ci)
    workflow = yaml.safe_load((tmp_path / CI[ci][0][1]).read_text(encoding="utf-8"))
    if ci == "github":
        (script,) = (step["run"] for step in workflow["jobs"]["test"]["steps"] if step.get("name") == "Test")
    else:
        script = "\n".join(workflow["readiness-test"]["script"]).replace("npm ci", "")
    evidence = tmp_path / ("evidence" if ci == "github" else "evidence/1")
    environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    for day, (report, code, verdict) in enumerate(((PASSES, 0, 0), (PASSES, 1, 1), (PASSES, 0, 0), (FAILS, 1, 1)), 1):
        lines = ("#!/bin/sh", '[ "$2" != list ] || exit 0', f'echo "{report.format(day)}" > {evidence}/junit.xml')
        project(tmp_path, {"bin/npx": "\n".join((*lines, f"exit {code}\n"))})
        (tmp_path / "bin" / "npx").chmod(0o755)
        shutil.rmtree(tmp_path / "evidence", ignore_errors=True)
        subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, check=True, env=environment)
        results = sorted(evidence.glob("*.xml"))
        assert [path.name for path in results] == ["exit-code.xml", "junit.xml"][report != PASSES or not code :]
        readiness("archive", *results, "--version", "1", "--started", f"2026-01-0{day}T00:00:00Z")
        assert readiness("gate").exit_code == verdict


def test_in_an_empty_folder_twice(tmp_path: Path) -> None:
    shown = readiness("init", "--ci", "github", "--dry-run").stdout
    assert not [*tmp_path.iterdir()]
    first = readiness("init", "--ci", "github")
    assert first.exit_code == 0
    assert first.stdout.startswith(shown)
    assert "readiness archive 'evidence/*' --version 0.1.0\n  readiness gate\n" in first.stdout
    before = contents(tmp_path)
    again = readiness("init", "--ci", "github")
    assert (again.exit_code, again.stdout.count("unchanged")) == (0, 6)
    assert contents(tmp_path) == before
    assert readiness("policy", "check").exit_code == 0
    assert [*yaml.safe_load(Path("mkdocs.yml").read_text(encoding="utf-8"))["plugins"]] == ["search", "readiness"]


def test_what_is_there_stays(tmp_path: Path) -> None:
    there = {
        "mkdocs.yml": "# ours\nsite_name: x  # a shop\nplugins:\n  # first\n  - search\n  - tags:\n      a: 1\nx: 1\n",
        "readiness.yml": "product: shop\n",
        "docs/README.md": "# Shop\n",
        ".gitignore": "site/\n*.log",
    }
    done = readiness("init", project(tmp_path, there))
    assert "~ mkdocs.yml                         lines added\n    +   - readiness: {path: quality}\n" in done.stdout
    now = {name: (tmp_path / name).read_text(encoding="utf-8") for name in there}
    assert now["mkdocs.yml"] == there["mkdocs.yml"].replace(
        "      a: 1\n", "      a: 1\n  - readiness: {path: quality}\n"
    )
    assert now[".gitignore"] == "site/\n*.log\n\n# readiness\n/.cache/\n/evidence/\n"
    assert (now["readiness.yml"], now["docs/README.md"]) == ("product: shop\n", "# Shop\n")
    assert not (tmp_path / "docs" / "index.md").exists()
    assert not (tmp_path / ".github").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "\nplugins:\n  - search\n  - readiness: {path: quality}\n"),
        ("site_name: x", "site_name: x\n\nplugins:\n  - search\n  - readiness: {path: quality}\n"),
        ("plugins: [search]\nx: 1\n", "plugins: [search, {readiness: {path: quality}}]\nx: 1\n"),
        ("plugins: [search, {tags: {}}] # a\n", "plugins: [search, {tags: {}}, {readiness: {path: quality}}] # a\n"),
        ("plugins:\n- search\nx: 1\n", "plugins:\n- search\n- readiness: {path: quality}\nx: 1\n"),
        ("plugins:\r\n- search\r\nx: 1\r\n", "plugins:\r\n- search\r\n- readiness: {path: quality}\r\nx: 1\r\n"),
        ("plugins:\n  - search", "plugins:\n  - search\n  - readiness: {path: quality}\n"),
        (
            "plugins:\n  search:\n    lang: en\nx: 1\n",
            "plugins:\n  search:\n    lang: en\n  readiness: {path: quality}\nx: 1\n",
        ),
        (
            "plugins:\n  - a:\n      t: |\n        x\n\nx: 1\n",
            "plugins:\n  - a:\n      t: |\n        x\n\n  - readiness: {path: quality}\nx: 1\n",
        ),
        (
            "plugins:\n  - search:\n  # last\n\nx: !ENV A\n",
            "plugins:\n  - search:\n  - readiness: {path: quality}\n  # last\n\nx: !ENV A\n",
        ),
        ("plugins:\n  - readiness:\n      strict: false\n", "plugins:\n  - readiness:\n      strict: false\n"),
        ("plugins: [readiness]\n", "plugins: [readiness]\n"),
        ("plugins: [a]\nplugins: [b]\n", "plugins: [a]\nplugins: [b, {readiness: {path: quality}}]\n"),
        ("plugins: &a\n  - search\n", None),
        ("plugins: [search,]\n", None),
        ("plugins:\n", None),
        ("plugins: []\n", None),
        ("plugins: !ENV [A, search]\n", None),
        ("a: &a [search]\nplugins: *a\n", None),
        ("INHERIT: base.yml\n", None),
        ("- a list\n", None),
        ("{site_name: x}\n", None),
    ],
)
def test_the_plugin_is_added_to_the_text_or_not_at_all(before: str, after: str | None) -> None:
    assert with_plugin(before) == after


@pytest.mark.parametrize(
    ("runner", "report"), [("gradle", "app/build/test-results/test"), ("maven", "target/failsafe-reports")]
)
def test_the_commands_at_the_end_work_where_reports_lie_in_folders(runner: str, report: str, tmp_path: Path) -> None:
    test = '<testsuite name="s"><testcase classname="t" name="a"/></testsuite>'
    told = readiness("init", project(tmp_path, {**PROJECTS[runner], f"{report}/TEST-t.xml": test})).stdout
    tests, archived = (line.strip() for line in told.partition("Next,")[2].splitlines()[2:4])
    copied = tests[tests.index("find ") :]
    subprocess.run(["sh", "-c", f"mkdir -p evidence; {copied}"], cwd=tmp_path, check=True)
    assert readiness(*shlex.split(archived)[1:]).exit_code == 0


def test_files_that_are_read_only_or_end_lines_like_windows_keep_their_ways(tmp_path: Path) -> None:
    project(tmp_path, {"mkdocs.yml": "site_name: x\nnav: [index.md]\n"})
    (tmp_path / ".gitignore").write_bytes(b"*.log\r\n")
    (tmp_path / "mkdocs.yml").chmod(0o444)
    assert "mkdocs.yml: is read-only" in readiness("init").stderr
    (tmp_path / "mkdocs.yml").chmod(0o644)
    assert "add to `nav`:\n      - Quality: quality/index.md\n" in readiness("init").stdout
    assert (tmp_path / ".gitignore").read_bytes().count(b"\r\n") == (tmp_path / ".gitignore").read_bytes().count(b"\n")
    assert "navigation.tabs" not in readiness("doctor").stdout


def test_a_site_that_is_there_keeps_its_home_page_wherever_that_lies(tmp_path: Path) -> None:
    project(tmp_path, {"mkdocs.yml": "site_name: x\nplugins: [i18n]\n", "docs/en/index.md": "# Home\n"})
    assert readiness("init").exit_code == 0
    assert [path.name for path in (tmp_path / "docs").iterdir()] == ["en"]


def test_where_it_cannot_be_added_the_lines_are_told(tmp_path: Path) -> None:
    project(tmp_path, {"mkdocs.yml": "INHERIT: ../base.yml\n"})
    assert "add to `plugins`:\n      - readiness: {path: quality}\n" in readiness("init").stdout
    assert (tmp_path / "mkdocs.yml").read_text(encoding="utf-8") == "INHERIT: ../base.yml\n"


def test_a_pipeline_that_is_there_is_not_touched(tmp_path: Path) -> None:
    project(tmp_path, {".gitlab-ci.yml": "build: {script: [make]}\n"})
    assert (
        "add to it:\n    include:\n      - local: .gitlab/readiness.yml\n" in readiness("init", "--ci", "gitlab").stdout
    )
    assert (tmp_path / ".gitlab-ci.yml").read_text(encoding="utf-8") == "build: {script: [make]}\n"


def test_the_remote_names_the_product_and_its_site(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=trunk")
    git(tmp_path, "remote", "add", "origin", "git@github.com:Acme/shop.js.git")
    readiness("init", "--ci", "github")
    config = yaml.safe_load((tmp_path / "mkdocs.yml").read_text(encoding="utf-8"))
    assert (config["site_name"], config["site_url"]) == ("shop.js", "https://acme.github.io/shop.js/")
    assert "branches: [trunk]" in (tmp_path / ".github/workflows/readiness.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"docs": "a file"}, "docs: is in the way"),
        ({"readiness.yml/x": ""}, "readiness.yml: is in the way"),
        ({"mkdocs.yml": "a: [\n"}, "mkdocs.yml: is not YAML"),
        ({"mkdocs.yml": "only text\n"}, "mkdocs.yml: is no mapping of keys"),
        ({".github": "a file"}, ".github: is in the way"),
        ({"history/x": "", ".git-add": ""}, "history: is committed on this branch"),
    ],
)
def test_what_is_in_the_way_is_a_line_and_nothing_is_written(files: dict[str, str], told: str, tmp_path: Path) -> None:
    project(tmp_path, files)
    git(tmp_path, "init", "--quiet")
    if ".git-add" in files:
        git(tmp_path, "add", "history")
    before = contents(tmp_path)
    done = readiness("init", "--ci", "github")
    assert (done.exit_code, len(done.stderr.splitlines()), told in done.stderr) == (2, 1, True), done.stderr
    assert {name: text for name, text in contents(tmp_path).items() if name in before} == before
    assert not (tmp_path / ".gitignore").exists()


def test_a_workflow_belongs_at_the_top_of_the_repository(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "app").mkdir()
    assert "not the top folder of its repository" in readiness("init", "app", "--ci", "github").stderr
    assert not [*(tmp_path / "app").iterdir()]
    assert readiness("init", "app").exit_code == 0


def test_what_the_disk_refuses_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if "gitignore" in path.name:
            raise OSError(28, "No space left on device", str(path))
        return own(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    done = readiness("init")
    assert (done.exit_code, "No space left on device" in done.stderr) == (2, True)
    assert not [*tmp_path.iterdir()]


def test_the_doctor_finds_a_set_up_well(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    readiness("init")
    append(tmp_path / "history", "a pass | a")
    done = readiness("doctor")
    assert done.exit_code == 0, done.stdout
    assert "fix  " not in done.stdout
    assert "history: 1 run, records intact" in done.stdout


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"mkdocs.yml": "site_name: x\n"}, "mkdocs.yml: lacks the plugin readiness. `readiness init` adds it"),
        ({"mkdocs.yml": "a: ["}, "mkdocs.yml: cannot be read"),
        ({"readiness.yml": "prodct: x\n"}, "readiness.yml"),
        ({".gitignore": "/.cache/\n"}, ".gitignore: lacks /site/ /evidence/."),
        ({".gitignore": "/.cache/\n/site/\n/evidence/\nhistory/\n"}, ".gitignore: hides history/"),
        ({".github/workflows/readiness.yml": ""}, ".github/readiness.sh: is missing"),
        (
            {".github/workflows/readiness.yml": "", ".github/readiness.sh": "#"},
            "does not match this version. Delete it",
        ),
        ({"history/runs/2025-01/20250101T000000Z-aaaaaaaaaaaa/run.json": "{"}, "run.json"),
    ],
)
def test_the_doctor_says_what_to_mend(files: dict[str, str], told: str, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    readiness("init")
    project(tmp_path, files)
    done = readiness("doctor")
    assert done.exit_code == 1
    assert any(told in line for line in done.stdout.splitlines() if line.startswith("fix ")), done.stdout


def test_the_doctor_notes_what_costs_comfort(tmp_path: Path) -> None:
    readiness("init")
    append(tmp_path / "history", "a pass")
    told = readiness("doctor").stdout
    for note in (
        "has no site_url",
        "came without a list of tests",
        "this is not a repository",
        "no readiness workflow",
    ):
        assert note in told
    os.remove("mkdocs.yml")  # noqa: PTH107
    assert readiness("doctor").exit_code == 1

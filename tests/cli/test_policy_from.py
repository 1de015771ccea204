"""`readiness gate --policy-from REF`: a pull request is judged by the policy of its base."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.scenario import append, readiness

STRICT = "criteria:\n  - {id: f, title: No test fails, measure: failures, equals: 0}\n"
LAX = "criteria:\n  - {id: f, title: Few tests fail, measure: failures, at_most: 9, tier: advisory}\n"
LAX += "categories:\n  - {title: Whatever, message: '.', severity: low}\n"


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone whose branch lowers the policy of `main`; a run with a failure is archived, judged by the lower one."""
    root = tmp_path / "origin" / "sub"
    root.mkdir(parents=True)
    git(root, "init", "..")
    (root / "readiness.yml").write_text(STRICT)
    git(root, "add", ".")
    git(root, "commit", "-m", "a")
    git(root, "checkout", "-b", "lower")
    (root / "readiness.yml").write_text(LAX)
    append(root / "history", "a fail boom | a", policy=LAX)
    git(root, "add", ".")
    git(root, "commit", "-m", "b")
    monkeypatch.chdir(root)
    return root


def test_the_policy_of_the_base_judges(project: Path) -> None:
    own = readiness("gate")
    assert own.exit_code == 0
    done = readiness("gate", "--policy-from", "main")
    assert done.exit_code == 1
    assert "readiness.yml here is not that of main, which judges BLOCKED" in done.stderr
    assert "by it the verdict would be READY" in done.stderr
    assert done.stderr.count("\n") == 1
    (project / "readiness.yml").write_text(STRICT)
    done = readiness("gate", "--policy-from", "main")
    assert (done.exit_code, done.stderr) == (1, "")


def test_a_broken_policy_of_its_own_changes_nothing(project: Path) -> None:
    (project / "readiness.yml").write_text("criteria: 1\n")
    done = readiness("gate", "--policy-from", "main")
    assert done.exit_code == 1
    assert "cannot be used" in done.stderr


def test_a_base_without_policy_is_judged_by_the_default(project: Path) -> None:
    git(project, "checkout", "--orphan", "bare")
    git(project, "rm", "-rq", "--cached", ".")
    git(project, "commit", "--allow-empty", "-m", "c")
    done = readiness("gate", "--policy-from", "bare")
    assert done.exit_code == 1
    assert "bare has no readiness.yml: the default policy applies." in done.stderr


@pytest.mark.parametrize(
    "ref", ["nowhere", "origin/main", "--help", "", "HEAD:readiness.yml", "main^{tree}", "\x01", "a b", "@{99}"]
)
def test_a_ref_that_is_none_is_one_line(project: Path, ref: str) -> None:
    done = readiness("gate", f"--policy-from={ref}")
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "git fetch" in done.stderr


def test_what_cannot_be_asked(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert readiness("gate", "--policy-from", "main", "--policy", "readiness.yml").exit_code == 2
    git(tmp_path, "clone", "--depth=1", f"file://{project.parent}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow" / "sub")
    done = readiness("gate", "--policy-from", "origin/main")
    assert (done.exit_code, "The clone is shallow" in done.stderr) == (2, True)
    history = project / "history"
    outside = tmp_path / "outside"
    outside.mkdir()
    monkeypatch.chdir(outside)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    done = readiness("gate", "--policy-from", "main", "--history", history)
    assert (done.exit_code, "there is none here" in done.stderr) == (2, True)
    monkeypatch.setenv("PATH", str(outside))
    done = readiness("gate", "--policy-from", "main", "--history", history)
    assert (done.exit_code, "needs git" in done.stderr) == (2, True)
    assert done.stderr.count("\n") == 1

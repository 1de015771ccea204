"""Commit, branch and CI link, from the CI's environment or from git."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from string import Formatter


@dataclass(frozen=True)
class CiContext:
    """Where a run took place; empty where nothing says so."""

    commit: str = ""
    branch: str = ""
    ci_url: str = ""
    uncommitted: bool = False
    """True where what was tested is no commit: tracked files differ from it."""


_CI = (
    (
        "GITHUB_ACTIONS",
        "GITHUB_SHA",
        "GITHUB_REF_NAME",
        "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}",
    ),
    ("GITLAB_CI", "CI_COMMIT_SHA", "CI_COMMIT_REF_NAME", "{CI_JOB_URL}"),
    ("JENKINS_URL", "GIT_COMMIT", "GIT_BRANCH", "{BUILD_URL}"),
    ("CIRCLECI", "CIRCLE_SHA1", "CIRCLE_BRANCH", "{CIRCLE_BUILD_URL}"),
    (
        "TF_BUILD",
        "BUILD_SOURCEVERSION",
        "BUILD_SOURCEBRANCHNAME",
        "{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}",
    ),
)
"""Variable that says which CI this is, then where it keeps commit, branch and link."""


_TRACKED = ("--untracked-files=no", "--ignore-submodules=untracked")
"""What builds and tests leave there is no change of what is tested."""


def ci_context(folder: Path) -> CiContext:
    """What the CI says, else what git says of `folder`."""
    if told := from_ci():
        return told
    branch = git(folder, "rev-parse", "--abbrev-ref", "HEAD")
    branch = "" if branch == "HEAD" else branch
    # A repository may name a command as its monitor, which `status` would run.
    still = ("-c", "core.fsmonitor=false", "--no-optional-locks")
    if git(folder, *still, "status", "--porcelain", *_TRACKED):
        return CiContext(branch=branch, uncommitted=True)
    return CiContext(git(folder, "rev-parse", "HEAD"), branch)


def from_ci() -> CiContext | None:
    """What the CI says; None outside of one."""
    for mark, commit, branch, url in _CI:
        if os.environ.get(mark):
            values = {name: os.environ.get(name, "") for _, name, *_ in Formatter().parse(url) if name}
            link = url.format(**values) if all(values.values()) else ""
            return CiContext(os.environ.get(commit, ""), os.environ.get(branch, ""), link)
    return None


def git(folder: Path, *arguments: str) -> str:
    """What git prints; empty where it fails or is not there."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

"""The tutorial, followed to the letter in an empty folder: its commands print what it shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STEP = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<language>\w*)\n(?P<text>.*?)```", re.DOTALL)
OTHER_EACH_TIME = (
    (re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}"), "RUN"),
    (re.compile(r"runs/\d{4}-\d\d/"), "runs/MONTH/"),
    (re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ| \d\d:\d\d UTC)"), "TIME"),
    (re.compile(r"\b\d+\.\d\d( ?s\b| seconds)"), "DURATION"),
    (re.compile(r"\bB-[A-Z2-7]{6}\b"), "BLOCKER"),
    (re.compile(r"(directory: ).*/(\w+/site)"), r"\1…/\2"),
    (re.compile(r"[ ]+$", re.MULTILINE), ""),
)


def alike(printed: str) -> str:
    """Without what differs from one time to the next."""
    for pattern, instead in OTHER_EACH_TIME:
        printed = pattern.sub(instead, printed)
    return printed


def commands(text: str) -> list[tuple[str, str]]:
    """(command, what the guide shows below it) of a block."""
    return [(one.partition("\n")[0], one.partition("\n")[2]) for one in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs a Unix shell")
def test_the_tutorial_prints_what_it_shows(repo_root: Path, tmp_path: Path) -> None:
    guide = (repo_root / "docs" / "guide" / "getting-started.md").read_text(encoding="utf-8")
    folder = tmp_path / "hello"
    folder.mkdir()
    surroundings = {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        "PYTHONPATH": str(repo_root / "generator"),
        "NO_MKDOCS_2_WARNING": "1",
        "COLUMNS": "80",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    files, followed, code = 0, 0, 0
    for step in STEP.finditer(guide):
        name = re.search(r"`([\w/]+\.\w+)`:?$", step["before"])
        if step["language"] and name:
            (folder / name[1]).parent.mkdir(exist_ok=True)
            (folder / name[1]).write_text(step["text"], encoding="utf-8")
            files += 1
        for command, shown in commands(step["text"]):
            # Each command has a shell of its own: `$?` is handed on.
            done = subprocess.run(
                ["bash", "-c", f"(exit {code}); {command}"],
                cwd=folder,
                env=surroundings,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            assert alike(done.stdout) == alike(shown), command
            code, followed = done.returncode, followed + 1
    assert (files, followed > 20) == (4, True)

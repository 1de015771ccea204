"""The guide shows how to follow a number by hand: what it prints is what the commands print."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = ("bash", "zcat", "sha256sum", "grep")


@pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason="needs the tools of a Unix shell")
def test_following_a_number_by_hand_prints_what_the_guide_shows(repo_root: Path) -> None:
    guide = (repo_root / "docs" / "guide" / "follow-a-number.md").read_text(encoding="utf-8")
    shown = re.findall(r"```\n(\$ .*?)```", guide, re.DOTALL)
    folder, steps = shown[0].removeprefix("$ cd ").strip(), shown[1:]
    assert len(steps) > 5
    for step in steps:
        commands = [line.removeprefix("$ ") for line in step.splitlines() if line.startswith("$ ")]
        printed = "".join(line for line in step.splitlines(keepends=True) if not line.startswith("$ "))
        done = subprocess.run(
            ["bash", "-c", "\n".join(commands)], cwd=repo_root / folder, capture_output=True, text=True, check=True
        )
        assert (done.stdout, done.stderr) == (printed, "")


def test_the_digest_of_the_guide_is_that_of_the_folder(repo_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (repo_root / "docs" / "guide" / "follow-a-number.md").read_text(encoding="utf-8")
    folder = re.findall(r"\$ cd (\S+)", guide)[0]
    code = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)[0]
    monkeypatch.chdir(repo_root / folder)
    printed: list[str] = []
    exec(code, {"print": printed.append})
    assert printed == [folder.rpartition("-")[2]]

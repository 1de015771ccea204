"""A copy of this project, changed as a recipe of CONTRIBUTING says, whose commands run in a process of their own."""

from __future__ import annotations

import html
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("generator", "templates", "docs", "mkdocs.yml", "pyproject.toml")


@dataclass(frozen=True)
class Change:
    """`text` put into a file of the project after `anchor`, which stands there once; a new file where there is none."""

    file: str
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Copied:
    """The copy: commands run in its folder, with its code."""

    folder: Path

    def change(self, *changes: Change) -> None:
        for change in changes:
            path = self.folder / change.file
            if not change.anchor:
                assert not path.exists(), f"{change.file} is there already"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(change.text, encoding="utf-8")
                continue
            before, anchor, after = path.read_text(encoding="utf-8").partition(change.anchor)
            assert anchor, f"{change.file} holds no {change.anchor!r}"
            assert change.anchor not in after, f"{change.file} holds {change.anchor!r} more than once"
            path.write_text(before + anchor + change.text + after, encoding="utf-8")

    def python(self, *arguments: str, exits: int = 0) -> str:
        """What Python prints; it must end with the code `exits`."""
        env = {**os.environ, "PYTHONPATH": str(self.folder / "generator"), "NO_MKDOCS_2_WARNING": "1"}
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, encoding="utf-8", timeout=120)
        assert done.returncode == exits, done.stdout + done.stderr
        return done.stdout

    def readiness(self, *arguments: str, exits: int = 0) -> str:
        return self.python("-c", "from readiness.cli import main; main()", *arguments, exits=exits)

    def mkdocs(self, *arguments: str) -> str:
        return self.python("-m", "mkdocs", *arguments)

    def page(self, route: str) -> str:
        """The HTML of a page of the built site, with characters instead of their references."""
        return html.unescape((self.folder / "site" / route / "index.html").read_text(encoding="utf-8"))

    def archive(self, *, version: str = "1.0", started: str = "2025-01-01", **files: str) -> None:
        """Archive one run: `archive(junit_xml="<testsuite/>")`."""
        names = [name.replace("_", ".") for name in files]
        for name, text in zip(names, files.values(), strict=True):
            (self.folder / name).write_text(text, encoding="utf-8")
        fixed = ("--commit", "none", "--branch", "none", "--ci-url", "none")
        self.readiness("archive", *names, "--version", version, "--started", started, *fixed)


def copied(folder: Path) -> Copied:
    """The project copied into a folder, without an archive and a policy."""
    folder.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return Copied(folder)

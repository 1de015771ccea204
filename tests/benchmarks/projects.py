"""Projects that benchmarks build: a configuration of MkDocs beside an archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bars import MKDOCS, READINESS, Took, run
from histories import BenchRun

CONFIG = """\
site_name: Shop
site_url: https://shop.example/
theme:
  name: material
  font: false
plugins:
  - readiness
"""


def project(folder: Path) -> Path:
    """A project without a run."""
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "index.md").write_text("The evidence of each release.\n")
    (folder / "mkdocs.yml").write_text(CONFIG)
    return folder


def archive_by_command(run_: BenchRun, folder: Path) -> Took:
    """Archive a run as a user does."""
    for file in run_.files:
        (folder / file.name).write_bytes(file.content)
    started = f"{run_.started:%Y-%m-%dT%H:%M:%SZ}"
    told = ("--version", run_.version, "--commit", run_.commit, "--started", started)
    return run((*READINESS, "archive", *_labels(run_), *told), folder)


def _labels(run_: BenchRun) -> Iterator[str]:
    for file in run_.files:
        yield from ("--variant", f"{file.variant}={file.name}")


def build(folder: Path) -> Took:
    """Build the site."""
    return run((*MKDOCS, "build", "--quiet"), folder)

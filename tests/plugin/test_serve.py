"""`mkdocs serve`: what is archived, judged or changed while it runs is shown, and nothing else makes it build."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.plugin.projects import BIN, GOOD, MKDOCS_YML, QUIET, READINESS_YML, Failed, Project, new_project

PATIENCE = 60.0
"""Seconds until a page must have changed; it takes one or two."""
QUIET_SPELL = 2.0
"""Seconds, four times as long as MkDocs waits between two looks at the files."""


@dataclass(frozen=True)
class Server:
    """A running `mkdocs serve` and what it prints."""

    project: Project
    process: subprocess.Popen[bytes]
    printed: Path
    address: str

    def page(self, path: str) -> str:
        try:
            with urllib.request.urlopen(f"{self.address}{path}", timeout=10) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return f"{error.code}"
        except OSError:
            return "not there"

    def until(self, path: str, shown: str) -> None:
        """Wait until the page shows that."""
        self.wait(lambda: shown in self.page(path), f"{path} shows {shown!r}")

    def wait(self, happened: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not happened():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, f"it never happened that {what}:\n{self.said}"
            time.sleep(0.1)

    @property
    def said(self) -> str:
        return self.printed.read_text(encoding="utf-8")

    @property
    def builds(self) -> int:
        return self.said.count("Building documentation")

    def settle(self) -> int:
        """How often it has built once no more builds follow; fails where that never ends."""
        end, seen = time.monotonic() + PATIENCE, -1
        while seen != self.builds:
            assert time.monotonic() < end, f"it builds in a loop:\n{self.said}"
            seen = self.builds
            time.sleep(QUIET_SPELL)
        return seen


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Serves a project that has no archive yet, with templates of its own."""
    project = new_project(tmp_path / "project", MKDOCS_YML.replace("- readiness", "- readiness: {templates: mine}"))
    project.write("mine/releases.md", "# Our releases\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    printed = tmp_path / "printed.txt"
    with printed.open("wb") as out:
        process = subprocess.Popen(
            [str(BIN / "mkdocs"), "serve", "--dev-addr", f"127.0.0.1:{port}"],
            cwd=project.folder,
            env={**os.environ, **QUIET},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Server(project, process, printed, f"http://127.0.0.1:{port}/readiness/")
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.slow
def test_what_is_archived_judged_or_changed_is_shown_and_nothing_else_builds(server: Server) -> None:
    project = server.project
    server.until("", "No run has been archived yet")
    server.wait(lambda: "Serving on" in server.said, "it serves")

    run = project.archive("1.0.0", "2025-01-10T08:00:00Z", {**GOOD, "core.a::two": Failed()})
    server.until(f"reports/{run}/", "Not ready")
    server.until("", "Not ready")

    project.write("mine/releases.md", "# Releases of this house\n")
    server.until("releases/", "Releases of this house")

    project.write("mine/words.jinja", "{% macro resolve_blockers(count, unverified) %}Wait for us.{% endmacro %}\n")
    server.until("", "Wait for us.")
    project.write(
        "mine/words.jinja", "{% macro resolve_blockers(count, unverified) %}Hold the release.{% endmacro %}\n"
    )
    server.until("", "Hold the release.")

    before = server.settle()
    project.write("readiness.yml", READINESS_YML.replace("Product", "Renamed"))
    project.write(".cache/readiness/pages/rolling/index.md", "of no account\n")
    assert server.settle() == before  # a policy acts once a run is judged by it; the cache is written by the build

    code, printed = project.run("readiness", "judge", "1.0.0")
    assert code == 0, printed
    server.until(f"reports/{run}/2/", "Renamed")

    project.write("mine/releases.md", "{{ no_such_thing }}\n")
    server.wait(lambda: "no_such_thing" in server.said, "the mistake is named")
    project.write("mine/releases.md", "# Mended\n")
    server.until("releases/", "Mended")
    assert "Traceback" not in server.said
    server.settle()

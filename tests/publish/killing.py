"""Kills a publishing process at its calls that write, or lets them fail for want of room; prints how many it tried.

A script, for a process of its own: `python killing.py FOLDER SITUATION EVERY`, at every so many calls. It forks once
for each, so nothing else may have started threads.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.plugin.pages import broken_links, files
from tests.publish.small import CHANGES, SmallBuilder, published, small_project

from readiness.errors import UsageError
from readiness.publish import build

MAKING = {"os.mkdir", "os.rename", "os.link"}
WRITING = {*MAKING, "os.remove", "os.rmdir", "shutil.rmtree"}
FAILED = 3


def stop_at(at: int, stop: Callable[[], None], events: set[str]) -> None:
    """Call `stop` before call number `at` that writes, and in the middle of what is written to a file."""
    calls = 0

    def tick() -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            stop()

    def in_two_parts(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            tick()
            file.write(content[: len(content) // 2])
            file.flush()
            tick()
            file.write(content[len(content) // 2 :])
        return len(content)

    Path.write_bytes = in_two_parts  # type: ignore[method-assign, assignment]
    sys.addaudithook(lambda event, _: tick() if event in events else None)


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")


def stopped(project: Path, at: int, stop: Callable[[], None], **options: Any) -> bool:
    """Publish in a process that is stopped at that call; False where there were fewer."""
    child = os.fork()
    if not child:
        stop_at(at, stop, WRITING if stop is kill else MAKING)
        try:
            published(project, **options)
        except UsageError as error:
            os._exit(FAILED if "No space left on device" in error.line else 2)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) not in (0, FAILED):
        sys.exit(f"call {at}: the process failed by itself")
    return os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == FAILED


def wrong(public: Path, before: dict[str, bytes], after: dict[str, bytes], rebuilt: bool) -> list[str]:
    """What a reader misses: pages that are gone, torn, or name what is not there."""
    now = files(public) if public.is_dir() else {}
    served = {path: content for path, content in now.items() if not path.startswith(".readiness")}
    found = [f"{path} is gone" for path in before if path not in served and not (rebuilt and path not in after)]
    # What the record says while a site is replaced stands neither before nor after.
    told = {path for path in served if not path.endswith("published.json")}
    found += [f"{path} is torn" for path in told if served[path] not in (before.get(path), after.get(path))]
    if "versions.json" in served:
        listed = [one["version"] for one in json.loads(served["versions.json"])]
        found += [f"{one} is listed" for one in listed if f"{one}/index.html" not in served]
    hidden = [path.name for path in public.glob(".readiness*")] if public.is_dir() else []
    if hidden:
        shutil.rmtree(public / hidden[0])
    found += broken_links(public) if public.is_dir() else []
    # A redirect may outlive, for a moment, a page that a site built anew lacks.
    return [problem for problem in found if not (rebuilt and problem.startswith("/latest/old/"))]


def try_everywhere(folder: Path, situation: str, every: int) -> int:
    build.Builder = SmallBuilder  # type: ignore[assignment, misc]
    base = small_project(folder / "base")
    options = {"rebuild": True} if situation == "rebuilt" else {}
    if situation != "first":
        published(base)
    before = files(base / "public") if situation != "first" else {}
    CHANGES[situation](base)
    reference = shutil.copytree(base, folder / "reference")
    published(reference, **options)
    after, tried = files(reference / "public"), 0
    for stop in (kill, fail):
        at = 1
        while True:
            project = shutil.copytree(base, folder / "stopped")
            if not stopped(project, at, stop, **options):
                break
            left = [path.name for path in project.glob("public/.readiness*")]
            problems = wrong(project / "public", before, after, situation == "rebuilt")
            problems += left if stop is fail else []
            published(project)
            problems += [f"{path} is left" for path in files(project / "public") if path not in {**before, **after}]
            published(project, **options)
            now = files(project / "public")
            if now != after:
                problems.append(f"published again it is not the same: {sorted(now.keys() ^ after)}")
            if problems:
                sys.exit(f"{situation}, {stop.__name__} at call {at}: {problems}")
            shutil.rmtree(project)
            tried += 1
            at += every
        shutil.rmtree(project)
    return tried


if __name__ == "__main__":
    os.fsync = lambda handle: None  # type: ignore[assignment]
    print(try_everywhere(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))

"""Kills an archiving process at each of its system calls that write, one after the other; prints how many there were.

A script, for a process of its own: `python killing.py FOLDER`. It forks once for each call, so nothing else may have
started threads.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

from readiness.archive import Archive, NewRun, Writer, new_input, replacing, verify

POLICY, OTHER = b"product: shop\n", b"product: shop\nvanished_allowed: 1%\n"
KILLING = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"}


def run(number: int, files: int, **more: Any) -> NewRun:
    """A run with so many files."""
    started = datetime(2025, number, 1, tzinfo=UTC)
    inputs = [
        new_input(f'<testsuite><testcase name="t{number}-{file}"/></testsuite>'.encode(), f"{file}.xml", source="tests")
        for file in range(files)
    ]
    return NewRun(version=f"1.{number}", started=started, inputs=inputs, **more)


def archive(root: Path, new: NewRun, policy: bytes = POLICY) -> None:
    with Writer(root) as writer:
        writer.append(new, policy, "tests")


def supersede(root: Path) -> None:
    first = next(iter(Archive(root).runs.values()))
    archive(root, replacing(first, run(1, 3)), OTHER)


def judge(root: Path) -> None:
    with Writer(root) as writer:
        writer.judge(next(iter(Archive(root).runs)), OTHER, datetime(2025, 12, 1, tzinfo=UTC), "tests")


ACTIONS: dict[str, Callable[[Path], None]] = {
    "the first run": lambda root: archive(root, run(1, 16)),
    "another run": lambda root: archive(root, run(3, 16), OTHER),
    "a run that supersedes another": supersede,
    "a judgement": judge,
}


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def killed(action: Callable[[], None], at: int) -> bool:
    """Do it in a process that kills itself before the call number `at`; False where there were fewer calls."""
    child = os.fork()
    if not child:
        _kill_before(at)
        try:
            action()
        except OSError as error:
            print(f"call {at}: {error!r}", file=sys.stderr)
            os._exit(2)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        sys.exit(f"call {at}: the process failed by itself")
    return False


def _kill_before(at: int) -> None:
    calls = 0

    def tick() -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)

    class InTwoParts(FileIO):
        """Writes half, then the rest, as the system may."""

        def write(self, content: Any) -> int:
            tick()
            super().write(content[: len(content) // 2])
            tick()
            super().write(content[len(content) // 2 :])
            return len(content)

    def opened(self: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if mode == "xb":
            tick()
            return InTwoParts(str(self), "x")
        return really_open(self, mode, *arguments, **options)

    def flushed(handle: int) -> None:
        tick()

    really_open = Path.open
    Path.open = opened  # type: ignore[method-assign, assignment]
    os.fsync = flushed  # type: ignore[assignment]
    sys.addaudithook(lambda event, _: tick() if event in KILLING else None)


def kill_everywhere(folder: Path, name: str) -> int:
    """How many calls there are; ends the script where one of them, killed, leaves an archive that is not whole."""
    action, base = ACTIONS[name], folder / "base"
    if name != "the first run":
        for number in (1, 2):
            archive(base, run(number, 2))
    else:
        base.mkdir()
    before = contents(base)
    reference = shutil.copytree(base, folder / "reference")
    action(reference)
    runs, at = (set(Archive(base).runs), set(Archive(reference).runs)), 0
    while True:
        at += 1
        root = shutil.copytree(base, folder / "killed")
        if not killed(lambda root=root: action(root), at):  # type: ignore[misc]
            return at - 1
        after, found = contents(root), Archive(root)
        problems = [error.line for _, errors in verify(found) for error in errors]
        if problems or any(after[path] != content for path, content in before.items()) or set(found.runs) not in runs:
            sys.exit(f"{name}, call {at}: {problems or sorted(after)}")
        action(root)
        if contents(root) != contents(reference):
            sys.exit(f"{name}, call {at}: archived again it is not the same: {sorted(contents(root))}")
        shutil.rmtree(root)


if __name__ == "__main__":
    total = 0
    os.fsync = lambda handle: None  # type: ignore[assignment]
    for index, name in enumerate(ACTIONS):
        (Path(sys.argv[1]) / str(index)).mkdir()
        total += kill_everywhere(Path(sys.argv[1]) / str(index), name)
    print(total)

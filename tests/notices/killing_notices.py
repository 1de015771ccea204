"""Kills a process that writes a notice at each of its system calls; prints how many there were.

A script, for a process of its own: `python killing_notices.py FOLDER`. It forks once for each call.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "archive"))

from killing import POLICY, archive, contents, killed, run  # type: ignore[import-not-found]

from readiness.archive import (
    Archive,
    Keep,
    Notice,
    NoticedRun,
    NoticeKind,
    Writer,
    plan_pruning,
    plan_redaction,
    verify,
)
from readiness.evidence import Wanted


def notice(kind: NoticeKind, archived: Archive, **more: object) -> Notice:
    about = tuple(NoticedRun(run=one.id, manifest=one.manifest_sha256) for one in archived.runs.values())
    time = datetime(2026, 1, 1, tzinfo=UTC)
    return Notice(kind=kind, time=time, by="a", reason="b", tool="t", runs=about, **more)


def withdraw(root: Path) -> None:
    with Writer(root) as writer:
        writer.note(notice(NoticeKind.WITHDRAWN, Archive(root)), {}, {})


def redact(root: Path) -> None:
    found = Archive(root)
    plan = plan_redaction(found, Wanted(pattern="t[0-9]-[0-9]"))
    fresh = tuple(one for one in plan.replaced if not found.notices.is_noted(one))
    with Writer(root) as writer:
        told = notice(NoticeKind.REDACTED, found, replaced=fresh) if fresh else None
        writer.note(told, {}, dict(plan.files))


def prune(root: Path) -> None:
    found = Archive(root)
    plan = plan_pruning(found, Keep(runs=1), lambda one: one.id.encode())
    with Writer(root) as writer:
        told = notice(NoticeKind.PRUNED, found, checkpoints=plan.checkpoints) if plan.runs else None
        writer.note(told, plan.first, dict.fromkeys(plan.removed))


ACTIONS: tuple[Callable[[Path], None], ...] = (withdraw, redact, prune)


def kill_everywhere(folder: Path, action: Callable[[Path], None]) -> int:
    """How many calls there are; ends the script where one of them, killed, leaves what cannot be lived with."""
    base = folder / "base"
    for number in (1, 2, 3):
        archive(base, run(number, 2))
    before = contents(base)
    action(shutil.copytree(base, folder / "reference"))
    done, at = contents(folder / "reference"), 0
    while True:
        at += 1
        root = shutil.copytree(base, folder / "killed")
        if not killed(partial(action, root), at):
            return at - 1
        after, found = contents(root), Archive(root)
        found.require_sound()
        for one in found.runs.values():
            one.contents()
        stopped = f"by a `{action.__name__}` that was stopped"
        problems = [error.line for _, errors in verify(found) for error in errors]
        if len(found.runs) != 3 or any(stopped not in line for line in problems):
            sys.exit(f"{action.__name__}, call {at}: {problems}")
        noted = any("notices/2" in path for path in after)
        if not noted and any(after.get(path) != content for path, content in before.items()):
            sys.exit(f"{action.__name__}, call {at}: changed without a notice")
        action(root)
        if contents(root) != done:
            sys.exit(f"{action.__name__}, call {at}: done again it is not the same: {sorted(contents(root))}")
        shutil.rmtree(root)


if __name__ == "__main__":
    assert POLICY
    total = 0
    os.fsync = lambda handle: None  # type: ignore[assignment]
    for each in ACTIONS:
        (Path(sys.argv[1]) / each.__name__).mkdir()
        total += kill_everywhere(Path(sys.argv[1]) / each.__name__, each)
    print(total)

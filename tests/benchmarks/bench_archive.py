"""Whether the work grows linearly with the archive: 250 runs against 1,000, CPU time per run."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bars import Bar, ratio

from readiness.archive import Archive, NewRun, Writer, new_input, verify
from readiness.assessment import assess
from readiness.policy import default_text

SIZES = (250, 1000)
TESTS = 50


def run(number: int) -> NewRun:
    """The run of a day: 50 tests, one of which fails every tenth day."""
    failing = '<failure message="boom"/>' if number % 10 == 0 else ""
    cases = "".join(f'<testcase classname="tests.test_{case % 5}" name="t{case}"/>' for case in range(TESTS - 1))
    case = f'<testcase classname="tests.test_x" name="x">{failing}</testcase>'
    text = f'<testsuite time="{number}">{case}{cases}</testsuite>'
    started = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=number)
    return NewRun(f"1.{number}", started, [new_input(text.encode(), "junit.xml", source="tests")])


def append_all(root: Path, size: int) -> None:
    with Writer(root) as writer:
        for number in range(size):
            writer.append(run(number), default_text(), "bench")


def steps(root: Path, size: int) -> dict[str, float]:
    """CPU seconds of each step on an archive of that size."""
    cache = root.parent / "cache"
    work: dict[str, Callable[[], object]] = {
        "archive": lambda: append_all(root, size),
        "look at all": lambda: Archive(root).damage,
        "verify": lambda: [list(errors) for _, errors in verify(Archive(root))],
        "judge all": lambda: assess(Archive(root), cache),
        "judge all again, from the cache": lambda: assess(Archive(root), cache),
    }
    taken = {}
    for name, step in work.items():
        began = time.process_time()
        step()
        taken[name] = time.process_time() - began
    return taken


def bars() -> Iterator[Bar]:
    """The time of a run in the larger archive by that in the smaller; 1 is linear, 4 would be quadratic."""
    flush, os.fsync = os.fsync, lambda handle: None  # the disk is not what is measured
    try:
        with tempfile.TemporaryDirectory() as folder:
            small, large = (steps(Path(folder) / str(size) / "history", size) for size in SIZES)
    finally:
        os.fsync = flush
    for name in small:
        each = [1000 * taken[name] / size for taken, size in zip((large, small), reversed(SIZES), strict=True)]
        what = f"{name}: a run of {SIZES[1]:,} runs x {TESTS} tests, against one of {SIZES[0]:,}, CPU time"
        yield ratio(what, 2.0, (each[0], each[1]), "ms")

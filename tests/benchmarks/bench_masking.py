"""CPU time of masking a JUnit file of 100 MB, against reading it: without secrets, and with one in each failure.

Each measurement is a process of its own; of several the least counts, so that a busy machine decides nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bars import Bar, ratio
from bench_read import SIZE, suites

RUNS = 3

MEASURED = """
import json, sys, time
from pathlib import Path
from readiness.evidence import read
from readiness.evidence.masking import mask
content = Path(sys.argv[2]).read_bytes()
began = time.process_time()
found = mask(content).count if sys.argv[1] == "mask" else read(content, "junit.xml").cases
print(json.dumps({"found": found, "seconds": time.process_time() - began}))
"""


def with_secret(part: str) -> str:
    """The part of the file with a made-up token in each failure."""
    return part.replace("assert 1 == 2", "assert login('gh" + "p_" + 36 * "x" + "') == 200")


def write(path: Path, change: Callable[[str], str]) -> int:
    """Write whole suites until the file has its size; the number of failures."""
    written = failures = 0
    with path.open("w", encoding="utf-8") as file:
        written += file.write('<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n')
        for part in suites():
            written += file.write(change(part))
            failures += part.count("<failure ")
            if part.startswith("</testsuite>") and written >= SIZE:
                break
        file.write("</testsuites>\n")
    return failures


def measure(what: str, path: Path) -> dict[str, float]:
    """What it found, and the least time of several processes."""
    command = [sys.executable, "-c", MEASURED, what, str(path)]
    runs = [json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(RUNS)]
    return min(runs, key=lambda run: run["seconds"])


def bars() -> Iterator[Bar]:
    """The time of `mask()` by that of `read()`."""
    for name, change in (("without secrets", str), ("a secret in each failure", with_secret)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "junit.xml"
            failures = write(path, change)
            reading, masking = measure("read", path), measure("mask", path)
        assert masking["found"] == (failures if change is with_secret else 0)
        took = masking["seconds"], reading["seconds"]
        yield ratio(f"masking 100 MB of JUnit XML, {name}, against reading it, CPU time", 0.25, took)

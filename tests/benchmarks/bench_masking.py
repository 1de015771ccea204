"""CPU time of masking a JUnit file of 100 MB, against reading it: without secrets, and with one in each failure.

`python tests/benchmarks/bench_masking.py` prints both ratios with their limit and exits 1 where one is exceeded. Each
measurement is a process of its own; of several the least counts, so that a busy machine decides nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench_read import SIZE, suites

RUNS = 3
LIMIT = 0.25
"""Time of `mask()` by that of `read()`."""

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


def main() -> int:
    """Compare, print, and say by the exit code whether the limit holds."""
    exceeded = False
    for name, change in (("without secrets", str), ("a secret in each failure", with_secret)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "junit.xml"
            failures = write(path, change)
            reading, masking = measure("read", path), measure("mask", path)
        if masking["found"] != (failures if change is with_secret else 0):
            print(f"{name}: {masking['found']:,.0f} secrets are found")
            return 1
        ratio = masking["seconds"] / reading["seconds"]
        exceeded |= ratio > LIMIT
        verdict = "exceeds" if ratio > LIMIT else "is within"
        took = f"read() {reading['seconds']:.2f} s, mask() {masking['seconds']:.2f} s"
        print(f"{name}: {masking['found']:,.0f} masked, {took}: {ratio:.2f} {verdict} {LIMIT:g}")
    return int(exceeded)


if __name__ == "__main__":
    sys.exit(main())

"""Memory and CPU time of reading a JUnit file of 100 MB, against junitparser reading the same file.

Each reading is a process of its own; of several runs of each the least counts, so that a busy machine decides nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bars import Bar, ratio

SIZE = 100 * 1024 * 1024
RUNS = 3

MEASURED = """
import json, resource, sys
path = sys.argv[1]
{reading}
used = resource.getrusage(resource.RUSAGE_SELF)
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps({{"cases": {cases}, "bytes": used.ru_maxrss * unit, "seconds": used.ru_utime + used.ru_stime}}))
"""
OURS = """
from pathlib import Path
from readiness.evidence import read
evidence = read(Path(path).read_bytes(), "junit.xml")
"""
OUR_CASES = "evidence.cases"
THEIRS = """
sys.modules["lxml"] = None  # as it is without the optional lxml, which keeps its memory elsewhere
import junitparser
suites = junitparser.JUnitXml.fromfile(path)
"""
THEIR_CASES = "sum(1 for _ in suites._elem.iter('testcase'))"


def suites() -> Iterator[str]:
    """Suites of 1,000 cases as a large project has them: some fail, some wrote output."""
    number = 0
    while True:
        yield f'<testsuite name="suite {number}" tests="1000" failures="20" time="12.5">\n'
        for case in range(1000):
            names = (
                f'classname="tests.package_{number}.test_module.TestClass" name="test_case_{case}[value-{case % 7}]"'
            )
            yield f'<testcase {names} time="0.0{case % 90 + 10}">'
            if case % 50 == 0:
                yield (
                    '<failure message="assert 1 == 2" type="AssertionError">'
                    + "a line of a trace\n" * 12
                    + "</failure>"
                )
            if case % 10 == 1:
                yield "<system-out>" + "a line of captured output\n" * 20 + "</system-out>"
            yield "</testcase>\n"
        yield "</testsuite>\n"
        number += 1


def write(path: Path) -> None:
    """Write whole suites until the file has its size."""
    written = 0
    with path.open("w", encoding="utf-8") as file:
        written += file.write('<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n')
        for part in suites():
            written += file.write(part)
            if part.startswith("</testsuite>") and written >= SIZE:
                break
        file.write("</testsuites>\n")


def measure(reading: str, cases: str, path: Path) -> dict[str, float]:
    """What one reading in a fresh process took."""
    command = [sys.executable, "-c", MEASURED.format(reading=reading, cases=cases), str(path)]
    ran = subprocess.run(command, capture_output=True, check=True, text=True)
    measured: dict[str, float] = json.loads(ran.stdout)
    return measured


def bars() -> Iterator[Bar]:
    """Both read the same file in turn."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "junit.xml"
        write(path)
        pairs = [(measure(OURS, OUR_CASES, path), measure(THEIRS, THEIR_CASES, path)) for _ in range(RUNS)]
    ours, theirs = ([pair[side] for pair in pairs] for side in (0, 1))
    assert {one["cases"] for one in ours} == {one["cases"] for one in theirs}
    for what, key, scale, unit, bar in (("peak memory", "bytes", 1e6, "MB", 1.5), ("CPU time", "seconds", 1, "s", 3.0)):
        mine, other = (min(one[key] for one in side) / scale for side in (ours, theirs))
        yield ratio(f"reading 100 MB of JUnit XML, against junitparser, {what}", bar, (mine, other), unit)

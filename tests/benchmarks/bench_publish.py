"""What the published releases of attrs take on the disk, and what one more version costs against all of them.

`python tests/benchmarks/bench_publish.py` prints each figure with its limit and exits 1 where one is exceeded. Each
publication is a process of its own, of which the CPU time counts.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEWEST = "26.1.0"
MEGABYTES = 30.0
"""Of the published folder, every file of the disk once."""
ONE_MORE, UNCHANGED = 0.2, 0.1
"""Time for one more version, and for none, by the time for the 20 before it."""


def publish(project: Path, *options: str) -> float:
    """CPU seconds of one publication."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    script = "from readiness.cli import main; main()"
    command = [sys.executable, "-c", script, "publish", "--to", "public", *options]
    subprocess.run(
        command, cwd=project, check=True, capture_output=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def sizes(folder: Path) -> tuple[float, float]:
    """Megabytes on the disk, where equal pages of versions are one file with several names; and those of all names."""
    found = [path.stat() for path in folder.rglob("*") if path.is_file()]
    once = {(one.st_dev, one.st_ino): one.st_size for one in found}
    return sum(once.values()) / 1e6, sum(one.st_size for one in found) / 1e6


def main() -> int:
    """Publish, print, and say by the exit code whether the limits hold."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for name in ("docs", "history"):
            shutil.copytree(ROOT / name, project / name)
        for name in ("mkdocs.yml", "readiness.yml"):
            shutil.copy(ROOT / name, project / name)
        twenty = publish(project, "--except", NEWEST)
        before = sizes(project / "public")
        one_more = publish(project)
        disk, names = sizes(project / "public")
        unchanged = publish(project)
    figures = (
        ("21 versions on the disk, MB", disk, MEGABYTES),
        ("one more version, by 20", one_more / twenty, ONE_MORE),
        ("nothing new, by 20", unchanged / twenty, UNCHANGED),
    )
    print(f"20 versions {twenty:.1f} s, one more {one_more:.1f} s, nothing new {unchanged:.1f} s")
    print(f"one more version takes {disk - before[0]:.2f} MB; with a copy of each equal page, all take {names:.1f} MB")
    for name, value, limit in figures:
        print(f"{name}: {value:.2f} {'exceeds' if value > limit else 'is within'} {limit:g}")
    return int(any(value > limit for _, value, limit in figures))


if __name__ == "__main__":
    sys.exit(main())

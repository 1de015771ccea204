"""What the published releases of attrs take on the disk, and what one more version costs against all of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bars import READINESS, ROOT, Bar, ratio, run

NEWEST = "26.1.0"


def publish(project: Path, *options: str) -> float:
    """CPU seconds of one publication."""
    return run((*READINESS, "publish", "--to", "public", *options), project).cpu


def sizes(folder: Path) -> tuple[float, float]:
    """Megabytes on the disk, where equal pages of versions are one file with several names; and those of all names."""
    found = [path.stat() for path in folder.rglob("*") if path.is_file()]
    once = {(one.st_dev, one.st_ino): one.st_size for one in found}
    return sum(once.values()) / 1e6, sum(one.st_size for one in found) / 1e6


def bars() -> Iterator[Bar]:
    """Twenty versions, one more, and nothing new."""
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
    told = f"the last took {disk - before[0]:.2f} MB; with a copy of each equal page, all take {names:.1f} MB"
    yield Bar("21 versions of attrs published, MB on the disk", disk, 30, told)
    yield ratio("publishing one more version of attrs, against the 20 before it, CPU time", 0.2, (one_more, twenty))
    yield ratio("publishing nothing new, against 20 versions of attrs, CPU time", 0.1, (unchanged, twenty))

"""The cache folder of a project: derived results and pages, safe to delete, never needed for correctness."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def cache_folder(project: Path) -> Path:
    """`.cache/readiness/` in the project, made where that is possible, and ignored by git."""
    folder = project / ".cache" / "readiness"
    # Without room or permission everything is derived anew each time.
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    return folder

"""Reading files that somebody else may have put there: a device, a pipe or a link to one is not waited for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from readiness.errors import UsageError

_KINDS = (
    (stat.S_ISREG, ""),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)


def plain_content(path: Path, most: int | None = None, *, where: str = "", remedy: str) -> bytes:
    """The bytes of a plain file, or of what a link to one leads to.

    Raises UsageError for anything else, at once, for one of more bytes than `most` or than memory takes, and where it
    cannot be read. `remedy`: what to do where it is no file.
    """
    try:
        kind = _kind(path)
        if kind:
            raise UsageError(f"is {kind}, not a file", path=path, where=where, remedy=remedy)
        size = path.stat().st_size
        try:
            if most is None or size <= most:
                return path.read_bytes()
        except MemoryError:
            pass
        raise UsageError(
            f"is too large to be read: {size:,} bytes", path=path, where=where, remedy="Name a smaller one"
        )
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise UsageError(problem, path=path, where=where, remedy="Check the path and its permission") from error


def _kind(path: Path) -> str:
    """What the path leads to where it is no plain file: reading it might wait for ever."""
    if os.path.realpath(path).startswith(("/proc/", "/sys/")):
        return "a view into the system"
    mode = path.stat().st_mode
    return next((kind for says, kind in _KINDS if says(mode)), "a device")

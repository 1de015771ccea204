"""Reading files that somebody else may have put there: a device, a pipe or a link to one is not waited for."""

import os
import stat
from pathlib import Path

from readiness.errors import UsageError

_PIPE = "a pipe"
_KINDS = (
    (stat.S_ISREG, ""),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, _PIPE),
    (stat.S_ISSOCK, "a socket"),
)


def plain_content(path: Path, most: int | None = None, *, where: str = "", remedy: str, pipes: bool = False) -> bytes:
    """The bytes of a plain file, or of what a link to one leads to; with `pipes` also of a pipe, read to its end.

    Raises UsageError for anything else, at once, for one of more bytes than `most` or than memory takes, and where it
    cannot be read. `remedy`: what to do where it is no file. `pipes` is for what the user named: it may wait for ever.
    """
    try:
        kind = _kind(path)
        if pipes and kind == _PIPE:
            return _piped(path, most, where)
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


def _piped(path: Path, most: int | None, where: str) -> bytes:
    with path.open("rb") as pipe:
        content = pipe.read(-1 if most is None else most + 1)
    if not content:  # as where the command that was to write into it has failed
        problem = "is an empty pipe"
        raise UsageError(problem, path=path, where=where, remedy="Check the command that writes to it")
    if most is not None and len(content) > most:
        problem = f"is too large to be read: more than {most:,} bytes"
        raise UsageError(problem, path=path, where=where, remedy="Name a smaller one")
    return content


def _kind(path: Path) -> str:
    """What the path leads to where it is no plain file: reading it might wait for ever."""
    mode = path.stat().st_mode
    kind = next((kind for says, kind in _KINDS if says(mode)), "a device")
    # A pipe lies there as well, by the name /dev/stdin or that of a shell for <(…).
    return kind or ("a view into the system" if os.path.realpath(path).startswith(("/proc/", "/sys/")) else "")

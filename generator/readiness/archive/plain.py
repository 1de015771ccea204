"""Reading what is inside the archive: plain files in plain folders, no link is ever followed."""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from readiness.errors import ArchiveError

LARGEST = 1024**3
"""Bytes of a stored file: evidence is read up to half of that, unpacked."""
RESTORE = "Restore it from version control or a backup"


def damaged(path: Path, problem: str) -> ArchiveError:
    """The error for something in the archive that is not as it was written."""
    return ArchiveError(problem, path=path, remedy=RESTORE)


def link(path: Path) -> ArchiveError:
    """The error for a symbolic link, wherever it points."""
    return damaged(path, "is a symbolic link; the archive holds plain files and folders")


def foreign(path: Path) -> ArchiveError:
    """The error for something that nobody archived."""
    return ArchiveError("does not belong into the archive", path=path, remedy="Remove it, or keep it elsewhere")


def content_of(path: Path) -> bytes:
    """The bytes of a file of the archive; raises ArchiveError where it is missing, no plain file, or unreadable."""
    try:
        found = path.lstat()
        mode = found.st_mode
        if stat.S_ISLNK(mode):
            raise link(path)
        if not stat.S_ISREG(mode):
            raise damaged(path, "is not a plain file")
        if found.st_size > LARGEST:
            raise damaged(path, f"is larger than any file of an archive: {found.st_size:,} bytes")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise damaged(path, "is missing from the archive") from error
    except OSError as error:
        raise ArchiveError(f"cannot be read ({error.strerror})", path=path, remedy="Make it readable") from error


class Stat(NamedTuple):
    """What the file system says of a file or folder: written again, it is another one. Times are nanoseconds."""

    mode: int
    device: int
    node: int
    size: int
    changed: int
    """When its content changed, which can be set at will."""
    touched: int
    """When anything of it changed, which cannot."""


def stat_of(path: str) -> Stat | None:
    """What the file system says of a file or folder, never of what it leads to; None where it cannot be asked."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return Stat(found.st_mode, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)

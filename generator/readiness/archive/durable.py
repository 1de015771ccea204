"""Writing that survives a crash: files are flushed, and stand in their place whole or not at all."""

import errno
import gzip
import io
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

INCOMING = ".incoming-"
"""Beginning of the names under which things are written before they are put in place."""


def beside(path: Path) -> Path:
    """The name under which this process writes what it will rename to `path`."""
    return path.with_name(f"{INCOMING}{path.name}-{os.getpid()}")


PACKED = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
"""How packed evidence begins: gzip, deflate, no flags, no time, packed best, on no system in particular."""


def packed(content: bytes) -> bytes:
    """Gzip without name and time: the same bytes on any day."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0, compresslevel=9) as file:
        file.write(content)
    return buffer.getvalue()


def write(path: Path, content: bytes) -> None:
    """Write a new file and flush it to the disk. Raises OSError, also where the file exists."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Flush a folder: what was put in it or renamed survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(path: Path, content: bytes) -> bool:
    """Put a file in place, whole or not at all; False where one is there already. Raises OSError, with nothing left."""
    if path.exists():
        return False
    new = beside(path)
    placed = False
    try:
        write(new, content)
        new.rename(path)
        placed = True
        sync(path.parent)
    except BaseException:
        if placed:
            path.unlink(missing_ok=True)
        raise
    finally:
        new.unlink(missing_ok=True)
    return True


def put_over(path: Path, content: bytes) -> None:
    """Put a file where another may be, whole or not at all, flushed. Raises OSError; one of the two is there then."""
    new = beside(path)
    try:
        write(new, content)
        new.replace(path)
        sync(path.parent)
    finally:
        new.unlink(missing_ok=True)


def replace_file(path: Path, content: bytes) -> None:
    """Put a file where another may be, whole or not at all; not flushed. Raises OSError."""
    new = path.with_name(f".{path.name}-{os.getpid()}")
    new.write_bytes(content)
    new.replace(path)


def replace_folder(new: Path, place: Path) -> None:
    """Put a folder where another may be, which is back where that fails. Raises OSError."""
    old = new.with_name(f"{new.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    replaces = place.exists()
    if replaces:
        shutil.copymode(place, new)
        place.rename(old)
    try:
        new.rename(place)
    except OSError:
        if replaces:
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it, flushed; the ones that were not there, outermost first. Raises OSError."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()][::-1]
    try:
        for one in missing:
            one.mkdir(exist_ok=True)
            sync(one.parent)
    except BaseException:
        remove_empty(missing)
        raise
    return missing


def remove_empty(folders: list[Path]) -> None:
    """Remove those of the folders that are empty, innermost first; others stay."""
    for one in reversed(folders):
        with suppress(OSError):
            one.rmdir()


def keep_only(folder: Path, kept: Collection[Path]) -> None:
    """Remove the files below a folder whose paths there are not `kept`, and folders that are empty then."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(folder) not in kept:
            path.unlink()


@contextmanager
def locked(folder: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[bool]:
    """Hold the one lock of a folder; a process that dies lets go of it. Raises OSError where the folder is not there.

    Where another process holds it, `waiting` is called before this one waits. False where this system or file system
    has no such lock. Then renaming alone keeps two processes apart, which may archive the same evidence twice but lose
    none.
    """
    try:
        import fcntl
    except ImportError:  # not on this system
        yield False
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(handle, fcntl.LOCK_EX)
            held = True
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL):
                raise
            held = False
        yield held
    finally:
        os.close(handle)


def sweep(root: Path) -> None:
    """Remove what killed processes left half written. For the holder of the lock alone: nobody else is writing then."""
    for folder in ("policies", "notices", "checkpoints", "runs/*", "runs/*/*", "runs/*/*/judgements"):
        for left in root.glob(f"{folder}/{INCOMING}*"):
            if not left.parent.resolve().is_relative_to(root.resolve()):
                continue
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()

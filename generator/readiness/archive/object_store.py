"""Object stores by their address, over fsspec: how one is opened, and a tree of files that a command writes there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit

from readiness.errors import ArchiveError, ReadinessError, UsageError

_BATCH = 256


def is_address(text: str) -> bool:
    """True for the address of an object store, `s3://bucket/prefix`; false for a folder."""
    return "://" in text


def folder_at(address: str) -> Path | None:
    """The folder of `file://`, None for any other store; raises UsageError for an address that names no location."""
    parts = urlsplit(address)
    if not (parts.netloc + parts.path).strip("/"):
        raise UsageError("names no location", path=address, remedy="Write it like s3://bucket/prefix")
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def store_at(address: str) -> tuple[Any, str]:
    """File system of the store, and the path in it; raises UsageError where nothing is installed that reads it."""
    try:
        import fsspec
    except ImportError as error:
        remedy = "Install what reads object stores: pip install 'mkdocs-readiness[s3]', or [remote] and your own"
        raise UsageError("needs fsspec, which is not installed", path=address, remedy=remedy) from error
    try:
        store, path = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as error:
        scheme = urlsplit(address).scheme
        remedy = f"Install what reads {scheme}://, for s3:// pip install 'mkdocs-readiness[s3]'; or name a folder"
        raise UsageError(f"cannot be used ({error})", path=address, remedy=remedy) from error
    return store, path.rstrip("/")


@contextmanager
def reached(address: str, problem: str, left: str = "") -> Iterator[None]:
    """Turn what a store refuses into one line, an ArchiveError: each kind of store raises errors of its own."""
    try:
        yield
    except ReadinessError:
        raise
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        remedy = f"{left}check the address, the credentials and what they permit, then try again"
        raise ArchiveError(f"{problem} ({reason})", path=address, remedy=remedy[0].upper() + remedy[1:]) from error


@contextmanager
def own_address(target: str, work: str, ours: Callable[[str], object], mark: str) -> Iterator[Path]:
    """A folder to write to, whose files take the place of what `target` holds once all are written.

    `ours` tells for a relative path whether the command wrote it; without the file `mark` nothing is. A store renames
    nothing: files are put one by one, the mark first, and what is of no use any more is removed last. One that is
    interrupted is put right by the next. Raises UsageError where `target` holds anything else; nothing is changed then.
    """
    store, base = store_at(target)
    with reached(target, "cannot be read"):
        store.invalidate_cache()
        there = {name.removeprefix(base).lstrip("/") for name in store.find(base)}
    foreign = min((name for name in there if mark not in there or not ours(name)), default=None)
    if foreign is not None:
        remedy = "What is there is replaced as a whole: name an empty place, or an earlier one"
        raise UsageError(f"contains {foreign}, which was not written by this command", path=target, remedy=remedy)
    with TemporaryDirectory() as made:
        yield Path(made)
        files = {path.relative_to(made).as_posix(): str(path) for path in Path(made).rglob("*") if path.is_file()}
        rest = sorted(files.keys() - {mark})
        with reached(target, "cannot be written", "It may be replaced in part, which the next one puts right: "):
            for batch in ([mark], *(rest[at : at + _BATCH] for at in range(0, len(rest), _BATCH))):
                store.put([files[name] for name in batch], [f"{base}/{name}" for name in batch])
            for name in sorted(there - files.keys()):
                store.rm_file(f"{base}/{name}")

"""The lock of an archive in an object store: an object, whose writer alone changes and removes others.

It never runs out. A job that was only paused would go on some day, and write over what the next one did: a store makes
no request depend on another object, so it could not refuse that. What is at work is named instead, for people to look.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from readiness.archive.manifest import utc_text
from readiness.archive.object_store import reached, store_at
from readiness.errors import UsageError
from readiness.shorten import CELL, short

LOCK = "noting.lock"


@dataclass(frozen=True)
class StoreLock:
    """A lock that is held, and what it says."""

    address: str
    content: bytes

    def require(self) -> None:
        """Raise UsageError where it is not there any more."""
        if self._there() != self.content:
            problem = f"{LOCK} was removed while this job was at work, so another one may change the archive too"
            remedy = "Run `readiness verify`, and call the same command again once no other job is at work"
            raise UsageError(problem, path=self.address, remedy=remedy)

    def remove(self) -> None:
        """Let others work; the lock of another, who took the place of one that is gone, stays."""
        with reached(self.address, f"{LOCK} cannot be removed", f"Remove {self.address}/{LOCK}; "):
            if self._there() == self.content:
                store, base = store_at(self.address)
                store.rm_file(f"{base}/{LOCK}")

    def _there(self) -> bytes | None:
        try:
            return _read(self.address)
        except FileNotFoundError:
            return None


@contextmanager
def locked_store(address: str, job: str, create: Callable[[str, bytes], bool]) -> Iterator[StoreLock]:
    """Hold the lock, which tells others of the `job`; `create` puts a file that is not there yet.

    Raises UsageError where another job holds it, or died as it did.
    """
    since = utc_text(datetime.now(UTC).replace(microsecond=0))
    lock = StoreLock(address, f"{since} {secrets.token_hex(8)} {job}\n".encode())
    try:
        with reached(address, "the archive cannot be written", "Nothing has changed: "):
            try:
                _take(lock, create)
            except (FileExistsError, FileNotFoundError):  # another's was removed between two requests
                _take(lock, create)
        yield lock
    except BaseException:
        with suppress(UsageError):  # what went wrong first is told; of a lock that stays, the next command tells
            lock.remove()
        raise
    lock.remove()


def _take(lock: StoreLock, create: Callable[[str, bytes], bool]) -> None:
    if create(LOCK, lock.content):
        return
    told = "".join(filter(str.isprintable, _read(lock.address).decode(errors="replace")))
    since, _, rest = told.partition(" ")
    problem = f"{short(rest.partition(' ')[2], CELL) or 'a job'} has been changing the archive since {since[:20]}"
    remedy = f"Try again later. If that job has ended, remove {lock.address}/{LOCK} and call the same command again"
    raise UsageError(problem, path=lock.address, remedy=remedy)


def _read(address: str) -> bytes:
    store, base = store_at(address)
    return bytes(store.cat_file(f"{base}/{LOCK}"))

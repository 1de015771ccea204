"""Writing beside what readers see: all is made in one hidden folder of the target, and renamed into its place whole."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from readiness.archive import locked, make_folders, remove_empty
from readiness.errors import UsageError

STAGING = ".readiness-publish-"
"""Beginning of the name of the hidden folder; what a killed process left there is removed by the next one."""

BUILDING = ".building-"
"""Beginning of the names under which version 0.3 and older built a site; `-old` at the end holds the one before."""


class Stage:
    """Puts files and folders below `target` in place, each whole or not at all."""

    def __init__(self, target: Path) -> None:
        """Nothing is written before it is asked for."""
        self.target = target
        self._folder = target / f"{STAGING}{os.getpid()}"
        self._number = 0

    def fresh(self) -> Path:
        """A place to write to, on the disk of the target, where nothing is yet."""
        self._folder.mkdir(exist_ok=True)
        self._number += 1
        return self._folder / str(self._number)

    def put(self, place: Path, content: bytes) -> None:
        """Put a file in place; one that holds that already is not touched."""
        if place.is_file() and place.read_bytes() == content:
            return
        new = self.fresh()
        new.write_bytes(content)
        self.move(new, place)

    def move(self, new: Path, place: Path) -> None:
        """Rename what was written here to its place, where a file of that name makes room for it."""
        place.parent.mkdir(parents=True, exist_ok=True)
        new.replace(place)

    def clear(self, everything: bool = False) -> None:
        """Remove what was written here and has not found its place; `everything`: of other processes too."""
        if everything:
            _take_back(self.target)
        for left in self.target.glob(f"{STAGING}*") if everything else [self._folder]:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def publishing(target: Path, waiting: Callable[[], None]) -> Iterator[Stage]:
    """The stage of the one process that publishes to `target`; another waits here, after it has said so.

    A process that dies lets go of the folder. Raises UsageError for what the operating system refuses.
    """
    made: list[Path] = []
    try:
        made = make_folders(target)
        with locked(target, waiting) as alone:
            stage = Stage(target)
            stage.clear(everything=alone)
            try:
                yield stage
            finally:
                stage.clear()
    except OSError as error:
        raise UsageError(
            f"publishing stopped ({error.strerror or error})",
            path=error.filename2 or error.filename or target,
            remedy="What was published before is unchanged: free some space or make it writable, then publish again",
        ) from error
    finally:
        remove_empty(made)


def _take_back(target: Path) -> None:
    """Put back what an older version of this tool had moved aside when it was killed, and remove what it left."""
    for left in (*target.glob(f"{BUILDING}*"), *target.glob(".latest.new*")):
        place = target / left.name.removeprefix(BUILDING).removesuffix("-old")
        if left.name.startswith(BUILDING) and left.name.endswith("-old") and not place.exists():
            left.rename(place)
        else:
            shutil.rmtree(left, ignore_errors=True)

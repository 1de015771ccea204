"""The order of runs: releases are a tree, and each run names the run before it."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from packaging.version import InvalidVersion, Version

from readiness.archive.manifest import Manifest


@lru_cache(maxsize=4096)
def parse_version(text: str) -> Version | None:
    """The version in its order, or None for one that cannot be ordered (`nightly-7`)."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def superseded(runs: Iterable[Manifest]) -> dict[str, str]:
    """Id of each run that a later run replaces -> id of that later run, the last where several do."""
    return {run.supersedes: run.id for run in runs if run.supersedes}


class Chain:
    """The runs by version and start, ready to say which one a new run follows. Each question costs a search or two."""

    def __init__(self, runs: Iterable[Manifest] = ()) -> None:
        self._versions: list[Version] = []
        self._lines: dict[Version | None, list[tuple[datetime, str]]] = {}
        self._followed: set[str] = set()
        self._replaced: set[str] = set()
        for run in runs:
            self.add(run)

    def add(self, run: Manifest) -> None:
        """Take in a run."""
        version = parse_version(run.version)
        if version not in self._lines:
            self._lines[version] = []
            if version is not None:
                insort(self._versions, version)
        insort(self._lines[version], (run.started, run.id))
        self._followed |= {run.previous.run} if run.previous else set()
        self._replaced |= {run.supersedes} if run.supersedes else set()

    def predecessor(self, version: str, started: datetime) -> str | None:
        """Id of the run that a run of that version and start follows.

        The latest run started no later, not superseded, of the highest version not above its own; versions that cannot
        be ordered form a line of their own by start.
        """
        own = parse_version(version)
        if own is None:
            return self._latest(None, started)
        for at in range(bisect_right(self._versions, own) - 1, -1, -1):
            found = self._latest(self._versions[at], started)
            if found:
                return found
        return None

    def latest(self) -> str | None:
        """Id of what "now" is: the latest run of the highest version, superseded ones left out, unordered last."""
        found = (self._latest(version, None) for version in (*reversed(self._versions), None))
        return next(filter(None, found), None)

    def _latest(self, version: Version | None, until: datetime | None) -> str | None:
        """The latest run on one line; of those that started in one second, the last that no other follows."""
        line = self._lines.get(version, [])
        end = len(line) if until is None else bisect_right(line, (until, chr(0x10FFFF)))
        usable = ((started, run) for started, run in reversed(line[:end]) if run not in self._replaced)
        return next(_unfollowed_first(usable, self._followed), None)


def _unfollowed_first(runs: Iterator[tuple[datetime, str]], followed: set[str]) -> Iterator[str]:
    """The runs of the latest second, those that no other follows first."""
    latest: datetime | None = None
    followed_ones = []
    for started, run in runs:
        if latest not in (None, started):
            break
        latest = started
        if run not in followed:
            yield run
        else:
            followed_ones.append(run)
    yield from followed_ones


def version_order(version: str) -> tuple[int, Version, str]:
    """Sort key of versions: those that cannot be ordered first, by their text."""
    parsed = parse_version(version)
    return (0, Version("0"), version) if parsed is None else (1, parsed, version)

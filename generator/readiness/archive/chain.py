"""The order of runs: releases are a tree, each run names the run before it, and what replaces a run takes its place.

*Later* is defined here and nowhere else: what follows by recorded links, else what started later, else what was
archived later. Runs that two clones of the archive added may be left without an order; then all of them are told.
"""

import re
from bisect import bisect_right, insort
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from packaging.version import Version

from readiness.archive.manifest import Manifest


@lru_cache(maxsize=4096)
def parse_version(text: str) -> Version | None:
    """The version in its order, or None for one that cannot be ordered (`nightly-7`)."""
    try:
        return Version(text)
    except ValueError:  # InvalidVersion, or what int() says of thousands of digits
        return None


class _Moment(NamedTuple):
    """When a run took place, in the order of *later*. Equal ones have no order."""

    started: datetime
    """Or when the run started that it follows, where that is later: links go before clocks."""
    number: int
    """In the order of archiving; 0 where the archive was too old to record it. A run has a higher one than what it
    follows."""
    depth: int
    """Runs before it, and its id: they order what has no number."""
    run: str


class _Place(NamedTuple):
    """Where a run stands, and with it whatever replaced it."""

    moment: _Moment
    started: datetime
    version: str
    run: str
    """The run that was archived there first."""


class Chain:
    """All runs in their order, to say which are the latest and which one a new run follows."""

    def __init__(self, runs: Iterable[Manifest] = (), withdrawn: Collection[str] = ()) -> None:
        """`withdrawn`: ids of runs that stand nowhere, though others may have followed them."""
        self._withdrawn = frozenset(withdrawn)
        self.number = 0
        """The highest number of a run; the next one archived takes the number after it."""
        self._versions: list[Version] = []
        self._lines: dict[Version | None, list[_Place]] = {}
        self._places: dict[str, _Place] = {}
        self._superseded: dict[str, tuple[str, ...]] = {}
        for run in _in_turn(runs):
            self.add(run)

    def add(self, run: Manifest) -> None:
        """Take in a run, after the run that it follows and the one that it replaces."""
        self.number = max(self.number, run.number or 0)
        if run.supersedes and run.supersedes in self._places:
            self._superseded[run.supersedes] = (*self._superseded.get(run.supersedes, ()), run.id)
            self._places[run.id] = self._places[run.supersedes]
            return
        version = parse_version(run.version)
        if version not in self._lines:
            self._lines[version] = []
            if version is not None:
                insort(self._versions, version)
        before = self._places.get(run.previous.run) if run.previous else None
        started = max(run.started, before.moment.started) if before else run.started
        if run.number:
            moment = _Moment(started, run.number, 0, "")
        else:
            moment = _Moment(started, 0, before.moment.depth + 1 if before else 0, run.id)
        self._places[run.id] = _Place(moment, run.started, run.version, run.id)
        insort(self._lines[version], self._places[run.id])

    @property
    def superseded(self) -> Mapping[str, tuple[str, ...]]:
        """Id of each run that others replace -> their ids: one, or one of each clone in which it was replaced.

        What was withdrawn replaces nothing; what replaced that does.
        """
        if not self._withdrawn:
            return self._superseded
        found = {run: tuple(self._replacing(run)) for run in self._superseded}
        return {run: later for run, later in found.items() if later}

    def _replacing(self, run: str) -> Iterator[str]:
        for later in self._superseded.get(run, ()):
            if later in self._withdrawn:
                yield from self._replacing(later)
            else:
                yield later

    def predecessors(self, version: str, started: datetime) -> tuple[str, ...]:
        """Ids of the run that a run of that version and start follows; several where nothing orders them.

        The latest run started no later, not superseded, of the highest version not above its own; versions that cannot
        be ordered form a line of their own.
        """
        own = parse_version(version)
        lower = self._versions[: bisect_right(self._versions, own)] if own is not None else ()
        lines: Iterable[Version | None] = reversed(lower) if own is not None else (None,)
        found = (
            self._latest(place for place in reversed(self._line(one)) if place.started <= started) for one in lines
        )
        return next(filter(None, found), ())

    def latest(self, version: str | None = None) -> tuple[str, ...]:
        """Ids of the latest run of that version, else of the highest one; several where nothing orders them.

        Versions that cannot be ordered are below all others.
        """
        if version is not None:
            line = reversed(self._line(parse_version(version)))
            return self._latest(place for place in line if place.version == version)
        found = (self._latest(reversed(self._line(one))) for one in (*reversed(self._versions), None))
        return next(filter(None, found), ())

    def archived_last(self) -> tuple[str, ...]:
        """Ids of the run that was archived last, or of what replaced it since; several where nothing tells.

        A run that replaces another one stands at its place, however late it comes.
        """
        places = [place for line in self._lines.values() for place in line if self.standing(place.run)]
        last = max((place.moment.number for place in places), default=0)
        if not last:
            return self._latest(sorted(places, reverse=True))
        # Two clones count alike: of one release the later run answers, of two releases both do.
        ties = sorted((place for place in places if place.moment.number == last), reverse=True)
        versions = dict.fromkeys(place.version for place in ties)
        found = (self._latest(place for place in ties if place.version == version) for version in versions)
        return tuple(run for runs in found for run in runs)

    def standing(self, run: str) -> tuple[str, ...]:
        """Ids of what stands in for a run: itself where nothing replaced it, else what did so last.

        Empty where that was withdrawn, and all that it replaced.
        """
        found, unseen = [], [run]
        while unseen:
            here = unseen.pop()
            later = tuple(self._replacing(here))
            unseen += later
            found += [] if later or here in self._withdrawn else [here]
        return tuple(sorted(found))

    def siblings(self, run: str) -> tuple[str, ...]:
        """Ids of all runs that stand where this one stands or stood: more than one where nothing orders them."""
        own = self._places[run]
        line = self._line(parse_version(own.version))
        return self._latest(place for place in line if (place.moment, place.version) == (own.moment, own.version))

    def _line(self, version: Version | None) -> list[_Place]:
        return self._lines.get(version, [])

    def _latest(self, places: Iterable[_Place]) -> tuple[str, ...]:
        """What stands at the first of these places, and at those of the same moment."""
        found: list[str] = []
        moment = None
        for place in places:
            standing = self.standing(place.run)
            if standing and moment not in (None, place.moment):
                break
            if standing:
                moment = place.moment
                found += standing
        return tuple(sorted(found))


def _in_turn(runs: Iterable[Manifest]) -> Iterator[Manifest]:
    """The runs, each after the one that it replaces or follows. Circles, which are damage, are cut somewhere."""
    waiting = {run.id: run for run in runs}
    for first in list(waiting):
        line = []
        here = first
        while here in waiting:
            run = waiting.pop(here)
            line.append(run)
            before = run.previous.run if run.previous else ""
            here = run.supersedes if run.supersedes and run.supersedes in waiting else before
        yield from reversed(line)


def line_of(version: str, beside: str = "") -> str:
    """The release line of a version: `1.x`; `2.1.x` where `beside` is a 2, too; `nightly` of `nightly-2025-11-28`.

    Of a name the numbers, dates and commits at its end do not count.
    """
    parsed, other = parse_version(version), parse_version(beside)
    if parsed is not None:
        same = other is not None and (parsed.epoch, parsed.major) == (other.epoch, other.major)
        return f"{parsed.major}.{parsed.minor}.x" if same else f"{parsed.major}.x"
    parts = re.findall(r"[-_./+ ]+|[^-_./+ ]+", version)
    while parts and re.fullmatch(r"[-_./+ ]+|\d[\d:TZ]*|[0-9a-f]{7,40}", parts[-1]):
        parts.pop()
    return "".join(parts).rstrip("0123456789") or version


def version_order(version: str) -> tuple[int, Version, str]:
    """Sort key of versions: those that cannot be ordered first, by their text."""
    parsed = parse_version(version)
    return (0, Version("0"), version) if parsed is None else (1, parsed, version)

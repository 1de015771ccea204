"""The names of files that are added to a run: a correction takes the place of a file, another shard's does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readiness.archive.append import NewInput

Place = tuple[str, str, str, bool]


def placed(carried: Iterable[NewInput], new: Sequence[NewInput]) -> dict[Place, NewInput]:
    """The inputs by place.

    Shards call their files alike: where a new file shares no test with the one whose name it has, neither it nor what
    came with it corrects anything.
    """
    there = {item.place: item for item in carried}
    apart = {item.place[:2] for item in new if item.place in there and _share(item, there[item.place]) is False}
    for item in new:
        placed = (
            next(one for one in _named(item) if _takes(one, there.get(one.place))) if item.place[:2] in apart else item
        )
        there[placed.place] = placed
    return there


def _named(item: NewInput) -> Iterator[NewInput]:
    """The input by its name, and as `2-junit.xml`, `3-junit.xml` …."""
    yield item
    for number in count(2):
        name = f"{number}-{item.name}"
        yield replace(item, name=name, file=replace(item.file, name=name))


def _takes(item: NewInput, old: NewInput | None) -> bool:
    """True where nothing has that place, or what it replaces: the same bytes, or some of its tests."""
    return old is None or old.sha256 == item.sha256 or bool(_share(item, old))


def _share(item: NewInput, old: NewInput) -> bool | None:
    """Whether two files of results, or two lists, have a test in common; None where one of them has none."""
    some, others = (
        {key[:4] for key in each.file.collected.tests}
        if each.file.collected
        else {one.key[:4] for one in each.file.results}
        for each in (item, old)
    )
    return not some.isdisjoint(others) if some and others else None

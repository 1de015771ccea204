"""Classes whose tests go by another class since a run: they keep their history."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from readiness.model import TestKey

Place = tuple[str, str, str, str]
"""Source, variant, origin and group."""

_NUMBERED = re.compile("[0-9a-f]++")
NEARLY_ALL = 0.8
"""Share of the names, of the old class and of the new one, that both must have."""
FEW = 3
"""Classes with fewer names in common are the same only where they are called alike: `starts` is a name of many."""


@dataclass(frozen=True)
class Move:
    """What a class was called, and what it is called since."""

    old: Place
    new: Place
    tests: int

    def applied(self, key: TestKey) -> TestKey:
        """The key as it is called since."""
        if place_of(key) != self.old:
            return key
        source, variant, origin, group = self.new
        return TestKey(source, variant, group, key.name, origin, key.instance)


def place_of(key: TestKey) -> Place:
    """The class of a test."""
    return key.source, key.variant, key.origin, key.group


def followed(key: TestKey, moves: Iterable[Move]) -> TestKey:
    """The key after all of these moves, in their order."""
    for move in moves:
        key = move.applied(key)
    return key


def moves_between(
    tests_gone: Iterable[TestKey], tests_new: Iterable[TestKey], staying: Collection[tuple[str, str, str]]
) -> Iterator[Move]:
    """The classes that moved, of the tests of those that are gone whole and of those that were not known before.

    Where more than one new class has nearly all the names, none is the new one. What differs by suite, host or file
    alone has moved only where none of these is `staying` (source, variant, group). Of machines, whose names differ in
    numbers at each run, as many have moved as there are on both sides, in order.
    """
    gone, new = _names(tests_gone), _names(tests_new)
    alike: dict[Place, list[Place]] = {}
    for old, names in sorted(gone.items()):
        found = (place for place, others in new.items() if _is_alike(old, names, place, others))
        alike[old] = sorted(place for place in found if place[:2] == old[:2])
    taken: set[Place] = set()
    for old, places in alike.items():
        if _unlabelled(old) in staying and any(_unlabelled(place) == _unlabelled(old) for place in places):
            continue
        hosts = [place for place in places if _machine(place) == _machine(old)]
        alone = len(places) == 1 and sum(places[0] in others for others in alike.values()) == 1
        choice = [place for place in hosts if place not in taken][:1] if hosts else places if alone else []
        for place in choice:
            taken.add(place)
            yield Move(old, place, len(gone[old]))


def _names(keys: Iterable[TestKey]) -> dict[Place, set[str]]:
    found: dict[Place, set[str]] = {}
    for key in keys:
        found.setdefault(place_of(key), set()).add(key.name)
    return found


def _unlabelled(place: Place) -> tuple[str, str, str]:
    return place[0], place[1], place[3]


def _is_alike(old: Place, names: set[str], new: Place, others: set[str]) -> bool:
    common = len(names & others)
    nearly_all = common >= NEARLY_ALL * max(len(names), len(others))
    return nearly_all and (common >= FEW or _tail(old[3]) == _tail(new[3]))


def _tail(group: str) -> str:
    """The class or file without its package or folder."""
    tail = re.split(r"/|::| > ", group)[-1]
    return tail if "/" in group else tail.rpartition(".")[2]


def _machine(place: Place) -> Place:
    """The place with what names of machines differ in from run to run left out; projects and browsers stay."""
    suite, at, host = f" {place[2]}".partition(" @ ")
    return place[0], place[1], f"{suite}{at}{_NUMBERED.sub(_plain_number, host)}", place[3]


def _plain_number(found: re.Match[str]) -> str:
    """`#` for a run of hexadecimal digits that holds a decimal one."""
    return "#" if any(char.isdigit() for char in found[0]) else found[0]

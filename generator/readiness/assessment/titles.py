"""What tells the titles of open blockers apart: of tests the class or parameters, of causes the area, else the id."""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Literal, TypeVar

from readiness.assessment.blockers import Blocker, BlockerState, TestBlocker
from readiness.assessment.members import DONE, without_parameters
from readiness.model import TestKey

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


_APART: tuple[Literal["area", "outcome", "id"], ...] = ("area", "outcome", "id")


def told_apart(blockers: Mapping[str, Blocker]) -> dict[str, Blocker]:
    """The blockers; of those that are open and told by themselves no two have one title."""
    told = {one.id: one for one in blockers.values() if one.state is not BlockerState.CLOSED and not one.kept_by}
    tests = [one for one in told.values() if isinstance(one, TestBlocker)]
    for alike in _grouped([(one, _names(one)) for one in tests], lambda one: one[1][:1]):
        count = len(alike[0][1])
        level = next((at for at in range(count) if len({names[at] for _, names in alike}) == len(alike)), count - 1)
        for blocker, names in alike:
            told[blocker.id] = replace(blocker, test=names[level] if names else "", apart="")
    told |= {one.id: replace(one, apart="") for one in told.values() if not isinstance(one, TestBlocker)}
    for apart in _APART:
        for group in _grouped(told.values(), lambda one: one.title):
            told |= {one.id: replace(one, apart=apart) for one in group if len(group) > 1}
    return {**blockers, **told}


def _grouped(some: Iterable[T], by: Callable[[T], K]) -> list[list[T]]:
    groups: dict[K, list[T]] = {}
    for one in some:
        groups.setdefault(by(one), []).append(one)
    return list(groups.values())


def _names(blocker: TestBlocker) -> tuple[str, ...]:
    """What its one test may be called, shortest first; nothing where it has tests of several names."""
    keys = [one.key for one in blocker.members if one.state not in DONE] or [one.key for one in blocker.members]
    if len({without_parameters(key.name) for key in keys}) > 1:
        return ()
    key = keys[0]
    plain = without_parameters(key.name)
    short = plain if len(keys) > 1 else key.short
    in_class = re.split(r"\.|::", key.group)[-1]
    return plain, f"{in_class}.{plain}", short, f"{in_class}.{short}", _whole(key, short)


def _whole(key: TestKey, name: str) -> str:
    label = "::".join(filter(None, (key.place, name)))
    return " ".join(filter(None, (label, key.variant, key.source)))

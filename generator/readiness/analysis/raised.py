"""Warnings that code raised, those alike told together."""

from collections.abc import Iterable
from dataclasses import dataclass

from readiness.model import RaisedWarning
from readiness.results import mask


@dataclass(frozen=True)
class WarningGroup:
    """Warnings of one category whose messages differ in nothing but numbers, paths, ids and times."""

    category: str
    """Name of the class: `DeprecationWarning`."""
    message: str
    """That of the first of them."""
    count: int
    """How often they were raised together."""
    places: tuple[str, ...]
    """`file:line` of each place, once, in order."""


def group_warnings(raised: Iterable[RaisedWarning]) -> tuple[WarningGroup, ...]:
    """The warnings in groups, the most frequent first."""
    found: dict[tuple[str, str], list[RaisedWarning]] = {}
    for warning in raised:
        found.setdefault((warning.category, mask(warning.message)), []).append(warning)
    groups = [
        WarningGroup(
            category,
            members[0].message,
            sum(one.count for one in members),
            tuple(dict.fromkeys(sorted(filter(None, map(_place, members))))),
        )
        for (category, _), members in found.items()
    ]
    return tuple(sorted(groups, key=lambda one: (-one.count, one.category, one.message)))


def _place(warning: RaisedWarning) -> str:
    if not warning.file:
        return ""
    return f"{warning.file}:{warning.line}" if warning.line else warning.file

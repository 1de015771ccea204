"""Long lists and texts, cut so that any page stays quick to read: what is left out is counted, never silently gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from readiness import numbers

T = TypeVar("T")
R = TypeVar("R")

ROWS = 100
"""Rows of a table of blockers, steps, gaps or measures on one page."""

TESTS = 200
"""Tests that one page shows with their messages."""

TRACE_LIMIT = 8_000
"""Characters of one trace; the rest is in the evidence, and the page says so."""

TRACES_LIMIT = 120_000
"""Characters of all traces of one page. Even text that cannot be packed keeps a page below 150 KB so."""


@dataclass(frozen=True)
class Truncated(Generic[T]):
    """The rows that a page shows, and how many there are beyond them."""

    rows: tuple[T, ...]
    beyond: int = 0

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, row: Callable[[T], R]) -> Truncated[R]:
        """The same, each as a row."""
        return Truncated(tuple(map(row, self.rows)), self.beyond)

    @property
    def more(self) -> str:
        """How many are not shown, in words; empty where these are all."""
        return numbers.number(self.beyond) if self.beyond else ""

    @property
    def count(self) -> str:
        """How many there are, in words."""
        return numbers.number(len(self.rows) + self.beyond)


def first(items: Sequence[T], limit: int = ROWS) -> Truncated[T]:
    """The first of them."""
    return Truncated(tuple(items[:limit]), max(0, len(items) - limit))


def worst(items: Sequence[T], rank: Callable[[T], object], limit: int = ROWS) -> Truncated[T]:
    """Those of the lowest rank, in the order in which they came."""
    chosen = sorted(range(len(items)), key=lambda at: (rank(items[at]), at))[:limit]
    return Truncated(tuple(items[at] for at in sorted(chosen)), max(0, len(items) - limit))


def fair_limit(lengths: Iterable[int], most: int = TRACE_LIMIT, together: int = TRACES_LIMIT) -> int:
    """How many characters each text may have, at most `most`, for all of them to have no more than `together`."""
    waiting = sorted(min(length, most) for length in lengths)
    for at, length in enumerate(waiting):
        share = together // (len(waiting) - at)
        if length > share:
            return share
        together -= length
    return most

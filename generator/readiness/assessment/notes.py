"""Notes: what a judgement has to say of something, as data; `phrases` has the words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


class Amount(NamedTuple):
    """A value in a unit: `%`, `s`, a metric's own, or none."""

    value: Fraction
    unit: str


@dataclass(frozen=True)
class Note:
    """One thing to say: a kind, which has a macro of that name in the words, and the values that it names."""

    kind: str
    values: tuple[tuple[str, object], ...] = ()


def note(kind: str, **values: str | int | Amount | Note | tuple[str | Note, ...]) -> Note:
    """A note of that kind."""
    return Note(kind, tuple(values.items()))

"""Amounts with units as people write them: `95%`, `100 MB`, `50 ms`, `0`."""

import re
from dataclasses import dataclass
from fractions import Fraction

from pydantic import ValidationInfo

from readiness.numbers import amount
from readiness.serial import REPORT, Exact

UNITS: dict[str, tuple[str, Fraction]] = {
    "": ("number", Fraction(1)),
    "%": ("ratio", Fraction(1, 100)),
    "ns": ("time", Fraction(1, 10**9)),
    "us": ("time", Fraction(1, 10**6)),
    "µs": ("time", Fraction(1, 10**6)),
    "ms": ("time", Fraction(1, 1000)),
    "s": ("time", Fraction(1)),
    "min": ("time", Fraction(60)),
    "h": ("time", Fraction(3600)),
    "d": ("time", Fraction(86400)),
    "B": ("size", Fraction(1)),
    "kB": ("size", Fraction(1000)),
    "KB": ("size", Fraction(1000)),
    "MB": ("size", Fraction(1000**2)),
    "GB": ("size", Fraction(1000**3)),
    "KiB": ("size", Fraction(1024)),
    "MiB": ("size", Fraction(1024**2)),
    "GiB": ("size", Fraction(1024**3)),
}
"""Unit -> (dimension, how many of the dimension's base unit: 1, one, second, byte)."""


def unit_named(unit: str) -> tuple[str, Fraction]:
    """As `UNITS`; one that is not there is a dimension of its own, and its base unit."""
    return UNITS.get(unit, (unit, Fraction(1)))


_WRITTEN = re.compile(r"([+-]?\d++(?:\.\d++)?(?:[eE][+-]?\d+)?)\s*+([^\d\s].*)?")


@dataclass(frozen=True)
class Quantity:
    """An exact amount. `text` is as it was written; `base` is in the dimension's base unit."""

    value: Exact
    unit: str
    text: str

    @property
    def dimension(self) -> str:
        """`number`, `ratio`, `time`, `size`, or the unit itself where it is not one of `UNITS`."""
        return unit_named(self.unit)[0]

    @property
    def base(self) -> Fraction:
        """The amount in the base unit of its dimension."""
        return self.value * unit_named(self.unit)[1]


_RELATIVE = re.compile(r"baseline(?:\s*+([+-])\s*+(\d{1,6}(?:\.\d{1,6})?)\s*+%)?")


@dataclass(frozen=True)
class Relative:
    """A limit that lies a share of the baseline's value above it, or below. `text` is as it was written."""

    share: Exact
    """Negative where it lies below."""
    text: str

    def of(self, value: Fraction, unit: str) -> Quantity:
        """The limit, where the baseline has that value."""
        limit = value + self.share * abs(value)
        return Quantity(limit, unit, amount(limit, unit))


def read_limit(written: object, info: ValidationInfo) -> object:
    """The limit behind a YAML scalar, an amount or one relative to the baseline; of a report as it stands there."""
    if info.context == REPORT or not isinstance(written, str) or not written.strip().startswith("baseline"):
        return read_quantity(written, info)
    match = _RELATIVE.fullmatch(written.strip())
    if not match:
        raise ValueError(f"{written!r} is no limit; write it like baseline + 10%, or baseline - 5%")
    return Relative(Fraction(f"{match[1] or ''}{match[2] or 0}") / 100, written.strip())


def read_quantity(written: object, info: ValidationInfo) -> object:
    """The amount behind a YAML scalar; of a report as it stands there."""
    return written if info.context == REPORT else parse_quantity(written)


def parse_quantity(written: object) -> Quantity:
    """The amount behind a YAML scalar; raises ValueError where it is none."""
    if isinstance(written, bool) or not isinstance(written, int | float | str):
        raise ValueError("is not an amount; write a number with its unit, such as 95%, 100 MB or 0")
    match = _WRITTEN.fullmatch(str(written).strip())
    if not match:
        raise ValueError(f"{written!r} is not an amount; write a number with its unit, such as 95%, 100 MB or 0")
    if len(match[1].lower().partition("e")[2].lstrip("+-0")) > 3:
        raise ValueError(f"{written!r} is out of range; write it in another unit")
    unit = match[2] or ""
    return Quantity(Fraction(match[1]), unit, f"{match[1]} {unit}".strip())

"""Durations and timestamps as runners spell them: read where the meaning is certain, unknown everywhere else."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from readiness.evidence.limits import LIMITS

PLAIN = re.compile(r"[+-]?(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d++)?", re.ASCII)
THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+\.\d+", re.ASCII)
ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)", re.ASCII | re.IGNORECASE
)
RFC_1123 = re.compile(r"[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{4})", re.ASCII)
USUAL = 32
"""Characters of a duration that is remembered."""
FIRST_YEAR = 2000
"""Years before it (1, 1970, 1980) are clocks that were never set."""


def number(text: str) -> float | None:
    """A finite plain decimal number, or None: no hexadecimal, no digit groups, no `nan`."""
    text = text.strip()
    if not PLAIN.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def count(text: str | None, *, digits: int = 17) -> int | None:
    """A whole number that is written in digits alone, and in no more of them than are believed; else None."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def seconds(text: str) -> float | None:
    """A duration, or None where it is negative, absurd or not surely a number.

    `2,503.1` is read; `1,234` alone is not, for it means 1234 to some runners and 1.234 to others.
    """
    return _known_seconds(text) if len(text) <= USUAL else _seconds(text)


def _seconds(text: str) -> float | None:
    value = number(text)
    if value is None and THOUSANDS.fullmatch(text.strip()):
        value = float(text.replace(",", ""))
    return value if value is not None and 0 <= value <= LIMITS.seconds else None


_known_seconds = lru_cache(maxsize=4096)(_seconds)
"""A report of a million cases holds a few thousand different durations."""


def moment(text: str) -> datetime | None:
    """A timestamp as aware UTC where date, time and zone are certain, else None.

    A timestamp without zone is not certain: it is the local time of an unknown machine. Neither are zone names other
    than UTC and GMT, nor dates alone; a year before 2000 is a clock that was not set.
    """
    text = text.strip()
    try:
        if iso := ISO.fullmatch(text):
            date, clock, fraction, zone = iso.groups()
            offset = "+00:00" if zone.upper() in ("Z", "UTC", "GMT") else zone
            found = datetime.fromisoformat(f"{date}T{clock}.{(fraction or '0')[:6].ljust(6, '0')}{offset}")
        elif RFC_1123.fullmatch(text):
            found = parsedate_to_datetime(text)
        else:
            return None
        return found.astimezone(UTC) if found.year >= FIRST_YEAR else None
    except (ValueError, OverflowError):
        return None


def is_unset(text: str) -> bool:
    """True for the timestamps that clocks show before they are set: year 1, 1970."""
    year = text.strip()[:4]
    return year.isascii() and year.isdigit() and int(year) < FIRST_YEAR

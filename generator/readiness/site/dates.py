"""Points in time as people read them, in UTC."""

from __future__ import annotations

from datetime import datetime

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day(moment: datetime) -> str:
    """`10 August 2025`."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def minute(moment: datetime) -> str:
    """`10 August 2025, 04:12 UTC`."""
    return f"{day(moment)}, {moment:%H:%M} UTC"

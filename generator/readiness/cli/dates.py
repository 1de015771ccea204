"""Dates as options, paths and lists spell them."""

import re
from datetime import UTC, datetime

EARLIEST, LATEST = 1971, 9000
"""Years of runs: 1970 is what a broken clock says."""

_EPOCH = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)
_DIGITS = re.compile(r"\d{14}", re.ASCII)
_FILE_NAME = re.compile(r"(\d{4}-?\d\d-?\d\d)[T_ -](\d\d)([-.])(\d\d)(?:\3(\d\d))?(?![:\d])", re.ASCII)
"""`2025-08-10T04-12-00Z`: a colon is not allowed in every file name."""


def parse_date(text: str) -> datetime | None:
    """A date or time in UTC, or None where the text is none.

    ISO 8601 with or without separators, also with `-` or `.` in place of the colons; fourteen digits; seconds or
    milliseconds since 1970 (ten or thirteen digits). A date alone is its midnight, a missing zone is UTC.
    """
    from readiness.archive import parse_utc

    text = text.strip()
    try:
        if _EPOCH.fullmatch(text):
            text = datetime.fromtimestamp(int(text[:10]), UTC).isoformat()
        elif _DIGITS.fullmatch(text):
            text = f"{text[:8]}T{text[8:]}"
        elif spelled := _FILE_NAME.match(text):
            day, hour, _, minute, second = spelled.groups("00")
            text = f"{day}T{hour}:{minute}:{second}{text[spelled.end() :]}"
        moment = parse_utc(text)
    except (ValueError, OverflowError):
        return None
    return moment if EARLIEST <= moment.year <= LATEST else None

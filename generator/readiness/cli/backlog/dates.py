"""Dates as paths and lists spell them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from readiness.cli.options import EARLIEST, LATEST
from readiness.errors import UsageError

_EPOCH = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)
_PLAIN = re.compile(r"\d{14}", re.ASCII)
_FILE_NAME = re.compile(r"(\d{4}-\d\d-\d\d)[T_ -](\d\d)[-.](\d\d)(?:[-.](\d\d))?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
"""`2025-08-10T04-12-00Z`: a colon is not allowed in every file name."""


def parse_date(text: str) -> datetime | None:
    """A date or time in UTC, or None where the text is none.

    ISO 8601 with or without separators, also with `-` or `.` in place of the colons; fourteen digits; seconds or
    milliseconds since 1970 (ten or thirteen digits). A date alone is its midnight, a missing zone is UTC.
    """
    text = text.strip()
    try:
        if _EPOCH.fullmatch(text):
            found = datetime.fromtimestamp(int(text[:10]), UTC)
        elif _PLAIN.fullmatch(text):
            found = datetime.fromisoformat(f"{text[:8]}T{text[8:]}")
        elif named := _FILE_NAME.fullmatch(text):
            day, hour, minute, second, zone = named.groups("")
            found = datetime.fromisoformat(f"{day}T{hour}:{minute}:{second or '00'}{zone}")
        else:
            found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if EARLIEST <= found.year <= LATEST else None


def read_dates(path: Path) -> Mapping[str, datetime]:
    """The dates in a file by version or commit: a line each, the name, then a tab, a comma or blanks, then the date.

    Empty lines, lines that start with `#`, and a first line `version,date` are passed over. Raises UsageError naming
    the line that is not so written.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", path=path, remedy="Check --dates") from error
    except UnicodeDecodeError as error:
        raise UsageError("is no UTF-8 text", path=path, remedy="Write one line a version: 1.4.0 2025-08-10") from error
    dates: dict[str, datetime] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, date = _split(line)
        found = parse_date(date)
        if found is None or not name:
            if number == 1 and date.lower() in ("date", "started"):
                continue
            remedy = "Write one line a version: 1.4.0 2025-08-10"
            raise UsageError(f"{date or line!r} is no date", path=path, where=f"line {number}", remedy=remedy)
        if dates.setdefault(name, found) != found:
            raise UsageError(f"gives {name} a second date", path=path, where=f"line {number}", remedy="Choose one")
    return dates


def _split(line: str) -> tuple[str, str]:
    """Name and date of a line: at the first tab, else at the last comma, else at the first blanks."""
    line = line.strip()
    if "\t" in line:
        name, _, date = line.partition("\t")
    elif "," in line:
        name, _, date = line.rpartition(",")
    else:
        name, _, date = line.partition(" ")
    return name.strip().strip('"'), date.strip().strip('"')

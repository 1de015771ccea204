"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def history(command: Command) -> Command:
    """`--history DIR`: the archive."""
    return click.option(
        "--history",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("history"),
        show_default=True,
        help="Folder of the archive.",
    )(command)


EARLIEST, LATEST = 1971, 9000
"""Years of runs: 1970 is what a broken clock says."""


def moment(context: click.Context, parameter: click.Parameter, text: str | None) -> datetime | None:
    """The value as a time in UTC; a date alone is its midnight."""
    from readiness.archive import parse_utc

    if text is None:
        return None
    try:
        found = parse_utc(text)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"{text!r} is no time; write it like 2025-08-10T04:12:00Z") from error
    if not EARLIEST <= found.year <= LATEST:
        raise click.BadParameter(f"{text!r} lies outside the years {EARLIEST} to {LATEST}")
    return found

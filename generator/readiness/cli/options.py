"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
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

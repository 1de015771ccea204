"""What the terminal shows: tables and progress, quiet where output is piped, control characters made visible."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from readiness.phrases import say
from readiness.render.pages.inert import visible
from readiness.shorten import CELL, short

_PIPED_WIDTH = 10_000
"""Piped lines are never cut or wrapped."""


def console() -> Console:
    """Standard output; no markup is read from what is printed."""
    found = Console(highlight=False, markup=False, emoji=False)
    return found if found.is_terminal else Console(highlight=False, markup=False, emoji=False, width=_PIPED_WIDTH)


def text(content: str, style: str = "") -> Text:
    """One line with control characters and line breaks made visible: evidence can neither steer nor add a line."""
    return Text(visible(short(content)).replace("\n", "\u240a"), style=style)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print aligned columns."""
    out = console()
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="dim")
    for name in header:
        made.add_column(name, no_wrap=not out.is_terminal, overflow="fold")
    for row in rows:
        made.add_row(*(text(short(cell, CELL)) for cell in row))
    out.print(made)


def listed(title: str, lines: Iterable[str], most: int | None = None) -> None:
    """Print a title and its lines below it, no more than `most`; nothing where there are no lines."""
    told = list(lines)
    if not told:
        return
    out = console()
    out.print()
    out.print(text(title))
    for line in told[:most]:
        out.print(text(f"  {line}"))
    if most is not None and len(told) > most:
        out.print(text(f"  {say('and_more', count=len(told) - most)}"))


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while long work goes on; nothing where that is no terminal."""
    err = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

"""HTML blocks for GitHub Markdown in which text is inert, and their cut to a number of bytes.

GitHub reads references out of the rendered page: `&#x40;name` mentions somebody as `@name` does. So what is shown
stands in HTML blocks, where no Markdown is read, as character references, and a `<wbr>` parts each sign from the name
that it would act with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from readiness.phrases import one_line
from readiness.render.pages.inert import Words, inert

_ACTING = re.compile(r"&#x(?:40|23|24|3a);|(?i:GH)&#x2d;")
"""`@name`, `#1`, `$math$`, `:emoji:`, `GH-1`."""


def plain(text: str, most: int = 400) -> Words:
    """Text in a sentence or a cell, cut to `most` characters before it is encoded."""
    return Words(_ACTING.sub(r"\g<0><wbr>", str(inert(one_line(text, most)))))


def code(text: str, most: int = 200) -> Words:
    """A name or id."""
    return Words(f"<code>{plain(text, most)}</code>") if text else Words("")


def link(address: str, shown: str) -> Words:
    """A link to an address that `http_url` has let pass."""
    return Words('<a href="{}">').format(address) + plain(shown) + Words("</a>")


def row(cells: Sequence[str]) -> Words:
    """A row of a table, of cells that are ready to print."""
    return Words("<tr>" + "".join(f"<td>{Words.escape(cell)}</td>" for cell in cells) + "</tr>\n")


@dataclass(frozen=True)
class Section:
    """A heading and rows between an opening and a closing line. `things`: what the rows are."""

    title: Words | str
    opening: Words
    rows: tuple[Words, ...]
    closing: Words
    things: str

    def cut(self, most: int) -> tuple[str, int]:
        """(the section with as many whole rows as go into `most` bytes, how many were left out); "" without rows."""
        head = f"<h3>{Words.escape(self.title)}</h3>\n\n{self.opening}\n"
        tail = f"{self.closing}\n\n"
        room = most - len(head.encode()) - len(tail.encode())
        taken = 0
        for one in self.rows:
            room -= len(one.encode())
            if room < 0:
                break
            taken += 1
        text = f"{head}{''.join(self.rows[:taken])}{tail}" if taken else ""
        return text, len(self.rows) - taken


def table(title: str, things: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Section:
    """A section that is a table; `header` are our words."""
    names = Words("<tr>" + "".join(f"<th>{name}</th>" for name in header) + "</tr>")
    made = tuple(row(cells) for cells in rows)
    return Section(title, Words(f"<table>\n{names}"), made, Words("</table>"), things)


def bullets(title: Words | str, things: str, items: Sequence[str]) -> Section:
    """A section that is a list."""
    made = tuple(Words(f"<li>{Words.escape(item)}</li>\n") for item in items)
    return Section(title, Words("<ul>"), made, Words("</ul>"), things)

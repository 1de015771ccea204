"""Makes text inert: what came from a run or a policy is shown letter for letter, never acted upon."""

import re
from collections.abc import Mapping
from functools import lru_cache
from string import ascii_letters, digits
from typing import Any, Self
from urllib.parse import urlsplit

from jinja2 import Undefined
from markupsafe import EscapeFormatter, Markup

from readiness.shorten import CELL, LINE, short

_PLAIN = frozenset(ascii_letters + digits + " ")

_UNSEEN = (
    (0x7F, 0x9F),  # C1 controls: as character references they would turn into other letters
    (0xAD, 0xAD),
    (0x61C, 0x61C),
    (0x180E, 0x180E),
    (0x200B, 0x200B),
    (0x200E, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0xD800, 0xDFFF),  # half of a pair: no character at all
    (0xFDD0, 0xFDEF),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE007F),
)
"""Characters that cannot be seen, reorder their neighbours, or are none. Joiners (U+200C, U+200D) belong to scripts."""


class _Visible(dict[int, str]):
    """Translation table that replaces what cannot be seen by a symbol."""

    def __missing__(self, code: int) -> str:
        if code < 0x20 and code not in (0x09, 0x0A):
            shown = chr(0x2400 + code)
        elif code == 0x7F:
            shown = "\u2421"
        elif code & 0xFFFE == 0xFFFE or any(first <= code <= last for first, last in _UNSEEN):
            shown = f"\u2039U+{code:04X}\u203a"
        else:
            shown = chr(code)
        self[code] = shown
        return shown


class _Entities(dict[int, str]):
    """Translation table to hexadecimal character references."""

    def __missing__(self, code: int) -> str:
        shown = "".join(c if c in _PLAIN else f"&#x{ord(c):x};" for c in _VISIBLE[code])
        self[code] = shown
        return shown


_VISIBLE = _Visible()
_ENTITIES = _Entities()


class Whole(str):
    """Text that is shown to its end, however long its lines are: a trace, the data of a chart."""

    __slots__ = ()


class Words(Markup):
    """Text we composed: printed as it stands, HTML and Markdown included.

    Whatever is joined to it, formatted into it or added to it is made inert, numbers and other Words excepted:
    `Words("<b>{}</b>, {} times").format(name, 3)` is safe for any name.
    """

    __slots__ = ()

    @classmethod
    def escape(cls, s: Any, /) -> Self:
        """Other Markup as it is, numbers in digits, anything else inert."""
        if isinstance(s, Markup) or (isinstance(s, int | float) and not isinstance(s, bool)):
            return cls(str(s))
        return cls(inert_line(s if isinstance(s, Whole) else str(s)))

    def format(self, *args: Any, **kwargs: Any) -> Self:
        """As `str.format`; text is made inert, numbers keep their format."""
        return type(self)(_Formatter(self.escape).vformat(self, args, kwargs))

    def format_map(self, mapping: Mapping[str, Any], /) -> Self:  # type: ignore[override]
        """As `str.format_map`; text is made inert, numbers keep their format."""
        return type(self)(_Formatter(self.escape).vformat(self, (), mapping))


class _Formatter(EscapeFormatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return format(value, format_spec)
        return super().format_field(value, format_spec)


def visible(text: str) -> str:
    """`text` with control characters, direction marks and lone surrogates as symbols; tab and newline stay."""
    return text.replace("\r\n", "\n").translate(_VISIBLE)


def inert(text: str) -> Words:
    """`text` as hexadecimal character references outside `[A-Za-z0-9 ]`: no parser finds anything to act upon.

    Holds in paragraphs, headings, attributes and raw HTML, `<pre><code>` included. Not within a Markdown code span or
    fence, which show the references themselves: write `<code>` there.
    """
    return _of_few(str(text)) if len(text) <= CELL else Words(_encode(text))


def inert_line(text: str) -> Words:
    """As `inert`; of a line that no page has room for, only the beginning and the end."""
    whole = len(text) <= LINE or "\n" in text or isinstance(text, Whole) or http_url(text)
    return inert(text if whole else short(text))


@lru_cache(20_000)
def _of_few(text: str) -> Words:
    """A short text, which many pages hold."""
    return Words(_encode(text))


def _encode(text: str) -> str:
    shown = text.replace("\r\n", "\n").translate(_ENTITIES)
    # A blank at either end would indent a line into a code block, or break it.
    if shown.startswith(" "):
        shown = "&#x20;" + shown[1:]
    if shown.endswith(" "):
        shown = shown[:-1] + "&#x20;"
    return shown


def finalize(value: object) -> object:
    """What a template may print: Words and macro output, numbers, text (made inert), and nothing for None.

    Raises TypeError for anything else, truth values included: a page says "met", not "True".
    """
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return inert_line(value)
    if value is None:
        return Words()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Words(value)
    if isinstance(value, Undefined):
        return str(value)  # raises, naming what is missing
    raise TypeError(f"a template cannot print {type(value).__name__} {value!r}: make it text in the view model")


def http_url(text: str) -> str | None:
    """`text` where it is a well-formed http(s) URL with a host and without credentials, else None."""
    if not re.fullmatch(r"https?://[^\s\\<>\"'`]+", text, re.IGNORECASE) or visible(text) != text:
        return None
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0) and "@" not in parts.netloc
    except ValueError:
        return None
    return text if usable else None

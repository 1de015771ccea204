"""Patterns of paths, `reports/{version}/{variant}/*.xml`: what they match, and what a path says of its file. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import NamedTuple

from readiness.errors import UsageError

PLACEHOLDERS = ("version", "variant", "source", "date", "commit", "branch")

_SPLIT = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|\*+|\?|[^{}*?]+", re.DOTALL)
_NOT_HIDDEN = r"(?!\.)"
_NARROWER = "Rename the file, or make the pattern narrower"


class Kind(Enum):
    """What a token of a pattern stands for."""

    LITERAL = auto()
    ANY = auto()
    """`*`: any text within a name."""
    ONE = auto()
    """`?`: one character."""
    PLACEHOLDER = auto()


class Token(NamedTuple):
    """A piece of a name; `text` is the literal text, or the name of the placeholder."""

    kind: Kind
    text: str


Part = tuple[Token, ...]
"""The tokens of one name between slashes; none at all for `**`, which stands for any number of folders."""


@dataclass(frozen=True)
class Pattern:
    """A pattern, taken apart. `base` is the folder it starts in, as it was written: empty, `/`, `../old/reports`."""

    text: str
    base: str
    parts: tuple[Part, ...]

    def match(self, path: str) -> Mapping[str, str] | None:
        """What the path says, by placeholder; None where it is not meant. `path` is relative to `base`, with slashes.

        A placeholder stands for the shortest text that fits, and never crosses a slash. Raises UsageError where a
        placeholder would be empty, or would mean two things.
        """
        if found := self._strict.fullmatch(path):
            return found.groupdict()
        loose = self._loose.fullmatch(path)
        if loose is None:
            return None
        values: dict[str, str] = {}
        for group, value in loose.groupdict().items():
            name = group.rpartition("_")[0]
            if not value:
                raise UsageError(f"leaves {{{name}}} empty", path=path, remedy=_NARROWER)
            if values.setdefault(name, value) != value:
                raise UsageError(f"says that {{{name}}} is {values[name]!r} and {value!r}", path=path, remedy=_NARROWER)
        return None

    @cached_property
    def names(self) -> tuple[re.Pattern[str], ...]:
        """What a name must look like to be meant by each of the parts."""
        return tuple(re.compile(_regex([part], strict=False), re.DOTALL) for part in self.parts)

    @cached_property
    def _strict(self) -> re.Pattern[str]:
        return re.compile(_regex(self.parts, strict=True), re.DOTALL)

    @cached_property
    def _loose(self) -> re.Pattern[str]:
        return re.compile(_regex(self.parts, strict=False), re.DOTALL)


def is_literal(part: Part) -> bool:
    """True where a part holds neither wildcards nor placeholders."""
    return bool(part) and all(token.kind is Kind.LITERAL for token in part)


def literal_text(part: Part) -> str:
    """The name that a literal part stands for."""
    return "".join(token.text for token in part)


def _regex(parts: Sequence[Part], *, strict: bool) -> str:
    """The regular expression of a path. `strict`: a placeholder holds something, and the same wherever it occurs.

    Otherwise each occurrence is a group of its own, `version_0`. As in a shell, what begins with a wildcard matches no
    hidden file or folder.
    """
    regex: list[str] = []
    held: list[str] = []
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        if not part:
            regex.append(rf"(?:{_NOT_HIDDEN}[^/]+/)*" + (rf"{_NOT_HIDDEN}[^/]+" if last else ""))
            continue
        if part[0].kind is not Kind.LITERAL:
            regex.append(_NOT_HIDDEN)
        for kind, text in part:
            if kind is not Kind.PLACEHOLDER:
                regex.append({Kind.LITERAL: re.escape(text), Kind.ANY: "[^/]*?", Kind.ONE: "[^/]"}[kind])
                continue
            if not strict:
                regex.append(rf"(?P<{text}_{len(held)}>[^/]*?)")
            else:
                regex.append(rf"(?P={text})" if text in held else rf"(?P<{text}>[^/]+?)")
            held.append(text)
        regex.append("" if last else "/")
    return "".join(regex)


def parse_pattern(text: str) -> Pattern:
    """Take a pattern apart; raises UsageError naming what is wrong with it."""
    names = [name for name in text.split("/") if name not in ("", ".")]
    if not names or text.endswith("/"):
        raise _wrong(text, "names a folder", f"Name its files, for example {text.rstrip('/') + '/*.xml'!r}")
    parts = tuple(tuple(_tokens(text, name)) for name in names)
    if Token(Kind.PLACEHOLDER, "version") not in (token for part in parts for token in part):
        raise _wrong(text, "holds no {version}", "Put it where the version stands in the path")
    first = next(at for at, part in enumerate(parts) if not is_literal(part))
    base = "/".join(literal_text(part) for part in parts[:first])
    return Pattern(text, ("/" if text.startswith("/") else "") + base, parts[first:])


def _tokens(pattern: str, name: str) -> Iterator[Token]:
    """The tokens of one name; raises UsageError where it cannot be told where a placeholder ends."""
    if name == "**":
        return
    before: Token | None = None
    for found in _SPLIT.findall(name):
        token = _token(pattern, found)
        if before and {before.kind, token.kind} <= {Kind.ANY, Kind.PLACEHOLDER}:
            placeholder = token.text or before.text
            remedy = "Put a character between it and the * or placeholder beside it"
            raise _wrong(pattern, f"leaves open where {{{placeholder}}} begins and ends", remedy)
        yield token
        before = token


def _token(pattern: str, found: str) -> Token:
    if found in ("{{", "}}"):
        return Token(Kind.LITERAL, found[0])
    if found in ("{", "}"):
        raise _wrong(pattern, f"has a {found} without its partner", f"Write {found * 2} for the character itself")
    if found.startswith("{"):
        placeholder = found[1:-1]
        if placeholder not in PLACEHOLDERS:
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise _wrong(pattern, f"holds {found}, which is no placeholder", f"There are {known}")
        return Token(Kind.PLACEHOLDER, placeholder)
    if found == "?":
        return Token(Kind.ONE, "")
    return Token(Kind.ANY, "") if found.startswith("*") else Token(Kind.LITERAL, found)


def _wrong(text: str, problem: str, remedy: str) -> UsageError:
    return UsageError(problem, path=f"pattern {text!r}", remedy=remedy)

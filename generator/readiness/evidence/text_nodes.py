"""The parts of an evidence file that are names, and those that are texts, as spans of the file as it stands.

Nothing is parsed into values, so that damaged and foreign files have spans as well. Whatever a reader makes a key of is
a name: attributes of XML, members of JSON, lines of a list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from readiness.evidence.collected import (
    ANSI,
    CLOSING,
    DIED,
    ERROR_HEADER,
    ERROR_LINE,
    FILE_ID,
    HEADER,
    LONGEST_ID,
    LONGEST_LINE,
    NODE_ID,
    TREE,
    looks_collected,
)
from readiness.evidence.lcov import looks_lcov
from readiness.evidence.reportlog import FIRST_LINE
from readiness.evidence.xml import begins_xml

XML_NAMES = frozenset(
    {"name", "classname", "class", "file", "filename", "package", "id", "hostname"}
    | {"fullname", "testname", "methodname", "displayname", "title", "signature"}
)
"""Attributes, in lower case, that name a test or a file in one of the formats; the first line is of those we read."""
JSON_NAMES = frozenset(
    {"name", "suite", "filePath", "browser", "device", "parameters", "nodeid", "location", "filename", "fullname"}
    | {"fullName", "fullTitle", "title", "ancestorTitles", "classname", "file", "Test", "Package", "uri", "id"}
)
"""Members that name a test or a file, with all that stands in them; the first line is of those we read."""
JSON_TEXTS = frozenset(
    {"extra", "steps", "attachments", "environment", "labels", "longrepr", "sections", "user_properties", "properties"}
    | {"stdout", "stderr", "retryAttempts", "commit_info", "machine_info", "extra_info"}
)
"""Members that hold no name of a test, whatever their own members are called."""

TAG = re.compile(
    r"</[^<>]*+>|<[^\s<>/\"'=!?][^\s<>/\"'=]*+(?:\s++|/|[^\s<>/\"'=]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+>", re.ASCII
)
ATTRIBUTE = re.compile(r"([^\s<>/\"'=]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')", re.ASCII)
SECTIONS = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>", "<!DOCTYPE": ">"}
"""What begins like a tag but is none, with its end."""
SECTION = re.compile("|".join(map(re.escape, SECTIONS)))
JSON_TOKEN = re.compile(r'"([^"\\\n]*+(?:\\.[^"\\\n]*+)*+)"(\s*+:)?|"([^\n]*)|[{}\[\]]', re.ASCII)
"""A string and the colon after a member's name, a string that does not end, a bracket."""
LCOV_NAMES = re.compile(r"\s*(?:SF|TN|FN|FNDA|FNL|FNA|BRDA):")
TAP_POINT = re.compile(r"\s*(?:not )?ok \d")


class Node(NamedTuple):
    """One piece of a file."""

    start: int
    end: int
    name: bool
    """True for a name, and for markup: it is kept as it stands."""


def finder(text: str) -> Callable[[int], Node]:
    """Finds the node that a place of the text lies in. Asked in the order of the text, it goes through it once."""
    start = text[:400].lstrip("\ufeff\xef\xbb\xbf \t\r\n\f\v")
    if begins_xml(start):
        return _Xml(text).at
    if looks_collected(text):
        return _Nodes(_of_lines(text, _Listed())).at
    if start.startswith(("{", "[")):
        return _Nodes(_of_json_lines(text) if _is_json_lines(text) else _of_json(text, 0, len(text))).at
    names = LCOV_NAMES if looks_lcov(text) else TAP_POINT
    return _Nodes(_of_lines(text, lambda line: len(line) if names.match(line) else 0)).at


class _Nodes:
    """Finds the node around a place among all nodes, which come in their order and without gaps."""

    def __init__(self, nodes: Iterator[Node]) -> None:
        self._nodes = nodes
        self._node = Node(0, 0, name=False)

    def at(self, place: int) -> Node:
        """The node that a place lies in; for places before it, the one that was found last."""
        while self._node.end <= place:
            self._node = next(self._nodes)
        return self._node


class _Xml:
    """Finds the node around a place in XML, looking only at the tag before it: there are a million others.

    No whole tag holds a `<`. One that begins no whole tag belongs to the text: there a parser stops at the latest.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._node = self._section = Node(0, 0, name=False)
        self._in_tag: Iterator[Node] = iter(())
        self._known = 0
        """Up to here the text is gone through; no tag and no section goes on beyond it."""

    def at(self, place: int) -> Node:
        """The node that a place lies in; for places before it, the one that was found last."""
        while self._node.end <= place:
            self._node = next(self._in_tag, None) or self._around(place)
        return self._node

    def _around(self, place: int) -> Node:
        while self._section.end <= place:
            self._known = max(self._known, self._section.end)
            self._section = self._next_section()
        if self._section.start <= place:
            return self._section
        before = self._text.rfind("<", self._known, place + 1)
        if before >= 0 and (tag := TAG.match(self._text, before)) and tag.end() > place:
            self._known = tag.end()
            self._in_tag = _of_tag(self._text, *tag.span())
            return next(self._in_tag)
        end = self._text.find("<", place, self._section.start)
        while end >= 0 and not TAG.match(self._text, end):
            end = self._text.find("<", end + 1, self._section.start)
        self._known = end if end >= 0 else self._section.start
        return Node(place, self._known, name=False)

    def _next_section(self) -> Node:
        """The next that begins like a tag but is none; one beyond the text where there is none."""
        found = SECTION.search(self._text, self._section.end)
        if not found:
            return Node(len(self._text), len(self._text) + 1, name=True)
        closing = SECTIONS[found[0]]
        end = self._text.find(closing, found.end())
        return Node(found.start(), end + len(closing) if end >= 0 else len(self._text), found[0] == "<!DOCTYPE")


def _of_tag(text: str, start: int, end: int) -> Iterator[Node]:
    """The values of a tag's attributes, and the markup between them."""
    for found in ATTRIBUTE.finditer(text, start, end):
        value = Node(*found.span(found.lastindex or 0), found[1].lower() in XML_NAMES)
        yield Node(start, value.start, name=True)
        yield value
        start = value.end
    yield Node(start, end, name=True)


def _is_json_lines(text: str) -> bool:
    """True where the first line is an object of its own."""
    end = text.find("\n", 0, FIRST_LINE)
    try:
        return end >= 0 and isinstance(json.loads(text[:end].lstrip("\ufeff\xef\xbb\xbf")), dict)
    except (ValueError, RecursionError):
        return False


def _of_json_lines(text: str) -> Iterator[Node]:
    """Line by line, so that one that is damaged does no harm to the next."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield from _of_json(text, start, end)
        start = end


def _of_json(text: str, start: int, end: int) -> Iterator[Node]:
    """Strings, and what stands between them. What a member is called is a name too: of a file, of a variable."""
    around: list[str] = []
    member = ""
    named = told = 0  # how many of the members around are in JSON_NAMES, and how many in JSON_TEXTS
    for token in JSON_TOKEN.finditer(text, start, end):
        bracket = token[0]
        if bracket in ("{", "["):
            around.append(member)
            named, told = named + (member in JSON_NAMES), told + (member in JSON_TEXTS)
            member = member if bracket == "[" else ""
        elif bracket in ("}", "]"):
            member = around.pop() if around else ""
            named, told = max(named - (member in JSON_NAMES), 0), max(told - (member in JSON_TEXTS), 0)
        else:
            whole, is_member = token[3] is None, token[2] is not None
            string = token.end(1 if whole else 3)
            yield Node(start, token.start(), name=False)
            yield Node(token.start(), string, is_member or (whole and not told and (named > 0 or member in JSON_NAMES)))
            start = string
            member = token[1] if is_member else member
    yield Node(start, end, name=False)


def _of_lines(text: str, named: Callable[[str], int]) -> Iterator[Node]:
    """Lines that are names, as far as `named` says, and the texts between them."""
    start = at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        if kept := named(text[at:end]):
            yield Node(start, at, name=False)
            yield Node(at, at + kept, name=True)
            start = at + kept
        at = end
    yield Node(start, len(text), name=False)


class _Listed:
    """Tells how much of each line of a list of collected tests is an id, as its reader finds them."""

    def __init__(self) -> None:
        self._in_section = False
        self._more = 0
        """Lines that the id before may still go on for."""

    def __call__(self, line: str) -> int:
        plain = ANSI.sub("", _as_utf8(line)).rstrip("\r\n")
        if CLOSING.fullmatch(plain.strip()):
            self._in_section, self._more = False, 0
        elif HEADER.fullmatch(plain) and "test session starts" not in plain:
            self._in_section = True
        elif self._in_section:
            return self._of_error(line, plain.strip()[:LONGEST_LINE])
        elif self._more and not FILE_ID.match(plain):
            self._more = 0 if plain.endswith("]") else self._more - 1
            return len(line)
        elif NODE_ID.fullmatch(plain) and not TREE.fullmatch(plain) and not DIED.fullmatch(plain):
            goes_on = "[" in plain.partition("::")[2] and not plain.endswith("]")
            self._more = LONGEST_ID if goes_on else 0
            return len(line)
        return 0

    def _of_error(self, line: str, plain: str) -> int:
        """In the report on errors only the places of the errors are ids."""
        if found := ERROR_LINE.fullmatch(plain):
            at = line.find(found["id"])
            return len(line) if at < 0 else at + len(found["id"])
        return len(line) if ERROR_HEADER.fullmatch(plain) else 0


def _as_utf8(line: str) -> str:
    """The line as its reader sees it, should each of its characters be a byte."""
    try:
        return line if line.isascii() else line.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return line

"""The parts of an evidence file that are names, and those that are texts, as spans of the file as it stands.

Nothing is parsed into values, so that damaged and foreign files have spans as well. Whatever a reader makes a key of is
a name: attributes of XML, members of JSON, lines of a list.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from readiness.evidence.collected import looks_collected, named_lines
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
ATTRIBUTE = re.compile(r"(?<![^\s<>/\"'=])([^\s<>/\"'=]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')", re.ASCII)
TAG_NAME = re.compile(r"<[^\s<>/\"'=]*+", re.ASCII)
SECTIONS = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>", "<!DOCTYPE": ">"}
"""What begins like a tag but is none, with its end."""
MARKUP = re.compile("|".join([TAG.pattern, *map(re.escape, SECTIONS)]), re.ASCII)
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


class Nodes:
    """Finds the node that a place of a text lies in. Asked in the order of the text, it goes through it once."""

    def __init__(self, text: str) -> None:
        start = text[:400].lstrip("\ufeff\xef\xbb\xbf \t\r\n\f\v")
        self._place = 0
        self._node = Node(0, 0, name=False)
        if begins_xml(start):
            self._nodes = self._of_xml(text)
        elif looks_collected(text):
            self._nodes = _of_list(text)
        elif start.startswith(("{", "[")):
            self._nodes = _of_json_lines(text) if _is_json_lines(text) else _of_json(text, 0, len(text))
        else:
            names = LCOV_NAMES if looks_lcov(text) else TAP_POINT
            self._nodes = _of_lines(text, lambda _, line: len(line) if names.match(line) else 0)

    def at(self, place: int) -> Node:
        """The node that a place lies in; for places before it, the one that was found last."""
        self._place = place
        while self._node.end <= place:
            self._node = next(self._nodes)
        return self._node

    def _of_xml(self, text: str) -> Iterator[Node]:
        """Tags, sections and the texts between them; of a million tags none is parted but the one that is asked for.

        No whole tag holds a `<`. One that begins no whole tag belongs to the text: there a parser stops at the latest.
        """
        done = 0
        while found := MARKUP.search(text, done):
            if found.start() > self._place:
                yield Node(done, found.start(), name=False)
            done = found.end()
            if closing := SECTIONS.get(found[0]):
                end = text.find(closing, done)
                done = end + len(closing) if end >= 0 else len(text)
                yield Node(found.start(), done, name=found[0] == "<!DOCTYPE")
            elif done > self._place:
                yield from _of_tag(text, *found.span())
        yield Node(done, len(text), name=False)


def _of_tag(text: str, start: int, end: int) -> Iterator[Node]:
    """The values of a tag's attributes, and the markup between them."""
    named = TAG_NAME.match(text, start)
    for found in ATTRIBUTE.finditer(text, named.end() if named else start, end):
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


def _of_list(text: str) -> Iterator[Node]:
    """Lines of a list of collected tests: the ids, as its reader finds them, should each character be a byte."""
    try:
        seen = named_lines(text.encode("latin-1").decode("utf-8"))
        named = {number: name.encode("utf-8").decode("latin-1") for number, name in seen.items()}
    except UnicodeError:
        named = named_lines(text)

    def kept(number: int, line: str) -> int:
        at = line.find(named.get(number, "\n"))
        return at + len(named[number]) if number in named and at >= 0 else len(line) if number in named else 0

    return _of_lines(text, kept)


def _of_lines(text: str, named: Callable[[int, str], int]) -> Iterator[Node]:
    """Lines that are names, as far as `named` says, and the texts between them."""
    start = at = 0
    for number, line in enumerate(text.split("\n")):
        if kept := named(number, line):
            yield Node(start, at, name=False)
            yield Node(at, at + kept, name=True)
            start = at + kept
        at += len(line) + 1
    yield Node(start, len(text), name=False)

"""A safe XML parser on expat: builds ElementTree elements, fetches nothing, keeps what was complete before damage.

A bare DOCTYPE is ignored; a declared entity is refused, so that none can be expanded or fetched. Positions survive:
the line of every suite and case is kept beside the tree.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat
from xml.parsers.expat import errors

from readiness.evidence.encoding import XmlBytes
from readiness.evidence.findings import Findings, plural
from readiness.evidence.limits import LIMITS, Limits

CHUNK = 1024 * 1024
SILENT = frozenset({"system-out", "system-err"})
"""Elements whose text no report uses; it is most of the bytes of many files and is not kept."""
LOCATED = frozenset({"testsuites", "testsuite", "testcase"})

CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
NEVER = re.compile(b"\xef\xbf[\xbe\xbf]")
"""U+FFFE and U+FFFF, which no document may hold."""
REFERENCE = re.compile(rb"&#(?:0*(\d{1,7})|[xX]0*([0-9a-fA-F]{1,6}));")
MISPLACED = re.compile(rb"<\?xml\s[^<>]*\?>")
DECLARED = re.compile(r"^[^\S\n]*+<\?xml\s", re.MULTILINE)


def begins_xml(start: str) -> bool:
    """True for the beginning of XML, before which a runner may have written something."""
    return start.startswith("<") or DECLARED.search(start) is not None


class UnsafeXml(Exception):
    """The file holds what is never read: declared entities, or more than the limits allow."""


class _RootSeen(Exception):
    """Raised by the parser's own handler to stop at the root element."""


@dataclass(slots=True)
class Document:
    """An XML tree, whole or up to the place of damage."""

    content: bytes = b""
    """What was parsed, after repairs."""
    root: Element | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    """Attributes of the root: still there when the tree has been consumed."""
    lines: array[int] = field(default_factory=lambda: array("L"))
    """Line of each suite and case, in the order of the file."""
    open: tuple[Element, ...] = ()
    """Elements that never ended, outermost first."""
    damage: str = ""
    """What is wrong and where (`unclosed CDATA section: line 18, column 25`); empty for a whole document."""
    code: int = 0

    @property
    def top(self) -> Element:
        """The root of a document that has one."""
        if self.root is None:
            raise ValueError(self.damage)
        return self.root

    @property
    def tag(self) -> str:
        """Name of the root element without prefix, or nothing."""
        return str(self.root.tag) if self.root is not None else ""


def parse(source: XmlBytes, *, root_only: bool = False, limits: Limits = LIMITS) -> Document:
    """Parse once, without repairs. Damage ends the reading and is told in the document, never raised.

    Raises UnsafeXml for entity declarations and broken limits.
    """
    document = Document(source)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    parser.specified_attributes = True  # a DOCTYPE must not add attributes such as status="passed"
    depth = _install(parser, document, limits, root_only=root_only)
    try:
        for start in range(0, len(source), CHUNK):
            parser.Parse(source[start : start + CHUNK], False)
            if start + CHUNK - parser.CurrentByteIndex > limits.token_bytes + CHUNK:
                raise UnsafeXml(f"line {parser.CurrentLineNumber} holds a tag longer than {limits.token_bytes} bytes")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        document.damage = f"{expat.ErrorString(error.code)}: line {error.lineno}, column {error.offset}"
        document.code = error.code
        document.open = _open_elements(document.root, depth())
    except _RootSeen:
        pass
    return document


def _install(parser: expat.XMLParserType, document: Document, limits: Limits, *, root_only: bool) -> Callable[[], int]:
    """Give the parser its handlers; the function returned tells how many elements are open."""
    builder = TreeBuilder()
    build_start, build_end, build_data = builder.start, builder.end, builder.data
    lines = document.lines
    depth = elements = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        element = build_start(tag, attributes)
        if tag in LOCATED:
            lines.append(parser.CurrentLineNumber)
        elif tag in SILENT:
            parser.CharacterDataHandler = None
        if depth == 1:
            document.root = element
            document.attributes = dict(attributes)
            if root_only:
                raise _RootSeen
        elif depth > limits.depth:
            raise UnsafeXml(f"elements are nested deeper than {limits.depth} (line {parser.CurrentLineNumber})")
        if elements > limits.elements:
            raise UnsafeXml(f"more than {limits.elements} elements")

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        build_end(tag)
        if tag in SILENT:
            parser.CharacterDataHandler = build_data

    def entity(*_: object) -> None:
        raise UnsafeXml(
            f"it declares an entity (line {parser.CurrentLineNumber}): refused, for entities can pull in other files"
        )

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = build_data
    parser.EntityDeclHandler = entity
    return lambda: depth


def _open_elements(root: Element | None, depth: int) -> tuple[Element, ...]:
    """The elements that had not ended: each is the last child of the one before."""
    if root is None or depth < 1:
        return ()
    path = [root]
    for _ in range(depth - 1):
        path.append(path[-1][-1])
    return tuple(path)


def parse_leniently(source: XmlBytes, findings: Findings) -> Document:
    """Parse; where a known fault stops the parser, mend it, say so in a finding and parse again.

    Mended are a declaration that is not at the start, control characters, and bytes that are no UTF-8. Each mend is
    tried once. Raises UnsafeXml as `parse` does.
    """
    document = parse(source)
    for codes, mend in MENDS:
        if document.damage and document.code in codes:
            mended = mend(source, document.damage, findings)
            if mended is not None:
                document.root, document.open = None, ()  # frees the first tree before the second is built
                source = mended
                document = parse(source)
    return document


def _mend_declaration(source: XmlBytes, damage: str, findings: Findings) -> XmlBytes | None:
    """Blank a declaration that something precedes; line numbers stay."""
    found = MISPLACED.search(source, 0, CHUNK)
    if found is None:
        return None
    findings.add("declaration-misplaced", f"something stands before the XML declaration ({damage}): read without it")
    blank = b"\n" * found.group().count(b"\n")
    return XmlBytes(source[: found.start()] + blank + source[found.end() :])


def _mend_controls(source: XmlBytes, damage: str, findings: Findings) -> XmlBytes | None:
    """Strip characters that XML 1.0 forbids, raw or as references."""
    stripped, never = NEVER.subn(b"", source)
    raw = len(stripped) + never
    stripped = stripped.translate(None, CONTROLS)
    raw -= len(stripped)
    references = 0

    def kept(reference: re.Match[bytes]) -> bytes:
        nonlocal references
        code = int(reference[1]) if reference[1] else int(reference[2], 16)
        if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
            return reference[0]
        references += 1
        return b""

    stripped = REFERENCE.sub(kept, stripped)
    if not raw + references:
        return None
    findings.add("control-characters", f"{plural(raw + references, 'control character')} stripped ({damage})")
    return XmlBytes(stripped)


def _mend_bytes(source: XmlBytes, damage: str, findings: Findings) -> XmlBytes | None:
    r"""Write bytes that are no UTF-8 as `\\xNN`, so that names stay distinct."""
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        findings.add("not-utf-8", f"holds bytes that are not UTF-8 ({damage}): written as \\xNN", line=line)
        return XmlBytes(source.decode("utf-8", "backslashreplace").encode("utf-8"))
    return None


_CODE = errors.codes
_TOKEN = {_CODE[errors.XML_ERROR_INVALID_TOKEN], _CODE[errors.XML_ERROR_PARTIAL_CHAR], _CODE[errors.XML_ERROR_SYNTAX]}
MENDS: tuple[tuple[set[int], Callable[[XmlBytes, str, Findings], XmlBytes | None]], ...] = (
    ({_CODE[errors.XML_ERROR_MISPLACED_XML_PI]}, _mend_declaration),
    (_TOKEN | {_CODE[errors.XML_ERROR_BAD_CHAR_REF], _CODE[errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]}, _mend_controls),
    (_TOKEN, _mend_bytes),
)

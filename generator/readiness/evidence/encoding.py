"""From bytes to what a parser can read: gzip, byte order marks, encodings that the declaration states wrongly."""

import codecs
import re
import zlib
from dataclasses import dataclass
from typing import NewType

from readiness.evidence.findings import Findings, plural, quoted
from readiness.evidence.limits import LIMITS

GZIP = b"\x1f\x8b"
DECLARATION = re.compile(rb"^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WITHOUT_MARK = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
WIDE = re.compile(r"utf-?(?:16|32)|ucs-?[24]|iso-?10646", re.IGNORECASE)
KNOWN = re.compile(
    r"utf-?8|(?:us-)?ascii|iso-?8859|latin-?\d|windows-|cp-?\d|ibm\d|koi8|mac|shift.?jis|sjis|euc|gb\d|gbk|big5|iso-2022|ks_c|tis-",
    re.IGNORECASE,
)
"""Encodings of text that real files declare; Python knows others (`rot13`, `utf-7`) that no report is written in."""


XmlBytes = NewType("XmlBytes", bytes)
"""XML in UTF-8, whatever its declaration says."""
STEP = 512
"""Bytes that are unpacked at once: what stands before damage is kept but for these."""


@dataclass(frozen=True, slots=True)
class Codec:
    """A way to see bytes as text such that all of them can be written again."""

    name: str = "latin-1"
    mark: int = 0
    """Bytes before the text."""
    errors: str = "strict"
    """How what is no text is kept."""

    def decode(self, content: bytes) -> tuple[bytes, str, bytes]:
        """What stands before the text, the text, and half a character that is left at the end. Raises UnicodeError."""
        unit = int(self.name[4:6]) // 8 if self.name.startswith(("utf-16", "utf-32")) else 1
        end = len(content) - (len(content) - self.mark) % unit
        return content[: self.mark], content[self.mark : end].decode(self.name, self.errors), content[end:]

    def encode(self, text: str) -> bytes:
        """The bytes of a text."""
        return text.encode(self.name, self.errors)

    def is_lossless(self, content: bytes) -> bool:
        """True where it writes the bytes that it has read."""
        try:
            before, text, after = self.decode(content)
            return before + self.encode(text) + after == content
        except UnicodeError:
            return False


def wide_codec(content: bytes) -> Codec | None:
    """The encoding of two or four bytes a character that a reader finds, if it is one."""
    name, mark = encoding_of(content, xml=False)
    codec = Codec(name, mark, "surrogatepass")
    return codec if name != "utf-8" and codec.is_lossless(content) else None


def declared_codec(content: bytes) -> Codec | None:
    """The encoding that XML declares, where it is a usual one but UTF-8, and the bytes are in it."""
    name = declared_encoding(content)
    codec = Codec(name) if is_usual(name) and not same(name, "utf-8") else None
    return codec if codec and codec.is_lossless(content) else None


class TooLarge(Exception):
    """The file is larger than any evidence may be."""


def unpack(content: bytes, findings: Findings) -> bytes:
    """The bytes themselves, or what they unpack to when they are gzip; a broken end is a loss, not an error.

    Raises TooLarge where more comes out than a file may hold.
    """
    return split(content, findings)[0]


def split(content: bytes, findings: Findings) -> tuple[bytes, bytes]:
    """What `unpack` gives, and the bytes behind the gzip data, which are a loss unless all are zero: padding."""
    if not content.startswith(GZIP):
        if len(content) > LIMITS.file_bytes:
            raise TooLarge
        return content, b""
    parts: list[bytes] = []
    room = LIMITS.file_bytes
    while content.startswith(GZIP):
        stream, at = zlib.decompressobj(wbits=31), 0
        while at < len(content) and not stream.eof:
            try:
                parts.append(stream.decompress(content[at : at + STEP], room + 1))
            except zlib.error as error:
                findings.lost("gzip-damaged", f"the gzip data are damaged ({error}): read up to there")
                break
            at += STEP
            room -= len(parts[-1])
            if room < 0:
                raise TooLarge
        if not stream.eof:
            findings.lost("gzip-cut-off", "the gzip data end early: read up to there")
        content = (stream.unused_data + content[at:]).lstrip(b"\0") if stream.eof else b""
    if content:
        findings.lost("gzip-tail", f"{plural(len(content), 'byte')} after the gzip data: not read")
    return b"".join(parts), content


def unpacked(content: bytes) -> bytes:
    """What gzip data unpack to; the bytes as they are where they are no gzip, damaged, or larger than the limit.

    These bytes make the identity of evidence: what the runner wrote, compressed since or not.
    """
    findings = Findings()
    try:
        plain = unpack(content, findings)
    except TooLarge:
        return content
    return plain if plain and not any(finding.loss for finding in findings.all()) else content


def encoding_of(content: bytes, *, xml: bool) -> tuple[str, int]:
    """The encoding that the bytes show and the length of its mark; UTF-8 where they show no other."""
    for mark, name in MARKS:
        if content.startswith(mark):
            return name, len(mark)
    for start, name in WITHOUT_MARK:
        if _begins(content, start, name):
            return name, 0
    if not xml and content[:200].count(0) > len(content[:200]) // 4:
        return ("utf-16-be" if content.startswith(b"\0") else "utf-16-le"), 0
    return "utf-8", 0


def in_utf8(content: bytes) -> bytes:
    r"""Plain text in UTF-8, without a mark, whatever it came in; what is no character is written as `\\xNN`."""
    name, mark = encoding_of(content, xml=False)
    return content[mark:] if name == "utf-8" else content[mark:].decode(name, "backslashreplace").encode()


def no_utf8(content: bytes) -> str:
    """Where the bytes are no UTF-8, and what to do; nothing where they are."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line, byte = content.count(b"\n", 0, error.start) + 1, content[error.start]
        return f"not UTF-8: 0x{byte:02x} at byte {error.start + 1}, in line {line}; write the file as UTF-8"
    return ""


def sniff(content: bytes, findings: Findings) -> XmlBytes:
    """The text in UTF-8, by the encoding that the bytes show; where the declaration lies, a finding says so."""
    name, mark = encoding_of(content, xml=True)
    why = "by its byte order mark" if mark else "as its bytes show"
    content = content[mark:]
    if name != "utf-8":
        return _narrow(content, name, findings, why)
    declared = declared_encoding(content)
    if not declared or same(declared, "utf-8"):
        return XmlBytes(content)
    if not mark and is_usual(declared):
        try:
            return XmlBytes(content.decode(declared).encode("utf-8", "backslashreplace"))
        except UnicodeError:
            why = "for its bytes do not fit"
    lie(findings, declared, "UTF-8", why)
    return XmlBytes(content)


def _narrow(content: bytes, name: str, findings: Findings, why: str) -> XmlBytes:
    r"""UTF-16 or UTF-32 as UTF-8; bytes that are no character are noted and written as `\\xNN`."""
    try:
        narrow = content.decode(name).encode()
    except UnicodeDecodeError as error:
        narrow = content.decode(name, "backslashreplace").encode()
        line = content[: error.start].decode(name, "replace").count("\n") + 1
        shown = name.upper()[:6]
        findings.add("not-utf-8", f"holds bytes that are not {shown} ({error.reason}): written as \\xNN", line=line)
    declared = declared_encoding(narrow)
    wide = WIDE.match(declared) and ("32" in name) == bool(re.search("32|4$", declared))
    if declared and not wide and not same(declared, name):
        lie(findings, declared, name.upper()[:6], why)
    return XmlBytes(narrow)


def _begins(content: bytes, start: bytes, name: str) -> bool:
    """True where `start` is the first character that is not blank, and those after it are ASCII but for a stray one."""
    unit = len(start)
    blanks, at = {blank.encode(name) for blank in " \t\r\n"}, 0
    while content[at : at + unit] in blanks:
        at += unit
    if not content.startswith(start, at):
        return False
    return sum(letter.isascii() for letter in content[at : at + 4 * unit].decode(name, "replace")) > 2


def declared_encoding(content: bytes) -> str:
    """The encoding that the declaration states, or nothing."""
    found = DECLARATION.match(content[:400])
    return found.group(1).decode("ascii") if found else ""


def lie(findings: Findings, declared: str, used: str, why: str) -> None:
    """Note that the file is not in the encoding it declares."""
    findings.add("encoding", f"declares encoding {quoted(declared)}, read as {used} {why}", line=1)


def exists(name: str) -> bool:
    """True where Python can decode the encoding."""
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def is_usual(name: str) -> bool:
    """True for an encoding that reports are written in, of one byte for a character of ASCII."""
    return not WIDE.match(name) and KNOWN.match(name) is not None and exists(name)


def same(first: str, second: str) -> bool:
    """True where both names mean one encoding."""
    return exists(first) and codecs.lookup(first).name == codecs.lookup(second).name

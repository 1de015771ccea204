"""Recognises an evidence file by its content and hands it to the reader of its format."""

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from readiness.evidence.encoding import GZIP, TooLarge, XmlBytes, in_utf8, no_utf8, sniff, unpack
from readiness.evidence.findings import quoted
from readiness.evidence.foreign import Foreign, foreign_binary, foreign_json, foreign_text, foreign_xml
from readiness.evidence.formats import Format, format_of, readable
from readiness.evidence.intake import Intake
from readiness.evidence.json_values import RepeatedMember, parsed, text
from readiness.evidence.limits import LIMITS
from readiness.evidence.xml import UnsafeXml, begins_xml, parse, parse_leniently
from readiness.model import DEFAULT_SOURCE, EvidenceFile, ReadState

SOMETHING = re.compile(rb"[^\0 \t\r\n\f\v\xef\xbb\xbf\xff\xfe]")
"""Any byte but blanks, zeros and byte order marks."""
LARGE = 1024 * 1024
"""Bytes of a file from which on pausing the cycle collector is worth it."""


def read(content: bytes, name: str, *, source: str = DEFAULT_SOURCE, variant: str = "") -> EvidenceFile:
    """Read one evidence file, whatever it holds.

    `name` is only what messages and the result call the file: the content alone decides what it is. Never raises for
    bad content: a file that cannot be read has `state` REJECTED, what it was taken for as `kind`, problem and remedy as
    `reason`, and a finding that marks the loss.
    """
    intake = Intake(name, source, variant)
    packed = content.startswith(GZIP)
    try:
        content = unpack(content, intake.findings)
    except TooLarge:
        return _too_large(intake, LIMITS.file_bytes)
    if packed and not content and any(finding.loss for finding in intake.findings.all()):
        return intake.rejected(
            "the gzip data are damaged, nothing could be unpacked; archive the whole file", kind="gzip"
        )
    with _collector_paused(len(content)):
        found = _read_plain(content, intake)
    if packed and found.state is ReadState.READ and found.loss:
        reason = "the gzip data are damaged, cut off or followed by other bytes; archive the whole file"
        return replace(found, state=ReadState.PARTLY, reason=reason)
    return found


@contextmanager
def _collector_paused(size: int) -> Iterator[None]:
    """Pause Python's cycle collector for a large file.

    Nothing that a reader builds forms cycles, and going over millions of new objects again and again takes a third of
    the time of reading 100 MB.
    """
    pause = size > LARGE and gc.isenabled()
    if pause:
        gc.disable()
    try:
        yield
    finally:
        if pause:
            gc.enable()


def _read_as(known: Format, content: object, intake: Intake) -> EvidenceFile:
    return known.read(content, replace(intake, kind=known.kind))


def _refused(known: Foreign, intake: Intake) -> EvidenceFile:
    return intake.rejected(known.reason, kind=known.kind)


def _read_plain(content: bytes, intake: Intake) -> EvidenceFile:
    """Read a file that is not packed."""
    if not SOMETHING.search(content):
        return intake.rejected("the file is empty; archive it after the runner has written it", kind="empty")
    if foreign := foreign_binary(content):
        return _refused(foreign, intake)
    text_start = content[:400].replace(b"\0", b"").decode("latin-1").lstrip("ï»¿ÿþ \t\r\n\f\v")
    if begins_xml(text_start):
        return _read_xml(sniff(content, intake.findings), intake)
    content = in_utf8(content)
    if text_start.startswith("{") and (known := format_of("lines", content)):
        return _read_as(known, content, intake)
    if len(content) > LIMITS.text_bytes:
        return _too_large(intake, LIMITS.text_bytes)
    text, misread = content.decode("utf-8", "backslashreplace").lstrip("\ufeff"), no_utf8(content)
    if known := format_of("text", text):
        return intake.rejected(misread, kind="text") if misread else _read_as(known, text, intake)
    if text_start.startswith(("{", "[")):
        return _read_json(text, intake, misread)
    return _refused(
        foreign_text(text) or Foreign("text", "text", "plain text in an unknown format", readable()), intake
    )


def _read_xml(content: XmlBytes, intake: Intake) -> EvidenceFile:
    """Read XML of any dialect; the root element tells which."""
    try:
        document = parse(content, root_only=True)
        if document.root is None or format_of("xml", document):
            document = parse_leniently(content, intake.findings)
    except UnsafeXml as unsafe:
        return intake.rejected(f"not read because {unsafe}; write the file without it", "unsafe-xml", kind="xml")
    if document.root is None:
        return intake.rejected(f"not XML ({document.damage}); {readable()}", "not-well-formed", kind="xml")
    if known := format_of("xml", document):
        return _read_as(known, document, intake)
    return _refused(foreign_xml(document.tag, document.attributes, document.content), intake)


def _read_json(content: str, intake: Intake, misread: str) -> EvidenceFile:
    """Read JSON of any dialect; the keys of the object tell which. `misread`: why its text is not what was written."""
    try:
        top = parsed(content)
    except RepeatedMember as error:
        told = f"JSON in which member {quoted(text(str(error)))} stands twice in one object: one value would be lost"
        return intake.rejected(f"{told}; write it again", "not-well-formed", kind="json")
    except RecursionError:
        return intake.rejected("JSON that is nested too deeply to be evidence; leave it out", kind="json")
    except ValueError as error:
        if foreign := _first_of_lines(content) or foreign_text(content):
            return _refused(foreign, intake)
        if misread:
            return intake.rejected(misread, kind="json")
        place = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "a number"
        return intake.rejected(f"not JSON: {place} cannot be read; write it again", "not-well-formed", kind="json")
    known = format_of("object" if isinstance(top, dict) else "array", top)
    if known and not misread:
        return _read_as(known, top, intake)
    foreign = foreign_json(top)
    if misread and not foreign:
        return intake.rejected(misread, kind="json")
    return _refused(foreign or Foreign("json", "json", "JSON in an unknown format", readable()), intake)


def _first_of_lines(text: str) -> Foreign | None:
    """The format of JSON lines, told by the first line."""
    try:
        return foreign_json(json.loads(text.strip().partition("\n")[0]))
    except (ValueError, RecursionError):
        return None


def _too_large(intake: Intake, limit: int) -> EvidenceFile:
    """Refuse a file for its size alone."""
    reason = f"larger than {limit // 1024 // 1024} MiB; split the report or leave out captured output"
    return intake.rejected(reason, kind="too-large")

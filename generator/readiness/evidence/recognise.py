"""Recognises an evidence file by its content and hands it to the reader of its dialect."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from readiness.evidence.cobertura import is_cobertura, read_cobertura
from readiness.evidence.collected import looks_collected, read_collected
from readiness.evidence.collector import collector_paused
from readiness.evidence.coverage_py import is_coverage_py, read_coverage_py
from readiness.evidence.ctrf import is_ctrf, read_ctrf
from readiness.evidence.encoding import GZIP, TooLarge, XmlBytes, in_utf8, no_utf8, sniff, text_of, unpack
from readiness.evidence.failsafe import read_failsafe
from readiness.evidence.findings import quoted
from readiness.evidence.foreign import Foreign, foreign_binary, foreign_json, foreign_text, foreign_xml
from readiness.evidence.intake import Intake
from readiness.evidence.json_lists import (
    is_ctest_list,
    is_jest_list,
    is_nextest_list,
    is_playwright_list,
    is_vitest_list,
    read_ctest_list,
    read_jest_list,
    read_nextest_list,
    read_playwright_list,
    read_vitest_list,
)
from readiness.evidence.json_values import RepeatedMember, parsed, text
from readiness.evidence.junit import read_junit
from readiness.evidence.lcov import looks_lcov, read_lcov
from readiness.evidence.limits import LIMITS
from readiness.evidence.metrics import is_metrics, read_metrics
from readiness.evidence.pytest_benchmark import is_pytest_benchmark, read_pytest_benchmark
from readiness.evidence.reportlog import is_reportlog, read_reportlog
from readiness.evidence.text_lists import (
    looks_dotnet_list,
    looks_go_list,
    looks_plain_list,
    read_dotnet_list,
    read_go_list,
    read_plain_list,
)
from readiness.evidence.xml import Document, UnsafeXml, parse, parse_leniently
from readiness.model import DEFAULT_SOURCE, EvidenceFile, ReadState

READABLE = (
    "archive test results (JUnit XML, CTRF), a list of tests (`pytest --collect-only -q` or that of another runner), "
    "coverage (Cobertura, coverage.py, LCOV), metrics.json, or what pytest-benchmark and pytest-reportlog write"
)

ROOTS: Mapping[str, tuple[Callable[[Document], bool], Callable[[Document, Intake], EvidenceFile]]] = {
    "testsuites": (lambda _: True, read_junit),
    "testsuite": (lambda _: True, read_junit),
    "coverage": (is_cobertura, read_cobertura),
    "failsafe-summary": (lambda _: True, read_failsafe),
}
"""Readers of XML by the name of the root element, each with what else must hold."""

TEXTS: tuple[tuple[Callable[[str], bool], Callable[[str, Intake], EvidenceFile]], ...] = (
    (looks_plain_list, read_plain_list),
    (looks_collected, read_collected),
    (looks_lcov, read_lcov),
    (looks_go_list, read_go_list),
    (looks_dotnet_list, read_dotnet_list),
)
"""Readers of plain text, tried in this order."""

OBJECTS: tuple[tuple[Callable[[dict[str, object]], bool], Callable[[dict[str, object], Intake], EvidenceFile]], ...] = (
    (is_ctrf, read_ctrf),
    (is_metrics, read_metrics),
    (is_coverage_py, read_coverage_py),
    (is_pytest_benchmark, read_pytest_benchmark),
    (is_playwright_list, read_playwright_list),
    (is_ctest_list, read_ctest_list),
    (is_nextest_list, read_nextest_list),
)
"""Readers of a JSON object, tried in this order."""

ARRAYS: tuple[tuple[Callable[[list[object]], bool], Callable[[list[object], Intake], EvidenceFile]], ...] = (
    (is_vitest_list, read_vitest_list),
    (is_jest_list, read_jest_list),
)
"""Readers of a JSON array, tried in this order."""

SOMETHING = re.compile(rb"[^\0 \t\r\n\f\v\xef\xbb\xbf\xff\xfe]")
"""Any byte but blanks, zeros and byte order marks."""
DECLARED = re.compile(r"^\s*<\?xml\s", re.MULTILINE)


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
        return intake.rejected("gzip", "the gzip data are damaged, nothing could be unpacked; archive the whole file")
    with collector_paused(len(content)):
        found = _read_plain(content, intake)
    if packed and found.state is ReadState.READ and found.loss:
        reason = "the gzip data are damaged, cut off or followed by other bytes; archive the whole file"
        return replace(found, state=ReadState.PARTLY, reason=reason)
    return found


def _read_plain(content: bytes, intake: Intake) -> EvidenceFile:
    """Read a file that is not packed."""
    if not SOMETHING.search(content):
        return intake.rejected("empty", "the file is empty; archive it after the runner has written it")
    if known := foreign_binary(content):
        return intake.rejected(known.kind, known.reason)
    text_start = content[:400].replace(b"\0", b"").decode("latin-1").lstrip("ï»¿ÿþ \t\r\n\f\v")
    if text_start.startswith("<") or DECLARED.search(text_start):
        return _read_xml(sniff(content, intake.findings), intake)
    content = in_utf8(content)
    if text_start.startswith("{") and is_reportlog(content):
        return read_reportlog(content, intake)
    if len(content) > LIMITS.text_bytes:
        return _too_large(intake, LIMITS.text_bytes)
    text, misread = text_of(content).lstrip("\ufeff"), no_utf8(content)
    for says, reader in TEXTS:
        if says(text):
            return intake.rejected("text", misread) if misread else reader(text, intake)
    if text_start.startswith(("{", "[")):
        return _read_json(text, intake, misread)
    known = foreign_text(text) or Foreign("text", "text", "plain text of an unknown form", READABLE)
    return intake.rejected(known.kind, known.reason)


def _read_xml(content: XmlBytes, intake: Intake) -> EvidenceFile:
    """Read XML of any dialect; the root element tells which."""
    try:
        peeked = parse(content, root_only=True)
        known_root = peeked.root is None or peeked.tag in ROOTS
        document = parse_leniently(content, intake.findings) if known_root else peeked
    except UnsafeXml as unsafe:
        return intake.rejected("xml", f"not read because {unsafe}; have it written without", "unsafe-xml")
    if document.root is None:
        return intake.rejected("xml", f"not XML ({document.damage}); {READABLE}", "not-well-formed")
    says, reader = ROOTS.get(document.tag, (None, None))
    if says and reader and says(document):
        return reader(document, intake)
    known = foreign_xml(document.tag, document.attributes, document.content)
    return intake.rejected(known.kind, known.reason)


def _read_json(content: str, intake: Intake, misread: str) -> EvidenceFile:
    """Read JSON of any dialect; the keys of the object tell which. `misread`: why its text is not what was written."""
    try:
        top = parsed(content)
    except RepeatedMember as error:
        told = f"JSON in which member {quoted(text(str(error)))} stands twice in one object: one value would be lost"
        return intake.rejected("json", f"{told}; write it again", "not-well-formed")
    except RecursionError:
        return intake.rejected("json", "JSON that is nested too deeply to be evidence; leave it out")
    except ValueError as error:
        if known := _first_of_lines(content) or foreign_text(content):
            return intake.rejected(known.kind, known.reason)
        if misread:
            return intake.rejected("json", misread)
        place = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "a number"
        return intake.rejected("json", f"not JSON: {place} cannot be read; write it again", "not-well-formed")
    if isinstance(top, dict) and not misread:
        for says, reader in OBJECTS:
            if says(top):
                return reader(top, intake)
    if isinstance(top, list):
        for fits, read_array in ARRAYS:
            if fits(top):
                return read_array(top, intake)
    if misread and not foreign_json(top):
        return intake.rejected("json", misread)
    known = foreign_json(top) or Foreign("json", "json", "JSON of an unknown form", READABLE)
    return intake.rejected(known.kind, known.reason)


def _first_of_lines(text: str) -> Foreign | None:
    """The format of JSON lines, told by the first line."""
    try:
        return foreign_json(json.loads(text.strip().partition("\n")[0]))
    except (ValueError, RecursionError):
        return None


def _too_large(intake: Intake, limit: int) -> EvidenceFile:
    """Refuse a file for its size alone."""
    reason = f"larger than {limit // 1024 // 1024} MiB; split the report or leave out captured output"
    return intake.rejected("too-large", reason)

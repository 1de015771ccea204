"""LCOV tracefiles (`.info`): records of files with their lines and branches."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from readiness.evidence.findings import Findings, quoted
from readiness.evidence.intake import Intake
from readiness.evidence.timing import count
from readiness.evidence.union import note_missing, packed, united
from readiness.model import EvidenceFile, SourceLines

AGAIN = "write it again with `lcov`, `geninfo` or `coverage lcov`"
HITS = re.compile(r"(\d{1,9}),(-?\d{1,30})(?:,[^,]*)?", re.ASCII)
"""Line, hits, and a checksum that says nothing here."""
TAKEN = re.compile(r"(\d{1,9}),(e?\d{1,20},.*),(-|\d{1,30})", re.ASCII)
"""Line, block with branch, and how often it was taken: `-` where its line never ran."""
TOTALS = ("LF", "LH", "BRF", "BRH")
"""Lines found and hit, branches found and hit."""
K = TypeVar("K", int, str)


@dataclass(slots=True)
class _Record:
    """What one record says of a source file."""

    test: str
    path: str
    lines: dict[int, bool] = field(default_factory=dict)
    branches: dict[str, bool] = field(default_factory=dict)
    declared: Counter[str] = field(default_factory=Counter)
    listed: Counter[str] = field(default_factory=Counter)
    """Its `DA` and `BRDA` lines."""


@dataclass(slots=True)
class _Tracefile:
    """The records of a file, their totals, and whether the last one did not end."""

    records: list[_Record] = field(default_factory=list)
    declared: Counter[str] = field(default_factory=Counter)
    open: bool = False


def looks_lcov(text: str) -> bool:
    """True where the first line that is no comment and no test name begins a record."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text.startswith("SF:", start) and text[start + 3 : end].strip():
            return True
        if not (text.startswith(("TN:", "#"), start) or not text[start:end].strip()):
            return False
        start = end + 1
    return False


def read_lcov(text: str, intake: Intake) -> EvidenceFile:
    r"""Coverage counted from the lines: each line and branch of a source file counts once.

    A path may hold colons (`C:\src\a.cpp`) and is taken as it stands. A record that does not end was cut off: a loss.
    """
    findings = intake.findings
    found = _read(text, findings)
    lost = any(finding.loss for finding in findings.all())
    declared, files = found.declared, _source_files(found)
    coverage = united([files])
    if not coverage.lines_valid and (lost or found.open or declared["LF"]):
        return intake.rejected(f"an LCOV file that lists no line; {AGAIN}", "no-lines")
    if found.open:
        findings.lost("cut-off", "the last record does not end (end_of_record): the file was cut off")
    for what, total, kind in (("line", "LF", "DA"), ("branch", "BRF", "BRDA")):
        listed = sum(record.listed[kind] for record in found.records)
        missing = sum(max(0, record.declared[total] - record.listed[kind]) for record in found.records)
        note_missing(what, listed + missing, listed, findings)
    _compare("line", declared, "LH", "LF", coverage.lines_covered, coverage.lines_valid, findings)
    _compare("branch", declared, "BRH", "BRF", coverage.branches_covered, coverage.branches_valid, findings)
    partly = lost or found.open
    return intake.read(
        f"cut off, or some of its lines cannot be read; {AGAIN}" if partly else "",
        coverage=coverage,
        source_lines=tuple(files),
        declared={name: declared[name] for name in TOTALS if name in declared},
    )


def _read(text: str, findings: Findings) -> _Tracefile:
    """Read line after line; one that names a line or branch and cannot be read is a loss."""
    found = _Tracefile()
    test, record = "", _Record("", "")
    for number, line in enumerate(text.split("\n"), 1):
        kind, colon, rest = line.strip().partition(":")
        readable = True
        if kind == "SF":
            readable, record, found.open = bool(rest) and not found.open, _Record(test, rest), True
            found.records.append(record)
        elif kind == "TN":
            test = rest.strip()
        elif kind == "end_of_record":
            found.open = False
        elif kind == "DA" and (hits := HITS.fullmatch(rest)) and found.open:
            at = int(hits[1])
            record.lines[at] = record.lines.get(at, False) or int(hits[2]) > 0
            record.listed[kind] += 1
        elif kind == "BRDA" and (taken := TAKEN.fullmatch(rest)) and found.open:
            name = f"{taken[1]},{taken[2]}"
            record.branches[name] = record.branches.get(name, False) or taken[3].strip("-0") != ""
            record.listed[kind] += 1
        elif kind in TOTALS and (total := count(rest)) is not None:
            record.declared[kind] += total
            found.declared[kind] += total
        elif kind in ("DA", "BRDA", *TOTALS) or not (colon or line.startswith("#") or not kind):
            readable = False
        if not readable:
            findings.lost("line-unreadable", f"{quoted(line)} cannot be read: left out", line=number)
    return found


def _source_files(found: _Tracefile) -> list[SourceLines]:
    """The records, those of one path together where each is of a test with a name of its own (`TN`).

    Others may be of several packages that have a path in common: nothing tells.
    """
    by_path: dict[str, list[_Record]] = {}
    for record in found.records:
        by_path.setdefault(record.path, []).append(record)
    files = []
    for path, records in by_path.items():
        tests = {record.test for record in records}
        if "" in tests or len(tests) < len(records):
            files += [packed(path, record.lines, record.branches) for record in records]
        else:
            files.append(packed(path, _any(one.lines for one in records), _any(one.branches for one in records)))
    return files


def _any(listed: Iterable[Mapping[K, bool]]) -> dict[K, bool]:
    """Each line or branch, and whether any of them ran it."""
    found: dict[K, bool] = {}
    for one in listed:
        for name, ran in one.items():
            found[name] = found.get(name, False) or ran
    return found


def _compare(
    what: str, declared: Counter[str], hit: str, found: str, covered: int, valid: int, findings: Findings
) -> None:
    """Note where the records' own totals are not what is counted."""
    if hit in declared and found in declared and (declared[hit], declared[found]) != (covered, valid):
        declares = f"the records declare {declared[hit]} of {declared[found]} as hit"
        counted = f"{covered} of {valid} are when each {what} counts once"
        findings.add("rate-differs", f"{declares}, but {counted}: both are kept")

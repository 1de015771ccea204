"""LCOV tracefiles (`.info`): records of files with their lines and branches."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from types import MappingProxyType

from readiness.evidence.findings import Findings, quoted
from readiness.evidence.intake import Intake
from readiness.model import Coverage, EvidenceFile, ReadState

KIND = "lcov"
AGAIN = "write it again with `lcov`, `geninfo` or `coverage lcov`"
HITS = re.compile(r"(\d{1,9}),(-?\d{1,30})(?:,[^,]*)?", re.ASCII)
"""Line, hits, and a checksum that says nothing here."""
TAKEN = re.compile(r"(\d{1,9}),(e?\d{1,20},.*),(-|\d{1,30})", re.ASCII)
"""Line, block with branch, and how often it was taken: `-` where its line never ran."""
TOTALS = ("LF", "LH", "BRF", "BRH")
"""Lines found and hit, branches found and hit."""


@dataclass(slots=True)
class _Tracefile:
    """What the records hold, each line of a file once however many records list it."""

    lines: dict[tuple[str, int], bool] = field(default_factory=dict)
    branches: dict[tuple[str, int, str], bool] = field(default_factory=dict)
    declared: Counter[str] = field(default_factory=Counter)
    ended: int = 0
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
    r"""Coverage counted from the lines: several records of one file count each line and branch once.

    A path may hold colons (`C:\src\a.cpp`) and is taken as it stands. A record that does not end was cut off: a loss.
    """
    findings = intake.findings
    found = _read(text, findings)
    lost = any(finding.loss for finding in findings.all())
    if not found.lines and (lost or found.open or found.declared["LF"]):
        return intake.rejected(KIND, f"an LCOV file that lists no line; {AGAIN}", "no-lines")
    if found.open:
        findings.add("cut-off", "the last record does not end (end_of_record): the file was cut off", loss=True)
    coverage = Coverage(
        lines_covered=sum(found.lines.values()),
        lines_valid=len(found.lines),
        branches_covered=sum(found.branches.values()),
        branches_valid=len(found.branches),
        declared_line_rate=_rate(found.declared, "LH", "LF"),
        declared_branch_rate=_rate(found.declared, "BRH", "BRF"),
    )
    _compare("line", found.declared, "LH", "LF", coverage.lines_covered, coverage.lines_valid, findings)
    _compare("branch", found.declared, "BRH", "BRF", coverage.branches_covered, coverage.branches_valid, findings)
    partly = lost or found.open
    return EvidenceFile(
        name=intake.name,
        kind=KIND,
        state=ReadState.PARTLY if partly else ReadState.READ,
        reason=f"cut off, or some of its lines cannot be read; {AGAIN}" if partly else "",
        coverage=coverage,
        declared=MappingProxyType({name: found.declared[name] for name in TOTALS if name in found.declared}),
        findings=findings.all(),
    )


def _read(text: str, findings: Findings) -> _Tracefile:
    """Read line after line; one that names a line or branch and cannot be read is a loss."""
    found = _Tracefile()
    file = ""
    for number, line in enumerate(text.split("\n"), 1):
        kind, colon, rest = line.strip().partition(":")
        readable = True
        if kind == "SF":
            readable, file, found.open = bool(rest) and not found.open, rest, True
        elif kind == "end_of_record":
            found.open = False
            found.ended += 1
        elif kind == "DA" and (hits := HITS.fullmatch(rest)) and found.open:
            place = file, int(hits[1])
            found.lines[place] = found.lines.get(place, False) or int(hits[2]) > 0
        elif kind == "BRDA" and (taken := TAKEN.fullmatch(rest)) and found.open:
            branch = file, int(taken[1]), taken[2]
            found.branches[branch] = found.branches.get(branch, False) or taken[3].strip("-0") != ""
        elif kind in TOTALS and rest.isascii() and rest.isdigit() and len(rest) < 18:
            found.declared[kind] += int(rest)
        elif kind in ("DA", "BRDA", *TOTALS) or not (colon or line.startswith("#") or not kind):
            readable = False
        if not readable:
            findings.add("line-unreadable", f"{quoted(line)} cannot be read: left out", line=number, loss=True)
    return found


def _rate(declared: Counter[str], covered: str, valid: str) -> float | None:
    """The rate that the records declare together."""
    return declared[covered] / declared[valid] if covered in declared and declared[valid] else None


def _compare(
    what: str, declared: Counter[str], hit: str, found: str, covered: int, valid: int, findings: Findings
) -> None:
    """Note where the records' own totals are not what is counted."""
    if hit in declared and found in declared and (declared[hit], declared[found]) != (covered, valid):
        declares = f"the records declare {declared[hit]} of {declared[found]} as hit"
        counted = f"{covered} of {valid} are when each {what} counts once"
        findings.add("rate-differs", f"{declares}, but {counted}: both are kept")

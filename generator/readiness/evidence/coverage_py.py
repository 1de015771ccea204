"""coverage.py's JSON report: lines and branches counted from the lists of each file."""

from collections.abc import Callable
from typing import TypeVar

from readiness.evidence.findings import Findings, differing, plural
from readiness.evidence.intake import Intake
from readiness.evidence.json_values import finite, items, members, plain_number, whole
from readiness.evidence.union import HIGHEST, note_missing, packed, united
from readiness.model import EvidenceFile, SourceLines

AGAIN = "write it again with `coverage json`"
TOTALS = ("covered_lines", "num_statements", "covered_branches", "num_branches", "percent_covered")
"""What the totals declare; `percent_covered` is of lines and branches together."""
Branch = tuple[int, int]
P = TypeVar("P", int, Branch)
LISTED = {"num_statements": "line", "num_branches": "branch"}
"""Totals of the report and of each file that say how many lines and branches are listed."""
ROUNDING = 0.01
"""Percentage points that a declared percentage may differ by."""


def is_coverage_py(top: dict[str, object]) -> bool:
    """True for the report of any version."""
    return {"meta", "files", "totals"} <= top.keys()


def read_coverage_py(top: dict[str, object], intake: Intake) -> EvidenceFile:
    """Coverage counted from the files' lists; the declared percentages are kept beside it, never mixed with it.

    A line is covered where it is among the executed ones. Branches count only where they are listed one by one.
    """
    findings, totals = intake.findings, members(top["totals"])
    files: list[SourceLines] = []
    lost: dict[str, int] = dict.fromkeys(LISTED, 0)
    unreadable = 0
    for path, file in members(top["files"]).items():
        executed, missing, wrong_lines = _lists(file, "lines", _line)
        taken, untaken, wrong_branches = _lists(file, "branches", _branch)
        unreadable += wrong_lines + wrong_branches + (not isinstance(file, dict))
        lines = {line: line in executed for line in executed | missing}
        branches = {f"{start}>{end}": (start, end) in taken for start, end in taken | untaken}
        files.append(packed(path, lines, branches))
        summary = members(members(file).get("summary"))
        for total, listed in zip(LISTED, (len(lines), len(branches)), strict=True):
            lost[total] += max(0, (whole(summary.get(total)) or 0) - listed)
    coverage = united([files])
    valid_lines = coverage.lines_valid
    declared = {name: value for name in TOTALS if (value := finite(totals.get(name))) is not None}
    if not valid_lines and (unreadable or declared.get("num_statements")):
        return intake.rejected(f"a coverage.py report that lists no line; {AGAIN}", "no-lines")
    if unreadable:
        message = f"{plural(unreadable, 'line or branch', 'lines or branches')} cannot be read: left out"
        findings.lost("line-unreadable", message)
    counted = {
        "covered_lines": coverage.lines_covered,
        "num_statements": valid_lines,
        "covered_branches": coverage.branches_covered,
        "num_branches": coverage.branches_valid,
    }
    for total, what in LISTED.items():
        note_missing(what, max(declared.get(total, 0), counted[total] + lost[total]), counted[total], findings)
    if not valid_lines:
        findings.add("no-lines", "the report lists no line: there is no coverage to report")
    _compare(declared, counted, findings)
    return intake.read(
        f"some lines or branches cannot be read; {AGAIN}" if unreadable else "",
        coverage=coverage,
        source_lines=tuple(files),
        declared={name: plain_number(value) for name, value in declared.items()},
    )


def _lists(file: object, what: str, as_place: Callable[[object], P | None]) -> tuple[set[P], set[P], int]:
    """What was executed and what was not of one file, and how many entries cannot be read.

    Reports of coverage.py before 7 do not list branches; a list that stands alone has lost its other half.
    """
    both = [members(file).get(f"{state}_{what}") for state in ("executed", "missing")]
    if both == [None, None] and what == "branches":
        return set(), set(), 0
    executed, missing = ([as_place(entry) for entry in items(listed)] for listed in both)
    unreadable = executed.count(None) + missing.count(None) + sum(not isinstance(listed, list) for listed in both)
    return (
        {place for place in executed if place is not None},
        {place for place in missing if place is not None},
        unreadable,
    )


def _line(entry: object) -> int | None:
    line = whole(entry)
    return line if line is not None and line <= HIGHEST else None


def _branch(entry: object) -> Branch | None:
    """From line and to line; below zero is the way out of a function."""
    ends = [finite(end) for end in items(entry)]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    return int(ends[0]), int(ends[1])


def _compare(declared: dict[str, float], counted: dict[str, int], findings: Findings) -> None:
    """Note where the totals are not what the files' lists give, and which formula the percentage does not follow."""
    if told := differing(declared, counted):
        says, lists = told
        told_apart = f"the totals declare {says}, but the files list {lists}: what they list is counted"
        findings.add("totals-differ", told_apart)
    percent, covered = declared.get("percent_covered"), counted["covered_lines"] + counted["covered_branches"]
    valid = counted["num_statements"] + counted["num_branches"]
    if percent is None or not valid or abs(percent - 100 * covered / valid) <= ROUNDING:
        return
    of_lines = 100 * counted["covered_lines"] / max(counted["num_statements"], 1)
    gives = f"{covered} of {valid} lines and branches are {100 * covered / valid:.2f} %, lines alone {of_lines:.2f} %"
    findings.add("rate-differs", f"declares percent_covered {percent:g}, but {gives}: all are kept")

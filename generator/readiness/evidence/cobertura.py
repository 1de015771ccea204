"""Cobertura XML: lines and branches, each counted once however often classes and methods list it."""

from __future__ import annotations

import re
from types import MappingProxyType
from xml.etree.ElementTree import Element

from readiness.evidence.findings import Findings, plural
from readiness.evidence.intake import Intake
from readiness.evidence.json_values import plain_number
from readiness.evidence.timing import number
from readiness.evidence.xml import Document
from readiness.model import Coverage, EvidenceFile, ReadState

KIND = "cobertura"
CONDITIONS = re.compile(r"\((\d{1,9})/(\d{1,9})\)", re.ASCII)
TOTALS = ("lines-valid", "lines-covered", "line-rate", "branches-valid", "branches-covered", "branch-rate")
"""Attributes of the root that are totals; the others are a time, a version, a complexity."""
Place = tuple[str, str]


def is_cobertura(document: Document) -> bool:
    """True for Cobertura's `coverage`; Clover's root is called so too."""
    root = document.root
    return root is not None and ("line-rate" in document.attributes or root.find("packages") is not None)


def read_cobertura(document: Document, intake: Intake) -> EvidenceFile:
    """Coverage counted from the lines; the file's own rates are kept beside it.

    A line that several classes or methods list counts once, with its highest hits and most branches taken.
    """
    root, findings = document.root, intake.findings
    if root is None:  # the caller has seen the root
        raise ValueError(intake.name)
    hits, branches, unreadable = _lines(root)
    declared = {name: value for name in TOTALS if (value := number(document.attributes.get(name, ""))) is not None}
    if document.damage and not hits:
        reason = f"damaged before its first line ({document.damage}); write the report again"
        return intake.rejected(KIND, reason, "not-well-formed")
    coverage = Coverage(
        lines_covered=sum(count > 0 for count in hits.values()),
        lines_valid=len(hits),
        branches_covered=sum(taken for taken, _ in branches.values()),
        branches_valid=sum(there for _, there in branches.values()),
        declared_line_rate=declared.get("line-rate"),
        declared_branch_rate=declared.get("branch-rate"),
    )
    if document.damage:
        findings.add("cut-off", f"damaged or cut off ({document.damage}): lines after it are missing", loss=True)
    if unreadable:
        findings.add("line-unreadable", f"{plural(unreadable, 'line')} without number or hits: left out", loss=True)
    if not hits and declared.get("lines-valid"):
        findings.add("no-lines", f"the file declares {declared['lines-valid']:.0f} lines, but lists none", loss=True)
    _compare("line", document.attributes, coverage.lines_covered, coverage.lines_valid, findings)
    _compare("branch", document.attributes, coverage.branches_covered, coverage.branches_valid, findings)
    return EvidenceFile(
        name=intake.name,
        kind=KIND,
        state=ReadState.PARTLY if document.damage else ReadState.READ,
        reason=f"damaged or cut off ({document.damage}); write the report again" if document.damage else "",
        coverage=coverage,
        declared=MappingProxyType({name: plain_number(value) for name, value in declared.items()}),
        findings=findings.all(),
    )


def _lines(root: Element) -> tuple[dict[Place, int], dict[Place, tuple[int, int]], int]:
    """Highest hits and most branches of each (file, line), and how many line elements cannot be read."""
    hits: dict[Place, int] = {}
    branches: dict[Place, tuple[int, int]] = {}
    unreadable = 0
    for owner in root.iter("class"):
        filename = owner.get("filename") or owner.get("name") or ""
        for line in owner.iter("line"):
            place, count = (filename, line.get("number", "")), _count(line.get("hits", ""))
            if count is None or not place[1].strip().isdigit():
                unreadable += 1
                continue
            hits[place] = max(hits.get(place, 0), count)
            if conditions := CONDITIONS.search(line.get("condition-coverage", "")):
                taken, there = int(conditions[1]), int(conditions[2])
                known = branches.get(place, (0, 0))
                branches[place] = max(known[0], min(taken, there)), max(known[1], there)
    return hits, branches, unreadable


def _count(text: str) -> int | None:
    """Hits as a number: gcov writes large ones with an exponent; negative ones count as no hit."""
    value = number(text)
    return None if value is None else max(0, int(value))


def _compare(what: str, attributes: dict[str, str], covered: int, valid: int, findings: Findings) -> None:
    """Note where the declared rate is not the one that distinct lines give, beyond its own rounding."""
    text = attributes.get(f"{what}-rate", "").strip()
    declared = number(text)
    if declared is None or not valid:
        return
    digits = len(text.partition(".")[2])
    tolerance = min(0.001, 10.0**-digits) if digits else 0.001
    if abs(declared - covered / valid) > tolerance * 1.0001:
        counted = f"{covered} of {valid} are covered when each {what} counts once ({covered / valid:.4f})"
        findings.add("rate-differs", f"declares {what}-rate {text}, but {counted}: both are kept")

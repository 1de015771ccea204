"""Cobertura XML: lines and branches, each counted once however often the classes of a package list it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from readiness.evidence.findings import Findings, plural
from readiness.evidence.intake import Intake
from readiness.evidence.json_values import plain_number
from readiness.evidence.timing import number
from readiness.evidence.union import HIGHEST, note_missing, packed, united
from readiness.evidence.xml import Document
from readiness.model import EvidenceFile, SourceLines

CONDITIONS = re.compile(r"\((\d{1,9})/(\d{1,9})\)", re.ASCII)
DIGITS = re.compile(r"\d{1,20}", re.ASCII)
TOTALS = ("lines-valid", "lines-covered", "line-rate", "branches-valid", "branches-covered", "branch-rate")
"""Attributes of the root that are totals; the others are a time, a version, a complexity."""
BEGINNING = 20_000
"""Bytes in which what stands below the root is looked for."""
MOST = 10_000
"""Branches of one line that are believed."""


@dataclass(slots=True)
class _Listed:
    """What a package lists of one source file."""

    ran: dict[int, bool] = field(default_factory=dict)
    counted: dict[int, tuple[int, int]] = field(default_factory=dict)
    """The branches taken and there, of lines that tell their number."""
    conditions: dict[int, dict[str, bool]] = field(default_factory=dict)
    """The branches of lines that list them one by one."""
    untold: set[int] = field(default_factory=set)
    """Lines that are said to branch."""

    @property
    def branches(self) -> dict[str, bool]:
        """Name of each branch, and whether it was taken; of those that are only counted the first ones were."""
        found = {f"{line}/{at}": at < taken for line, (taken, there) in self.counted.items() for at in range(there)}
        for line, conditions in self.conditions.items():
            if line not in self.counted:
                found |= {f"{line}:{name}": taken for name, taken in conditions.items()}
        return found


@dataclass(slots=True)
class _Report:
    """What all packages list."""

    files: list[SourceLines] = field(default_factory=list)
    lines: int = 0
    """Elements, repeats included: what the file's own totals may count."""
    branches: int = 0
    unreadable: int = 0
    untold: int = 0
    """Lines that branch, of which nothing says which branches were taken."""


def is_cobertura(document: Document) -> bool:
    """True for Cobertura's `coverage`; Clover's root is called so too."""
    holds_packages = b"<packages" in document.content[:BEGINNING]
    return document.tag == "coverage" and ("line-rate" in document.attributes or holds_packages)


def read_cobertura(document: Document, intake: Intake) -> EvidenceFile:
    """Coverage counted from the lines; the file's own rates are kept beside it.

    A line that several classes or methods of a package list counts once: it ran where one of them says so, with the
    most branches taken. One path in two packages may be two files: the reading with the lower rate counts.
    """
    root, findings = document.top, intake.findings
    report = _read(root)
    declared = {name: value for name in TOTALS if (value := number(document.attributes.get(name, ""))) is not None}
    coverage = united([report.files])
    if document.damage and not coverage.lines_valid:
        reason = f"damaged before its first line ({document.damage}); write the report again"
        return intake.rejected(reason, "not-well-formed")
    if document.damage:
        findings.lost("cut-off", f"damaged or cut off ({document.damage}): lines after it are missing")
    if report.unreadable:
        findings.lost("line-unreadable", f"{plural(report.unreadable, 'line')} without number or hits: left out")
    if report.untold:
        message = f"{plural(report.untold, 'line')} with branches, but nothing says which of them were taken"
        findings.lost("lines-missing", message)
    if not coverage.lines_valid and declared.get("lines-valid"):
        findings.lost("no-lines", f"the file declares {declared['lines-valid']:.0f} lines, but lists none")
    else:
        note_missing("line", declared.get("lines-valid"), report.lines, findings)
    note_missing("branch", declared.get("branches-valid"), report.branches, findings)
    _compare("line", document.attributes, coverage.lines_covered, coverage.lines_valid, findings)
    _compare("branch", document.attributes, coverage.branches_covered, coverage.branches_valid, findings)
    return intake.read(
        f"damaged or cut off ({document.damage}); write the report again" if document.damage else "",
        coverage=coverage,
        source_lines=tuple(report.files),
        declared={name: plain_number(value) for name, value in declared.items()},
    )


def _read(root: Element) -> _Report:
    """Package after package, each source file of it once."""
    report = _Report()
    folders = [text for source in root.iterfind("sources/source") if (text := (source.text or "").strip())]
    folder = folders[0] if len(folders) == 1 else ""
    for classes in _packages(root):
        files: dict[str, _Listed] = defaultdict(_Listed)
        for owner in classes:
            _read_class(owner, files[owner.get("filename") or owner.get("name") or ""], report)
        for path, listed in files.items():
            report.untold += len(listed.untold - listed.counted.keys() - listed.conditions.keys())
            report.files.append(packed(path, listed.ran, listed.branches, folder))
    return report


def _packages(root: Element) -> Iterator[list[Element]]:
    """The classes of each package, and those that lie in none."""
    inside = [list(package.iter("class")) for package in root.iter("package")]
    known = {id(owner) for classes in inside for owner in classes}
    return iter([*inside, [owner for owner in root.iter("class") if id(owner) not in known]])


def _read_class(owner: Element, listed: _Listed, report: _Report) -> None:
    """The lines of a class, which stand under it and mostly under its methods once more."""
    elements = {"own": 0, "methods": 0}
    branches = {"own": 0, "methods": 0}
    own = {id(line) for line in owner.iterfind("lines/line")}
    for line in owner.iter("line"):
        place = "own" if id(line) in own else "methods"
        elements[place] += 1
        at, hits = line.get("number", "").strip(), _count(line.get("hits", ""))
        if hits is None or not DIGITS.fullmatch(at) or int(at) > HIGHEST:
            report.unreadable += 1
            continue
        listed.ran[int(at)] = listed.ran.get(int(at), False) or hits > 0
        branches[place] += _read_branches(line, int(at), listed)
    report.lines += max(elements.values())
    report.branches += max(branches.values())


def _read_branches(line: Element, at: int, listed: _Listed) -> int:
    """Note the branches of a line; how many they are."""
    if counted := CONDITIONS.search(line.get("condition-coverage", "")):
        there = min(int(counted[2]), MOST)
        known = listed.counted.get(at, (0, 0))
        listed.counted[at] = max(known[0], min(int(counted[1]), there)), max(known[1], there)
        return there
    conditions = line.findall("conditions/condition")
    told = [_taken(one) for one in conditions]
    if told and None not in told:
        names = [one.get("number", "").strip() for one in conditions]
        if len(set(names)) < len(names) or "" in names:
            names = [str(place) for place in range(len(names))]
        known_names = listed.conditions.setdefault(at, {})
        for name, parts in zip(names, told, strict=True):
            for part, taken in enumerate(parts or ()):
                known_names[f"{name}.{part}"] = known_names.get(f"{name}.{part}", False) or taken
        return sum(len(parts or ()) for parts in told)
    if told or line.get("branch", "").strip().lower() == "true":
        listed.untold.add(at)
    return 0


def _taken(condition: Element) -> tuple[bool, ...] | None:
    """Which branches of a condition were taken: grcov writes 0 or 1 for one branch, Cobertura a share of a jump's two.

    None for anything else, such as the share of a switch, whose branches nothing counts.
    """
    text = condition.get("coverage", "").strip()
    value = number(text.removesuffix("%"))
    if not text.endswith("%"):
        return (value > 0,) if value is not None else None
    jump = condition.get("type", "jump") == "jump" and value in (0, 50, 100)
    return (value >= 50, value >= 100) if jump and value is not None else None


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

"""What suites declare about themselves, compared with what they hold; never used to count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from readiness.evidence.cases import CaseReading
from readiness.evidence.findings import Findings, plural, quoted
from readiness.evidence.wall import Wall
from readiness.model import Outcome

SPELLINGS = {
    "tests": ("tests",),
    "failures": ("failures",),
    "errors": ("errors",),
    "skipped": ("skipped", "skips", "skip", "ignored"),
    "disabled": ("disabled",),
}
Declared = dict[str, int]


@dataclass(slots=True)
class Totals:
    """Counts of what a suite really holds."""

    cases: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    bad_elements: int = 0
    """Failing cases, but each with as many as it has failure and error elements."""
    reruns: int = 0
    run_level: int = 0

    def count(self, reading: CaseReading) -> None:
        """Count one case."""
        self.cases += 1
        outcome = reading.outcome
        if outcome is not Outcome.PASSED:
            self.failed += outcome is Outcome.FAILED
            self.errors += outcome is Outcome.ERROR
            self.skipped += outcome is Outcome.SKIPPED
            bad = outcome in (Outcome.FAILED, Outcome.ERROR)
            self.bad_elements += max(reading.bad_elements, int(bad))
            self.reruns += reading.reruns

    def add(self, other: Totals) -> None:
        """Count a suite inside."""
        self.cases += other.cases
        self.failed += other.failed
        self.errors += other.errors
        self.skipped += other.skipped
        self.bad_elements += other.bad_elements
        self.reruns += other.reruns
        self.run_level += other.run_level


def declared_by(element: Element) -> Declared:
    """The totals that a suite declares, as attributes or (AntUnit) as child elements; what is no number is left out."""
    found: Declared = {}
    for name, spellings in SPELLINGS.items():
        for spelling in spellings:
            text = element.get(spelling) or element.findtext(spelling) or ""
            text = text.strip().replace(",", "")
            if text.isascii() and text.isdigit() and len(text) < 18:
                found[name] = int(text)
                break
    return found


def compare(what: str, declared: Declared, own: Totals, whole: Totals, findings: Findings, line: int) -> None:
    """Note where declared totals and contents disagree.

    `own` counts the suite's direct cases, `whole` those of suites inside too: runners declare either. Failures that
    are declared but not there are a loss; every other difference informs.
    """
    declared_bad = declared.get("failures", 0) + declared.get("errors", 0)
    read_bad = whole.bad_elements + whole.reruns + whole.run_level
    if declared_bad > read_bad:
        findings.add(
            "failures-missing",
            f"{what} declares {plural(declared_bad, 'failing test')}, but holds {read_bad}: the rest is lost",
            line=line,
            loss=True,
        )
    differing = [
        (name, count, getattr(whole, field))
        for name, field, agrees in CHECKS
        if (count := declared.get(name)) is not None
        and not any(agrees(count, totals, declared) for totals in (own, whole))
    ]
    if differing:
        says = ", ".join(f"{name}={count}" for name, count, _ in differing)
        holds = ", ".join(f"{name}={count}" for name, _, count in differing)
        findings.add("totals-differ", f"{what} declares {says}, but holds {holds}: what it holds is counted", line=line)


CHECKS: tuple[tuple[str, str, Callable[[int, Totals, Declared], bool]], ...] = (
    ("tests", "cases", lambda count, read, _: count == read.cases),
    ("failures", "failed", lambda count, read, _: count == read.failed),
    ("errors", "errors", lambda count, read, _: count in (read.errors, read.errors + read.run_level)),
    ("skipped", "skipped", lambda count, read, said: read.skipped in (count, count + said.get("disabled", 0))),
)


def named(element: Element) -> str:
    """The suite as a message names it."""
    name = element.get("name") or ""
    return f"suite {quoted(name, 60)}" if name.strip() else f"an unnamed <{element.tag}>"


def declared_totals(root: Element, wall: Wall) -> dict[str, Any]:
    """The file's own totals and time: the root's, else the sum over the suites directly below it."""
    found: dict[str, Any] = dict(declared_by(root))
    suites = [child for child in root if child.tag == "testsuite"]
    if not found:
        for suite in suites:
            for name, count in declared_by(suite).items():
                found[name] = found.get(name, 0) + count
    return found if wall.seconds is None or wall.at_least else {**found, "time": wall.seconds}

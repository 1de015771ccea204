"""What suites declare about themselves, compared with what they hold; never used to count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from readiness.evidence.cases import ReadCase
from readiness.evidence.findings import Findings, plural, quoted
from readiness.evidence.timing import count
from readiness.evidence.wall import Wall
from readiness.model import Detail, Outcome

SPELLINGS = {
    "tests": ("tests", "total"),
    "failures": ("failures", "failure", "failed", "fail", "fails", "failing"),
    "errors": ("errors", "error", "errored", "broken", "crashed", "aborted"),
    "skipped": ("skipped", "skips", "skip", "ignored", "ignore", "ignores", "notrun", "excluded", "suppressed"),
    "cancelled": ("cancelled", "canceled"),
    "pending": ("pending", "todo", "todos"),
    "disabled": ("disabled",),
    "inconclusive": ("inconclusive", "incomplete", "invalid"),
    "passed": ("passed", "passes", "successes", "successful", "succeeded"),
}
"""What runners call each total: attributes or child elements, in any letter case and with any hyphens."""
NAMES = {spelling: name for name, spellings in SPELLINGS.items() for spelling in spellings}
NOT_PASSED = ("skipped", "cancelled", "pending", "disabled", "inconclusive")
"""Totals of tests that neither passed nor failed: runners that declare several of them count each test in one."""
CONTENTS = frozenset({"testcase", "testsuite", "testsuites", "properties", "system-out", "system-err"})
RESULTS = ("error", "failure", "skipped", "disabled", "ignored")
"""Children of a suite that may be a result, whatever number they hold, where they have attributes."""
Declared = dict[str, int]


@dataclass(slots=True)
class Totals:
    """Counts of what a suite really holds."""

    cases: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    passed: int = 0
    bad_elements: int = 0
    """Failing cases, but each with as many as it has failure and error elements."""
    skips: int = 0
    """Skipped cases, but each case with as many as it has skips: a failing one too, if a subtest of it was skipped."""
    reruns: int = 0
    run_level: int = 0

    def count(self, case: ReadCase) -> None:
        """Count one case."""
        self.cases += 1
        outcome = case.outcome
        if outcome is Outcome.PASSED:
            self.passed += 1
            return
        self.passed += outcome is Outcome.FLAKY
        self.failed += outcome is Outcome.FAILED
        self.errors += outcome is Outcome.ERROR
        self.skipped += outcome is Outcome.SKIPPED
        self.skips += sum(detail.kind == "skipped" for detail in case.details)
        self.bad_elements += max(case.bad_elements, int(outcome.failing))
        self.reruns += case.reruns

    def add(self, other: Totals) -> None:
        """Count a suite inside."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def declared_by(element: Element) -> Declared:
    """The totals that a suite declares, as attributes or (AntUnit) as child elements; what is no number is left out.

    Of several spellings of one total the largest counts.
    """
    said = [*element.items()]
    said += [
        (child.tag, child.text or "")
        for child in element
        if child.tag not in CONTENTS and not len(child) and not (child.attrib and child.tag in RESULTS)
    ]
    found: Declared = {}
    for spelling, text in said:
        name = NAMES.get(spelling.rpartition(":")[2].lower().replace("-", "").replace("_", ""))
        if name and (told := count(text.replace(",", ""))) is not None:
            found[name] = max(told, found.get(name, 0))
    return {name: found[name] for name in SPELLINGS if name in found}


def hidden(declared: Declared, own: Totals, whole: Totals) -> Iterator[tuple[str, str]]:
    """What is declared and not there, so that it may be among the tests that passed: code and words of the loss."""
    bad = declared.get("failures", 0) + declared.get("errors", 0)
    read_bad = whole.bad_elements + whole.reruns + whole.run_level
    if bad > read_bad:
        yield "failures-missing", f"{plural(bad, 'failing test')}, but holds {read_bad}: the rest is lost"
    skips = sum(declared.get(name, 0) for name in NOT_PASSED)
    # One that the runner calls skipped may be read as an error: not run, inconclusive.
    read_skips = whole.skips + max(0, whole.failed + whole.errors - bad)
    if skips > read_skips:
        yield "skips-missing", f"{plural(skips, 'skipped test')}, but holds {read_skips}: the rest is lost"
    passed, read_passed = declared.get("passed"), own.passed or whole.passed
    if passed is not None and passed < read_passed:
        yield "passes-differ", f"{plural(passed, 'passed test')}, but holds {read_passed}: some of them did not pass"
    missing = declared.get("tests", 0) - whole.cases
    if missing > 0 and whole.cases and not {"failures", "errors", "passed"} & declared.keys():
        told = f"{plural(declared['tests'], 'test')} and no failures, but holds {whole.cases}"
        yield "tests-missing", f"{told}: the rest may have failed"


def compare(what: str, declared: Declared, own: Totals, whole: Totals, findings: Findings, line: int) -> None:
    """Note where declared totals and contents disagree.

    `own` counts the suite's direct cases, `whole` those of suites inside too: runners declare either. It is a loss
    where failures or skips could hide: more of them are declared than read, fewer passes, or more tests and nothing
    about failures. Every other difference informs.
    """
    for code, told in hidden(declared, own, whole):
        findings.lost(code, f"{what} declares {told}", line=line)
    differing = [
        (name, count, getattr(whole, field))
        for name, field, agrees in CHECKS
        if (count := declared.get(name)) is not None
        and not any(agrees(count, totals, declared) for totals in (own, whole))
    ]
    if differing:
        says = ", ".join(f"{name}={count}" for name, count, _ in differing)
        holds = ", ".join(f"{name}={count}" for name, _, count in differing)
        findings.add("totals-differ", f"{what} declares {says}, but holds {holds}: its contents are counted", line=line)


CHECKS: tuple[tuple[str, str, Callable[[int, Totals, Declared], bool]], ...] = (
    ("tests", "cases", lambda count, read, _: count == read.cases),
    ("failures", "failed", lambda count, read, _: count in (read.failed, read.bad_elements)),
    ("errors", "errors", lambda count, read, _: count in (read.errors, read.errors + read.run_level)),
    ("skipped", "skipped", lambda count, read, said: read.skipped in (count, sum(said.get(n, 0) for n in NOT_PASSED))),
)


def skip_todo(
    what: str, declared: Declared, own: Totals, instant: list[ReadCase], findings: Findings, line: int
) -> None:
    """Skip what may be a `test.todo`: jest-junit writes it like a pass without a duration, but does not count it.

    `instant` are the cases of the suite that passed within no time. Where they are more than are to do, the file does
    not tell which: none of them is a pass.
    """
    todo = own.passed - (declared.get("tests", 0) - declared.get("failures", 0) - declared.get("skipped", 0))
    if todo <= 0:
        return
    said = f"{what} holds {plural(todo, 'test.todo', 'test.todo')}, which Jest writes as passed"
    if len(instant) < todo:
        findings.lost("todo-hidden", f"{said}: it is unknown which they are", line=line)
        return
    for case in instant:
        case.outcome, case.details = Outcome.SKIPPED, (Detail("skipped", "", "test.todo", ""),)
    own.passed -= len(instant)
    own.skipped += len(instant)
    own.skips += len(instant)
    findings.add("todo-hidden", f"{said}: {plural(len(instant), 'test')} without a duration skipped", line=line)


def named(element: Element) -> str:
    """The suite as a message names it."""
    name = element.get("name") or ""
    return f"suite {quoted(name, 60)}" if name.strip() else f"an unnamed <{element.tag}>"


def declared_totals(root: Element, wall: Wall) -> dict[str, Any]:
    """The file's own totals and time: the root's, else the sum over the suites directly below it."""
    found: Counter[str] = Counter(declared_by(root))
    if not found:
        for suite in root.iterfind("testsuite"):
            found.update(declared_by(suite))
    return dict(found) if wall.seconds is None or wall.at_least else {**found, "time": wall.seconds}

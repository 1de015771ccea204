"""Walks a JUnit tree in the order of the file, at any depth, without recursion, and gathers what it holds.

The walk goes over the elements themselves: junitparser's iteration counts nested cases twice and does not show an
error under a suite. What has been read is freed on the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from junitparser import TestSuite
from junitparser.xunit2 import TestCase

from readiness.evidence.cases import SEPARATOR, Home, ReadCase, run_level_case
from readiness.evidence.findings import Findings, plural
from readiness.evidence.junit_again import told_once
from readiness.evidence.junit_case import ELEMENTS, detail_of, duration, read_case
from readiness.evidence.junit_gathered import Gathered
from readiness.evidence.junit_runners import (
    EMPTY_BY_PROPERTY,
    GO_VERSION,
    STAMPED,
    is_playwright,
    left_out,
    left_out_by_playwright,
    may_be_empty,
    not_begun_by_gtest,
    writer_of,
)
from readiness.evidence.junit_totals import Declared, Totals, compare, declared_by, named, skip_todo
from readiness.evidence.junit_wholes import CLASS, DID_NOT_PASS, mark_describes, stands_for_class, whole_of
from readiness.evidence.nodeids import NAMELESS
from readiness.evidence.timing import count, is_unset, moment
from readiness.evidence.xml import LOCATED, Document
from readiness.model import Detail, Outcome

SUITES = ("testsuite", "testsuites")


class _Case(TestCase):
    """junitparser's TestCase over an element that is there: there can be millions, so it makes none of its own."""

    def __init__(self) -> None:
        """Leave everything to `fromelem`."""


@dataclass(slots=True)
class _Suite:
    """A suite while the walk is inside it."""

    element: Element
    home: Home
    line: int
    writer: str
    """Its runner, where its attributes tell."""
    may_be_empty: bool
    """True where its runner writes suites without tests though nothing is wrong."""
    own: Totals = field(default_factory=Totals)
    whole: Totals = field(default_factory=Totals)
    problems: list[Detail] = field(default_factory=list)
    holds_suites: bool = False
    instant: list[ReadCase] = field(default_factory=list)
    """Of a suite of Jest, the cases that passed within no time, of which some may be `test.todo`."""
    not_begun: int = 0
    """Tests that GoogleTest skipped with the suite."""
    first: int = 0
    """How many cases came before it."""


@dataclass(slots=True)
class _Frame:
    """An element whose children are being read, and the suite it belongs to."""

    element: Element
    children: Iterator[Element]
    suite: _Suite
    direct: bool
    """True where the element is the suite itself."""
    in_case: bool = False
    """True inside a case, where an error is not the suite's."""


class Walk:
    """One walk over one document."""

    def __init__(self, document: Document, findings: Findings) -> None:
        self._document = document
        self._findings = findings
        self._lines = iter(document.lines)
        self._open_cases = [element for element in document.open if element.tag == "testcase"]
        self._playwright = is_playwright(document.attributes)
        self._failing = document.attributes.get("failures", "0") != "0"
        self.gathered = Gathered()

    def run(self) -> Gathered:
        """Read the whole tree, which is empty afterwards."""
        root = self._document.root
        if root is None:
            return self.gathered
        stack = [self._enter(root, None)]
        while stack:
            frame = stack[-1]
            child = next(frame.children, None)
            if child is None:
                stack.pop()
                self._leave(frame, stack[-1].suite if stack else None)
                continue
            if (tail := child.tail) and "/>" in tail:
                self._note_stray_text(frame.suite.line)
            if child.tag == "testcase":
                self._read_case(child, frame.suite)
                if len(child) and any(len(inner) or inner.tag in LOCATED for inner in child):
                    stack.append(_Frame(child, iter(child), frame.suite, direct=False, in_case=True))
                else:
                    child.clear()
            elif child.tag in SUITES:
                stack.append(self._enter(child, frame.suite))
            else:
                if not frame.in_case:
                    self._read_part(child, frame.suite)
                if len(child):
                    stack.append(_Frame(child, iter(child), frame.suite, direct=False, in_case=frame.in_case))
        return self.gathered

    def _enter(self, element: Element, around: _Suite | None) -> _Frame:
        """Begin a suite: its name and host belong to everything inside."""
        path, host = around.home if around is not None else ((), "")
        suite = TestSuite.fromelem(element)
        writer = writer_of(element.attrib) or ("playwright" if self._playwright else "")
        if element.tag == "testsuite":
            self.gathered.suites += 1
            named_so = STAMPED.sub("", suite.name) if writer == "unittest" else suite.name or ""
            path = (*path, named_so) if named_so.strip() else path
        host = suite.hostname or host
        self._note_time(suite.timestamp)
        if suite.hostname:
            self.gathered.properties.note("hostname", suite.hostname)
        line = next(self._lines, 0)
        here = _Suite(element, Home(path, host), line, writer, may_be_empty(element.attrib))
        here.first = len(self.gathered.cases)
        if around is not None:
            around.holds_suites = True
        if "/>" in (element.text or ""):
            self._note_stray_text(line)
        if element.get("time"):
            duration(element, "suite", self._findings, line)
        return _Frame(element, iter(element), here, direct=True)

    def _leave(self, frame: _Frame, around: _Suite | None) -> None:
        """End an element; at the end of a suite compare what it declares with what it held."""
        if not frame.direct:
            frame.element.clear()
            return
        suite = frame.suite
        declared = declared_by(suite.element)
        if suite.writer == "vitest":
            mark_describes(self.gathered.cases[suite.first :])
        if suite.writer == "jest":
            skip_todo(named(suite.element), declared, suite.own, suite.instant, self._findings, suite.line)
        self._tell_once(suite, declared.get("tests", 0))
        suite.whole.add(suite.own)
        self.gathered.declares_tests = max(self.gathered.declares_tests, declared.get("tests", 0))
        if suite.problems:
            self._add_run_level(suite, "(suite error)", tuple(suite.problems))
        if declared:
            what = named(suite.element)
            compare(what, declared, suite.own, suite.whole, self._findings, suite.line)
            if (
                not suite.whole.cases
                and not suite.whole.run_level
                and declared.get("failures", 0) + declared.get("errors", 0)
            ):
                counts = ", ".join(f"{name}={count}" for name, count in declared.items())
                said = f"{what} declares {counts}, but holds no case"
                self._add_run_level(suite, "(failures without cases)", (Detail("error", "", said, ""),))
        if suite.not_begun and not suite.own.failed + suite.own.errors:
            told = f"{named(suite.element)} skipped {plural(suite.not_begun, 'test')} before they began"
            told += ": its SetUpTestSuite failed, or skipped them"
            self._findings.lost("session-incomplete", told, line=suite.line)
        self._note_empty(suite, declared)
        if around is not None:
            around.whole.add(suite.whole)
            suite.element.clear()

    def _tell_once(self, suite: _Suite, declared: int) -> None:
        """Join what is one test and stands twice, in a suite that holds no suites."""
        cases = self.gathered.cases[suite.first :]
        if suite.holds_suites:
            return
        once = told_once(cases, suite.element.attrib, suite.writer, declared)
        if once is not cases:
            self.gathered.cases[suite.first :] = once
            suite.own = Totals()
            for case in once:
                suite.own.count(case)

    def _note_empty(self, suite: _Suite, declared: Declared) -> None:
        """Keep a suite without tests: it did not run, unless its runner writes such suites in good runs too."""
        if suite.whole.cases or suite.whole.run_level:
            return
        if count := declared.get("tests", 0):
            told = f"{named(suite.element)} declares {plural(count, 'test')} but holds none"
            self.gathered.empty.append((told, suite.line, suite.home))
        elif suite.element.tag == "testsuite" and not suite.holds_suites and not suite.may_be_empty:
            told = f"{named(suite.element)} holds no test, though others do"
            self.gathered.empty.append((told, suite.line, suite.home))

    def _read_part(self, child: Element, suite: _Suite) -> None:
        """Read what stands in a suite, outside its cases."""
        tag = child.tag.lower()
        if tag in ("error", "failure"):
            suite.problems.append(detail_of(child, ELEMENTS[tag]))
        elif child.tag != tag and tag in LOCATED:
            told = f"<{child.tag}> is no element of JUnit XML: what it holds is not counted"
            self._findings.lost("damaged-markup", told, line=suite.line)
        elif child.tag == "properties":
            self.gathered.properties.read(child)
            names = {found.get("name") for found in child}
            suite.may_be_empty |= not names.isdisjoint(EMPTY_BY_PROPERTY)
            suite.writer = "go" if GO_VERSION in names else suite.writer

    def _read_case(self, element: Element, suite: _Suite) -> None:
        """Read one case and place it under its class or its suites."""
        line = next(self._lines, 0)
        written = _Case.fromelem(element)  # type: ignore[no-untyped-call]
        case = read_case(element, self._findings, line)
        if self._open_cases and any(element is cut for cut in self._open_cases):
            detail = Detail("error", "", f"the file ends or is damaged within this case ({self._document.damage})", "")
            case.outcome, case.details = Outcome.ERROR, (detail, *case.details)
        elif case.outcome is Outcome.PASSED and (
            told := left_out(element, suite.writer, suite.element.attrib, run_failed=self._failing)
        ):
            self._findings.lost("session-incomplete", told, line=line)
            case.outcome, case.details = Outcome.ERROR, (Detail("error", "", told, ""),)
        elif self._playwright and case.outcome is Outcome.SKIPPED:
            self.gathered.left_out += left_out_by_playwright(element)
        suite.not_begun += case.outcome is Outcome.SKIPPED and not_begun_by_gtest(element)
        suite.own.count(case)
        if case.outcome is Outcome.PASSED and not case.time_s and suite.writer == "jest":
            suite.instant.append(case)
        if len(element) and (properties := element.find("properties")) is not None:
            self.gathered.properties.read(properties, of_case=True)
        if stamp := element.get("timestamp"):
            self._note_time(stamp)
        if "/>" in (element.text or "") or (len(element) and any("/>" in (child.tail or "") for child in element)):
            self._note_stray_text(line)
        group = written.classname
        if not group or group.isspace():
            group = element.get("class", "").strip()
        by_suites = not group
        if by_suites:
            group = "" if case.collection else SEPARATOR.join(suite.home.path)
        name, case.home = written.name, suite.home
        case.file, case.source_line = element.get("file", ""), count(element.get("line", ""), digits=9)
        if case.outcome in DID_NOT_PASS and (
            whole := whole_of(case, name or "", written.classname or "", suite.writer)
        ):
            (group, name), case.collection = whole, True
        elif not by_suites and case.outcome in DID_NOT_PASS and "status" not in element.attrib:
            name = CLASS if name == "" else name
            case.collection |= stands_for_class(name, group)
        if not name or name.isspace():
            name = NAMELESS
        case.name, case.group, case.place = name, group, f"line {line}"
        self.gathered.cases.append(case)
        if not (element.get("name") or "").strip() and suite.writer != "jest":  # Jest takes empty titles
            interrupted = suite.writer == "pytest" and case.outcome is Outcome.ERROR  # told above
            self._note_unnamed(case, element, line, told=interrupted)

    def _note_unnamed(self, case: ReadCase, element: Element, line: int, *, told: bool) -> None:
        """Tell of a case without a name; one that has no class and no result element either may be no test at all."""
        self.gathered.unnamed += 1
        has_class = any(element.get(name, "").strip() for name in ("classname", "class"))
        if has_class or told or any(child.tag in ELEMENTS for child in element):
            self._findings.add("unnamed", "a case has no name", line=line)
        else:
            self.gathered.nameless.append(case)

    def _add_run_level(self, suite: _Suite, name: str, details: tuple[Detail, ...]) -> None:
        """Add an error of the run itself."""
        suite.whole.run_level += len(details)
        outcome = Outcome.ERROR if any(detail.kind == "error" for detail in details) else Outcome.FAILED
        self.gathered.run_level.append(run_level_case(suite.home, name, outcome, details, f"line {suite.line}"))

    def _note_time(self, text: str | None) -> None:
        """Keep the earliest certain timestamp, and the first of those that are not certain."""
        if not text:
            return
        found = moment(text)
        if found is None:
            if not self.gathered.uncertain and not is_unset(text):
                self.gathered.uncertain = text
        elif self.gathered.started is None or found < self.gathered.started:
            self.gathered.started = found

    def _note_stray_text(self, line: int) -> None:
        """Text where only elements belong is what is left of a tag whose `<` was damaged."""
        message = "text stands where only elements belong: a damaged tag, what it said is lost"
        self._findings.lost("damaged-markup", message, line=line)

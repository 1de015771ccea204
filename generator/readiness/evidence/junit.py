"""JUnit XML in all its dialects, from a parsed document to an evidence file."""

import re
from xml.etree.ElementTree import ElementTree

from junitparser import JUnitXml

from readiness.evidence.cases import SEPARATOR, Home, results_of, run_level_case
from readiness.evidence.findings import Findings, plural, quoted
from readiness.evidence.intake import Intake
from readiness.evidence.junit_gathered import Gathered
from readiness.evidence.junit_runners import is_playwright, runner_of
from readiness.evidence.junit_totals import declared_totals
from readiness.evidence.junit_walk import SUITES, Walk
from readiness.evidence.listing import RUNNER
from readiness.evidence.wall import junit_wall
from readiness.evidence.xml import Document
from readiness.model import Detail, EvidenceFile, Outcome

WHOLE_FILE = "archive the whole file as the runner wrote it"
SPOILT_END = re.compile(
    rb"(?:[^\]]\]>|\][^\]]>|\]\][^>])\s*</(?:failure|error|skipped|system-out|system-err|stackTrace)>"
)

NODE_COUNT = re.compile(rb"<!-- (fail|cancelled) (\d{1,9}) -->")
"""How `node --test` ends its report: in comments."""


def is_junit(document: Document) -> bool:
    """True for one suite, or several."""
    return document.tag in SUITES


def read_junit(document: Document, intake: Intake) -> EvidenceFile:
    """Everything a JUnit document holds. A damaged one is read up to the damage."""
    root, findings = document.top, intake.findings
    JUnitXml.fromfile(
        intake.name, parse_func=lambda _: ElementTree(root)
    )  # junitparser's own check that this is a JUnit tree
    wall, runner = junit_wall(root, whole=not document.damage), runner_of(root)
    declared = declared_totals(root, wall)
    _note_swallowed(document.content, findings)
    gathered = Walk(document, findings).run()
    if document.damage and not gathered.cases and not any(case.details for case in gathered.run_level):
        reason = f"not well-formed before its first complete test case ({document.damage}); {WHOLE_FILE}"
        return intake.rejected(reason, "not-well-formed")
    if document.damage:
        _note_damage(document, gathered, findings)
    _note_gaps(document, gathered, findings)
    _note_nameless(gathered, findings)
    _note_comments(document.content, gathered, findings)
    run_level = results_of(gathered.run_level, intake, run_level=True)
    return intake.read(
        f"damaged or cut off ({document.damage}); {WHOLE_FILE}" if document.damage else "",
        suites=gathered.suites,
        cases=len(gathered.cases),
        results=(*results_of(gathered.cases, intake), *run_level),
        silent=_silent(gathered) if gathered.cases and not document.damage else (),
        metrics=gathered.properties.metrics(findings),
        declared=declared,
        environment={**({RUNNER: runner} if runner else {}), **gathered.properties.environment()},
        started=gathered.started,
        wall_s=wall.seconds,
        wall_at_least=wall.at_least,
    )


def _note_damage(document: Document, gathered: Gathered, findings: Findings) -> None:
    """Say that the file is not whole; where no case was open, the early end is an error of its own."""
    message = f"damaged or cut off ({document.damage}): only what stands before is read"
    position = document.damage.rpartition(": ")[2]
    findings.lost("cut-off", message, place=position)
    if not any(element.tag == "testcase" for element in document.open):
        detail = Detail("error", "", message, "")
        place = position.partition(",")[0]
        gathered.run_level.append(run_level_case(Home((), ""), "(early end)", Outcome.ERROR, (detail,), place))


def _note_gaps(document: Document, gathered: Gathered, findings: Findings) -> None:
    """Note what the file leaves open: no case, no certain start, retries that its format cannot show."""
    if not gathered.cases and gathered.declares_tests:
        tests = plural(gathered.declares_tests, "test")
        findings.lost("no-cases", f"the file declares {tests} but contains no test case")
    elif not gathered.cases and not gathered.run_level:
        message = "the file contains no test case and proves nothing; if there was none to run, leave the file out"
        findings.lost("no-cases", message)
    elif not document.damage:
        for what, line, _ in gathered.empty:
            findings.lost("suite-empty", f"{what}: it did not run", line=line)
    if gathered.started is None and gathered.uncertain:
        message = f"timestamp {quoted(gathered.uncertain)} has no certain date, time and zone: the start is unknown"
        findings.add("timestamp", message)
    if gathered.left_out:
        told = f"{plural(gathered.left_out, 'test')} did not run, though nobody skipped them: Playwright ended early"
        findings.lost("session-incomplete", told)
    if is_playwright(document.attributes):
        findings.add("retries-hidden", "Playwright does not write retries: a pass may be a retried one")


def _silent(gathered: Gathered) -> tuple[str, ...]:
    """The suites that did not run; not those around others, which say the same."""
    paths = dict.fromkeys(SEPARATOR.join(home.path) for _, _, home in gathered.empty)
    return tuple(path for path in paths if path and not any(one.startswith(path + SEPARATOR) for one in paths))


def _note_nameless(gathered: Gathered, findings: Findings) -> None:
    """A case without name and class beside others that have one is no pass; where none has one it is told as a loss."""
    for case in gathered.nameless:
        message = "a case has neither name nor class: nothing says what it tested"
        findings.lost("unnamed", message, place=case.place)
        if gathered.unnamed < len(gathered.cases) and case.outcome is Outcome.PASSED:
            case.outcome, case.details = Outcome.ERROR, (Detail("error", "", message, ""),)


def _note_comments(content: bytes, gathered: Gathered, findings: Findings) -> None:
    """Find failures that `node --test` only counts: of a test that has subtests, it writes nothing but those."""
    failing = sum(int(count) for _, count in NODE_COUNT.findall(content[-1000:]))
    if failing and not any(case.bad_elements for case in gathered.cases):
        told = f"node counts {plural(failing, 'failing test')} at the end, but the file holds none: it is lost"
        findings.lost("failures-missing", told)


def _note_swallowed(content: bytes, findings: Findings) -> None:
    """Find CDATA sections whose end was damaged so that they swallowed the cases up to the next one's end."""
    start = content.find(b"<![CDATA[")
    while start >= 0:
        end = content.find(b"]]>", start)
        end = len(content) if end < 0 else end
        spoilt = content.find(b"<testcase", start, end) >= 0 and SPOILT_END.search(content, start, end)
        if spoilt and content.find(b"<testcase", spoilt.end(), end) >= 0:
            line = content.count(b"\n", 0, start) + 1
            findings.lost("damaged-markup", "a CDATA section has swallowed test cases: its end is damaged", line=line)
            return
        start = content.find(b"<![CDATA[", end)

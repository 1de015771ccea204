"""One `<testcase>`: its outcome, every message, its duration.

Each result element is wrapped as junitparser's Failure, Error, Skipped or rerun class. The case's own children are
walked here: TestCase's `result` also finds those of cases nested inside, and its `time` raises on what is no number.
"""

from __future__ import annotations

from typing import NamedTuple
from xml.etree.ElementTree import Element

from junitparser import Error, Failure, Skipped
from junitparser.junitparser import Result
from junitparser.xunit2 import FlakyError, FlakyFailure, RerunError, RerunFailure

from readiness.evidence.cases import KIND, SEVERITY, CaseReading
from readiness.evidence.findings import Findings, quoted
from readiness.evidence.junit_runners import not_run_by_ctest
from readiness.evidence.timing import seconds
from readiness.evidence.wrapping import wrap
from readiness.model import Detail, Outcome


class _Word(NamedTuple):
    """What an element or a status word says."""

    wrapper: type[Result]
    kind: str
    outcome: Outcome


ELEMENTS = {
    "error": _Word(Error, "error", Outcome.ERROR),
    "failure": _Word(Failure, "failure", Outcome.FAILED),
    "skipped": _Word(Skipped, "skipped", Outcome.SKIPPED),
    "disabled": _Word(Skipped, "skipped", Outcome.SKIPPED),
    "ignored": _Word(Skipped, "skipped", Outcome.SKIPPED),
    "flakyFailure": _Word(FlakyFailure, "rerun", Outcome.FLAKY),
    "flakyError": _Word(FlakyError, "rerun", Outcome.FLAKY),
    # A rerun element stands beside a <failure>; where that is missing, no attempt is known to have passed.
    "rerunFailure": _Word(RerunFailure, "rerun", Outcome.FAILED),
    "rerunError": _Word(RerunError, "rerun", Outcome.FAILED),
}
FAILING = ("error", "failure")
PYTEST_TEARDOWN = ("failed on teardown", "test teardown failure")
"""How the message of pytest's error after a test begins, of today's and of old versions."""
NO_RESULT = frozenset(
    {"system-out", "system-err", "properties", "property", "time", "testcase", "testsuite", "testsuites"}
    | {"attachments", "attachment", "description", "steps", "logs", "log", "output", "metadata", "tags", "parameters"}
)
"""Elements of a case that say nothing about its outcome, even when they are empty."""
OUTCOME_WORDS = frozenset(
    {"failed", "fail", "failures", "errors", "errored", "abort", "aborted", "timeout", "timedout", "crash", "crashed"}
    | {"broken", "inconclusive", "incomplete", "warning", "risky", "undefined", "unknown", "killed", "interrupted"}
)
"""Element names that runners use for outcomes of their own: not known here, hence errors."""

PASSED_WORDS = frozenset(
    {"", "passed", "pass", "success", "successful", "succeeded", "ok", "run", "completed", "complete", "executed"}
)
SKIPPED_WORDS = frozenset(
    {"disabled", "notrun", "skipped", "ignored", "suppressed", "skip", "pending", "notexecuted", "excluded", "todo"}
)
FAILED_WORDS = frozenset({"failed", "fail", "failure"})
ERROR_WORDS = frozenset(
    {"error", "errored", "errors", "broken", "aborted", "crashed", "timeout", "timedout", "untested"}
)


def read_case(element: Element, findings: Findings, line: int) -> CaseReading:
    """The outcome of a case: error before failed before skipped before passed, all messages kept."""
    reading = CaseReading(time_s=duration(element, "case", findings, line))
    attributes = element.attrib
    if not len(element) and "status" not in attributes and "result" not in attributes:
        return reading
    said: list[tuple[Outcome, Detail]] = []
    for child in element:
        found = _said_by(child, findings, line)
        if found is not None:
            said.append(found)
            reading.reruns += found[1].kind == "rerun"
            reading.bad_elements += child.tag in ("failure", "error")
            reading.collection |= child.tag == "error" and found[1].message == "collection failure"
            reading.teardown |= child.tag == "error" and found[1].message.startswith(PYTEST_TEARDOWN)
    if reason := not_run_by_ctest(element):
        said.append((Outcome.ERROR, Detail("error", "", f"not run: {reason}", "")))
    for attribute in ("status", "result"):
        word = element.get(attribute)
        if word is not None:
            known = {outcome for outcome, _ in said}
            item = _said_by_word(attribute, word, findings, line, alone=not said)
            if item is not None and item[0] not in known:
                said.append(item)
    if said:
        reading.outcome = max((outcome for outcome, _ in said), key=SEVERITY.__getitem__)
        first = KIND[reading.outcome]
        reading.details = tuple(sorted((detail for _, detail in said), key=lambda detail: detail.kind != first))
    return reading


def _said_by(child: Element, findings: Findings, line: int) -> tuple[Outcome, Detail] | None:
    """The outcome that a child element stands for, or None where it stands for none."""
    tag = child.tag
    word = ELEMENTS.get(tag)
    if word is not None:
        return word.outcome, detail_of(child, word)
    if tag in NO_RESULT:
        return None
    bare = not child.attrib and not len(child) and not (child.text or "").strip()
    inner = next((found.tag for found in child.iter() if found.tag in FAILING), "") if len(child) else ""
    if inner or bare or tag.lower() in OUTCOME_WORDS or "message" in child.attrib or "type" in child.attrib:
        findings.add(
            "unknown-outcome", f"a case holds <{quoted(tag)[1:-1]}>, which is no known outcome: error", line=line
        )
        detail = detail_of(child, ELEMENTS["error"])
        said = f"<{inner}> inside <{tag}>" if inner else f"unknown outcome <{tag}>"
        return Outcome.ERROR, detail._replace(message=detail.message or said)
    return None


def _said_by_word(
    attribute: str, word: str, findings: Findings, line: int, *, alone: bool
) -> tuple[Outcome, Detail] | None:
    """The outcome that a status attribute names, or None for a pass.

    A word that nobody knows is an error where it stands alone; beside a result element it adds nothing.
    """
    plain = "".join(letter for letter in word.lower() if letter.isalnum())
    said = f'{attribute}="{word}"'
    if plain in PASSED_WORDS:
        return None
    if plain in SKIPPED_WORDS:
        return Outcome.SKIPPED, Detail("skipped", "", said, "")
    if plain in FAILED_WORDS:
        return Outcome.FAILED, Detail("failure", "", said, "")
    if plain not in ERROR_WORDS:
        if not alone:
            return None
        findings.add("unknown-outcome", f"a case says {quoted(said)}, which is no known outcome: error", line=line)
    return Outcome.ERROR, Detail("error", "", said, "")


def detail_of(element: Element, word: _Word | None = None) -> Detail:
    """Type, message and text of a result element; the text includes a `<stackTrace>` inside."""
    word = word or ELEMENTS[element.tag]
    result = wrap(word.wrapper, element)
    texts = [result.text or ""]
    if len(element):
        texts.extend(child.text or "" for child in element if child.tag == "stackTrace")
    text = "\n".join(part for part in texts if part.strip()) if len(texts) > 1 else texts[0]
    return Detail(word.kind, result.type or "", result.message or "", text)


def duration(element: Element, noun: str, findings: Findings, line: int) -> float | None:
    """Seconds in the `time` attribute or the `<time>` child, None where unknown; what cannot be believed is noted."""
    text = element.get("time")
    if text is None:
        text = element.findtext("time") if len(element) else None
    if text is None or not text.strip():
        return None
    value = seconds(text)
    if value is None:
        findings.add("time", f"time {quoted(text)} of a {noun} is no plausible number of seconds: unknown", line=line)
    return value

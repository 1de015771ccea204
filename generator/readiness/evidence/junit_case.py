"""One `<testcase>`: its outcome, every message, its duration.

Each result element is wrapped as junitparser's Failure, Error, Skipped or rerun class. The case's own children are
walked here: TestCase's `result` also finds those of cases nested inside, and its `time` raises on what is no number.
"""

from typing import NamedTuple
from xml.etree.ElementTree import Element

from junitparser import Error, Failure, Skipped
from junitparser.junitparser import Result
from junitparser.xunit2 import FlakyError, FlakyFailure, RerunError, RerunFailure

from readiness.evidence.cases import KIND, SEVERITY, ReadCase
from readiness.evidence.findings import Findings, quoted
from readiness.evidence.junit_runners import PYTEST_COLLECTION, failed_as_expected, not_run_by_ctest
from readiness.evidence.timing import seconds
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
CASES = frozenset({"testcase", "testsuite", "testsuites"})
"""Elements inside a case that are read on their own."""
HARMLESS = frozenset(
    {"system-out", "system-err", "stdout", "stderr", "output", "logs", "log", "stacktrace"}
    | {"properties", "property", "metadata", "tags", "tag", "labels", "label", "links", "link", "traits", "trait"}
    | {"parameters", "parameter", "time", "description", "steps", "step"}
    | {"attachments", "attachment", "screenshots", "screenshot"}
)
"""Elements of a case that say nothing about its outcome, in any letter case. Every other one that is not known is an
error: `<skip>`, `<Failure>` and `<failur>` look no different from those that nobody has heard of.
"""
STRUCTURED = frozenset({"properties", "metadata", "tags", "labels", "links", "traits", "parameters", "steps", "step"})
"""Those that hold elements alone: text with the end of a tag is what is left of a result whose `<` was damaged."""

WORDS = {
    word: outcome
    for outcome, words in (
        (Outcome.PASSED, " passed pass success successful succeeded ok run completed complete executed"),
        (Outcome.SKIPPED, "disabled notrun skipped ignored suppressed skip pending notexecuted excluded todo"),
        (Outcome.FAILED, "failed fail failure"),
        (Outcome.ERROR, "error errored errors broken aborted crashed timeout timedout untested"),
    )
    for word in words.split(" ")
}
"""Status words; none at all stands for a pass."""
BAD_WORDS = frozenset(
    {word for word, outcome in WORDS.items() if outcome.failing} | {"undefined", "killed", "interrupted"}
)
"""Status words of a step that cannot stand in a test that passed."""
STATUS = ("status", "result", "outcome")
"""Attributes that hold a status word."""
FLAGS = {
    ("success", "false"): "failed",
    ("passed", "false"): "failed",
    ("failed", "true"): "failed",
    ("error", "true"): "error",
    ("skipped", "true"): "skipped",
    ("ignored", "true"): "skipped",
    ("disabled", "true"): "skipped",
    ("executed", "false"): "skipped",
}
"""Attributes that say yes or no, where that is no pass, and the status word that says the same."""
SAYING = frozenset(STATUS) | {attribute for attribute, _ in FLAGS}


def read_case(element: Element, findings: Findings, line: int) -> ReadCase:
    """The outcome of a case: error before failed before skipped before passed, all messages kept."""
    case = ReadCase(time_s=duration(element, "case", findings, line))
    speaks = not SAYING.isdisjoint(element.keys())
    if not speaks and not len(element) and not element.text:
        return case
    said: list[tuple[Outcome, Detail]] = []
    for child in element:
        found = _said_by(child, findings, line)
        if found is not None:
            said.append(found)
            case.reruns += found[1].kind == "rerun"
            case.bad_elements += child.tag in FAILING
            case.collection |= found[1].message in PYTEST_COLLECTION
            case.teardown |= child.tag == "error" and found[1].message.startswith(PYTEST_TEARDOWN)
    if reason := not_run_by_ctest(element):
        said.append((Outcome.ERROR, Detail("error", "", f"not run: {reason}", "")))
    for attribute, word in _words(element) if speaks else ():
        known = {outcome for outcome, _ in said}
        item = _said_by_word(attribute, word, findings, line, alone=not said)
        if item is not None and item[0] not in known:
            said.append(item)
    if not said and (text := _text_of(element)):
        told = f"a case holds text, {quoted(text, 40)}, an unknown outcome: counted as an error"
        findings.add("unknown-outcome", told, line=line)
        said.append((Outcome.ERROR, Detail("error", "", "text stands where only elements belong", text)))
    if said:
        case.outcome = max((outcome for outcome, _ in said), key=SEVERITY.__getitem__)
        bad = sum(outcome.failing for outcome, _ in said)
        if bad and bad == case.bad_elements and (runner := failed_as_expected(element)):
            case.outcome = Outcome.SKIPPED
            case.bad_elements = 0 if runner == "Catch2" else bad
        first = KIND[case.outcome]
        case.details = tuple(sorted((detail for _, detail in said), key=lambda detail: detail.kind != first))
    return case


def _said_by(child: Element, findings: Findings, line: int) -> tuple[Outcome, Detail] | None:
    """The outcome that a child element stands for, or None where it stands for none."""
    tag = child.tag
    if tag in HARMLESS and not child.attrib and not len(child) and tag not in STRUCTURED:
        return None  # captured output: most cases hold nothing else
    word = ELEMENTS.get(tag)
    if word is not None and (word.outcome.failing or not len(child)):
        return word.outcome, detail_of(child, word)
    odd = _unknown_in(child)
    if odd is None:
        return (word.outcome, detail_of(child, word)) if word is not None else None
    shown = f"<{quoted(odd.tag)[1:-1]}>" + ("" if odd is child else f" inside <{quoted(tag)[1:-1]}>")
    findings.add("unknown-outcome", f"a case holds {shown}, an unknown outcome: counted as an error", line=line)
    telling = next((inner for inner in odd.iter() if inner.tag in FAILING), odd)
    detail = detail_of(telling, ELEMENTS["error"])
    return Outcome.ERROR, detail._replace(message=detail.message or f"unknown outcome {shown}")


def _unknown_in(child: Element) -> Element | None:
    """The first element in document order, the child or one inside it, that is not known to be harmless."""
    inner = [child]
    while inner:
        element = inner.pop()
        if element.tag in CASES:
            continue
        if not (_harmless(element) or (element is child and child.tag in ELEMENTS)):
            return element
        inner.extend(reversed(element))
    return None


def _harmless(element: Element) -> bool:
    """True for an element that says nothing about the outcome, unless a status word at it says that it went wrong."""
    tag = element.tag.lower()
    if tag not in HARMLESS or (tag in STRUCTURED and any("/>" in (text or "") for text in _texts(element))):
        return False
    return tag == "property" or not any(_plain(element.get(name, "")) in BAD_WORDS for name in STATUS)


def _text_of(element: Element) -> str:
    """Text directly in a case, where only elements belong."""
    text = "".join([text or "" for text in _texts(element)])
    return "" if not text or text.isspace() else text.strip()


def _texts(element: Element) -> list[str | None]:
    return [element.text, *[child.tail for child in element]]


def _words(element: Element) -> list[tuple[str, str]]:
    """Every attribute of a case that holds a status word, and those that say no to a pass."""
    words = [(name, word) for name in STATUS if (word := element.get(name)) is not None]
    return words + [(name, word) for (name, value), word in FLAGS.items() if element.get(name, "").lower() == value]


def _said_by_word(
    attribute: str, word: str, findings: Findings, line: int, *, alone: bool
) -> tuple[Outcome, Detail] | None:
    """The outcome that a status attribute names, or None for a pass.

    A word that nobody knows is an error where it stands alone; beside a result element it adds nothing.
    """
    said, outcome = f'{attribute}="{word}"', WORDS.get(_plain(word))
    if outcome is Outcome.PASSED or (outcome is None and not alone):
        return None
    if outcome is None:
        outcome = Outcome.ERROR
        findings.add(
            "unknown-outcome", f"a case says {quoted(said)}, an unknown outcome: counted as an error", line=line
        )
    return outcome, Detail(KIND[outcome], "", said, "")


def _plain(word: str) -> str:
    """A word in lower case, of letters and digits alone: `Timed out` and `TIMED_OUT` are one."""
    return "".join(letter for letter in word.lower() if letter.isalnum())


def detail_of(element: Element, word: _Word | None = None) -> Detail:
    """Type, message and text of a result element; the text includes a `<stackTrace>` inside."""
    word = word or ELEMENTS[element.tag]
    result = word.wrapper.fromelem(element)
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
        findings.add(
            "time", f"time {quoted(text)} of a {noun} is not a plausible number of seconds: ignored", line=line
        )
    return value

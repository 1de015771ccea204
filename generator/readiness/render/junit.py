"""The gate's answer as JUnit XML: a case for each criterion and each blocker that stops the release."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from readiness import phrases
from readiness.archive import utc_text
from readiness.assessment import Blocker, CriterionResult, CriterionState, Kind, ReasonKind
from readiness.phrases import minute, one_line, say, test_name
from readiness.render.pages.inert import visible
from readiness.report import GateResult, Report

_LISTED = 50
"""Tests that are named behind a case."""
_LONGEST = 2_000
"""Characters of a name or message."""


@dataclass(frozen=True)
class _Case:
    group: str
    name: str
    result: str = ""
    """`failure`, `error`, `skipped`; empty where it passed."""
    type: str = ""
    message: str = ""
    tests: tuple[str, ...] = ()


def gate_junit(answer: GateResult) -> str:
    """JUnit XML in plain ASCII, in which something fails or errs exactly where the gate does not say READY."""
    cases = list(_cases(answer))
    count = Counter(case.result for case in cases)
    totals = {"tests": len(cases), "failures": count["failure"], "errors": count["error"], "skipped": count["skipped"]}
    numbers = {name: str(number) for name, number in totals.items()}
    root = ElementTree.Element("testsuites", {"name": "readiness gate", **numbers})
    as_of = utc_text(answer.report.verdict.as_of)
    suite = ElementTree.SubElement(root, "testsuite", {"name": "readiness", **numbers, "timestamp": as_of})
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in _properties(answer):
        ElementTree.SubElement(properties, "property", {"name": name, "value": _text(value)})
    for case in cases:
        _add(suite, case)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="us-ascii", xml_declaration=True)
    return f"{written.decode()}\n"


def _properties(answer: GateResult) -> Iterator[tuple[str, str]]:
    # None of the values may look like a number, which readers would take for a metric.
    yield "readiness.subject", say("release_subject", subject=phrases.subject(answer.report))
    yield "readiness.judged", phrases.judged_by(answer)
    yield "readiness.answer", f"{phrases.headline(answer)} {phrases.when(answer)}"
    for about, note in phrases.notes(answer):
        yield f"readiness.{about}", note
    if answer.link:
        yield "readiness.report", answer.link


def _cases(answer: GateResult) -> Iterator[_Case]:
    found = answer.report
    for result in found.criteria:
        yield _criterion(result)
    yield from _release(found)
    blockers = found.stopping_blockers
    for blocker in blockers:
        yield _blocker(blocker)
    held = {blocker.signature for blocker in blockers if blocker.kind is Kind.GAP}
    for reason in found.verdict.unproven:
        if reason.kind is ReasonKind.EVIDENCE and f"{Kind.GAP.value}:{reason.ref}" not in held:
            text = phrases.reason_text(reason, found)
            yield _Case("readiness.evidence", phrases.reason_name(reason), "error", "unproven", text)
    if answer.overruled:
        told = " ".join(
            note for about, note in phrases.notes(answer) if about in ("withdrawn", "superseded", "siblings")
        )
        yield _Case("readiness.evidence", "run", "error", "overruled", told)
    until = found.verdict.valid_until
    if answer.expired and until:
        yield _Case("readiness.evidence", "age", "error", "expired", say("valid_until", moment=minute(until)))


def _criterion(result: CriterionResult) -> _Case:
    name = f"{result.criterion.id}: {result.criterion.title}"
    if result.state is CriterionState.MET:
        return _Case("readiness.criteria", name)
    stops = {CriterionState.UNMET: "failure", CriterionState.UNPROVEN: "error"}
    outcome = stops[result.state] if result.stops else "skipped"
    told = phrases.how_told(result)
    told = say("waived_how", how=told) if result.waived else told
    aside = {"tier": result.criterion.tier, "state": result.state.value}
    message = told if result.stops else say("criterion_aside", **aside, how=told)
    holders = tuple(test_name(key) for key in result.measured.holders)
    return _Case("readiness.criteria", name, outcome, result.state.value, message, holders)


def _release(found: Report) -> Iterator[_Case]:
    """Items of the checklist and waivers. What stops the release fails as its blocker, where it has one."""
    stops = {one.ref: "error" for one in found.verdict.unproven if one.kind is ReasonKind.CHECKLIST}
    stops |= {one.ref: "failure" for one in found.verdict.blocked if one.kind is ReasonKind.CHECKLIST}
    for item in found.items:
        if item.done:
            yield _Case("readiness.checklist", item.item.title)
        else:
            told = phrases.item_line(item, found)
            outcome = stops.get(item.item.id, "skipped")
            yield _Case("readiness.checklist", item.item.title, outcome, item.state.value, told)
    for one in found.waivers:
        yield _Case("readiness.waivers", phrases.waiver_name(one), "skipped", one.state.value, phrases.waiver_text(one))


def _blocker(blocker: Blocker) -> _Case:
    outcome = "failure" if blocker.blocks else "error"
    since = {"severity": blocker.severity, "state": blocker.state.value, "version": blocker.opened.version}
    message = say("blocker_since", **since, members=phrases.members(blocker))
    tests = tuple(f"{say('state', value=member.word)} {test_name(member.key)}" for member in blocker.members)
    return _Case(
        "readiness.blockers", f"{blocker.id}: {phrases.title_of(blocker)}", outcome, blocker.kind.value, message, tests
    )


def _add(suite: ElementTree.Element, case: _Case) -> None:
    element = ElementTree.SubElement(suite, "testcase", {"classname": case.group, "name": _text(case.name)})
    if case.result:
        told = {"type": case.type, "message": _text(case.message)}
        inside = ElementTree.SubElement(element, case.result, told)
        lines = [_text(name) for name in case.tests[:_LISTED]]
        more = len(case.tests) - len(lines)
        inside.text = "\n".join([_text(case.message), *lines, *([say("and_more", count=more)] if more > 0 else [])])


def _text(text: str) -> str:
    """One line without anything that XML 1.0 cannot hold."""
    return visible(one_line(text, _LONGEST))

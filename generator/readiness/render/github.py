"""The gate's answer as GitHub workflow commands: an annotation for the verdict and one for each reason."""

from __future__ import annotations

from collections.abc import Iterator

from readiness import phrases
from readiness.assessment import Reason, ReasonKind
from readiness.render.answer import Answer
from readiness.render.pages.inert import visible
from readiness.render.phrases import minute, one_line

_LONGEST = 1_000
"""Characters of a message."""


def gate_github(answer: Answer) -> str:
    """A line for each annotation, the verdict first. No text of a run can begin a line or end a property."""
    return "".join(f"{line}\n" for line in _lines(answer))


def _lines(answer: Answer) -> Iterator[str]:
    verdict = answer.assessment.verdict
    level = "notice" if answer.ready else "error"
    report = f" {answer.report}" if answer.report else ""
    without = f" {answer.without_waivers}." if answer.without_waivers else ""
    told = (
        f"{answer.headline} {answer.when}.{without} {answer.summary} {answer.recommendation} ({answer.judged}){report}"
    )
    yield _annotation(level, answer.subject, told)
    for about, note in answer.notes:
        yield _annotation("notice" if about in ("latest", "highest") else "warning", _NOTES[about], note)
    if answer.expired and verdict.valid_until:
        level = "error" if verdict.ready else "warning"
        yield _annotation(level, "Expired", f"It was valid until {minute(verdict.valid_until)}.")
    for level, reasons in (("error", verdict.blocked), ("warning", verdict.unproven), ("notice", verdict.residual)):
        for reason in reasons:
            yield _annotation(level, _title(answer, reason), phrases.reason_text(reason, answer.assessment))


_NOTES = {
    "superseded": "Superseded run",
    "siblings": "Tied runs",
    "latest": "Latest run",
    "highest": "Highest release",
}
_KINDS = {
    ReasonKind.CRITERION: "Criterion",
    ReasonKind.EVIDENCE: "Evidence:",
    ReasonKind.CHECKLIST: "Checklist:",
    ReasonKind.WAIVER: "Waiver of",
}


def _title(answer: Answer, reason: Reason) -> str:
    if reason.kind is ReasonKind.BLOCKER:
        blocker = answer.assessment.blockers[reason.ref]
        return f"Blocker {blocker.id}, {blocker.severity}, {blocker.state.value}"
    return f"{_KINDS[reason.kind]} {phrases.reason_name(reason)}"


def _annotation(level: str, title: str, message: str) -> str:
    return f"::{level} title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    """A message as GitHub's toolkit escapes it; other control characters become symbols."""
    plain = visible(one_line(text, _LONGEST))
    return plain.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property as GitHub's toolkit escapes it."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")

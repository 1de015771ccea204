"""The gate's answer as GitHub workflow commands: an annotation for the verdict and one for each reason."""

from collections.abc import Iterator

from readiness import phrases
from readiness.assessment import Reason, ReasonKind
from readiness.numbers import capital
from readiness.phrases import minute, one_line, say
from readiness.render.pages.inert import visible
from readiness.report import GateResult

_LONGEST = 1_000
"""Characters of a message."""


def gate_github(answer: GateResult) -> str:
    """A line for each annotation, the verdict first. No text of a run can begin a line or end a property."""
    return "".join(f"{line}\n" for line in _lines(answer))


def _lines(answer: GateResult) -> Iterator[str]:
    verdict = answer.report.verdict
    level = "notice" if answer.ready else "error"
    report = f" {answer.link}" if answer.link else ""
    without = phrases.verdict_without(answer.report)
    told = f"{phrases.headline(answer)} {phrases.when(answer)}.{f' {without}.' if without else ''}"
    told += f" {phrases.why(answer)} {phrases.advice(answer)} ({phrases.judged_by(answer)}){report}"
    yield _annotation(level, phrases.subject(answer.report), told)
    if answer.trial and answer.report.changes:
        since = say("new_since", what=phrases.standing_before(answer.report.changes))
        yield from (_annotation(level, since, line) for line in phrases.news(answer.report.changes))
    for about, note in phrases.notes(answer):
        yield _annotation(
            "notice" if about in ("latest", "highest") else "warning", say("other_run", about=about), note
        )
    if answer.expired and verdict.valid_until:
        level = "error" if verdict.ready else "warning"
        expired = capital(say("state", value="expired"))
        yield _annotation(level, expired, say("was_valid_until", moment=minute(verdict.valid_until)))
    for level, reasons in (("error", verdict.blocked), ("warning", verdict.unproven), ("notice", verdict.residual)):
        for reason in reasons:
            yield _annotation(level, _title(answer, reason), phrases.reason_text(reason, answer.report))


def _title(answer: GateResult, reason: Reason) -> str:
    if reason.kind is ReasonKind.BLOCKER:
        blocker = answer.report.blocker_by_id[reason.ref]
        return say("blocker_in_short", id=blocker.id, severity=blocker.severity, state=blocker.state.value)
    return say("reason_titled", kind=reason.kind.value, name=phrases.reason_name(reason))


def _annotation(level: str, title: str, message: str) -> str:
    # The title is a property, of which GitHub's toolkit escapes two signs more.
    escaped = _data(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={escaped}::{_data(message)}"


def _data(text: str) -> str:
    """A message as GitHub's toolkit escapes it; other control characters become symbols."""
    plain = visible(one_line(text, _LONGEST))
    return plain.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

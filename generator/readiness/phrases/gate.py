"""What the gate says of a judgement at the time when it is asked."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.phrases import judgement
from readiness.phrases.places import highest_told, latest_told, siblings_told, superseded_told
from readiness.phrases.plain import minute
from readiness.phrases.wording import say
from readiness.report import GateResult, Report


def subject(report: Report) -> str:
    """Product and version."""
    return f"{report.product or 'Release'} {report.run.version}"


def headline(result: GateResult) -> str:
    """READY, or NOT READY and of which kind."""
    verdict = result.report.verdict
    if verdict.ready and result.overruled:
        return "NOT READY: superseded" if result.place.successors else "NOT READY: disputed"
    if verdict.ready:
        return "NOT READY: expired" if result.expired else "READY"
    return f"NOT READY: {verdict.word.value}"


def when(result: GateResult) -> str:
    """`as of D, valid until E`; of a READY that has expired, since when; of an overruled one, what it was."""
    verdict = result.report.verdict
    if verdict.ready and result.overruled:
        return f"though it was READY as of {minute(verdict.as_of)}"
    if verdict.ready and result.expired and verdict.valid_until:
        return f"since {minute(verdict.valid_until)}; it was READY as of {minute(verdict.as_of)}"
    until = f", valid until {minute(verdict.valid_until)}" if verdict.valid_until else ""
    return f"as of {minute(verdict.as_of)}{until}{' (expired)' if result.expired else ''}"


def judged_by(result: GateResult) -> str:
    """Which run and judgement, and by which policy."""
    report = result.report
    name = "the default policy" if report.default_policy else f"policy {result.policy[:8]}"
    by = f"by {name}" if result.recorded else f"as {name} would have it, which is not recorded"
    return f"run {report.run.id}, judgement {report.judgement.number}, {by}"


def why(result: GateResult) -> str:
    """Why the answer is what it is, in one or two sentences."""
    report = result.report
    summary, until = judgement.summary(report), report.verdict.valid_until
    if not result.expired or until is None:
        return summary
    limits = {*(waiver.limit for waiver in report.waivers), *(item.limit for item in report.items)}
    what = "a waiver or sign-off that it rests on has ended" if until in limits else "this evidence is too old"
    return f"{summary} Since {minute(until)} {what}."


def advice(result: GateResult) -> str:
    """What to do."""
    if result.report.verdict.ready and result.overruled:
        return say("overruled_recommendation")
    if result.report.verdict.ready and result.expired:
        return say("expired_recommendation")
    return judgement.recommendation(result.report)


def notes(result: GateResult) -> Iterator[tuple[str, str]]:
    """(what it is about, a sentence) of each other run that matters."""
    place = result.place
    if place.successors:
        yield "superseded", superseded_told(result.report.judged, place.successors)
    if place.siblings:
        yield "siblings", siblings_told(place.siblings)
    if place.latest:
        yield "latest", latest_told(place.latest)
    if place.highest:
        yield "highest", highest_told(place.highest)

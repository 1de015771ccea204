"""What the gate says of a judgement at the time when it is asked."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.assessment import Verdict
from readiness.phrases import judgement
from readiness.phrases.places import highest_told, latest_told, siblings_told, superseded_told
from readiness.phrases.plain import minute
from readiness.phrases.wording import say
from readiness.report import GateResult, Report


def subject(report: Report) -> str:
    """Product and version."""
    return say("release_name", product=report.product, version=report.run.version)


def headline(result: GateResult) -> str:
    """READY, or NOT READY and of which kind; of files that are not archived, what it would be."""
    verdict = result.report.verdict
    why = "expired" if verdict.ready and result.expired else verdict.word.value
    if verdict.ready and result.overruled:
        place = result.place
        why = "withdrawn" if place.withdrawn else "superseded" if place.successors else "disputed"
    answer = say("answer", why=why)
    return say("would_be", answer=answer) if result.trial else answer


def when(result: GateResult) -> str:
    """`as of D, valid until E`; of a READY that has expired, since when; of an overruled one, what it was."""
    verdict = result.report.verdict
    if verdict.ready and result.overruled:
        return say("overruled", as_of=minute(verdict.as_of))
    if verdict.ready and result.expired and verdict.valid_until:
        return say("expired_since", until=minute(verdict.valid_until), as_of=minute(verdict.as_of))
    return as_of(verdict, expired=result.expired)


def as_of(verdict: Verdict, *, expired: bool = False) -> str:
    """`as of D`, and of a READY `valid until E`."""
    until = minute(verdict.valid_until) if verdict.ready and verdict.valid_until else ""
    return say("as_of_until", as_of=minute(verdict.as_of), until=until, expired=expired)


def judged_by(result: GateResult) -> str:
    """Which run and judgement, and by which policy."""
    report = result.report
    policy = say("policy_named", digest="" if report.default_policy else result.policy[:8])
    if result.trial:
        return say("not_archived", policy=policy)
    run, number = report.run.id, report.judgement.number
    return say("judged_by", run=run, judgement=number, policy=policy, recorded=result.recorded)


def why(result: GateResult) -> str:
    """Why the answer is what it is, in one or two sentences."""
    report = result.report
    summary, until = judgement.summary(report), report.verdict.valid_until
    if not result.expired or until is None:
        return summary
    limits = {*(waiver.limit for waiver in report.waivers), *(item.limit for item in report.items)}
    return say("why_expired", summary=summary, until=minute(until), ended=until in limits)


def advice(result: GateResult) -> str:
    """What to do."""
    if result.report.verdict.ready and result.overruled:
        return say("withdrawn_recommendation" if result.place.withdrawn else "overruled_recommendation")
    if result.report.verdict.ready and result.expired:
        return say("expired_recommendation")
    return judgement.recommendation(result.report)


def notes(result: GateResult) -> Iterator[tuple[str, str]]:
    """(what it is about, a sentence) of each other run that matters."""
    place = result.place
    if place.withdrawn:
        one = place.withdrawn
        yield "withdrawn", say("withdrawn_on", day=minute(one.time), by=one.by, reason=one.reason.rstrip("."))
    if place.successors:
        yield "superseded", superseded_told(result.report.judged, place.successors)
    if place.siblings:
        yield "siblings", siblings_told(place.siblings)
    if place.latest:
        yield "latest", latest_told(place.latest)
    if place.highest:
        yield "highest", highest_told(place.highest)

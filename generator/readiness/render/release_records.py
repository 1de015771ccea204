"""Waivers, checklist and plan as records."""

from __future__ import annotations

from datetime import date as Day  # noqa: N812 - a field is called date
from typing import Literal

from readiness import phrases
from readiness.assessment import Assessment, ItemResult, ItemState, Timeline, WaiverResult, WaiverState
from readiness.assessment.plan import Fix, Span
from readiness.phrases.release import waived
from readiness.policy import Effort
from readiness.render.records import Amount, Moment, Record, Test, tests


class WaiverRecord(Record):
    """A waiver, and whether it waives anything."""

    kind: Literal["blocker", "criterion", "test"]
    target: str
    state: WaiverState
    subject: str
    """Title of the blocker or criterion, label of the test; empty where it is not known."""
    note: str
    reason: str
    ticket: str
    owner: str
    approver: str
    expires: Day
    """The last day on which it holds, in UTC."""
    at_most: Amount | None
    since: Moment
    """End of the first run of the chain whose policy had a waiver of the same target."""
    releases: int
    """In how many releases such a waiver was in force."""

    @classmethod
    def of(cls, result: WaiverResult, found: Assessment) -> WaiverRecord:
        """A waiver as it was judged."""
        waiver, debt = result.waiver, found.debts[result.ref]
        kind, target = waiver.target
        return cls(
            kind=kind,
            target=target,
            state=result.state,
            subject=phrases.said(result.subject),
            note=phrases.told(result.notes),
            reason=waiver.reason,
            ticket=waiver.ticket,
            owner=waiver.owner,
            approver=waiver.approver,
            expires=waiver.expires,
            at_most=Amount.of(waiver.at_most.value, waiver.at_most.unit) if waiver.at_most else None,
            since=debt.since,
            releases=debt.releases,
        )


class SignoffRecord(Record):
    """Who vouches for an item."""

    by: str
    date: Day
    expires: Day | None
    note: str


class ItemRecord(Record):
    """An item of the checklist."""

    id: str
    group: str
    title: str
    state: ItemState
    blocking: bool
    stops: bool
    """True where it keeps the release from being ready."""
    owner: str
    note: str
    signoff: SignoffRecord | None
    tests: tuple[Test, ...]
    """The tests that keep it from being done."""

    @classmethod
    def of(cls, result: ItemResult, found: Assessment) -> ItemRecord:
        """An item as it was judged."""
        item = result.item
        return cls(
            id=item.id,
            group=result.group,
            title=item.title,
            state=result.state,
            blocking=item.blocking,
            stops=result.stops and not waived(result, found),
            owner=item.owner,
            note=phrases.told(result.notes),
            signoff=SignoffRecord(**item.signoff.model_dump()) if item.signoff else None,
            tests=tests(result.holders),
        )


class SpanRecord(Record):
    """From when to when. Days are working days after the judgement; dates are null beyond a century."""

    start_min: float
    end_min: float
    start_max: float
    end_max: float
    begins: Day | None
    soonest: Day | None
    latest: Day | None

    @classmethod
    def of(cls, span: Span) -> SpanRecord:
        """A span."""
        return cls(**{name: getattr(span, name) for name in cls.model_fields})


class FixRecord(Record):
    """Something that has to be mended."""

    blocker: str
    title: str
    fix: str
    owner: str
    effort: Effort | None
    """Working days, fewest and most; null where nobody has estimated it."""
    stream: int | None
    span: SpanRecord | None

    @classmethod
    def of(cls, fix: Fix, stream: int | None = None, span: Span | None = None) -> FixRecord:
        """A fix, and where it stands in the plan."""
        return cls(
            blocker=fix.ref,
            title=phrases.said(fix.title),
            fix=phrases.said(fix.todo),
            owner=fix.owner,
            effort=Effort(min=fix.effort.min, max=fix.effort.max) if fix.effort else None,
            stream=stream,
            span=SpanRecord.of(span) if span else None,
        )


class PhaseRecord(Record):
    """What follows the fixes."""

    name: str
    min: float
    max: float
    span: SpanRecord


class PlanRecord(Record):
    """What has to be mended, in parallel streams, and the phases after it."""

    streams: int
    at_least: bool
    """True where the total is a lower bound, since some fixes have no estimate."""
    fixes: tuple[FixRecord, ...]
    unestimated: tuple[FixRecord, ...]
    phases: tuple[PhaseRecord, ...]
    total: SpanRecord

    @classmethod
    def of(cls, found: Timeline) -> PlanRecord:
        """A plan."""
        return cls(
            streams=found.streams,
            at_least=found.at_least,
            fixes=tuple(FixRecord.of(one.fix, one.stream, one.span) for one in found.fixes),
            unestimated=tuple(FixRecord.of(one) for one in found.unknown),
            phases=tuple(
                PhaseRecord(name=phase.name, min=phase.min, max=phase.max, span=SpanRecord.of(span))
                for phase, span in found.phases
            ),
            total=SpanRecord.of(found.total),
        )

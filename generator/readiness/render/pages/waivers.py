"""Waivers as they stand on a page: what is accepted, until when, by whom, and since when."""

from dataclasses import dataclass

from readiness import phrases
from readiness.assessment import WaiverResult
from readiness.phrases import say
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.dates import day
from readiness.render.pages.evidence_links import linked
from readiness.render.pages.status import Status, waiver_status
from readiness.report import Report


@dataclass(frozen=True)
class WaiverRow:
    """A waiver as it stands in a table."""

    what: Linked
    kind: str
    id: str
    status: Status
    note: str
    reason: str
    by: str
    ticket: str
    until: str
    since: str


@dataclass(frozen=True)
class WaiversView:
    """Every waiver of the policy; `without` is the verdict if nothing were waived, `debt` how old and how many."""

    rows: tuple[WaiverRow, ...]
    without: str
    debt: str


def waivers_view(here: Here, report: Report) -> WaiversView | None:
    """The waivers of a judgement; None where its policy has none."""
    if not report.waivers:
        return None
    return WaiversView(
        tuple(waiver_row(here, report, one) for one in report.waivers),
        phrases.verdict_without(report),
        linked(phrases.waiver_debt(report), here.report_url(report)),
    )


def waiver_row(here: Here, report: Report, result: WaiverResult) -> WaiverRow:
    """One waiver; that of a known blocker links to it."""
    waiver = result.waiver
    kind, target = waiver.target
    subject = phrases.said(result.subject)
    known = kind == "blocker" and target in report.blocker_by_id
    return WaiverRow(
        what=Linked(subject or target, here.blocker_url(target) if known else ""),
        kind=say("about", value=kind),
        id=target if subject not in ("", target) else "",
        status=waiver_status(result),
        note=phrases.told(result.notes),
        reason=waiver.reason,
        by=say("accepted", owner=waiver.owner, approver=waiver.approver),
        ticket=waiver.ticket,
        until=day(waiver.expires),
        since=phrases.waived_since(report, result, day),
    )


def waivers_in_force(here: Here, report: Report) -> tuple[WaiverRow, ...]:
    """The waivers that waive something, for the pages that say it in short."""
    return tuple(waiver_row(here, report, one) for one in report.waivers if one.in_force)

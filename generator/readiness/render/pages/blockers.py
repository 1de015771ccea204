"""Blockers: as a row of a table, the register of all, and the page of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from readiness import numbers, phrases
from readiness.analysis import RunRef
from readiness.assessment import (
    Assessment,
    Blocker,
    BlockerState,
    Kind,
    Member,
    MemberState,
    Requirement,
    TestBlocker,
    open_blockers,
    stopping_blockers,
)
from readiness.phrases.wording import say
from readiness.render import charts
from readiness.render.pages import routes
from readiness.render.pages.context import SiteContext
from readiness.render.pages.failures import anchor, first_line
from readiness.render.pages.inert import Whole
from readiness.render.pages.outdated import outdated
from readiness.render.pages.routes import Linked
from readiness.render.pages.shown import ROWS, TESTS, Shown, fair_limit, first, worst
from readiness.render.pages.status import Status, blocker_status, member_status, severity_status
from readiness.render.pages.trends import blocker_chart
from readiness.render.pages.waivers import waiver_row


@dataclass(frozen=True)
class BlockerRow:
    """A blocker as it stands in a table."""

    id: str
    title: str
    url: str
    note: str
    area: str
    severity: Status
    state: Status
    tests: str
    members: str
    since: str
    is_closed: bool


def blocker_row(context: SiteContext, page: str, blocker: Blocker, at: Assessment) -> BlockerRow:
    """One blocker as `at` sees it."""
    return BlockerRow(
        id=blocker.id,
        title=phrases.title_of(blocker),
        url=context.blocker_url(page, blocker.id),
        note=first_line(_note(blocker)),
        area=blocker.area or "–",
        severity=severity_status(blocker),
        state=blocker_status(blocker, waived=blocker.id in at.granted.blockers),
        tests=numbers.number(len(blocker.members)) if blocker.members else "–",
        members=phrases.members(blocker) if blocker.members else "",
        is_closed=blocker.state is BlockerState.CLOSED,
        since=f"{blocker.opened.version} to {blocker.closed.version}" if blocker.closed else _since(blocker, at),
    )


def standing_apart(assessment: Assessment) -> tuple[list[Blocker], list[Blocker]]:
    """The blockers that stop the release, and those that stand without stopping it."""
    stopping = stopping_blockers(assessment)
    known = {one.id for one in stopping}
    return stopping, [one for one in open_blockers(assessment) if one.id not in known]


def blocker_rows(
    context: SiteContext, page: str, blockers: Sequence[Blocker], at: Assessment, limit: int = ROWS
) -> Shown[BlockerRow]:
    """The first blockers in the given order, as `at` sees them."""
    shown = first(blockers, limit)
    return Shown(tuple(blocker_row(context, page, blocker, at) for blocker in shown), shown.beyond)


def _note(blocker: Blocker) -> str:
    """What the failing tests said; of a blocker without tests, what was measured or is missing."""
    if isinstance(blocker, Requirement):
        return phrases.told(blocker.demand.notes) or phrases.said(blocker.risk)
    return (blocker.cause.message if isinstance(blocker, TestBlocker) else "") or phrases.said(blocker.risk)


def _since(blocker: Blocker, at: Assessment) -> str:
    """How long a blocker has been there: `this run`, `24.2.0, 592 days`, or the version alone on its first day."""
    if blocker.opened.run == at.run.id:
        return "this run"
    days = blocker.age(at.verdict.as_of).days
    return f"{blocker.opened.version}, {numbers.plural(days, 'day')}" if days else blocker.opened.version


def register(context: SiteContext) -> dict[str, Any]:
    """The blocker register: those that stand, then those that are closed, newest first."""
    page, now = routes.BLOCKERS, context.now
    standing = open_blockers(now) if now else []
    known = {one.id for one in standing}
    others = sorted(
        ((blocker, at) for blocker, at in context.blockers.values() if blocker.id not in known),
        key=lambda found: (found[0].opened.time, found[0].id),
        reverse=True,
    )
    # What a judgement found that was replaced since, and what replaced it does not hold, stands nowhere.
    gone = {blocker.id for blocker, at in others if outdated(context, page, at)}
    rows = [blocker_row(context, page, blocker, at) for blocker, at in others]
    return {
        "missing": context.missing,
        "standing": blocker_rows(context, page, standing, now, len(standing)) if now else (),
        "elsewhere": Shown(tuple(row for row in rows if not row.is_closed and row.id not in gone)),
        "gone": Shown(tuple(row for row in rows if not row.is_closed and row.id in gone)),
        "closed": Shown(tuple(row for row in rows if row.is_closed)),
        "now": context.report(page, now) if now else None,
        "chart": blocker_chart(context, page, context.chain) if context.chain else None,
    }


def blocker_view(context: SiteContext, blocker_id: str) -> dict[str, Any]:
    """One blocker: what it is, how it stands, its life line, its tests."""
    page = routes.blocker_page(blocker_id)
    blocker, at = context.blockers[blocker_id]
    members = worst(blocker.members, lambda member: list(MemberState).index(member.state), TESTS)
    limit = fair_limit(len(_text(member)) for member in members)
    judged = {one.run.id: one for one in at.chain()}
    return {
        "row": replace(blocker_row(context, page, blocker, at), note=_note(blocker)),
        "outdated": outdated(context, page, at),
        "title": phrases.title_of(blocker),
        "kind": _KINDS[blocker.kind],
        "age": _age(blocker, at),
        "risk": phrases.said(blocker.risk),
        "fix": phrases.said(blocker.fix),
        "effort": phrases.effort(blocker.effort) if blocker.effort else "",
        "owner": blocker.owner,
        "signature": blocker.signature,
        "frame": blocker.cause.frame.removesuffix("::") if isinstance(blocker, TestBlocker) else "",
        "tests": _tests(blocker),
        "opened": _run(context, page, judged, blocker.opened),
        "reopened": _run(context, page, judged, blocker.reopened) if blocker.reopened else None,
        "closed": _run(context, page, judged, blocker.closed) if blocker.closed else None,
        "at": context.report(page, at),
        "waivers": [waiver_row(context, page, at, one) for one in at.waivers_about.get(blocker_id, ())],
        "last": " or ".join(sorted({_verb(one) for one in members})),
        "members": Shown(tuple(_member(context, page, judged, member, limit) for member in members), members.beyond),
        "chart": _life_line(context, page, blocker_id, at),
    }


_KINDS = {
    Kind.FAILURE: "tests that fail for one cause",
    Kind.COMPONENT: "tests that are skipped because something is missing",
    Kind.CRITERION: "a criterion",
    Kind.GAP: "evidence that is missing",
    Kind.CHECKLIST: "an item of the checklist",
}


def _age(blocker: Blocker, at: Assessment) -> str:
    """How long it has stood, or stood until it was closed, counted from its first opening."""
    end = blocker.closed.time if blocker.closed else at.verdict.as_of
    return say("age", days=blocker.age(end).days)


def _tests(blocker: Blocker) -> str:
    """`4 passed, 1 withdrawn`; tests may have joined since it was opened, when it got its title."""
    if not blocker.members:
        return ""
    opening = sum(member.joined.run == blocker.opened.run for member in blocker.members)
    grown = f"; {numbers.number(opening)} of them since it was opened" if opening < len(blocker.members) else ""
    return phrases.members(blocker) + grown


def _life_line(context: SiteContext, page: str, blocker_id: str, at: Assessment) -> charts.Chart:
    life = [one for one in at.chain() if blocker_id in one.blockers and not _long_closed(one, blocker_id)]
    points = [
        charts.StatePoint(
            label=one.run.manifest.version,
            url=context.report_url(page, one),
            state=one.blockers[blocker_id].state.value,
            note=phrases.members(one.blockers[blocker_id]),
            members=one.blockers[blocker_id].standing,
        )
        for one in life
    ]
    return charts.lifeline(points, id="chart-life-line")


def _long_closed(assessment: Assessment, blocker_id: str) -> bool:
    """True for runs after the one that closed the blocker: its life line ends with the closing."""
    before = assessment.previous.blockers.get(blocker_id) if assessment.previous else None
    closed = BlockerState.CLOSED
    return assessment.blockers[blocker_id].state is closed and before is not None and before.state is closed


def _run(context: SiteContext, page: str, judged: Mapping[str, Assessment], ref: RunRef) -> Linked:
    """A run on the chain, linked to its report as it was judged there."""
    return Linked(ref.version, context.report_url(page, judged[ref.run]) if ref.run in judged else "")


def _verb(member: Member) -> str:
    return "skipped" if member.skipped else "failed"


def _text(member: Member) -> str:
    return member.detail.text or member.detail.message


def _member(
    context: SiteContext, page: str, judged: Mapping[str, Assessment], member: Member, limit: int
) -> dict[str, Any]:
    text = _text(member)
    owed = member.owed if member.state is not MemberState.FAILING else 0
    return {
        "name": member.key.short,
        "group": member.key.place,
        "status": member_status(member),
        "last": _verb(member),
        "reason": phrases.said(member.reason or ""),
        "owed": numbers.plural(owed, "clean pass", "clean passes") if owed else "",
        "message": first_line(member.cause.message),
        "trace": Whole(text[-limit:]),
        "cut": max(0, len(text) - limit),
        "failed": _last_failure(context, page, judged, member),
    }


def _last_failure(context: SiteContext, page: str, judged: Mapping[str, Assessment], member: Member) -> Linked:
    """The run in which a test failed last, linked to that failure in its report where it stands there for sure."""
    found, then = _run(context, page, judged, member.last_failed), judged.get(member.last_failed.run)
    problems = then.facts.problems if then else ()
    is_shown = len(problems) <= TESTS and any(one.key == member.key for one in problems)
    return replace(found, url=f"{found.url}#{anchor(member.key)}") if is_shown else found

"""Blockers: as a row of a table, and the page of one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from readiness import numbers, phrases
from readiness.analysis import RunRef
from readiness.assessment import Blocker, BlockerState, Kind, Member, MemberState, Requirement, TestBlocker
from readiness.phrases import At, say
from readiness.render import charts
from readiness.render.pages import routes
from readiness.render.pages.checkout import from_checkout
from readiness.render.pages.context import Here, Linked, SeenBlocker
from readiness.render.pages.evidence_links import evidence_at
from readiness.render.pages.failures import first_line
from readiness.render.pages.inert import Whole
from readiness.render.pages.related import outdated
from readiness.render.pages.status import Status, blocker_status, member_status, severity_status
from readiness.render.pages.truncated import TESTS, Truncated, fair_limit, worst
from readiness.render.pages.waivers import WaiverRow, waiver_row
from readiness.render.pages.window import WindowView, window_view
from readiness.report import Report


@dataclass(frozen=True)
class BlockerRow:
    """A blocker as it stands in a table."""

    id: str
    title: str
    url: str
    note: str
    label: str
    """The kind of failure, what the tests said where the title names that, or what kind of thing it is."""
    area: str
    owner: str
    severity: Status
    state: Status
    tests: str
    members: str
    since: str
    is_closed: bool


def blocker_row(here: Here, report: Report, blocker: Blocker) -> BlockerRow:
    """One blocker as a judgement sees it."""
    return BlockerRow(
        id=blocker.id,
        title=phrases.title_of(blocker),
        url=here.blocker_url(blocker.id),
        note=first_line(_note(blocker)),
        label=blocker.label or (first_line(_note(blocker)) if blocker.members else _kind(blocker)),
        area=blocker.area,
        owner=blocker.owner,
        severity=severity_status(blocker),
        state=blocker_status(blocker, waived=blocker.id in report.granted.blockers),
        tests=numbers.number(len(blocker.members)) if blocker.members else "–",
        members=phrases.members(blocker) if blocker.members else "",
        is_closed=blocker.state is BlockerState.CLOSED,
        since=_since(report, blocker),
    )


def _kind(blocker: Blocker) -> str:
    return say("blocker_kind", value=blocker.kind.value)


def _note(blocker: Blocker) -> str:
    """What the failing tests said; of a blocker without tests, what was measured or is missing."""
    if isinstance(blocker, Requirement):
        return phrases.told(blocker.demand.notes) or phrases.said(blocker.risk)
    return (blocker.cause.message if isinstance(blocker, TestBlocker) else "") or phrases.said(blocker.risk)


def _since(report: Report, blocker: Blocker) -> str:
    """From when to when, or how long: `this run`, `24.2.0, 592 days`, or the version alone on its first day."""
    if blocker.closed and blocker.closed.version == blocker.opened.version:
        return blocker.opened.version
    if blocker.closed:
        return say("span", first=blocker.opened.version, last=blocker.closed.version)
    if blocker.opened.run == report.run.id:
        return say("this_run")
    return say("open_for", version=blocker.opened.version, days=blocker.age(report.verdict.as_of).days)


@dataclass(frozen=True)
class MemberRow:
    """One test of a blocker."""

    name: str
    group: str
    status: Status
    last: str
    """`failed` or `skipped`: what it did last."""
    reason: str
    owed: int
    """The clean passes it still needs; 0 if it fails."""
    message: str
    trace: Whole
    cut: int
    """Characters of the trace that are not shown."""
    failed: Linked
    """The run in which it failed last."""
    test: str
    """Address of the test on the tests page; empty where there is no script to show it."""


@dataclass(frozen=True)
class BlockerView:
    """One blocker: what it is, its state, its history, its tests."""

    row: BlockerRow
    outdated: Linked | None
    """What replaced the judgement that sees it last."""
    kind: str
    age: str
    """How long it has stood, or stood until it was closed, counted from its first opening."""
    risk: str
    fix: str
    effort: str
    keeps_open: tuple[Linked, ...]
    """The criteria and items that are met when it is closed."""
    signature: str
    frame: str
    """Where its tests fail."""
    tests: str
    """How many tests stand how."""
    opened: Linked
    reopened: Linked | None
    closed: Linked | None
    at: Linked
    """The judgement that sees it like this."""
    waivers: tuple[WaiverRow, ...]
    last: tuple[str, ...]
    """What its tests did last: `failed`, `skipped`."""
    members: Truncated[MemberRow]
    chart: charts.Chart
    """Its history."""
    window: WindowView | None
    """Where to look for what made its tests fail."""


def blocker_view(here: Here, seen: SeenBlocker) -> tuple[BlockerView]:
    """A blocker as the latest judgement that knows it sees it."""
    blocker, report = seen.blocker, seen.report
    members = worst(blocker.members, lambda member: list(MemberState).index(member.state), TESTS)
    limit = fair_limit(len(_text(member)) for member in members)
    chain = here.site.reports.chain_of(report)
    judged = {earlier.run.id: earlier for earlier in chain}
    about = report.waivers_about.get(blocker.id, ())
    view = BlockerView(
        row=replace(blocker_row(here, report, blocker), note=_note(blocker)),
        outdated=outdated(here, report),
        kind=blocker.label or _kind(blocker),
        age=say("age", days=blocker.age(blocker.closed.time if blocker.closed else report.verdict.as_of).days),
        risk=phrases.said(blocker.risk),
        fix=phrases.said(blocker.fix),
        effort=phrases.effort(blocker.effort) if blocker.effort else "",
        keeps_open=kept_open(here, report, blocker),
        signature=blocker.signature,
        frame=blocker.cause.frame.removesuffix("::") if isinstance(blocker, TestBlocker) else "",
        tests=_tests(blocker),
        opened=_run(here, judged, blocker.opened),
        reopened=_run(here, judged, blocker.reopened) if blocker.reopened else None,
        closed=_run(here, judged, blocker.closed) if blocker.closed else None,
        at=here.report(report),
        waivers=tuple(waiver_row(here, report, waiver) for waiver in report.waivers if waiver.ref in about),
        last=tuple(sorted({_verb(member) for member in members})),
        members=members.of(lambda member: _member(here, judged, member, limit)),
        chart=_history(here, chain, blocker.id),
        window=window_view(here, judged, blocker),
    )
    return (view,)


def kept_open(here: Here, report: Report, blocker: Blocker) -> tuple[Linked, ...]:
    """The criteria and items that are met when it is closed, linked to their place in the report."""
    places = {Kind.CRITERION: At.CRITERIA, Kind.CHECKLIST: At.CHECKLIST}
    url, titles = here.report_url(report), phrases.kept_open(blocker, report)
    kept = zip(blocker.keeps_open, titles, strict=True)
    return tuple(Linked(title, evidence_at(url, places[one.kind])) for one, title in kept)


def _tests(blocker: Blocker) -> str:
    """`4 passed, 1 withdrawn`; tests may have joined since it was opened, when it got its title."""
    if not blocker.members:
        return ""
    opening = sum(member.joined.run == blocker.opened.run for member in blocker.members)
    standing = phrases.members(blocker)
    return say("joined_since", standing=standing, opening=opening) if opening < len(blocker.members) else standing


def _history(here: Here, chain: Iterable[Report], name: str) -> charts.Chart:
    life = [(report, report.blocker_by_id[name]) for report in chain if name in report.blocker_by_id]
    points = [
        charts.StatePoint(*here.point(report), blocker.state.value, phrases.members(blocker), blocker.standing)
        for report, blocker in life
    ]
    return charts.lifeline(points)


def _run(here: Here, judged: Mapping[str, Report], ref: RunRef) -> Linked:
    """A run on the chain, linked to its report as it was judged there."""
    return Linked(ref.version, here.report_url(judged[ref.run]) if ref.run in judged else "")


def _verb(member: Member) -> str:
    return "skipped" if member.skipped else "failed"


def _text(member: Member) -> str:
    return member.detail.text or member.detail.message


def _member(here: Here, judged: Mapping[str, Report], member: Member, limit: int) -> MemberRow:
    text = from_checkout(_text(member), member.key, member.file)
    owed = member.owed if member.state is not MemberState.FAILING else 0
    return MemberRow(
        name=member.key.short,
        group=" · ".join(filter(None, (member.key.place, member.key.variant))),
        status=member_status(member),
        last=_verb(member),
        reason=phrases.said(member.reason),
        owed=owed,
        message=first_line(member.cause.message),
        trace=Whole(text[-limit:]),
        cut=max(0, len(text) - limit),
        failed=_last_failure(here, judged, member),
        test=here.test_url(member.key),
    )


def _last_failure(here: Here, judged: Mapping[str, Report], member: Member) -> Linked:
    """The run in which a test failed last, linked to that failure in its report where it stands there for sure."""
    found, then = _run(here, judged, member.last_failed), judged.get(member.last_failed.run)
    problems = then.facts.problems if then else ()
    is_shown = len(problems) <= TESTS and any(one.key == member.key for one in problems)
    return replace(found, url=f"{found.url}#{routes.test_anchor(member.key)}") if is_shown and found.url else found

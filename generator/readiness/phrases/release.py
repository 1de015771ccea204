"""What is said on the day of the release: waivers, checklist and plan; sentences are worded in `words.jinja`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date

from readiness.assessment import Fix, ItemResult, ItemState, Kind, Planned, Span, Timeline, WaiverResult, WaiverState
from readiness.phrases.kept import blocked_by
from readiness.phrases.verdicts import verdict_word
from readiness.phrases.wording import At, Day, Number, Sentence, said, say, told
from readiness.policy import Effort, Quantity, Waiver
from readiness.report import Report
from readiness.shorten import NAME, short


def waivers_behind(found: Report) -> int:
    """How many waivers are in force where a READY would be none without all of them; else 0."""
    if not found.verdict.ready or found.unwaived.ready:
        return 0
    return sum(one.in_force for one in found.waivers)


def verdict_without(found: Report) -> str:
    """`Without waivers: NOT READY: BLOCKED`; empty where none is in force."""
    if not any(one.in_force for one in found.waivers):
        return ""
    return say("verdict_without", verdict=verdict_word(found.unwaived.word))


def waiver_debt(found: Report) -> str:
    """How many waivers there are, how old the oldest is, and how often the same risk was put off."""
    if not found.waivers:
        return ""
    debts = found.debts
    own = [debts[one.ref] for one in found.waivers]
    age = (found.verdict.as_of - min(one.since for one in own)).days
    most = max(one.releases for one in own)
    count = Number(len(own), At.WAIVERS)
    return say("waiver_debt", count=count, standing=_standing(found.waivers), days=age, releases=most)


def waived_since(found: Report, waiver: WaiverResult, written: Callable[[date], str] = str) -> str:
    """`since 2025-01-01, in 2 releases`; `written` words the day."""
    debt = found.debts[waiver.ref]
    return say("waived_since", day=written(debt.since.date()), releases=debt.releases)


def waiver_name(waiver: WaiverResult) -> str:
    """`B-ABCDEF, Test fails: test_pay`."""
    target, subject = waiver.waiver.target[1], short(said(waiver.subject), NAME)
    return target if subject in ("", target) else f"{target}, {subject}"


def waiver_text(result: WaiverResult) -> str:
    """What is accepted, until when, and by whom; or why it waives nothing."""
    waiver, name, stands = result.waiver, waiver_name(result), told(result.notes)
    if not result.in_force:
        return say("waiver_idle", name=name, note=stands)
    who, until = answering(waiver), Day(str(waiver.expires))
    return say("waiver_in_force", name=name, note=stands, who=who, until=until, reason=waiver.reason)


def answering(waiver: Waiver) -> Sentence:
    """`owner kim, approved by lee, T-1`: who answers for it, and where."""
    return say("answering", owner=waiver.owner, approver=waiver.approver, ticket=waiver.ticket)


def _standing(results: Collection[WaiverResult]) -> tuple[tuple[Number, str], ...]:
    counts = ((Number(sum(one.state is state for one in results)), state.value) for state in WaiverState)
    return tuple(found for found in counts if found[0])


def item_text(result: ItemResult) -> str:
    """Title, state and notes."""
    state = say("state", value=result.state.value)
    return say("item", title=result.item.title, state=state, note=told(result.notes))


def waiver_lines(found: Report) -> Iterator[str]:
    """Every waiver in a line: state, what, why, since when."""
    for one in found.waivers:
        yield say("waiver_line", state=one.state.value, text=waiver_text(one), since=waived_since(found, one))


def item_state(item: ItemResult, found: Report) -> str:
    """The item's state as it is shown."""
    state = say("state", value=item.state.value)
    return say("state_waived", state=state) if waived(item, found) else state


def waived(item: ItemResult, found: Report) -> bool:
    """True for an item that stops nothing because of waivers."""
    return not item.done and item.item.blocking and item.item.id in found.granted.items


def item_line(item: ItemResult, found: Report) -> str:
    """`The backup was restored: done (signed off by kim on 2025-08-01)`."""
    owner = say("owner_of", name=item.item.owner) if item.item.owner else ""
    own = found.own_blocker(Kind.CHECKLIST, item.item.id)
    held = "" if own else blocked_by(Kind.CHECKLIST, item.item.id, found)
    parts = filter(None, (told(item.notes), "" if item.item.blocking else say("does_not_block"), owner, held))
    return say("item", title=item.item.title, state=item_state(item, found), note="; ".join(parts))


def checklist_summary(found: Report) -> str:
    """`3 of 5 items done, 1 not done, 1 expired; 1 of them is claimed, without evidence.`."""
    items = found.items
    if not items:
        return ""
    done = sum(one.done for one in items)
    counts = (
        (sum(one.state is state for one in items), state.value) for state in ItemState if state is not ItemState.DONE
    )
    others = tuple((Number(count), state) for count, state in counts if count)
    claimed = sum(one.claimed for one in items)
    return say("checklist_summary", done=done, items=Number(len(items), At.CHECKLIST), others=others, claimed=claimed)


def days(effort: Effort | Span) -> str:
    """`1 to 2 days`, `1 day`."""
    least, most = (effort.min, effort.max) if isinstance(effort, Effort) else (effort.end_min, effort.end_max)
    return say("days", least=f"{least:g}", most=f"{most:g}")


def period(amount: Quantity) -> str:
    """`90 days`; another unit as it was written."""
    return (
        say("days", least=f"{float(amount.value):g}", most=f"{float(amount.value):g}")
        if amount.unit == "d"
        else amount.text
    )


def on(day: date | None, told: Callable[[date], str] = date.isoformat) -> str:
    """A date, as in terminals unless `told` otherwise; one that lies too far away is not told."""
    return told(day) if day else say("beyond_a_century")


def ends(span: Span, told: Callable[[date], str] = date.isoformat) -> str:
    """`2025-09-05 to 2025-09-11`: the day on which it ends, at the soonest and at the latest."""
    soonest, latest = on(span.soonest, told), on(span.latest, told)
    first, last = span.soonest, span.latest
    if told is not date.isoformat and first and last and (first.year, first.month) == (last.year, last.month):
        soonest = soonest if first == last else str(first.day)
    return soonest if span.soonest == span.latest else say("span", first=soonest, last=latest)


def ready_by(found: Timeline, told: Callable[[date], str]) -> str:
    """When everything is done, as far as it is estimated; empty where nothing is."""
    if not (found.fixes or found.phases):
        return ""
    return say("ready_by", ends=ends(found.total, told), unknown=Number(len(found.unknown), At.PLAN))


def plan_summary(found: Timeline, told: Callable[[date], str] = date.isoformat) -> str:
    """How long it takes, until when, and what nobody has estimated."""
    unknown = len(found.unknown)
    if not found.fixes and not found.phases:
        return say("work_unknown", unknown=Number(unknown, At.PLAN)) if unknown else say("no_work_left")
    return say(
        "work_left",
        days=days(found.total),
        fixes=Number(len(found.fixes), At.PLAN),
        phases=len(found.phases),
        streams=found.streams,
        ends=ends(found.total, told),
        unknown=Number(unknown, At.PLAN),
    )


def plan_lines(found: Timeline) -> Iterator[str]:
    """Fixes, phases, and what nobody has estimated, a line each."""
    for one in found.fixes:
        stream = one.stream if found.streams > 1 else 0
        yield say("plan_fix", fix=_fix(one.fix), takes=_took(one), stream=stream, ends=ends(one.span))
    for phase, span in found.phases:
        yield say("plan_phase", name=phase.name, takes=days(phase), ends=ends(span))
    for fix in found.unknown:
        yield say("plan_unknown", fix=_fix(fix))


def _fix(fix: Fix) -> str:
    return f"{fix.ref}  {short(said(fix.title), NAME)}: {said(fix.todo) or say('fix_it')}".rstrip(".") + ","


def _took(planned: Planned) -> str:
    assert planned.fix.effort is not None
    return days(planned.fix.effort)

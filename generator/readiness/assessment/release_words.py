"""The sentences for the day of the release: waivers, checklist and plan; plain text, in one place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from readiness.assessment.blockers import Blocker
from readiness.assessment.checklist import ItemResult, ItemState
from readiness.assessment.numbers import number, plural
from readiness.assessment.plan import Fix, Planned, Span, Timeline
from readiness.assessment.record import Assessment
from readiness.assessment.waivers import WaiverResult, standing_of
from readiness.assessment.words import verdict_word
from readiness.policy import Effort


def verdict_without(found: Assessment) -> str:
    """`Without waivers: NOT READY: BLOCKED`; empty where none is in force."""
    if not any(one.in_force for one in found.waivers):
        return ""
    return f"Without waivers: {verdict_word(found.unwaived.word)}"


def waiver_debt(found: Assessment) -> str:
    """How many waivers there are, how old the oldest is, and how often the same risk was put off."""
    if not found.waivers:
        return ""
    debts = found.debts
    own = [debts[one.ref] for one in found.waivers]
    age = (found.verdict.as_of - min(one.since for one in own)).days
    most = max(one.releases for one in own)
    again = f"; the same risk was waived in up to {plural(most, 'release')}" if most > 1 else ""
    counted = f"{plural(len(own), 'waiver')}, {standing_of(found.waivers)}"
    return f"{counted}; the oldest goes back {plural(age, 'day')}{again}."


def waived_since(found: Assessment, waiver: WaiverResult) -> str:
    """`since 2025-01-01, in 2 releases`."""
    debt = found.debts[waiver.ref]
    return f"since {debt.since:%Y-%m-%d}, in force in {plural(debt.releases, 'release')}"


def waiver_lines(found: Assessment) -> Iterator[str]:
    """Every waiver in a line: state, what, why, since when."""
    for one in found.waivers:
        yield f"{one.state.value}: {one.text} ({waived_since(found, one)})"


def item_state(item: ItemResult, found: Assessment) -> str:
    """The item's state as it is shown."""
    return f"{item.state.value}, waived" if waived(item, found) else item.state.value


def waived(item: ItemResult, found: Assessment) -> bool:
    """True for an item that stops nothing because of waivers."""
    if item.done:
        return False
    blocker = blocker_of(item, found)
    return blocker is not None and blocker.id in found.granted.blockers


def blocker_of(item: ItemResult, found: Assessment) -> Blocker | None:
    """The blocker that an item has opened, once in the chain."""
    return next((one for one in found.blockers.values() if one.signature == f"checklist:{item.item.id}"), None)


def item_line(item: ItemResult, found: Assessment) -> str:
    """`The backup was restored: done (signed off by kim on 2025-08-01)`."""
    owner = f"owner {item.item.owner}" if item.item.owner else ""
    told = [one for one in (item.note, "" if item.item.blocking else "does not block", owner) if one]
    return f"{item.item.title}: {item_state(item, found)}" + (f" ({'; '.join(told)})" if told else "")


def checklist_summary(found: Assessment) -> str:
    """`3 of 5 items done, 1 not done, 1 expired; 1 of them is claimed, without evidence.`."""
    items = found.items
    if not items:
        return ""
    done = sum(one.done for one in items)
    counts = ((state, sum(one.state is state for one in items)) for state in ItemState if state is not ItemState.DONE)
    parts = [f"{number(done)} of {plural(len(items), 'item')} done"]
    parts += [f"{number(count)} {state.value}" for state, count in counts if count]
    claimed = sum(one.claimed for one in items)
    more = f"; {number(claimed)} of those done rest{'s' if claimed == 1 else ''} on a sign-off alone" if claimed else ""
    return f"{', '.join(parts)}{more}."


def days(effort: Effort | Span) -> str:
    """`1 to 2 days`, `1 day`."""
    least, most = (effort.min, effort.max) if isinstance(effort, Effort) else (effort.end_min, effort.end_max)
    if least == most:
        return f"{least:g} {'day' if least == 1 else 'days'}"
    return f"{least:g} to {most:g} {'day' if most == 1 else 'days'}"


def on(day: date | None) -> str:
    """A date; one that lies too far away is not told."""
    return f"{day:%Y-%m-%d}" if day else "beyond a century"


def ends(span: Span) -> str:
    """`2025-09-05 to 2025-09-11`: the day on which it ends, at the soonest and at the latest."""
    return on(span.soonest) if span.soonest == span.latest else f"{on(span.soonest)} to {on(span.latest)}"


def plan_summary(found: Timeline) -> str:
    """How long it takes, until when, and what nobody has estimated."""
    known = len(found.fixes)
    parts = []
    if known or found.phases:
        bound = "At least " if found.at_least else ""
        what = [plural(known, "fix", "fixes")] if known else []
        what += [plural(len(found.phases), "phase")] if found.phases else []
        streams = f" in {plural(found.streams, 'stream')}" if found.streams > 1 else ""
        took = days(found.total)
        parts.append(f"{bound}{took} of work for {' and '.join(what)}{streams}: done {ends(found.total)}")
    if found.unknown:
        told = f"{plural(len(found.unknown), 'fix', 'fixes')} without an estimate"
        parts.append(f"{told}, so these are lower bounds" if parts else f"{told}: no date can be told")
    return f"{'; '.join(parts)}." if parts else "Nothing is left to do."


def plan_lines(found: Timeline) -> Iterator[str]:
    """Fixes, phases, and what nobody has estimated, a line each."""
    for one in found.fixes:
        stream = f", stream {one.stream}" if found.streams > 1 else ""
        yield f"{_fix(one.fix)} {_took(one)}{stream}, done {ends(one.span)}"
    for phase, span in found.phases:
        yield f"Then {phase.name}: {days(phase)}, done {ends(span)}"
    for fix in found.unknown:
        yield f"{_fix(fix)} without an estimate"


def _fix(fix: Fix) -> str:
    return f"{fix.ref}  {fix.title}: {fix.todo or 'mend it'}".rstrip(".") + ","


def _took(planned: Planned) -> str:
    assert planned.fix.effort is not None
    return days(planned.fix.effort)

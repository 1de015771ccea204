"""Next steps: each open blocker as a card in the order to fix them, with everything that is known of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from readiness import phrases
from readiness.assessment import Blocker, MemberState, Planned, Requirement
from readiness.phrases import Sentence, say
from readiness.render.pages.blockers import BlockerRow, blocker_row, kept_open
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.dates import day
from readiness.render.pages.failures import FailureView, failures_of
from readiness.render.pages.status import member_status
from readiness.render.pages.truncated import ROWS, TESTS, Truncated, first
from readiness.report import Report


@dataclass(frozen=True)
class Card:
    """One open blocker: what, where, whose, by when, and how it is fixed."""

    row: BlockerRow
    said: str
    """What the tests said, or what was measured, where the title does not hold it."""
    fix: str
    facts: tuple[tuple[str, str], ...]
    """(term, value): owner, due, effort."""
    risk: str
    keeps_open: tuple[Linked, ...]
    """The criteria and items that are met when it is closed."""
    failures: Truncated[FailureView]
    """Its failing tests."""
    without: Truncated[str]
    """Its other tests that are not settled, each with what became of it."""


@dataclass(frozen=True)
class NextSteps:
    """What is left to do until the release is READY, and what is open without blocking it."""

    stopping: Truncated[Card]
    rest: Truncated[tuple[str, Sentence]]
    """(what, what to do) of all that is no blocker."""
    others: Truncated[Card]


def next_steps(here: Here, report: Report, limit: int = ROWS, *, short: bool = False) -> NextSteps:
    """The cards of a judgement; `short` ones without risk, tests and what else they keep open."""
    stopping = first(report.stopping_blockers, limit)
    others = first([one for one in report.open_blockers if one.id not in report.stopping], limit)
    failures = {} if short else failures_of(here, report, [*stopping, *others])
    card = partial(_card, here, report, failures, _planned(report), short=short)
    rest = [step for step in report.steps if step.ref not in report.blocker_by_id]
    todo = first(rest, limit).of(lambda step: (phrases.said(step.title), phrases.said(step.todo)))
    return NextSteps(stopping.of(card), todo, others.of(card))


def owner_and_due(report: Report, blocker: Blocker) -> str:
    """`kim, due 12 August 2025`; `Unassigned`."""
    planned = _planned(report).get(blocker.id)
    due = day(planned.span.latest) if planned and planned.span.latest else ""
    return say("owner_and_due", owner=blocker.owner, due=due)


def _planned(report: Report) -> Mapping[str, Planned]:
    """Id of a blocker -> the fix that the plan has for it."""
    fixes = report.plan.fixes if report.plan else ()
    return {ref: fix for fix in fixes for ref in fix.fix.refs}


def _card(
    here: Here,
    report: Report,
    failures: Mapping[str, Truncated[FailureView]],
    planned: Mapping[str, Planned],
    blocker: Blocker,
    *,
    short: bool,
) -> Card:
    row = blocker_row(here, report, blocker)
    return Card(
        row=row,
        said="" if row.note in (row.title, row.label) or row.note in row.title else row.note,
        fix=phrases.said(blocker.demand.fix if isinstance(blocker, Requirement) else blocker.fix),
        facts=tuple((term, value) for term, value in _facts(blocker, planned.get(blocker.id), short=short) if value),
        risk="" if short else phrases.said(blocker.risk),
        keeps_open=() if short else kept_open(here, report, blocker),
        failures=failures.get(blocker.id, Truncated(())),
        without=Truncated(()) if short else _without(blocker),
    )


def _facts(blocker: Blocker, planned: Planned | None, *, short: bool) -> Iterator[tuple[str, str]]:
    yield say("owner"), blocker.owner or say("no_owner")
    if planned and planned.span.latest:
        yield say("due"), day(planned.span.latest)
    if not short:
        yield say("effort"), phrases.effort(blocker.effort) if blocker.effort else ""


def _without(blocker: Blocker) -> Truncated[str]:
    """`tests.test_app::a: skipped, docker is not available`."""
    left = [one for one in blocker.members if one.skipped or one.state in _UNSETTLED]
    return first(left, TESTS).of(
        lambda one: say(
            "test_left", test=phrases.test_name(one.key), state=member_status(one).word, why=phrases.said(one.reason)
        )
    )


_UNSETTLED = (MemberState.UNVERIFIED, MemberState.OBSERVING)

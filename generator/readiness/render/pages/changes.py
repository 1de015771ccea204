"""What changed between two judgements: what turned the verdict, apart from the policy, and lists of tests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readiness import phrases
from readiness.analysis import Comparison, Slower
from readiness.assessment import BlockerState, Changes, Judged, Moved, Word
from readiness.model import TestKey
from readiness.phrases import Sentence, amendments, say
from readiness.render.pages import routes
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.status import (
    Status,
    StatusRow,
    blocker_status,
    criterion_status,
    item_status,
    waiver_status,
)
from readiness.render.pages.truncated import Truncated, first

LIST_LIMIT = 50
"""Tests that a list names before it says how many more there are."""


@dataclass(frozen=True)
class TestList:
    """Some tests under a heading."""

    __test__ = False

    title: str
    count: int
    tests: Truncated[str]


@dataclass(frozen=True)
class ChangesView:
    """What changed since an earlier judgement."""

    since: Linked
    ready: bool
    """True where that one was READY without waivers."""
    verdict: Sentence | None
    """How the verdict turned."""
    turns: tuple[StatusRow, ...]
    """Criteria, blockers, items and waivers that stand otherwise than before."""
    policy: tuple[Sentence, ...]
    """What the policy says otherwise."""
    lists: tuple[TestList, ...]


def named(title: Sentence, keys: Sequence[TestKey]) -> TestList:
    """A list that names the first tests and counts the rest."""
    return TestList(title, len(keys), first(keys, LIST_LIMIT).of(phrases.test_name))


def changes_view(here: Here, changes: Changes | None) -> ChangesView | None:
    """The changes; None of nothing."""
    if changes is None:
        return None
    before, now = changes.before, changes.now
    return ChangesView(
        since=here.report_before(before, now),
        ready=before.unwaived is Word.READY,
        verdict=say("verdict_turned", before=_verdict(before), now=_verdict(now)) if changes.verdict else None,
        turns=(*_criteria(changes), *_blockers(here, changes), *_items(changes), *_waivers(changes)),
        policy=amendments(changes.policy),
        lists=tuple(_changed_tests(changes.tests)) if changes.tests else (),
    )


def _verdict(found: Judged) -> str:
    """`Ready`, `Not ready (blocked)`."""
    sort = say("sort", verdict=found.verdict.value)
    return say("headline_and_sort", headline=phrases.headline_word(found.verdict), sort=sort)


def _criteria(found: Changes) -> Iterator[StatusRow]:
    for one in found.turned:
        # Of one that only one of the policies names, the change of the policy tells.
        if one.before and one.now:
            values = {"before": phrases.actual(one.before.measured), "now": phrases.actual(one.now.measured)}
            note = say("criterion_was", state=phrases.state_value(one.before), **values, by_policy=one.by_policy)
            yield StatusRow(criterion_status(one.now), Linked(one.now.criterion.title), note)


def _blockers(here: Here, found: Changes) -> Iterator[StatusRow]:
    """The blockers that moved, the worst first."""

    def badness(one: Moved) -> tuple[int, str, str]:
        state, title = one.blocker.state, phrases.title_of(one.blocker)
        return [*BlockerState].index(state), title, one.blocker.id

    shown = first(sorted(found.moved, key=badness), LIST_LIMIT)
    for one in shown:
        what = Linked(phrases.title_of(one.blocker), here.blocker_url(one.blocker.id))
        status = blocker_status(one.blocker)
        if one.blocker.state is BlockerState.OPEN:
            status = Status(status.kind, say("opened"))
        yield StatusRow(status, what, say("was", state=one.before.value) if one.before else "")
    if shown.more:
        register = here.link(routes.BLOCKERS)
        yield StatusRow(Status("info", say("more_turned")), Linked(say("more_moved", count=shown.beyond), register), "")


def _items(found: Changes) -> Iterator[StatusRow]:
    """The items of the checklist that turned."""
    for one in found.items:
        was = say("was", state=one.before.state.value) if one.before else say("was_not_asked_for")
        if one.now:
            yield StatusRow(
                item_status(one.now),
                Linked(one.now.item.title),
                "; ".join(filter(None, (was, phrases.told(one.now.notes)))),
            )
        else:
            yield StatusRow(Status("idle", say("no_longer_asked_for")), Linked(one.either.item.title), was)


def _waivers(found: Changes) -> Iterator[StatusRow]:
    """The waivers that were granted, have ended, or stand otherwise."""
    for one in found.waivers:
        was = say("waiver_was", state=one.before.state.value if one.before else "")
        if one.now:
            status = Status("info", say("granted")) if one.now.in_force and not one.before else waiver_status(one.now)
            stands = phrases.told(one.now.notes)
            told = f"{was}; {stands}" if stands else was
            yield StatusRow(status, Linked(phrases.waiver_name(one.now)), told)
        else:
            yield StatusRow(Status("idle", say("no_longer_waived")), Linked(phrases.waiver_name(one.either)), was)


_TURNED = (
    *("newly_failing", "fixed", "failing_unseen", "still_failing", "newly_skipped"),
    *("new", "removed", "not_run", "run_again"),
)
"""How tests can have turned, what matters first, by the names of `Comparison`."""


def _changed_tests(comparison: Comparison) -> list[TestList]:
    found = [named(say("turned", how=how), keys) for how in _TURNED if (keys := getattr(comparison, how))]
    return [*found, _slower(comparison.slower)] if comparison.slower else found


def _slower(slower: Sequence[Slower]) -> TestList:
    def line(one: Slower) -> str:
        times = {"before": f"{one.before_s:.1f}", "now": f"{one.now_s:.1f}"}
        return say("slower_now", test=phrases.test_name(one.key), **times)

    return TestList(say("turned", how="slower"), len(slower), first(slower, LIST_LIMIT).of(line))

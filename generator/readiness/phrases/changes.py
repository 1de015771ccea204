"""What lies between two judgements: what bears on the verdict, and what became of single tests."""

from __future__ import annotations

from collections.abc import Iterator

from readiness import phrases
from readiness.assessment import BlockerState, Changes, CriterionResult, Moved, Turned
from readiness.phrases.amendment import amendments
from readiness.phrases.plain import minute, named
from readiness.phrases.wording import say


def standing_before(found: Changes) -> str:
    """`1.4.0 (READY)`; where both runs are of one version, `the run of 2025-08-10 04:12 UTC (READY)`."""
    before, now = found.before, found.now
    name = before.version if before.version != now.version else say("run_of", moment=minute(before.started))
    return say("named_with_verdict", name=name, verdict=before.verdict.value)


def reasons(found: Changes) -> Iterator[str]:
    """What bears on the verdict and is not as it was, a sentence each."""
    yield from criteria_told(found)
    yield from blockers_told(found)
    yield from items_told(found)
    yield from waivers_told(found)
    yield from amendments(found.policy)


def news(found: Changes) -> list[str]:
    """What a run adds to what was wrong before it: tests that fail newly, blockers that it opens."""
    failing = found.tests.newly_failing if found.tests else ()
    lines = [say("tests_turned", count=len(failing), how="newly_failing", names=named(failing, 10))] if failing else []
    return [*lines, *(_moved(one) for one in found.moved if one.before in (None, BlockerState.CLOSED))]


def criteria_told(found: Changes) -> Iterator[str]:
    """The criteria that stand otherwise, and whether the policy alone did it."""
    yield from (_turned(turned) for turned in found.turned)


def blockers_told(found: Changes) -> Iterator[str]:
    """The blockers that moved."""
    yield from map(_moved, found.moved)
    for blocker in found.unknown:
        title = phrases.title_of(blocker)
        yield say("blocker_unknown", id=blocker.id, state=blocker.state.value, title=title)


def _moved(moved: Moved) -> str:
    blocker, before = moved.blocker, moved.before.value if moved.before else ""
    title = phrases.title_of(blocker)
    return say("blocker_moved", id=blocker.id, state=blocker.state.value, before=before, title=title)


def items_told(found: Changes) -> Iterator[str]:
    """The items of the checklist that stand otherwise."""
    for turned in found.items:
        title, before, now = turned.either.item.title, turned.before, turned.now
        if now is None:
            yield say("item_dropped", title=title)
        elif before is None:
            yield say("item_asked", title=title, state=now.state.value)
        else:
            note = phrases.told(now.notes)
            yield say("item_turned", title=title, before=before.state.value, now=now.state.value, note=note)


def waivers_told(found: Changes) -> Iterator[str]:
    """The waivers that were granted, have ended, or stand otherwise."""
    for turned in found.waivers:
        if turned.now is None:
            yield say("waiver_gone", name=phrases.waiver_name(turned.either))
        elif turned.before is None and turned.now.in_force:
            yield say("waiver_granted", text=phrases.waiver_text(turned.now))
        elif turned.before is None or turned.before.in_force:
            text = phrases.waiver_text(turned.now)
            yield text if text.endswith(".") else f"{text}."
        else:
            name = phrases.waiver_name(turned.now)
            yield say("waiver_turned", name=name, before=turned.before.state.value, now=turned.now.state.value)


def _turned(turned: Turned[CriterionResult]) -> str:
    title, before, now = turned.either.criterion.title, turned.before, turned.now
    if now is None:
        return say("criterion_dropped", title=title, state=phrases.state_value(turned.either))
    if before is None:
        return say("criterion_asked", title=title, state=phrases.state_value(now))
    states = {"before": phrases.state_value(before), "now": phrases.state_value(now)}
    return say("criterion_turned", title=title, **states, how=phrases.how_told(now), by_policy=turned.by_policy)

"""What lies between two judgements: what bears on the verdict, and what became of single tests."""

from __future__ import annotations

from collections.abc import Iterator

from readiness import phrases
from readiness.assessment import (
    BlockerState,
    Changes,
    CriterionResult,
    Moved,
    Turned,
)
from readiness.phrases.amendment import amendments
from readiness.phrases.plain import minute


def standing_before(found: Changes) -> str:
    """`1.4.0 (READY)`; where both runs are of one version, `the run of 2025-08-10 04:12 UTC (READY)`."""
    before, now = found.before, found.now
    name = before.version if before.version != now.version else f"the run of {minute(before.started)}"
    return f"{name} ({before.verdict.value})"


def reasons(found: Changes) -> Iterator[str]:
    """What bears on the verdict and is not as it was, a sentence each."""
    yield from criteria_told(found)
    yield from blockers_told(found)
    yield from items_told(found)
    yield from waivers_told(found)
    yield from amendments(found.policy)


def criteria_told(found: Changes) -> Iterator[str]:
    """The criteria that stand otherwise, and whether the policy alone did it."""
    yield from (_turned(turned) for turned in found.turned)


def blockers_told(found: Changes) -> Iterator[str]:
    """The blockers that moved."""
    for moved in found.moved:
        yield f"{moved.blocker.id} {_movement(moved)}: {phrases.title_of(moved.blocker)}."
    for blocker in found.unknown:
        title = phrases.title_of(blocker)
        yield f"{blocker.id} was {blocker.state.value}, and is not known to this line of runs: {title}."


def items_told(found: Changes) -> Iterator[str]:
    """The items of the checklist that stand otherwise."""
    for turned in found.items:
        if turned.now is None or turned.before is None:
            told = f"is asked for now, and is {turned.now.state.value}" if turned.now else "is no longer asked for"
            yield f"“{turned.either.item.title}” {told}."
        else:
            stands = phrases.told(turned.now.notes)
            note = f" ({stands})" if stands else ""
            yield f"“{turned.now.item.title}” was {turned.before.state.value}, is {turned.now.state.value}{note}."


def waivers_told(found: Changes) -> Iterator[str]:
    """The waivers that were granted, have ended, or stand otherwise."""
    for turned in found.waivers:
        if turned.now is None:
            yield f"The waiver of {phrases.waiver_name(turned.either)} is no longer there."
        elif turned.before is None and turned.now.in_force:
            yield f"Granted: {phrases.waiver_text(turned.now)}"
        elif turned.before is None or turned.before.in_force:
            text = phrases.waiver_text(turned.now)
            yield text if text.endswith(".") else f"{text}."
        else:
            name = phrases.waiver_name(turned.now)
            yield f"The waiver of {name} was {turned.before.state.value}, is {turned.now.state.value}."


def _turned(turned: Turned[CriterionResult]) -> str:
    title = turned.either.criterion.title
    if turned.before is None or turned.now is None:
        verb = "is demanded now, and" if turned.now else "is no longer demanded; it"
        return f"“{title}” {verb} {'is' if turned.now else 'was'} {_standing(turned.either)}."
    measured = phrases.how_told(turned.now)
    told = f"“{title}” was {_standing(turned.before)}, is {_standing(turned.now)}"
    told += f" ({measured})" if measured else ""
    return f"{told}, since the policy changed." if turned.by_policy else f"{told}."


def _standing(result: CriterionResult) -> str:
    """`unmet`, `waived`."""
    return phrases.state_word(result).lower()


_VERBS = {
    BlockerState.OPEN: "opened",
    BlockerState.REOPENED: "reopened",
    BlockerState.UNVERIFIED: "is unverified",
    BlockerState.OBSERVING: "is observed",
    BlockerState.CLOSED: "closed",
}


def _movement(moved: Moved) -> str:
    """`opened`, `closed (was open)`."""
    was = f" (was {moved.before.value})" if moved.before else ""
    return _VERBS[moved.blocker.state] + was

"""How a policy was amended: everything that it says otherwise than one before it, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.assessment.changes import policy_changes
from readiness.assessment.checklist import signed
from readiness.assessment.waivers import answering
from readiness.policy import Policy, Waiver


def amendments(before: Policy, now: Policy) -> Iterator[str]:
    """All of `policy_changes`, and what only one of the two policies asks for or waives.

    Nothing where two files say the same in other words.
    """
    if before.product != now.product:
        yield f"The product is called {now.product or 'nothing'}, before {before.product or 'nothing'}."
    yield from policy_changes(before, now)
    yield from _titles(before, now)
    yield from _items(before, now)
    yield from _waivers(before, now)
    if before.plan != now.plan:
        yield "The plan is drawn up otherwise." if before.plan and now.plan else _has("plan", now=bool(now.plan))


def granted(waiver: Waiver) -> str:
    """`Waived until 2025-09-30: the test shop::pay (rare; owner kim, approved by lee, T-1).`."""
    kind, target = waiver.target
    bound = f", at most {waiver.at_most.text}" if waiver.at_most else ""
    return f"Waived until {waiver.expires}: the {kind} {target}{bound} ({waiver.reason}; {answering(waiver)})."


def _titles(before: Policy, now: Policy) -> Iterator[str]:
    then = {one.id: one.title for one in before.criteria}
    for one in now.criteria:
        if then.get(one.id, one.title) != one.title:
            yield f"“{then[one.id]}” is called “{one.title}” now."


def _items(before: Policy, now: Policy) -> Iterator[str]:
    then, today = ({one.id: one for one in policy.items} for policy in (before, now))
    yield from (f"New on the checklist: “{one.title}”." for name, one in today.items() if name not in then)
    yield from (f"No longer on the checklist: “{one.title}”." for name, one in then.items() if name not in today)
    for name, item in today.items():
        old = then[name].signoff if name in then else None
        if item.signoff and item.signoff != old:
            yield f"“{item.title}” is {signed(item.signoff)}."
        elif old and item.signoff is None:
            yield f"“{item.title}” is no longer signed off."
    if [one.group for one in before.checklist] != [one.group for one in now.checklist] and then.keys() == today.keys():
        yield "The checklist is grouped otherwise."


def _waivers(before: Policy, now: Policy) -> Iterator[str]:
    then, today = ({one.target: one for one in policy.waivers} for policy in (before, now))
    for target, waiver in today.items():
        old = then.get(target)
        if old is None:
            yield granted(waiver)
        elif old.model_copy(update={"expires": waiver.expires, "at_most": waiver.at_most}) != waiver:
            yield f"Another reason, ticket, owner or approver: {granted(waiver)}"
    yield from (f"No longer waived: the {' '.join(target)}." for target in then if target not in today)


def _has(what: str, *, now: bool) -> str:
    return f"There is a {what} now." if now else f"There is no {what} any more."

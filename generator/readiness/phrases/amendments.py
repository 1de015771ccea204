"""How a policy was amended: everything that it says otherwise than one before it, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.assessment.changes import policy_changes
from readiness.assessment.checklist import signed
from readiness.phrases.release import answering
from readiness.phrases.wording import Sentence, said, say
from readiness.policy import Policy, Waiver


def amendments(before: Policy, now: Policy) -> Iterator[Sentence]:
    """All of `policy_changes`, and what only one of the two policies asks for or waives.

    Nothing where two files say the same in other words.
    """
    if before.product != now.product:
        yield say("product_renamed", now=now.product or "", before=before.product or "")
    yield from (said(note) for note in policy_changes(before, now))
    yield from _titles(before, now)
    yield from _items(before, now)
    yield from _waivers(before, now)
    if before.plan != now.plan:
        yield say("plan_redrawn" if before.plan and now.plan else "plan_made" if now.plan else "plan_dropped")


def granted(waiver: Waiver) -> Sentence:
    """`Waived until 2025-09-30: the test shop::pay (rare; owner kim, approved by lee, T-1).`."""
    return say(
        "waived",
        target=" ".join(waiver.target),
        bound=waiver.at_most.text if waiver.at_most else "",
        until=str(waiver.expires),
        reason=waiver.reason,
        who=answering(waiver),
    )


def _titles(before: Policy, now: Policy) -> Iterator[Sentence]:
    then = {one.id: one.title for one in before.criteria}
    for one in now.criteria:
        if then.get(one.id, one.title) != one.title:
            yield say("criterion_renamed", now=one.title, before=then[one.id])


def _items(before: Policy, now: Policy) -> Iterator[Sentence]:
    then, today = ({one.id: one for one in policy.items} for policy in (before, now))
    yield from (say("new_item", title=one.title) for name, one in today.items() if name not in then)
    yield from (say("no_item", title=one.title) for name, one in then.items() if name not in today)
    for name, item in today.items():
        old = then[name].signoff if name in then else None
        if item.signoff and item.signoff != old:
            yield say("item_signed", title=item.title, signed=said(signed(item.signoff)))
        elif old and item.signoff is None:
            yield say("item_signed_no_more", title=item.title)
    if [one.group for one in before.checklist] != [one.group for one in now.checklist] and then.keys() == today.keys():
        yield say("checklist_regrouped")


def _waivers(before: Policy, now: Policy) -> Iterator[Sentence]:
    then, today = ({one.target: one for one in policy.waivers} for policy in (before, now))
    for target, waiver in today.items():
        old = then.get(target)
        if old is None:
            yield granted(waiver)
        elif old.model_copy(update={"expires": waiver.expires, "at_most": waiver.at_most}) != waiver:
            yield say("waived_otherwise", waived=granted(waiver))
    yield from (say("waived_no_more", target=" ".join(target)) for target in then if target not in today)

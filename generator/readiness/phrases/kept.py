"""What blockers keep open beside themselves, told at them, and at what they keep open."""

from __future__ import annotations

from readiness.assessment import Blocker, Kind
from readiness.phrases.wording import say
from readiness.report import Report

HOLDERS = 3
"""Blockers that a criterion or item names before it counts the rest."""


def blocked_by(kind: Kind, ref: str, found: Report) -> str:
    """`blocked by B-ABCDEF and 2 more`: what keeps a criterion or item from being met; empty where nothing does."""
    ids = tuple(one.id for one in found.holders_of(kind, ref))
    return say("blocked_by", ids=ids[:HOLDERS], more=max(0, len(ids) - HOLDERS)) if ids else ""


def kept_open(blocker: Blocker, found: Report) -> tuple[str, ...]:
    """The criteria and items that it keeps from being met, by their titles."""
    criteria = {one.criterion.id: one.criterion.title for one in found.criteria}
    items = {one.item.id: one.item.title for one in found.items}
    return tuple(
        criteria[one.ref] if one.kind is Kind.CRITERION else say("item_of_checklist", title=items[one.ref])
        for one in blocker.keeps_open
    )

"""What a policy says otherwise than one before it, in a sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from readiness.phrases.wording import Day, Sentence, say
from readiness.policy import PolicyDifference

_PARTS = {
    "": ("", "", "field_changed"),
    "criteria": ("demanded_now", "demanded_no_more", "demands_otherwise"),
    "variants.required": ("new_variant", "no_variant", "field_changed"),
    "areas": ("new_area", "no_area", "area_redefined"),
    "codeowners": ("codeowners_changed", "codeowners_changed", "codeowners_changed"),
    "retired": ("new_retired", "no_retired", "field_changed"),
    "categories": ("categories_redefined", "categories_redefined", "categories_redefined"),
    "checklist": ("", "", "field_changed"),  # told by the items
    "checklist.items": ("new_item", "no_item", "item_redefined"),
    "waivers": ("waived", "waived_no_more", "field_changed"),
    "plan": ("plan_made", "plan_dropped", "plan_redrawn"),
    "plan.phases": ("plan_redrawn", "plan_redrawn", "plan_redrawn"),
    "plan.estimates": ("plan_redrawn", "plan_redrawn", "plan_redrawn"),
}
"""How a part is told that is new, gone, or says something otherwise, in the order in which they are told."""

_FIELDS = {
    ("", "product"): "product_renamed",
    ("", "vanished_allowed"): "vanished_allowed",
    ("", "waiver_cap"): "waiver_cap",
    ("", "areas"): "areas_reordered",
    ("", "categories"): "categories_redefined",
    ("", "checklist"): "checklist_regrouped",
    ("", "codeowners"): "codeowners_changed",
    ("criteria", "title"): "criterion_renamed",
    ("checklist.items", "group"): "checklist_regrouped",
    ("checklist.items", "signoff"): "item_signed",
    ("waivers", "expires"): "waiver_prolonged",
    ("waivers", "at_most"): "waiver_bounded",
}
"""Fields, and lists in another order, that have words of their own."""


_DAYS = ("date", "until", "expires", "signoff.date", "signoff.expires")
"""Fields that hold a day."""


def amendments(differences: Iterable[PolicyDifference]) -> tuple[Sentence, ...]:
    """What the differences of two policies come to; what is new in a plan that is new itself says nothing more."""
    order = list(_PARTS)
    ordered = sorted(differences, key=lambda part: order.index(part.kind))
    told = dict.fromkeys(sentence for part in ordered for sentence in _told(part))
    kinds = {one.kind for one in told}
    return tuple(one for one in told if one.kind != "plan_redrawn" or kinds.isdisjoint({"plan_made", "plan_dropped"}))


def _told(part: PolicyDifference) -> Iterator[Sentence]:
    part = replace(part, before=_dated(part.before), now=_dated(part.now))
    added, removed, changed = _PARTS[part.kind]
    if part.before is None or part.now is None:
        if whole := added if part.before is None else removed:
            yield say(whole, part=part, field="")
        return
    for field in part.fields + part.moved:
        kind = _FIELDS.get((part.kind, field.partition(".")[0]))
        yield say(kind or ("reordered" if field in part.moved else changed), part=part, field=field)


def _dated(fields: Mapping[str, str] | None) -> Mapping[str, str] | None:
    return fields and {name: Day(text) if text and name in _DAYS else text for name, text in fields.items()}

"""What each part of a policy allows, but the whole does not: names that stand there twice, or that nothing defines."""

from collections.abc import Iterator

from readiness.policy.quantity import Quantity, Relative
from readiness.policy.schema import UNASSIGNED, Criterion, Policy

Contradiction = tuple[tuple[int | str, ...], str]
"""Where it is, and what is wrong."""


def contradictions(policy: Policy) -> Iterator[Contradiction]:
    """(place, problem) of what each part allows but the whole does not."""
    areas: set[str] = set()
    for place, area in enumerate(policy.areas):
        if area.name in areas:
            yield ("areas", place, "name"), f"area {area.name!r} is defined twice"
        areas.add(area.name)
    ids: set[str] = set()
    for place, criterion in enumerate(policy.criteria):
        if criterion.id in ids:
            yield ("criteria", place, "id"), f"criterion {criterion.id!r} is defined twice"
        ids.add(criterion.id)
        named = criterion.where.area if criterion.where else None
        if policy.areas and named is not None and named not in areas | {UNASSIGNED}:
            problem = f"criterion {criterion.id!r} names the area {named!r}, which is not defined"
            yield ("criteria", place, "where", "area"), problem
    yield from _waivers(policy)
    yield from _checklist(policy)
    yield from _causes(policy)
    blockers: set[str] = set()
    for place, estimate in enumerate(policy.plan.estimates if policy.plan else ()):
        if estimate.blocker in blockers:
            yield ("plan", "estimates", place, "blocker"), f"blocker {estimate.blocker!r} is estimated twice"
        blockers.add(estimate.blocker)


def _waivers(policy: Policy) -> Iterator[Contradiction]:
    criteria = {one.id: one for one in policy.criteria}
    seen: set[tuple[str, str]] = set()
    for place, waiver in enumerate(policy.waivers):
        kind, name = waiver.target
        if waiver.target in seen:
            yield ("waivers", place, kind), f"{kind} {name!r} is waived twice; keep one waiver of it"
        seen.add(waiver.target)
        if kind != "criterion":
            continue
        if name not in criteria:
            yield ("waivers", place, kind), f"waives the criterion {name!r}, which is not defined"
        elif problem := _bound(criteria[name]) if waiver.at_most else "":
            yield ("waivers", place, "at_most"), problem
        elif waiver.at_most and not _fits(waiver.at_most, limit := criteria[name].limit):
            problem = f"{waiver.at_most.text!r} does not fit the criterion {name!r}, whose limit is {limit.text}"
            yield ("waivers", place, "at_most"), problem


def _fits(bound: Quantity, limit: Quantity | Relative) -> bool:
    """False for another dimension; that of a limit relative to the baseline is known on a run alone."""
    return isinstance(limit, Relative) or bound.dimension == limit.dimension


def _causes(policy: Policy) -> Iterator[Contradiction]:
    """What categories name as theirs: it is defined, and belongs to one cause alone."""
    for kind, word, known in (
        ("criteria", "criterion", {one.id for one in policy.criteria}),
        ("items", "item", {one.id for one in policy.items}),
    ):
        homes: dict[str, str] = {}
        for place, category in enumerate(policy.categories):
            for number, name in enumerate(getattr(category, kind)):
                where = ("categories", place, kind, number)
                if name not in known:
                    yield where, f"category {category.title!r} names the {word} {name!r}, which is not defined"
                elif name in homes:
                    problem = f"{word} {name!r} belongs to the category {homes[name]!r} already; name it in one of them"
                    yield where, problem
                homes.setdefault(name, category.title)


def _bound(criterion: Criterion) -> str:
    if criterion.direction == "at_least":
        return f"criterion {criterion.id!r} has a lower limit, so no number bounds it from above; leave out at_most"
    return ""


def _checklist(policy: Policy) -> Iterator[Contradiction]:
    criteria = {one.id for one in policy.criteria}
    groups: set[str] = set()
    items: set[str] = set()
    for place, group in enumerate(policy.checklist):
        if group.group in groups:
            yield ("checklist", place, "group"), f"group {group.group!r} is defined twice"
        groups.add(group.group)
        for number, item in enumerate(group.items):
            where = ("checklist", place, "items", number)
            if item.id in items:
                yield (*where, "id"), f"item {item.id!r} is defined twice"
            items.add(item.id)
            if item.criterion is not None and item.criterion not in criteria:
                problem = f"item {item.id!r} names the criterion {item.criterion!r}, which is not defined"
                yield (*where, "criterion"), problem

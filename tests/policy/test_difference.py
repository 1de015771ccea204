"""The difference of two policies names every field that the schema knows, and all of them are put into words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from itertools import count
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from readiness.phrases.amendment import amendments
from readiness.policy import Policy, PolicyDifference, Quantity, differences, parse_policy, parse_quantity
from readiness.render.pages.templating import template_environment


def value(annotation: Any, number: int) -> Any:
    """Any value of that type, another for another number up to four; of a model one with every field set."""
    kind, inner = get_origin(annotation), get_args(annotation)
    if kind is Annotated:
        return value(inner[0], number)
    if kind in (Union, UnionType):
        return value(next(one for one in inner if one is not NoneType), number)
    if kind is tuple:
        return (value(inner[0], number), value(inner[0], number + 1))
    if kind is Literal:
        return inner[number % len(inner)]
    if annotation is bool:
        return number % 2 == 0
    if issubclass(annotation, BaseModel):
        return annotation.model_construct(
            **{name: value(field.annotation, number) for name, field in annotation.model_fields.items()}
        )
    plain = {str: f"text {number}", int: number, float: float(number), date: date(2025, 1, 1) + timedelta(number)}
    return parse_quantity(f"{number} d") if annotation is Quantity else plain[annotation]


@dataclass(frozen=True)
class Edit:
    """A policy with one thing changed, and how the difference must name it."""

    place: str
    now: Policy
    field: str
    """The last key on the way to it."""


POLICY: Policy = value(Policy, 1)
PAGES: Any = template_environment()


def edits(part: Any, put: Any, place: str = "") -> Iterator[Edit]:
    """Every field of a part, and of what it holds, each changed alone; `put`: the policy with another such part."""
    for name, field in type(part).model_fields.items():
        where, old = f"{place}.{name}".lstrip("."), getattr(part, name)

        def changed(new: Any, name: str = name) -> Policy:
            return put(part.model_copy(update={name: new}))  # type: ignore[no-any-return]

        if isinstance(old, BaseModel):
            yield from edits(old, changed, where)
        elif isinstance(old, tuple) and isinstance(old[0], BaseModel):
            yield Edit(f"{where} moved", changed(old[::-1]), name)
            yield Edit(f"{where} less", changed(old[:1]), name)
            yield Edit(f"{where} more", changed((*old, value(type(old[0]), 3))), name)
            yield from edits(old[0], lambda new, old=old, changed=changed: changed((new, *old[1:])), f"{where}[0]")
        else:
            new = next(new for number in count(5) if (new := value(field.annotation, number)) != old)
            yield Edit(f"{where} changed", changed(new), name)
        if NoneType in get_args(field.annotation):
            yield Edit(f"{where} left out", changed(None), name)


EDITS = [*edits(POLICY, lambda policy: policy)]


def named(found: tuple[PolicyDifference, ...]) -> set[str]:
    """Every key that is named: of changed parts the fields, of parts that came or went the list, or what tells them."""
    keys = {key for one in found for key in (*one.fields, *one.moved)}
    keys |= {one.kind for one in found if one.before is None or one.now is None}
    for gone in (one for one in found if one.now is None):
        for new in (one.now for one in found if one.before is None and one.kind == gone.kind):
            keys |= {key for key, text in (gone.before or {}).items() if (new or {})[key] != text}
    return {key.rpartition(".")[2] for key in keys}


@pytest.mark.parametrize("edit", EDITS, ids=[edit.place for edit in EDITS])
def test_every_field_is_in_the_difference_and_has_words(edit: Edit) -> None:
    for before, now in ((POLICY, edit.now), (edit.now, POLICY)):
        found = tuple(differences(before, now))
        assert edit.field in named(found) or edit.field in ("signoff", "where", "effort", "metric"), found
        said = amendments(found)
        assert said
        assert [unescape(str(PAGES.printed(sentence))) for sentence in said] == [*map(_on_a_page, said)]


def _on_a_page(sentence: str) -> str:
    return re.sub(r"2025-01-0(\d)", r"\1 January 2025", sentence)


def test_the_walk_reaches_what_the_schema_names() -> None:
    def fields(model: dict[str, Any]) -> set[str]:
        return {*model.get("properties", ())}

    schema = Policy.model_json_schema()
    named = set().union(fields(schema), *map(fields, schema["$defs"].values()))
    assert {edit.field for edit in EDITS} >= named - {"signoff", "where", "effort", "plan", "variants", "metric"} - {""}


def test_equal_policies_differ_in_nothing() -> None:
    assert tuple(differences(POLICY, value(Policy, 1))) == ()
    text = "criteria:\n- {id: a, title: A, measure: failures, equals: 0}\n"
    same = "# said otherwise\ncriteria: [{id: a, title: 'A', measure: failures, equals: 0, tier: blocking}]\n"
    assert tuple(differences(parse_policy(text.encode(), "a"), parse_policy(same.encode(), "b"))) == ()


BASE = """\
criteria: [{id: a, title: A, measure: failures, equals: 0}]
"""
WAIVER = "waivers: [{blocker: B-ABC, reason: rare, ticket: T-1, owner: kim, approver: sam, expires: 2025-09-30}]\n"
RETIRED = "retired: [{tests: [x, y], classes: [K], reason: gone, by: kim, date: 2025-01-02}]\n"
ITEMS = """\
checklist:
- group: One
  items: [{id: a, title: A}, {id: b, title: B}]
- group: Two
  items: [{id: c, title: C}]
"""
MOVED_ITEM = """\
checklist:
- group: One
  items: [{id: a, title: A}]
- group: Two
  items: [{id: b, title: B}, {id: c, title: C}]
"""
GROUPED = "The groups of the checklist changed."
AREAS = "areas: [{name: Shop, tests: [s*]}, {name: Bank, tests: [b*]}, {name: Till, tests: [t*]}]\n"
PLAN = "plan: {phases: [{name: Check, min: 1, max: 2}]}\n"
TWICE = "categories: [{title: T, message: x}, {title: T, message: y}]\n"

SAID: list[tuple[str, str, list[str]]] = [
    (WAIVER, WAIVER.replace("kim", "lee"), ["Waiver for B-ABC: owner changed from kim to lee."]),
    (
        WAIVER,
        WAIVER.replace("T-1", "T-2").replace("rare", "known").replace("09-30", "10-30"),
        [
            "Waiver for B-ABC: reason changed from rare to known.",
            "Waiver for B-ABC: ticket changed from T-1 to T-2.",
            "The waiver for B-ABC expires on 2025-10-30; before: 2025-09-30.",
        ],
    ),
    (
        WAIVER,
        WAIVER.replace("blocker: B-ABC", "test: B-ABC"),
        [
            "Waived until 2025-09-30: the test B-ABC (rare; owner kim, approved by sam, T-1).",
            "No longer waived: the blocker B-ABC.",
        ],
    ),
    (
        WAIVER,
        WAIVER.replace("}]", ", at_most: 3}]"),
        ["The waiver for B-ABC accepts at most 3; before: any value."],
    ),
    (RETIRED, RETIRED.replace("kim", "lee"), ["Retired x, y, K: by changed from kim to lee."]),
    (RETIRED, RETIRED.replace("01-02", "01-03"), ["Retired x, y, K: date changed from 2025-01-02 to 2025-01-03."]),
    ("", RETIRED, ["New retired test: x, y (gone). Retired: classes K (gone)."]),
    (RETIRED, "", ["No longer a retired test: x, y (gone). No longer retired: classes K (gone)."]),
    (
        "variants: {required: [mac]}\n",
        "variants: {required: [{name: mac, until: 2025-03-01}]}\n",
        ["Required variant mac: until changed from nothing to 2025-03-01."],
    ),
    ("", "variants: {required: [{name: mac, until: 2025-03-01}]}\n", ["New required variant: mac until 2025-03-01."]),
    (
        "variants: {required: [mac, win]}\n",
        "variants: {required: [win, mac]}\n",
        ["The required variants are in a different order."],
    ),
    (ITEMS, MOVED_ITEM, [GROUPED]),
    (ITEMS, ITEMS.replace("One", "First"), [GROUPED]),
    (ITEMS, ITEMS.replace("{id: a, title: A}, ", ""), ["No longer on the checklist: “A”."]),
    (
        ITEMS,
        ITEMS.replace("title: C", "title: C, signoff: {by: kim, date: 2025-01-01, expires: 2025-02-01}"),
        ["“C” is signed off by kim on 2025-01-01, until 2025-02-01."],
    ),
    (
        ITEMS,
        ITEMS.replace("title: C", "title: C, signoff: {by: kim, date: 2025-01-01, version: '1.4'}"),
        ["“C” is signed off by kim on 2025-01-01 for 1.4."],
    ),
    (
        ITEMS.replace("title: C", "title: C, signoff: {by: kim, date: 2025-01-01}"),
        ITEMS,
        ["“C” is no longer signed off."],
    ),
    (AREAS, AREAS.replace("Shop", "Mall"), ["New area: Mall.", "No longer an area: Shop."]),
    ("", PLAN, ["A plan was added."]),
    (PLAN, "", ["The plan was removed."]),
    (PLAN, PLAN.replace("max: 2", "max: 3"), ["The plan changed."]),
    (PLAN, PLAN.replace("Check", "Look"), ["The plan changed."]),
    (TWICE, TWICE.replace("y}", "z}"), ["The definition of the failure categories changed."]),
]


@pytest.mark.parametrize(("before", "now", "said"), SAID)
def test_what_the_history_of_the_policy_says(before: str, now: str, said: list[str]) -> None:
    policies = [parse_policy((BASE + text).encode(), "readiness.yml") for text in (before, now)]
    assert list(amendments(differences(*policies))) == said

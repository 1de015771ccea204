"""What readiness.yml may say: areas, criteria, categories of failure, and the day of the release."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from readiness.policy.codeowners import Ownership
from readiness.policy.measures import MEASURES, Measure, measure_named
from readiness.policy.parts import Diagnosis, Id, Limited, Part, Period, Regex, Share, Text, is_period
from readiness.policy.quantity import Quantity, Relative, parse_quantity
from readiness.policy.release import ChecklistGroup, ChecklistItem, Plan, Waiver
from readiness.policy.retirement import RETIRABLE, RequiredVariant, Retirable, Retired, Variants
from readiness.policy.searching import is_found, named_groups, search
from readiness.serial import schema_of

Tier = Literal["blocking", "advisory"]


class Area(Part):
    """A part of the product: the tests whose `group::name` matches one of the globs (`*` and `?`)."""

    identity = ("name",)
    name: Text
    tests: tuple[Text, ...] = Field(min_length=1)
    owner: str = ""
    critical: bool = False


class Where(Part):
    """Narrows a criterion over tests to one area, one variant, or to one area in one variant."""

    area: Text | None = None
    variant: Text | None = None

    @model_validator(mode="after")
    def _selects(self) -> Where:
        if self.area is None and self.variant is None:
            raise ValueError("selects nothing; name an area, a variant, or leave it out")
        return self


_EXAMPLES = {"number": "10", "ratio": "95%", "time": "60 s"}


class Criterion(Limited):
    """One requirement: a measure and exactly one limit."""

    identity = ("id",)
    id: Id
    title: Text
    measure: Text
    where: Where | None = None
    tier: Tier = "blocking"
    max_age: Period | None = None
    """How old the run may be when it is judged; an older one proves nothing."""
    min_evidence: Annotated[int, Field(ge=1, strict=True)] | None = None
    """Of how many tests, lines or values the number must consist; of fewer it proves nothing."""

    @model_validator(mode="after")
    def _sensible(self) -> Criterion:
        row, problem = measure_named(self.measure), ""
        if row is None:
            problem = f"unknown measure {self.measure!r}; known are {', '.join(MEASURES)} and metric.NAME"
        elif self.where and row.scope != "tests":
            problem = f"{self.measure} is not counted by area or variant; leave out `where`"
        elif self.min_evidence and row.scope == "run":
            problem = f"{self.measure} is one number; leave out `min_evidence`"
        elif isinstance(self.limit, Relative):
            example = _EXAMPLES.get(row.dimension)
            problem = f"only metric.NAME is compared with the baseline, not {self.measure}; write it like {example}"
            problem = problem if example else ""
        elif row.says == "age":
            is_period(self.limit)
        elif row.dimension and self.limit.dimension != row.dimension:
            problem = f"{self.limit.text!r} does not fit {self.measure}; write it like {_EXAMPLES[row.dimension]}"
        if problem:
            raise ValueError(f"criterion {self.id!r}: {problem}")
        return self

    def within(self, limit: Quantity) -> Criterion:
        """The criterion with another limit of the same direction."""
        return self.model_copy(update={self.direction: limit})

    @property
    def _named(self) -> str:
        return f"criterion {self.id!r} "

    @property
    def row(self) -> Measure:
        """What is known of its measure."""
        row = measure_named(self.measure)
        assert row is not None
        return row


class Category(Diagnosis):
    """A kind of failure, recognised by exception type and message, or of missing component, by the reason of a skip."""

    identity = ("title",)
    type: Regex = ""
    message: Regex = ""
    skip: Regex = ""
    """Reasons of skips that mean that a component is missing."""
    criteria: tuple[Id, ...] = ()
    """Criteria that belong to the cause: while it holds them, they open no blocker of their own."""
    items: tuple[Id, ...] = ()
    """Items of the checklist that belong to it."""

    @model_validator(mode="after")
    def _selects(self) -> Category:
        if not (self.type or self.message or self.skip):
            raise ValueError(f"category {self.title!r} needs a type, a message or a skip to be recognised by")
        if (self.criteria or self.items) and not self.cause:
            raise ValueError(f"category {self.title!r} names criteria or items of one cause; add cause: true")
        return self

    def matches(self, exception: str, message: str) -> bool:
        """True where both patterns are found (an empty one is found everywhere)."""
        wanted = self.type or self.message
        return bool(wanted) and is_found(self.type, exception) and is_found(self.message, message)

    def look(self, exceptions: Collection[str], messages: Collection[str], skips: Collection[str]) -> None:
        """Search many texts at once for what `matches` and `explains` will ask for one by one."""
        for pattern, texts in ((self.type, exceptions), (self.message, messages), (self.skip, skips)):
            if pattern:
                search(pattern, texts)

    def explains(self, skip: str) -> bool:
        """True where the reason of a skip says that a component of this kind is missing."""
        return bool(self.skip) and is_found(self.skip, skip)

    def caught(self, exception: str, message: str, skip: str = "") -> str:
        """What the named groups of a cause's patterns catch in what they match, joined by colons."""
        if not self.cause:
            return ""
        texts = ((self.skip, skip),) if skip else ((self.type, exception), (self.message, message))
        return ":".join(value for pattern, text in texts for value in named_groups(pattern, text))


class Policy(Part):
    """What this product demands of a release."""

    identity = ()
    product: str = ""
    areas: tuple[Area, ...] = ()
    variants: Variants = Variants()
    retired: tuple[Retired, ...] = ()
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    categories: tuple[Category, ...] = ()
    vanished_allowed: Share = parse_quantity("5%")
    waivers: tuple[Waiver, ...] = ()
    waiver_cap: Period = parse_quantity("90 d")
    """The longest time from a judgement to the end of a waiver."""
    checklist: tuple[ChecklistGroup, ...] = ()
    plan: Plan | None = None
    owners: str = ""
    """A CODEOWNERS file, from the folder of the policy: who owns what no category and no area gives away."""
    codeowners: tuple[Ownership, ...] = ()
    """Its rules, as they were when the policy was recorded; `readiness archive` and `judge` write them."""

    @property
    def measures(self) -> frozenset[str]:
        """What the criteria measure, and the metrics that items of the checklist ask for."""
        metrics = (f"metric.{item.metric.name}" for item in self.items if item.metric is not None)
        return frozenset((*(criterion.measure for criterion in self.criteria), *metrics))

    def released(self, as_of: datetime) -> tuple[tuple[Retirable, str, Retired | RequiredVariant], ...]:
        """(kind, glob, line) of everything that is owed no result at that time, and the line that says so."""
        lines: list[tuple[Retirable, str, Retired | RequiredVariant]] = [
            (kind, glob, one) for one in self.retired if one.in_force(as_of) for kind, glob in one.globs
        ]
        lines += [("variants", one.name, one) for one in self.variants.required if one.over(as_of)]
        return tuple(lines)

    @property
    def items(self) -> tuple[ChecklistItem, ...]:
        """The items of the checklist, of all groups."""
        return tuple(item for group in self.checklist for item in group.items)

    def cause_of(self, kind: Literal["criteria", "items"], ref: str) -> Category | None:
        """The category whose cause a criterion or item belongs to."""
        return next((one for one in self.categories if ref in getattr(one, kind)), None)


UNASSIGNED = "Unassigned"
"""The area of tests that no area's globs match."""


def policy_schema() -> dict[str, Any]:
    """Schema of a policy. What it cannot say (regular expressions, units, references) the policy's own check does."""
    found = schema_of(Policy, mode="validation")
    # Without criteria the default ones apply.
    found["required"] = [name for name in found.get("required", ()) if name != "criteria"]
    found["$defs"]["Criterion"]["properties"]["measure"] = {
        "anyOf": [{"enum": list(MEASURES)}, {"type": "string", "pattern": "^metric\\..+"}],
        "description": "What is measured.",
    }
    found["$defs"]["Criterion"]["oneOf"] = [{"required": [name]} for name in ("at_least", "at_most", "equals")]
    found["$defs"]["MetricLimit"]["oneOf"] = found["$defs"]["Criterion"]["oneOf"]
    found["$defs"]["Waiver"]["oneOf"] = [{"required": [name]} for name in ("blocker", "criterion", "test")]
    defs = found["$defs"]
    del found["properties"]["codeowners"], defs["Ownership"]  # written by machine
    defs["Variants"]["properties"]["required"]["items"] = {
        "anyOf": [{"type": "string", "minLength": 1}, {"$ref": "#/$defs/RequiredVariant"}]
    }
    defs["Retired"]["anyOf"] = [{"required": [name]} for name in RETIRABLE]
    return {**found, "title": "readiness.yml"}

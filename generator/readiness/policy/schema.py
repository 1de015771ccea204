"""What readiness.yml may say: areas, criteria, categories of failure."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from readiness.policy.quantity import Quantity, parse_quantity

MEASURES: dict[str, str] = {
    "failures": "number",
    "run_errors": "number",
    "passed": "number",
    "failed": "number",
    "errors": "number",
    "skipped": "number",
    "flaky": "number",
    "not_run": "number",
    "executed": "number",
    "expected": "number",
    "vanished": "number",
    "evidence_loss": "number",
    "pass_rate": "ratio",
    "success_rate": "ratio",
    "completion": "ratio",
    "execution": "ratio",
    "coverage.line": "ratio",
    "coverage.branch": "ratio",
    "duration": "time",
}
"""Measure -> dimension of its limit. `metric.NAME` stands beside these, with the dimension of the metric's own unit."""

OVER_TESTS = frozenset(MEASURES) - {"evidence_loss", "vanished", "coverage.line", "coverage.branch", "duration"}
"""The measures that are counted by area too."""

Severity = Literal["critical", "high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")

Tier = Literal["blocking", "advisory"]


def _is_regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression ({error})") from error
    return pattern


def _is_share(amount: Quantity) -> Quantity:
    if amount.dimension != "ratio" or not 0 <= amount.base <= 1:
        raise ValueError(f"{amount.text!r} is no share; write it like 5%, or 0%")
    return amount


Regex = Annotated[str, AfterValidator(_is_regex)]
Amount = Annotated[
    Quantity,
    BeforeValidator(parse_quantity),
    WithJsonSchema({"type": ["number", "string"], "description": "A number with its unit: 95%, 100 MB, 50 ms, 0."}),
]
Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """Frozen; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, use_attribute_docstrings=True)


class Area(Part):
    """A part of the product: the tests whose `group::name` matches one of the globs (`*` and `?`)."""

    name: Text
    tests: tuple[Text, ...] = Field(min_length=1)
    owner: str = ""
    critical: bool = False


class Variants(Part):
    """Which variants a run must show results of; a missing one leaves the release unproven."""

    required: tuple[Text, ...] = ()


class Where(Part):
    """Narrows a criterion over tests to one area."""

    area: Text


class Criterion(Part):
    """One requirement: a measure and exactly one limit."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Text
    measure: Text
    at_least: Amount | None = None
    at_most: Amount | None = None
    equals: Amount | None = None
    where: Where | None = None
    tier: Tier = "blocking"

    @model_validator(mode="after")
    def _sensible(self) -> Criterion:
        limits = [limit for limit in (self.at_least, self.at_most, self.equals) if limit is not None]
        if len(limits) != 1:
            raise ValueError(f"criterion {self.id!r} needs exactly one of at_least, at_most, equals")
        metric = self.measure.removeprefix("metric.")
        if (metric == self.measure and self.measure not in MEASURES) or not metric:
            raise ValueError(
                f"criterion {self.id!r}: unknown measure {self.measure!r}; "
                f"known are {', '.join(MEASURES)} and metric.NAME"
            )
        if self.where and self.measure not in OVER_TESTS:
            raise ValueError(f"criterion {self.id!r}: {self.measure} is not counted by area; leave out `where`")
        wanted = MEASURES.get(self.measure)
        if wanted and limits[0].dimension != wanted:
            example = {"number": "10", "ratio": "95%", "time": "60 s"}[wanted]
            raise ValueError(
                f"criterion {self.id!r}: {limits[0].text!r} does not fit {self.measure}; write it like {example}"
            )
        return self

    @property
    def limit(self) -> Quantity:
        """The one limit there is."""
        limit = self.at_least or self.at_most or self.equals
        assert limit is not None
        return limit

    @property
    def direction(self) -> Literal["at_least", "at_most", "equals"]:
        """Which way the limit holds."""
        if self.at_least is not None:
            return "at_least"
        return "at_most" if self.at_most is not None else "equals"


class Effort(Part):
    """Working days, fewest and most."""

    min: Annotated[float, Field(ge=0)]
    max: Annotated[float, Field(ge=0)]

    @model_validator(mode="after")
    def _ordered(self) -> Effort:
        if self.max < self.min:
            raise ValueError("max is below min")
        return self


class Category(Part):
    """A kind of failure, recognised by exception type and message; says what it endangers and what to do."""

    title: Text
    type: Regex = ""
    message: Regex = ""
    severity: Severity = "high"
    risk: str = ""
    fix: str = ""
    effort: Effort | None = None

    @model_validator(mode="after")
    def _selects(self) -> Category:
        if not self.type and not self.message:
            raise ValueError(f"category {self.title!r} needs a type or a message to recognise failures by")
        return self

    def matches(self, exception: str, message: str) -> bool:
        """True where both patterns are found (an empty one is found everywhere)."""
        return bool(re.search(self.type, exception) and re.search(self.message, message))


class Policy(Part):
    """What this product demands of a release."""

    product: str = ""
    areas: tuple[Area, ...] = ()
    variants: Variants = Variants()
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    categories: tuple[Category, ...] = ()
    vanished_allowed: Annotated[Amount, AfterValidator(_is_share)] = parse_quantity("5%")


UNASSIGNED = "Unassigned"
"""The area of tests that no area's globs match."""

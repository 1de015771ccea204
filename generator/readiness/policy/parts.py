"""What the parts of readiness.yml are made of: texts, dates, amounts, efforts."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from readiness.policy.quantity import Quantity, Relative, read_limit, read_quantity
from readiness.policy.searching import refusal

Severity = Literal["critical", "high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")


RECORDED = "recorded"
"""Context of a policy that an archive holds: it is read by the rules that it was written under."""


def is_regex(pattern: str, info: ValidationInfo) -> str:
    """The pattern; raises ValueError where it is none, or none that any text can be searched for in linear time."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression ({error})") from error
    if info.context is None and (reason := refusal(pattern)):
        raise ValueError(f"{pattern!r} cannot be searched in linear time: {reason}; rewrite it without that")
    return pattern


def is_share(amount: Quantity) -> Quantity:
    """The amount, from 0 % to 100 %; raises ValueError for another."""
    if amount.dimension != "ratio" or not 0 <= amount.base <= 1:
        raise ValueError(f"{amount.text!r} is not a share; write it like 5%, or 0%")
    return amount


CENTURY_S = 100 * 365 * 86400


def is_period(amount: Quantity) -> Quantity:
    """The amount of time, at most a century; raises ValueError for another."""
    if amount.dimension != "time" or not 0 < amount.base <= CENTURY_S:
        raise ValueError(f"{amount.text!r} is not a period; write it like 7 d, or 12 h")
    return amount


def _as_date(written: object) -> date:
    if isinstance(written, datetime) or not isinstance(written, date | str):
        # Lists of aliases of lists are short in a file, and fill all memory when they are written out.
        shown = "a list or mapping" if isinstance(written, list | dict) else repr(written)
        raise ValueError(f"{shown} is not a date; write it like 2025-08-31")
    try:
        return written if isinstance(written, date) else date.fromisoformat(written)
    except ValueError as error:
        raise ValueError(f"{written!r} is not a date; write it like 2025-08-31") from error


Regex = Annotated[str, AfterValidator(is_regex)]
_AS_IN_YAML = {"type": ["number", "string"], "description": "A number with its unit: 95%, 100 MB, 50 ms, 0."}
Amount = Annotated[
    Quantity,
    BeforeValidator(read_quantity),
    WithJsonSchema(_AS_IN_YAML, mode="validation"),
]
_LIMIT_IN_YAML = {"type": ["number", "string"], "description": "An amount, or for a metric: baseline + 10%."}
Limit = Annotated[
    Quantity | Relative,
    BeforeValidator(read_limit),
    WithJsonSchema(_LIMIT_IN_YAML, mode="validation"),
]
Share = Annotated[Amount, AfterValidator(is_share)]
Period = Annotated[Amount, AfterValidator(is_period)]
Text = Annotated[str, Field(min_length=1)]
Day = Annotated[date, BeforeValidator(_as_date)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class Part(BaseModel):
    """Frozen; an unknown key is an error."""

    identity: ClassVar[tuple[str, ...] | None] = None
    """The fields that tell which one it is; None for what is but a detail of the part that it stands in."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Limited(Part):
    """Something with exactly one limit."""

    at_least: Limit | None = None
    at_most: Limit | None = None
    equals: Amount | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if len([limit for limit in (self.at_least, self.at_most, self.equals) if limit is not None]) != 1:
            raise ValueError(f"{self._named}needs exactly one of at_least, at_most, equals")
        return self

    @property
    def _named(self) -> str:
        return ""

    @property
    def limit(self) -> Quantity | Relative:
        """The one limit there is."""
        limit = self.at_least or self.at_most or self.equals
        assert limit is not None
        return limit

    @property
    def amount(self) -> Quantity:
        """The limit of one that is known not to be relative to the baseline."""
        assert isinstance(self.limit, Quantity)
        return self.limit

    @property
    def direction(self) -> Literal["at_least", "at_most", "equals"]:
        """Which way the limit holds."""
        if self.at_least is not None:
            return "at_least"
        return "at_most" if self.at_most is not None else "equals"


MOST_DAYS = 10_000
"""Working days of one effort: forty years."""


class Effort(Part):
    """Working days, fewest and most."""

    min: Annotated[float, Field(ge=0, le=MOST_DAYS)]
    max: Annotated[float, Field(ge=0, le=MOST_DAYS)]

    @model_validator(mode="after")
    def _ordered(self) -> Effort:
        if self.max < self.min:
            raise ValueError("max is below min")
        return self


class Diagnosis(Part):
    """What is wrong: how bad it is, what it endangers, what to do and how long that takes."""

    title: Text
    severity: Severity = "high"
    risk: str = ""
    fix: str = ""
    effort: Effort | None = None
    owner: str = ""
    """Who fixes it, wherever it is."""
    cause: Annotated[bool, Field(strict=True)] = False
    """True for one cause: what fails of it in one area is one blocker, whatever the messages."""

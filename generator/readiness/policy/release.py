"""What readiness.yml may say for the day of the release: waivers, checklist, plan."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from readiness.policy.parts import Amount, Day, Effort, Id, Limited, Part, Text


def start_of(day: date) -> datetime:
    """The midnight in UTC with which something begins that holds from that day on."""
    return datetime.combine(day, time(), UTC)


def end_of(day: date) -> datetime:
    """The next midnight in UTC: from it on, something that is valid until that day no longer is."""
    return start_of(day) + timedelta(days=1) if day < date.max else datetime.max.replace(tzinfo=UTC)


class Waiver(Part):
    """Somebody accepts a risk for a while: one blocker, criterion or test no longer stops the release."""

    identity = ("blocker", "criterion", "test")
    blocker: Text | None = None
    criterion: Text | None = None
    test: Text | None = None
    """`group::name`, exactly."""
    reason: Text
    ticket: Text
    owner: Text
    approver: Text
    """Another person than the owner."""
    expires: Day
    """The last day on which it holds, in UTC."""
    at_most: Amount | None = None
    """The worst that is accepted: failing or missing tests of a blocker, the value of a criterion."""

    @model_validator(mode="after")
    def _sensible(self) -> Waiver:
        if len([one for one in (self.blocker, self.criterion, self.test) if one is not None]) != 1:
            raise ValueError("a waiver needs exactly one target: blocker, criterion or test")
        if self.owner.strip().casefold() == self.approver.strip().casefold():
            raise ValueError("owner and approver of a waiver are the same; another person must approve it")
        if self.test is not None and self.at_most is not None:
            raise ValueError("a waiver of one test needs no bound; leave out at_most")
        if self.blocker is not None and self.at_most is not None and self.at_most.dimension != "number":
            raise ValueError("the bound of a blocker's waiver is a number of failing tests, such as 3")
        return self

    @property
    def target(self) -> tuple[Literal["blocker", "criterion", "test"], str]:
        """What kind of thing it waives, and which."""
        if self.blocker is not None:
            return "blocker", self.blocker
        if self.criterion is not None:
            return "criterion", self.criterion
        assert self.test is not None
        return "test", self.test


class Signoff(Part):
    """Somebody vouches for an item that no evidence proves."""

    by: Text
    date: Day
    expires: Day | None = None
    """The last day on which it holds, in UTC."""
    version: Text | None = None
    """The one version that it holds for, exactly as runs name it; without it, any."""
    note: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Signoff:
        if self.expires is not None and self.expires < self.date:
            raise ValueError("expires before its own date")
        return self


class MetricLimit(Limited):
    """A metric and exactly one limit."""

    name: Text


class ChecklistItem(Part):
    """Something that must be true on the day of the release, and what proves it."""

    identity = ("id",)
    id: Id
    title: Text
    tests: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    """Globs on `group::name`: all of these tests pass."""
    criterion: Text | None = None
    """Id of a criterion: it is met."""
    metric: MetricLimit | None = None
    signoff: Signoff | None = None
    """Where evidence is named beside it, both must hold."""
    blocking: bool = True
    severity: Literal["critical", "high"] = "high"
    """That of its blocker while it is open and blocking."""
    owner: str = ""
    effort: Effort | None = None

    @model_validator(mode="after")
    def _one_proof(self) -> ChecklistItem:
        if len([one for one in (self.tests, self.criterion, self.metric) if one is not None]) > 1:
            raise ValueError(f"item {self.id!r} is proved by one of tests, criterion, metric; name one")
        return self


class ChecklistGroup(Part):
    """Items that belong together."""

    identity = ("group",)
    group: Text
    items: tuple[ChecklistItem, ...] = Field(min_length=1)


class Phase(Effort):
    """What follows the fixes: validation, deployment. Working days, fewest and most."""

    identity = ("name",)
    name: Text


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Estimate(Effort):
    """What one blocker takes, better known than by its category. Working days, fewest and most."""

    identity = ("blocker",)
    blocker: Text
    fix: str = ""


class Plan(Part):
    """How the fixes become dates."""

    identity = ()
    streams: Annotated[int, Field(ge=1, le=100, strict=True)] = 1
    """Fixes that are worked on at once."""
    working_days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = ("mon", "tue", "wed", "thu", "fri")
    holidays: tuple[Day, ...] = ()
    phases: tuple[Phase, ...] = ()
    """One after the other, once everything is mended."""
    estimates: tuple[Estimate, ...] = ()

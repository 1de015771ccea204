"""What is no longer owed a result: variants whose time is over, and what was taken out of service on purpose."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from readiness.policy.parts import Day, Part, Text
from readiness.policy.release import end_of, start_of

Retirable = Literal["tests", "classes", "sources", "variants", "files"]
RETIRABLE: tuple[Retirable, ...] = get_args(Retirable)
Globs = Annotated[tuple[Text, ...], Field(min_length=1)]


class RequiredVariant(Part):
    """A variant that a run must show results of."""

    identity = ("name",)
    name: Text
    until: Day | None = None
    """The last day on which it is required, in UTC; from then on its tests are owed no result either."""

    def over(self, as_of: datetime) -> bool:
        """True where its last day has passed."""
        return self.until is not None and as_of >= end_of(self.until)

    def __str__(self) -> str:
        return f"{self.name} until {self.until}" if self.until else self.name


def _by_name(written: Any) -> Any:
    return {"name": written} if isinstance(written, str) else written


class Variants(Part):
    """Which variants a run must show results of; a missing one leaves the release unproven."""

    required: tuple[Annotated[RequiredVariant, BeforeValidator(_by_name)], ...] = ()


class Retired(Part):
    """What was taken out of service on purpose: from its date on it is owed no result, and blockers let go of it."""

    identity = RETIRABLE
    tests: Globs | None = None
    """Globs on `group::name`, as in an area."""
    classes: Globs | None = None
    """Globs on classes, modules or suites: everything in them, and in what is nested in them."""
    sources: Globs | None = None
    variants: Globs | None = None
    files: Globs | None = None
    """Evidence files that were not read in full, and will not come again."""
    reason: Text
    by: Text
    date: Day
    """The first day on which it is out of service, in UTC."""

    @model_validator(mode="after")
    def _names(self) -> Retired:
        if not self.globs:
            raise ValueError(f"retires nothing; name one or more of {', '.join(RETIRABLE)}")
        if not all(glob.strip("*") for _, glob in self.globs):
            raise ValueError("retires everything; name the tests, classes, sources, variants or files that are gone")
        return self

    @property
    def globs(self) -> tuple[tuple[Retirable, str], ...]:
        """(kind, glob) of everything that it names."""
        return tuple((kind, glob) for kind in RETIRABLE for glob in getattr(self, kind) or ())

    def in_force(self, as_of: datetime) -> bool:
        """True from the first moment of its date on."""
        return as_of >= start_of(self.date)

    def __str__(self) -> str:
        return "; ".join(filter(None, map(self._listed, RETIRABLE)))

    def _listed(self, kind: Retirable) -> str:
        """`variants py38, py39`, but tests by their globs alone."""
        globs = ", ".join(getattr(self, kind) or ())
        return f"{kind} {globs}" if globs and kind != "tests" else globs

"""What `readiness diff --format json` tells, as one record."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from readiness.render.difference import Difference
from readiness.render.records import ChangesRecord


class DiffRecord(ChangesRecord):
    """What changed between two judgements."""

    schema_: Literal[1] = Field(alias="schema", default=1)

    @classmethod
    def of(cls, found: Difference) -> DiffRecord:
        """The difference of two judgements."""
        return cls(**dict(ChangesRecord.of(found)))

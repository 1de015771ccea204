"""Everything that a walk over a JUnit document finds."""

from dataclasses import dataclass, field
from datetime import datetime

from readiness.evidence.cases import Home, ReadCase
from readiness.evidence.properties import Properties


@dataclass(slots=True)
class Gathered:
    """Everything that a walk found."""

    cases: list[ReadCase] = field(default_factory=list)
    run_level: list[ReadCase] = field(default_factory=list)
    suites: int = 0
    declares_tests: int = 0
    properties: Properties = field(default_factory=Properties)
    started: datetime | None = None
    uncertain: str = ""
    """The first timestamp whose meaning is not certain."""
    left_out: int = 0
    """Tests of Playwright that did not run and that nobody skipped."""
    unnamed: int = 0
    """Cases without a name."""
    nameless: list[ReadCase] = field(default_factory=list)
    """Those without a class and a result element either."""
    empty: list[tuple[str, int, Home]] = field(default_factory=list)
    """What suites without a test say, their lines and places."""

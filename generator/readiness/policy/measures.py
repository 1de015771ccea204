"""What a criterion can measure, a row each; how its value is made stands in `assessment.measures`, by the same name."""

from dataclasses import dataclass
from typing import Literal

Says = Literal["outcomes", "results", "vanished", "loss", "age", "duration", "value"]
"""What a measure speaks of, which decides what it means when its limit is not met.

`outcomes`: how tests ended; their blockers stand for it, and with nothing executed it proves nothing. `results`: how
many of the expected tests have one. `vanished`, `loss`, `age`: tests that are gone, evidence that was lost or is old,
each with a gap of its own. `duration`: how long the run took. `value`: anything else, counted or measured.
"""


@dataclass(frozen=True)
class Measure:
    """One measure, or the family of them whose names begin with `metric.`."""

    name: str
    says: Says
    scope: Literal["tests", "parts", "run"] = "tests"
    """A number of tests (of an area, of a variant too), of many lines or values, or of the run as a whole."""
    dimension: Literal["number", "ratio", "time", ""] = "number"
    """That of its limit; empty for that of the metric's own unit."""
    failing: bool = False
    """True where it counts failing tests alone: that they fail says it all."""
    over_expected: bool = False
    """True where it depends on what tests there should be."""
    evidence: Literal["tests", "coverage", "warnings", "metrics", "any"] = "tests"
    """The files that it comes from."""

    @property
    def absence(self) -> bool:
        """True where it says, beyond its limit, that evidence is missing: that proves nothing against the product."""
        return self.says in ("results", "vanished", "loss", "age")

    @property
    def stated(self) -> bool:
        """True where blockers and gaps of their own say so when its limit is not met."""
        return self.absence or self.says == "outcomes"


_ROWS = (
    Measure("failures", "outcomes", failing=True),
    Measure("new_failures", "outcomes"),
    Measure("run_errors", "outcomes", failing=True),
    Measure("passed", "outcomes"),
    Measure("failed", "outcomes", failing=True),
    Measure("errors", "outcomes", failing=True),
    Measure("skipped", "outcomes"),
    Measure("flaky", "outcomes"),
    Measure("not_run", "results", over_expected=True),
    Measure("executed", "outcomes"),
    Measure("expected", "value", over_expected=True),
    Measure("vanished", "vanished", "run", over_expected=True),
    Measure("evidence_loss", "loss", "run", evidence="any"),
    Measure("evidence_age", "age", "run", "time", evidence="any"),
    Measure("warnings", "value", "run", evidence="warnings"),
    Measure("pass_rate", "outcomes", dimension="ratio", failing=True),
    Measure("success_rate", "outcomes", dimension="ratio", over_expected=True),
    Measure("completion", "results", dimension="ratio", over_expected=True),
    Measure("execution", "results", dimension="ratio", over_expected=True),
    Measure("coverage.line", "value", "parts", "ratio", evidence="coverage"),
    Measure("coverage.branch", "value", "parts", "ratio", evidence="coverage"),
    Measure("duration", "duration", "run", "time"),
    Measure("flaky_rate", "value", "run", "ratio"),
    Measure("slower_than_baseline", "value", "run"),
)
MEASURES = {row.name: row for row in _ROWS}
METRIC = Measure("metric", "value", "parts", "", evidence="metrics")
"""`metric.NAME`: the worst of its values."""


def measure_named(name: str) -> Measure | None:
    """The row of a measure; None where there is no such measure."""
    return METRIC if name.startswith("metric.") and name != "metric." else MEASURES.get(name)

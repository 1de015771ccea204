"""Plotly figures as plain dicts, each with a sentence that says what it shows and the same numbers as a table.

The horizontal axis holds the runs in the order of the chain. A missing value is a gap, never a zero.
"""

from readiness.site.charts.blockers import blockers_over_time
from readiness.site.charts.lifeline import STATES, lifeline
from readiness.site.charts.outcomes import outcomes_stacked
from readiness.site.charts.rates import coverage, rate
from readiness.site.charts.record import FEW, Chart, Key, Row
from readiness.site.charts.values import series
from readiness.site.charts.zoom import explorable
from readiness.site.limits import Limit
from readiness.site.points import (
    BlockerPoint,
    CoveragePoint,
    OutcomePoint,
    Point,
    RatePoint,
    StatePoint,
    ValuePoint,
)

__all__ = [
    "FEW",
    "STATES",
    "BlockerPoint",
    "Chart",
    "CoveragePoint",
    "Key",
    "Limit",
    "OutcomePoint",
    "Point",
    "RatePoint",
    "Row",
    "StatePoint",
    "ValuePoint",
    "blockers_over_time",
    "coverage",
    "explorable",
    "lifeline",
    "outcomes_stacked",
    "rate",
    "series",
]

"""Plotly figures, each with a sentence that says what it shows and the same numbers as a table.

The horizontal axis holds the runs in the order of the chain. A missing value is a gap, never a zero.
"""

from readiness.render.charts.blockers import blockers_over_time
from readiness.render.charts.data import (
    BlockerPoint,
    CoveragePoint,
    OutcomePoint,
    RatePoint,
    StatePoint,
    ValuePoint,
)
from readiness.render.charts.lifeline import lifeline
from readiness.render.charts.look import look_json
from readiness.render.charts.outcomes import outcomes_stacked
from readiness.render.charts.rates import coverage, rate
from readiness.render.charts.record import FEW, Chart, LegendEntry, Row, explorable, marked
from readiness.render.charts.timeline import timeline_chart
from readiness.render.charts.treemap import Box, squarified
from readiness.render.charts.values import Limit, series

__all__ = [
    "FEW",
    "BlockerPoint",
    "Box",
    "Chart",
    "CoveragePoint",
    "LegendEntry",
    "Limit",
    "OutcomePoint",
    "RatePoint",
    "Row",
    "StatePoint",
    "ValuePoint",
    "blockers_over_time",
    "coverage",
    "explorable",
    "lifeline",
    "look_json",
    "marked",
    "outcomes_stacked",
    "rate",
    "series",
    "squarified",
    "timeline_chart",
]

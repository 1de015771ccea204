"""Facts: counts, areas, expected tests, comparison and causes, from the results tables; no decisions."""

from readiness.analysis.compare import Comparison, Slower, compare
from readiness.analysis.counts import AreaCounts, Cell, Counts
from readiness.analysis.expected import Basis, Before, Expectation, Reference, expect
from readiness.analysis.facts import Loss, RunFacts, Sample, gather, proves_absence
from readiness.analysis.flakes import WINDOW, Execution, Flake, Track
from readiness.analysis.intervals import wilson
from readiness.analysis.raised import WarningGroup, group_warnings
from readiness.analysis.sightings import Sighting, sightings
from readiness.analysis.signatures import Cause, cause_of, mask
from readiness.analysis.skips import skip_reasons
from readiness.analysis.tables import Selectors, Table, keys_of, retires

__all__ = [
    "WINDOW",
    "AreaCounts",
    "Basis",
    "Before",
    "Cause",
    "Cell",
    "Comparison",
    "Counts",
    "Execution",
    "Expectation",
    "Flake",
    "Loss",
    "Reference",
    "RunFacts",
    "Sample",
    "Selectors",
    "Sighting",
    "Slower",
    "Table",
    "Track",
    "WarningGroup",
    "cause_of",
    "compare",
    "expect",
    "gather",
    "group_warnings",
    "keys_of",
    "mask",
    "proves_absence",
    "retires",
    "sightings",
    "skip_reasons",
    "wilson",
]

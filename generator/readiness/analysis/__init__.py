"""Facts: counts, areas, expected tests, comparison and causes, from the results tables; no decisions."""

from readiness.analysis.compare import Comparison, compare
from readiness.analysis.counts import AreaCounts, Counts
from readiness.analysis.expected import Basis, Before, Expectation, Reference, expect
from readiness.analysis.facts import Loss, RunFacts, Sighting, gather, proves_absence, sightings
from readiness.analysis.signatures import Cause, cause_of, mask

__all__ = [
    "AreaCounts",
    "Basis",
    "Before",
    "Cause",
    "Comparison",
    "Counts",
    "Expectation",
    "Loss",
    "Reference",
    "RunFacts",
    "Sighting",
    "cause_of",
    "compare",
    "expect",
    "gather",
    "mask",
    "proves_absence",
    "sightings",
]

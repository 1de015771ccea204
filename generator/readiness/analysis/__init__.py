"""Facts: counts, areas, expected tests, comparison and causes, from the results tables; no decisions."""

from readiness.analysis.awaited import lacking, lost_files
from readiness.analysis.change_points import (
    FEWEST,
    RECENT,
    Change,
    confirmed,
    level_changes,
    rate_changes,
    time_changes,
)
from readiness.analysis.comparison import Comparison, Slower, compare, is_slower
from readiness.analysis.counts import Counts
from readiness.analysis.expected import Basis, Expectation, Names, expect, proves_absence
from readiness.analysis.facts import Loss, RunFacts, RunRef, Told, gather, most, ref_to
from readiness.analysis.flakes import WINDOW, Execution, Flake, Track
from readiness.analysis.flaky_rates import Prior, Rate, Trials, fails_at_all, fit, rate
from readiness.analysis.histories import (
    ABSENT,
    EXECUTED,
    FAILED,
    LETTERS,
    NO_RESULT,
    Histories,
    History,
    Shown,
    fold_histories,
)
from readiness.analysis.identity import Identity, identified, told_apart
from readiness.analysis.intervals import clean_runs, wilson
from readiness.analysis.ledger import Ledger, empty
from readiness.analysis.moves import Move
from readiness.analysis.raised import WarningGroup, group_warnings
from readiness.analysis.sighting import Sighting, sightings
from readiness.analysis.skips import skip_reasons
from readiness.analysis.slow import Pace, pace
from readiness.analysis.tables import (
    Selectors,
    any_glob,
    areas_of,
    is_retired,
    matches,
    module_of,
    retires,
    with_labels,
)
from readiness.results import Cause, cause_of, mask

__all__ = [
    "ABSENT",
    "EXECUTED",
    "FAILED",
    "FEWEST",
    "LETTERS",
    "NO_RESULT",
    "RECENT",
    "WINDOW",
    "Basis",
    "Cause",
    "Change",
    "Comparison",
    "Counts",
    "Execution",
    "Expectation",
    "Flake",
    "Histories",
    "History",
    "Identity",
    "Ledger",
    "Loss",
    "Move",
    "Names",
    "Pace",
    "Prior",
    "Rate",
    "RunFacts",
    "RunRef",
    "Selectors",
    "Shown",
    "Sighting",
    "Slower",
    "Told",
    "Track",
    "Trials",
    "WarningGroup",
    "any_glob",
    "areas_of",
    "cause_of",
    "clean_runs",
    "compare",
    "confirmed",
    "empty",
    "expect",
    "fails_at_all",
    "fit",
    "fold_histories",
    "gather",
    "group_warnings",
    "identified",
    "is_retired",
    "is_slower",
    "lacking",
    "level_changes",
    "lost_files",
    "mask",
    "matches",
    "module_of",
    "most",
    "pace",
    "proves_absence",
    "rate",
    "rate_changes",
    "ref_to",
    "retires",
    "sightings",
    "skip_reasons",
    "time_changes",
    "told_apart",
    "wilson",
    "with_labels",
]

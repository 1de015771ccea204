"""What is working: a sentence that claims nothing beyond the evidence."""

from __future__ import annotations

from readiness.analysis import Counts
from readiness.phrases.wording import At, Number, Sentence, say
from readiness.report import Report

NAMED = 5
"""Areas that the sentence names before it counts the rest."""


def works(counts: Counts) -> bool:
    """True where everything expected is known and was executed, at least one test passed and none failed."""
    known = counts.expected is not None and not counts.at_least
    return known and counts.clean > 0 and not (counts.failures or counts.not_run or counts.skipped)


def working(found: Report) -> Sentence:
    """Which areas work."""
    areas = found.facts.areas
    names = tuple(area.name for area in areas if works(area.counts))
    if not names:
        return say("no_area_works", areas=Number(len(areas), At.AREAS))
    more = max(0, len(names) - NAMED)
    count = Number(len(names), At.AREAS)
    return say("areas_work", count=count, areas=len(areas), names=names[:NAMED], more=more)

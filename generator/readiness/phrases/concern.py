"""What is working and what gives cause for concern: sentences that claim nothing beyond the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.analysis import Basis, Counts, group_warnings
from readiness.assessment import BlockerState
from readiness.phrases.judgement import title_of
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


def concerns(found: Report) -> tuple[Sentence, ...]:
    """What a reader should know before deciding, whatever the verdict."""
    told = (*_evidence(found), *_product(found), *_acceptance(found))
    return told or (say("no_concern"),)


def _evidence(found: Report) -> Iterator[Sentence]:
    """What the evidence does not show."""
    facts = found.facts
    counts = facts.counts
    if counts.not_run:
        expected = Number(counts.expected or 0, At.EVIDENCE)
        yield say("concern_without_result", missing=Number(counts.not_run, At.GAPS), expected=expected)
    if facts.basis is Basis.NONE:
        yield say("concern_expected", why=say("first_run"))
    if facts.losses:
        yield say("concern_lost", **{name: Number(count, At.EVIDENCE) for name, count in facts.lost.items()})
    if counts.skipped:
        yield say("concern_skipped", count=Number(counts.skipped, At.GAPS))


def _product(found: Report) -> Iterator[Sentence]:
    """What the evidence shows of the product."""
    facts, previous = found.facts, found.previous
    run_level = {result.key for result in facts.problems if result.run_level}
    new = [key for key in facts.new_failures if key not in run_level]
    if previous and new:
        count = Number(len(new), At.FAILURES)
        yield say("concern_new_failures", count=count, version=previous.judged.version)
    blockers = found.open_blockers
    if again := sum(one.state is BlockerState.REOPENED for one in blockers):
        yield say("concern_reopened", count=Number(again, At.BLOCKERS))
    oldest = min(blockers, key=lambda one: (one.opened.time, one.id), default=None)
    if oldest and oldest.opened.run != found.run.id:
        days = oldest.age(found.verdict.as_of).days
        yield say("concern_oldest", title=title_of(oldest), days=days, version=oldest.opened.version)
    proven = sum(flake.proven for flake in found.flakes)
    if proven:
        yield say("concern_flaky", count=Number(proven, At.FLAKY))
    if suspected := len(found.flakes) - proven:
        yield say("concern_wavering", count=Number(suspected, At.FLAKY))
    if facts.warnings:
        groups = group_warnings(facts.warnings)
        count = Number(sum(group.count for group in groups), At.WARNINGS)
        yield say("concern_warnings", count=count, kinds=len(groups))


def _acceptance(found: Report) -> Iterator[Sentence]:
    """What rests on people's word."""
    if held := sum(one.in_force for one in found.waivers):
        yield say("concern_waivers", count=Number(held, At.WAIVERS))
    if claimed := sum(one.claimed for one in found.items):
        yield say("concern_claims", count=Number(claimed, At.CHECKLIST))
    plan = found.plan
    if plan and plan.unknown:
        yield say("concern_estimates", count=Number(len(plan.unknown), At.PLAN))

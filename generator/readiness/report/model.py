"""The judged report: everything that a page or an output tells of one judgement, as frozen plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from readiness.analysis import Counts, Flake, RunFacts
from readiness.archive import Judgement, Manifest
from readiness.assessment import (
    AnyBlocker,
    Assessment,
    Changes,
    CriterionResult,
    Debt,
    Gap,
    Granted,
    ItemResult,
    Judged,
    Step,
    Timeline,
    Verdict,
    WaiverResult,
    changes,
    judged,
    open_blockers,
    planned,
    stopping_blockers,
    to_ready,
)
from readiness.policy import Area

SCHEMA: Literal[1] = 1


@dataclass(frozen=True)
class Previous:
    """The judgement that this one follows."""

    judged: Judged
    counts: Counts
    open_blockers: int


@dataclass(frozen=True)
class Report:
    """One judgement of one run: references, numbers, units and enums, from which words and pages are made."""

    schema: Literal[1]
    product: str
    """As the policy names it, else the manifest."""
    run: Manifest
    judgement: Judgement
    default_policy: bool
    """True where nobody has written a policy."""
    areas: tuple[Area, ...]
    """As the policy defines them; empty where the areas are the test modules."""
    verdict: Verdict
    unwaived: Verdict
    """The verdict, if nothing were waived."""
    facts: RunFacts
    criteria: tuple[CriterionResult, ...]
    blockers: tuple[AnyBlocker, ...]
    """Those that are not closed, in the order to fix them, then those that this run closed."""
    stopping: tuple[str, ...]
    """Ids of the blockers that keep the release from being ready, in the order to fix them."""
    gaps: tuple[Gap, ...]
    items: tuple[ItemResult, ...]
    waivers: tuple[WaiverResult, ...]
    debts: Mapping[str, Debt]
    """Target of a waiver, `blocker:B-ABCDEF` -> since when and how often it has been waived."""
    granted: Granted
    flakes: tuple[Flake, ...]
    steps: tuple[Step, ...]
    """What is left to do until it is READY, smallest first."""
    plan: Timeline | None
    """None where nobody has estimated anything."""
    previous: Previous | None
    baseline: Judged | None
    """The last run up the chain that was READY without waivers, else the last of the version before; None: neither."""
    changes: Changes | None
    """Since `previous`."""


def report_of(found: Assessment) -> Report:
    """The report of a judgement."""
    before, comparison = found.previous, found.facts.comparison
    now_closed = (found.blockers[name] for name in found.closed)
    return Report(
        schema=SCHEMA,
        product=found.policy.product or found.run.manifest.product,
        run=found.run.manifest,
        judgement=found.judgement,
        default_policy=found.default_policy,
        areas=found.policy.areas,
        verdict=found.verdict,
        unwaived=found.unwaived,
        facts=replace(found.facts, comparison=None),
        criteria=found.criteria,
        blockers=(*open_blockers(found), *now_closed),
        stopping=tuple(blocker.id for blocker in stopping_blockers(found)),
        gaps=found.gaps,
        items=found.items,
        waivers=found.waivers,
        debts={waiver.ref: found.debts[waiver.ref] for waiver in found.waivers},
        granted=found.granted,
        flakes=found.flakes,
        steps=to_ready(found),
        plan=planned(found),
        previous=Previous(judged(before), before.facts.counts, len(open_blockers(before))) if before else None,
        baseline=judged(found.baseline) if found.baseline else None,
        changes=changes(before, found, comparison) if before and comparison else None,
    )

"""The judged report: everything that a page or an output tells of one judgement, as frozen plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from readiness.analysis import Counts, Flake, Prior, RunFacts, WarningGroup, fails_at_all, group_warnings
from readiness.archive import Judgement, Manifest
from readiness.assessment import (
    AnyBlocker,
    Assessment,
    Blocker,
    BlockerState,
    Changes,
    CriterionResult,
    Debt,
    Gap,
    Granted,
    ItemResult,
    Judged,
    Kind,
    Note,
    Step,
    Timeline,
    Verdict,
    WaiverResult,
    changes,
    judged,
    open_blockers,
    planned,
    stopping_blockers,
    titled,
    to_ready,
)
from readiness.policy import Area
from readiness.serial import ALWAYS_THERE, telling

SCHEMA: Literal[1] = 1


@dataclass(frozen=True)
class Previous:
    """The judgement that this one follows."""

    judged: Judged
    counts: Counts
    open_blockers: int


@telling("ages", "flaky_failure")
@dataclass(frozen=True)
class Report:
    """One judgement of one run: references, numbers, units and enums, from which words and pages are made."""

    __pydantic_config__ = ALWAYS_THERE

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
    """The proven ones first, of these the flakiest."""
    flaky_prior: Prior
    """How the rates of the suite's tests are spread: what each rate of `flakes` is shrunk to."""
    steps: tuple[Step, ...]
    """What is left to do until it is READY: blockers in the order to fix them, then criteria."""
    plan: Timeline | None
    """None where nobody has estimated anything."""
    previous: Previous | None
    baseline: Judged | None
    """The last run up the chain that was READY without waivers, else the last of the version before; None: neither."""
    changes: Changes | None
    """Since `previous`."""
    since_baseline: Changes | None
    """Since `baseline`, where that is not `previous`."""
    rejudged: Changes | None
    """Since the judgement of this run before this one: the policy's doing, or that of time."""
    opened: tuple[str, ...]
    """Ids of the blockers that this run opened or reopened."""
    closed: tuple[str, ...]
    """Ids of those that it closed."""
    waivers_about: Mapping[str, tuple[str, ...]]
    """Id of a blocker -> targets of the waivers, in force or not, that are about it."""
    warnings: tuple[tuple[str, WarningGroup], ...]
    """What kind of warning each group is, by the policy's categories."""
    incomplete: Note | None
    """What is missing of its past, in a site that was built in spite of damage."""

    @property
    def judged(self) -> Judged:
        """The name of the judgement."""
        words = self.verdict.word, self.unwaived.word
        return Judged(self.run.id, self.judgement.number, self.run.version, self.run.started, *words)

    @property
    def ages(self) -> Mapping[str, int]:
        """Id of a blocker -> whole days from its first opening to the judgement."""
        return {blocker.id: blocker.age(self.verdict.as_of).days for blocker in self.blockers}

    @property
    def flaky_failure(self) -> float:
        """The chance, from 0 to 1, that at least one of `flakes` fails in an attempt at all, were they independent."""
        return fails_at_all(flake.rate for flake in self.flakes)

    @cached_property
    def blocker_by_id(self) -> Mapping[str, Blocker]:
        """The blockers that it tells of."""
        return {blocker.id: blocker for blocker in self.blockers}

    def holders_of(self, kind: Kind, ref: str) -> tuple[Blocker, ...]:
        """The open blockers that keep a criterion or item from being met: its own, else those that keep it open."""
        own, wanted = self.own_blocker(kind, ref), (kind, ref)
        held = (one for one in self.open_blockers if any((each.kind, each.ref) == wanted for each in one.keeps_open))
        return (own,) if own else tuple(held)

    def own_blocker(self, kind: Kind, ref: str) -> Blocker | None:
        """The open blocker that a criterion or item is itself; None where others hold it, or nothing does."""
        signatures = (f"{kind.value}:{ref}", f"{Kind.GAP.value}:{kind.value} {ref}")
        return next((one for one in self.open_blockers if one.signature in signatures), None)

    @cached_property
    def open_blockers(self) -> tuple[Blocker, ...]:
        """Those that are not closed, in the order to fix them."""
        return tuple(blocker for blocker in self.blockers if blocker.state is not BlockerState.CLOSED)

    @cached_property
    def stopping_blockers(self) -> tuple[Blocker, ...]:
        """Those that keep the release from being ready, in the same order; waived ones do not."""
        return tuple(self.blocker_by_id[name] for name in self.stopping)


def report_of(found: Assessment, judged_before: Assessment | None = None) -> Report:
    """The report of a judgement; `judged_before`: the one before it of the same run."""
    before, comparison, baseline = found.previous, found.facts.comparison, found.baseline
    facts = replace(found.facts, comparison=None)
    against = found.baseline_comparison
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
        facts=facts,
        criteria=found.criteria,
        blockers=(*open_blockers(found), *now_closed),
        stopping=tuple(blocker.id for blocker in stopping_blockers(found)),
        gaps=found.gaps,
        items=found.items,
        waivers=found.waivers,
        debts={waiver.ref: found.debts[waiver.ref] for waiver in found.waivers},
        granted=found.granted,
        flakes=found.flakes,
        flaky_prior=found.flaky_prior,
        steps=to_ready(found),
        plan=planned(found),
        previous=Previous(judged(before), before.facts.counts, len(open_blockers(before))) if before else None,
        baseline=judged(baseline) if baseline else None,
        changes=changes(before, found, comparison) if before and comparison else None,
        since_baseline=changes(baseline, found, against) if baseline and against else None,
        rejudged=changes(judged_before, found) if judged_before else None,
        opened=found.opened,
        closed=found.closed,
        waivers_about={name: tuple(one.ref for one in waivers) for name, waivers in found.waivers_about.items()},
        warnings=tuple(titled(group_warnings(facts.warnings or ()), found.policy)),
        incomplete=found.incomplete,
    )

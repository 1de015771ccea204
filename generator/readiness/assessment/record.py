"""What judging a run gives: facts, criteria, blockers and verdict, tied to the judgement before."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from readiness.analysis import Comparison, Flake, Names, Prior, RunFacts, Told, lacking, most, ref_to
from readiness.archive import ArchivedRun, Judgement, Link
from readiness.assessment.blockers import Blocker, BlockerState
from readiness.assessment.checklist import ItemResult
from readiness.assessment.criteria import CriterionResult
from readiness.assessment.gaps import Gap
from readiness.assessment.grants import Grant
from readiness.assessment.measures import Baseline, Known
from readiness.assessment.notes import Note
from readiness.assessment.subjects import waivers_about
from readiness.assessment.verdict import BADNESS, Verdict
from readiness.assessment.waivers import Debt, Granted, Situation, WaiverResult
from readiness.errors import ArchiveError
from readiness.policy import Policy


def _nowhere(link: Link) -> Assessment:
    raise KeyError(link)


@dataclass(frozen=True)
class Assessment:
    """One judgement of one run, with the facts, criteria and blockers behind it."""

    run: ArchivedRun
    facts: RunFacts
    judgement: Judgement
    policy: Policy
    default_policy: bool
    criteria: tuple[CriterionResult, ...]
    """As they stand, and whether waivers let them pass."""
    blockers: Mapping[str, Blocker]
    """Every blocker of the chain up to here, closed ones included, by id."""
    gaps: tuple[Gap, ...]
    items: tuple[ItemResult, ...]
    """The checklist, as it stands without waivers."""
    waivers: tuple[WaiverResult, ...]
    granted: Granted
    """What the waivers in force take out of the judgement."""
    verdict: Verdict
    unwaived: Verdict
    """The verdict without waivers."""
    flakes: tuple[Flake, ...]
    """The tests of this run that are flaky, the proven ones first."""
    flaky_prior: Prior
    """What their rates are shrunk to."""
    baseline_comparison: Comparison | None
    """Against `baseline`; None where that is the run before, whose comparison the facts hold."""
    previous_link: Link | None
    baseline_link: Link | None
    """The last run up the chain that was READY without waivers, else the last of the version before; None: neither."""
    grants: Mapping[tuple[str, str], Grant] = field(repr=False, compare=False, default_factory=dict)
    """What each waiver of the policy accepted when it was granted, by target."""
    debts: Mapping[str, Debt] = field(default_factory=dict)
    """Target of each waiver up the chain -> since when, and in which releases, it has been waived."""
    names: Names = field(repr=False, compare=False, default=Names())
    """What tests are called on this run."""
    find: Callable[[Link], Assessment] = field(repr=False, compare=False, default=_nowhere)
    """Finds a judgement before it."""
    incomplete: Note | None = None
    """What is missing of its past, in a site that was built in spite of damage."""

    @cached_property
    def previous(self) -> Assessment | None:
        """The judgement that it follows."""
        return self.find(self.previous_link) if self.previous_link else None

    @cached_property
    def baseline(self) -> Assessment | None:
        """The judgement that `baseline_link` names."""
        return self.find(self.baseline_link) if self.baseline_link else None

    @property
    def known(self) -> Known:
        """What its criteria were judged by, beside the facts."""
        against = self.baseline_comparison or self.facts.comparison
        return Known(self.verdict.as_of, self.flakes, baseline_of(self.baseline, against))

    @property
    def link(self) -> Link:
        """Identity of this judgement."""
        return Link(run=self.run.id, judgement=self.judgement.number)

    @property
    def told_blockers(self) -> dict[str, Blocker]:
        """Those of the blockers that no others hold, by id."""
        return {name: one for name, one in self.blockers.items() if not one.kept_by}

    @property
    def opened(self) -> tuple[str, ...]:
        """Blockers that this run opened or reopened."""
        return self._moved(closed=False)

    @property
    def closed(self) -> tuple[str, ...]:
        """Blockers that this run closed."""
        return self._moved(closed=True)

    def _moved(self, *, closed: bool) -> tuple[str, ...]:
        """The blockers that are closed, or are not, and were not so before."""
        before = self.previous.told_blockers if self.previous else {}
        then = {one.id for one in before.values() if (one.state is BlockerState.CLOSED) is closed}
        now = (one.id for one in self.told_blockers.values() if (one.state is BlockerState.CLOSED) is closed)
        return tuple(name for name in now if name not in then)

    @property
    def situation(self) -> Situation:
        """What there is to waive."""
        return Situation(self.facts, self.criteria, self.blockers, self.gaps, self.items)

    @cached_property
    def waivers_about(self) -> Mapping[str, tuple[WaiverResult, ...]]:
        """Id of a blocker -> the waivers that are about it."""
        return waivers_about(self.waivers, self.situation)

    @cached_property
    def told_after(self) -> Mapping[str, Told]:
        """The most files that each measured value came from, by measure: what later runs owe.

        A READY without waivers accepts what this run had; a measure that the policy does not judge is owed no longer.
        """
        now = self.facts.told_by
        if self.unwaived.ready:
            return now
        owed = {name: told for name, told in self.facts.told_before.items() if name in self.policy.measures}
        return most(owed, now)

    @property
    def awaited_after(self) -> Mapping[str, str]:
        """What the run lacks, each with the run that said so first: what later runs owe."""
        announced = dict.fromkeys(lacking(self.run.manifest), self.run.id)
        return {**announced, **self.facts.awaited}

    def chain(self) -> tuple[Assessment, ...]:
        """This judgement and all before it, oldest first."""
        found: list[Assessment] = []
        here: Assessment | None = self
        while here is not None:
            found.append(here)
            here = here.previous
        return tuple(reversed(found))


def baseline_of(found: Assessment | None, comparison: Comparison | None) -> Baseline | None:
    """A baseline as criteria need it; `comparison`: of the run against it."""
    if found is None:
        return None
    return Baseline(ref_to(found.run.manifest), found.facts.metrics, found.policy.measures, comparison)


@dataclass(frozen=True)
class Assessments:
    """Every judgement of an archive, by run and in order of number; `skipped` names the runs left out and why."""

    by_run: Mapping[str, tuple[Assessment, ...]]
    """Where a cache helps, each run is judged, or its judgement read, when it is first asked for."""
    skipped: Mapping[str, ArchiveError]
    line: Callable[[Assessment], Sequence[tuple[ArchivedRun, int]]]
    """Run and number of a judgement and of all before it, oldest first; of a sound archive none of them is read."""
    cache: Path | None = None
    """Where derived results are kept; None keeps none."""

    def latest_of(self, run: str) -> Assessment:
        """The latest judgement of a run; raises KeyError for a run that was left out."""
        return self.by_run[run][-1]

    def worst_of(self, runs: Iterable[str]) -> Assessment:
        """The judgement that answers for runs that nothing orders: the worst; of READY ones that which ends first."""
        return max((self.latest_of(run) for run in sorted(runs)), key=_badness)


def _badness(one: Assessment) -> tuple[int, float]:
    until = one.verdict.valid_until
    return BADNESS[one.verdict.word], -until.timestamp() if until else -math.inf

"""Stepping along the chain: every judgement of every run, each a pure function of its run, its past and its policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from readiness.analysis import (
    Before,
    Expectation,
    RunFacts,
    Sighting,
    compare,
    expect,
    gather,
    proves_absence,
    sightings,
)
from readiness.archive import Archive, ArchivedRun, Judgement, Link, RunResults, load_results
from readiness.assessment.blockers import Blocker, BlockerState, step
from readiness.assessment.criteria import CriterionResult, judge_criterion
from readiness.assessment.verdict import Verdict, judge
from readiness.errors import ArchiveError
from readiness.model import Scope, TestKey
from readiness.policy import UNASSIGNED, Policy, is_default, parse_policy

Progress = Callable[[int, int], None]
"""Called with (runs done, runs in all)."""


@dataclass(frozen=True)
class Assessment:
    """One judgement of one run, with the facts, criteria and blockers behind it."""

    facts: RunFacts
    judgement: Judgement
    policy: Policy
    default_policy: bool
    criteria: tuple[CriterionResult, ...]
    blockers: Mapping[str, Blocker]
    """Every blocker of the chain up to here, closed ones included, by id."""
    verdict: Verdict
    previous: Assessment | None = field(repr=False, compare=False)
    gap: str = ""
    """What is missing of its past, in a site that was built in spite of damage."""

    @property
    def run(self) -> ArchivedRun:
        """The run that was judged."""
        return self.facts.run

    @property
    def link(self) -> Link:
        """Identity of this judgement."""
        return Link(run=self.run.id, judgement=self.judgement.number)

    @property
    def opened(self) -> tuple[str, ...]:
        """Blockers that this run opened or reopened."""
        before = self.previous.blockers if self.previous else {}
        stopped = (BlockerState.OPEN, BlockerState.REOPENED)
        return tuple(
            one.id
            for one in self.blockers.values()
            if one.state in stopped and (one.id not in before or before[one.id].state is BlockerState.CLOSED)
        )

    @property
    def closed(self) -> tuple[str, ...]:
        """Blockers that this run closed."""
        before = self.previous.blockers if self.previous else {}
        return tuple(
            one.id
            for one in self.blockers.values()
            if one.state is BlockerState.CLOSED
            and (one.id not in before or before[one.id].state is not BlockerState.CLOSED)
        )

    def chain(self) -> tuple[Assessment, ...]:
        """This judgement and all before it, oldest first."""
        found: list[Assessment] = []
        here: Assessment | None = self
        while here is not None:
            found.append(here)
            here = here.previous
        return tuple(reversed(found))


@dataclass(frozen=True)
class Assessments:
    """Every judgement of an archive, by run and in order of number; `skipped` names the runs left out and why."""

    by_run: Mapping[str, tuple[Assessment, ...]]
    skipped: Mapping[str, ArchiveError]

    def latest_of(self, run: str) -> Assessment:
        """The latest judgement of a run; raises KeyError for a run that was left out."""
        return self.by_run[run][-1]


def assess(
    archive: Archive,
    cache: Path | None,
    *,
    strict: bool = True,
    policy: bytes | None = None,
    progress: Progress | None = None,
) -> Assessments:
    """Judge every run of the archive anew.

    `policy` replaces every recorded one: what would it have said? With `strict` the first damage raises its
    ArchiveError; otherwise damaged runs are left out and named, and no run that follows one is READY.
    """
    fold = _Fold(archive, cache, policy, strict=strict)
    if strict:
        archive.require_sound()
    order = _in_order(archive)
    for done, run in enumerate(order):
        if progress:
            progress(done, len(order))
        try:
            fold.take(run)
        except ArchiveError as error:
            if strict:
                raise
            fold.skipped[run.id] = error
    if progress:
        progress(len(order), len(order))
    return Assessments(fold.done, fold.skipped)


def _in_order(archive: Archive) -> list[ArchivedRun]:
    """Every run after the one it follows; a circle of links is damage, and its runs come last."""
    order: list[ArchivedRun] = []
    placed: set[str] = set()
    for run in archive.runs.values():
        line: list[ArchivedRun] = []
        here: ArchivedRun | None = run
        on_line: set[str] = set()
        while here is not None and here.id not in placed and here.id not in on_line:
            line.append(here)
            on_line.add(here.id)
            link = here.manifest.previous
            here = archive.runs.get(link.run) if link else None
        order += reversed(line)
        placed |= on_line
    return order


class _Fold:
    """Walks the runs in order; keeps of each run no more than its judgements."""

    def __init__(self, archive: Archive, cache: Path | None, policy: bytes | None, *, strict: bool) -> None:
        self.archive = archive
        self.cache = cache
        self.override = policy
        self.strict = strict
        self.done: dict[str, tuple[Assessment, ...]] = {}
        self.skipped: dict[str, ArchiveError] = {}
        self._policies: dict[str, tuple[Policy, bool]] = {}
        self._recent: dict[str, RunResults] = {}

    def take(self, run: ArchivedRun) -> None:
        """Judge one run with each of its judgements."""
        previous, gap = self._previous(run)
        results = self._results(run)
        before = self._reference(previous)
        expectation = expect(results, before)
        comparison = (
            compare(expectation.table, self._results(previous.run).table, previous.run.id) if previous else None
        )
        judged = []
        for judgement in run.judgements:
            policy, default = self._policy(judgement)
            globs = [(area.name, area.tests) for area in policy.areas]
            facts = gather(run, results, expectation, globs, UNASSIGNED, comparison)
            blockers = self._step(previous, facts, results, expectation, policy)
            criteria = tuple(judge_criterion(criterion, facts) for criterion in policy.criteria)
            verdict = judge(facts, criteria, blockers, policy, judgement.time, gap)
            judged.append(Assessment(facts, judgement, policy, default, criteria, blockers, verdict, previous, gap))
        self.done[run.id] = tuple(judged)

    def _previous(self, run: ArchivedRun) -> tuple[Assessment | None, str]:
        """(the judgement that `run` follows, what is missing on the way to it).

        Only a lenient build gets past a run that cannot be used; it goes on from the nearest usable one before.
        """
        link, gap = run.manifest.previous, ""
        passed: set[str] = set()
        while link is not None and link.run not in passed:
            passed.add(link.run)
            known = self.archive.runs.get(link.run)
            if known and link.run in self.done and known.is_meant_by(link):
                previous = self.done[link.run][link.judgement - 1]
                return previous, gap or previous.gap
            if self.strict:
                raise ArchiveError(
                    f"follows judgement {link.judgement} of run {link.run}, which cannot be used",
                    path=run.folder,
                    remedy="Restore that run first",
                )
            gap = gap or f"its past is incomplete: run {link.run} cannot be used"
            link = known.manifest.previous if known else None
        return None, gap

    def _step(
        self,
        previous: Assessment | None,
        facts: RunFacts,
        results: RunResults,
        expectation: Expectation,
        policy: Policy,
    ) -> dict[str, Blocker]:
        before = previous.blockers if previous else {}
        members = {
            member.key: member.scope
            for blocker in before.values()
            if blocker.state is not BlockerState.CLOSED
            for member in blocker.members
        }
        seen = sightings(expectation.table, members)
        withdrawn = frozenset(key for key in members if seen[key].outcome is None and proves_absence(results, key))
        return step(before, facts, seen, withdrawn, policy, lambda since, keys: self._past(previous, since, keys))

    def _past(
        self, previous: Assessment | None, since: str, keys: Mapping[TestKey, Scope]
    ) -> dict[TestKey, list[tuple[str, Sighting]]]:
        """What each run from `since` on showed of the tests, oldest first; reads those runs again."""
        found: dict[TestKey, list[tuple[str, Sighting]]] = {key: [] for key in keys}
        while previous is not None:
            run = previous.run
            for key, sighting in sightings(self._results(run).table, keys).items():
                found[key].insert(0, (run.manifest.commit or run.id, sighting))
            previous = previous.previous if run.id != since else None
        return found

    def _reference(self, previous: Assessment | None) -> Before | None:
        """The nearest run up the chain with results and without evidence loss."""
        while previous is not None and not previous.facts.sound:
            previous = previous.previous
        if previous is None:
            return None
        return Before(previous.run.id, self._results(previous.run), previous.facts.not_run)

    def _results(self, run: ArchivedRun) -> RunResults:
        """A run's results; the few used last stay at hand, since a run's successor needs them again."""
        found = self._recent.pop(run.id, None) or load_results(run, self.cache)
        self._recent[run.id] = found
        while len(self._recent) > 3:
            self._recent.pop(next(iter(self._recent)))
        return found

    def _policy(self, judgement: Judgement) -> tuple[Policy, bool]:
        if self.override is not None:
            return parse_policy(self.override, "policy"), is_default(self.override)
        if judgement.policy not in self._policies:
            text = self.archive.policy(judgement.policy)
            path = self.archive.root / "policies" / f"{judgement.policy}.yml"
            self._policies[judgement.policy] = parse_policy(text, path), is_default(text)
        return self._policies[judgement.policy]

"""Stepping along the chain: every judgement of every run, each a pure function of its run, its past and its policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import narwhals as nw

from readiness.analysis import (
    Comparison,
    Expectation,
    Flake,
    Ledger,
    Names,
    RunFacts,
    Selectors,
    Sighting,
    Told,
    Track,
    compare,
    empty,
    expect,
    gather,
    most,
    proves_absence,
    sightings,
)
from readiness.archive import Archive, ArchivedRun, Judgement
from readiness.assessment.blockers import STOPPING, Blocker, MemberState
from readiness.assessment.checklist import judge_checklist
from readiness.assessment.criteria import judge_criterion
from readiness.assessment.gaps import gaps_of
from readiness.assessment.grants import grants_after
from readiness.assessment.lifecycle import Moment, step, watched
from readiness.assessment.notes import Note, note
from readiness.assessment.record import Assessment, Assessments
from readiness.assessment.requirements import step_requirements
from readiness.assessment.retirement import demanding, retirements
from readiness.assessment.tracking import flakes, tracks_after
from readiness.assessment.verdict import judge_both
from readiness.assessment.waivers import Situation, grant, judge_waivers
from readiness.errors import ArchiveError
from readiness.model import Outcome, Scope, TestKey
from readiness.policy import UNASSIGNED, Policy, is_default, parse_policy
from readiness.results import Repeated, RunResults, Table, keys_of, load_results

Progress = Callable[[int, int], None]
"""Called with (runs done, runs in all)."""


def assess(
    archive: Archive,
    cache: Path | None = None,
    *,
    strict: bool = True,
    policy: bytes | None = None,
    progress: Progress | None = None,
) -> Assessments:
    """Judge every run of the archive anew.

    `cache`: the folder that keeps the derived tables of each run; None keeps nothing. `policy` replaces every recorded
    one: what would it have said? With `strict` the first damage raises its ArchiveError; otherwise damaged runs are
    left out and named, and no run that follows one is READY.
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


def _selectors(policy: Policy, as_of: datetime) -> Selectors:
    retired = [(kind, glob) for kind, glob, _ in policy.released(as_of)]
    samples = {item.id: item.tests for item in policy.items if item.tests is not None}
    return Selectors([(area.name, area.tests) for area in policy.areas], UNASSIGNED, retired, samples)


def _doubted(blockers: Mapping[str, Blocker]) -> frozenset[TestKey]:
    """The tests for whose want of a result a blocker leaves the release unproven already."""
    return frozenset(
        member.key
        for blocker in blockers.values()
        if blocker.doubted
        for member in blocker.members
        if member.state is MemberState.UNVERIFIED and member.category.severity in STOPPING
    )


def _baseline(previous: Assessment | None, version: str) -> Assessment | None:
    """The last run up the chain that was READY without waivers, else the last one of another version."""
    if previous is None or previous.unwaived.ready:
        return previous
    # Its own baseline was READY, or none before it was.
    if previous.baseline and previous.baseline.unwaived.ready:
        return previous.baseline
    here: Assessment | None = previous
    while here is not None and here.run.manifest.version == version:
        here = here.previous
    return here


def _renamed(blockers: Mapping[str, Blocker], renamed: Mapping[TestKey, TestKey]) -> Mapping[str, Blocker]:
    """The blockers with what their tests are called from now on."""
    if not renamed:
        return blockers
    found = {}
    for name, blocker in blockers.items():
        members = (replace(member, key=renamed.get(member.key, member.key)) for member in blocker.members)
        found[name] = replace(blocker, members=tuple(sorted(members, key=lambda member: member.key)))
    return found


KEPT = 4
"""Runs whose results stay at hand: a run, the one before it, its reference and its baseline."""
OUTCOMES_KEPT = 500_000
"""Outcomes of single tests that stay at hand, over all runs."""


class _Fold:
    """Walks the runs in order; keeps of each run no more than its judgements."""

    def __init__(self, archive: Archive, cache: Path | None, policy: bytes | None, *, strict: bool) -> None:
        self.archive = archive
        self.cache = cache
        self.strict = strict
        self.done: dict[str, tuple[Assessment, ...]] = {}
        self.skipped: dict[str, ArchiveError] = {}
        self._policies: dict[str, tuple[Policy, bool]] = {}
        self._recent: dict[str, RunResults] = {}
        self._outcomes: dict[str, dict[TestKey, str | None]] = {}
        self._repeated = Repeated(archive.runs)
        self._outcomes_by = Names()
        self._ledgers: dict[tuple[str, int], Ledger] = {}
        links = (run.manifest.previous for run in archive.runs.values())
        self._followers = Counter((link.run, link.judgement) for link in links if link)
        self._override = (parse_policy(policy, "policy"), is_default(policy)) if policy is not None else None

    def take(self, run: ArchivedRun) -> None:
        """Judge one run with each of its judgements."""
        previous, past = self._previous(run)
        results = self._results(run)
        replaced = self._replaced(run)
        expectation = expect(run.id, results, self._ledger(previous), replaced)
        table, names, renamed = expectation.table, expectation.names, expectation.renamed
        before = _renamed(previous.blockers, renamed) if previous else {}
        comparison = self._compared(expectation, previous)
        failed = (result.key for result in previous.facts.problems) if previous else ()
        failed_before = frozenset(renamed.get(key, key) for key in failed)
        baseline = _baseline(previous, run.manifest.version)
        told = ({name: Told(files, earlier) for name, files in one.told_by.items()} for earlier, one in replaced)
        told_before = most(*told, previous.told_after if previous else {})
        awaited = dict(previous.awaited_after) if previous else {}
        awaited |= {
            one.label: earlier for earlier, _ in replaced for one in self.archive.runs[earlier].manifest.missing
        }
        further = baseline if baseline and previous and baseline.run.id != previous.run.id else None
        against = self._compared(expectation, further)
        tracks: Mapping[TestKey, Track] | None = None
        flaky: tuple[Flake, ...] = ()
        judged: list[Assessment] = []
        for judgement in run.judgements:
            policy, default = self._policy(judgement)
            selectors = _selectors(policy, judgement.time)
            facts = gather(
                run, results, expectation, selectors, comparison, failed_before, self.archive.runs, told_before, awaited
            )
            if tracks is None:
                repeated = self._repeated.of(run)
                tracks = tracks_after(
                    previous, renamed, facts, table, repeated, lambda earlier: self._table(earlier, names)
                )
                flaky = flakes(tracks, table)
            criteria = tuple(judge_criterion(criterion, facts, judgement.time) for criterion in policy.criteria)
            moment = self._moment(before, run, facts, results, expectation, policy, judgement.time)
            tests = step(before, moment, lambda since, keys: self._past(previous, names, since, keys))
            asked = demanding(policy, judgement.time)
            gaps = gaps_of(facts, criteria, asked, _doubted(tests))
            items = judge_checklist(policy, facts, criteria, judgement.time)
            blockers = tests | step_requirements(before, tests, criteria, gaps, items, asked, moment.here)
            situation = Situation(facts, criteria, blockers, gaps, items)
            carried = judged[-1].grants if judged else previous.grants if previous else {}
            known = None if judged else self._known(run, previous)
            grants = grants_after(carried, policy, situation, known, {} if judged else renamed)
            waivers = judge_waivers(policy, situation, grants, judgement.time)
            waived = grant(waivers, situation)
            times = (run.manifest.finished, judgement.time)
            verdict, unwaived = judge_both(situation, waivers, waived, times, past)
            judged.append(
                Assessment(
                    run=run,
                    facts=facts,
                    judgement=judgement,
                    policy=policy,
                    default_policy=default,
                    criteria=waived[1],
                    blockers=blockers,
                    gaps=gaps,
                    items=items,
                    waivers=waivers,
                    granted=waived[0],
                    verdict=verdict,
                    unwaived=unwaived,
                    flakes=flaky,
                    baseline_comparison=against,
                    previous=previous,
                    baseline=baseline,
                    tracks=tracks,
                    grants=grants,
                    names=names,
                    gap=past,
                )
            )
            self._ledgers[run.id, judgement.number] = expectation.after(selectors.retires, accepted=unwaived.ready)
        self.done[run.id] = tuple(judged)

    def _previous(self, run: ArchivedRun) -> tuple[Assessment | None, Note | None]:
        """(the judgement that `run` follows, what is missing on the way to it).

        Only a lenient build gets past a run that cannot be used; it goes on from the nearest usable one before.
        """
        link = run.manifest.previous
        gap: Note | None = None
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
            gap = gap or note("past_cannot_be_used", run=link.run)
            link = known.manifest.previous if known else None
        return None, gap

    def _known(self, run: ArchivedRun, previous: Assessment | None) -> Situation | None:
        """How things stood when the policy of a run was written; None where nobody had seen more than the run shows."""
        if self._override is not None:
            return None
        replaced = self.done.get(run.manifest.supersedes or "")
        return replaced[0].situation if replaced else previous.situation if previous else None

    def _moment(
        self,
        before: Mapping[str, Blocker],
        run: ArchivedRun,
        facts: RunFacts,
        results: RunResults,
        expectation: Expectation,
        policy: Policy,
        as_of: datetime,
    ) -> Moment:
        members = {member.key: member.scope for member in watched(before.values())}
        seen = sightings(expectation.table, members, self._repeated.of(run))
        absent = (key for key in members if seen[key].outcome is None)
        unlisted = {key for key in absent if proves_absence(results, key, expectation.covered)}
        return Moment(facts, policy, as_of, seen, unlisted, retirements(policy, members, as_of))

    def _past(
        self, previous: Assessment | None, names: Names, since: str, keys: Mapping[TestKey, Scope]
    ) -> dict[TestKey, list[tuple[str, Sighting]]]:
        """What each run from `since` on showed of the tests, oldest first; reads those runs again."""
        found: dict[TestKey, list[tuple[str, Sighting]]] = {key: [] for key in keys}
        alone = all(scope is Scope.TEST for scope in keys.values())
        while previous is not None:
            run = previous.run
            repeated = self._repeated.of(run)
            plain = alone and not repeated
            table = None if plain else self._table(previous, names)
            seen = self._seen(previous, names, keys) if table is None else sightings(table, keys, repeated)
            for key, sighting in seen.items():
                found[key].append((run.manifest.commit or run.id, sighting))
            previous = previous.previous if run.id != since else None
        return {key: sighted[::-1] for key, sighted in found.items()}

    def _seen(self, earlier: Assessment, names: Names, keys: Iterable[TestKey]) -> dict[TestKey, Sighting]:
        """The outcomes of single tests in an earlier run; they stay at hand: every test that joins asks again."""
        if self._outcomes_by != names:
            self._outcomes.clear()
            self._outcomes_by = names
        run = earlier.run
        if run.id not in self._outcomes:
            table = names.keyed(load_results(run, self.cache).table, earlier.names).filter(~nw.col("run_level"))
            outcomes = dict(zip(keys_of(table), table["outcome"].to_list(), strict=True))
            self._outcomes[run.id] = outcomes
            while sum(map(len, self._outcomes.values())) > OUTCOMES_KEPT and len(self._outcomes) > 1:
                self._outcomes.pop(next(iter(self._outcomes)))
        outcomes = self._outcomes[run.id]
        found = {key: outcomes.get(key) for key in keys}
        return {key: Sighting(Outcome(outcome) if outcome else None) for key, outcome in found.items()}

    def _compared(self, now: Expectation, earlier: Assessment | None) -> Comparison | None:
        if earlier is None:
            return None
        missed = (now.renamed.get(key, key) for key in (*earlier.facts.not_run, *earlier.facts.vanished))
        return compare(now.table, self._table(earlier, now.names), earlier.run.id, missed)

    def _table(self, earlier: Assessment, names: Names) -> Table:
        """The results of an earlier run, by the keys of now."""
        return names.keyed(self._results(earlier.run).table, earlier.names)

    def _ledger(self, previous: Assessment | None) -> Ledger:
        """What is owed after a judgement; that of one that no further run follows is let go."""
        if previous is None:
            return empty()
        link = previous.run.id, previous.judgement.number
        self._followers[link] -= 1
        return self._ledgers[link] if self._followers[link] > 0 or not self.strict else self._ledgers.pop(link)

    def _replaced(self, run: ArchivedRun) -> list[tuple[str, RunResults]]:
        """The runs that a run replaces, one after the other, oldest first."""
        found: list[tuple[str, RunResults]] = []
        here = self.archive.runs.get(run.manifest.supersedes or "")
        while here is not None and here.id not in {run.id, *(name for name, _ in found)}:
            try:
                found.append((here.id, self._results(here)))
            except ArchiveError:
                if self.strict:
                    raise
            here = self.archive.runs.get(here.manifest.supersedes or "")
        return found[::-1]

    def _results(self, run: ArchivedRun) -> RunResults:
        """A run's results; the few used last stay at hand, since a run's successor needs them again."""
        found = self._recent.pop(run.id, None) or load_results(run, self.cache)
        self._recent[run.id] = found
        while len(self._recent) > KEPT:
            self._recent.pop(next(iter(self._recent)))
        return found

    def _policy(self, judgement: Judgement) -> tuple[Policy, bool]:
        if self._override is not None:
            return self._override
        if judgement.policy not in self._policies:
            text = self.archive.policy(judgement.policy)
            path = self.archive.root / "policies" / f"{judgement.policy}.yml"
            self._policies[judgement.policy] = parse_policy(text, path), is_default(text)
        return self._policies[judgement.policy]

"""One judgement: the facts of a run and a policy become criteria, blockers, waivers and the verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from readiness.analysis import (
    Comparison,
    Expectation,
    RunFacts,
    Selectors,
    Told,
    gather,
    lacking,
    most,
    proves_absence,
    sightings,
)
from readiness.archive import Archive, ArchivedRun, Judgement, Link
from readiness.assessment.blockers import STOPPING, Blocker
from readiness.assessment.checklist import judge_checklist
from readiness.assessment.criteria import judge_criterion
from readiness.assessment.earlier import Earlier
from readiness.assessment.gaps import gaps_of
from readiness.assessment.grants import Grant, grants_after
from readiness.assessment.keeping import kept_open
from readiness.assessment.lifecycle import Moment, step, watched
from readiness.assessment.limit_windows import with_limit_windows
from readiness.assessment.measures import Known
from readiness.assessment.members import MemberState
from readiness.assessment.notes import Note
from readiness.assessment.record import Assessment, baseline_of
from readiness.assessment.requirements import step_requirements
from readiness.assessment.retirement import demanding, retirements
from readiness.assessment.titles import told_apart
from readiness.assessment.tracking import Tracked, flakes, tracked_after
from readiness.assessment.verdict import judge_both
from readiness.assessment.waivers import Situation, debts_after, grant, judge_waivers
from readiness.assessment.window import with_windows
from readiness.model import TestKey
from readiness.policy import UNASSIGNED, Policy
from readiness.results import RunResults


@dataclass(frozen=True)
class Seen:
    """A run as its judgements see it: what it shows, and what is known of the runs before it."""

    run: ArchivedRun
    results: RunResults
    expectation: Expectation
    previous: Assessment | None
    """The judgement that it follows."""
    incomplete: Note | None
    """What is missing on the way to it."""
    baseline: Assessment | None
    comparison: Comparison | None
    """Against `previous`."""
    against: Comparison | None
    """Against `baseline`, where that is another one."""
    tracked: Tracked
    """What is carried of the runs before it, by the names of then."""
    told_before: Mapping[str, Told]
    """The most files that each measured value came from."""
    awaited: Mapping[str, str]
    """What earlier runs, and those that this one replaces, lack: label -> the first that said so."""
    known: Assessment | None
    """How things stood when the policy was written; None where nobody had seen more than the run shows."""

    @property
    def renamed(self) -> Mapping[TestKey, TestKey]:
        """What tests of the runs before are called from this run on."""
        return self.expectation.renamed

    @property
    def blockers(self) -> dict[str, Blocker]:
        """The blockers before this run, with what their tests are called from now on."""
        found = dict(self.previous.blockers) if self.previous else {}
        for name, blocker in found.items():
            if self.renamed.keys().isdisjoint(member.key for member in blocker.members):
                continue
            members = (replace(member, key=self.renamed.get(member.key, member.key)) for member in blocker.members)
            found[name] = replace(blocker, members=tuple(sorted(members, key=lambda member: member.key)))
        return found


def seen_by(
    run: ArchivedRun,
    results: RunResults,
    expectation: Expectation,
    previous: tuple[Assessment | None, Note | None],
    replaced: list[tuple[str, RunResults]],
    known: Assessment | None,
    tracked: Tracked,
    archive: Archive,
    earlier: Earlier,
) -> Seen:
    """The run with what is known before it; `replaced` are the runs that it replaces, oldest first."""
    before, incomplete = previous
    baseline = _baseline(before, run.manifest.version)
    further = baseline if baseline and before and baseline.run.id != before.run.id else None
    told = ({name: Told(files, of) for name, files in one.told_by.items()} for of, one in replaced)
    missing = {label: of for of, _ in replaced for label in lacking(archive.runs[of].manifest)}
    return Seen(
        run=run,
        results=results,
        expectation=expectation,
        previous=before,
        incomplete=incomplete,
        baseline=baseline,
        comparison=earlier.compared(expectation, before),
        against=earlier.compared(expectation, further),
        tracked=tracked,
        told_before=most(*told, before.told_after if before else {}),
        awaited={**missing, **(before.awaited_after if before else {})},
        known=known,
    )


def _baseline(previous: Assessment | None, version: str) -> Assessment | None:
    """The last run up the chain that was READY without waivers, else the last one of another version."""
    if previous is None or previous.unwaived.ready:
        return previous
    # Its own baseline was READY, or the last one of another version than its own, or none before it was.
    own = previous.baseline
    return own if (own and own.unwaived.ready) or previous.run.manifest.version == version else previous


def judge(
    seen: Seen,
    judgement: Judgement,
    policy: tuple[Policy, bool],
    judged: tuple[Assessment, Tracked] | None,
    archive: Archive,
    earlier: Earlier,
    find: Callable[[Link], Assessment],
) -> tuple[Assessment, Tracked]:
    """Judge a run: the judgement, and what is carried after it of the executions of its tests.

    `policy`: and whether it is the default one; `judged`: the same of the judgement of this run before this one;
    `find`: finds those of the runs before.
    """
    judged_before = judged[0] if judged else None
    demanded, default = policy
    as_of, run, previous = judgement.time, seen.run, seen.previous
    facts = _facts(seen, selectors(demanded, as_of), archive)
    tracked = judged[1] if judged else _tracked(seen, facts, earlier)
    found = (judged[0].flakes, judged[0].flaky_prior) if judged else flakes(tracked, seen.expectation.table, facts)
    known = Known(as_of, found[0], baseline_of(seen.baseline, seen.against or seen.comparison))
    criteria = tuple(judge_criterion(criterion, facts, known) for criterion in demanded.criteria)
    before = seen.blockers
    moment = _moment(seen, facts, before, demanded, as_of, earlier)
    names = seen.expectation.names
    tests = step(before, moment, lambda since, keys: earlier.showed(previous, names, since, keys))
    tests = with_windows(tests, run.manifest, lambda keys: earlier.back(previous, names, keys))
    asked = demanding(demanded, as_of)
    gaps = tuple(gaps_of(facts, criteria, asked, _doubted(tests)))
    items = judge_checklist(demanded, facts, criteria, known)
    requirements = step_requirements(before, tests, criteria, gaps, items, asked, moment.here)
    requirements = with_limit_windows(requirements, criteria, items, run.manifest, earlier.judged(previous))
    blockers: dict[str, Blocker] = {**tests, **requirements}
    situation = Situation(facts, criteria, blockers, gaps, items)
    grants = _grants(seen, demanded, situation, judged_before)
    waivers = judge_waivers(demanded, situation, grants, as_of)
    granted, waived = grant(waivers, situation)
    blockers = told_apart(kept_open(replace(situation, criteria=waived), granted, demanded, before))
    situation = replace(situation, blockers=blockers)
    verdict, unwaived = judge_both(situation, waivers, granted, waived, as_of, seen.incomplete)
    assessment = Assessment(
        run=run,
        facts=facts,
        judgement=judgement,
        policy=demanded,
        default_policy=default,
        criteria=waived,
        blockers=blockers,
        gaps=gaps,
        items=items,
        waivers=waivers,
        granted=granted,
        verdict=verdict,
        unwaived=unwaived,
        flakes=found[0],
        flaky_prior=found[1],
        baseline_comparison=seen.against,
        previous_link=previous.link if previous else None,
        baseline_link=seen.baseline.link if seen.baseline else None,
        find=find,
        grants=grants,
        debts=debts_after(previous.debts if previous else {}, waivers, run.manifest),
        names=names,
        incomplete=seen.incomplete,
    )
    return assessment, tracked


def selectors(policy: Policy, as_of: datetime) -> Selectors:
    """How the policy sorts tests at that time."""
    retired = [(kind, glob) for kind, glob, _ in policy.released(as_of)]
    samples = {item.id: item.tests for item in policy.items if item.tests is not None}
    return Selectors([(area.name, area.tests) for area in policy.areas], UNASSIGNED, retired, samples)


def _facts(seen: Seen, sorted_by: Selectors, archive: Archive) -> RunFacts:
    failed = (result.key for result in seen.previous.facts.problems) if seen.previous else ()
    return gather(
        seen.run,
        seen.results,
        seen.expectation,
        sorted_by,
        seen.comparison,
        frozenset(seen.renamed.get(key, key) for key in failed),
        archive.runs,
        seen.told_before,
        seen.awaited,
    )


def _tracked(seen: Seen, facts: RunFacts, earlier: Earlier) -> Tracked:
    """The tracks after the run: the same for each of its judgements."""
    table, names, previous = seen.expectation.table, seen.expectation.names, seen.previous
    tracks = {seen.renamed.get(key, key): track for key, track in seen.tracked.tracks.items()}
    before, repeated = replace(seen.tracked, tracks=tracks), earlier.repeated.of(seen.run)
    return tracked_after(before, facts, table, repeated, lambda keys: earlier.back(previous, names, keys))


def _moment(
    seen: Seen, facts: RunFacts, before: Mapping[str, Blocker], policy: Policy, as_of: datetime, earlier: Earlier
) -> Moment:
    members = {member.key: member.scope for member in watched(before.values())}
    found = sightings(seen.expectation.table, members, earlier.repeated.of(seen.run))
    absent = (key for key in members if found[key].outcome is None)
    unlisted = {key for key in absent if proves_absence(seen.results, key, seen.expectation.covered)}
    return Moment(facts, policy, as_of, found, unlisted, retirements(policy, members, as_of))


def _grants(
    seen: Seen, policy: Policy, situation: Situation, judged_before: Assessment | None
) -> dict[tuple[str, str], Grant]:
    if judged_before:
        return grants_after(judged_before.grants, policy, situation, None, {})
    carrying = seen.known or seen.previous  # a run that is replaced granted its waivers already
    known = seen.known.situation if seen.known else None
    return grants_after(carrying.grants if carrying else {}, policy, situation, known, seen.renamed)


def _doubted(blockers: Mapping[str, Blocker]) -> frozenset[TestKey]:
    """The tests for whose want of a result a blocker leaves the release unproven already."""
    return frozenset(
        member.key
        for blocker in blockers.values()
        if blocker.doubted
        for member in blocker.members
        if member.state is MemberState.UNVERIFIED and member.category.severity in STOPPING
    )

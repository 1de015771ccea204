"""Stepping along the chain: every judgement of every run, each a pure function of its run, its past and its policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from readiness.analysis import expect
from readiness.archive import Archive, ArchivedRun, Judgement, Link
from readiness.assessment.checkpoints import Carried, Checkpoints
from readiness.assessment.earlier import Earlier
from readiness.assessment.judging import judge, seen_by, selectors
from readiness.assessment.notes import Note, note
from readiness.assessment.record import Assessment, Assessments
from readiness.assessment.tracking import Tracked
from readiness.errors import ArchiveError
from readiness.policy import Policy, is_default, parse_policy
from readiness.results import RunResults

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
    """Judge every run of the archive.

    What was judged before stands in the `cache`: with one, a run is judged when it is first asked for. `policy`
    replaces every recorded one: what would it have said? With `strict` the first damage raises its ArchiveError: that
    of records at once, that of evidence when a judgement that stands on it is made or read (of runs further back, whose
    judgements are kept, `verify` tells). Otherwise nothing is kept, damaged runs are left out and named, and no run
    that follows one is READY.
    """
    if strict:
        archive.require_sound()
    fold = _Fold(archive, cache, policy, strict=strict, progress=progress)
    if cache is None or not strict:
        for run in archive.runs:
            with suppress(KeyError):
                fold.of(run)
    return Assessments(_ByRun(fold), fold.skipped, fold.line, cache)


class _ByRun(Mapping[str, tuple[Assessment, ...]]):
    """The judgements of each run that is not left out."""

    def __init__(self, fold: _Fold) -> None:
        self._fold = fold

    def __getitem__(self, run: str) -> tuple[Assessment, ...]:
        return self._fold.of(run)

    def __iter__(self) -> Iterator[str]:
        return (run for run in self._fold.archive.runs if run not in self._fold.skipped)

    def __contains__(self, run: object) -> bool:
        return run in self._fold.archive.runs and run not in self._fold.skipped

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Fold:
    """Judges runs, each after those that it depends on; what was kept of one saves judging it and all before it."""

    def __init__(
        self, archive: Archive, cache: Path | None, policy: bytes | None, *, strict: bool, progress: Progress | None
    ) -> None:
        self.archive = archive
        self.strict = strict
        self.skipped: dict[str, ArchiveError] = {}
        self._progress = progress
        self._done: dict[str, tuple[Assessment, ...]] = {}
        self._policies: dict[str, tuple[Policy, bool]] = {}
        self._earlier = Earlier(archive.runs, cache, strict=strict)
        self._carried: dict[tuple[str, int], Carried] = {}
        # A build in spite of damage goes by what it can use: nothing that it judges is kept.
        kept = strict and policy is None
        self._checkpoints = Checkpoints(cache if kept else None, archive.runs)
        self._forgotten: set[str] = set()
        links = (run.manifest.previous for run in archive.runs.values())
        self._followers = Counter((link.run, link.judgement) for link in links if link)
        self._override = (parse_policy(policy, "policy"), is_default(policy)) if policy is not None else None

    def of(self, run: str) -> tuple[Assessment, ...]:
        """The judgements of a run, in order of number; raises KeyError for one that was left out."""
        waiting = [self.archive.runs[run]]
        while waiting and run not in self._done:
            here = waiting[-1]
            if not self._is_due(here, ()) or self._try(here, self._kept):
                waiting.pop()
                continue
            self._require_carried(here)
            before = [one for one in self._before(here) if self._is_due(one, waiting)]
            if before:
                waiting.append(before[0])  # the run that it follows first: the one that it replaces follows it too
                continue
            self._try(here, self._judged)
            waiting.pop()
        return self._done[run]

    def _require_carried(self, run: ArchivedRun) -> None:
        """See that what a run needs of the judgement before is at hand; else that one is made again."""
        link = run.manifest.previous
        name = (link.run, link.judgement) if link else ("", 0)
        if name[0] not in self._done or name in self._carried:
            return
        carried = self._checkpoints.carried(self.archive.runs[name[0]], name[1])
        if carried:
            self._carried[name] = carried
        else:
            self._forgotten.add(name[0])
            del self._done[name[0]]

    def _before(self, run: ArchivedRun) -> Iterator[ArchivedRun]:
        """The runs whose judgements a run builds on: the one that it follows, and the one that it replaces."""
        link = run.manifest.previous
        for name in (link.run if link else "", run.manifest.supersedes or ""):
            if name in self.archive.runs:
                yield self.archive.runs[name]

    def _is_due(self, run: ArchivedRun, waiting: Collection[ArchivedRun]) -> bool:
        """True for a run that is neither judged nor left out; a circle of links is damage."""
        return run.id not in self._done and run.id not in self.skipped and run not in waiting

    def _kept(self, run: ArchivedRun) -> tuple[Assessment, ...]:
        """What was kept of a run's judgements; nothing where one of them is missing.

        Raises ArchiveError where its evidence is not what it was: a verdict stands on what can be looked at.
        """
        if run.id in self._forgotten:
            return ()
        kept = [self._checkpoints.read(run, judgement.number) for judgement in run.judgements]
        sound = [one for one in kept if one]
        if len(sound) < len(kept):
            return ()
        run.contents()
        return tuple(map(partial(self._assessment, run), run.judgements, sound))

    def _assessment(self, run: ArchivedRun, judgement: Judgement, kept: Mapping[str, Any]) -> Assessment:
        policy, default = self._policy(judgement)
        return Assessment(run=run, judgement=judgement, policy=policy, default_policy=default, find=self._find, **kept)

    def line(self, judged: Assessment) -> list[tuple[ArchivedRun, int]]:
        """Run and number of a judgement and of all before it, oldest first; of a sound archive none of them is read."""
        found: list[tuple[ArchivedRun, int]] = []
        link: Link | None = judged.link
        while link:
            run = self.archive.runs[link.run]
            found.append((run, link.judgement))
            link = run.manifest.previous if self.strict else self._find(link).previous_link
        return found[::-1]

    def _find(self, link: Link) -> Assessment:
        return self.of(link.run)[link.judgement - 1]

    def _try(self, run: ArchivedRun, judgements: Callable[[ArchivedRun], Iterable[Assessment]]) -> bool:
        """Take the judgements of a run, where there are some; True where there are, or where the run is left out."""
        try:
            found = tuple(judgements(run))
        except ArchiveError as error:
            if self.strict:
                raise
            self.skipped[run.id] = error
            return True
        if found:
            self._done[run.id] = found
        return bool(found)

    def _judged(self, run: ArchivedRun) -> Iterator[Assessment]:
        """Judge one run with each of its judgements."""
        if self._progress:
            self._progress(len(self._done), len(self.archive.runs))
        previous = self._previous(run)
        results, replaced = self._earlier.results(run), self._replaced(run)
        past = self._carried_from(previous[0])
        expectation = expect(run.id, results, past.ledger, replaced)
        known = self._known(run, previous[0])
        seen = seen_by(run, results, expectation, previous, replaced, known, past.tracked, self.archive, self._earlier)
        judged: tuple[Assessment, Tracked] | None = None
        for judgement in run.judgements:
            policy = self._policy(judgement)
            judged = judge(seen, judgement, policy, judged, self.archive, self._earlier, self._find)
            assessment, tracked = judged
            retires = selectors(policy[0], judgement.time).retires
            carried = Carried(expectation.after(retires, accepted=assessment.unwaived.ready), tracked)
            self._carried[run.id, judgement.number] = carried
            if assessment.incomplete is None:
                self._checkpoints.write(assessment, carried)
            yield assessment

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
            if known and link.run in self._done and known.is_meant_by(link):
                previous = self._done[link.run][link.judgement - 1]
                return previous, gap or previous.incomplete
            if self.strict:
                raise ArchiveError(
                    f"follows judgement {link.judgement} of run {link.run}, which cannot be used",
                    path=run.folder,
                    remedy="Restore that run first",
                )
            gap = gap or note("past_cannot_be_used", run=link.run)
            link = known.manifest.previous if known else None
        return None, gap

    def _known(self, run: ArchivedRun, previous: Assessment | None) -> Assessment | None:
        """How things stood when the policy of a run was written; None where nobody had seen more than the run shows."""
        if self._override is not None:
            return None
        replaced = self._done.get(run.manifest.supersedes or "")
        return replaced[0] if replaced else previous

    def _carried_from(self, previous: Assessment | None) -> Carried:
        """What is needed of a judgement; that of one that no further run follows is let go."""
        if previous is None:
            return Carried()
        link = previous.run.id, previous.judgement.number
        self._followers[link] -= 1
        return self._carried[link] if self._followers[link] > 0 or not self.strict else self._carried.pop(link)

    def _replaced(self, run: ArchivedRun) -> list[tuple[str, RunResults]]:
        """The runs that a run replaces, one after the other, oldest first."""
        found: list[tuple[str, RunResults]] = []
        here = self.archive.runs.get(run.manifest.supersedes or "")
        while here is not None and here.id not in {run.id, *(name for name, _ in found)}:
            try:
                found.append((here.id, self._earlier.results(here)))
            except ArchiveError:
                if self.strict:
                    raise
            here = self.archive.runs.get(here.manifest.supersedes or "")
        return found[::-1]

    def _policy(self, judgement: Judgement) -> tuple[Policy, bool]:
        if self._override is not None:
            return self._override
        if judgement.policy not in self._policies:
            text = self.archive.policy(judgement.policy)
            path = self.archive.root / "policies" / f"{judgement.policy}.yml"
            self._policies[judgement.policy] = parse_policy(text, path, recorded=True), is_default(text)
        return self._policies[judgement.policy]

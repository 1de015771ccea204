"""Stepping along the chain: every judgement of every run, each a pure function of its run, its past and its policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from readiness.analysis import (
    Ledger,
    empty,
    expect,
)
from readiness.archive import Archive, ArchivedRun, Judgement
from readiness.assessment.earlier import Earlier
from readiness.assessment.judging import judge, seen_by, selectors
from readiness.assessment.notes import Note, note
from readiness.assessment.record import Assessment, Assessments
from readiness.assessment.waivers import Situation
from readiness.errors import ArchiveError
from readiness.policy import Policy, is_default, parse_policy
from readiness.results import RunResults

Progress = Callable[[int, int], None]
"""Called with (runs done, runs in all)."""


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
        self.strict = strict
        self.done: dict[str, tuple[Assessment, ...]] = {}
        self.skipped: dict[str, ArchiveError] = {}
        self._policies: dict[str, tuple[Policy, bool]] = {}
        self._earlier = Earlier(archive.runs, cache)
        self._ledgers: dict[tuple[str, int], Ledger] = {}
        links = (run.manifest.previous for run in archive.runs.values())
        self._followers = Counter((link.run, link.judgement) for link in links if link)
        self._override = (parse_policy(policy, "policy"), is_default(policy)) if policy is not None else None

    def take(self, run: ArchivedRun) -> None:
        """Judge one run with each of its judgements."""
        previous = self._previous(run)
        results, replaced = self._earlier.results(run), self._replaced(run)
        expectation = expect(run.id, results, self._ledger(previous[0]), replaced)
        known = self._known(run, previous[0])
        seen = seen_by(run, results, expectation, previous, replaced, known, self.archive, self._earlier)
        judged: list[Assessment] = []
        for judgement in run.judgements:
            policy = self._policy(judgement)
            before = judged[-1] if judged else None
            judged.append(judge(seen, judgement, policy, before, self.archive, self._earlier))
            retires = selectors(policy[0], judgement.time).retires
            self._ledgers[run.id, judgement.number] = expectation.after(retires, accepted=judged[-1].unwaived.ready)
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

    def _known(self, run: ArchivedRun, previous: Assessment | None) -> Situation | None:
        """How things stood when the policy of a run was written; None where nobody had seen more than the run shows."""
        if self._override is not None:
            return None
        replaced = self.done.get(run.manifest.supersedes or "")
        return replaced[0].situation if replaced else previous.situation if previous else None

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
            self._policies[judgement.policy] = parse_policy(text, path), is_default(text)
        return self._policies[judgement.policy]

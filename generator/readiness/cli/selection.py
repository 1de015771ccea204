"""What commands that tell of judgements share: the judged archive, and the run or judgement that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli.options import archive_in, project_of
from readiness.errors import UsageError

if TYPE_CHECKING:
    from readiness.archive import Archive, ArchivedRun
    from readiness.assessment import Assessment, Assessments
    from readiness.report import Reports


@dataclass(frozen=True)
class JudgedArchive:
    """An archive and every judgement of it."""

    archive: Archive
    assessments: Assessments
    cache: Path

    @cached_property
    def reports(self) -> Reports:
        """The judgements as reports."""
        from readiness.report import Reports

        return Reports(self.assessments)

    def meant(self, ref: str | None) -> Assessment:
        """The judgement that `ref` means: a version, or a run by its id or by 8 characters of it; then perhaps `#N`.

        A version means its latest run, None the run archived last; without `#N` the latest judgement counts. Raises
        UsageError where there is none.
        """
        name, mark, number = (ref or "").rpartition("#")
        if ref is None or not mark or self.archive.recorded.latest(ref):
            return self.answering(runs_meant(self.archive, ref))
        judged = self.assessments.by_run[run_meant(self.archive, name).id]
        tell_withdrawn(self.archive, judged[0].run.id)
        if number not in map(str, range(1, len(judged) + 1)):
            run = judged[0].run.id
            there = "1" if len(judged) == 1 else f"1 to {len(judged)}"
            raise UsageError(
                f"run {run} has no judgement {number!r}", remedy=f"It has {there}; write it like {run}#{len(judged)}"
            )
        return judged[int(number) - 1]

    def latest(self) -> Iterator[Assessment]:
        """The latest judgement of every run, in order of start."""
        return map(self.assessments.latest_of, self.archive.runs)

    def answering(self, runs: tuple[str, ...]) -> Assessment:
        """The worst of runs that nothing orders; that there are several is said on standard error."""
        from readiness.phrases import siblings_told

        for run in runs:
            tell_withdrawn(self.archive, run)
        if len(runs) > 1:
            click.echo(siblings_told([self.reports.latest_of(run).judged for run in runs]), err=True)
        return self.assessments.worst_of(runs)


def runs_meant(archive: Archive, ref: str | None) -> tuple[str, ...]:
    """Id of the latest run of that version, else of the run of that id; several where nothing orders them.

    Of a version whose every run was withdrawn it is the latest of those; None means the run archived last. Raises
    UsageError where there is none.
    """
    if ref is None:
        return archive.chain.archived_last()
    return archive.chain.latest(ref) or archive.recorded.latest(ref) or (archive.get(ref).id,)


def tell_withdrawn(archive: Archive, run: str) -> None:
    """Say on standard error that a run was withdrawn, and why."""
    for one in archive.notices.withdrawn.get(run, ())[:1]:
        click.echo(f"Run {run} was withdrawn on {one.time:%Y-%m-%d} by {one.by}: {one.reason}", err=True)


def run_meant(archive: Archive, ref: str | None) -> ArchivedRun:
    """The one run that `runs_meant` finds; raises UsageError where there are several."""
    runs = runs_meant(archive, ref)
    if len(runs) > 1:
        raise UsageError(tied(runs), path=archive.root, remedy="Name one of them by its id")
    return archive.runs[runs[0]]


def tied(runs: tuple[str, ...]) -> str:
    """What is said of runs that nothing orders."""
    return f"{len(runs)} runs are tied: neither is later than the other: {', '.join(runs)}"


def sound_archive(history: Path) -> Archive:
    """The archive in that folder; raises ArchiveError where something in it is damaged, UsageError without a run."""
    archive = archive_in(history)
    archive.require_sound()
    if not archive.chain.archived_last():
        problem = "holds no run that stands: each was withdrawn" if archive.runs else "contains no runs"
        remedy = "Archive one: `readiness archive FILES… --version V`"
        raise UsageError(problem, path=archive.root, remedy=remedy)
    return archive


def judged_in(history: Path) -> JudgedArchive:
    """The archive in that folder, judged; raises as `sound_archive` does."""
    return judged_archive(sound_archive(history))


def judged_archive(archive: Archive, policy: bytes | None = None, cache: Path | None = None) -> JudgedArchive:
    """Judge what the run archived last stands on, with a bar on a terminal; `policy` replaces every recorded one.

    What was judged before stands in `cache`, else in that of the project around the archive.
    """
    from readiness.assessment import assess
    from readiness.phrases import keep_words
    from readiness.render.console import progress
    from readiness.results import KeptTexts, cache_folder

    cache = cache or cache_folder(project_of(archive.root))
    keep_words(KeptTexts(cache / "texts"))
    with progress("Judging") as advance:
        found = assess(archive, cache, policy=policy, progress=advance)
        for run in archive.chain.archived_last():
            found.latest_of(run)
    return JudgedArchive(archive, found, cache)

"""What commands that tell of judgements share: the judged archive, and the run or judgement that is meant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from readiness.cli.options import archive_in
from readiness.errors import UsageError

if TYPE_CHECKING:
    from readiness.archive import Archive, ArchivedRun
    from readiness.assessment import Assessment, Assessments


@dataclass(frozen=True)
class JudgedArchive:
    """An archive and every judgement of it."""

    archive: Archive
    assessments: Assessments
    cache: Path

    def meant(self, ref: str | None) -> Assessment:
        """The judgement that `ref` means: a run's id, the beginning or end of one, or a version, then perhaps `#N`.

        A version means its latest run, nothing the latest run of the highest version; without `#N` the latest judgement
        counts. Raises UsageError where that is not there or not one alone.
        """
        if ref is None:
            return self.assessments.latest_of(run_of(self.archive, None).id)
        name, mark, number = ref.rpartition("#")
        versions = {run.manifest.version for run in self.archive.runs.values()}
        if not mark or ref in versions:
            return self.assessments.latest_of(run_meant(self.archive, ref).id)
        judged = self.assessments.by_run[run_meant(self.archive, name).id]
        if not number.isascii() or not number.isdecimal() or not 1 <= int(number) <= len(judged):
            run = judged[0].run.id
            there = "1" if len(judged) == 1 else f"1 to {len(judged)}"
            raise UsageError(
                f"run {run} has no judgement {number!r}", remedy=f"It has {there}; write it like {run}#{len(judged)}"
            )
        return judged[int(number) - 1]


def run_meant(archive: Archive, ref: str) -> ArchivedRun:
    """The latest run of that version, else the run of that id, or of a unique beginning or end of one."""
    from readiness.archive import Chain

    of_version = [run.manifest for run in archive.runs.values() if run.manifest.version == ref]
    latest = Chain(of_version).latest()
    return archive.runs[latest] if latest else archive.get(ref)


def run_of(archive: Archive, ref: str | None) -> ArchivedRun:
    """The run of that id or version, else the latest of the highest version; raises UsageError where there is none."""
    run = archive.latest() if ref is None else run_meant(archive, ref)
    if run is None:
        raise UsageError(
            "holds no run", path=archive.root, remedy="Archive one: `readiness archive FILES… --version V`"
        )
    return run


def sound_archive(history: Path) -> Archive:
    """The archive in that folder; raises ArchiveError where something in it is damaged."""
    archive = archive_in(history)
    archive.require_sound()
    return archive


def judged_archive(archive: Archive, policy: bytes | None = None) -> JudgedArchive:
    """Judge every run, with a bar on a terminal; `policy` replaces every recorded one."""
    from readiness.archive import cache_folder
    from readiness.assessment import assess
    from readiness.cli.terminal import progress

    cache = cache_folder(archive.root.absolute().parent)
    with progress("Judging") as advance:
        found = assess(archive, cache, policy=policy, progress=advance)
    return JudgedArchive(archive, found, cache)

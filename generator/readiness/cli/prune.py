"""`readiness prune`: remove old evidence, and keep the reports."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import click

from readiness.cli.noting import notice_of, of_a_notice, tell_of_versions, time_of, told, writing
from readiness.cli.options import archive_in, history
from readiness.errors import ArchiveError, UsageError
from readiness.numbers import plural


@click.command(
    "prune",
    epilog="\b\nExample\n  readiness prune --keep 400d --keep-releases --reason 'older than a year' --by ops --dry-run",
)
@click.option("--keep", "keep", metavar="DAYS", help="Keep the evidence of the runs of so many days: 400d.")
@click.option("--keep-runs", type=click.IntRange(1), metavar="N", help="Keep that of the N runs archived last.")
@click.option("--keep-releases", is_flag=True, help="Keep that of the run that answers for each release.")
@of_a_notice
@history
def command(
    keep: str | None,
    keep_runs: int | None,
    keep_releases: bool,
    reason: str,
    by: str,
    at: datetime | None,
    dry_run: bool,
    history: Path,
) -> None:
    """Remove the evidence of old runs. Their results stay, and with them every report, gate and page as it was.

    What any of the options keeps stays, and always that of the run archived last and of the highest release.
    """
    from readiness.archive import ArchivedRun, Keep, NoticeKind, mirror_of, plan_pruning
    from readiness.results import kept_bytes, load_results

    time = time_of(at)
    if keep is None and keep_runs is None and not keep_releases:
        raise UsageError("nothing says what is kept", remedy="Add --keep 400d, --keep-runs N or --keep-releases")
    keeps = Keep(_since(keep, time) if keep else None, keep_runs or 0, keep_releases)

    def kept_of(run: ArchivedRun) -> bytes:
        try:
            return kept_bytes(run, load_results(run, None))
        except ValueError:
            problem = "its results would not be read back as they are"
            raise ArchiveError(problem, path=run.folder, remedy="Please report this; nothing was pruned") from None

    with writing(history, dry_run) as writer:
        archive = archive_in(history)
        archive.require_sound()
        plan = plan_pruning(archive, keeps, kept_of)
        for run in plan.runs:
            click.echo(f"{told(run)}: {plural(len(run.manifest.inputs), 'file')}")
        if plan.removed and writer:
            notice = notice_of(NoticeKind.PRUNED, plan.runs, reason, by, time, checkpoints=plan.checkpoints)
            writer.note(notice if plan.runs else None, plan.first, dict.fromkeys(plan.removed))
    added = sum(map(len, plan.first.values()))
    would = "would be" if dry_run else "were"
    click.echo(
        f"{plural(len(plan.removed), 'file')} of {plural(len(plan.runs), 'run')} {would} removed, "
        f"{plan.bytes:,} bytes; their results take {added:,} bytes."
        if plan.removed
        else "Nothing to prune."
    )
    if plan.removed and not dry_run:
        mirror = mirror_of(history)
        if mirror:
            tell_of_versions(mirror, plan.removed)
        else:
            click.echo("git still holds what was removed, in its history: reverting the commit brings it back.")


def _since(keep: str, now: datetime) -> datetime:
    found = re.fullmatch(r"([1-9]\d{0,5})\s*d(?:ays?)?", keep.strip())
    if not found:
        raise UsageError(f"--keep {keep!r} is no number of days", remedy="Write it like --keep 400d")
    try:
        return now - timedelta(days=int(found[1]))
    except OverflowError:
        raise UsageError(f"--keep {keep!r} is longer than time", remedy="Write it like --keep 400d") from None

"""`readiness withdraw`: take back a run that was archived by mistake."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli.noting import notice_of, of_a_notice, time_of, told
from readiness.cli.options import history
from readiness.cli.selection import run_meant

if TYPE_CHECKING:
    from readiness.archive import Archive


@click.command(
    "withdraw",
    epilog="\b\nExample\n  readiness withdraw 13.0 --reason 'typo: it was 1.3.0' --by 'Ada Lovelace' --dry-run",
)
@click.argument("run_id", metavar="RUN")
@of_a_notice
@history
def command(run_id: str, reason: str, by: str, at: datetime | None, dry_run: bool, history: Path) -> None:
    """Take back a run that was archived by mistake, and put on record why.

    RUN is the run, or its version. It stays, and its pages say that it was withdrawn; it is no release any more, and no
    later run follows it. Runs that followed it already keep their reports.
    """
    from readiness.archive import Archive, NoticeKind, Writer

    archive = Archive(history)
    archive.require_sound()
    run = run_meant(archive, run_id)
    if run.id in archive.notices.withdrawn:
        before = archive.notices.withdrawn[run.id][0]
        click.echo(f"{told(run)} was withdrawn on {before.time:%Y-%m-%d}; nothing was written.", err=True)
        return
    notice = notice_of(NoticeKind.WITHDRAWN, [run], reason, by, time_of(at))
    if not dry_run:
        with Writer(history) as writer:
            writer.note(notice, {}, {})
    would = "would be" if dry_run else "is"
    click.echo(f"{told(run)} {would} withdrawn: {history}/notices/{notice.name}")
    for line in _changes(archive, archive.noting(notice)):
        click.echo(line)
    followers = [
        one.id for one in archive.runs.values() if one.manifest.previous and one.manifest.previous.run == run.id
    ]
    if followers:
        click.echo(f"What followed it keeps its reports, which say so: {', '.join(followers)}")


def _changes(before: Archive, after: Archive) -> list[str]:
    """What another run answers for from now on."""
    version = {run.manifest.version for run in before.runs.values()}
    lines = [
        f"{name}: {_named(before, then)} -> {_named(after, now)}"
        for name, then, now in (
            ("Highest release", before.chain.latest(), after.chain.latest()),
            ("Archived last", before.chain.archived_last(), after.chain.archived_last()),
        )
        if then != now
    ]
    gone = sorted(one for one in version if before.chain.latest(one) and not after.chain.latest(one))
    return [*lines, *(f"{one} is no release any more" for one in gone)]


def _named(archive: Archive, runs: tuple[str, ...]) -> str:
    return " and ".join(told(archive.runs[run]) for run in runs) or "none"

"""`readiness verify`: recompute every digest and name what differs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from readiness.cli.noting import notice_line
from readiness.cli.options import archive_in, history, tell_empty


@click.command("verify", epilog="\b\nExample\n  readiness verify --history history")
@history
def command(history: Path) -> None:
    """Recompute every digest of the archive; exits 1 where something differs."""
    from readiness.archive import Archive, verify
    from readiness.numbers import plural
    from readiness.render.console import progress

    archive = Archive(archive_in(history).root)  # what an index says is not looked at
    problems, files = 0, 0
    total = len(archive.runs) + 1
    with progress("Verifying") as advance:
        for done, (run, found) in enumerate(verify(archive), start=1):
            advance(done, total)
            files += len(archive.runs[run].manifest.inputs) if run and not archive.runs[run].is_pruned else 0
            for error in found:
                problems += 1
                click.echo(error.line)
    if not archive.runs and not problems:
        tell_empty(history)
        return
    files += len(archive.notices.pruned)
    for notice in archive.notices.all:
        click.echo(notice_line(notice))
    click.echo(
        f"{plural(len(archive.runs), 'run')}, {plural(files, 'file')}: "
        f"{problems or 'nothing'} differ{'' if problems > 1 else 's'}."
    )
    sys.exit(1 if problems else 0)

"""`readiness notes`: the block about readiness for the notes of a release."""

from pathlib import Path

import click

from readiness.cli.options import history
from readiness.cli.selection import judged_in
from readiness.cli.site import rolling, site, site_at
from readiness.errors import UsageError


@click.command(
    "notes", epilog="\b\nExample\n  readiness notes 1.4.0 >> release-notes.md\n  readiness notes --format slack"
)
@click.argument("version", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "text", "slack"]),
    default="markdown",
    show_default=True,
    help="Format of the notes.",
)
@site
@rolling
@history
def command(version: str | None, form: str, address: str, rolling: bool, history: Path) -> None:
    """Print what release notes say of a release: verdict, reasons, changes, blockers, waivers and permanent links.

    VERSION is a release or a run; without one it is the run archived last. At most 2 kB are printed; what does not fit
    is counted.
    """
    from readiness.render.notes import release_notes

    judged = judged_in(history)
    found = judged.meant(version)
    if found.run.id in judged.archive.notices.withdrawn:
        remedy = "Name another one: `readiness list` shows them"
        raise UsageError(f"run {found.run.id} was withdrawn: it is no release", path=history, remedy=remedy)
    report = judged.reports.made(found)
    changes, page = judged.reports.since_release_before(report), site_at(address, history, rolling=rolling)
    click.echo(release_notes(report, changes, page, form), nl=False)

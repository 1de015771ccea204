"""`readiness link`: the permanent address of a report, a blocker or a release."""

from __future__ import annotations

from pathlib import Path

import click

from readiness.cli.options import history
from readiness.cli.site import Site, rolling, site
from readiness.errors import UsageError


@click.command("link", epilog="\b\nExample\n  readiness link 1.4.0\n  readiness link B-7Q4MZK")
@click.argument("ref", required=False, metavar="[RUN|BLOCKER]")
@site
@rolling
@history
def command(ref: str | None, address: str, rolling: bool, history: Path) -> None:
    """Print the permanent address of a report, or of a blocker.

    A run is named by its id or version, with `#N` for its Nth judgement; without a name it is the run archived last.
    """
    from readiness.cli.selection import judged_archive, sound_archive
    from readiness.render.pages.routes import blocker_page, report_page

    place = Site.at(address, history, rolling=rolling)
    if not place.root:
        remedy = "Set site_url there, or pass it with --site"
        raise UsageError("does not say where the site is", path=history.parent / "mkdocs.yml", remedy=remedy)
    archive = sound_archive(history)
    judged = judged_archive(archive)
    if ref and ref.upper().startswith("B-"):
        reports = [judged.reports.made(one) for one in judged.latest()]
        holding = [one for one in reports if ref.upper() in one.blocker_by_id]
        if not holding:
            raise UsageError(
                f"there is no blocker {ref}", path=history, remedy="`readiness explain` lists the blockers"
            )
        click.echo(place.page(blocker_page(ref.upper()), holding[-1].run.version))
        return
    found = judged.meant(ref) if ref else judged.answering(archive.chain.archived_last())
    click.echo(place.page(report_page(found.run.id, found.judgement.number), found.run.manifest.version))

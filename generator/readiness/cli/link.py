"""`readiness link`: the permanent address of a report, a blocker or a test."""

from pathlib import Path

import click

from readiness.cli.options import history
from readiness.cli.selection import judged_in
from readiness.cli.site import rolling, site, site_at
from readiness.errors import UsageError


@click.command(
    "link",
    epilog="\b\nExample\n  readiness link 1.4.0\n  readiness link tests.test_a::test_b",
)
@click.argument("ref", required=False, metavar="[RUN|BLOCKER|TEST]")
@site
@rolling
@history
def command(ref: str | None, address: str, rolling: bool, history: Path) -> None:
    """Print the permanent address of a report, of a blocker, or of a test.

    A run is named by its id or version, with `#N` for its Nth judgement; without a name it is the run archived last. A
    test is named like group::name; with variants, each has a line.
    """
    from readiness.cli.named_tests import keys_of_test
    from readiness.render.pages.routes import TESTS, blocker_page, report_page, test_anchor

    page = site_at(address, history, rolling=rolling)
    if not page(TESTS, ""):
        remedy = "Set site_url there, or pass it with --site"
        raise UsageError("does not say where the site is", path=history.parent / "mkdocs.yml", remedy=remedy)
    judged = judged_in(history)
    if ref and ref.upper().startswith("B-"):
        reports = [judged.reports.made(one) for one in judged.latest()]
        holding = [one for one in reports if ref.upper() in one.blocker_by_id]
        if not holding:
            raise UsageError(
                f"there is no blocker {ref}", path=history, remedy="`readiness explain` lists the blockers"
            )
        click.echo(page(blocker_page(ref.upper()), holding[-1].run.version))
        return
    if ref and "::" in ref:
        last = judged.meant(None)
        keys = keys_of_test(judged, last, ref)
        if not keys:
            remedy = "Write a test like group::name; `readiness explain` names those that hold blockers"
            raise UsageError(f"there is no test {ref!r} in the runs up to {last.run.id}", path=history, remedy=remedy)
        for key in keys:
            click.echo(f"{page(TESTS, last.run.manifest.version)}#{test_anchor(key)}")
        return
    found = judged.meant(ref or None)
    click.echo(page(report_page(found.run.id, found.judgement.number), found.run.manifest.version))

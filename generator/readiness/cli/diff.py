"""`readiness diff`: what changed between two judgements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli.options import history
from readiness.cli.selection import JudgedArchive, judged_in

if TYPE_CHECKING:
    from readiness.analysis import Comparison
    from readiness.assessment import Assessment


@click.command(
    "diff", epilog="\b\nExample\n  readiness diff 1.3.0 1.4.0\n  readiness diff 1.4.0#1 1.4.0#2 --format json"
)
@click.argument("before", metavar="A")
@click.argument("now", metavar="[B]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True)
@history
def command(before: str, now: str | None, form: str, history: Path) -> None:
    """Show what changed from judgement A to judgement B.

    A and B are runs (an id, or 8 characters or more of its digest) or versions, whose latest run counts. `#N` means
    the Nth judgement of the run; else it is the latest. Without B it is the latest run of the highest version. They
    need not follow each other.
    """
    from readiness.assessment import changes
    from readiness.report import written

    judged = judged_in(history)
    first = judged.meant(before)
    second = judged.answering(judged.archive.chain.latest()) if now is None else judged.meant(now)
    found = changes(first, second, comparison(judged, first, second))
    if form == "json":
        click.echo(written(found))
    elif form == "markdown":
        from readiness.render.markdown import diff_markdown

        click.echo(diff_markdown(found).encode(), nl=False)
    else:
        from readiness.render.terminal import show_changes

        show_changes(found)


def comparison(judged: JudgedArchive, before: Assessment, now: Assessment) -> Comparison:
    """The tests of two runs compared; what the later one was compared with already is taken from it."""
    from readiness.analysis import compare
    from readiness.results import load_results

    for known in (now.facts.comparison, now.baseline_comparison):
        if known and known.earlier == before.run.id:
            return known
    then, later = (now.names.keyed(load_results(one.run, judged.cache).table, one.names) for one in (before, now))
    return compare(later, then, before.run.id)

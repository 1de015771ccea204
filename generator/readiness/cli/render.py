"""`readiness render`: all pages as plain Markdown files, for other site generators and wikis."""

from pathlib import Path

import click

from readiness.cli.options import TEMPLATES, history, target
from readiness.cli.selection import judged_in
from readiness.errors import UsageError
from readiness.numbers import plural


@click.command("render", epilog="\b\nExample\n  readiness render --to wiki/readiness --readme")
@target
@click.option("--readme", is_flag=True, help="Call the page of each folder README.md, which repositories show with it.")
@click.option("--rich", is_flag=True, help="With HTML, charts, styles and scripts, as the site has them: for Zensical.")
@click.option(
    "--templates",
    type=TEMPLATES,
    help="Folder of templates that replace ours.",
)
@history
def command(target: Path, readme: bool, rich: bool, templates: Path | None, history: Path) -> None:
    """Write all pages as Markdown, for other site generators and wikis.

    The folder is new, empty, or rendered before, and is replaced as a whole. The same archive gives the same bytes.
    """
    from readiness.publish.render import render

    if readme and rich:
        raise UsageError("--readme and --rich are for different readers", remedy="Leave one of them out")
    judged = judged_in(history)
    templates = templates or click.get_current_context().find_root().params.get("templates")
    overrides = (templates,) if templates else ()
    done = render(judged.archive, judged.reports, target, readme=readme, rich=rich, overrides=overrides)
    click.echo(f"{target}: {plural(done.pages, 'page')}, {plural(done.reports, 'report')} among them.")

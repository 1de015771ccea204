"""`readiness init`: set up a site, a policy and CI in a project, beside what is there."""

import sys
from pathlib import Path

import click

from readiness.cli.options import FOLDER
from readiness.cli.project_version import found_version
from readiness.cli.runners import RUNNERS, recognised
from readiness.cli.scaffold import CI, CI_NOTES, plan, write
from readiness.errors import UsageError


@click.command(
    "init", epilog="\b\nExample\n  readiness init --ci github\n  readiness init app --runner vitest --dry-run"
)
@click.argument("folder", type=FOLDER, default=Path(), metavar="[DIR]")
@click.option("--ci", type=click.Choice([*CI]), help="The CI system to write a workflow for.")
@click.option(
    "--runner", type=click.Choice([*RUNNERS]), help="The test runner (default: detected from the project's files)."
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
def command(folder: Path, ci: str | None, runner: str | None, dry_run: bool, yes: bool) -> None:
    """Set up mkdocs.yml, readiness.yml, the home page, .gitignore and a workflow, beside what is there.

    What is there stays: mkdocs.yml gains the plugin and .gitignore its lines, and no other file is touched. In DIR,
    else here. On a terminal it asks before it writes. Running it again changes nothing.
    """
    if not folder.is_dir():
        raise UsageError("there is no such folder", path=folder, remedy=f"Create it: mkdir -p {folder}")
    found = [runner] if runner else recognised(folder)
    chosen = RUNNERS[found[0] if found else "pytest"]
    planned = plan(folder, chosen, ci)
    others = f", not {' or '.join(found[1:])}" if found[1:] else ""
    how = "" if runner else f" (recognised{others}; --runner names another)" if found else " (none was recognised)"
    click.echo(f"Test runner: {chosen.name}{how}\n")
    for one in planned:
        sign, told = ("+", "new") if one.before is None else ("~", "lines added") if one.changes else ("=", "unchanged")
        click.echo(f"{sign} {one.path.relative_to(folder).as_posix():<34} {told}")
        for line in one.difference() if one.before is not None and one.changes else ():
            click.echo(f"    {line}")
        for line in one.advice.splitlines():
            click.echo(f"    {line}")
    if dry_run:
        return
    if any(one.changes for one in planned):
        if not yes and sys.stdin.isatty() and not click.confirm("\nWrite this?", default=True):
            click.echo("Nothing was written.")
            return
        write(planned)
    click.echo(f"\nNext, {'in ' + folder.as_posix() if folder != Path() else 'here'}:\n")
    click.echo(f"  mkdir -p evidence; {'; '.join(chosen.commands)}")
    click.echo(f"  readiness archive '{chosen.evidence}'{'' if found_version(folder) else ' --version 0.1.0'}")
    click.echo("  readiness gate\n\n`mkdocs serve` shows the site, `readiness doctor` lists what is missing.")
    for line in filter(None, (chosen.note, CI_NOTES.get(ci or ""))):
        click.echo(f"Note: {line}.")

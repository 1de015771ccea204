"""`readiness publish`: one frozen site per version, as plain files."""

from pathlib import Path

import click

from readiness.cli.options import target
from readiness.numbers import plural


@click.command(
    "publish", epilog="\b\nExample\n  readiness publish --to public\n  rsync -a public/ server:/var/www/readiness/"
)
@target
@click.option(
    "--config-file",
    "-f",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    default=Path("mkdocs.yml"),
    show_default=True,
)
@click.option("--only", multiple=True, metavar="PATTERN", help="Publish the versions that this fits, such as '2.*'.")
@click.option(
    "--except", "without", multiple=True, metavar="PATTERN", help="Leave out those that this fits: 'nightly-*'."
)
@click.option("--rebuild", is_flag=True, help="Build published versions again, with today's tool and templates.")
def command(target: Path, config_file: Path, only: tuple[str, ...], without: tuple[str, ...], rebuild: bool) -> None:
    """Publish one frozen site per version, versions.json for the selector, and `latest` as redirects.

    A version that has gained no run and no judgement is left as it is; elsewhere published reports keep their bodies.
    """
    from readiness.publish.site import Choice, publish
    from readiness.render.console import progress, text

    def waiting() -> None:
        click.echo(f"{target}: another process publishes there; waiting for it.", err=True)

    with progress("Publishing") as advance:
        choice = Choice(only, without)
        found = publish(config_file, target, rebuild=rebuild, choice=choice, progress=advance, waiting=waiting)
    for one in found.versions:
        click.echo(text(f"{one.version}: {one.what}"))
    left_out = f", {found.left_out} left out" if found.left_out else ""
    click.echo(f"{target}: {plural(len(found.versions), 'version')}{left_out}; latest is {text(found.latest)}.")

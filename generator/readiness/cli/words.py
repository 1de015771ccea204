"""`readiness words`: the file of all sentences, and which of them another such file leaves in our words."""

from pathlib import Path

import click

from readiness.cli.options import FILE
from readiness.errors import UsageError


@click.command(
    "words",
    epilog="\b\nExample\n  readiness words > templates/words.jinja\n  readiness words --missing templates/words.jinja",
)
@click.option("--missing", type=FILE, help="Only print the names of the sentences that this file does not define.")
def command(missing: Path | None) -> None:
    """Print our `words.jinja`, the file of all sentences of pages and commands, a macro each.

    A file of that name in a folder of templates replaces those that it defines.
    """
    from readiness.paths import templates_dir
    from readiness.phrases import WORDS, defined

    ours = templates_dir() / WORDS
    if missing is None:
        click.echo(ours.read_bytes(), nl=False)
        return
    if not missing.is_file():
        raise UsageError("there is no such file", path=missing, remedy="Check its name")
    known, theirs = defined(ours), defined(missing)
    for name in known:
        if name not in theirs:
            click.echo(name)
    for name in theirs:
        if name not in known:
            click.echo(f"{missing}: `{name}` is not one of our sentences, so it replaces nothing", err=True)

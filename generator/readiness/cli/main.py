"""The group of commands, and how their errors end: in one line, with the exit code of their kind."""

import errno
import gc
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from readiness import __version__
from readiness.cli.options import TEMPLATES
from readiness.errors import ReadinessError, UsageError

COMMANDS = {
    "init": "Set up site, policy and CI in a project.",
    "doctor": "Check a set-up, and say what to mend.",
    "inspect": "Print what evidence files hold, and everything odd about them.",
    "archive": "Archive the evidence of one run.",
    "import": "Archive old result files, a whole tree of them.",
    "judge": "Judge an archived run again, after the policy changed.",
    "list": "List the archived runs.",
    "withdraw": "Take back a run that was archived by mistake.",
    "redact": "Remove a text from everything that is stored of runs.",
    "prune": "Remove old evidence, and keep the reports.",
    "verify": "Recompute every digest of the archive.",
    "gate": "Say whether a release is ready; the exit code says it too.",
    "attest": "Write what the gate says as in-toto statements, to be signed.",
    "diff": "Say what changed between two judgements.",
    "explain": "Say why the verdict is what it is; all about a blocker, criterion, item or test.",
    "notes": "Print what release notes say of a release.",
    "link": "Print the permanent address of a report, blocker or test.",
    "policy": "Check a policy, or print the default one.",
    "retire": "Put on record that tests, classes, sources, variants or files are expected no longer.",
    "export": "Write the results of all runs as Parquet, for any other engine.",
    "render": "Write all pages as plain Markdown, for other site generators and wikis.",
    "publish": "Publish one frozen site per version.",
    "words": "Print the file of all sentences, to replace them or put them into another language.",
    "schema": "Print the JSON Schema of the policy, of a record of the archive, or of JSON output.",
}
"""Command -> its line in the help, so that help needs none of their imports."""

MODULES = {"import": "importing"}
"""Module of a command whose name Python keeps for itself."""

EXIT_CODES = """\b
Exit codes
  0  done; READY
  1  BLOCKED; archived, but evidence was lost or a run left out; verify found a difference
  2  usage or configuration error, damaged archive
  3  UNPROVEN; READY, but expired or superseded by a run that is not READY
  4  no evidence could be read; nothing was archived"""

INTERRUPTED = 130
"""As shells have it: an answer of the gate it is not."""

REFUSED = "Make room, or permit reading and writing there, then try again"
ELSEWHERE = "Name another folder or file"
NO_PLACE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST)


class _Commands(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"readiness.cli.{MODULES.get(name, name)}").command
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        with _errors_in_one_line():
            return super().make_context(*arguments, **options)

    def invoke(self, context: click.Context) -> Any:
        with _errors_in_one_line(context):
            return super().invoke(context)


@contextmanager
def _errors_in_one_line(context: click.Context | None = None) -> Iterator[None]:
    """Print what the user can mend in one line and end with its exit code; click's own usage errors too."""
    try:
        yield
        return
    except ReadinessError as error:
        wrong = error
    except NoArgsIsHelpError:
        raise  # prints the help
    except (KeyboardInterrupt, click.Abort):  # Abort: Ctrl+C or Ctrl+D where click asks
        click.echo("readiness: interrupted", err=True)
        sys.exit(INTERRUPTED)
    except click.UsageError as error:
        command = context.invoked_subcommand if context else None
        remedy = f"`{' '.join(filter(None, ('readiness', command)))} --help` shows how it is used"
        wrong = UsageError(error.format_message(), remedy=remedy)
    except OSError as error:
        if error.errno in (None, errno.EPIPE):
            raise  # nothing that the system refused; a pipe that nobody reads is click's to end
        remedy = ELSEWHERE if error.errno in NO_PLACE else REFUSED
        wrong = UsageError(error.strerror or str(error), path=error.filename or "", remedy=remedy)
    click.echo(f"readiness: {wrong.line}", err=True)
    sys.exit(wrong.exit_code)


@click.group(cls=_Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="readiness")
@click.option(
    "--templates",
    type=TEMPLATES,
    envvar="READINESS_TEMPLATES",
    show_envvar=True,
    help="Folder of templates: its `words.jinja` replaces our sentences.",
)
@click.pass_context
def main(context: click.Context, templates: Path | None) -> None:
    """Is this release ready for production, what stops it, and is it getting better?"""  # noqa: D400
    # A command ends soon, and most of what it makes stays until then: it looks for garbage seldom.
    gc.set_threshold(100_000, 50, 100)
    if templates:
        from readiness.phrases import worded_by, words_of

        context.with_resource(worded_by(words_of(templates)))

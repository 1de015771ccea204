"""`readiness gate`: the verdict on one run, for people and for CI, and as exit code."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli.options import history, moment, site_link
from readiness.errors import UsageError

if TYPE_CHECKING:
    from readiness.archive import Archive, ArchivedRun
    from readiness.publish.answer import Answer

FORMATS = ("text", "markdown", "json", "junit", "github")


@click.command(
    "gate",
    epilog="\b\nExample\n  readiness gate && ./deploy.sh\n  readiness gate --run 20250810T041200Z-3f9a1c2e71d0\n"
    '  readiness gate --format markdown >> "$GITHUB_STEP_SUMMARY"',
)
@click.option(
    "--run", "run_id", metavar="RUN", help="The run, or its version; else the latest run of the highest version."
)
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Judge by this policy instead of the recorded ones, without recording it.",
)
@click.option(
    "--at", callback=moment, metavar="TIME", help="When it is asked, which decides on expiry alone; else now."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="markdown: job summaries and comments; github: annotations.",
)
@site_link
@history
def command(run_id: str | None, policy: Path | None, at: datetime | None, form: str, link: str, history: Path) -> None:
    """Say whether a release is ready, with the criteria and blockers behind the answer.

    Exits 0 for READY, 1 for BLOCKED, 3 for UNPROVEN or expired, 2 for a usage or configuration error.
    """
    from readiness.cli.judged import judged_archive, sound_archive
    from readiness.policy import parse_policy, policy_digest, policy_text
    from readiness.publish.answer import Answer

    archive = sound_archive(history)
    text = policy_text(policy) if policy else None
    if text is not None and policy:
        parse_policy(text, policy)
    run = _asked_for(archive, run_id)
    found = judged_archive(archive, text).assessments.latest_of(run.id)
    digest = found.judgement.policy if text is None else policy_digest(text)
    expired = found.verdict.expired(at or datetime.now(UTC))
    if text is None:
        tell_of_another_policy(history, digest)
    answer = Answer(found, digest, recorded=text is None, expired=expired, site=link)
    tell(answer, form)
    sys.exit(answer.exit_code)


def _asked_for(archive: Archive, ref: str | None) -> ArchivedRun:
    """The run that is asked for; its latest judgement alone answers, lest what was READY once opens the gate again."""
    from readiness.cli.judged import run_of

    try:
        return run_of(archive, ref)
    except UsageError:
        run, mark, _ = (ref or "").rpartition("#")
        if not mark:
            raise
        run_of(archive, run)
        raise UsageError(
            f"the latest judgement of a run answers, not {ref!r}",
            remedy=f"Write --run {run}; `readiness explain --run {ref}` tells of another judgement",
        ) from None


def tell_of_another_policy(history: Path, digest: str) -> None:
    """Say on standard error that the policy beside the archive is not the one that the run was judged by."""
    from readiness.policy import POLICY_FILE, policy_digest

    beside = history.absolute().parent / POLICY_FILE
    if beside.is_file() and policy_digest(beside.read_bytes()) != digest:
        differs = f"{POLICY_FILE} has changed since this run was judged; `readiness judge` judges it by the new one"
        click.echo(differs, err=True)


def tell(answer: Answer, form: str) -> None:
    """Print an answer in one of `FORMATS`."""
    if form == "text":
        from readiness.cli.gate_text import show

        show(answer)
    elif form == "markdown":
        from readiness.publish.gate_markdown import gate_markdown

        click.echo(gate_markdown(answer).encode(), nl=False)
    elif form == "json":
        from readiness.publish.as_json import gate_json

        click.echo(gate_json(answer))
    elif form == "junit":
        from readiness.publish.gate_junit import gate_junit

        click.echo(gate_junit(answer), nl=False)
    else:
        from readiness.publish.gate_github import gate_github

        click.echo(gate_github(answer).encode(), nl=False)

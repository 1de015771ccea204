"""`readiness gate`: the verdict on one run, for people and for CI, and as exit code."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli.options import FILE, history, moment, site_link
from readiness.errors import UsageError

if TYPE_CHECKING:
    from readiness.archive import Archive
    from readiness.report import GateResult

FORMATS = ("text", "markdown", "json", "junit", "github")


@click.command(
    "gate",
    epilog="\b\nExample\n  readiness gate && ./deploy.sh\n  readiness gate --run 20250810T041200Z-3f9a1c2e71d0\n"
    "  readiness gate --release 1.4.0\n"
    '  readiness gate --format markdown >> "$GITHUB_STEP_SUMMARY"',
)
@click.option(
    "--run", "run_id", metavar="RUN", help="The run by its id, or by its version; else the one archived last."
)
@click.option("--release", metavar="VERSION", help="The release: its latest run.")
@click.option(
    "--policy",
    type=FILE,
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
def command(
    run_id: str | None,
    release: str | None,
    policy: Path | None,
    at: datetime | None,
    form: str,
    link: str,
    history: Path,
) -> None:
    """Say whether a release is ready, with the criteria and blockers behind the answer.

    Without --run and --release the run archived last answers. Where nothing says which of several runs is later, the
    worst answers. Exits 0 for READY, 1 for BLOCKED, 3 for UNPROVEN, for expired, and for a run that was superseded by
    one that is not READY; 2 for a usage or configuration error.
    """
    from readiness.cli.archiving import terms_of
    from readiness.cli.selection import judged_archive, sound_archive
    from readiness.policy import policy_digest
    from readiness.render.pages.routes import Routes, report_page
    from readiness.report import gate_result, place_of

    if run_id is not None and release is not None:
        raise UsageError("--run and --release both say what is asked for", remedy="Leave one of them out")
    archive = sound_archive(history)
    text = terms_of(policy).policy if policy else None
    runs = _asked_for(archive, run_id) if release is None else _release(archive, release)
    reports, at = judged_archive(archive, text).reports, at or datetime.now(UTC)
    report = reports.worst_of(runs)
    if text is None:
        tell_of_another_policy(history, report.judgement.policy, report.run.id)
    result = gate_result(
        report,
        at,
        place_of(report, archive, reports, runs, at, told=run_id is not None or release is not None),
        policy=None if text is None else policy_digest(text),
        link=f"{link}/{Routes().url(report_page(report.run.id, report.judgement.number))}" if link else None,
    )
    try:
        tell(result, form)
        sys.stdout.flush()
    except (
        BrokenPipeError,
        SystemExit,
    ):  # `gate | head`: who reads no further still gets the answer; rich would exit 1
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(result.exit_code)


def _release(archive: Archive, version: str) -> tuple[str, ...]:
    """The latest run of a release, or several that nothing orders."""
    found = archive.chain.latest(version) or archive.recorded.latest(version)
    if not found:
        remedy = "`readiness list` shows the versions; write one of them in full"
        raise UsageError(f"there is no run of version {version!r} in {archive.root}", remedy=remedy)
    return found


def _asked_for(archive: Archive, ref: str | None) -> tuple[str, ...]:
    """The run that is asked for; its latest judgement alone answers, lest what was READY once opens the gate again."""
    from readiness.cli.selection import runs_meant

    if ref is None:
        return archive.chain.archived_last()
    try:
        return runs_meant(archive, ref)
    except UsageError:
        run, mark, _ = ref.rpartition("#")
        if not mark:
            raise
        runs_meant(archive, run)
        raise UsageError(
            f"the latest judgement of a run answers, not {ref!r}",
            remedy=f"Write --run {run}; `readiness explain --run {ref}` tells of another judgement",
        ) from None


def tell_of_another_policy(history: Path, digest: str, run: str) -> None:
    """Say on standard error that the policy beside the archive is not the one that the run was judged by."""
    from readiness.policy import POLICY_FILE, policy_digest

    beside = history.absolute().parent / POLICY_FILE
    if beside.is_file() and policy_digest(beside.read_bytes()) != digest:
        differs = f"{POLICY_FILE} has changed since this run was judged"
        click.echo(f"{differs}; `readiness judge {run}` judges it by the new one", err=True)


def tell(result: GateResult, form: str) -> None:
    """Print the result in one of `FORMATS`."""
    if form == "text":
        from readiness.render.terminal import show

        show(result)
    elif form == "markdown":
        from readiness.render.markdown import gate_markdown

        click.echo(gate_markdown(result).encode(), nl=False)
    elif form == "json":
        from readiness.report import written

        click.echo(written(result))
    elif form == "junit":
        from readiness.render.junit import gate_junit

        click.echo(gate_junit(result), nl=False)
    else:
        from readiness.render.github import gate_github

        click.echo(gate_github(result).encode(), nl=False)

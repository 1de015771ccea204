"""`readiness gate`: the verdict on one run, as text and as exit code."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli.options import archive_in, history
from readiness.errors import UsageError

if TYPE_CHECKING:
    from readiness.assessment import Assessment

EXIT = {"READY": 0, "BLOCKED": 1, "UNPROVEN": 3}
STYLES = {"READY": "bold green", "BLOCKED": "bold red", "UNPROVEN": "bold yellow"}


@click.command(
    "gate", epilog="\b\nExample\n  readiness gate && ./deploy.sh\n  readiness gate --run 20250810T041200Z-3f9a1c2e71d0"
)
@click.option("--run", "run_id", metavar="RUN", help="The run to judge; else the latest run of the highest version.")
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Judge by this policy instead of the recorded ones, without recording it.",
)
@history
def command(run_id: str | None, policy: Path | None, history: Path) -> None:
    """Say whether a release is ready, with the criteria and blockers behind the answer.

    Exits 0 for READY, 1 for BLOCKED, 3 for UNPROVEN, 2 for a usage or configuration error.
    """
    from readiness.archive import cache_folder
    from readiness.assessment import assess
    from readiness.cli.terminal import progress
    from readiness.policy import parse_policy, policy_text

    archive = archive_in(history)
    archive.require_sound()
    text = policy_text(policy) if policy else None
    if text is not None and policy:
        parse_policy(text, policy)
    run = archive.latest() if run_id is None else archive.get(run_id)
    if run is None:
        raise UsageError("holds no run", path=history, remedy="Archive one: `readiness archive FILES… --version V`")
    with progress("Judging") as advance:
        found = assess(archive, cache_folder(history.absolute().parent), policy=text, progress=advance)
    assessment = found.latest_of(run.id)
    show(assessment, policy)
    sys.exit(EXIT[assessment.verdict.word.value])


def show(assessment: Assessment, policy: Path | None) -> None:
    """Print the verdict, the criteria, the blockers and the residual risks."""
    from readiness.assessment import words
    from readiness.cli.terminal import console, table, text

    verdict, manifest = assessment.verdict, assessment.run.manifest
    out = console()
    name = f"{manifest.product or 'Release'} {manifest.version}"
    out.print(text(f"{name}, run {assessment.run.id}, judgement {assessment.judgement.number}"), end="")
    by = (
        str(policy)
        if policy
        else "the default policy"
        if assessment.default_policy
        else f"policy {assessment.judgement.policy[:8]}"
    )
    out.print(text(f", by {by}"))
    word = "READY" if verdict.ready else f"NOT READY: {verdict.word.value}"
    out.print(text(f"{word} as of {_day(verdict.as_of)}", STYLES[verdict.word.value]))
    out.print(text(words.summary(assessment)))
    out.print(text(words.recommendation(assessment)))
    out.print()
    table(
        ("Criterion", "Required", "Actual", "Result", ""),
        [
            (
                one.criterion.title + (" (advisory)" if one.criterion.tier == "advisory" else ""),
                words.required(one),
                words.actual(one.measured),
                words.state_word(one),
                words.out_of(one.measured),
            )
            for one in assessment.criteria
        ],
    )
    standing = words.standing(assessment)
    if standing:
        out.print()
        table(
            ("Blocker", "Severity", "State", "Since", "Tests", "What"),
            [
                (one.id, one.severity, one.state.value, one.opened.version, words.members(one), one.title)
                for one in standing
            ],
        )
    for title, reasons in (("Unproven", verdict.unproven), ("Residual risk", verdict.residual)):
        evidence = [reason for reason in reasons if reason.kind.value != "blocker"]
        if evidence:
            out.print()
            out.print(text(title))
            for reason in evidence:
                out.print(text(f"  {reason.text}"))


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"

"""`readiness judge`: judge an archived run again, after the policy changed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from readiness import TOOL
from readiness.cli.appending import tell_of_default
from readiness.cli.options import history, moment


@click.command(
    "judge", epilog="\b\nExample\n  readiness judge\n  readiness judge 3f9a1c2e71d0 --policy readiness-1.4.yml"
)
@click.argument("run_id", required=False, metavar="[RUN]")
@click.option(
    "--policy", type=click.Path(path_type=Path, dir_okay=False), help="Policy; else readiness.yml, else the default."
)
@click.option("--at", "at", callback=moment, metavar="TIME", help="When it is judged; else now.")
@history
def command(run_id: str | None, policy: Path | None, at: datetime | None, history: Path) -> None:
    """Judge a run again by the policy of now, and record it.

    RUN is the run to judge, or its version; else the latest run of the highest version. Earlier judgements and their
    reports stay as they are. Where the policy has not changed since the last judgement, nothing is written.
    """
    from readiness.archive import Archive, Writer, cache_folder
    from readiness.assessment import assess
    from readiness.assessment.words import verdict_word
    from readiness.cli.judged import only_one, require_runs, run_meant, sound_archive
    from readiness.cli.terminal import progress
    from readiness.policy import POLICY_FILE, parse_policy, policy_text

    text = policy_text(policy)
    parse_policy(text, policy or POLICY_FILE)
    archive = sound_archive(history)
    require_runs(archive)
    run = only_one(archive, archive.chain.latest()) if run_id is None else run_meant(archive, run_id)
    if run_id is None and run.id not in (last := archive.chain.archived_last()):
        told = f"This is the latest run of {run.manifest.version}, the highest release; archived last, and what"
        click.echo(f"{told} `readiness gate` asks about, is {' and '.join(last)}.", err=True)
    with Writer(history) as writer:
        judgement, new = writer.judge(run.id, text, (at or datetime.now(UTC)).replace(microsecond=0), TOOL)
    if new:
        tell_of_default(text, run.judgements[-1].policy)
    else:
        click.echo(f"Judgement {judgement.number} is by this policy already; nothing was written.", err=True)
    with progress("Judging") as advance:
        found = assess(Archive(history), cache_folder(history.absolute().parent), progress=advance)
    judged = found.latest_of(run.id)
    for waiver in judged.waivers:
        if not waiver.in_force:
            click.echo(f"{waiver.text}.", err=True)
    word = verdict_word(judged.verdict.word)
    click.echo(f"{run.id} judgement {judgement.number}: {word}")

"""`readiness judge`: judge an archived run again, after the policy changed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness import TOOL
from readiness.cli.archiving import require_past, tell_of_default, terms_of
from readiness.cli.options import history, indexed, moment, policy, project_of
from readiness.cli.selection import judged_archive, run_meant, sound_archive

if TYPE_CHECKING:
    from readiness.archive import ArchivedRun


@click.command(
    "judge", epilog="\b\nExample\n  readiness judge\n  readiness judge 3f9a1c2e71d0 --policy readiness-1.4.yml"
)
@click.argument("run_id", required=False, metavar="[RUN]")
@policy
@click.option("--at", "at", callback=moment, metavar="TIME", help="Time of the judgement (default: now).")
@history
def command(run_id: str | None, policy: Path | None, at: datetime | None, history: Path) -> None:
    """Judge a run again by the current policy, and record it.

    RUN is the run to judge, or its version; else the run archived last, which `gate` asks about. Earlier judgements and
    their reports stay as they are. Where neither the policy nor, by the time that has passed, the answer has changed,
    nothing is written.
    """
    from readiness import phrases
    from readiness.archive import Writer
    from readiness.assessment import answers_alike, assess
    from readiness.results import cache_folder

    if at:
        require_past(at, "--at")
    text = terms_of(policy).policy
    archive = sound_archive(history)
    run = run_meant(archive, run_id)
    cache = cache_folder(project_of(history))

    def differs(judged: ArchivedRun) -> bool:
        *_, last, now = assess(archive.supposing(judged), cache).by_run[judged.id]
        return not answers_alike(last, now)

    with Writer(history, cache) as writer:
        time = (at or datetime.now(UTC)).replace(microsecond=0)
        judgement, new = writer.judge(run.id, text, time, TOOL, differs=differs)
    if new:
        tell_of_default(text, run.judgements[-1].policy)
    else:
        told = f"Judgement {judgement.number} is by this policy already, and the answer is the same"
        click.echo(f"{told}; nothing was written.", err=True)
    judged = judged_archive(indexed(history)).assessments.latest_of(run.id)
    for waiver in judged.waivers:
        if not waiver.in_force:
            click.echo(f"{phrases.waiver_text(waiver)}.", err=True)
    word = phrases.verdict_word(judged.verdict.word)
    click.echo(f"{run.id} judgement {judgement.number}: {word}")

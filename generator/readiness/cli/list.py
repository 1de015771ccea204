"""`readiness list`: the runs of the archive, a line each."""

from pathlib import Path

import click

from readiness.cli.options import archive_in, history, tell_empty


@click.command("list", epilog="\b\nExample\n  readiness list --history history")
@history
def command(history: Path) -> None:
    """List the archived runs: id, version, start, judgements, inputs, the run it follows."""
    from readiness.archive import utc_text
    from readiness.render.console import table

    archive = archive_in(history)
    rows = []
    for run in archive.runs.values():
        manifest = run.manifest
        lost, again = sum(item.loss for item in manifest.inputs), sum(item.rerun for item in manifest.inputs)
        notes = [f"{lost} with loss"] if lost else []
        notes += [f"no file of {one.label}" for one in manifest.missing]
        notes = ["superseded"] if run.id in archive.superseded else notes
        done = archive.notices
        notes = ["withdrawn"] if run.id in done.withdrawn else notes
        notes += [what for what, runs in (("redacted", done.redacted), ("pruned", done.pruned)) if run.id in runs]
        notes += [f"{again} of a second job"] if again else []
        rows.append(
            (
                run.id,
                manifest.version,
                utc_text(manifest.started),
                str(len(run.judgements)),
                str(len(manifest.inputs)),
                manifest.previous.run if manifest.previous else "–",
                ", ".join(notes),
            )
        )
    if rows:
        table(("Run", "Version", "Started", "Judgements", "Inputs", "Follows", "Note"), rows)
    else:
        tell_empty(history)
    archive.require_sound()

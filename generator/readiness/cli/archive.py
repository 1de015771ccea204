"""`readiness archive`: read evidence files and append them to the archive as one run."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli.archiving import Terms, appending, losses, tell_of_default, terms_of
from readiness.cli.described import Described
from readiness.cli.options import history, indexed, of_a_run, policy
from readiness.errors import shown
from readiness.numbers import plural

if TYPE_CHECKING:
    from readiness.archive import Archive, ArchivedRun, FilePattern, Input, NewInput

_EXAMPLE = """\b
Example
  python -m pytest --collect-only -q > collected.txt
  python -m pytest --junitxml=junit.xml
  readiness archive junit.xml collected.txt coverage.xml --version 1.4.0
  readiness archive --variant linux='linux/*.xml' --variant mac='mac/*.xml' --version 1.4.0
  readiness archive late-shard.xml --supersedes 3f9a1c2e71d0"""


@click.command("archive", epilog=_EXAMPLE)
@of_a_run
@policy
@history
def command(policy: Path | None, history: Path, **described: Any) -> None:
    """Archive the evidence of one run and print the run's id.

    FILES are read by content, whatever their names: JUnit XML, CTRF, the list of tests that a runner writes,
    coverage (Cobertura, coverage.py, LCOV), pytest-benchmark, pytest-reportlog, metrics.json. Patterns with * are
    expanded. Without --version it is that of the CI's tag, else of pyproject.toml, package.json or Cargo.toml.
    """
    from readiness.cli.project_version import told_version

    terms = terms_of(policy)
    archive = indexed(history)
    archive.require_sound()
    run = Described(**described).new_run(archive, lambda: told_version(Path.cwd()))
    begins = not history.exists()
    with appending(history, terms) as append:
        archived, new = append(run)
    if begins:
        click.echo(f"{shown(history)}: there was no archive here; this is the first run of a new one.", err=True)
    click.echo(archived.id)
    if not new:
        click.echo("This evidence is archived already; nothing was written.", err=True)
    else:
        report_masked(run.inputs)
        _tell_of_cached(run.inputs)
        _tell_of_what_is_missing(archived, archive, terms)
    report_losses(run.inputs, run.missing)


def _tell_of_what_is_missing(run: ArchivedRun, archive: Archive, terms: Terms) -> None:
    """Say on standard error what a new run does without, though one would expect it: its policy, its list of tests."""
    from readiness.evidence import kinds

    results = [item for item in run.manifest.inputs if item.kind in kinds("results")]
    lists = [item for item in run.manifest.inputs if item.kind in kinds("list")]
    for item in lists:
        labels = {one.variant for one in results if one.source == item.source}
        if not item.variant and labels and "" not in labels:
            told = f"{item.name}: has no label, so it says nothing about the results of {', '.join(sorted(labels))}"
            click.echo(f"{told}. Archive a list for each: --variant {min(labels)}={item.name}", err=True)
    if run.manifest.supersedes:
        _tell_of_replaced(run, archive.runs[run.manifest.supersedes])
    others = (one for one in archive.runs.values() if one.id not in (run.id, run.manifest.supersedes))
    held = {item.sha256 for one in others for item in one.manifest.inputs}
    if results and all(item.sha256 in held and not item.loss for item in results):
        click.echo("All results were already archived, byte for byte: they prove nothing new.", err=True)
    before = run.manifest.previous
    followed = archive.runs.get(before.run) if before else None
    _tell_of_twins(run.manifest.inputs, followed.manifest.inputs if followed else ())
    if before and followed:
        tell_of_default(terms.policy, followed.judgements[before.judgement - 1].policy)
    elif not before and not lists:
        told = "The files include no list of collected tests, so a test that never ran goes unnoticed"
        click.echo(f"{told}. {_list_advice(run)}", err=True)


def _tell_of_replaced(run: ArchivedRun, old: ArchivedRun) -> None:
    """Name the files that new ones took the place of: shards may call theirs alike."""
    now = {item.place: item.sha256 for item in run.manifest.inputs}
    names = [item.name for item in old.manifest.inputs if now[item.place] != item.sha256]
    if names:
        told = f"{', '.join(names)}: replaced in run {old.id} by the new file of the same name"
        click.echo(f"{told}. If it is another shard's, give it another name.", err=True)


def _tell_of_twins(inputs: Sequence[Input], before: Sequence[Input]) -> None:
    """Name the first test that two files hold, where no files of the run before did: a job's second attempt, maybe."""
    twins, known = (
        [(item, one) for item in some for one in item.findings if one.code == "in-two-files"]
        for some in (inputs, before)
    )
    if twins and not known:
        (item, first), advice = twins[0], "Name variants with --variant, and a second attempt with --rerun"
        click.echo(f"{item.name}: {first.message}. {advice}.", err=True)


def _list_advice(run: ArchivedRun) -> str:
    """How to get the list, by the runner where the results name it."""
    from readiness.evidence import COMMANDS, list_command

    runner, command = list_command(run.manifest.environment)
    if runner == "jest":
        return f"Add what `{command}` prints, and set JEST_JUNIT_ADD_FILE_ATTRIBUTE=true so that results name files."
    if runner:
        return f"Add what `{command}` prints."
    return f"For pytest, add what `{COMMANDS['pytest']}` prints; the guide has the commands of other runners."


def report_masked(inputs: Iterable[NewInput]) -> None:
    """Name every file in which secrets were masked."""
    for item in inputs:
        for finding in item.file.findings:
            if finding.code == "secrets-masked":
                click.echo(f"{item.name}: {finding.message}", err=True)


def _tell_of_cached(inputs: Iterable[NewInput]) -> None:
    """Name the first of the old reports that a build cache may have given back, and count the others."""
    old = [(item, one) for item in inputs for one in item.file.findings if one.code == "stale" and not one.loss]
    if old:
        (item, first), more = old[0], f" The same is true of {plural(len(old) - 1, 'other file')}." * (len(old) > 1)
        click.echo(f"{item.name}: {first.message}, unless a build cache gave it back.{more}", err=True)


def report_losses(inputs: Iterable[NewInput], missing: Iterable[FilePattern] = ()) -> None:
    """Name every file that was not read in full, and every label without files; exits 1 where there is one."""
    lost = list(losses(inputs))
    absent = [(one.label, one.note) for one in missing]
    for name, what in (*lost, *absent):
        click.echo(f"{name}: {what}", err=True)
    told = [f"evidence was lost in {plural(len(lost), 'file')}"] if lost else []
    told += [f"there was no file for {' and '.join(dict(absent))}"] if absent else []
    if told:
        click.echo(f"Archived, but {', and '.join(told)}: the run cannot be READY.", err=True)
    if absent:
        click.echo("Once the files exist, add them to the run with --supersedes.", err=True)
    if told:
        sys.exit(1)

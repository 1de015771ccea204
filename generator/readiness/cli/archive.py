"""`readiness archive`: read evidence files and append them to the archive as one run."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli.archiving import (
    Terms,
    appending,
    earliest,
    losses,
    now,
    require_past,
    require_usable,
    tell_of_default,
    terms_of,
)
from readiness.cli.files import labelled, read_inputs
from readiness.cli.options import environment, history, indexed, masking, moment, policy, text
from readiness.errors import UsageError

if TYPE_CHECKING:
    from readiness.archive import Archive, ArchivedRun, FilePattern, NewInput

"""Kinds of files that hold results."""

_EXAMPLE = """\b
Example
  python -m pytest --collect-only -q > collected.txt
  python -m pytest --junitxml=junit.xml
  readiness archive junit.xml collected.txt coverage.xml --version 1.4.0
  readiness archive --variant linux='linux/*.xml' --variant mac='mac/*.xml' --version 1.4.0
  readiness archive late-shard.xml --supersedes 3f9a1c2e71d0"""


@click.command("archive", epilog=_EXAMPLE)
@click.argument("files", nargs=-1, metavar="[FILES…]")
@click.option("--version", "version", callback=text, help="Version of the product that was tested.")
@click.option(
    "--started", callback=moment, metavar="TIME", help="When the run started; else read from the evidence, else now."
)
@click.option(
    "--finished",
    callback=moment,
    metavar="TIME",
    help="When it finished; else start plus the declared duration, at most now.",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    callback=text,
    metavar="NAME=FILES",
    help="Files of a named kind of tests: unit, e2e.",
)
@click.option(
    "--variant",
    "variants",
    multiple=True,
    callback=text,
    metavar="NAME=FILES",
    help="Files of one variant: linux, py312.",
)
@click.option(
    "--rerun",
    "reruns",
    multiple=True,
    callback=text,
    metavar="FILES",
    help="Files of a second job that ran the failures again: attempts, no tests of their own.",
)
@click.option(
    "--strict-patterns",
    "strict",
    is_flag=True,
    help="Archive nothing where a --source or --variant matches no file; else it is recorded as missing.",
)
@click.option("--commit", callback=text, help='Commit that was tested; else from CI or git. "none": unknown.')
@click.option("--branch", callback=text, help='Branch that was tested; else from CI or git. "none": unknown.')
@click.option("--ci-url", callback=text, help='Link to the CI run; else from CI. "none": there is none.')
@environment
@click.option(
    "--previous",
    callback=text,
    metavar="RUN",
    help='The run it follows; else found by version and time. "none": it follows none.',
)
@click.option(
    "--supersedes",
    callback=text,
    metavar="RUN",
    help="The run it replaces: FILES are added to that run's, one of the same name replaces the older one.",
)
@masking
@policy
@history
def command(
    files: tuple[str, ...],
    sources: tuple[str, ...],
    variants: tuple[str, ...],
    reruns: tuple[str, ...],
    strict: bool,
    version: str | None,
    started: datetime | None,
    finished: datetime | None,
    commit: str | None,
    branch: str | None,
    ci_url: str | None,
    environment: dict[str, str],
    previous: str | None,
    supersedes: str | None,
    masking: bool,
    policy: Path | None,
    history: Path,
) -> None:
    """Archive the evidence of one run and print the run's id.

    FILES are read by content, whatever their names: JUnit XML, CTRF, the list of tests that a runner writes,
    coverage (Cobertura, coverage.py, LCOV), pytest-benchmark, pytest-reportlog, metrics.json. Patterns with * are
    expanded.
    """
    from readiness.archive import NewRun, replacing
    from readiness.cli.ci_context import ci_context
    from readiness.cli.selection import run_meant
    from readiness.evidence import PATTERN_SET

    terms = terms_of(policy)
    archive = indexed(history)
    archive.require_sound()
    old = run_meant(archive, supersedes) if supersedes is not None else None
    if old:
        _require_same(old, version=version, commit=commit, branch=branch, started=started, previous=previous)
    elif not (version or "").strip():
        raise UsageError("no version is named", remedy="Name the one that was tested, for example --version 1.4.0")
    else:
        require_usable({version or ""}, archive)
    chosen = labelled(files, sources, variants, reruns, strict=strict)
    inputs = read_inputs(chosen.files, masking=masking)
    found = ci_context(Path.cwd())
    clock = now()
    run = NewRun(
        version=version or "",
        started=started or earliest(inputs) or clock,
        finished=finished,
        now=clock,
        inputs=inputs,
        commit=_told(commit, found.commit),
        branch=_told(branch, found.branch),
        ci_url=_told(ci_url, found.ci_url),
        environment=environment,
        previous=None if previous is None else "" if previous == "none" else run_meant(archive, previous).id,
        masking=PATTERN_SET if masking else "",
        missing=chosen.missing,
        matched=chosen.matched,
    )
    if old:
        run = replacing(old, run)
    else:
        require_past(run.started, "--started" if started else "the earliest timestamp in the evidence")
    if finished:
        require_past(finished, "--finished")
    if all(item.rerun for item in run.inputs):
        remedy = "Name the first job's files too, or add these to its run with --supersedes RUN"
        raise UsageError("every file is one of a second job (--rerun)", remedy=remedy)
    if finished and finished < run.started:
        raise UsageError(
            f"--finished {finished:%Y-%m-%dT%H:%M:%SZ} lies before the start, {run.started:%Y-%m-%dT%H:%M:%SZ}",
            remedy="Correct --started or --finished",
        )
    begins = not history.exists()
    with appending(history, terms) as append:
        archived, new = append(run)
    if begins:
        click.echo(f"{history}: there was no archive here; this is the first run of a new one.", err=True)
    click.echo(archived.id)
    if not new:
        click.echo("This evidence is archived already; nothing was written.", err=True)
    else:
        report_masked(run.inputs)
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
            told = f"{item.name}: has no label, so it says nothing of the results of {', '.join(sorted(labels))}"
            click.echo(f"{told}. Archive a list for each: --variant {min(labels)}={item.name}", err=True)
    others = (one for one in archive.runs.values() if one.id not in (run.id, run.manifest.supersedes))
    held = {item.sha256 for one in others for item in one.manifest.inputs}
    if results and all(item.sha256 in held for item in results):
        click.echo("All results were archived before, to the byte: they prove nothing new.", err=True)
    before = run.manifest.previous
    if before and before.run in archive.runs:
        tell_of_default(terms.policy, archive.runs[before.run].judgements[before.judgement - 1].policy)
    elif not before and not lists:
        told = "There is no list of the collected tests among the files: a test that never ran goes unnoticed"
        click.echo(f"{told}. {_list_advice(run)}", err=True)


def _list_advice(run: ArchivedRun) -> str:
    """How to get the list, by the runner where the results name it."""
    from readiness.evidence import COMMANDS, list_command

    runner, command = list_command(run.manifest.environment)
    if runner == "jest":
        return f"Add what `{command}` prints, and set JEST_JUNIT_ADD_FILE_ATTRIBUTE=true so that results name files."
    if runner:
        return f"Add what `{command}` prints."
    return f"For pytest, add what `{COMMANDS['pytest']}` prints; the guide has the command of other runners."


def _require_same(old: ArchivedRun, **given: Any) -> None:
    """A run that replaces another is of the same version, commit, branch and start, and follows the same run."""
    for name, value in given.items():
        own = getattr(old.manifest, name)
        if value is not None and (name == "previous" or (own or "none") != value):
            remedy = "Leave the option out, or archive the files as a run of their own"
            raise UsageError(f"--{name} cannot be chosen for a run that supersedes another", remedy=remedy)


def _told(given: str | None, found: str) -> str:
    return found if given is None else "" if given == "none" else given


def report_masked(inputs: Iterable[NewInput]) -> None:
    """Name every file in which secrets were masked."""
    from readiness.evidence import masked_finding

    for item in inputs:
        if item.masked:
            click.echo(f"{item.name}: {masked_finding(item.masked).message}", err=True)


def report_losses(inputs: Iterable[NewInput], missing: Iterable[FilePattern] = ()) -> None:
    """Name every file that was not read in full, and every label without files; exits 1 where there is one."""
    from readiness.numbers import plural

    lost = list(losses(inputs))
    absent = [(one.label, one.note) for one in missing]
    for name, what in (*lost, *absent):
        click.echo(f"{name}: {what}", err=True)
    told = [f"evidence was lost in {plural(len(lost), 'file')}"] if lost else []
    told += [f"no file of {' and '.join(dict(absent))} was there"] if absent else []
    if told:
        click.echo(f"Archived, but {', and '.join(told)}: the run cannot be READY.", err=True)
    if absent:
        click.echo("When the files are there, add them to the run with --supersedes.", err=True)
    if told:
        sys.exit(1)

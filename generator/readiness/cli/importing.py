"""`readiness import`: archive a tree of old result files, run after run in order of date."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from readiness.cli.archiving import Terms, appending, require_usable, terms_of
from readiness.cli.files import read_inputs
from readiness.cli.options import environment, history, indexed, masking, policy, text
from readiness.errors import ArchiveError, EvidenceError, UsageError
from readiness.numbers import plural

if TYPE_CHECKING:
    from readiness.archive import ArchivedRun, NewRun
    from readiness.cli.importer.plan import Entry

_EXAMPLE = """\b
Example
  readiness import 'reports/{version}/{variant}/*.xml'
  readiness import 'reports/{version}/*.xml' 'coverage/{version}.xml' --dates dates.txt --yes
  readiness import 'ci/{branch}/{date}-{commit}/v{version}/**/junit*.xml' --dry-run

\b
Placeholders
  {version} {variant} {source} {date} {commit} {branch}"""


SHOWN_VARIANTS = 6
"""Of more than these the plan tells the number alone."""


@click.command("import", epilog=_EXAMPLE)
@click.argument("patterns", nargs=-1, metavar="PATTERN…", callback=text)
@click.option(
    "--dates",
    type=click.File(encoding="utf-8-sig", errors="replace"),
    metavar="FILE",
    help="Dates of the runs: a version or a commit and its date on each line.",
)
@click.option("--skip-undated", is_flag=True, help="Leave out runs without a date instead of stopping.")
@click.option("--dry-run", is_flag=True, help="Show the plan and archive nothing.")
@click.option("--yes", is_flag=True, help="Archive without asking.")
@environment
@masking
@policy
@history
def command(
    patterns: tuple[str, ...],
    dates: TextIO | None,
    skip_undated: bool,
    dry_run: bool,
    yes: bool,
    environment: dict[str, str],
    masking: bool,
    policy: Path | None,
    history: Path,
) -> None:
    """Archive old result files, run after run in order of date.

    A PATTERN is a path with placeholders, *, ? and **; quote it. Files of one version, date and commit form one run.
    The plan is shown first. Runs that are archived already are passed over, so the same command goes on where it was
    interrupted.
    """
    from readiness.cli.importer.paths import find, parse_pattern
    from readiness.cli.importer.plan import State, candidates, examine, read_dates
    from readiness.render.console import progress

    if not patterns:
        raise UsageError("no pattern is named", remedy="Name one, for example 'reports/{version}/*.xml'")
    terms = terms_of(policy)
    parsed = [parse_pattern(pattern) for pattern in patterns]
    listed = read_dates(dates, dates.name) if dates else {}
    runs = candidates(match for pattern in parsed for match in find(pattern))
    archive = indexed(history)
    archive.require_sound()
    require_usable({run.version for run in runs}, archive)
    with progress("Reading") as advance:
        plan = examine(runs, listed, archive, advance)
    show(plan)
    undated = [entry for entry in plan if entry.state is State.UNDATED]
    if undated and not skip_undated:
        raise _no_dates(undated)
    new = [entry for entry in plan if entry.state is State.NEW]
    if dry_run or (new and not yes and not _agreed(len(new))):
        click.echo("This was the plan; nothing was archived." + ("" if dry_run else " --yes archives it."))
        return
    finish(plan, archive_all(new, environment, terms, history, masking=masking) if new else [])


def show(plan: Sequence[Entry]) -> None:
    """Print the plan as a table, what cannot be read, and the sums."""
    from readiness.cli.importer.plan import State
    from readiness.render.console import table

    commits = any(entry.run.commit for entry in plan)
    header = ["Date", "From", "Version", *(["Commit"] if commits else []), "Variants", "Files", "What happens"]
    table(header, [_cells(entry, commits=commits) for entry in plan])
    for entry in plan:
        for line in entry.problems:
            _say(line)
    counted = Counter(entry.state for entry in plan)
    files = sum(len(entry.run.files) for entry in plan)
    states = ", ".join(f"{counted[state]:,} {state.value}" for state in State if counted[state])
    _say(f"{plural(len(plan), 'run')}, {plural(files, 'file')}: {states}.")


def _cells(entry: Entry, *, commits: bool) -> list[str]:
    from readiness.archive import utc_text
    from readiness.cli.importer.plan import State

    run = entry.run
    when = utc_text(entry.started.replace(microsecond=0)) if entry.started else run.no_date or "–"
    variants = ", ".join(run.variants) if len(run.variants) <= SHOWN_VARIANTS else plural(len(run.variants), "variant")
    what = entry.state.value
    if entry.state is State.NEW and entry.problems:
        what += f", evidence lost in {plural(len(entry.problems), 'file')}"
    commit = [run.commit[:12] or "–"] if commits else []
    return [when, entry.origin or "–", run.version, *commit, variants or "–", f"{len(run.files):,}", what]


def _say(line: str) -> None:
    from readiness.render.console import console, text

    console().print(text(line), soft_wrap=True)


def _no_dates(undated: Sequence[Entry]) -> UsageError:
    first = undated[0].run
    said = f" ({first.no_date!r} is none)" if first.no_date else ""
    more = f" and {plural(len(undated) - 1, 'other run')}" if len(undated) > 1 else ""
    remedy = "Put {date} into the pattern, or give --dates FILE; --skip-undated leaves out what has none"
    return UsageError(f"{first.version}{more}: no date{said}, so nothing was archived", remedy=remedy)


def _agreed(count: int) -> bool:
    """Ask where somebody can answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return click.confirm(f"Archive {plural(count, 'run')}?", err=True)


def archive_all(
    new: Sequence[Entry], environment: Mapping[str, str], terms: Terms, history: Path, *, masking: bool
) -> list[ArchivedRun]:
    """Archive the runs in order, one in memory at a time. What is wrong with one is told, and the next goes on."""
    from readiness.render.console import progress

    archived: list[ArchivedRun] = []
    try:
        with appending(history, terms) as append, progress("Archiving") as advance:
            for done, entry in enumerate(new):
                advance(done, len(new))
                try:
                    run = _new_run(entry, environment, masking=masking)
                except (EvidenceError, UsageError) as error:
                    click.echo(f"left out: {error.path}: {error.problem}", err=True)
                    continue
                archived.append(append(run)[0])
                del run
    except (KeyboardInterrupt, ArchiveError):
        so_far = f"{len(archived):,} of {len(new):,} runs were archived; the same command goes on from there."
        click.echo(so_far, err=True)
        raise
    return archived


def _new_run(entry: Entry, environment: Mapping[str, str], *, masking: bool) -> NewRun:
    from readiness.archive import NewRun
    from readiness.evidence import PATTERN_SET

    assert entry.started is not None
    return NewRun(
        version=entry.run.version,
        started=entry.started,
        now=datetime.now(UTC),
        inputs=read_inputs(entry.run.files, masking=masking),
        commit=entry.run.commit,
        branch=entry.run.branch,
        environment=environment,
        masking=PATTERN_SET if masking else "",
    )


def finish(plan: Sequence[Entry], archived: Sequence[ArchivedRun]) -> None:
    """Print what was done; exits 1 where a run was left out or evidence was lost, 4 where nothing could be read."""
    from readiness.cli.importer.plan import State

    counted = Counter(entry.state for entry in plan)
    there = counted[State.KNOWN] + counted[State.TWICE]
    left_out = len(plan) - len(archived) - there
    if not archived and not there and counted[State.UNREADABLE]:
        raise EvidenceError("none of the runs can be read", remedy="Nothing was archived: the plan names each file")
    click.echo(f"{plural(len(archived), 'run')} archived, {there:,} archived already, {left_out:,} left out.")
    if masked := sum(item.masked for run in archived for item in run.manifest.inputs):
        click.echo(f"{masked:,} secrets and user names masked.", err=True)
    lossy = sum(entry.loss for entry in plan if entry.state is State.KNOWN)
    lossy += sum(run.manifest.losses > 0 for run in archived)
    if lossy:
        click.echo(f"Evidence was lost in {plural(lossy, 'run')}, which cannot be READY.", err=True)
    if lossy or left_out:
        sys.exit(1)

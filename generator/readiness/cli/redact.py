"""`readiness redact`: remove a text from everything that is stored of runs, and prove that none is left."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.cli.ci_context import git
from readiness.cli.noting import notice_of, of_a_notice, tell_of_versions, time_of, writing
from readiness.cli.options import FILE, FOLDER, archive_in, history, project_of
from readiness.cli.selection import run_meant
from readiness.errors import ReadinessError, UsageError, shown

if TYPE_CHECKING:
    from readiness.archive import Archive, Mirror, Redaction
    from readiness.evidence import Wanted
    from readiness.report import Report


_JOINED = "Two causes became one: redact one text after the other, each with its own --as, such as [redacted_2]"
_PARTED = "One cause became two: choose an --as that is like the text, such as 000 for a number"
_OTHERWISE = "Name a longer text or a narrower pattern"


@click.command(
    "redact",
    epilog="\b\nExample\n  readiness redact --text-file secret.txt --reason 'a password in a log' --by ops --dry-run\n"
    "  readiness redact 3f9a1c2e71d0 --pattern 'session=[0-9a-f]{32}' --reason 'session ids' --by ops --site public",
)
@click.argument("runs", nargs=-1, metavar="[RUN…]")
@click.option("--text-file", type=FILE, help="File that holds the text, so that no shell remembers it.")
@click.option("--pattern", metavar="REGEX", help="Regular expression that the text matches.")
@click.option(
    "--as", "instead", default="[redacted]", show_default=True, metavar="TEXT", help="What stands in its place."
)
@click.option(
    "--site", "sites", type=FOLDER, multiple=True, help="Published folder to search; else those beside the archive."
)
@of_a_notice
@history
def command(
    runs: tuple[str, ...],
    text_file: Path | None,
    pattern: str | None,
    instead: str,
    sites: tuple[Path, ...],
    reason: str,
    by: str,
    at: datetime | None,
    dry_run: bool,
    history: Path,
) -> None:
    """Replace a text in what is stored of every run that holds it, or of those named, and in the cache.

    Found as it stands, in entities, escapes, base64 and gzip. Nothing else changes: a redaction that would change a
    verdict or a number is refused. At the end all is searched again; exits 1 where the text is left, and says where.
    """
    from readiness.archive import NoticeKind, cache_path, mirror_of, plan_redaction
    from readiness.evidence import redacted_text

    wanted, time = _wanted(text_file, pattern, instead), time_of(at)
    if redacted_text(f"{reason}\n{by}", wanted)[1]:
        raise UsageError("--reason or --by holds the text", remedy="Say why without it")
    with writing(history, dry_run) as writer:
        archive = archive_in(history)
        archive.require_sound()
        chosen = {run_meant(archive, ref).id for ref in runs} or None
        plan = plan_redaction(archive, wanted, chosen)
        for path, count in plan.counts.items():
            click.echo(f"{shown(history)}/{path}: {count} {'times' if count > 1 else 'time'}")
        for left in plan.left:
            click.echo(f"{shown(history)}/{left.path}: stays: {left.why}", err=True)
        if plan.contents:
            fresh = tuple(one for one in plan.replaced if not archive.notices.is_noted(one))
            # What a notice holds already was compared before, and is half done.
            holds = _compared(archive, plan, wanted) if fresh else set()
            holds |= {path.split("/")[2] for path in plan.contents if path.startswith("runs/")}
            holds |= {run for run, kept in archive.notices.pruned.items() if kept.path in plan.contents}
            about = [run for run in archive.runs.values() if run.id in holds]
            notice = notice_of(NoticeKind.REDACTED, about, reason, by, time, replaced=fresh) if fresh else None
            if writer:
                writer.note(notice, {}, dict(plan.files))
    if dry_run:
        click.echo(f"{len(plan.contents)} files would be changed; nothing was written.")
        return
    mirror = mirror_of(history)
    # The whole cache: much of it is packed, and all of it is made again.
    shutil.rmtree(cache_path(project_of(history)), ignore_errors=True)
    if mirror:
        tell_of_versions(mirror, plan.contents.keys())
    else:
        _tell_of_git(history, plan)
    held = [*_left(history, mirror, wanted, sites)]
    for place in held:
        click.echo(f"{shown(place)}: still holds the text", err=True)
    if held:
        click.echo("`readiness publish` renews published pages; call the same `redact` again to prove it.", err=True)
        sys.exit(1)
    click.echo("Nothing holds the text any more.")


def _wanted(text_file: Path | None, pattern: str | None, instead: str) -> Wanted:
    from readiness.evidence import HARMLESS, SHORTEST_TEXT, Wanted

    if (text_file is None) == (pattern is None):
        raise UsageError("one of --text-file and --pattern says what is removed", remedy="Name one of them")
    try:
        text = text_file.read_bytes().decode().rstrip("\r\n").replace("\r\n", "\n") if text_file else ""
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", path=text_file or "") from error
    except UnicodeDecodeError as error:
        raise UsageError("is no UTF-8 text", path=text_file or "", remedy="Write the text in UTF-8") from error
    if text_file and len(text.strip()) < SHORTEST_TEXT:
        remedy = f"Name {SHORTEST_TEXT} characters or more: a shorter text stands in too much that must stay"
        raise UsageError("holds no text, or a very short one", path=text_file, remedy=remedy)
    if not HARMLESS.fullmatch(instead):
        remedy = "Name up to 60 letters, digits, spaces and _ . - / [ ]"
        raise UsageError("what --as names could mean something in a file", remedy=remedy)
    wanted = Wanted(text=text, pattern=pattern or "", instead=instead)
    try:
        if wanted.plain.search("") or wanted.plain.search(instead):
            raise UsageError(f"the text is found in nothing, or in {instead}", remedy="Name a longer or narrower one")
    except re.error as error:
        raise UsageError(f"--pattern is no regular expression: {error}", remedy="Correct it") from error
    return wanted


def _compared(archive: Archive, plan: Redaction, wanted: Wanted) -> set[str]:
    """The runs whose reports show the text; raises UsageError where the redaction would change a verdict or a count."""
    from readiness.assessment import assess
    from readiness.evidence import redacted_text
    from readiness.report import Reports, written

    showing: set[str] = set()
    renamed: dict[str, str] = {}
    then = Reports(assess(archive, None))
    try:
        now = Reports(assess(plan.supposed(archive), None))
    except ReadinessError as error:
        problem = f"nothing was written: without the text the archive could not be judged: {error.line}"
        raise UsageError(problem, remedy=_OTHERWISE) from error
    for run in archive.runs:
        for before, after in zip(then.judgements_of(run), now.judgements_of(run), strict=True):
            if _figures(before) != _figures(after):
                problem = f"nothing was written: without the text the report of run {run} would not say the same"
                more = len(after.blockers) - len(before.blockers)
                raise UsageError(problem, remedy=_PARTED if more > 0 else _JOINED if more else _OTHERWISE)
            renamed.update({a.id: b.id for a, b in zip(before.blockers, after.blockers, strict=True) if a.id != b.id})
            if redacted_text(written(before), wanted)[1]:
                showing.add(run)
    for old, new in sorted(renamed.items()):
        click.echo(f"Blocker {old} is called {new} from now on: its cause holds the text.")
    return showing


def _figures(report: Report) -> tuple[object, ...]:
    """What a redaction must not change."""
    states = sorted((one.state.value, one.severity) for one in report.blockers)
    criteria = [(one.criterion.id, one.state, one.waived) for one in report.criteria]
    waivers = [one.state for one in report.waivers]
    return report.verdict.word, report.unwaived.word, report.facts.counts, states, criteria, waivers


def _left(history: Path, mirror: Mirror | None, wanted: Wanted, sites: Sequence[Path]) -> Iterator[object]:
    """The files of archive, cache and published sites that hold the text; of a store all objects are fetched again."""
    from readiness.archive import cache_path, search_folder
    from readiness.evidence import redact
    from readiness.publish.freeze import RECORD

    project = project_of(history)
    found = sites or sorted({path.parent.parent for path in project.glob(f"*/*/{RECORD}")})
    for folder in (cache_path(project), *found):
        if folder.is_dir():
            yield from search_folder(folder, wanted)
    if mirror:
        mirror.pull(fresh=True)
        yield from (address for address, content in mirror.strays() if redact(content, wanted).count)
    yield from search_folder(history, wanted)
    for site in found:
        click.echo(f"{site}: searched")


def _tell_of_git(history: Path, plan: Redaction) -> None:
    """What git still holds, and how its history is rewritten."""
    done = git(history, "rev-parse", "--is-inside-work-tree")
    if done != "true" or not plan.blobs:
        return
    held = [blob for blob in plan.blobs if git(history, "cat-file", "-t", blob) == "blob"]
    if not held:
        return
    click.echo(
        f"git still holds {len(held)} of these files as they were. To take them out of its history, once this is"
    )
    click.echo("committed (https://github.com/newren/git-filter-repo), and to push it with --force:")
    click.echo(f"  printf '%s\\n' {' '.join(held)} > blobs.txt")
    click.echo("  git filter-repo --strip-blobs-with-ids blobs.txt")
    click.echo("For files that are not packed, such as published pages: git filter-repo --replace-text FILE")
    click.echo("Clones, forks and caches of the host keep theirs. Revoke the secret all the same.")

"""`readiness retire`: put on record that something is owed no result any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.cli.options import FILE, archive_in, history, project_of, text
from readiness.errors import UsageError

if TYPE_CHECKING:
    from readiness.archive import Archive

KINDS = {"test": "tests", "class": "classes", "source": "sources", "variant": "variants", "file": "files"}
"""What the command calls a thing -> the key of the policy."""


def _said(context: click.Context, parameter: click.Parameter, written: str) -> str:
    if not written.strip():
        raise click.BadParameter("says nothing")
    return str(text(context, parameter, written))


def _day(context: click.Context, parameter: click.Parameter, written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written is not None else None
    except ValueError as error:
        raise click.BadParameter(f"{written!r} is not a date; write it like 2025-08-31") from error


@click.command(
    "retire",
    epilog="\b\nExample\n  readiness retire py38 --reason 'end of life' --by kim\n"
    "  readiness retire 'tests.test_till*' --reason 'the old till is gone' --by kim --dry-run",
)
@click.argument("names", nargs=-1, required=True, callback=text, metavar="TEST|CLASS|SOURCE|VARIANT|FILE…")
@click.option("--reason", required=True, callback=_said, help="Why it is out of service.")
@click.option("--by", "by", required=True, callback=_said, metavar="WHO", help="Who says so.")
@click.option("--date", "day", callback=_day, metavar="DAY", help="First day without it, in UTC (default: today).")
@click.option("--kind", type=click.Choice(list(KINDS)), help="What it is, where a name alone does not say.")
@click.option(
    "--policy",
    type=FILE,
    help="Policy file to change (default: readiness.yml).",
)
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
@history
def command(
    names: tuple[str, ...],
    reason: str,
    by: str,
    day: date | None,
    kind: str | None,
    policy: Path | None,
    dry_run: bool,
    history: Path,
) -> None:
    """Retire tests, classes, sources, variants or files: from that day on no result is expected of them.

    A name is a test's `group::name`, a class, module or suite, a source, a variant, or a file that was not read in
    full, as it was archived once; `*` and `?` are patterns. The lines are written into readiness.yml, where everything
    else stays as it is. They apply to the next run; `readiness judge` applies them to one that is archived.
    """
    from readiness.policy import POLICY_FILE, policy_text, with_retired

    kinds = _kinds(archive_in(history), names, KINDS[kind] if kind else None)
    path = policy or POLICY_FILE
    entry: dict[str, Any] = {one: [name for name in names if kinds[name] == one] for one in KINDS.values()}
    entry = {one: named for one, named in entry.items() if named}
    entry |= {"reason": reason, "by": by, "date": day or datetime.now(UTC).date()}
    text = policy_text(path, owners=False) if policy or path.exists() else b""
    new, line, lines = with_retired(text, entry, path)
    if not dry_run:
        try:
            path.write_bytes(new)
        except OSError as error:
            remedy = "Make it writable, or add the lines of --dry-run yourself"
            raise UsageError(f"cannot be written ({error.strerror})", path=path, remedy=remedy) from error
    click.echo(f"{path}, line {line}{' (not written)' if dry_run else ''}:", err=True)
    click.echo(lines)


def _kinds(archive: Archive, names: Iterable[str], kind: str | None) -> dict[str, str]:
    """Name -> the key of the policy under which it belongs, by the latest run that had it; raises UsageError."""
    from readiness.analysis import Identity, identified, is_retired, lost_files, matches, told_apart, with_labels
    from readiness.results import cache_folder, load_results

    found: dict[str, str] = {}
    known: set[str] = set()
    waiting = list(dict.fromkeys(names))
    cache = cache_folder(project_of(archive.root))
    for run in reversed(archive.runs.values()):
        if not waiting:
            break
        results = load_results(run, cache)
        silent = {key.group for key in results.silent} if kind in (None, "classes") else ()
        table = with_labels(identified(results.table, Identity(told_apart(results.table, {}))))
        for name in list(waiting):
            of = [one for one in KINDS.values() if kind in (None, one) and len(table.filter(is_retired([(one, name)])))]
            if of or name in silent:
                found[name] = _only(name, of or ["classes"])
                fits = table.filter(is_retired([(found[name], name)]))["label"].unique().to_list()
                _check_wildcards(name, fits)
                waiting.remove(name)
        for missing in run.manifest.missing:
            known |= {missing.variant, missing.source}
        absent = [("variants", one.variant) for one in run.manifest.missing]
        absent += [("sources", one.source) for one in run.manifest.missing]
        absent += [("files", one.name) for one in lost_files(run.manifest)]
        for label, name in absent:
            for glob in (one for one in list(waiting) if kind in (None, label) and matches((one,), name)):
                found[glob] = label
                waiting.remove(glob)
        for column in ("label", "group", "source", "variant"):
            known.update(table[column].to_list())
    if waiting:
        raise UsageError(f"no run had {waiting[0]!r}", path=archive.root, remedy=_similar(waiting[0], known))
    return found


def _check_wildcards(name: str, fits: Collection[str]) -> None:
    """The name of one test that is a pattern of others too is not taken for either; raises UsageError."""
    others = sorted(label for label in fits if label != name)
    if name in fits and others:
        problem = f"{name!r} is the name of a test, and as a pattern it fits {len(others)} more, such as {others[0]!r}"
        remedy = "Write ? for each * of the name to mean that test, or a shorter pattern to mean all of them"
        raise UsageError(problem, remedy=remedy)


def _only(name: str, kinds: list[str]) -> str:
    """The one kind it is: what stands for a class as a whole is a test of that name too."""
    if kinds == ["tests", "classes"]:
        return "classes"
    if len(kinds) > 1:
        words = [word for word, kind in KINDS.items() if kind in kinds]
        problem = f"{name!r} fits more than one kind of thing: {', '.join(words)}"
        raise UsageError(problem, remedy=f"Say which with --kind {'|'.join(words)}")
    return kinds[0]


def _similar(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(name, sorted(filter(None, known)), n=3)
    return f"Did you mean {' or '.join(map(repr, found))}?" if found else "`readiness list` shows the runs"

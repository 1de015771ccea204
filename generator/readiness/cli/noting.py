"""What the commands share that do something to archived runs: the notice, and how they are asked what would happen."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import sys
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness import TOOL
from readiness.cli.archiving import require_past
from readiness.cli.ci_context import from_ci
from readiness.cli.options import archive_in, moment, project_of, text, together
from readiness.errors import UsageError
from readiness.numbers import plural
from readiness.shorten import short

if TYPE_CHECKING:
    from readiness.archive import ArchivedRun, Mirror, Notice, NoticeKind, Writer

of_a_notice = together(
    click.option("--reason", required=True, callback=text, metavar="TEXT", help="Why; it is put on record."),
    click.option("--by", required=True, callback=text, metavar="NAME", help="Who decided it."),
    click.option("--at", "at", callback=moment, metavar="TIME", help="When it is done; else now."),
    click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing."),
)
"""Why, by whom, when, and whether at all."""


def notice_of(kind: NoticeKind, runs: Iterable[ArchivedRun], reason: str, by: str, at: datetime, **more: Any) -> Notice:
    """The notice; raises UsageError where it would not say why or by whom."""
    from readiness.archive import Notice, NoticedRun

    for name, value in (("--reason", reason), ("--by", by)):
        if not value.strip():
            raise UsageError(f"{name} is empty", remedy="Say it: the notice stays for ever")
    named = tuple(NoticedRun(run=run.id, manifest=run.manifest_sha256) for run in runs)
    return Notice(kind=kind, time=at, by=by.strip(), reason=reason.strip(), tool=TOOL, runs=named, **more)


def time_of(at: datetime | None) -> datetime:
    """When it is done, in whole seconds; raises UsageError for a time that has not come yet."""
    if at:
        require_past(at, "--at")
    return (at or datetime.now(UTC)).replace(microsecond=0)


def told(run: ArchivedRun) -> str:
    """`13.0, run 2025…`."""
    return f"{run.manifest.version}, run {run.id}"


@contextmanager
def writing(history: Path, dry_run: bool) -> Iterator[Writer | None]:
    """The one writer of an archive that must be there, which changes files; None to look on."""
    from readiness.archive import Writer, cache_path

    archive_in(history)
    cache = cache_path(project_of(history))
    with _ending_well(), nullcontext() if dry_run else Writer(history, cache, changes=_job()) as writer:
        yield writer


def _job() -> str:
    """What others read in the lock of an object store, to find out whether this is still at work."""
    ci = from_ci()
    where = ci.ci_url if ci and ci.ci_url else f"process {os.getpid()} on {socket.gethostname()}"
    return f"`readiness {click.get_current_context().info_name}` ({where})"


@contextmanager
def _ending_well() -> Iterator[None]:
    """Being asked to end, as a CI asks before it kills, lets go of the lock as Ctrl+C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def tell_of_versions(mirror: Mirror, paths: Collection[str]) -> None:
    """What a store may still hold of files that were changed or removed, and how that goes."""
    held = mirror.old_versions(paths)
    if held is None:
        click.echo("Where the store keeps old versions, it still holds these files as they were: remove them.")
    elif held:
        click.echo(f"The bucket still holds {plural(len(held), 'old version')} of these files. To remove them:")
    server = ("--endpoint-url", mirror.endpoint) if held and mirror.endpoint else ()
    for bucket, key, version in held or ():
        named = ("--bucket", bucket, "--key", key, "--version-id", version)
        click.echo(f"  {shlex.join(('aws', 's3api', 'delete-object', *server, *named))}")


def notice_line(notice: Notice) -> str:
    """A notice in one line."""
    runs = ", ".join(one.run for one in notice.runs[:3]) + (" …" if len(notice.runs) > 3 else "")
    about = f"{plural(len(notice.runs), 'run')} {notice.kind.value} on {notice.time:%Y-%m-%d} by {notice.by}"
    line = f"notices/{notice.name}: {about}: {notice.reason}" + (f" ({runs})" if runs else "")
    return short(" ".join(line.split()))

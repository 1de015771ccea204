"""Looking at the runs of a plan, one at a time: their dates, what is archived already, and what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from readiness.archive import Archive, ArchivedRun
from readiness.cli.appending import earliest, is_ahead, losses
from readiness.cli.backlog.plan import Candidate, in_order
from readiness.cli.files import digest_of, distinct_names, read_inputs
from readiness.errors import EvidenceError, UsageError


class State(StrEnum):
    """What will become of a run."""

    NEW = "new"
    KNOWN = "archived already"
    TWICE = "same evidence as a run above"
    UNREADABLE = "cannot be read"
    UNDATED = "no date"
    AHEAD = "date in the future"


@dataclass(frozen=True)
class Entry:
    """One line of the plan. `problems` name each file that is not read in full, in one line each."""

    run: Candidate
    state: State
    started: datetime | None
    origin: str
    """Where the date comes from: `path`, `dates file`, `evidence`, `archive`, or nowhere."""
    digest: str = ""
    problems: tuple[str, ...] = ()
    loss: bool = False
    """True where evidence of the run is lost, or the archive says that it was."""


def examine(
    runs: Sequence[Candidate], dates: Mapping[str, datetime], archive: Archive, progress: Callable[[int, int], None]
) -> list[Entry]:
    """Every run with what will become of it, in the order of archiving. One run's files are in memory at a time."""
    known = {run.manifest.digest: run for run in archive.runs.values()}
    found: list[Entry] = []
    for done, run in enumerate(runs, start=1):
        found.append(_entry(run, dates, known))
        progress(done, len(runs))
    found.sort(key=lambda one: in_order(one.run.version, one.started, one.run.commit, one.run.branch))
    return list(_once(found))


def _entry(run: Candidate, dates: Mapping[str, datetime], known: Mapping[str, ArchivedRun]) -> Entry:
    started, origin = _told(run, dates)
    if run.problems:
        lines = tuple(f"{path}: {why}" for path, why in run.problems)
        return Entry(run, State.UNREADABLE, started, origin, problems=lines)
    try:
        digest = digest_of(run.version, run.commit, run.files)
        if digest in known:
            manifest = known[digest].manifest
            loss = manifest.losses > 0
            return Entry(run, State.KNOWN, manifest.started, "archive", digest, loss=loss)
        inputs = read_inputs(run.files, masking=False)
    except (EvidenceError, UsageError) as error:
        return Entry(run, State.UNREADABLE, started, origin, problems=(f"{error.path}: {error.problem}",))
    if started is None and not run.no_date:
        started, origin = earliest(inputs), "evidence"
    state = State.UNDATED if started is None else State.AHEAD if is_ahead(started) else State.NEW
    paths = [one.path for one in run.files]
    path_of = dict(zip(distinct_names(paths), paths, strict=True))
    lines = tuple(f"{path_of[name]}: {what}" for name, what in losses(inputs))
    return Entry(run, state, started, origin if started else "", digest, lines, bool(lines))


def _told(run: Candidate, dates: Mapping[str, datetime]) -> tuple[datetime | None, str]:
    """The date that the path or the dates file gives; a commit there goes before a version."""
    if run.date:
        return run.date, "path"
    listed = dates.get(run.commit) if run.commit else None
    listed = listed or dates.get(run.version)
    return (listed, "dates file") if listed else (None, "")


def _once(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries; the same evidence, found twice, is archived for the first of them."""
    seen: set[str] = set()
    for entry in entries:
        twice = entry.digest in seen and entry.state in (State.NEW, State.UNDATED)
        yield replace(entry, state=State.TWICE) if twice else entry
        if entry.digest and entry.state in (State.NEW, State.KNOWN):
            seen.add(entry.digest)

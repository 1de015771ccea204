"""From files and what their paths say to runs, and what will become of each."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from packaging.version import Version

from readiness.archive import Archive, ArchivedRun, version_order
from readiness.cli.archiving import earliest, is_ahead, losses
from readiness.cli.dates import parse_date
from readiness.cli.files import Labelled, digest_of, distinct_names, read_inputs
from readiness.cli.importer.paths import Match
from readiness.errors import EvidenceError, UsageError
from readiness.model import DEFAULT_SOURCE


class Identity(NamedTuple):
    """What tells the runs of one version apart; None where a path does not say."""

    date: datetime | str | None
    """A text where the path has one that is no date."""
    commit: str | None
    branch: str | None

    @property
    def named(self) -> tuple[bool, ...]:
        """Which of them the path says."""
        return tuple(value is not None for value in self)


@dataclass(frozen=True)
class Candidate:
    """Files that form one run, in order of path. `date` is what their paths say, `no_date` a text that is none."""

    version: str
    commit: str
    branch: str
    date: datetime | None
    no_date: str
    files: tuple[Labelled, ...]
    problems: tuple[tuple[Path, str], ...]
    """Files that cannot be opened, and why."""

    @property
    def variants(self) -> tuple[str, ...]:
        """The named variants of the files."""
        return tuple(sorted({file.variant for file in self.files} - {""}))


def candidates(matches: Iterable[Match]) -> list[Candidate]:
    """The runs that the matches form.

    Files of one version form one run as far as their paths agree in every date, commit and branch that they name; a
    path that names none of them joins the one run of its version. Raises UsageError where a file is given two values of
    one placeholder, or would fit into several runs.
    """
    files: dict[Path, dict[str, str]] = {}
    problems: dict[Path, str] = {}
    for match in matches:
        says = files.setdefault(match.path, {})
        for name, value in match.says.items():
            if says.setdefault(name, value) != value:
                problem = f"is given {{{name}}} {says[name]!r} by one pattern and {value!r} by another"
                raise UsageError(problem, path=match.path, remedy="Make the patterns narrower, so that only one fits")
        problems[match.path] = match.problem
    versions: dict[str, dict[Identity, list[Path]]] = {}
    for path, says in sorted(files.items()):
        date = says.get("date")
        identity = Identity(date and (parse_date(date) or date), says.get("commit"), says.get("branch"))
        versions.setdefault(says["version"], {}).setdefault(identity, []).append(path)
    runs = []
    for version, paths_of in versions.items():
        for group in _agreeing(version, paths_of):
            # All that the group says together: it names each thing once, or not at all.
            date, commit, branch = (next(filter(None, values), "") for values in zip(*group, strict=True))
            paths = sorted(path for identity in group for path in paths_of[identity])
            runs.append(
                Candidate(
                    version=version,
                    commit=str(commit),
                    branch=str(branch),
                    date=date if isinstance(date, datetime) else None,
                    no_date=date if isinstance(date, str) else "",
                    files=tuple(
                        Labelled(path, files[path].get("source", DEFAULT_SOURCE), files[path].get("variant", ""))
                        for path in paths
                    ),
                    problems=tuple((path, problems[path]) for path in paths if problems[path]),
                )
            )
    return runs


def _agreeing(version: str, paths_of: Mapping[Identity, Sequence[Path]]) -> Iterable[frozenset[Identity]]:
    """Identities in groups that agree, directly or through others, in all that both name.

    Raises UsageError for a group that contradicts itself. Identities that name the same things differ in one of them,
    so only those that name different things are compared, by what both name: the time is linear in their number.
    """
    group_of = {identity: frozenset({identity}) for identity in paths_of}
    for here, there in combinations(sorted({identity.named for identity in paths_of}), 2):
        alike = defaultdict(set)
        for identity in paths_of:
            if identity.named in (here, there):
                both = zip(identity, here, there, strict=True)
                alike[tuple(value for value, *named in both if all(named))].add(identity)
        for identities in alike.values():
            if len({identity.named for identity in identities}) == 2:
                group = frozenset[Identity]().union(*(group_of[identity] for identity in identities))
                _require_one_run(version, group, paths_of)
                group_of.update(dict.fromkeys(group, group))
    return dict.fromkeys(group_of.values())


def _require_one_run(version: str, group: Iterable[Identity], paths_of: Mapping[Identity, Sequence[Path]]) -> None:
    for name, values in zip(Identity._fields, zip(*group, strict=True), strict=True):
        if len(set(values) - {None}) > 1:
            vague = min(group, key=lambda identity: (sum(identity.named), paths_of[identity]))
            problem = f"fits into several runs of {version}, which differ in {{{name}}}"
            raise UsageError(problem, path=paths_of[vague][0], remedy=f"Put {{{name}}} into the pattern that finds it")


def read_dates(lines: Iterable[str], path: str) -> Mapping[str, datetime]:
    """The dates of versions or commits: a line each, the name, then a tab, a comma or blanks, then the date.

    Empty lines, lines that start with `#`, and a first line `version,date` are passed over. Raises UsageError naming
    the line that is not so written.
    """
    dates: dict[str, datetime] = {}
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#") or (number == 1 and line.lower().endswith(("date", "started"))):
            continue
        cuts = ((line[: cut.start()], line[cut.end() :]) for cut in re.finditer(r"[\t, ]+", line))
        parts = [(name.strip('"'), date) for name, text in cuts if name and (date := parse_date(text.strip('"')))]
        if not parts:
            remedy = "Write one line a version: 1.4.0 2025-08-10"
            raise UsageError(f"{line!r} is not a name and a date", path=path, where=f"line {number}", remedy=remedy)
        name, date = parts[0]
        if dates.setdefault(name, date) != date:
            raise UsageError(f"gives {name} a second date", path=path, where=f"line {number}", remedy="Choose one")
    return dates


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
    entries: list[Entry] = []
    for done, run in enumerate(runs, start=1):
        entries.append(_entry(run, dates, known))
        progress(done, len(runs))
    entries.sort(key=lambda entry: in_order(entry.run.version, entry.started, entry.run.commit, entry.run.branch))
    seen: set[str] = set()
    for at, entry in enumerate(entries):
        # The same evidence, found twice, is archived for the first of them.
        if entry.digest in seen and entry.state in (State.NEW, State.UNDATED):
            entries[at] = replace(entry, state=State.TWICE)
        elif entry.digest and entry.state in (State.NEW, State.KNOWN):
            seen.add(entry.digest)
    return entries


def _entry(run: Candidate, dates: Mapping[str, datetime], known: Mapping[str, ArchivedRun]) -> Entry:
    started, origin = run.date, "path"
    if not started:
        # A commit goes before a version.
        started, origin = dates.get(run.commit) or dates.get(run.version), "dates file"
    try:
        if run.problems:
            raise UsageError(run.problems[0][1], path=run.problems[0][0])
        digest = digest_of(run.version, run.commit, run.files)
        if digest in known:
            manifest = known[digest].manifest
            return Entry(run, State.KNOWN, manifest.started, "archive", digest, loss=manifest.losses > 0)
        inputs = read_inputs(run.files, masking=False)
    except (EvidenceError, UsageError) as error:
        lines = [f"{path}: {why}" for path, why in run.problems] or [f"{error.path}: {error.problem}"]
        return Entry(run, State.UNREADABLE, started, origin if started else "", problems=tuple(lines))
    if started is None and not run.no_date:
        started, origin = earliest(inputs), "evidence"
    state = State.UNDATED if started is None else State.AHEAD if is_ahead(started) else State.NEW
    paths = [file.path for file in run.files]
    path_of = dict(zip(distinct_names(paths), paths, strict=True))
    lines = [f"{path_of[name]}: {what}" for name, what in losses(inputs)]
    return Entry(run, state, started, origin if started else "", digest, tuple(lines), bool(lines))


def in_order(version: str, date: datetime | None, commit: str, branch: str) -> tuple[object, ...]:
    """Sort key of runs: by date, then as versions are ordered; those without date last."""
    order: tuple[int, Version, str] = version_order(version)
    return date is None, date or datetime.max.replace(tzinfo=UTC), order, commit, branch

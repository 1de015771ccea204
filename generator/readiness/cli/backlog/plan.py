"""From files and what their paths say to runs in order. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

from packaging.version import Version

from readiness.archive import version_order
from readiness.cli.backlog.dates import parse_date
from readiness.cli.backlog.tree import Match
from readiness.cli.files import Labelled
from readiness.errors import UsageError
from readiness.model import DEFAULT_SOURCE

Says = Mapping[str, str]


class Identity(NamedTuple):
    """What tells the runs of one version apart; None where a path does not say."""

    date: datetime | str | None
    """A text where the path has one that is no date."""
    commit: str | None
    branch: str | None


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
        return tuple(sorted({one.variant for one in self.files} - {""}))


def candidates(matches: Iterable[Match]) -> list[Candidate]:
    """The runs that the matches form.

    Files of one version form one run as far as their paths agree in every date, commit and branch that they name; a
    path that names none of them joins the one run of its version. Raises UsageError where a file is given two values of
    one placeholder, or would fit into several runs.
    """
    says_of: dict[Path, dict[str, str]] = {}
    problem_of: dict[Path, str] = {}
    for match in matches:
        _add(match, says_of.setdefault(match.path, {}))
        problem_of[match.path] = match.problem
    versions: dict[str, dict[Identity, list[Path]]] = {}
    for path in sorted(says_of):
        says = says_of[path]
        versions.setdefault(says["version"], {}).setdefault(_identity(says), []).append(path)
    found = []
    for version, paths_of in versions.items():
        for group in _agreeing(list(paths_of)):
            identity = _joined(version, group, paths_of)
            paths = sorted(path for one in group for path in paths_of[one])
            found.append(_candidate(version, identity, {path: says_of[path] for path in paths}, problem_of))
    return found


def _add(match: Match, says: dict[str, str]) -> None:
    """Join what several patterns say of one file."""
    for name, value in match.says.items():
        if says.setdefault(name, value) != value:
            problem = f"is given {{{name}}} {says[name]!r} by one pattern and {value!r} by another"
            raise UsageError(problem, path=match.path, remedy="Make the patterns narrower, so that only one fits")


def _identity(says: Says) -> Identity:
    text = says.get("date")
    date = (parse_date(text) or text) if text is not None else None
    return Identity(date, says.get("commit"), says.get("branch"))


def _agreeing(identities: Sequence[Identity]) -> list[list[Identity]]:
    """Identities in groups that agree, directly or through others, in all that both name.

    Identities that name the same things differ in one of them, so only those that name different things are compared,
    by what both name: the time is linear in their number.
    """
    leader = {one: one for one in identities}

    def find(one: Identity) -> Identity:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    by_names: dict[tuple[bool, ...], list[Identity]] = {}
    for one in identities:
        by_names.setdefault(tuple(value is not None for value in one), []).append(one)
    for here, there in combinations(by_names, 2):
        both = [at for at in range(len(here)) if here[at] and there[at]]
        alike: dict[tuple[object, ...], tuple[list[Identity], list[Identity]]] = {}
        for side, names in enumerate((here, there)):
            for one in by_names[names]:
                alike.setdefault(tuple(one[at] for at in both), ([], []))[side].append(one)
        for left, right in alike.values():
            if left and right:
                for one, other in pairwise([*left, *right]):
                    leader[find(one)] = find(other)
    groups: dict[Identity, list[Identity]] = {}
    for one in identities:
        groups.setdefault(find(one), []).append(one)
    return list(groups.values())


def _joined(version: str, group: Sequence[Identity], paths_of: Mapping[Identity, Sequence[Path]]) -> Identity:
    """All that a group says together; raises UsageError where that contradicts itself."""
    values: list[datetime | str | None] = [None, None, None]
    for one in group:
        for at, value in enumerate(one):
            if values[at] is None:
                values[at] = value
            elif value is not None and value != values[at]:
                vague = min(group, key=lambda other: sum(part is not None for part in other))
                name = Identity._fields[at]
                problem = f"fits into several runs of {version}, which differ in {{{name}}}"
                raise UsageError(
                    problem, path=paths_of[vague][0], remedy=f"Put {{{name}}} into the pattern that finds it"
                )
    date, commit, branch = values
    return Identity(date, *(value if isinstance(value, str) else None for value in (commit, branch)))


def _candidate(
    version: str, identity: Identity, says_of: Mapping[Path, Says], problem_of: Mapping[Path, str]
) -> Candidate:
    date = identity.date
    return Candidate(
        version=version,
        commit=identity.commit or "",
        branch=identity.branch or "",
        date=date if isinstance(date, datetime) else None,
        no_date=date if isinstance(date, str) else "",
        files=tuple(
            Labelled(path, says.get("source", DEFAULT_SOURCE), says.get("variant", ""))
            for path, says in says_of.items()
        ),
        problems=tuple((path, problem_of[path]) for path in says_of if problem_of[path]),
    )


def in_order(version: str, date: datetime | None, commit: str, branch: str) -> tuple[object, ...]:
    """Sort key of runs: by date, then as versions are ordered; those without date last."""
    order: tuple[int, Version, str] = version_order(version)
    return date is None, date or datetime.max.replace(tzinfo=UTC), order, commit, branch

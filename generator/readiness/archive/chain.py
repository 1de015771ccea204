"""The order of runs: releases are a tree, and each run names the run before it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from packaging.version import InvalidVersion, Version

from readiness.archive.manifest import Manifest


def parse_version(text: str) -> Version | None:
    """The version in its order, or None for one that cannot be ordered (`nightly-7`)."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def superseded(runs: Iterable[Manifest]) -> dict[str, str]:
    """Id of each run that a later run replaces -> id of that later run, the last where several do."""
    return {run.supersedes: run.id for run in runs if run.supersedes}


def predecessor(run: Manifest, runs: Iterable[Manifest]) -> Manifest | None:
    """The run that `run` follows.

    The latest run started no later, not superseded, of the highest version not above its own; versions that cannot be
    ordered form a line of their own by start.
    """
    known = [other for other in runs if other.id != run.id]
    replaced = superseded(known)
    followed = _followed(known)
    own = parse_version(run.version)
    before = [other for other in known if other.started <= run.started and other.id not in replaced]
    if own is None:
        line = [other for other in before if parse_version(other.version) is None]
        return max(line, key=lambda other: _recency(other, followed), default=None)
    ranked = [
        (version, _recency(other, followed), other)
        for other in before
        if (version := parse_version(other.version)) is not None and version <= own
    ]
    return max(ranked, key=lambda entry: entry[:2])[2] if ranked else None


def latest(runs: Iterable[Manifest]) -> Manifest | None:
    """What "now" is: the latest run of the highest version, superseded ones left out, unordered last."""
    known = list(runs)
    replaced = superseded(known)
    followed = _followed(known)
    ranked = [(parse_version(run.version), run) for run in known if run.id not in replaced]
    ordered = [(version, _recency(run, followed), run) for version, run in ranked if version is not None]
    if ordered:
        return max(ordered, key=lambda entry: entry[:2])[2]
    return max((run for _, run in ranked), key=lambda run: _recency(run, followed), default=None)


def _followed(runs: Iterable[Manifest]) -> frozenset[str]:
    """Ids of the runs that another run follows."""
    return frozenset(run.previous.run for run in runs if run.previous)


def _recency(run: Manifest, followed: frozenset[str]) -> tuple[datetime, bool, str]:
    """Later start first; of runs that started in one second, the one that no other follows."""
    return run.started, run.id not in followed, run.id


def version_order(version: str) -> tuple[int, Version, str]:
    """Sort key of versions: those that cannot be ordered first, by their text."""
    parsed = parse_version(version)
    return (0, Version("0"), version) if parsed is None else (1, parsed, version)

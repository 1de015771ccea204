"""The last executions of every test that ever failed, carried along the chain: what tells flaky from broken."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence

from readiness.analysis import Execution, Flake, RunFacts, Sighting, Track, sightings
from readiness.assessment.record import Assessment
from readiness.model import Outcome, Scope, TestKey
from readiness.results import InputFile, Table

TableOf = Callable[[Assessment], Table]
"""The results of an earlier run, by the keys of now."""


def tracks_after(
    previous: Assessment | None,
    before: Mapping[TestKey, Track],
    facts: RunFacts,
    table: Table,
    repeated: Container[InputFile],
    table_of: TableOf,
) -> dict[TestKey, Track]:
    """The tracks after a run, one more execution long; a test that fails for the first time gets one.

    `before`: the tracks before it, by what tests are called from this run on. What stands in a file that an earlier run
    held already (`repeated`) is no execution.
    """
    tracks = dict(before)
    failing = [one.key for one in (*facts.problems, *facts.flaky) if one.scope is Scope.TEST]
    for key, execution in _last_executions(previous, [key for key in failing if key not in tracks], table_of):
        tracks[key] = Track((execution,) if execution else ())
    for key, sighting in sightings(table, dict.fromkeys(tracks, Scope.TEST), repeated).items():
        execution = _execution(sighting, facts.run.commit)
        if execution and not sighting.repeated:
            tracks[key] = tracks[key].after(execution)
    return tracks


def _last_executions(
    previous: Assessment | None, keys: Sequence[TestKey], table_of: TableOf
) -> Iterator[tuple[TestKey, Execution | None]]:
    """The execution of each test before now, looked for as far back as the test is there: it may have been skipped."""
    waiting = dict.fromkeys(keys, Scope.TEST)
    while previous is not None and waiting:
        for key, sighting in sightings(table_of(previous), waiting).items():
            execution = _execution(sighting, previous.run.manifest.commit)
            if execution or sighting.outcome is None:
                yield key, execution
                del waiting[key]
        previous = previous.previous
    yield from ((key, None) for key in waiting)


def _execution(sighting: Sighting, commit: str) -> Execution | None:
    return Execution(commit, sighting.outcome) if sighting.outcome and sighting.outcome.executed else None


def flakes(tracks: Mapping[TestKey, Track], table: Table) -> tuple[Flake, ...]:
    """The tests with a result in a run that are flaky by their tracks, the proven ones first."""
    failed = {key: track for key, track in tracks.items() if track.failures}  # most have passed for long
    found = {key: track for key, track in failed.items() if track.proven or track.suspected}
    seen = sightings(table, dict.fromkeys(found, Scope.TEST))
    shown = [Flake(key, found[key]) for key in found if seen[key].outcome not in (None, Outcome.NOT_RUN)]
    return tuple(sorted(shown, key=lambda one: (not one.proven, one.key)))

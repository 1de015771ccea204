"""The last executions of every test that ever failed, carried along the chain: what tells flaky from broken."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from readiness.analysis import WINDOW, Execution, Flake, Prior, RunFacts, Sighting, Track, Trials, fit, rate, sightings
from readiness.archive import Manifest
from readiness.model import Outcome, Scope, TestKey
from readiness.results import InputFile, Table

Shown = Callable[[Mapping[TestKey, Scope]], Iterable[tuple[Manifest, Mapping[TestKey, Sighting]]]]
"""What each run before now showed of some tests, by the names of now, the last first."""


@dataclass(frozen=True)
class Tracked:
    """What is carried along the chain of the executions of its tests."""

    tracks: Mapping[TestKey, Track] = field(default_factory=dict)
    """The last executions of every test that ever failed."""
    clean: tuple[int, ...] = ()
    """How many tests that never failed each of the last runs executed, oldest first."""


def tracked_after(
    before: Tracked, facts: RunFacts, table: Table, repeated: Container[InputFile], shown: Shown
) -> Tracked:
    """The tracks after a run, one more execution long; a test that fails for the first time gets one.

    `before`: those before it, by what tests are called from this run on. What stands in a file that an earlier run held
    already (`repeated`) is no execution.
    """
    failing = [one.key for one in (*facts.problems, *facts.flaky) if one.scope is Scope.TEST]
    tracks = {**before.tracks, **_begun([key for key in failing if key not in before.tracks], shown)}
    executed = 0
    for key, sighting in sightings(table, dict.fromkeys(tracks, Scope.TEST), repeated).items():
        if execution := _execution(sighting, facts.run):
            tracks[key] = tracks[key].after(execution)
            executed += 1
    return Tracked(tracks, (*before.clean, max(0, facts.counts.executed - executed))[-WINDOW:])


def _begun(keys: Iterable[TestKey], shown: Shown) -> dict[TestKey, Track]:
    """What the last runs had of tests that did not fail in them."""
    found: dict[TestKey, list[Execution]] = {key: [] for key in keys}
    for run, seen in islice(shown(dict.fromkeys(found, Scope.TEST)), WINDOW - 1) if found else ():
        for key, sighting in seen.items():
            found[key] += [execution] if (execution := _execution(sighting, run)) else []
    return {key: Track(tuple(reversed(executions))) for key, executions in found.items()}


def _execution(sighting: Sighting, run: Manifest) -> Execution | None:
    outcome = sighting.outcome
    if outcome is None or not outcome.executed or sighting.repeated:
        return None
    time_s = None if outcome is Outcome.PASSED and sighting.attempts == 1 else sighting.time_s
    return Execution(run.commit, outcome, run.id, sighting.attempts, time_s)


def flakes(tracked: Tracked, table: Table, facts: RunFacts) -> tuple[tuple[Flake, ...], Prior]:
    """The tests with a result in a run that are flaky by their tracks, the proven ones first, and the suite's prior.

    Where no test is flaky nothing is fitted.
    """
    # Most have passed for long.
    found = {key: track for key, track in tracked.tracks.items() if track.failures and track.flaky}
    seen = sightings(table, dict.fromkeys(found, Scope.TEST))
    shown = [key for key in found if seen[key].outcome not in (None, Outcome.NOT_RUN)]
    prior = fit(_suite(tracked, facts)) if shown else Prior()
    told = [Flake(key, found[key], rate(*found[key].trials, prior)) for key in shown]
    return tuple(sorted(told, key=lambda one: (not one.proven, -one.rate.mean, one.key))), prior


def _suite(tracked: Tracked, facts: RunFacts) -> Mapping[Trials, int]:
    """The trials of every test that the run executed; those that never failed have as many as they have on average."""
    here = [one for one in tracked.tracks.values() if one.executions and one.executions[-1].run == facts.run.id]
    suite = Counter[Trials](one.trials for one in here)
    if never := tracked.clean[-1]:
        suite[0, max(1, min(round(sum(tracked.clean) / never), len(tracked.clean)))] += never
    return suite

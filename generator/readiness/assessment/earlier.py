"""What earlier runs of a chain showed, by the names that their tests have now."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from readiness.analysis import Comparison, Expectation, Names, Sighting, compare, sightings
from readiness.archive import ArchivedRun, Manifest
from readiness.assessment.record import Assessment
from readiness.evidence import kinds
from readiness.model import Scope, TestKey
from readiness.results import InputFile, Outcomes, Repeated, RunResults, Table, load_outcomes, load_results

KEPT = 4
"""Runs whose results stay at hand: a run, the one before it, its reference and its baseline."""


class Earlier:
    """The results of runs; the few used last stay at hand."""

    def __init__(self, runs: Mapping[str, ArchivedRun], cache: Path | None, *, strict: bool = True) -> None:
        """`cache`: where the results of runs are kept between commands; None: nowhere. `strict`: no run is left out."""
        self.cache = cache
        self.repeated = Repeated(runs)
        """The evidence files that an earlier run held already."""
        self._runs = runs
        self._strict = strict
        self._recent: dict[str, RunResults] = {}
        self._outcomes: dict[str, Outcomes] = {}

    def showed(
        self, previous: Assessment | None, names: Names, since: str, keys: Mapping[TestKey, Scope]
    ) -> dict[TestKey, list[tuple[str, Sighting]]]:
        """What each run from `since` on showed of the tests, oldest first."""
        found: dict[TestKey, list[tuple[str, Sighting]]] = {key: [] for key in keys}
        for manifest, seen in self.back(previous, names, keys, since):
            for key, sighting in seen.items():
                found[key].append((manifest.commit or manifest.id, sighting))
        return {key: sighted[::-1] for key, sighted in found.items()}

    def back(
        self, previous: Assessment | None, names: Names, keys: Mapping[TestKey, Scope], since: str = ""
    ) -> Iterator[tuple[Manifest, dict[TestKey, Sighting]]]:
        """What each run down to `since` showed of the tests, the last first; read as it is asked for."""
        alone = all(_is_plain(key, scope, names) for key, scope in keys.items())
        for run, judged in self._back(previous, since):
            repeated = self.repeated.of(run)
            seen = self._seen(run, keys) if alone and not repeated - _lists(run) else None
            if seen is None:
                seen = sightings(self.table(judged(), names), keys, repeated)
            yield run.manifest, seen

    def _back(self, previous: Assessment | None, since: str) -> Iterator[tuple[ArchivedRun, Callable[[], Assessment]]]:
        """The runs of a line, the last first; the judgement of each is read where it is asked for."""
        while previous is not None and not self._strict:
            yield previous.run, partial(_itself, previous)
            previous = previous.previous if previous.run.id != since else None
        link = previous.link if previous else None
        while previous is not None and link is not None:
            run = self._runs[link.run]
            yield run, partial(_itself, previous) if link == previous.link else partial(previous.find, link)
            link = run.manifest.previous if run.id != since else None

    def judged(self, previous: Assessment | None) -> Iterator[Assessment]:
        """The judgements that a run follows, the last first; read as they are asked for."""
        return (judged() for _, judged in self._back(previous, ""))

    def _seen(self, run: ArchivedRun, keys: Iterable[TestKey]) -> dict[TestKey, Sighting] | None:
        """The outcomes of single tests in an earlier run; None where one of them has namesakes there."""
        if run.id not in self._outcomes:
            self._outcomes[run.id] = load_outcomes(run, self.cache)
        outcomes = self._outcomes[run.id]
        try:
            return {key: Sighting(outcomes.of(key[:4])) for key in keys}
        except KeyError:
            return None

    def compared(self, now: Expectation, earlier: Assessment | None) -> Comparison | None:
        """The run against an earlier one; None where there is none."""
        if earlier is None:
            return None
        missed = (now.renamed.get(key, key) for key in (*earlier.facts.not_run, *earlier.facts.vanished))
        return compare(now.table, self.table(earlier, now.names), earlier.run.id, missed)

    def table(self, earlier: Assessment, names: Names) -> Table:
        """The results of an earlier run, by the keys of now."""
        return names.keyed(self.results(earlier.run).table, earlier.names)

    def results(self, run: ArchivedRun) -> RunResults:
        """A run's results; the few used last stay at hand, since a run's successor needs them again."""
        found = self._recent.pop(run.id, None) or load_results(run, self.cache)
        self._recent[run.id] = found
        while len(self._recent) > KEPT:
            self._recent.pop(next(iter(self._recent)))
        return found


def _lists(run: ArchivedRun) -> set[InputFile]:
    """The files of a run that list tests: that one was there before repeats no result."""
    return {(item.source, item.variant, item.name) for item in run.manifest.inputs if item.kind in kinds("list")}


def _itself(assessment: Assessment) -> Assessment:
    return assessment


def _is_plain(key: TestKey, scope: Scope, names: Names) -> bool:
    """True for a test that was called the same on every run: it has no namesakes, and its class has not moved."""
    told = names.identity
    named = key[:4] in told.told_by or any(base == key[:4] for base, _ in told.owed)
    place = (key.source, key.variant, key.origin, key.group)
    moved = any(place in (move.old, move.new) for move in names.moves)
    return scope is Scope.TEST and (key.origin, key.instance) == ("", 1) and not named and not moved

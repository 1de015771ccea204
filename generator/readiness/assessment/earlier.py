"""What earlier runs of a chain showed, by the names that their tests have now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import narwhals as nw

from readiness.analysis import Comparison, Expectation, Names, Sighting, compare, sightings
from readiness.archive import ArchivedRun
from readiness.assessment.record import Assessment
from readiness.model import Outcome, Scope, TestKey
from readiness.results import Repeated, RunResults, Table, keys_of, load_results

KEPT = 4
"""Runs whose results stay at hand: a run, the one before it, its reference and its baseline."""
OUTCOMES_KEPT = 500_000
"""Outcomes of single tests that stay at hand, over all runs."""


class Earlier:
    """The results of runs; the few used last stay at hand."""

    def __init__(self, runs: Mapping[str, ArchivedRun], cache: Path | None) -> None:
        """`cache`: where the results of runs are kept between commands; None keeps none."""
        self.cache = cache
        self.repeated = Repeated(runs)
        """The evidence files that an earlier run held already."""
        self._recent: dict[str, RunResults] = {}
        self._outcomes: dict[str, dict[TestKey, str | None]] = {}
        self._outcomes_by = Names()

    def showed(
        self, previous: Assessment | None, names: Names, since: str, keys: Mapping[TestKey, Scope]
    ) -> dict[TestKey, list[tuple[str, Sighting]]]:
        """What each run from `since` on showed of the tests, oldest first; reads those runs again."""
        found: dict[TestKey, list[tuple[str, Sighting]]] = {key: [] for key in keys}
        alone = all(scope is Scope.TEST for scope in keys.values())
        while previous is not None:
            run = previous.run
            repeated = self.repeated.of(run)
            plain = alone and not repeated
            table = None if plain else self.table(previous, names)
            seen = self._seen(previous, names, keys) if table is None else sightings(table, keys, repeated)
            for key, sighting in seen.items():
                found[key].append((run.manifest.commit or run.id, sighting))
            previous = previous.previous if run.id != since else None
        return {key: sighted[::-1] for key, sighted in found.items()}

    def _seen(self, earlier: Assessment, names: Names, keys: Iterable[TestKey]) -> dict[TestKey, Sighting]:
        """The outcomes of single tests in an earlier run; they stay at hand: every test that joins asks again."""
        if self._outcomes_by != names:
            self._outcomes.clear()
            self._outcomes_by = names
        run = earlier.run
        if run.id not in self._outcomes:
            table = names.keyed(load_results(run, self.cache).table, earlier.names).filter(~nw.col("run_level"))
            outcomes = dict(zip(keys_of(table), table["outcome"].to_list(), strict=True))
            self._outcomes[run.id] = outcomes
            while sum(map(len, self._outcomes.values())) > OUTCOMES_KEPT and len(self._outcomes) > 1:
                self._outcomes.pop(next(iter(self._outcomes)))
        outcomes = self._outcomes[run.id]
        found = {key: outcomes.get(key) for key in keys}
        return {key: Sighting(Outcome(outcome) if outcome else None) for key, outcome in found.items()}

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

"""The facts of one run: the few things out of its results table that everything else needs."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw

from readiness.analysis.compare import Comparison
from readiness.analysis.counts import AreaCounts, Cell, Counts, by_area, count_cells, total
from readiness.analysis.expected import Expectation, Pair, Reference
from readiness.analysis.tables import (
    Selectors,
    Table,
    any_glob,
    is_retired,
    keys_of,
    results_of,
    with_areas,
    within,
)
from readiness.archive import ArchivedRun, RunResults
from readiness.model import Coverage, Metric, Outcome, RaisedWarning, TestKey, TestResult


@dataclass(frozen=True)
class Loss:
    """Evidence that cannot be counted: the input and why."""

    input: str
    why: str


@dataclass(frozen=True)
class Sample:
    """What became of some tests: how many there are, those that failed, and those that did not execute."""

    tests: int
    failing: tuple[TestKey, ...]
    unseen: tuple[TestKey, ...]


@dataclass(frozen=True)
class RunFacts:
    """Counted once, never changed. Times are seconds."""

    run: ArchivedRun
    reference: Reference
    counts: Counts
    areas: tuple[AreaCounts, ...]
    cells: tuple[Cell, ...]
    """The counts of each area in each variant."""
    area_of: dict[TestKey, str]
    """The areas of the tests that did not simply pass."""
    problems: tuple[TestResult, ...]
    """Failed and error results, run-level ones included, in order of key."""
    flaky: tuple[TestResult, ...]
    skipped: tuple[TestResult, ...]
    not_run: tuple[TestKey, ...]
    vanished: tuple[TestKey, ...]
    missing: tuple[TestKey, ...]
    """What was expected and has no result, retired tests included: what later runs go on to expect."""
    lists: Mapping[Pair, int]
    """How many collected lists of each source and variant there should be."""
    new_failures: tuple[TestKey, ...]
    """Of `problems` those that did not fail in the run before; all of them where there is none."""
    variants: frozenset[str]
    """The variants of which a test has a result."""
    collection_errors: int
    """Files and classes that the collected lists name as not collectable."""
    losses: tuple[Loss, ...]
    metrics: tuple[Metric, ...]
    coverage: Coverage | None
    wall_s: float | None
    summed_s: float | None
    warnings: tuple[RaisedWarning, ...] | None
    """None: no file says anything about warnings."""
    comparison: Comparison | None
    samples: Mapping[str, Sample]
    """What became of the tests that the checklist asks for, by item."""

    def counted(self, area: str | None, variant: str | None) -> Counts | None:
        """The counts of an area, of a variant, or of an area in a variant; None where no test belongs to it."""
        if area is None and variant is None:
            return self.counts
        parts = [
            cell.counts
            for cell in self.cells
            if (area is None or cell.area == area) and (variant is None or cell.variant == variant)
        ]
        if not parts:
            return None
        return total(parts, checked=self.reference.checked, at_least=self.counts.at_least)

    @property
    def sound(self) -> bool:
        """Fit to be the reference of later runs: with results, and without evidence loss."""
        return self.counts.with_result > 0 and not self.losses


def gather(
    run: ArchivedRun,
    results: RunResults,
    expectation: Expectation,
    selectors: Selectors,
    comparison: Comparison | None,
    failed_before: Container[TestKey] = (),
) -> RunFacts:
    """Reduce a run's table to its facts. `failed_before`: what failed in the run that it follows."""
    table = with_areas(expectation.table, selectors.areas, selectors.unassigned)
    if selectors.retired:
        table = table.filter(~(is_retired(selectors.retired) & (nw.col("outcome") == Outcome.NOT_RUN.value)))
    vanished = tuple(key for key in sorted(expectation.vanished) if not selectors.retires(key))
    checked = expectation.reference.checked
    at_least = expectation.at_least
    cells = count_cells(table, checked=checked, at_least=at_least)
    notable = table.filter(nw.col("outcome") != Outcome.PASSED.value)
    problems = table.filter(nw.col("outcome").is_in([Outcome.FAILED.value, Outcome.ERROR.value])).sort(*TestKey._fields)
    tests = table.filter(~nw.col("run_level"))
    summed = tests["time_s"].sum() if len(tests) else None
    return RunFacts(
        run=run,
        reference=expectation.reference,
        counts=total((cell.counts for cell in cells), checked=checked, at_least=at_least, vanished=len(vanished)),
        areas=by_area(cells, checked=checked, at_least=at_least),
        cells=cells,
        area_of=dict(zip(keys_of(notable), notable["area"].to_list(), strict=True)),
        problems=tuple(results_of(problems)),
        flaky=_with(tests, Outcome.FLAKY),
        skipped=_with(tests, Outcome.SKIPPED),
        not_run=tuple(keys_of(tests.filter(nw.col("outcome") == Outcome.NOT_RUN.value).sort(*TestKey._fields))),
        vanished=vanished,
        missing=tuple(keys_of(expectation.table.filter(nw.col("outcome") == Outcome.NOT_RUN.value))),
        lists=expectation.lists,
        new_failures=tuple(key for key in keys_of(problems) if key not in failed_before),
        variants=frozenset(tests.filter(nw.col("outcome") != Outcome.NOT_RUN.value)["variant"].to_list()),
        collection_errors=sum(one.errors for one in results.lists),
        losses=tuple(losses(run)),
        metrics=results.metrics,
        coverage=results.coverage,
        wall_s=results.wall_s,
        summed_s=summed,
        warnings=results.warnings,
        comparison=comparison,
        samples={name: _sample(table, globs, selectors, vanished) for name, globs in selectors.samples.items()},
    )


def _sample(table: Table, globs: Sequence[str], selectors: Selectors, vanished: Sequence[TestKey]) -> Sample:
    found = table.filter(nw.col("label").str.contains(any_glob(globs))).sort(*TestKey._fields)
    failing = found.filter(nw.col("outcome").is_in([Outcome.FAILED.value, Outcome.ERROR.value]))
    silent = found.filter(nw.col("outcome").is_in([Outcome.SKIPPED.value, Outcome.NOT_RUN.value]))
    gone = [key for key in vanished if re.fullmatch(any_glob(globs), key.label)]
    unseen = (*(key for key in keys_of(silent) if not selectors.retires(key)), *gone)
    retired = len(silent) + len(gone) - len(unseen)
    return Sample(len(found) - retired + len(gone), tuple(keys_of(failing)), unseen)


def losses(run: ArchivedRun) -> Iterable[Loss]:
    """What the manifest says could not be counted."""
    for item in run.manifest.inputs:
        found = [finding.message for finding in item.findings if finding.loss]
        if item.reason and not found:
            found = [item.reason]
        if item.loss:
            yield from (Loss(item.name, why) for why in found or ["could not be read in full"])


def _with(table: Table, outcome: Outcome) -> tuple[TestResult, ...]:
    return tuple(results_of(table.filter(nw.col("outcome") == outcome.value).sort(*TestKey._fields)))


def proves_absence(results: RunResults, key: TestKey, covered: Container[Pair]) -> bool:
    """True where the collected lists of the test's source and variant are all there and leave no room for it.

    Each of them must have been able to name it: none left tests out on purpose, none broke where the test would stand.
    """
    pair = key.source, key.variant
    lists = [one for one in results.lists if (one.source, one.variant) == pair]
    dotted = within(key)
    if pair not in covered or any(one.deselected for one in lists):
        return False
    if any(_under(dotted, prefix) for one in lists for prefix in one.unreliable):
        return False
    partial = [one for one in lists if one.partial]
    return not partial or any(_under(dotted, module) for one in partial for module in one.modules)


def _under(dotted: str, prefix: str) -> bool:
    return dotted == prefix or dotted.startswith((f"{prefix}.", f"{prefix}::"))

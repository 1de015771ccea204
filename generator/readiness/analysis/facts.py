"""The facts of one run: the few things out of its results table that everything else needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from readiness.analysis.compare import Comparison
from readiness.analysis.counts import AreaCounts, Counts, count_areas, total
from readiness.analysis.expected import Expectation, Reference
from readiness.analysis.tables import AreaGlobs, Table, keys_of, results_of, select_keys, with_areas
from readiness.archive import ArchivedRun, RunResults
from readiness.model import Coverage, Metric, Outcome, Scope, TestKey, TestResult


@dataclass(frozen=True)
class Loss:
    """Evidence that cannot be counted: the input and why."""

    input: str
    why: str


@dataclass(frozen=True)
class RunFacts:
    """Counted once, never changed. Times are seconds."""

    run: ArchivedRun
    reference: Reference
    counts: Counts
    areas: tuple[AreaCounts, ...]
    area_of: dict[TestKey, str]
    """The areas of the tests in `problems`."""
    problems: tuple[TestResult, ...]
    """Failed and error results, run-level ones included, in order of key."""
    flaky: tuple[TestResult, ...]
    skipped: tuple[TestResult, ...]
    not_run: tuple[TestKey, ...]
    vanished: tuple[TestKey, ...]
    variants: frozenset[str]
    """The variants of which a test has a result."""
    collection_errors: int
    """Files and classes that the collected lists name as not collectable."""
    losses: tuple[Loss, ...]
    metrics: tuple[Metric, ...]
    coverage: Coverage | None
    wall_s: float | None
    summed_s: float | None
    comparison: Comparison | None

    @property
    def sound(self) -> bool:
        """Fit to be the reference of later runs: with results, and without evidence loss."""
        return self.counts.with_result > 0 and not self.losses


def gather(
    run: ArchivedRun,
    results: RunResults,
    expectation: Expectation,
    areas: AreaGlobs,
    unassigned: str,
    comparison: Comparison | None,
) -> RunFacts:
    """Reduce a run's table to its facts."""
    table = with_areas(expectation.table, areas, unassigned)
    checked = expectation.reference.checked
    at_least = expectation.at_least
    counted = count_areas(table, checked=checked, at_least=at_least)
    problems = table.filter(nw.col("outcome").is_in([Outcome.FAILED.value, Outcome.ERROR.value])).sort(*TestKey._fields)
    tests = table.filter(~nw.col("run_level"))
    summed = tests["time_s"].sum() if len(tests) else None
    return RunFacts(
        run=run,
        reference=expectation.reference,
        counts=total(counted, checked=checked, at_least=at_least, vanished=len(expectation.vanished)),
        areas=counted,
        area_of=dict(zip(keys_of(problems), problems["area"].to_list(), strict=True)),
        problems=tuple(results_of(problems)),
        flaky=_with(tests, Outcome.FLAKY),
        skipped=_with(tests, Outcome.SKIPPED),
        not_run=tuple(keys_of(tests.filter(nw.col("outcome") == Outcome.NOT_RUN.value).sort(*TestKey._fields))),
        vanished=tuple(sorted(expectation.vanished)),
        variants=frozenset(results.table.filter(~nw.col("outcome").is_null())["variant"].to_list()),
        collection_errors=sum(one.errors for one in results.lists),
        losses=tuple(losses(run)),
        metrics=results.metrics,
        coverage=results.coverage,
        wall_s=results.wall_s,
        summed_s=summed,
        comparison=comparison,
    )


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


@dataclass(frozen=True)
class Sighting:
    """What a run shows of one test that failed earlier."""

    outcome: Outcome | None
    """None: no row at all."""
    reason: str = ""


def sightings(table: Table, members: Mapping[TestKey, Scope]) -> dict[TestKey, Sighting]:
    """Outcome of each member in a table; one that stands for more than itself takes that of what lies beneath it."""
    rows: dict[TestKey, Any] = {}
    for row in select_keys(table, members).iter_rows(named=True):
        rows[TestKey(row["source"], row["variant"], row["group"], row["name"])] = row
    found: dict[TestKey, Sighting] = {}
    for key, scope in members.items():
        if key in rows:
            found[key] = _sighting(rows[key])
        else:
            found[key] = Sighting(None) if scope is Scope.TEST else _beneath(table, key, scope)
    return found


def _sighting(row: Mapping[str, Any]) -> Sighting:
    if row["outcome"] is None:
        return Sighting(Outcome.NOT_RUN)
    reason = row["message"] or row["trace"] if row["outcome"] == Outcome.SKIPPED.value else ""
    return Sighting(Outcome(row["outcome"]), reason)


_WORST_FIRST = (Outcome.ERROR, Outcome.FAILED, Outcome.FLAKY, Outcome.PASSED, Outcome.SKIPPED, Outcome.NOT_RUN)
_PASS_FIRST = (Outcome.PASSED, Outcome.FLAKY, Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED, Outcome.NOT_RUN)


def _beneath(table: Table, key: TestKey, scope: Scope) -> Sighting:
    """What became of the tests beneath a former error.

    A class or module that could not be collected passes when a test beneath it passes and none fails; the error of a
    suite or run passes when a test beneath it passes, since what fails there has results of its own.
    """
    prefix = key.group if scope is Scope.RUN else f"{key.group}.{key.name}" if key.group else key.name
    near = (nw.col("source") == key.source) & (nw.col("variant") == key.variant) & ~nw.col("run_level")
    if prefix:
        inside = nw.col("group") == prefix
        for joint in (".", "::", " > "):
            inside |= nw.col("group").str.starts_with(prefix + joint)
        near &= inside
    outcomes = {outcome or Outcome.NOT_RUN.value for outcome in table.filter(near)["outcome"].to_list()}
    order = _PASS_FIRST if scope is Scope.RUN else _WORST_FIRST
    return Sighting(next((outcome for outcome in order if outcome.value in outcomes), None))


def proves_absence(results: RunResults, key: TestKey) -> bool:
    """True where an authoritative collected list covers the test's place, so that a missing test is withdrawn."""
    for one in results.lists:
        if (one.source, one.variant) != (key.source, key.variant):
            continue
        if one.deselected:
            return False
        dotted = f"{key.group}.{key.name}" if key.group else key.name
        if not one.partial:
            return True
        if any(_under(dotted, prefix) for prefix in one.unreliable):
            return False
        return any(_under(dotted, module) for module in one.modules)
    return False


def _under(dotted: str, prefix: str) -> bool:
    return dotted == prefix or dotted.startswith((f"{prefix}.", f"{prefix}::"))

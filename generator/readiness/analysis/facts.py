"""The facts of one run: the few things out of its results table that everything else needs."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

import narwhals as nw

from readiness.analysis.awaited import READ_KINDS, awaited_in, lacking, lost_file, retired_of
from readiness.analysis.comparison import Comparison
from readiness.analysis.counts import AreaCounts, Cell, Counts, by_area, count_cells, total
from readiness.analysis.expected import Basis, Expectation
from readiness.analysis.moves import Move
from readiness.analysis.tables import FAILING, HAS_RESULT, Selectors, any_glob, is_retired, matches, with_areas
from readiness.archive import ArchivedRun, Manifest
from readiness.model import Coverage, Metric, Outcome, RaisedWarning, TestKey, TestResult
from readiness.results import KEY, RunResults, Table, keys_of, results_of
from readiness.serial import ByTest, Ordered


@dataclass(frozen=True)
class RunRef:
    """A point on the chain: a run, and when it finished."""

    run: str
    version: str
    time: datetime


def ref_to(manifest: Manifest) -> RunRef:
    """The point of a run on the chain."""
    return RunRef(manifest.id, manifest.version, manifest.finished)


@dataclass(frozen=True)
class Loss:
    """Evidence that cannot be counted: the input, or the label of files that were not there (`absent`)."""

    input: str
    why: str = ""
    """As the manifest says."""
    absent: bool = False
    pattern: str = ""
    """What files were looked for, where none was there."""
    since: RunRef | None = None
    """The run that said so first, where it is not this one."""
    foreign: bool = False
    """True for a file in a format that no reader knows: whoever archived it may not have meant to."""


@dataclass(frozen=True)
class Sample:
    """What became of some tests: how many there are, those that failed, and those that did not execute."""

    tests: int
    failing: tuple[TestKey, ...]
    unseen: tuple[TestKey, ...]


@dataclass(frozen=True)
class Told:
    """How many files tell a measured value, and the run that had them."""

    files: int
    run: str


def most(*runs: Mapping[str, Told]) -> dict[str, Told]:
    """Of each measure the run with the most files, of several the last."""
    found: dict[str, Told] = {}
    for run in runs:
        found |= {name: told for name, told in run.items() if name not in found or told.files >= found[name].files}
    return found


@dataclass(frozen=True)
class RunFacts:
    """Counted once, never changed. Times are seconds."""

    run: Manifest
    basis: Basis
    counts: Counts
    areas: tuple[AreaCounts, ...]
    cells: tuple[Cell, ...]
    """The counts of each area in each variant."""
    area_of: ByTest[str]
    """The areas of the tests that did not simply pass."""
    problems: tuple[TestResult, ...]
    """Failed and error results, run-level ones included, in order of key."""
    flaky: tuple[TestResult, ...]
    skipped: tuple[TestResult, ...]
    not_run: tuple[TestKey, ...]
    vanished: tuple[TestKey, ...]
    absent: Ordered[TestKey]
    """Of `not_run` those of whose class, suite or file nothing ran, or that are fewer than they were."""
    fewer: Ordered[TestKey]
    """Of `absent` those of which a namesake ran."""
    adrift: Ordered[TestKey]
    """Of `vanished` those of whose evidence file nothing is there any more, and those of a replaced run."""
    last_run: ByTest[RunRef]
    """The run that had the last result of what is not run or has vanished; tests that never ran are left out."""
    awaited: Mapping[str, str]
    """What earlier runs lack and none has brought since, what is retired included: label -> the first that said so."""
    moves: tuple[Move, ...]
    """Classes that are called otherwise from this run on."""
    new_failures: tuple[TestKey, ...]
    """Of `problems` those that did not fail in the run before; all of them where there is none."""
    variants: Ordered[str]
    """The variants of which a test has a result."""
    sources: Ordered[str]
    """The same of sources."""
    collection_errors: int
    """Files and classes that the collected lists name as not collectable."""
    losses: tuple[Loss, ...]
    metrics: tuple[Metric, ...]
    coverage: Coverage | None
    wall_s: float | None
    wall_at_least: bool
    """`wall_s` is a lower bound."""
    summed_s: float | None
    warnings: tuple[RaisedWarning, ...] | None
    """None: no file says anything about warnings."""
    comparison: Comparison | None
    samples: Mapping[str, Sample]
    """What became of the tests that the checklist asks for, by item."""
    told_by: Mapping[str, Told]
    """The files that each measured value comes from, by measure."""
    told_before: Mapping[str, Told]
    """The most files that it came from in an earlier run, and that are still owed."""

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
        return total(parts, checked=self.checked, at_least=self.counts.at_least)

    @property
    def checked(self) -> bool:
        """True where it is known, at least in part, what was expected."""
        return self.basis is not Basis.NONE

    @property
    def lost(self) -> dict[str, int]:
        """Of how many files something is lost, how many labels had no file at all, how many files are still awaited."""
        return {
            "files": len({loss.input for loss in self.losses if not (loss.absent or loss.since)}),
            "absent": len({loss.input for loss in self.losses if loss.absent}),
            "awaited": len({loss.input for loss in self.losses if loss.since and not loss.absent}),
        }


def gather(
    run: ArchivedRun,
    results: RunResults,
    expectation: Expectation,
    selectors: Selectors,
    comparison: Comparison | None,
    failed_before: Container[TestKey],
    archived: Mapping[str, ArchivedRun],
    told_before: Mapping[str, Told] = MappingProxyType({}),
    awaited: Mapping[str, str] = MappingProxyType({}),
) -> RunFacts:
    """Reduce a run's table to its facts.

    `failed_before`: what failed in the run that it follows. `archived`: the runs that tests can have had results in.
    `awaited`: what earlier runs lack, by label, each with the run that said so first.
    """
    table = with_areas(expectation.table, selectors.areas, selectors.unassigned)
    if selectors.retired:
        # What has no case of its own: it did not run, or was skipped with its whole class.
        table = table.filter(~(is_retired(selectors.retired) & (nw.col("attempts") == 0)))
    vanished = tuple(key for key in expectation.vanished if not selectors.retires(key))
    checked = expectation.checked
    at_least = expectation.at_least
    cells = count_cells(table, checked=checked, at_least=at_least)
    notable = table.filter(nw.col("outcome") != Outcome.PASSED.value)
    problems = table.filter(nw.col("outcome").is_in(FAILING)).sort(*KEY)
    tests = table.filter(~nw.col("run_level"))
    summed = tests["time_s"].sum() if len(tests) else None
    ran = tests.filter(HAS_RESULT)
    not_run = tuple(keys_of(tests.filter(~HAS_RESULT).sort(*KEY)))
    owed = zip(keys_of(expectation.owed), expectation.owed["last"].to_list(), strict=True)
    variants, sources = frozenset(ran["variant"].to_list()), frozenset(ran["source"].to_list())
    there = {f"variant {one}" for one in variants} | {f"source {one}" for one in sources}
    first = {one: archived[one].manifest for one in awaited.values()}
    waiting = awaited_in(awaited, run.manifest, first, there)
    stated = {*lacking(run.manifest), *retired_of(selectors, waiting, first)}
    return RunFacts(
        run=run.manifest,
        basis=expectation.basis,
        counts=total((cell.counts for cell in cells), checked=checked, at_least=at_least, vanished=len(vanished)),
        areas=by_area(cells, checked=checked, at_least=at_least),
        cells=cells,
        area_of=dict(zip(keys_of(notable), notable["area"].to_list(), strict=True)),
        problems=_placed(problems),
        flaky=_with(tests, Outcome.FLAKY),
        skipped=_with(tests, Outcome.SKIPPED),
        not_run=not_run,
        vanished=vanished,
        absent=expectation.absent.intersection(not_run),
        fewer=expectation.fewer.intersection(not_run),
        adrift=expectation.adrift.intersection(vanished),
        last_run={key: ref_to(archived[last].manifest) for key, last in owed if last},
        moves=expectation.moves,
        new_failures=tuple(key for key in keys_of(problems) if key not in failed_before),
        variants=variants,
        sources=sources,
        collection_errors=sum(one.errors for one in results.lists),
        losses=(*losses(run), *(_awaited_still(one, first[run]) for one, run in waiting.items() if one not in stated)),
        awaited=waiting,
        metrics=results.metrics,
        coverage=results.coverage,
        wall_s=results.wall_s,
        wall_at_least=results.wall_at_least,
        summed_s=summed,
        warnings=results.warnings,
        comparison=comparison,
        samples={name: _sample(table, globs, selectors, vanished) for name, globs in selectors.samples.items()},
        told_by={measure: Told(files, run.id) for measure, files in sorted(results.told_by.items())},
        told_before=dict(sorted(told_before.items())),
    )


def _sample(table: Table, globs: Sequence[str], selectors: Selectors, vanished: Sequence[TestKey]) -> Sample:
    found = table.filter(nw.col("label").str.contains(any_glob(globs))).sort(*KEY)
    failing = found.filter(nw.col("outcome").is_in(FAILING))
    silent = found.filter(nw.col("outcome").is_in([Outcome.SKIPPED.value, Outcome.NOT_RUN.value]))
    gone = [key for key in vanished if matches(globs, key.label)]
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
            foreign = item.kind not in (*READ_KINDS, "empty")
            yield from (Loss(item.name, why, foreign=foreign) for why in found or [""])
    for missing in run.manifest.missing:
        yield Loss(missing.label, absent=True, pattern=missing.pattern)


def _awaited_still(label: str, first: Manifest) -> Loss:
    lost = lost_file(label, first)
    return Loss(lost.name if lost else label, absent=lost is None, since=ref_to(first))


def _with(table: Table, outcome: Outcome) -> tuple[TestResult, ...]:
    return _placed(table.filter(nw.col("outcome") == outcome.value).sort(*KEY))


def _placed(table: Table) -> tuple[TestResult, ...]:
    """The results, each with the file of evidence in its place."""
    named = zip(results_of(table), table["input"].to_list(), strict=True)
    return tuple(replace(result, place=", ".join(filter(None, (name, result.place)))) for result, name in named)

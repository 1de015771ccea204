"""The results of a run, derived from its evidence: a table of tests, and what else can be counted."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import cast

from pydantic import ConfigDict, with_config

from readiness.archive import ArchivedRun, Input
from readiness.evidence import aligned, join_attempts, read, run_wall, united
from readiness.model import (
    CollectedList,
    Coverage,
    Detail,
    EvidenceFile,
    Metric,
    Outcome,
    RaisedWarning,
    TestKey,
    TestResult,
)
from readiness.results.rows import BASE, Row, Table, key_of, row_of, table_of


@dataclass(frozen=True)
class ListSummary:
    """What a collected list says beyond its tests: how far it can be trusted."""

    source: str
    variant: str
    tests: int
    errors: int
    partial: bool
    unreliable: tuple[str, ...]
    modules: tuple[str, ...]
    deselected: int = 0
    """Tests that the runner left out on purpose: of such a list a missing test is not proven to be gone."""


@with_config(ConfigDict(arbitrary_types_allowed=True, ser_json_inf_nan="constants"))
@dataclass(frozen=True)
class RunResults:
    """Everything countable of one run: its table, metrics, coverage and collected lists."""

    table: Table
    metrics: tuple[Metric, ...]
    coverage: Coverage | None
    lists: tuple[ListSummary, ...]
    wall_s: float | None
    warnings: tuple[RaisedWarning, ...] | None = None
    """None: no file says anything about warnings."""
    wall_at_least: bool = False
    """`wall_s` is a lower bound."""
    silent: tuple[TestKey, ...] = ()
    """Suites that did not run, as what stands for them."""
    told_by: Mapping[str, int] = field(default_factory=dict)
    """How many files each measured value comes from, by measure: `coverage.line`, `metric.NAME`, `duration` …"""


def derive(run: ArchivedRun, contents: Sequence[bytes]) -> RunResults:
    """The results of `run` from the contents of its evidence files, in the manifest's order."""
    inputs = run.manifest.inputs
    return derived(
        run,
        [
            read(content, item.name, source=item.source, variant=item.variant)
            for item, content in zip(inputs, contents, strict=True)
        ],
    )


def derived(run: ArchivedRun, files: Sequence[EvidenceFile]) -> RunResults:
    """The results of `run` from what readers made of its evidence files, in the manifest's order."""
    placed = list(zip(run.manifest.inputs, files, strict=True))
    first, again = (
        [(item.name, result) for item, file in placed if item.rerun is rerun for result in file.results]
        for rerun in (False, True)
    )
    rows = [row_of(result, name) for name, result in join_attempts(first, again)]
    listed, lists = _listed(rows, placed)
    wall = run_wall(files)
    raised = [file.warnings for file in files if file.warnings is not None]
    return RunResults(
        table=table_of(sorted((*rows, *listed), key=_in_order)),
        metrics=tuple(metric for file in files for metric in file.metrics),
        coverage=_coverage([file for file in files if file.coverage]),
        lists=lists,
        wall_s=wall.seconds,
        warnings=tuple(warning for warnings in raised for warning in warnings) if raised else None,
        wall_at_least=wall.at_least,
        silent=tuple(
            TestKey(item.source, item.variant, suite, suite) for item, file in placed for suite in file.silent
        ),
        told_by=Counter(measure for file in files for measure in _measures(file)),
    )


def _in_order(row: Mapping[str, object]) -> tuple[object, ...]:
    return row["run_level"], *(row[column] for column in (*BASE, "suite", "host", "file", "place", "input"))


def _listed(
    rows: Sequence[Row], placed: Sequence[tuple[Input, EvidenceFile]]
) -> tuple[list[Row], tuple[ListSummary, ...]]:
    """Rows of what collected lists hold beside the given ones, which are marked where listed; and what the lists say.

    A list that is there twice stands in for no other.
    """
    by_key: dict[TestKey, list[Row]] = {}
    for row in rows:
        if not row["run_level"]:
            by_key.setdefault(key_of(row), []).append(row)
    ran = {(key.source, key.variant) for key in by_key}
    places = {key: {row[name] for row in own for name in ("file", "suite")} for key, own in by_key.items()}
    fresh: list[Row] = []
    lists: dict[tuple[object, ...], ListSummary] = {}
    for item, file in placed:
        if file.collected is None or not _speaks(item, ran):
            continue
        collected = aligned(file.collected, places)
        # Of files that all have a result nothing more is known; one without a result makes the run incomplete.
        if not collected.files or any(key not in by_key for key in collected.tests):
            lists.setdefault((item.source, item.variant, *sorted(collected.tests)), _summary(collected, item))
        fresh += _without_result(collected, by_key, item.name)
    return fresh, tuple(lists.values())


def _speaks(item: Input, ran: Collection[tuple[str, str]]) -> bool:
    """False for a list without a label whose source has labelled results alone: it says nothing of those."""
    variants = {variant for source, variant in ran if source == item.source}
    return bool(item.variant) or not variants or "" in variants


def _without_result(collected: CollectedList, by_key: dict[TestKey, list[Row]], name: str) -> Iterator[Row]:
    """New rows for what a list holds and no row shows: as many of each test as it stands there, and its errors.

    What it could not collect is one expected test that is an error. All rows of a listed test are marked.
    """
    detail = Detail("error", "", "collection failure", "")
    failed = {key: TestResult(key, Outcome.ERROR, details=(detail,), collection=True) for key in collected.errors}
    listed: dict[TestKey, list[str]] = {key: [""] for key in collected.errors}
    for key, host in zip_longest(collected.tests, collected.hosts, fillvalue=""):
        listed.setdefault(cast("TestKey", key), []).append(host)
    for key, hosts in listed.items():
        rows = by_key.setdefault(key, [])
        ran = {row["host"] for row in rows}
        missing = sorted(hosts, key=lambda host: host not in ran)[len(rows) :]
        result = failed.get(key) or TestResult(key, Outcome.NOT_RUN, attempts=0)
        fresh = [row_of(result, name) | {"host": host} for host in missing]
        rows += fresh
        yield from fresh
        for row in rows:
            row["listed"] = True


def _summary(collected: CollectedList, item: Input) -> ListSummary:
    return ListSummary(
        source=item.source,
        variant=item.variant,
        tests=len(collected.tests),
        errors=len(collected.errors),
        partial=collected.partial or collected.files,
        unreliable=collected.unreliable,
        modules=collected.modules,
        deselected=collected.deselected,
    )


def _coverage(files: Sequence[EvidenceFile]) -> Coverage | None:
    """Coverage of the files together: a line in several of them counts once."""
    return files[0].coverage if len(files) == 1 else united([file.source_lines for file in files]) if files else None


def _measures(file: EvidenceFile) -> set[str]:
    """The measures that a file has a value of."""
    coverage = file.coverage
    measures = {f"metric.{metric.name}" for metric in file.metrics}
    measures |= {"coverage.line"} if coverage and coverage.lines_valid else set()
    measures |= {"coverage.branch"} if coverage and coverage.branches_valid else set()
    measures |= {"warnings"} if file.warnings is not None else set()
    return measures | ({"duration"} if file.cases or file.wall_s is not None else set())

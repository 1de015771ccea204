"""Counts of a run with named denominators, and the rates that follow from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import narwhals as nw

from readiness.model import Outcome
from readiness.results import Table
from readiness.serial import Exact, telling


@telling(
    "executed", "with_result", "expected", "failures", "clean", "pass_rate", "success_rate", "completion", "execution"
)
@dataclass(frozen=True)
class Counts:
    """How many tests ended how.

    `not_run` is None where nothing says what was expected. `at_least`: the expected number is a lower bound, since a
    collected list was partial. Run-level errors are no tests: they count as failures and in no rate.
    """

    passed: int = 0
    flaky: int = 0
    failed: int = 0
    error: int = 0
    skipped: int = 0
    not_run: int | None = None
    run_errors: int = 0
    vanished: int = 0
    at_least: bool = False

    @property
    def executed(self) -> int:
        """passed + flaky + failed + error."""
        return self.passed + self.flaky + self.failed + self.error

    @property
    def with_result(self) -> int:
        """executed + skipped."""
        return self.executed + self.skipped

    @property
    def expected(self) -> int | None:
        """with_result + not_run, or None where nothing says what was expected."""
        return None if self.not_run is None else self.with_result + self.not_run

    @property
    def failures(self) -> int:
        """failed + error + run-level errors."""
        return self.failed + self.error + self.run_errors

    @property
    def clean(self) -> int:
        """passed + flaky: the numerator of pass rate and success rate."""
        return self.passed + self.flaky

    @property
    def pass_rate(self) -> Exact | None:
        """(passed + flaky) / executed; None where nothing executed."""
        return Fraction(self.clean, self.executed) if self.executed else None

    @property
    def success_rate(self) -> Exact | None:
        """(passed + flaky) / expected; None where nothing is or is known to be expected."""
        return self._of_expected(self.clean)

    @property
    def completion(self) -> Exact | None:
        """(executed + skipped) / expected; None where nothing is or is known to be expected."""
        return self._of_expected(self.with_result)

    @property
    def execution(self) -> Exact | None:
        """executed / expected; None where nothing is or is known to be expected."""
        return self._of_expected(self.executed)

    def _of_expected(self, number: int) -> Fraction | None:
        return Fraction(number, self.expected) if self.expected else None


@dataclass(frozen=True)
class AreaCounts:
    """The counts of one area."""

    name: str
    counts: Counts


@dataclass(frozen=True)
class Cell:
    """The counts of one area in one variant."""

    area: str
    variant: str
    counts: Counts


def count_cells(table: Table, *, checked: bool, at_least: bool) -> tuple[Cell, ...]:
    """Counts per area and variant of a table with columns `area`, `variant` and `outcome`, in order of both.

    `checked`: it is known what was expected, so that no `not_run` row means that none is missing.
    """
    grouped = table.group_by("area", "variant", "outcome", "run_level").agg(nw.len().alias("tests"))
    found: dict[tuple[str, str], dict[str, int]] = {}
    for area, variant, outcome, run_level, tests in grouped.iter_rows():
        column = "run_errors" if run_level else outcome
        cell = found.setdefault((area, variant), {})
        cell[column] = cell.get(column, 0) + tests
    return tuple(Cell(*place, _counts(found[place], checked, at_least)) for place in sorted(found))


def by_area(cells: Iterable[Cell], *, checked: bool, at_least: bool) -> tuple[AreaCounts, ...]:
    """The counts of each area over its variants, in order of name."""
    found: dict[str, list[Counts]] = {}
    for cell in cells:
        found.setdefault(cell.area, []).append(cell.counts)
    return tuple(AreaCounts(area, total(found[area], checked=checked, at_least=at_least)) for area in sorted(found))


def total(parts: Iterable[Counts], *, checked: bool, at_least: bool, vanished: int = 0) -> Counts:
    """The counts of all parts together."""
    names = [outcome.value for outcome in Outcome] + ["run_errors"]
    summed: dict[str, int] = dict.fromkeys(names, 0)
    for part in parts:
        for name in names:
            summed[name] += getattr(part, name) or 0
    return _counts(summed, checked, at_least, vanished)


def _counts(found: Mapping[str, int], checked: bool, at_least: bool, vanished: int = 0) -> Counts:
    numbers = {name: found.get(name, 0) for name in ("passed", "flaky", "failed", "error", "skipped", "run_errors")}
    not_run = found.get("not_run", 0) if checked else None
    return Counts(**numbers, not_run=not_run, at_least=at_least, vanished=vanished)

"""What a run shows of tests that failed earlier, and of what stood for more than one of them."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from readiness.analysis.skips import skip_reasons
from readiness.analysis.tables import beneath
from readiness.model import Outcome, Scope, TestKey
from readiness.results import KEY, InputFile, Table, key_of, keys_table


@dataclass(frozen=True)
class Sighting:
    """What a run shows of one test that failed earlier."""

    outcome: Outcome | None
    """None: no row at all."""
    reason: str = ""
    repeated: bool = False
    """True where all of it stands in files that an earlier run held already: it was executed then, not now."""
    attempts: int = 1
    time_s: float | None = None


def sightings(
    table: Table, members: Mapping[TestKey, Scope], repeated: Container[InputFile] = ()
) -> dict[TestKey, Sighting]:
    """Outcome of each member in a table; one that stands for more than itself takes that of what lies beneath it.

    `repeated`: the files that an earlier run held already.
    """
    if not members:
        return {}
    shown = table.join(keys_table(list(members), table), on=list(KEY), how="semi")
    rows = {key_of(row): row for row in shown.iter_rows(named=True)}
    found: dict[TestKey, Sighting] = {}
    for key, scope in members.items():
        if key not in rows and scope is not Scope.TEST:
            found[key] = _beneath(table, key, scope, repeated)
            continue
        if key not in rows:
            found[key] = Sighting(None)
            continue
        row, outcome = rows[key], Outcome(rows[key]["outcome"])
        reason = _reason(row) if outcome is Outcome.SKIPPED else ""
        found[key] = Sighting(outcome, reason, _file(row) in repeated, row["attempts"], row["time_s"])
    return found


def _reason(row: Mapping[str, Any]) -> str:
    return next(iter(skip_reasons(row["message"], row["trace"])), "")


def _file(row: Mapping[str, Any]) -> InputFile:
    return row["source"], row["variant"], row["input"]


_WORST_FIRST = (Outcome.ERROR, Outcome.FAILED, Outcome.FLAKY, Outcome.PASSED, Outcome.SKIPPED, Outcome.NOT_RUN)
_PASS_FIRST = (Outcome.PASSED, Outcome.FLAKY, Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED, Outcome.NOT_RUN)


def _beneath(table: Table, key: TestKey, scope: Scope, repeated: Container[InputFile]) -> Sighting:
    """What became of the tests beneath a former error.

    A class or module that could not be collected passes when a test beneath it passes and none fails; the error of a
    suite or run passes when a test beneath it passes, since what fails there has results of its own.
    """
    found = beneath(table.filter(~nw.col("run_level")), key, scope)
    files: dict[str, list[InputFile]] = {}
    for row in found.select("outcome", "source", "variant", "input").iter_rows(named=True):
        files.setdefault(row["outcome"], []).append(_file(row))
    order = _PASS_FIRST if scope is Scope.RUN else _WORST_FIRST
    outcome = next((outcome for outcome in order if outcome.value in files), None)
    return Sighting(outcome, repeated=outcome is not None and all(one in repeated for one in files[outcome.value]))

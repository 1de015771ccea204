"""Criteria over the runs as a strip: a row per criterion, a marked cell per run, and the same in words as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from readiness import phrases
from readiness.assessment import Amount, CriterionResult, CriterionState, as_measured
from readiness.phrases import Sentence, say
from readiness.policy import Criterion
from readiness.render.charts import LegendEntry, Row
from readiness.render.charts.figure import amount
from readiness.render.charts.record import sentences, too_few
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.inert import visible
from readiness.report import Report

FITS_PAPER = 24
"""Runs that stand side by side on a sheet."""

ABSENT = "absent"
_KINDS = {"met": "met", "unmet": "unmet", "unproven": "unproven", "not checked": "unchecked", "waived": "waived"}
"""State -> kind of its mark."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How one criterion stood in one run: `kind` is that of its mark, `value` what was measured, where it is known."""

    kind: str
    word: str
    value: str = ""
    says: str = ""
    """The run with all of it, for those who point at the cell."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One criterion, oldest run first."""

    title: str
    note: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CriteriaMatrix:
    """The criteria over the runs; `header` and `rows` are the same as a table, a row per run."""

    id: str
    caption: Sentence
    legend: tuple[LegendEntry, ...]
    runs: tuple[Linked, ...]
    criteria: tuple[MatrixRow, ...]
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def wide(self) -> bool:
        """True where paper has no room for it; the table says the same."""
        return len(self.runs) > FITS_PAPER


def criteria_matrix(here: Here, chain: Sequence[Report]) -> CriteriaMatrix | None:
    """Every criterion that a run of the chain was judged by, those of the latest policy first; None without one."""
    latest: dict[str, Criterion] = {}
    for one in reversed(chain):
        for result in one.criteria:
            latest.setdefault(result.criterion.id, result.criterion)
    if not latest:
        return None
    judged = [{result.criterion.id: result for result in one.criteria} for one in chain]
    criteria = tuple(
        MatrixRow(
            criterion.title,
            say("tier", value="advisory") if criterion.tier == "advisory" else "",
            tuple(_cell(one.run.version, by_id.get(name)) for one, by_id in zip(chain, judged, strict=True)),
        )
        for name, criterion in latest.items()
    )
    runs = tuple(here.report(one) for one in chain)
    legend = [LegendEntry(kind, say("state", value=state)) for state, kind in _KINDS.items()]
    legend.append(LegendEntry(ABSENT, say("not_a_criterion")))
    used = {cell.kind for row in criteria for cell in row.cells}
    return CriteriaMatrix(
        id="criteria-strip",
        caption=_caption(chain),
        legend=tuple(entry for entry in legend if entry.kind in used),
        runs=runs,
        criteria=criteria,
        header=(say("run"), *(row.title for row in criteria)),
        rows=tuple(
            Row(run.url, (visible(run.text), *(_told(row.cells[at]) for row in criteria)))
            for at, run in enumerate(runs)
        ),
    )


def _cell(version: str, result: CriterionResult | None) -> Cell:
    if result is None:
        absent = say("not_a_criterion")
        return Cell(ABSENT, absent, says=f"{version}: {absent}")
    kind = _KINDS[phrases.state_value(result)]
    word, value = phrases.state_word(result), _value(result)
    return Cell(kind, word, value, f"{version}: {word}{', ' if value else ''}{value}")


def _value(result: CriterionResult) -> str:
    """What was measured; of a rate over a lower bound its two numbers, since it proves nothing."""
    measured = result.measured
    if measured.value is None:
        return ""
    if measured.at_least and measured.denominator is not None:
        return phrases.actual(measured)
    shown = as_measured(measured)
    return amount(*shown) if isinstance(shown, Amount) else phrases.said(shown)


def _told(cell: Cell) -> str:
    return f"{cell.word}: {cell.value}" if cell.value else cell.word


def _caption(chain: Sequence[Report]) -> Sentence:
    now = chain[-1]
    met = sum(one.state is CriterionState.MET for one in now.criteria)
    version = visible(now.run.version)
    told = say("strip_of", met=met, criteria=len(now.criteria), version=version)
    return sentences(told, too_few(len(chain), len(chain)))

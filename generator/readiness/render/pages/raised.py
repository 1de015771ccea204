"""The warnings of a run as they stand on its report."""

from __future__ import annotations

from dataclasses import dataclass

from readiness import numbers
from readiness.analysis import WarningGroup, group_warnings
from readiness.assessment import Assessment, warning_title
from readiness.numbers import number

SHOWN, PLACES_SHOWN = 30, 3


@dataclass(frozen=True)
class WarningRow:
    """Warnings alike: what kind they are, what they say, how often, and where."""

    title: str
    message: str
    count: str
    places: str


@dataclass(frozen=True)
class WarningsView:
    """The groups, and how many warnings there are; `more` groups are counted, not shown."""

    total: str
    rows: tuple[WarningRow, ...]
    more: int


def warnings_view(assessment: Assessment) -> WarningsView | None:
    """The warnings in groups; None where no file says which were raised."""
    raised = assessment.facts.warnings
    if raised is None:
        return None
    groups = group_warnings(raised)
    total = sum(group.count for group in groups)
    kinds = f" of {numbers.plural(len(groups), 'kind')}" if groups else ""
    rows = tuple(_row(assessment, group) for group in groups[:SHOWN])
    return WarningsView(f"{numbers.plural(total, 'warning')}{kinds}", rows, max(0, len(groups) - SHOWN))


def _row(assessment: Assessment, group: WarningGroup) -> WarningRow:
    more = len(group.places) - PLACES_SHOWN
    places = ", ".join(group.places[:PLACES_SHOWN]) + (f" and {number(more)} more" if more > 0 else "")
    return WarningRow(warning_title(group, assessment.policy), group.message, number(group.count), places)

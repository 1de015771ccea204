"""The warnings of a run as they stand on its report."""

from dataclasses import dataclass

from readiness.analysis import WarningGroup
from readiness.numbers import number
from readiness.phrases import say
from readiness.render.pages.truncated import Truncated, first
from readiness.report import Report

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
    """The groups, and how many warnings there are."""

    total: str
    rows: Truncated[WarningRow]


def warnings_view(report: Report) -> WarningsView | None:
    """The warnings in groups; None where no file says which were raised."""
    if report.facts.warnings is None:
        return None
    groups = report.warnings
    total = sum(group.count for _, group in groups)
    rows = first(groups, SHOWN).of(lambda titled: _row(*titled))
    return WarningsView(say("warnings_of", warnings=total, kinds=len(groups)), rows)


def _row(title: str, group: WarningGroup) -> WarningRow:
    more = len(group.places) - PLACES_SHOWN
    places = say("names_and_more", names=tuple(group.places[:PLACES_SHOWN]), more=max(0, more))
    return WarningRow(title, group.message, number(group.count), places)

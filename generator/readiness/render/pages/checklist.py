"""The checklist as it stands on a page, group by group."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TypeVar

from readiness import phrases
from readiness.assessment import ItemResult, Kind, open_items
from readiness.phrases import say
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.criteria import held_by
from readiness.render.pages.evidence_links import linked
from readiness.render.pages.status import StatusRow, item_status
from readiness.report import Report

T = TypeVar("T")


def grouped(items: Iterable[ItemResult], row: Callable[[ItemResult], T]) -> tuple[tuple[str, tuple[T, ...]], ...]:
    """(name, rows) of the items, group by group."""
    groups = groupby(items, key=lambda item: item.group)
    return tuple((name, tuple(map(row, members))) for name, members in groups)


@dataclass(frozen=True)
class ChecklistView:
    """Every item, and how many stand how."""

    groups: tuple[tuple[str, tuple[StatusRow, ...]], ...]
    """(name, items)."""
    summary: str


def checklist_view(here: Here, report: Report) -> ChecklistView | None:
    """The checklist of a judgement; None where its policy has none."""
    if not report.items:
        return None
    summary = linked(phrases.checklist_summary(report), here.report_url(report))
    return ChecklistView(grouped(report.items, partial(item_row, here, report)), summary)


def open_rows(here: Here, report: Report) -> tuple[StatusRow, ...]:
    """The items that are not done, the blocking ones first, for the pages that say it in short."""
    return tuple(item_row(here, report, one) for one in open_items(report.items))


def item_row(here: Here, report: Report, result: ItemResult) -> StatusRow:
    """One item, with its note and owner; it links to its own blocker, or names those that hold it."""
    item = result.item
    waived = phrases.waived(result, report)
    own = report.own_blocker(Kind.CHECKLIST, item.id)
    signoff = item.signoff.note if item.signoff else ""
    owner = say("owner_of", name=item.owner) if item.owner else ""
    notes = (
        say("state", value=result.state.value) if waived else "",
        phrases.told(result.notes),
        signoff,
        owner,
        "" if item.blocking else say("does_not_block"),
    )
    return StatusRow(
        what=Linked(item.title, here.blocker_url(own.id) if own else ""),
        status=item_status(result, waived=waived),
        note=say("notes", notes=tuple(filter(None, notes))),
        held=None if own else held_by(here, report, Kind.CHECKLIST, item.id),
    )

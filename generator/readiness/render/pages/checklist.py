"""The checklist as it stands on a page, group by group."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from readiness import phrases
from readiness.assessment import Assessment, ItemResult
from readiness.assessment.checklist import open_items
from readiness.render.pages.context import SiteContext
from readiness.render.pages.evidence_links import linked
from readiness.render.pages.routes import Linked
from readiness.render.pages.status import Status, item_status


@dataclass(frozen=True)
class ItemRow:
    """An item; one that opened a blocker links to it."""

    what: Linked
    status: Status
    note: str


@dataclass(frozen=True)
class ItemGroup:
    """Items that belong together."""

    name: str
    rows: tuple[ItemRow, ...]


@dataclass(frozen=True)
class ChecklistView:
    """Every item, and how many stand how."""

    groups: tuple[ItemGroup, ...]
    summary: str


def checklist_view(context: SiteContext, page: str, assessment: Assessment) -> ChecklistView | None:
    """The checklist of a judgement; None where its policy has none."""
    if not assessment.items:
        return None
    groups = groupby(assessment.items, key=lambda one: one.group)
    return ChecklistView(
        tuple(
            ItemGroup(name, tuple(item_row(context, page, assessment, one) for one in items)) for name, items in groups
        ),
        linked(phrases.checklist_summary(assessment), context.report_url(page, assessment)),
    )


def open_rows(context: SiteContext, page: str, assessment: Assessment) -> tuple[ItemRow, ...]:
    """The items that are not done, the blocking ones first, for the pages that say it in short."""
    return tuple(item_row(context, page, assessment, one) for one in open_items(assessment.items))


def item_row(context: SiteContext, page: str, assessment: Assessment, result: ItemResult) -> ItemRow:
    """One item, with its note and owner."""
    item = result.item
    waived = phrases.waived(result, assessment)
    blocker = None if result.done else phrases.blocker_of(result, assessment)
    signoff = item.signoff.note if item.signoff else ""
    owner = f"owner {item.owner}" if item.owner else ""
    notes = (
        result.state.value if waived else "",
        phrases.told(result.notes),
        signoff,
        owner,
        "" if item.blocking else "does not block",
    )
    return ItemRow(
        what=Linked(item.title, context.blocker_url(page, blocker.id) if blocker else ""),
        status=item_status(result, waived=waived),
        note="; ".join(filter(None, notes)),
    )

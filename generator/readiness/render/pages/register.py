"""The register of blockers: all on one page, or, where they are many, the open ones, the closed ones and all."""

from dataclasses import dataclass
from typing import Literal

from readiness import numbers
from readiness.phrases import Sentence, say
from readiness.render import charts
from readiness.render.pages import routes
from readiness.render.pages.blockers import BlockerRow, blocker_row
from readiness.render.pages.context import Here, Linked, SiteContext
from readiness.render.pages.points import points_of
from readiness.render.pages.related import outdated
from readiness.render.pages.trends import blocker_chart
from readiness.render.pages.truncated import ROWS
from readiness.report import Report

Which = Literal["open", "closed", "all"]
_PAGES: dict[Which, str] = {"open": routes.BLOCKERS, "closed": routes.BLOCKERS_CLOSED, "all": routes.BLOCKERS_ALL}
_TITLES = dict(zip(_PAGES.values(), ("blockers", "closed_blockers", "every_blocker"), strict=True))


@dataclass(frozen=True)
class BlockersView:
    """The register: the open blockers, then the closed ones, newest first.

    Where there are many, a page of its own has the open, the closed, and all of them.
    """

    title: Sentence
    """The heading."""
    views: tuple[Linked, ...]
    """The pages of open, of closed and of all blockers, this one without an address; empty where one page has all."""
    which: str
    """`open`, `closed` or `all`: what this page shows."""
    standing: tuple[BlockerRow, ...]
    elsewhere: tuple[BlockerRow, ...]
    """Open blockers of other release lines."""
    gone: tuple[BlockerRow, ...]
    """Blockers of a judgement that was replaced since, and that its replacement does not have."""
    closed: tuple[BlockerRow, ...]
    now: Linked | None
    chart: charts.Chart
    """Blockers open after each run, and opened and closed in it."""


def is_split(site: SiteContext) -> bool:
    """True where the blockers are too many for one page."""
    return len(site.blockers) > ROWS


def blockers_view(here: Here, report: Report | None) -> tuple[BlockersView]:
    """The register, as the judgement of now sees it; of many blockers those that the page is for."""
    which = next(which for which, page in _PAGES.items() if page == here.page) if is_split(here.site) else "all"
    standing = report.open_blockers if report else ()
    known = {blocker.id for blocker in standing}
    others = [seen for seen in here.site.blockers.values() if seen.blocker.id not in known]
    others.sort(key=lambda seen: (seen.blocker.opened.time, seen.blocker.id), reverse=True)
    gone = {seen.blocker.id for seen in others if outdated(here, seen.report)}
    rows = [blocker_row(here, seen.report, seen.blocker) for seen in others]
    closed = [row for row in rows if row.is_closed]
    rest = [row for row in rows if not row.is_closed] if which != "closed" else []
    counts = {"open": len(known) + len(rows) - len(closed), "closed": len(closed), "all": len(known) + len(rows)}
    view = BlockersView(
        title=say(_TITLES[here.page]),
        views=tuple(_linked(here, one, counts[one]) for one in _PAGES) if is_split(here.site) else (),
        which=which,
        standing=tuple(blocker_row(here, report, one) for one in standing) if report and which != "closed" else (),
        elsewhere=tuple(row for row in rest if row.id not in gone),
        gone=tuple(row for row in rest if row.id in gone),
        closed=tuple(closed) if which != "open" else (),
        now=here.report(report) if report else None,
        chart=blocker_chart(here, points_of(here.site)),
    )
    return (view,)


def _linked(here: Here, which: Which, count: int) -> Linked:
    text = say("view_of", which=which, count=numbers.number(count))
    return Linked(text, "" if here.page == _PAGES[which] else here.link(_PAGES[which]))

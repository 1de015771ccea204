"""The kinds of page that a site has, a row each: whatever is built, described, linked or searched goes by this list."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from readiness import phrases
from readiness.phrases import Sentence, say
from readiness.render.pages import meta_description as describe
from readiness.render.pages import routes
from readiness.render.pages.blockers import blocker_view
from readiness.render.pages.context import Here, Line, SeenBlocker, SiteContext
from readiness.render.pages.home import home_view, question
from readiness.render.pages.points import by_release
from readiness.render.pages.policy import policy_view
from readiness.render.pages.register import blockers_view, is_split
from readiness.render.pages.related import outdated, related
from readiness.render.pages.report import report_view, title
from readiness.render.pages.runs import release_view, releases_view, reports_view, run_rows
from readiness.render.pages.summary import notices_of, siblings_view
from readiness.render.pages.tests import of_tests, tests_view
from readiness.render.pages.trends import along, line_view, trends_of_runs_view, trends_view
from readiness.report import Report

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """A kind of page; `T` is what one of them tells of."""

    template: str
    every: Callable[[SiteContext], Iterable[T]]
    """What there is a page of, in the order of building."""
    route: Callable[[T], str]
    """The page's source path."""
    report: Callable[[T], Report | None]
    """The judgement that it tells of, which dates it; None on a site without a run."""
    view: Callable[[Here, T], tuple[object, ...]]
    """Dataclasses whose fields are the variables of the template."""
    title: Callable[[Here, T], str]
    description: Callable[[Here, T], Sentence]
    asked: Callable[[T], str] | None = None
    """What a link to it is called, where that is not its title."""
    parent: str | None = None
    """The index that lists it; None for a page of the navigation."""
    depends: Callable[[Here, T], tuple[object, ...]] | None = None
    """What of it later runs and judgements can change, all that does not follow from the address of `report`.

    A page of this kind is kept while that, its address and its site stay the same; None: it is made each time.
    """
    search: Mapping[str, Any] = field(default_factory=dict)
    """Options of the search plugin, as front matter takes them."""

    @property
    def is_searched(self) -> bool:
        """False where the search leaves it out."""
        return not self.search.get("exclude")


def _index(
    route: str,
    template: str,
    title: str,
    view: Callable[[Here, Report | None], tuple[object, ...]],
    description: Callable[[Here, Report], Sentence],
    asked: Callable[[Report], str] | None = None,
) -> Page[Report | None]:
    """A page of the navigation, of which there is one: it tells of now. `title` is the macro of its name."""
    return Page(
        template,
        every=lambda site: (site.now,),
        route=lambda _: route,
        report=lambda report: report,
        view=view,
        title=lambda here, _: say(title),
        description=lambda here, report: (
            description(here, report) if report else say("preview_nothing", lost=len(here.site.missing))
        ),
        asked=lambda report: asked(report) if asked and report else say(title),
    )


def _further(page: Page[Report | None], parent: str, is_there: Callable[[SiteContext], bool]) -> Page[Report | None]:
    """A page of the same as its parent, seen otherwise, on sites where one page would hold too much."""
    every = page.every
    return replace(
        page, every=lambda site: every(site) if is_there(site) else (), parent=parent, search={"exclude": True}
    )


_REPORT: Page[Report] = Page(
    "report.md",
    every=lambda site: site.judgements,
    route=lambda report: routes.report_page(report.run.id, report.judgement.number),
    report=lambda report: report,
    view=report_view,
    title=lambda here, report: say("report_link", title=title(report)),
    description=describe.of_judgement,
    parent=routes.REPORTS,
    depends=lambda here, report: (
        *(outdated(here, report), related(here, report), siblings_view(here, report)),
        *notices_of(here, report),
    ),
    # Reports are many and say alike things: blockers and releases lead the search to them.
    search={"exclude": True},
)
_RELEASE: Page[Report] = Page(
    "release.md",
    every=lambda site: site.release_pages,
    route=lambda report: routes.release_page(report.run.version),
    report=lambda report: report,
    view=release_view,
    title=lambda here, report: say("release_name", product=here.site.product, version=report.run.version),
    description=describe.of_judgement,
    parent=routes.RELEASES,
    depends=lambda here, report: (
        *(siblings_view(here, report), run_rows(here, report.run.version)),
        *notices_of(here, report),
    ),
    search={"boost": 2},
)
_BLOCKER: Page[SeenBlocker] = Page(
    "blocker.md",
    every=lambda site: site.blockers.values(),
    route=lambda seen: routes.blocker_page(seen.blocker.id),
    report=lambda seen: seen.report,
    view=blocker_view,
    title=lambda here, seen: f"{seen.blocker.id} {phrases.title_of(seen.blocker)}",
    description=describe.of_blocker,
    parent=routes.BLOCKERS,
    depends=lambda here, seen: (outdated(here, seen.report),),
    # Its id stands on many pages; who searches for it wants this one.
    search={"boost": 4},
)
_LINE: Page[Line] = Page(
    "trends.md",
    every=lambda site: site.lines,
    route=lambda line: routes.trends_page(line.name),
    report=lambda line: line.newest,
    view=line_view,
    title=lambda here, line: say("trends_of", line=line.name),
    description=lambda here, line: describe.of_trends(along(here, line), line.newest),
    parent=routes.TRENDS,
)

_TRENDS_OF_RUNS = _further(
    _index(routes.TRENDS_RUNS, "trends.md", "trends_of_runs", trends_of_runs_view, describe.of_trends),
    routes.TRENDS,
    lambda site: bool(by_release(site)),
)
_CLOSED = _index(routes.BLOCKERS_CLOSED, "blockers.md", "closed_blockers", blockers_view, describe.of_blockers)
_ALL = _index(routes.BLOCKERS_ALL, "blockers.md", "every_blocker", blockers_view, describe.of_blockers)

PAGES: tuple[Page[Any], ...] = (
    _index(routes.HOME, "home.md", "overview", home_view, describe.of_judgement, question),
    _index(routes.REPORTS, "reports.md", "reports", reports_view, describe.of_reports),
    _index(routes.RELEASES, "releases.md", "releases", releases_view, describe.of_releases),
    _index(routes.BLOCKERS, "blockers.md", "blockers", blockers_view, describe.of_blockers),
    _further(_CLOSED, routes.BLOCKERS, is_split),
    _further(_ALL, routes.BLOCKERS, is_split),
    _index(routes.POLICY, "policy.md", "policy", policy_view, describe.of_policy),
    _index(routes.TESTS, "tests.md", "tests", tests_view, of_tests),
    _index(routes.TRENDS, "trends.md", "trends", trends_view, describe.of_trends),
    _TRENDS_OF_RUNS,
    _REPORT,
    _RELEASE,
    _BLOCKER,
    _LINE,
)

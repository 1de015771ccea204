"""The home page: the verdict now, what stops the release, what changed, whether it is getting better."""

from dataclasses import dataclass

from readiness import phrases
from readiness.assessment import ReasonKind
from readiness.phrases import Sentence, say
from readiness.render.charts import Chart
from readiness.render.pages import routes
from readiness.render.pages.changes import ChangesView, changes_view
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.dates import minute
from readiness.render.pages.inert import Words
from readiness.render.pages.points import points_of
from readiness.render.pages.runs import RunRow, run_row
from readiness.render.pages.summary import JudgedView, judged_view
from readiness.render.pages.trends import few_runs, outcome_chart
from readiness.render.pages.truncated import Truncated, first
from readiness.render.pages.waivers import WaiverRow, waivers_in_force
from readiness.report import Report

TOP = 5
"""Next steps that the home page tells."""

ELSEWHERE = (ReasonKind.BLOCKER, ReasonKind.WAIVER, ReasonKind.CHECKLIST)
"""Risks that stand in lists of their own."""


@dataclass(frozen=True)
class SiteView:
    """The home page of any site, also of one without a run."""

    product: str
    text: Words
    """The hand-written index.md, as Markdown."""
    now: Linked | None
    """Product and version, linked to the report; None without a run."""


@dataclass(frozen=True)
class HomeView:
    """The home page."""

    question: Sentence
    """The heading."""
    release: Linked
    meta: tuple[str, ...]
    """What stands in the line under the heading."""
    changes: ChangesView | None
    """Since the run before."""
    risks: Truncated[str]
    """Residual risks that stand in no list of their own."""
    waivers: tuple[WaiverRow, ...]
    """Those in force."""
    few: Sentence | None
    """What is said of a chain that is too short for a trend."""
    chart: Chart
    """The outcomes, a bar per run or release."""
    lines: tuple[RunRow, ...]
    """The newest run of each release line that does not lead to this one."""
    trends_of_lines: tuple[Linked, ...]


def question(report: Report) -> Sentence:
    """What the home page answers."""
    return say("ready_question", product=report.product, version=report.run.version)


def home_view(here: Here, report: Report | None) -> tuple[SiteView] | tuple[SiteView, JudgedView, HomeView]:
    """The verdict now."""
    site, text = here.site, Words(here.site.home_text)
    if report is None:
        return (SiteView(site.product, text, None),)
    version = report.run.version
    risks = [reason for reason in report.verdict.residual if reason.kind not in ELSEWHERE]
    view = HomeView(
        question=question(report),
        release=Linked(version, here.release_url(version)),
        meta=(minute(report.verdict.as_of), say("runs_on_this_line", runs=len(site.chain))),
        changes=changes_view(here, report.changes),
        risks=first(risks).of(lambda reason: phrases.reason_text(reason, report)),
        waivers=waivers_in_force(here, report),
        few=few_runs(site),
        chart=outcome_chart(here, points_of(site)),
        lines=tuple(run_row(here, line.newest) for line in site.lines),
        trends_of_lines=tuple(Linked(line.name, here.link(routes.trends_page(line.name))) for line in site.lines),
    )
    now = Linked(f"{site.product} {version}".strip(), here.report_url(report))
    return SiteView(site.product, text, now), judged_view(here, report, TOP), view

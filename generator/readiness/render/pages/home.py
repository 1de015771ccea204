"""The home page: the verdict now, what stops the release, what changed, whether it is getting better."""

from __future__ import annotations

from dataclasses import dataclass

from readiness import numbers, phrases
from readiness.assessment import ReasonKind
from readiness.phrases.wording import Sentence, say
from readiness.render.charts import Chart
from readiness.render.pages import routes
from readiness.render.pages.blockers import standing_rows
from readiness.render.pages.changes import changes_view
from readiness.render.pages.checklist import open_rows
from readiness.render.pages.context import Here
from readiness.render.pages.criteria import criterion_rows
from readiness.render.pages.dates import minute
from readiness.render.pages.gaps import GapView, gaps_view
from readiness.render.pages.inert import Words
from readiness.render.pages.next_steps import todo_rows
from readiness.render.pages.routes import Linked
from readiness.render.pages.status import StatusRow
from readiness.render.pages.summary import JudgedView, SiblingsView, figures, outcome_bar, siblings_view, verdict_view
from readiness.render.pages.trends import few_runs, outcome_chart
from readiness.render.pages.truncated import Truncated, first
from readiness.render.pages.waivers import WaiverRow, waivers_in_force
from readiness.report import Report

TOP = 5
"""Blockers that the home page names under each heading."""

ELSEWHERE = (ReasonKind.BLOCKER, ReasonKind.WAIVER, ReasonKind.CHECKLIST)
"""Risks that stand in lists of their own."""


@dataclass(frozen=True, kw_only=True)
class EmptyHomeView:
    """The home page of a site without a run: these four and no others."""

    product: str
    text: Words
    """The hand-written index.md, as Markdown."""
    missing: tuple[str, ...]
    """What is wrong with the archive, in a site that was built all the same."""
    now: Linked | None = None
    """Product and version, linked to the report; None on a site without a run."""


@dataclass(frozen=True, kw_only=True)
class HomeView(JudgedView, EmptyHomeView):
    """The home page."""

    question: Sentence
    """The heading."""
    release: Linked
    meta: tuple[str, ...]
    """What stands in the line under the heading."""
    siblings: SiblingsView | None
    risks: Truncated[str]
    """Residual risks that stand in no list of their own."""
    gaps: Truncated[GapView]
    waivers: tuple[WaiverRow, ...]
    """Those in force."""
    items: tuple[StatusRow, ...]
    """What is open on the checklist."""
    policy: str
    """Address of the policy page."""
    trends: str
    """Address of the trends page."""
    few: Sentence | None
    """What is said of a chain that is too short for a trend."""
    chart: Chart
    """The outcomes, a bar per run."""
    default_policy: bool
    """True where nobody has written a policy."""


def question(report: Report) -> Sentence:
    """What the home page answers."""
    return say("ready_question", product=report.product, version=report.run.version)


def home_view(here: Here, report: Report | None) -> EmptyHomeView:
    """The verdict now, of the judgement that tells of it."""
    site, product, text = here.site, here.site.product, Words(here.site.home_text)
    if report is None:
        return EmptyHomeView(product=product, text=text, missing=site.missing)
    stopping, others = standing_rows(here, report, TOP)
    version = report.run.version
    risks = [phrases.reason_text(one, report) for one in report.verdict.residual if one.kind not in ELSEWHERE]
    return HomeView(
        product=product,
        text=text,
        missing=site.missing,
        now=Linked(f"{product} {version}".strip(), here.report_url(report)),
        question=question(report),
        release=Linked(version, here.release_url(version)),
        meta=(minute(report.verdict.as_of), f"{numbers.plural(len(site.chain), 'run')} on this line of releases"),
        siblings=siblings_view(here, report),
        verdict=verdict_view(here, report),
        figures=figures(here, report),
        bar=outcome_bar(report),
        changes=changes_view(here, report.changes),
        stopping=stopping,
        others=others,
        risks=first(risks),
        todo=todo_rows(here, report, TOP),
        criteria=criterion_rows(report),
        gaps=gaps_view(report).notes,
        waivers=waivers_in_force(here, report),
        items=open_rows(here, report),
        register=here.link(routes.BLOCKERS),
        policy=here.policy_url(),
        trends=here.link(routes.TRENDS),
        few=few_runs(site),
        chart=outcome_chart(here),
        default_policy=report.default_policy,
    )

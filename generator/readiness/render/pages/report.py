"""The report of one judgement: what stands on its page, ready to print."""

from collections.abc import Iterator
from dataclasses import dataclass

from readiness import phrases
from readiness.assessment import ReasonKind
from readiness.phrases import Sentence, say, working
from readiness.render.pages import routes
from readiness.render.pages.changes import ChangesView, changes_view
from readiness.render.pages.checklist import ChecklistView, checklist_view
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.dates import day, minute, until
from readiness.render.pages.evidence_links import linked
from readiness.render.pages.failures import AreaView, area_views, badness
from readiness.render.pages.flakes import FlakesView, flakes_view
from readiness.render.pages.gaps import GapsView, gaps_view
from readiness.render.pages.inert import http_url
from readiness.render.pages.ledger import InputView, identity, ledger
from readiness.render.pages.measures import MeasureRow, measure_rows
from readiness.render.pages.plan import PlanView, plan_view
from readiness.render.pages.related import related, replaced
from readiness.render.pages.summary import JudgedView, judged_view
from readiness.render.pages.truncated import Truncated, first, worst
from readiness.render.pages.waivers import WaiversView, waivers_view
from readiness.render.pages.warnings import WarningsView, warnings_view
from readiness.report import Report


@dataclass(frozen=True)
class ReportView:
    """The report of one judgement."""

    title: str
    """Product and version."""
    meta: tuple[tuple[str, Linked], ...]
    """(kind or empty, text) of the line under the title."""
    banner: Linked | None
    """What replaced this judgement."""
    related: tuple[tuple[Sentence, tuple[Linked, ...]], ...]
    """(relation, reports): those beside this one."""
    changes: ChangesView | None
    """Since the run before."""
    baseline: ChangesView | None
    """What changed since the baseline, where that is not the run before."""
    rejudged: ChangesView | None
    """What changed since the judgement of this run before this one."""
    flakes: FlakesView
    warnings: WarningsView | None
    """None where no file says which were raised."""
    gaps: GapsView
    areas: Truncated[AreaView]
    metrics: Truncated[MeasureRow]
    """Coverage, duration and metrics."""
    plan: PlanView | None
    checklist: ChecklistView | None
    waivers: WaiversView | None
    residual: Truncated[str]
    """The residual risk that is no waiver."""
    inputs: Truncated[InputView]
    """The evidence ledger."""
    missing: Truncated[tuple[str, str]]
    """(input, why it is not there) of what was announced."""
    environment: tuple[tuple[str, str], ...]
    """(term, value)."""
    facts: tuple[tuple[str, str], ...]
    """(term, value) of what identifies run and judgement."""
    ci_url: str | None
    releases: Linked
    """The version, linked to the page of its release."""
    supersedes: Linked | None
    """The run that this one replaces."""
    citation: Sentence
    address: str
    """The permanent address of the page; empty where the site does not say where it will lie."""
    data: str
    """Address of this report as JSON."""
    previous: Linked | None
    """The report before this one."""
    loss: int
    """Evidence files of which something was lost."""
    working: str
    """Which areas work."""


def report_view(here: Here, report: Report) -> tuple[JudgedView, ReportView]:
    """Everything that the report's template prints."""
    manifest, previous, url = report.run, report.previous, here.report_url(report)
    residual = [one for one in report.verdict.residual if one.kind is not ReasonKind.WAIVER]
    supersedes = None
    if before := manifest.supersedes:
        # At its own address: later judgements of it must not move the link.
        supersedes = Linked(before, here.link(routes.report_page(before)) if before in here.site.reports else "")
    view = ReportView(
        title=title(report),
        meta=tuple(_meta(here, report)),
        banner=replaced(here, report),
        related=related(here, report),
        changes=changes_view(here, report.changes),
        baseline=changes_view(here, report.since_baseline),
        rejudged=changes_view(here, report.rejudged),
        flakes=flakes_view(here, report),
        warnings=warnings_view(report),
        gaps=gaps_view(report),
        areas=worst(area_views(report), badness),
        metrics=measure_rows(here.site, report),
        plan=plan_view(here, report),
        checklist=checklist_view(here, report),
        waivers=waivers_view(here, report),
        residual=first(residual).of(lambda reason: phrases.reason_text(reason, report)),
        inputs=ledger(manifest.inputs),
        missing=first(manifest.missing).of(lambda absent: (absent.label, absent.note)),
        environment=tuple(manifest.environment.items()),
        facts=identity(report),
        ci_url=http_url(manifest.ci_url) if manifest.ci_url else None,
        releases=Linked(manifest.version, here.release_url(manifest.version)),
        supersedes=supersedes,
        citation=_citation(report),
        address=here.site.routes.address(here.page),
        data=here.site.routes.asset(here.page, routes.report_data(report.run.id, report.judgement.number)),
        previous=here.report_before(previous.judged, report.judged) if previous else None,
        loss=len({loss.input for loss in report.facts.losses}),
        working=linked(working(report), url),
    )
    return judged_view(here, report, short=False), view


def title(report: Report) -> str:
    """Product and version."""
    return f"{report.product} {report.run.version}".strip()


def _meta(here: Here, report: Report) -> Iterator[tuple[str, Linked]]:
    """(kind, text) of the line under the title."""
    digest = report.judgement.policy
    yield "", Linked(minute(report.verdict.as_of))
    if report.run.commit:
        yield say("of_commit"), Linked(report.run.commit[:10])
    name = say("default_name") if report.default_policy else digest[:8]
    yield say("of_policy"), Linked(name, here.policy_url(digest))
    if report.verdict.ready and report.verdict.valid_until:
        yield "", Linked(say("valid", when=until(report.verdict.valid_until)))


def _citation(report: Report) -> Sentence:
    """What tells this judgement apart from every other."""
    verdict = report.verdict
    return say(
        "citation",
        product=report.product,
        version=report.run.version,
        verdict=phrases.headline_word(verdict.word),
        sort=phrases.sort_word(verdict.word),
        waivers=phrases.waivers_behind(report),
        day=day(verdict.as_of),
        valid=until(verdict.valid_until) if verdict.ready and verdict.valid_until else "",
        run=report.run.id,
        judgement=report.judgement.number,
    )

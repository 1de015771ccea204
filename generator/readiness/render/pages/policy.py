"""The policy page: what the product demands before it calls a release ready, and how each demand stands now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from readiness import numbers, phrases
from readiness.analysis import Counts
from readiness.assessment import CriterionResult, CriterionState
from readiness.numbers import capital
from readiness.phrases import Sentence, say
from readiness.policy import UNASSIGNED, Category, ChecklistItem, Policy, default_categories
from readiness.render.pages import routes
from readiness.render.pages.checklist import grouped, item_row
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.counts import bounded
from readiness.render.pages.criteria import CriterionRow, criterion_row, measured_of
from readiness.render.pages.dates import day
from readiness.render.pages.policy_history import FileRow, HistoryRow, policy_files, policy_history
from readiness.render.pages.status import StatusRow
from readiness.render.pages.summary import KeyFigure
from readiness.render.pages.waivers import WaiverRow, waiver_row
from readiness.report import Report


@dataclass(frozen=True)
class AreaRow:
    """An area: who owns it, what falls in it, and how many tests of the latest run do."""

    name: str
    note: str
    globs: str
    tests: str


@dataclass(frozen=True)
class KindRow:
    """A kind of failure: how it is recognised, how bad it is, and what to do."""

    title: str
    found_by: str
    severity: str
    note: str


@dataclass(frozen=True)
class PoliciesView:
    """The policy page of any site, also of one without a run."""

    product: str
    files: tuple[FileRow, ...]
    """Every policy that a report was judged by."""
    now: Linked | None
    """The version that was judged last; None without a run."""


@dataclass(frozen=True)
class PolicyView:
    """The policy page."""

    default_policy: bool
    """True if there is no policy file."""
    digest: str
    anchor: str
    """Where this page names the policy's file."""
    figures: tuple[KeyFigure, ...]
    """The policy in numbers."""
    blocking: tuple[CriterionRow, ...]
    advisory: tuple[CriterionRow, ...]
    checklist: tuple[tuple[str, tuple[tuple[StatusRow, Sentence], ...]], ...]
    """(name of a group, its items, each with what proves it)."""
    checklist_summary: str
    waivers: tuple[WaiverRow, ...]
    waiver_debt: str
    """How old they are, and how many."""
    without: str
    """The verdict without waivers; empty where none is in force."""
    waiver_cap: str
    """The longest that a waiver may last."""
    areas: tuple[AreaRow, ...]
    modules: int
    """How many test modules there are, which stand for areas where the policy names none."""
    tests_known: bool
    """True where something says which tests were expected."""
    evidence: tuple[tuple[str, str], ...]
    """(term, value) of what else a run must show."""
    kinds: tuple[KindRow, ...]
    """The kinds of failure that the policy knows."""
    built_in: tuple[KindRow, ...]
    retired: tuple[tuple[str, str, str], ...]
    """(tests taken out of service, why, by whom and when)."""
    plan: tuple[tuple[str, str], ...]
    """(term, value) of how fixes become dates."""
    history: tuple[HistoryRow, ...]
    """When it changed, the latest first."""


def policy_view(here: Here, report: Report | None) -> tuple[PoliciesView] | tuple[PoliciesView, PolicyView]:
    """What the judgement of now demanded, and how that came about."""
    now = here.report(report) if report else None
    policies = PoliciesView(here.site.product, policy_files(here), now)
    if report is None:
        return (policies,)
    demanded = here.site.reports.policy_of(report)
    history = policy_history(here)
    view = PolicyView(
        default_policy=report.default_policy,
        digest=report.judgement.policy[:8],
        anchor=routes.policy_anchor(report.judgement.policy),
        figures=_figures(report, demanded, history),
        blocking=tuple(_demand(here, report, result) for result in report.criteria if result.blocking),
        advisory=tuple(_demand(here, report, result) for result in report.criteria if not result.blocking),
        checklist=grouped(report.items, lambda one: (item_row(here, report, one), _proof(one.item, demanded))),
        checklist_summary=phrases.checklist_summary(report),
        waivers=tuple(waiver_row(here, report, waiver) for waiver in report.waivers),
        waiver_debt=phrases.waiver_debt(report),
        without=phrases.verdict_without(report),
        waiver_cap=phrases.period(demanded.waiver_cap),
        areas=tuple(_areas(report)),
        modules=len(report.facts.areas),
        tests_known=report.facts.counts.expected is not None,
        evidence=_evidence(report, demanded),
        kinds=tuple(map(_kind, demanded.categories)),
        built_in=tuple(map(_kind, default_categories())),
        retired=tuple((str(one), one.reason, f"{one.by}, {one.date}") for one in demanded.retired),
        plan=tuple(_plan(demanded)),
        history=history,
    )
    return policies, view


def _figures(report: Report, demanded: Policy, history: Sequence[HistoryRow]) -> tuple[KeyFigure, ...]:
    """The policy in five numbers."""
    blocking = [one for one in report.criteria if one.blocking]
    met = say("met_of_them", met=sum(one.state is CriterionState.MET for one in blocking), of=len(blocking))
    areas, items = demanded.areas, sum(one.item.blocking for one in report.items)
    critical = say("areas_critical", areas=len(areas), critical=sum(one.critical for one in areas))
    advisory, in_force = len(report.criteria) - len(blocking), sum(one.in_force for one in report.waivers)
    return (
        KeyFigure(say("figure_criteria_blocking"), numbers.number(len(blocking)), met),
        KeyFigure(say("advisory_criteria"), numbers.number(advisory), say("advises")),
        KeyFigure(say("figure_items_blocking"), numbers.number(items), _items_done(report)),
        KeyFigure(say("waivers_in_force"), numbers.number(in_force), _waivers(report)),
        KeyFigure(say("areas"), numbers.number(len(areas)) if areas else "–", critical),
        KeyFigure(
            say("figure_policy_changes"), numbers.number(len(history) - 1), say("since", what=history[-1].what.text)
        ),
    )


def _items_done(report: Report) -> str:
    """How many of the items that block are done; of a checklist without such, how many advise."""
    asked = [one for one in report.items if one.item.blocking]
    if not asked:
        return say("items_advise", count=len(report.items))
    return say("items_done_of_them", done=sum(one.done for one in asked))


def _waivers(report: Report) -> str:
    """When the first of them ends, or how many there are that waive nothing."""
    held = [one.waiver.expires for one in report.waivers if one.in_force]
    return say("first_waiver_ends", day=day(min(held))) if held else say("waivers_granted", count=len(report.waivers))


def _demand(here: Here, report: Report, result: CriterionResult) -> CriterionRow:
    """A criterion, its limit in words."""
    criterion = result.criterion
    limit = say("limit", direction=criterion.direction, amount=(result.limit or criterion.limit).text)
    return replace(criterion_row(here, report, result), note=measured_of(criterion), required=limit)


def _proof(item: ChecklistItem, demanded: Policy) -> Sentence:
    """What proves an item, in words."""
    proofs = []
    if item.tests is not None:
        proofs.append(say("proof_tests", globs=", ".join(item.tests)))
    if item.criterion is not None:
        proofs.append(say("proof_criterion", title=next(c.title for c in demanded.criteria if c.id == item.criterion)))
    if item.metric is not None:
        limit = say("limit", direction=item.metric.direction, amount=item.metric.limit.text)
        proofs.append(say("proof_metric", name=item.metric.name, limit=limit))
    if item.signoff is not None or not proofs:
        proofs.append(say("proof_signoff"))
    return say("proofs", proofs=tuple(proofs))


def _areas(report: Report) -> Iterator[AreaRow]:
    """The areas in the order in which they are tried, then what none of them takes."""
    counts = {area.name: area.counts for area in report.facts.areas}
    critical = say("critical_area")
    for area in report.areas:
        notes = filter(
            None, (critical if area.critical else "", say("owner_of", name=area.owner) if area.owner else "")
        )
        yield AreaRow(area.name, ", ".join(notes), ", ".join(area.tests), _tests(counts.get(area.name)))
    if report.areas and UNASSIGNED not in {area.name for area in report.areas}:
        yield AreaRow(UNASSIGNED, say("unassigned"), "", _tests(counts.get(UNASSIGNED)))


def _tests(counts: Counts | None) -> str:
    """How many tests of the latest run there are, those that were expected and did not run included."""
    return bounded(counts.with_result + (counts.not_run or 0), at_least=counts.at_least) if counts else "0"


def _evidence(report: Report, demanded: Policy) -> tuple[tuple[str, str], ...]:
    """(term, value) of what else a run must show."""
    there = report.facts.variants
    variants = [
        str(one) if one.name in there else say("variant_without_result", variant=str(one))
        for one in demanded.variants.required
    ]
    share = demanded.vanished_allowed
    vanish = say("may_vanish", share=share.text if share.base else "")
    return (say("required_variants"), ", ".join(variants) or say("nobody")), (say("tests_that_may_vanish"), vanish)


def _kind(category: Category) -> KindRow:
    parts = (("type", category.type), ("message", category.message), ("skip", category.skip))
    effort = phrases.effort(category.effort) if category.effort else ""
    notes = (category.risk, category.fix, f"{effort}." if effort else "")
    return KindRow(
        title=category.title,
        found_by=", ".join(say("recognised_by", by=by, pattern=pattern) for by, pattern in parts if pattern),
        severity=capital(say("severity", value=category.severity)),
        note=" ".join(filter(None, notes)),
    )


def _plan(found: Policy) -> list[tuple[str, str]]:
    """(term, value) of how fixes become dates; nothing where the policy has no plan."""
    plan = found.plan
    if plan is None:
        return []
    phases = (f"{one.name}: {phrases.effort(one)}" for one in plan.phases)
    estimates = (f"{one.blocker}: {phrases.effort(one)}" for one in plan.estimates)
    told = [
        ("fixes_at_once", numbers.number(plan.streams)),
        ("then", "; ".join(phases) or say("then_nothing")),
        ("working_days_label", ", ".join(say("weekday", value=one) for one in plan.working_days)),
        ("holidays", ", ".join(str(one) for one in plan.holidays)),
        ("estimates_of_blockers", "; ".join(estimates)),
    ]
    return [(say(term), value) for term, value in told if value]

"""The policy page: what the product demands before it calls a release ready, and how each demand stands now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from readiness import numbers, phrases
from readiness.analysis import Counts
from readiness.assessment import Assessment, CriterionResult, CriterionState, ItemResult
from readiness.phrases.wording import Sentence, say
from readiness.policy import UNASSIGNED, Category, ChecklistItem, Policy, default_categories
from readiness.render.pages import routes
from readiness.render.pages.checklist import ItemRow, item_row
from readiness.render.pages.context import SiteContext
from readiness.render.pages.criteria import measured_of
from readiness.render.pages.parts import Figure
from readiness.render.pages.policy_history import HistoryRow, policy_files, policy_history
from readiness.render.pages.status import Status, criterion_status
from readiness.render.pages.waivers import waiver_row

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS = {day[:3].lower(): day for day in _DAYS}


@dataclass(frozen=True)
class DemandRow:
    """A criterion as it is demanded, and how it stands."""

    title: str
    id: str
    note: str
    limit: str
    actual: str
    status: Status


@dataclass(frozen=True)
class AskedRow:
    """An item of the checklist, how it stands, and what proves it."""

    item: ItemRow
    proof: str


@dataclass(frozen=True)
class AskedGroup:
    """Items that belong together."""

    name: str
    rows: tuple[AskedRow, ...]


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
class RetiredRow:
    """Tests taken out of service."""

    globs: str
    reason: str
    by: str


def policy(context: SiteContext) -> dict[str, Any]:
    """What the latest judgement demanded, and how that came about."""
    page, now = routes.POLICY, context.now
    common = {"product": context.product or "this product", "missing": context.missing, "files": policy_files(context)}
    if now is None:
        return common | {"now": None}
    demanded = now.policy
    history = policy_history(context, page)
    return common | {
        "now": context.report(page, now),
        "default_policy": now.default_policy,
        "digest": now.judgement.policy[:8],
        "anchor": routes.policy_anchor(now.judgement.policy),
        "figures": _figures(now, history),
        "blocking": [_demand(one) for one in now.criteria if one.blocking],
        "advisory": [_demand(one) for one in now.criteria if not one.blocking],
        "checklist": _checklist(context, page, now),
        "checklist_summary": phrases.checklist_summary(now),
        "waivers": [waiver_row(context, page, now, one) for one in now.waivers],
        "waiver_debt": phrases.waiver_debt(now),
        "without": phrases.verdict_without(now),
        "waiver_cap": demanded.waiver_cap.text,
        "areas": _areas(now),
        "modules": numbers.plural(len(now.facts.areas), "test module"),
        "tests_known": now.facts.counts.expected is not None,
        "evidence": _evidence(now),
        "kinds": [_kind(one) for one in demanded.categories],
        "built_in": [_kind(one) for one in default_categories()],
        "retired": [RetiredRow(str(one), one.reason, f"{one.by}, {one.date}") for one in demanded.retired],
        "plan": _plan(demanded),
        "history": history,
    }


def _figures(now: Assessment, history: Sequence[HistoryRow]) -> tuple[Figure, ...]:
    """The policy in five numbers."""
    blocking = [one for one in now.criteria if one.blocking]
    areas, items = now.policy.areas, sum(one.item.blocking for one in now.items)
    return (
        Figure(say("figure_criteria_blocking"), numbers.number(len(blocking)), _how_many_met(blocking)),
        Figure(say("figure_criteria_advisory"), numbers.number(len(now.criteria) - len(blocking)), say("advises")),
        Figure(say("figure_items_blocking"), numbers.number(items), _items_done(now)),
        Figure(say("figure_waivers_in_force"), numbers.number(sum(one.in_force for one in now.waivers)), _waivers(now)),
        Figure(say("figure_areas"), numbers.number(len(areas)) if areas else "–", _critical(now.policy)),
        Figure(
            say("figure_policy_changes"), numbers.number(len(history) - 1), say("since", what=history[-1].what.text)
        ),
    )


def _items_done(now: Assessment) -> str:
    """How many of the items that block are done; of a checklist without such, how many advise."""
    asked = [one for one in now.items if one.item.blocking]
    if not asked:
        return say("items_advise", count=len(now.items))
    return say("items_done_of_them", done=sum(one.done for one in asked))


def _how_many_met(results: list[CriterionResult]) -> str:
    """`all of them met`, or how many are."""
    return say("met_of_them", met=sum(one.state is CriterionState.MET for one in results), of=len(results))


def _waivers(now: Assessment) -> str:
    """When the first of them ends, or how many there are that waive nothing."""
    held = [one.waiver.expires for one in now.waivers if one.in_force]
    return say("first_waiver_ends", day=str(min(held))) if held else say("waivers_granted", count=len(now.waivers))


def _critical(found: Policy) -> str:
    return say("areas_critical", areas=len(found.areas), critical=sum(one.critical for one in found.areas))


def _demand(result: CriterionResult) -> DemandRow:
    criterion = result.criterion
    return DemandRow(
        title=criterion.title,
        id=criterion.id,
        note=measured_of(criterion),
        limit=say("limit", direction=criterion.direction, amount=criterion.limit.text),
        actual=phrases.actual(result.measured),
        status=criterion_status(result),
    )


def _checklist(context: SiteContext, page: str, now: Assessment) -> tuple[AskedGroup, ...]:
    def row(one: ItemResult) -> AskedRow:
        return AskedRow(item_row(context, page, now, one), _proof(one.item, now.policy))

    groups = groupby(now.items, key=lambda one: one.group)
    return tuple(AskedGroup(name, tuple(map(row, items))) for name, items in groups)


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


def _areas(now: Assessment) -> list[AreaRow]:
    """The areas in the order in which they are tried, then what none of them takes."""
    if not now.policy.areas:
        return []
    counts = {area.name: area.counts for area in now.facts.areas}
    rows = []
    for area in now.policy.areas:
        notes = filter(None, ("critical" if area.critical else "", f"owner {area.owner}" if area.owner else ""))
        rows.append(AreaRow(area.name, ", ".join(notes), ", ".join(area.tests), _tests(counts.get(area.name))))
    if UNASSIGNED in {area.name for area in now.policy.areas}:
        return rows
    return [*rows, AreaRow(UNASSIGNED, "what none of these patterns matches", "", _tests(counts.get(UNASSIGNED)))]


def _tests(counts: Counts | None) -> str:
    """How many tests of the latest run there are, those that were expected and did not run included."""
    if counts is None:
        return "0"
    number = counts.with_result + (counts.not_run or 0)
    return f"{'at least ' if counts.at_least else ''}{numbers.number(number)}"


def _evidence(now: Assessment) -> list[tuple[str, str]]:
    """(term, value) of what else a run must show."""
    there = now.facts.variants
    variants = [
        f"{one}" if one.name in there else f"{one} (no result in the latest run)"
        for one in now.policy.variants.required
    ]
    share = now.policy.vanished_allowed
    vanish = f"up to {share.text} of those known from an earlier run" if share.base else "none"
    return [("Required variants", ", ".join(variants) or "none"), ("Tests that may vanish", vanish)]


def _kind(category: Category) -> KindRow:
    parts = (("type", category.type), ("message", category.message), ("reason of a skip", category.skip))
    effort = phrases.effort(category.effort) if category.effort else ""
    notes = (category.risk, category.fix, f"{effort}." if effort else "")
    return KindRow(
        title=category.title,
        found_by=", ".join(f"{name} {pattern}" for name, pattern in parts if pattern),
        severity=category.severity.capitalize(),
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
        ("Fixes at once", numbers.number(plan.streams)),
        ("Then", "; ".join(phases) or "nothing"),
        ("Working days", ", ".join(WEEKDAYS[one] for one in plan.working_days)),
        ("Holidays", ", ".join(str(one) for one in plan.holidays)),
        ("Estimates of blockers", "; ".join(estimates)),
    ]
    return [(term, value) for term, value in told if value]

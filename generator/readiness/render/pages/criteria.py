"""Criteria as a page shows them: what is required, what was measured, and how far from the limit."""

from dataclasses import dataclass
from fractions import Fraction

from readiness import phrases
from readiness.assessment import CriterionResult, CriterionState, Kind
from readiness.phrases import measure_name, say
from readiness.policy import Criterion
from readiness.render.pages import routes
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.status import Holder, Status, criterion_status
from readiness.render.pages.truncated import Truncated, first
from readiness.report import Report

HOLDERS = 3
"""Blockers that a criterion or item names before it counts the rest."""


@dataclass(frozen=True)
class Headroom:
    """How far from the limit: bar and limit in percent of the width, and the same in words."""

    kind: str
    fill: float
    limit: float
    text: str


@dataclass(frozen=True)
class CriterionRow:
    """A criterion as it stands in the table."""

    id: str
    title: str
    note: str
    required: str
    source: Linked | None
    """Where the limit comes from that is relative to the baseline, linked to its report."""
    actual: str
    out_of: str
    status: Status
    headroom: Headroom | None
    held: Truncated[Holder]
    """The blockers that keep it from being met."""


def criterion_rows(here: Here, report: Report) -> tuple[CriterionRow, ...]:
    """Every criterion, met ones too, in the policy's order."""
    return tuple(criterion_row(here, report, one) for one in report.criteria)


def held_by(here: Here, report: Report, kind: Kind, ref: str) -> Truncated[Holder]:
    """The blockers that keep a criterion or item from being met, the first to fix first."""
    holders = first(report.holders_of(kind, ref), HOLDERS)
    return holders.of(lambda one: Holder(one.id, phrases.title_of(one), here.blocker_url(one.id)))


def criterion_row(here: Here, report: Report, result: CriterionResult) -> CriterionRow:
    """One criterion."""
    criterion = result.criterion
    advisory = f", {say('tier', value='advisory')}" if criterion.tier == "advisory" else ""
    return CriterionRow(
        id=criterion.id,
        title=criterion.title,
        note=measured_of(criterion) + advisory,
        required=phrases.required(result),
        source=_limit_source(here, report, result),
        actual=phrases.actual(result.measured),
        out_of=phrases.out_of(result.measured),
        status=criterion_status(result),
        headroom=_headroom(result),
        held=held_by(here, report, Kind.CRITERION, criterion.id),
    )


def _limit_source(here: Here, report: Report, result: CriterionResult) -> Linked | None:
    """Where a limit comes from that is relative to the baseline, linked to its report; None for any other."""
    told, baseline = phrases.limit_source(result), report.baseline
    if not told or baseline is None:
        return None
    url = here.link(routes.report_page(baseline.run, baseline.judgement)) if baseline.run in here.site.reports else ""
    return Linked(told, url)


def measured_of(criterion: Criterion) -> str:
    """`pass rate, area Shop, from 3 values or more`: what a criterion is about, as people say it."""
    family, dot, name = criterion.measure.partition(".")
    notes: list[str] = [say("metric", name=name) if family == "metric" and dot else measure_name(criterion.measure)]
    if criterion.where and criterion.where.area is not None:
        notes.append(say("of_area", name=criterion.where.area))
    if criterion.where and criterion.where.variant is not None:
        notes.append(say("of_variant", name=criterion.where.variant))
    if criterion.min_evidence:
        notes.append(say("from_values", count=criterion.min_evidence))
    if criterion.max_age:
        notes.append(say("not_older_than", age=criterion.max_age.text))
    return ", ".join(notes)


def _headroom(result: CriterionResult) -> Headroom | None:
    """How far from the limit; None where there is no value, or no limit to be near to."""
    value = result.measured.value
    if value is None or result.measured.at_least or result.criterion.direction == "equals":
        return None
    if result.limit is None or not result.limit.value or result.measured.unit != result.limit.unit:
        return None
    limit = result.limit.value
    scale = Fraction(100) if result.measured.unit == "%" else max(value, limit) * Fraction(5, 4)
    kind = "good" if result.state is CriterionState.MET else "bad"
    says = say("actual_required", actual=phrases.actual(result.measured), required=phrases.required(result))
    fill, tick = round(float(100 * value / scale), 2), round(float(100 * limit / scale), 2)
    return Headroom(kind, fill, tick, says)

"""Required fixes and timeline as they stand on a page."""

from dataclasses import dataclass

from readiness import phrases
from readiness.assessment import Fix, Span
from readiness.phrases import Sentence, say
from readiness.render.charts import Chart, timeline_chart
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.dates import day
from readiness.render.pages.truncated import Truncated, first
from readiness.report import Report


@dataclass(frozen=True)
class PlanRow:
    """A fix or phase: how long it takes, and the day on which it ends, at the soonest and at the latest."""

    what: Linked
    todo: str
    stream: str
    days: str
    begins: str
    ends: str


@dataclass(frozen=True)
class PlanView:
    """The fixes in their streams, the phases after them, the fixes without an estimate, and the whole in a sentence."""

    rows: tuple[PlanRow, ...]
    unknown: Truncated[tuple[Linked, Sentence]]
    """(what, what to do)."""
    summary: str
    as_of: str
    chart: Chart | None


def plan_view(here: Here, report: Report) -> PlanView | None:
    """The plan of a judgement; None where nobody estimates anything, and where nothing is left to do."""
    plan = report.plan
    if plan is None or not (plan.fixes or plan.unknown or plan.phases):
        return None

    def fix_of(fix: Fix) -> tuple[Linked, Sentence]:
        what = Linked(phrases.said(fix.title), here.blocker_url(fix.ref))
        return what, say("todo_owned", todo=phrases.said(fix.todo), owner=fix.owner)

    def row(what: Linked, todo: str, stream: str, days: str, span: Span) -> PlanRow:
        return PlanRow(what, todo, stream, days, phrases.on(span.begins, day), phrases.ends(span, day))

    rows = []
    for one in plan.fixes:
        stream = say("stream", number=one.stream) if plan.streams > 1 else ""
        rows.append(row(*fix_of(one.fix), stream, phrases.days(one.fix.effort) if one.fix.effort else "", one.span))
    rows += [row(Linked(one.name), say("after_all_above"), "", phrases.days(one), span) for one, span in plan.phases]
    chart = timeline_chart(plan, here.blocker_url)
    unknown, summary = first(plan.unknown).of(fix_of), phrases.plan_summary(plan, day)
    return PlanView(tuple(rows), unknown, summary, day(report.verdict.as_of), chart)

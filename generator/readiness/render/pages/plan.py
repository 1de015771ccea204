"""Required fixes and timeline as they stand on a page."""

from dataclasses import dataclass

from readiness import phrases
from readiness.assessment import Fix
from readiness.phrases import say
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
    unknown: Truncated[PlanRow]
    summary: str
    as_of: str
    chart: Chart | None


def plan_view(here: Here, report: Report) -> PlanView | None:
    """The plan of a judgement; None where nobody estimates anything, and where nothing is left to do."""
    plan = report.plan
    if plan is None or not (plan.fixes or plan.unknown or plan.phases):
        return None
    rows = [
        PlanRow(
            _what(here, one.fix),
            _todo(one.fix),
            say("stream", number=one.stream) if plan.streams > 1 else "",
            phrases.days(one.fix.effort) if one.fix.effort else "",
            phrases.on(one.span.begins, day),
            phrases.ends(one.span, day),
        )
        for one in plan.fixes
    ]
    rows += [
        PlanRow(
            Linked(phase.name, ""),
            say("after_all_above"),
            "",
            phrases.days(phase),
            phrases.on(span.begins, day),
            phrases.ends(span, day),
        )
        for phase, span in plan.phases
    ]
    unknown = first(plan.unknown).of(lambda fix: PlanRow(_what(here, fix), _todo(fix), "", "", "", ""))
    as_of = day(report.verdict.as_of)
    chart = timeline_chart(plan, lambda blocker: here.blocker_url(blocker))
    return PlanView(tuple(rows), unknown, phrases.plan_summary(plan, day), as_of, chart)


def _what(here: Here, fix: Fix) -> Linked:
    return Linked(phrases.said(fix.title), here.blocker_url(fix.ref))


def _todo(fix: Fix) -> str:
    return say("todo_owned", todo=phrases.said(fix.todo), owner=fix.owner)

"""What became of a judgement later: its run was judged again, or replaced by a later run."""

from __future__ import annotations

from readiness.assessment import Assessment
from readiness.phrases.wording import say
from readiness.render.pages.context import SiteContext
from readiness.render.pages.dates import day
from readiness.render.pages.routes import Linked


def outdated(context: SiteContext, page: str, assessment: Assessment) -> Linked | None:
    """What replaced this judgement, with its report; None while it is the latest of its run, and nothing did."""
    latest = context.assessments.latest_of(assessment.run.id)
    if latest.judgement.number > assessment.judgement.number:
        return Linked(say("judged_again", day=day(latest.judgement.time)), context.report_url(page, latest))
    later = context.replacements(assessment.run.id)
    if not later:
        return None
    return Linked(say("superseded", runs=len(later)), context.report_url(page, context.assessments.worst_of(later)))

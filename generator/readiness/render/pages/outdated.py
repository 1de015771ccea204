"""What became of a judgement later: its run was judged again, or replaced by a later run."""

from __future__ import annotations

from readiness.phrases.wording import say
from readiness.render.pages.context import Here
from readiness.render.pages.dates import day
from readiness.render.pages.routes import Linked
from readiness.report import Report


def outdated(here: Here, report: Report) -> Linked | None:
    """What replaced this judgement, with its report; None while it is the latest of its run, and nothing did."""
    latest = here.site.reports.latest_of(report.run.id)
    if latest.judgement.number > report.judgement.number:
        return Linked(say("judged_again", day=day(latest.judgement.time)), here.report_url(latest))
    later = here.site.replacements(report.run.id)
    if not later:
        return None
    return Linked(say("superseded", runs=len(later)), here.report_url(here.site.reports.worst_of(later)))

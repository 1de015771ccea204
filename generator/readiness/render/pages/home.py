"""The home page: the verdict now, what stops the release, what changed, whether it is getting better."""

from __future__ import annotations

from typing import Any

from readiness import numbers, phrases
from readiness.assessment import ReasonKind
from readiness.phrases.wording import say
from readiness.render.pages import routes
from readiness.render.pages.blockers import blocker_rows, standing_apart
from readiness.render.pages.changes import since_before
from readiness.render.pages.checklist import open_rows
from readiness.render.pages.context import SiteContext
from readiness.render.pages.criteria import criterion_rows
from readiness.render.pages.dates import minute
from readiness.render.pages.gaps import gaps_view
from readiness.render.pages.inert import Words
from readiness.render.pages.outlook import todo_rows
from readiness.render.pages.parts import figures, outcome_bar, siblings_view, verdict_view
from readiness.render.pages.routes import Linked
from readiness.render.pages.shown import first
from readiness.render.pages.trends import few_runs, outcome_chart
from readiness.render.pages.waivers import waivers_in_force

TOP = 5
"""Blockers that the home page names under each heading."""

ELSEWHERE = (ReasonKind.BLOCKER, ReasonKind.WAIVER, ReasonKind.CHECKLIST)
"""Risks that stand in lists of their own."""


def home(context: SiteContext, text: str) -> dict[str, Any]:
    """The verdict now; `text` is the hand-written Markdown that follows it."""
    page, now = routes.HOME, context.now
    common = {"product": context.product, "text": Words(text), "missing": context.missing}
    if now is None:
        return common | {"now": None}
    stopping, others = standing_apart(now)
    version = now.run.manifest.version
    risks = first([phrases.reason_text(reason, now) for reason in now.verdict.residual if reason.kind not in ELSEWHERE])
    return common | {
        "question": say("ready_question", product=context.product, version=version),
        "now": Linked(f"{context.product} {version}".strip(), context.report_url(page, now)),
        "release": Linked(version, context.release_url(page, version)),
        "meta": [minute(now.verdict.as_of), f"{numbers.plural(len(context.chain), 'run')} on this line of releases"],
        "siblings": siblings_view(context, page, now),
        "verdict": verdict_view(context, page, now),
        "figures": figures(now, context.report_url(page, now)),
        "bar": outcome_bar(now),
        "changes": since_before(context, page, now),
        "stopping": blocker_rows(context, page, stopping, now, TOP),
        "others": blocker_rows(context, page, others, now, TOP),
        "risks": risks,
        "todo": todo_rows(context, page, now, TOP),
        "criteria": criterion_rows(now),
        "gaps": gaps_view(now)["notes"],
        "waivers": waivers_in_force(context, page, now),
        "items": open_rows(context, page, now),
        "register": context.routes.link(page, routes.BLOCKERS),
        "policy": context.policy_url(page),
        "trends": context.routes.link(page, routes.TRENDS),
        "few": few_runs(context),
        "chart": outcome_chart(context, page, context.chain),
        "default_policy": now.default_policy,
    }

"""The report of one judgement: what stands on its page, ready to print."""

from __future__ import annotations

from typing import Any

from readiness import phrases
from readiness.assessment import Assessment, ReasonKind
from readiness.phrases.concerns import concerns, working
from readiness.phrases.wording import Sentence, say
from readiness.render.pages import routes
from readiness.render.pages.blockers import blocker_rows, standing_apart
from readiness.render.pages.changes import since_baseline, since_before, since_judged_before
from readiness.render.pages.checklist import checklist_view
from readiness.render.pages.context import SiteContext
from readiness.render.pages.criteria import criterion_rows
from readiness.render.pages.dates import day, minute, until
from readiness.render.pages.evidence_links import linked
from readiness.render.pages.failures import area_views, badness, failures_note
from readiness.render.pages.gaps import gaps_view
from readiness.render.pages.inert import http_url
from readiness.render.pages.ledger import identity, ledger
from readiness.render.pages.measures import measure_rows
from readiness.render.pages.outdated import outdated
from readiness.render.pages.outlook import flakes_view, todo_rows
from readiness.render.pages.parts import figures, outcome_bar, verdict_view
from readiness.render.pages.plan import plan_view
from readiness.render.pages.raised import warnings_view
from readiness.render.pages.related import related
from readiness.render.pages.routes import Linked
from readiness.render.pages.shown import first, worst
from readiness.render.pages.waivers import waivers_view


def report(context: SiteContext, page: str, assessment: Assessment) -> dict[str, Any]:
    """Everything that the report's template prints."""
    facts, manifest = assessment.facts, assessment.run.manifest
    product = assessment.policy.product or manifest.product
    areas = area_views(context, page, assessment)
    here = context.report_url(page, assessment)
    stopping, others = standing_apart(assessment)
    return {
        "title": f"{product} {manifest.version}".strip(),
        "meta": _meta(context, page, assessment),
        "policy": context.policy_url(page),
        "banner": outdated(context, page, assessment),
        "related": related(context, page, assessment),
        "verdict": verdict_view(context, page, assessment),
        "figures": figures(assessment, here),
        "bar": outcome_bar(assessment),
        "changes": since_before(context, page, assessment),
        "baseline": since_baseline(context, page, assessment),
        "rejudged": since_judged_before(context, page, assessment),
        "criteria": criterion_rows(assessment),
        "stopping": blocker_rows(context, page, stopping, assessment),
        "others": blocker_rows(context, page, others, assessment),
        "todo": todo_rows(context, page, assessment),
        "flakes": flakes_view(assessment),
        "warnings": warnings_view(assessment),
        "gaps": gaps_view(assessment),
        "areas": worst(areas, badness),
        "failing_areas": [area for area in areas if area.failures],
        "failures_note": failures_note(assessment, areas),
        "register": context.routes.link(page, routes.BLOCKERS),
        "metrics": measure_rows(assessment),
        "plan": plan_view(context, page, assessment),
        "checklist": checklist_view(context, page, assessment),
        "waivers": waivers_view(context, page, assessment),
        "residual": first(
            [
                phrases.reason_text(one, assessment)
                for one in assessment.verdict.residual
                if one.kind is not ReasonKind.WAIVER
            ]
        ),
        "inputs": ledger(manifest.inputs),
        "missing": first([(one.label, one.note) for one in manifest.missing]),
        "environment": list(manifest.environment.items()),
        "facts": identity(assessment),
        "ci_url": http_url(manifest.ci_url) if manifest.ci_url else None,
        "releases": Linked(manifest.version, context.release_url(page, manifest.version)),
        "supersedes": _supersedes(context, page, manifest.supersedes),
        "citation": _citation(assessment),
        "address": context.routes.address(page),
        "previous": context.report_before(page, assessment.previous, assessment) if assessment.previous else None,
        "loss": len({loss.input for loss in facts.losses}),
        "default_policy": assessment.default_policy,
        "working": linked(working(assessment), here),
        "concerns": [linked(one, here) for one in concerns(assessment)],
    }


def _meta(context: SiteContext, page: str, assessment: Assessment) -> list[tuple[str, Linked]]:
    """(kind, text) of the line under the title."""
    manifest = assessment.run.manifest
    digest = assessment.judgement.policy
    found = [("", Linked(minute(assessment.verdict.as_of)))]
    if manifest.commit:
        found.append(("commit", Linked(manifest.commit[:10])))
    name = "default" if assessment.default_policy else digest[:8]
    found.append(("policy", Linked(name, context.policy_url(page, digest))))
    if assessment.verdict.valid_until:
        found.append(("", Linked(say("valid", when=until(assessment.verdict.valid_until)))))
    return found


def _citation(assessment: Assessment) -> Sentence:
    """What tells this judgement apart from every other."""
    verdict = assessment.verdict
    return say(
        "citation",
        product=assessment.policy.product or assessment.run.manifest.product,
        version=assessment.run.manifest.version,
        verdict=phrases.HEADLINE[verdict.word],
        sort=phrases.KIND[verdict.word],
        waivers=phrases.waivers_behind(assessment),
        day=day(verdict.as_of),
        valid=until(verdict.valid_until) if verdict.valid_until else "",
        run=assessment.run.id,
        judgement=assessment.judgement.number,
    )


def _supersedes(context: SiteContext, page: str, run: str | None) -> Linked | None:
    """The run that this one replaces, at its own address: later judgements of it must not move the link."""
    if run is None:
        return None
    known = context.assessments.by_run.get(run)
    return Linked(run, context.report_url(page, known[0]) if known else "")

"""Lists of runs and releases, and the page of one release."""

from __future__ import annotations

from typing import Any

from readiness import numbers, phrases
from readiness.assessment import Assessment, open_blockers
from readiness.render.pages import routes
from readiness.render.pages.blockers import blocker_rows, standing_apart
from readiness.render.pages.changes import changes_view, since_before
from readiness.render.pages.checklist import open_rows
from readiness.render.pages.context import SiteContext
from readiness.render.pages.criteria import criterion_rows
from readiness.render.pages.dates import day
from readiness.render.pages.gaps import gaps_view
from readiness.render.pages.outlook import flakes_view, todo_rows
from readiness.render.pages.parts import (
    expected,
    figures,
    not_run,
    outcome_bar,
    run_errors,
    siblings_view,
    verdict_view,
)
from readiness.render.pages.routes import Linked
from readiness.render.pages.status import verdict_status
from readiness.render.pages.waivers import waivers_in_force


def reports(context: SiteContext) -> dict[str, Any]:
    """All runs by release, newest first."""
    page = routes.REPORTS
    rows = [
        _row(context, page, assessment)
        for runs in context.runs_of.values()
        for run in reversed(runs)
        for assessment in reversed(context.assessments.by_run[run.id])
    ]
    return {"rows": rows, "missing": context.missing}


def _row(context: SiteContext, page: str, assessment: Assessment) -> dict[str, Any]:
    counts, verdict = assessment.facts.counts, assessment.verdict
    waivers = phrases.waivers_behind(assessment)
    standing = len(open_blockers(assessment))
    superseded = ["superseded"] if assessment.run.id in context.archive.superseded else []
    again = [f"judgement {assessment.judgement.number}"] if len(assessment.run.judgements) > 1 else []
    return {
        "url": context.report_url(page, assessment),
        "label": assessment.run.manifest.version,
        "run": assessment.run.id,
        "note": ", ".join((day(assessment.run.manifest.started), *again, *superseded, *run_errors(counts))),
        "status": verdict_status(assessment),
        "waived": numbers.plural(waivers, "waiver") if waivers else "",
        "valid_until": verdict.valid_until.isoformat() if verdict.ready and verdict.valid_until else "",
        "passed": numbers.number(counts.clean),
        "failed": numbers.number(counts.failed + counts.error),
        "skipped": numbers.number(counts.skipped),
        "not_run": not_run(counts),
        "expected": expected(counts),
        "blockers": standing,
        "narrow": (
            f"{numbers.number(counts.clean)} passed, {numbers.number(counts.skipped)} skipped, "
            f"not run: {not_run(counts)}, "
            f"expected: {expected(counts)}, {numbers.plural(standing, 'blocker')}"
        ),
    }


def releases(context: SiteContext) -> dict[str, Any]:
    """Every release with its latest verdict."""
    page = routes.RELEASES
    latest = ((version, context.latest_of_version(version)) for version in context.versions)
    rows = [_row(context, page, one) | {"url": context.release_url(page, version)} for version, one in latest if one]
    return {"rows": rows, "missing": context.missing}


def release(context: SiteContext, latest: Assessment) -> dict[str, Any]:
    """One release by its latest judgement: its verdict, its runs, and the difference to the release before."""
    version = latest.run.manifest.version
    page = routes.release_page(version)
    before = _release_before(latest)
    stopping, others = standing_apart(latest)
    return {
        "product": context.product,
        "version": version,
        "report": context.report_url(page, latest),
        "siblings": siblings_view(context, page, latest),
        "verdict": verdict_view(context, page, latest),
        "figures": figures(latest, context.report_url(page, latest)),
        "bar": outcome_bar(latest),
        "before": Linked(before.run.manifest.version, context.release_url(page, before.run.manifest.version))
        if before
        else None,
        "changes": _since_release_before(context, page, before, latest),
        "stopping": blocker_rows(context, page, stopping, latest),
        "others": blocker_rows(context, page, others, latest),
        "todo": todo_rows(context, page, latest),
        "register": context.routes.link(page, routes.BLOCKERS),
        "criteria": criterion_rows(latest),
        "gaps": gaps_view(latest),
        "flakes": flakes_view(latest),
        "waivers": waivers_in_force(context, page, latest),
        "items": open_rows(context, page, latest),
        "rows": [
            _row(context, page, one)
            for run in reversed(context.runs_of[version])
            for one in reversed(context.assessments.by_run[run.id])
        ],
        "date": day(latest.run.manifest.started),
    }


def _release_before(latest: Assessment) -> Assessment | None:
    """The last run on the chain that is of another version."""
    version = latest.run.manifest.version
    return next((one for one in reversed(latest.chain()) if one.run.manifest.version != version), None)


def _since_release_before(
    context: SiteContext, page: str, before: Assessment | None, latest: Assessment
) -> dict[str, Any] | None:
    if before is None or before is latest.previous:
        return since_before(context, page, latest)
    # The tests are compared run by run, on the reports in between.
    return changes_view(context, page, before, latest, None)

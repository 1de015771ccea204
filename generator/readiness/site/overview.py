"""The pages that gather many runs: home, reports, releases, the blocker register and one blocker."""

from __future__ import annotations

from typing import Any

from readiness.assessment import Assessment, Blocker, BlockerState, words
from readiness.site import charts, routes
from readiness.site.context import VERDICT_KINDS, Linked, SiteContext, Status, day, minute
from readiness.site.inert import Words
from readiness.site.parts import BlockerRow, blocker_row, blocker_rows, figures, outcome_bar, verdict_view
from readiness.site.report import TRACE_LIMIT, changes, first_line
from readiness.site.trends import blocker_chart, outcome_chart

TOP = 5
"""Blockers that the home page names."""


def home(context: SiteContext, text: str) -> dict[str, Any]:
    """The verdict now; `text` is the hand-written Markdown that follows it."""
    page, now = routes.HOME, context.now
    common = {"product": context.product, "text": Words(text), "missing": context.missing}
    if now is None:
        return common | {"now": None}
    standing = words.standing(now)
    manifest = now.run.manifest
    return common | {
        "question": f"Is {context.product or 'release'} {manifest.version} ready?",
        "now": Linked(f"{context.product} {manifest.version}".strip(), context.report_url(page, now)),
        "meta": [minute(now.verdict.as_of), f"{words.plural(len(context.chain), 'run')} on this line of releases"],
        "verdict": verdict_view(context, page, now),
        "figures": figures(now),
        "bar": outcome_bar(now),
        "changes": changes(context, page, now),
        "blockers": blocker_rows(context, page, standing[:TOP], now),
        "more_blockers": max(0, len(standing) - TOP),
        "register": context.routes.link(page, routes.BLOCKERS),
        "trends": context.routes.link(page, routes.TRENDS),
        "chart": outcome_chart(context, page, context.chain),
        "default_policy": now.default_policy,
    }


def reports(context: SiteContext) -> dict[str, Any]:
    """All runs by release, newest first."""
    page = routes.REPORTS
    rows = [
        _report_row(context, page, assessment)
        for version in context.versions
        for run in reversed(context.runs)
        if run.manifest.version == version
        for assessment in reversed(context.assessments.by_run[run.id])
    ]
    return {"rows": rows, "missing": context.missing}


def _report_row(context: SiteContext, page: str, assessment: Assessment) -> dict[str, Any]:
    counts = assessment.facts.counts
    standing = len(words.standing(assessment))
    superseded = assessment.run.id in context.archive.superseded
    again = f"judgement {assessment.judgement.number}" if len(assessment.run.judgements) > 1 else ""
    return {
        "url": context.report_url(page, assessment),
        "label": assessment.run.manifest.version,
        "date": day(assessment.run.manifest.started),
        "run": assessment.run.id,
        "note": ", ".join(filter(None, (again, "superseded" if superseded else ""))),
        "status": verdict_status(assessment),
        "passed": words.number(counts.clean),
        "failed": words.number(counts.failures),
        "skipped": words.number(counts.skipped),
        "not_run": "–" if counts.not_run is None else words.number(counts.not_run),
        "expected": "–" if counts.expected is None else words.number(counts.expected),
        "at_least": counts.at_least,
        "blockers": standing,
        "narrow": f"{words.number(counts.clean)} passed, {words.plural(standing, 'blocker')}",
    }


def verdict_status(assessment: Assessment) -> Status:
    """`Ready`, `Blocked` or `Unproven` as a status."""
    verdict = assessment.verdict
    return Status(VERDICT_KINDS[verdict.word], words.KIND[verdict.word] or words.HEADLINE[verdict.word])


def releases(context: SiteContext) -> dict[str, Any]:
    """Every release with its latest verdict."""
    page = routes.RELEASES
    rows = []
    for version in context.versions:
        latest = latest_of_version(context, version)
        if latest is None:
            continue
        rows.append(_report_row(context, page, latest) | {"url": context.release_url(page, version)})
    return {"rows": rows, "missing": context.missing}


def latest_of_version(context: SiteContext, version: str) -> Assessment | None:
    """The latest judgement of the version's latest run that no other replaces."""
    runs = [run for run in context.runs if run.manifest.version == version and run.id not in context.archive.superseded]
    return context.assessments.latest_of(max(runs, key=lambda run: (run.manifest.started, run.id)).id) if runs else None


def release(context: SiteContext, version: str) -> dict[str, Any] | None:
    """One release: its verdict, its runs, and the difference to the release before."""
    page = routes.release_page(version)
    latest = latest_of_version(context, version)
    if latest is None:
        return None
    standing = words.standing(latest)
    runs = [run for run in context.runs if run.manifest.version == version]
    return {
        "product": context.product,
        "version": version,
        "report": context.report_url(page, latest),
        "verdict": verdict_view(context, page, latest),
        "figures": figures(latest),
        "bar": outcome_bar(latest),
        "before": _release_before(context, page, latest),
        "changes": changes(context, page, latest),
        "blockers": blocker_rows(context, page, standing, latest),
        "rows": [
            _report_row(context, page, one)
            for run in reversed(runs)
            for one in reversed(context.assessments.by_run[run.id])
        ],
        "date": day(latest.run.manifest.started),
    }


def _release_before(context: SiteContext, page: str, latest: Assessment) -> Linked | None:
    version = latest.run.manifest.version
    older = (one for one in reversed(latest.chain()) if one.run.manifest.version != version)
    found = next(older, None)
    return Linked(found.run.manifest.version, context.release_url(page, found.run.manifest.version)) if found else None


def register(context: SiteContext) -> dict[str, Any]:
    """The blocker register: those that stand, then those that are closed, newest first."""
    page, now = routes.BLOCKERS, context.now
    standing = words.standing(now) if now else []
    rows = [
        blocker_row(context, page, blocker, at)
        for blocker, at in context.blockers.values()
        if blocker.id not in {one.id for one in standing}
    ]
    elsewhere = [row for row in rows if row.state.word != "Closed"]
    closed = [row for row in rows if row.state.word == "Closed"]
    return {
        "missing": context.missing,
        "standing": blocker_rows(context, page, standing, now) if now else (),
        "elsewhere": _newest_first(context, elsewhere),
        "closed": _newest_first(context, closed),
        "now": Linked(now.run.manifest.version, context.report_url(page, now)) if now else None,
        "chart": blocker_chart(context, page, context.chain) if context.chain else None,
    }


def _newest_first(context: SiteContext, rows: list[BlockerRow]) -> list[BlockerRow]:
    return sorted(rows, key=lambda row: (context.blockers[row.id][0].opened.time, row.id), reverse=True)


def blocker(context: SiteContext, blocker_id: str) -> dict[str, Any]:
    """One blocker: what it is, how it stands, its life line, its tests."""
    page = routes.blocker_page(blocker_id)
    found, at = context.blockers[blocker_id]
    row = blocker_row(context, page, found, at)
    life = [one for one in at.chain() if blocker_id in one.blockers and not _long_closed(one, blocker_id)]
    return {
        "row": row,
        "title": found.title,
        "category": found.category,
        "effort": found.category.effort,
        "owner": found.owner,
        "signature": found.signature,
        "exception": found.cause.exception,
        "frame": found.cause.frame,
        "opened": Linked(found.opened.version, _run_url(context, page, at, found.opened.run)),
        "reopened": Linked(found.reopened.version, _run_url(context, page, at, found.reopened.run))
        if found.reopened
        else None,
        "closed": Linked(found.closed.version, _run_url(context, page, at, found.closed.run)) if found.closed else None,
        "at": Linked(at.run.manifest.version, context.report_url(page, at)),
        "members": [_member(context, page, at, member) for member in found.members],
        "life": [_life_row(context, page, one, one.blockers[blocker_id]) for one in life],
        "chart": charts.lifeline(
            [
                charts.StatePoint(
                    label=one.run.manifest.version,
                    url=context.report_url(page, one),
                    state=one.blockers[blocker_id].state.value,
                    note=words.members(one.blockers[blocker_id]),
                )
                for one in life
            ],
            id="chart-life-line",
            title="Life line",
        ),
    }


def _long_closed(assessment: Assessment, blocker_id: str) -> bool:
    """True for runs after the one that closed the blocker: its life line ends with the closing."""
    before = assessment.previous.blockers.get(blocker_id) if assessment.previous else None
    return (
        assessment.blockers[blocker_id].state is BlockerState.CLOSED
        and before is not None
        and before.state is BlockerState.CLOSED
    )


def _run_url(context: SiteContext, page: str, at: Assessment, run: str) -> str:
    """Address of the report of a run on the chain of `at`, as it was judged there."""
    return next((context.report_url(page, one) for one in at.chain() if one.run.id == run), "")


def _life_row(context: SiteContext, page: str, at: Assessment, blocker: Blocker) -> dict[str, Any]:
    row = blocker_row(context, page, blocker, at)
    return {
        "report": Linked(at.run.manifest.version, context.report_url(page, at)),
        "date": day(at.run.manifest.started),
        "state": row.state,
        "members": row.members,
    }


def _member(context: SiteContext, page: str, at: Assessment, member: Any) -> dict[str, Any]:
    kinds = {"failing": "bad", "unverified": "warn", "observing": "idle", "passed": "good", "withdrawn": "idle"}
    text = member.detail.text or member.detail.message
    return {
        "name": member.key.name,
        "group": member.key.group,
        "status": Status(kinds[member.state.value], member.state.value.capitalize()),
        "reason": member.reason,
        "owed": words.plural(member.owed, "clean pass", "clean passes")
        if member.owed and member.state.value != "failing"
        else "",
        "message": first_line(member.cause.message),
        "trace": text[-TRACE_LIMIT:],
        "cut": max(0, len(text) - TRACE_LIMIT),
        "failed": Linked(member.last_failed.version, _run_url(context, page, at, member.last_failed.run)),
    }

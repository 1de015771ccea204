"""The report of one judgement: what stands on its page, ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from readiness.analysis import Comparison, cause_of
from readiness.assessment import Assessment, BlockerState, words
from readiness.model import TestKey, TestResult
from readiness.site import routes
from readiness.site.context import Linked, SiteContext, Status, anchor, day, minute
from readiness.site.inert import http_url
from readiness.site.ledger import identity, input_view
from readiness.site.measures import measure_rows
from readiness.site.parts import blocker_rows, criterion_rows, figures, outcome_bar, verdict_view

TRACE_LIMIT = 8_000
"""Characters of a trace that a page shows; the rest is in the evidence, and the page says so."""

MESSAGE_LIMIT = 300
"""Characters of a message in one line."""

LIST_LIMIT = 50
"""Tests that a list names before it says how many more there are."""


@dataclass(frozen=True)
class TestList:
    """Some tests under a heading; `more` are counted, not named."""

    __test__ = False

    title: str
    kind: str
    count: int
    tests: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class FailureView:
    """One failing test: outcome, message, trace, and the blocker it belongs to."""

    anchor: str
    name: str
    group: str
    status: Status
    message: str
    trace: str
    cut: int
    """Characters of the trace that are not shown."""
    place: str
    blocker: Linked | None


@dataclass(frozen=True)
class AreaView:
    """An area: its counts, and its failures."""

    name: str
    note: str
    """Critical or not, and who owns it."""
    passed: str
    expected: str
    status: Status
    failures: tuple[FailureView, ...] = ()


def report(context: SiteContext, page: str, assessment: Assessment) -> dict[str, Any]:
    """Everything that the report's template prints."""
    facts, manifest = assessment.facts, assessment.run.manifest
    product = assessment.policy.product or manifest.product
    standing = words.standing(assessment)
    closed = [assessment.blockers[one] for one in assessment.closed]
    return {
        "title": f"{product} {manifest.version}".strip(),
        "meta": _meta(assessment),
        "banner": banner(context, page, assessment),
        "verdict": verdict_view(context, page, assessment),
        "figures": figures(assessment),
        "bar": outcome_bar(assessment),
        "changes": changes(context, page, assessment),
        "criteria": criterion_rows(assessment),
        "blockers": blocker_rows(context, page, standing, assessment),
        "closed": blocker_rows(context, page, closed, assessment),
        "gaps": _gaps(assessment),
        "areas": _areas(context, page, assessment),
        "failing_areas": [area for area in _areas(context, page, assessment) if area.failures],
        "metrics": measure_rows(assessment),
        "residual": [reason.text for reason in assessment.verdict.residual],
        "inputs": [input_view(item) for item in manifest.inputs],
        "environment": list(manifest.environment.items()),
        "facts": identity(assessment),
        "ci_url": http_url(manifest.ci_url) if manifest.ci_url else None,
        "releases": Linked(manifest.version, context.release_url(page, manifest.version)),
        "previous": _previous(context, page, assessment),
        "loss": len({loss.input for loss in facts.losses}),
        "default_policy": assessment.default_policy,
    }


def _meta(assessment: Assessment) -> list[tuple[str, str]]:
    """(kind, text) of the line under the title."""
    manifest = assessment.run.manifest
    found = [("", minute(assessment.verdict.as_of))]
    if manifest.commit:
        found.append(("commit", manifest.commit[:10]))
    found.append(("policy", "default" if assessment.default_policy else assessment.judgement.policy[:8]))
    if assessment.verdict.valid_until:
        found.append(("", f"valid until {day(assessment.verdict.valid_until)}"))
    return found


def banner(context: SiteContext, page: str, assessment: Assessment) -> Linked | None:
    """What became of this judgement later: judged again, or replaced by a later run."""
    latest = context.assessments.latest_of(assessment.run.id)
    if latest.judgement.number > assessment.judgement.number:
        return Linked(f"Judged again on {day(latest.judgement.time)}", context.report_url(page, latest))
    later = context.archive.superseded.get(assessment.run.id)
    if later and later in context.assessments.by_run:
        return Linked("Superseded by a later run", context.report_url(page, context.assessments.latest_of(later)))
    return None


def changes(context: SiteContext, page: str, assessment: Assessment) -> dict[str, Any] | None:
    """What changed since the run before; None on a first run."""
    comparison, previous = assessment.facts.comparison, assessment.previous
    if comparison is None or previous is None:
        return None
    was = words.HEADLINE[previous.verdict.word]
    if words.KIND[previous.verdict.word]:
        was += f" ({words.KIND[previous.verdict.word].lower()})"
    turned = previous.verdict.word is not assessment.verdict.word
    return {
        "since": Linked(previous.run.manifest.version, context.report_url(page, previous)),
        "turned": f"The verdict was {was}." if turned else "",
        "lists": _changed_tests(comparison),
        "opened": [Linked(assessment.blockers[one].title, context.blocker_url(page, one)) for one in assessment.opened],
        "closed": [Linked(assessment.blockers[one].title, context.blocker_url(page, one)) for one in assessment.closed],
    }


def _changed_tests(comparison: Comparison) -> list[TestList]:
    lists = (
        ("newly failing", "bad", comparison.newly_failing),
        ("fixed", "good", comparison.fixed),
        ("failed before, without a clean result now", "warn", comparison.failing_unseen),
        ("still failing", "bad", comparison.still_failing),
        ("newly skipped", "warn", comparison.newly_skipped),
        ("new", "idle", comparison.new),
        ("no longer reported", "idle", comparison.removed),
    )
    return [named(title, kind, keys) for title, kind, keys in lists if keys]


def named(title: str, kind: str, keys: tuple[TestKey, ...]) -> TestList:
    """A list that names the first tests and counts the rest."""
    shown = tuple(key.label for key in keys[:LIST_LIMIT])
    return TestList(title, kind, len(keys), shown, len(keys) - len(shown))


def _gaps(assessment: Assessment) -> dict[str, Any]:
    """What is missing from the evidence, with what to do about it."""
    facts = assessment.facts
    lists = []
    if facts.not_run:
        lists.append(named("expected, but without a result", "warn", facts.not_run))
    if facts.vanished:
        lists.append(named("vanished: reported by an earlier run, not by this one", "warn", facts.vanished))
    skipped: dict[str, list[TestKey]] = {}
    for result in facts.skipped:
        reason = result.details[0].message or result.details[0].text if result.details else ""
        skipped.setdefault(" ".join(reason.split())[:200] or "without a reason", []).append(result.key)
    lists += [named(f"skipped: {reason}", "idle", tuple(keys)) for reason, keys in sorted(skipped.items())]
    notes = [reason.text for reason in assessment.verdict.unproven]
    return {"lists": lists, "notes": notes}


def _areas(context: SiteContext, page: str, assessment: Assessment) -> list[AreaView]:
    facts = assessment.facts
    notes = {
        area.name: ", ".join(filter(None, ("critical" if area.critical else "", area.owner)))
        for area in assessment.policy.areas
    }
    home = {
        member.key: blocker
        for blocker in assessment.blockers.values()
        if blocker.state is not BlockerState.CLOSED
        for member in blocker.members
    }
    by_area: dict[str, list[TestResult]] = {}
    for result in facts.problems:
        by_area.setdefault(facts.area_of[result.key], []).append(result)
    views = []
    for area in facts.areas:
        counts = area.counts
        failures = []
        for result in by_area.get(area.name, []):
            blocker = home.get(result.key)
            link = Linked(blocker.id, context.blocker_url(page, blocker.id)) if blocker else None
            failures.append(failure_view(result, link))
        views.append(
            AreaView(
                name=area.name,
                note=notes.get(area.name, ""),
                passed=words.number(counts.clean),
                expected="–" if counts.expected is None else words.number(counts.expected),
                status=_area_status(counts.failures, counts.not_run, counts.skipped, counts.clean),
                failures=tuple(failures),
            )
        )
    rank = {"good": 0, "idle": 1, "warn": 2, "bad": 3}
    return sorted(views, key=lambda view: rank[view.status.kind])


def _area_status(failures: int, not_run: int | None, skipped: int, clean: int) -> Status:
    """An area works when everything expected in it executed, at least one test passed and none failed."""
    if failures:
        return Status("bad", f"{words.number(failures)} failing")
    if not_run:
        return Status("warn", f"{words.number(not_run)} not run")
    if not clean:
        return Status("warn", "Unproven")
    if skipped:
        return Status("idle", f"{words.number(skipped)} skipped")
    return Status("good", "Working") if not_run is not None else Status("idle", "Passing")


def failure_view(result: TestResult, blocker: Linked | None) -> FailureView:
    """One failing test with every message it left, the deciding one first."""
    whole = "\n\n".join(detail.text or detail.message for detail in result.details)
    return FailureView(
        anchor=anchor(result.key),
        name=result.key.name,
        group=result.key.group,
        status=Status("bad", "Error" if result.outcome.value == "error" else "Failed"),
        message=first_line(cause_of(result).message),
        trace=whole if len(whole) <= TRACE_LIMIT else whole[-TRACE_LIMIT:],
        cut=max(0, len(whole) - TRACE_LIMIT),
        place=result.place,
        blocker=blocker,
    )


def first_line(text: str) -> str:
    """The first line that says something, shortened: for one line of a page."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= MESSAGE_LIMIT else line[: MESSAGE_LIMIT - 1] + "…"


def _previous(context: SiteContext, page: str, assessment: Assessment) -> Linked | None:
    previous = assessment.previous
    return Linked(previous.run.manifest.version, context.report_url(page, previous)) if previous else None


def page_of(assessment: Assessment) -> str:
    """Source path of the judgement's report."""
    return routes.report_page(assessment.run.id, assessment.judgement.number)

"""Areas and their failing tests: what works, what fails, and each failure with its message and trace."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from readiness.analysis import Counts, cause_of
from readiness.assessment import Assessment, Blocker, BlockerState, words
from readiness.assessment.concerns import works
from readiness.model import Outcome, TestKey, TestResult
from readiness.site.context import SiteContext
from readiness.site.parts import expected, failing
from readiness.site.routes import Linked
from readiness.site.status import Status

TRACE_LIMIT = 8_000
"""Characters of a trace that a page shows; the rest is in the evidence, and the page says so."""

MESSAGE_LIMIT = 300
"""Characters of a message in one line."""


@dataclass(frozen=True)
class FailureView:
    """One failing test: outcome, message, trace, and the blocker it belongs to."""

    anchor: str
    name: str
    group: str
    outcome: str
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
    failures: tuple[FailureView, ...]


def area_views(context: SiteContext, page: str, assessment: Assessment) -> list[AreaView]:
    """Every area, those that work first."""
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
    failures: dict[str, list[FailureView]] = {}
    for result in facts.problems:
        link = _link(context, page, home.get(result.key))
        failures.setdefault(facts.area_of[result.key], []).append(failure_view(result, link))
    views = [
        AreaView(
            name=area.name,
            note=notes.get(area.name, ""),
            passed=words.number(area.counts.clean),
            expected=expected(area.counts),
            status=_area_status(area.counts),
            failures=tuple(failures.get(area.name, ())),
        )
        for area in facts.areas
    ]
    rank = {"good": 0, "idle": 1, "warn": 2, "bad": 3}
    return sorted(views, key=lambda view: rank[view.status.kind])


def _link(context: SiteContext, page: str, blocker: Blocker | None) -> Linked | None:
    return Linked(blocker.id, context.blocker_url(page, blocker.id)) if blocker else None


def _area_status(counts: Counts) -> Status:
    """What keeps an area from working, or that it works."""
    if counts.failures:
        return Status("bad", failing(counts))
    if counts.not_run:
        return Status("warn", f"{words.number(counts.not_run)} not run")
    if not counts.clean:
        return Status("warn", "Unproven")
    if counts.skipped:
        return Status("idle", f"{words.number(counts.skipped)} skipped")
    return Status("good", "Working") if works(counts) else Status("idle", "Passing")


def failure_view(result: TestResult, blocker: Linked | None) -> FailureView:
    """One failing test with every message it left, the deciding one first."""
    whole = "\n\n".join(detail.text or detail.message for detail in result.details)
    return FailureView(
        anchor=anchor(result.key),
        name=result.key.name,
        group=result.key.group,
        outcome="error" if result.outcome is Outcome.ERROR else "failed",
        message=first_line(cause_of(result).message),
        trace=whole[-TRACE_LIMIT:],
        cut=max(0, len(whole) - TRACE_LIMIT),
        place=result.place,
        blocker=blocker,
    )


def anchor(key: TestKey) -> str:
    """A stable id for a test within a page."""
    return "t-" + hashlib.sha256("\0".join(key).encode(errors="surrogatepass")).hexdigest()[:12]


def first_line(text: str) -> str:
    """The first line that says something, shortened: for one line of a page."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= MESSAGE_LIMIT else line[: MESSAGE_LIMIT - 1] + "…"

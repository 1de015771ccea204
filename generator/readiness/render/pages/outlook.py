"""What is left to do until the release is READY, and the tests that cannot be relied on."""

from __future__ import annotations

from dataclasses import dataclass

from readiness import phrases
from readiness.analysis import Flake
from readiness.assessment import Assessment, to_ready
from readiness.render.pages.context import SiteContext
from readiness.render.pages.routes import Linked
from readiness.render.pages.shown import ROWS, Shown, first
from readiness.render.pages.status import Status

FLAKES_SHOWN = 20


@dataclass(frozen=True)
class Todo:
    """One thing to do."""

    what: Linked
    todo: str


@dataclass(frozen=True)
class FlakeRow:
    """A flaky test, and what says so."""

    name: str
    group: str
    status: Status
    evidence: str


@dataclass(frozen=True)
class Flakes:
    """The flaky tests of a run; `more` are counted, not named."""

    rows: tuple[FlakeRow, ...]
    more: int


def todo_rows(context: SiteContext, page: str, assessment: Assessment, limit: int = ROWS) -> Shown[Todo]:
    """What is left to do until the release is READY, the least first."""
    steps = first(to_ready(assessment), limit)
    rows = (
        Todo(
            Linked(
                phrases.said(step.title), context.blocker_url(page, step.ref) if step.ref in assessment.blockers else ""
            ),
            phrases.said(step.todo),
        )
        for step in steps
    )
    return Shown(tuple(rows), steps.beyond)


def flakes_view(assessment: Assessment) -> Flakes:
    """The flaky tests, the proven ones before those that are suspected."""
    flakes = assessment.flakes
    return Flakes(tuple(_flake(one) for one in flakes[:FLAKES_SHOWN]), max(0, len(flakes) - FLAKES_SHOWN))


def _flake(flake: Flake) -> FlakeRow:
    return FlakeRow(
        name=flake.key.short,
        group=", ".join(filter(None, (flake.key.place, flake.key.variant))),
        status=Status("warn", "Proven") if flake.proven else Status("idle", "Suspected"),
        evidence=phrases.flake_evidence(flake),
    )

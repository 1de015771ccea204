"""What is left to do until the release is READY, and the tests that cannot be relied on."""

from __future__ import annotations

from dataclasses import dataclass

from readiness import phrases
from readiness.analysis import Flake
from readiness.assessment import Step
from readiness.numbers import capital
from readiness.phrases import say
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.status import Status
from readiness.render.pages.truncated import ROWS, Truncated, first
from readiness.report import Report

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


def todo_rows(here: Here, report: Report, limit: int = ROWS) -> Truncated[Todo]:
    """What is left to do until the release is READY, the least first."""

    def row(step: Step) -> Todo:
        url = here.blocker_url(step.ref) if step.ref in report.blocker_by_id else ""
        return Todo(Linked(phrases.said(step.title), url), phrases.said(step.todo))

    return first(report.steps, limit).of(row)


def flake_rows(report: Report) -> Truncated[FlakeRow]:
    """The flaky tests, the proven ones before those that are suspected."""
    return first(report.flakes, FLAKES_SHOWN).of(_flake)


def _flake(flake: Flake) -> FlakeRow:
    return FlakeRow(
        name=flake.key.short,
        group=", ".join(filter(None, (flake.key.place, flake.key.variant))),
        status=Status("warn" if flake.proven else "idle", capital(say("flakiness", proven=flake.proven))),
        evidence=phrases.flake_evidence(flake),
    )

"""The tests that cannot be relied on."""

from __future__ import annotations

from dataclasses import dataclass

from readiness import phrases
from readiness.analysis import Flake
from readiness.numbers import capital
from readiness.phrases import say
from readiness.render.pages.status import Status
from readiness.render.pages.truncated import Truncated, first
from readiness.report import Report

FLAKES_SHOWN = 20


@dataclass(frozen=True)
class FlakeRow:
    """A flaky test, and what says so."""

    name: str
    group: str
    status: Status
    evidence: str


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

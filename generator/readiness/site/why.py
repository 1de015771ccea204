"""Why a verdict is what it is: what turned it, what is left to do, and which tests cannot be relied on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from readiness.analysis import Flake
from readiness.assessment import Assessment, Changes, CriterionResult, changes, to_ready, words
from readiness.site.context import BLOCKER_KINDS, CRITERION_KINDS, VERDICT_KINDS, Linked, SiteContext, Status


@dataclass(frozen=True)
class Turn:
    """Something that stands otherwise than before."""

    title: str
    url: str
    before: str
    now: Status
    note: str


@dataclass(frozen=True)
class Todo:
    """One thing to do until the release is READY."""

    title: str
    url: str
    todo: str
    tests: str


@dataclass(frozen=True)
class FlakeView:
    """A flaky test, and what says so."""

    name: str
    group: str
    status: Status
    evidence: str


def why_changed(context: SiteContext, page: str, before: Assessment, now: Assessment) -> dict[str, Any]:
    """What turned the verdict between two judgements: criteria, blockers, and the policy apart from the facts."""
    found = changes(before, now)
    return {
        "since": Linked(_name(before, now), context.report_url(page, before)),
        "verdict": _verdict(found),
        "criteria": [_criterion(found, one.title, one.before, one.now, one.by_policy) for one in found.turned],
        "blockers": _blockers(context, page, found),
        "policy": found.policy,
    }


def _name(before: Assessment, now: Assessment) -> str:
    if before.run.id == now.run.id:
        return f"judgement {before.judgement.number}"
    return before.run.manifest.version


def verdict_status(assessment: Assessment) -> Status:
    """The verdict as a status: `Ready`, `Not ready, blocked`."""
    word = assessment.verdict.word
    kind = f", {words.KIND[word].lower()}" if words.KIND[word] else ""
    return Status(VERDICT_KINDS[word], f"{words.HEADLINE[word]}{kind}")


def _verdict(found: Changes) -> Turn | None:
    if not found.verdict:
        return None
    return Turn("Verdict", "", verdict_status(found.before).word, verdict_status(found.now), "")


def _criterion(
    found: Changes, title: str, before: CriterionResult | None, now: CriterionResult | None, by_policy: bool
) -> Turn:
    was = words.state_word(before).lower() if before else "not demanded"
    status = Status(CRITERION_KINDS[now.state], words.state_word(now)) if now else Status("idle", "No longer demanded")
    values = [words.actual(one.measured) for one in (before, now) if one]
    measured = " → ".join(values) if len(set(values)) > 1 else ""
    note = ", ".join(filter(None, (measured, "because the policy changed" if by_policy else "")))
    return Turn(title, "", was, status, note)


def _blockers(context: SiteContext, page: str, found: Changes) -> list[Turn]:
    rows = []
    for one in found.moved:
        status = Status(BLOCKER_KINDS[one.blocker.state], one.blocker.state.value.capitalize())
        was = one.before.value if one.before else "not there"
        url = context.blocker_url(page, one.blocker.id)
        rows.append(Turn(one.blocker.title, url, was, status, words.members(one.blocker)))
    order = ("bad", "warn", "idle", "good")
    return sorted(rows, key=lambda row: order.index(row.now.kind))


def todo_rows(context: SiteContext, page: str, assessment: Assessment) -> list[Todo]:
    """What is left to do until the release is READY, fewest first."""
    rows = []
    for step in to_ready(assessment):
        url = context.blocker_url(page, step.ref) if step.ref in assessment.blockers else ""
        rows.append(Todo(step.title, url, step.todo, words.plural(len(step.tests), "test") if step.tests else ""))
    return rows


FLAKES_SHOWN = 20


def flake_rows(flakes: Sequence[Flake]) -> list[FlakeView]:
    """The first flaky tests, the proven ones before those that are suspected."""
    return [
        FlakeView(
            name=one.key.name,
            group=", ".join(filter(None, (one.key.group, one.key.variant))),
            status=Status("warn", "Proven") if one.proven else Status("idle", "Suspected"),
            evidence=flake_evidence(one),
        )
        for one in flakes[:FLAKES_SHOWN]
    ]


def flake_evidence(flake: Flake) -> str:
    """What says that a test is flaky, with its numbers."""
    track = flake.track
    seen = f"{words.plural(track.failures, 'failure')} in the last {words.plural(len(track.executions), 'execution')}"
    if track.retried:
        return f"passed only after a retry {words.plural(track.retried, 'time')}, {seen}"
    if track.disputed:
        return f"passed and failed on commit {track.disputed[:10]}, {seen}"
    return f"changed {words.plural(track.flips, 'time')} between pass and failure, {seen}"

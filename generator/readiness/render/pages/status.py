"""Statuses as they are shown: how a verdict, criterion, blocker, test or file stands, as kind and word."""

from __future__ import annotations

from dataclasses import dataclass

from readiness import phrases
from readiness.assessment import (
    Blocker,
    BlockerState,
    CriterionResult,
    CriterionState,
    ItemResult,
    ItemState,
    Member,
    MemberState,
    WaiverResult,
    Word,
)
from readiness.model import ReadState
from readiness.render.pages.context import Linked
from readiness.report import Report


@dataclass(frozen=True)
class Status:
    """A status as it is shown: kind (`bad`, `warn`, `good`, `idle`) and word, never colour alone."""

    kind: str
    word: str


@dataclass(frozen=True)
class StatusRow:
    """One thing, how it stands, and what is known of that."""

    status: Status
    what: Linked
    note: str


VERDICT_KINDS = {Word.READY: "good", Word.BLOCKED: "bad", Word.UNPROVEN: "warn"}
_CRITERION_KINDS = {
    CriterionState.MET: "good",
    CriterionState.UNMET: "bad",
    CriterionState.UNPROVEN: "warn",
    CriterionState.NOT_CHECKED: "idle",
}
_BLOCKER_KINDS = {
    BlockerState.OPEN: "bad",
    BlockerState.REOPENED: "bad",
    BlockerState.UNVERIFIED: "warn",
    BlockerState.OBSERVING: "idle",
    BlockerState.CLOSED: "good",
}
_ITEM_KINDS = {
    ItemState.DONE: "good",
    ItemState.NOT_DONE: "bad",
    ItemState.UNPROVEN: "warn",
    ItemState.EXPIRED: "bad",
    ItemState.CONTRADICTED: "bad",
}
_MEMBER_KINDS = {
    MemberState.FAILING: "bad",
    MemberState.UNVERIFIED: "warn",
    MemberState.OBSERVING: "idle",
    MemberState.PASSED: "good",
    MemberState.WITHDRAWN: "idle",
}
_SEVERITY_KINDS = {"critical": "bad", "high": "warn", "medium": "idle", "low": "idle"}
_READ = {
    ReadState.READ: Status("good", "Read"),
    ReadState.PARTLY: Status("warn", "Read in part"),
    ReadState.REJECTED: Status("bad", "Rejected"),
}


def verdict_status(report: Report) -> Status:
    """`Ready`, `Blocked` or `Unproven`."""
    word = report.verdict.word
    return Status(VERDICT_KINDS[word], phrases.KIND[word] or phrases.HEADLINE[word])


def criterion_status(result: CriterionResult) -> Status:
    """`Met`, `Unmet`, `Unproven`, `Not checked` or `Waived`."""
    return Status("idle" if result.waived else _CRITERION_KINDS[result.state], phrases.state_word(result))


def blocker_status(blocker: Blocker, *, waived: bool = False) -> Status:
    """`Open`, `Reopened`, `Unverified`, `Observing` or `Closed`, and whether waivers let it be."""
    if waived:
        return Status("idle", f"{blocker.state.value.capitalize()}, waived")
    return Status(_BLOCKER_KINDS[blocker.state], blocker.state.value.capitalize())


def item_status(item: ItemResult, *, waived: bool = False) -> Status:
    """`Done`, `Not done`, `Unproven`, `Expired`, `Contradicted`, or `Waived` where waivers let it be."""
    if waived:
        return Status("idle", "Waived")
    kind = _ITEM_KINDS[item.state] if item.item.blocking or item.done else "idle"
    return Status(kind, item.state.value.capitalize())


def waiver_status(waiver: WaiverResult) -> Status:
    """`In force`, `Expired`, `Unmatched`, `Exceeded` or `Too long`."""
    return Status("info" if waiver.in_force else "warn", waiver.state.value.capitalize())


def severity_status(blocker: Blocker) -> Status:
    """`Critical`, `High`, `Medium` or `Low`."""
    return Status(_SEVERITY_KINDS[blocker.severity], blocker.severity.capitalize())


def member_status(member: Member) -> Status:
    """`Failing`, `Skipped`, `Unverified`, `Observing`, `Passed` or `Withdrawn`."""
    return Status(_MEMBER_KINDS[member.state], member.word.capitalize())


def read_status(state: ReadState) -> Status:
    """How much of an evidence file was read."""
    return _READ[state]

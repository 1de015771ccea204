"""Statuses as they are shown: how a verdict, criterion, blocker, test or file stands, as kind and word."""

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
    NamedBlocker,
    WaiverResult,
    Word,
)
from readiness.model import ReadState
from readiness.numbers import capital
from readiness.phrases import say
from readiness.render.pages.context import Linked
from readiness.render.pages.truncated import Truncated
from readiness.report import Report


@dataclass(frozen=True)
class Status:
    """A status as it is shown: kind (`bad`, `warn`, `good`, `idle`) and word, never colour alone."""

    kind: str
    word: str


@dataclass(frozen=True)
class Holder:
    """A blocker that keeps something from being met."""

    id: str
    title: str
    url: str


@dataclass(frozen=True)
class StatusRow:
    """One thing, how it stands, and what is known of that."""

    status: Status
    what: Linked
    note: str
    held: Truncated[Holder] | None = None
    """The blockers that keep it from being done."""


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
_READ_KINDS = {ReadState.READ: "good", ReadState.PARTLY: "warn", ReadState.REJECTED: "bad"}


def state(kind: str, value: str) -> Status:
    """A state of which `words.jinja` has a word."""
    return Status(kind, capital(say("state", value=value)))


def verdict_status(report: Report) -> Status:
    """`Ready`, `Blocked` or `Unproven`."""
    word = report.verdict.word
    return Status(VERDICT_KINDS[word], phrases.sort_word(word) or phrases.headline_word(word))


def criterion_status(result: CriterionResult) -> Status:
    """`Met`, `Unmet`, `Unproven`, `Not checked` or `Waived`."""
    return Status("idle" if result.waived else _CRITERION_KINDS[result.state], phrases.state_word(result))


def blocker_status(blocker: Blocker | NamedBlocker, *, waived: bool = False) -> Status:
    """`Open`, `Reopened`, `Unverified`, `Observing` or `Closed`, and whether waivers let it be."""
    if waived:
        return Status("idle", capital(say("state_waived", state=say("state", value=blocker.state.value))))
    return state(_BLOCKER_KINDS[blocker.state], blocker.state.value)


def item_status(item: ItemResult, *, waived: bool = False) -> Status:
    """`Done`, `Not done`, `Unproven`, `Expired`, `Contradicted`, or `Waived` where waivers let it be."""
    if waived:
        return state("idle", "waived")
    kind = _ITEM_KINDS[item.state] if item.item.blocking or item.done else "idle"
    return state(kind, item.state.value)


def waiver_status(waiver: WaiverResult) -> Status:
    """`In force`, `Expired`, `Unmatched`, `Exceeded` or `Too long`."""
    return state("info" if waiver.in_force else "warn", waiver.state.value)


def severity_status(blocker: Blocker) -> Status:
    """`Critical`, `High`, `Medium` or `Low`."""
    return Status(_SEVERITY_KINDS[blocker.severity], capital(say("severity", value=blocker.severity)))


def member_status(member: Member) -> Status:
    """`Failing`, `Skipped`, `Unverified`, `Observing`, `Passed` or `Withdrawn`."""
    return state(_MEMBER_KINDS[member.state], member.word)


def read_status(read: ReadState) -> Status:
    """How much of an evidence file was read."""
    return Status(_READ_KINDS[read], capital(say("read_state", value=read.value)))

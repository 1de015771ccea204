"""The verdict: READY, or NOT READY because blocked or unproven, with every reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from readiness.analysis import Move
from readiness.assessment.blockers import Blocker, BlockerState, Kind, Requirement
from readiness.assessment.checklist import ItemResult
from readiness.assessment.criteria import CriterionResult, CriterionState
from readiness.assessment.notes import Note, note
from readiness.assessment.waivers import Granted, Situation, WaiverResult
from readiness.model import TestKey


class Word(StrEnum):
    """The verdict in one word."""

    READY = "READY"
    BLOCKED = "BLOCKED"
    UNPROVEN = "UNPROVEN"


BADNESS = {Word.READY: 0, Word.UNPROVEN: 1, Word.BLOCKED: 2}
"""The worse, the higher."""


class ReasonKind(StrEnum):
    """What a reason rests on."""

    CRITERION = "criterion"
    BLOCKER = "blocker"
    EVIDENCE = "evidence"
    CHECKLIST = "checklist"
    WAIVER = "waiver"


@dataclass(frozen=True)
class Reason:
    """Why a release is not ready, or what risk remains.

    `ref`: id of a criterion, blocker or item of the checklist, identity of a gap, or `criterion:ID` that is waived.
    """

    kind: ReasonKind
    ref: str
    note: Note | None = None
    """What there is to say of it, where nothing else of the judgement does."""


@dataclass(frozen=True)
class Verdict:
    """Both kinds of reasons are listed, the worse gives the word. No score: it would hide which rule fired."""

    word: Word
    blocked: tuple[Reason, ...]
    unproven: tuple[Reason, ...]
    residual: tuple[Reason, ...]
    """Risks that do not stop the release."""
    as_of: datetime
    valid_until: datetime | None = None
    """The earliest limit of its evidence, waivers and sign-offs; None where there is none."""
    holds_at_limit: bool = False
    """True where that is an age of the evidence, which may be reached; a last day ends before the next midnight."""

    @property
    def ready(self) -> bool:
        """True for READY alone."""
        return self.word is Word.READY

    def expired(self, at: datetime) -> bool:
        """True where its evidence is too old at that time, or a waiver or sign-off that it rests on has ended."""
        if self.valid_until is None:
            return False
        return at > self.valid_until or (at == self.valid_until and not self.holds_at_limit)

    def unproven_for(self, gap: Note) -> Verdict:
        """The same verdict with one more thing missing."""
        reasons = (*self.unproven, Reason(ReasonKind.EVIDENCE, "archive", gap))
        return replace(self, word=Word.BLOCKED if self.blocked else Word.UNPROVEN, unproven=reasons)


def judge_both(
    situation: Situation,
    waivers: Collection[WaiverResult],
    granted: Granted,
    waived: Collection[CriterionResult],
    as_of: datetime,
    incomplete: Note | None = None,
) -> tuple[Verdict, Verdict]:
    """The verdict with waivers, and without; `granted`: what they grant, `waived`: the criteria judged with them.

    `incomplete`: what is missing of the runs before it, which leaves it unproven.
    """
    idle = [one for one in waivers if not one.in_force]
    unwaived = _judge(situation, Granted(), situation.criteria, idle, as_of, incomplete)
    verdict = _judge(situation, granted, waived, waivers, as_of, incomplete)
    if (verdict.blocked, verdict.unproven) == (unwaived.blocked, unwaived.unproven):
        return verdict, unwaived
    limits = [(one.limit, False) for one in waivers if one.in_force]
    if verdict.valid_until:
        limits.append((verdict.valid_until, verdict.holds_at_limit))
    until, reached = min(limits, default=(None, False))
    return replace(verdict, valid_until=until, holds_at_limit=reached), unwaived


def _judge(
    situation: Situation,
    granted: Granted,
    criteria: Collection[CriterionResult],
    waivers: Collection[WaiverResult],
    as_of: datetime,
    incomplete: Note | None,
) -> Verdict:
    """Apply the design's table of situations."""
    blocked: list[Reason] = []
    unproven: list[Reason] = []
    residual: list[Reason] = []
    for result in criteria:
        reason = Reason(ReasonKind.CRITERION, result.criterion.id)
        if result.waived:
            continue
        if result.state is CriterionState.UNMET:
            (blocked if result.blocking else residual).append(reason)
        elif result.state is CriterionState.UNPROVEN:
            (unproven if result.blocking else residual).append(reason)
        elif result.state is CriterionState.NOT_CHECKED:
            residual.append(reason)
    told = {reason.ref for reason in (*blocked, *unproven)}
    for blocker in situation.blockers.values():
        if blocker.id in granted.blockers or blocker.state is BlockerState.CLOSED:
            continue
        # A criterion and a gap are reasons themselves: their blockers are not counted again.
        criterion = isinstance(blocker, Requirement) and blocker.kind is Kind.CRITERION and blocker.ref in told
        if blocker.kind is Kind.GAP or criterion:
            continue
        reason = _reason_of(blocker)
        left = blocker.without(granted.tests)
        if left.blocks:
            blocked.append(reason)
        elif left.doubted:
            unproven.append(reason)
        elif left.state is not BlockerState.CLOSED:
            residual.append(reason)
    stated = any(one.stops and one.criterion.row.says == "results" for one in criteria)
    missing = (gap for gap in situation.gaps if not gap.stated or (gap.absent and not stated))
    missing = (gap for gap in missing if gap.identity not in granted.gaps)
    unproven += [Reason(ReasonKind.EVIDENCE, gap.identity) for gap in missing]
    open_ = (one for one in situation.items if not one.done and not one.item.blocking)
    residual += [Reason(ReasonKind.CHECKLIST, one.item.id) for one in open_]
    residual += [Reason(ReasonKind.EVIDENCE, "moved", _moved(move)) for move in situation.facts.moves]
    residual += [Reason(ReasonKind.WAIVER, one.ref) for one in waivers]
    if incomplete:
        unproven.append(Reason(ReasonKind.EVIDENCE, "past", incomplete))
    word = Word.BLOCKED if blocked else Word.UNPROVEN if unproven else Word.READY
    until, reached = min(_limits(criteria, situation.items, situation.facts.run.finished), default=(None, False))
    return Verdict(word, tuple(blocked), tuple(unproven), tuple(residual), as_of, until, reached)


def _reason_of(blocker: Blocker) -> Reason:
    """The blocker; of a requirement that other blockers hold the criterion or item, since it is none of its own."""
    if isinstance(blocker, Requirement) and blocker.kept_by:
        kind = ReasonKind.CHECKLIST if blocker.kind is Kind.CHECKLIST else ReasonKind.CRITERION
        return Reason(kind, blocker.ref)
    return Reason(ReasonKind.BLOCKER, blocker.id)


def _limits(
    criteria: Collection[CriterionResult], items: Collection[ItemResult], finished: datetime
) -> Iterator[tuple[datetime, bool]]:
    """When the evidence of what does not stop the release becomes too old for it, and when its sign-offs end.

    With each, whether it still holds at that very moment.
    """
    needed = [one for one in items if one.done and one.item.blocking]
    yield from ((one.limit, False) for one in needed if one.limit)
    named = {one.item.criterion for one in needed}
    for result in criteria:
        if (not result.blocking or result.stops) and result.criterion.id not in named:
            continue
        criterion = result.criterion
        if criterion.max_age:
            yield finished + timedelta(seconds=float(criterion.max_age.base)), True
        if criterion.row.says == "age" and criterion.direction == "at_most":
            yield finished + timedelta(seconds=float(criterion.amount.base)), True


def _moved(move: Move) -> Note:
    old, new = (TestKey(source, variant, group, "", origin) for source, variant, origin, group in (move.old, move.new))
    return note("moved", old=old.place, new=new.place, count=move.tests)

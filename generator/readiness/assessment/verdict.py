"""The verdict: READY, or NOT READY because blocked or unproven, with every reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from readiness.assessment.blockers import Blocker, BlockerState, Kind
from readiness.assessment.criteria import CriterionResult, CriterionState, how
from readiness.assessment.gaps import Gap


class Word(StrEnum):
    """The verdict in one word."""

    READY = "READY"
    BLOCKED = "BLOCKED"
    UNPROVEN = "UNPROVEN"


class ReasonKind(StrEnum):
    """What a reason rests on."""

    CRITERION = "criterion"
    BLOCKER = "blocker"
    EVIDENCE = "evidence"


@dataclass(frozen=True)
class Reason:
    """Why a release is not ready, or what risk remains. `ref`: id of a criterion or blocker, or what a gap concerns."""

    kind: ReasonKind
    ref: str
    text: str


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
    """When the first piece of its evidence becomes too old; None where none does."""

    @property
    def ready(self) -> bool:
        """True for READY alone."""
        return self.word is Word.READY

    def expired(self, at: datetime) -> bool:
        """True where its evidence is too old at that time."""
        return self.valid_until is not None and at > self.valid_until

    def unproven_for(self, gap: str) -> Verdict:
        """The same verdict with one more thing missing."""
        reasons = (*self.unproven, Reason(ReasonKind.EVIDENCE, "archive", gap))
        return replace(self, word=Word.BLOCKED if self.blocked else Word.UNPROVEN, unproven=reasons)


def judge(
    criteria: Collection[CriterionResult],
    blockers: Mapping[str, Blocker],
    gaps: Collection[Gap],
    finished: datetime,
    as_of: datetime,
    past: str = "",
) -> Verdict:
    """Apply the design's table of situations.

    `finished`: the end of the run, from which its evidence ages. `past`: what is missing of the runs before it, which
    leaves it unproven.
    """
    blocked: list[Reason] = []
    unproven: list[Reason] = []
    residual: list[Reason] = []
    for result in criteria:
        reason = Reason(ReasonKind.CRITERION, result.criterion.id, criterion_text(result))
        if result.state is CriterionState.UNMET:
            (blocked if result.blocking else residual).append(reason)
        elif result.state is CriterionState.UNPROVEN:
            (unproven if result.blocking else residual).append(reason)
        elif result.state is CriterionState.NOT_CHECKED:
            residual.append(reason)
    told = {reason.ref for reason in (*blocked, *unproven)}
    for blocker in blockers.values():
        # A criterion and a gap are reasons themselves: their blockers are not counted again.
        if blocker.kind is Kind.GAP or (blocker.kind is Kind.CRITERION and blocker.ref in told):
            continue
        reason = Reason(ReasonKind.BLOCKER, blocker.id, blocker.title)
        if blocker.state.stops:
            (blocked if blocker.stopping else residual).append(reason)
        elif blocker.state is BlockerState.UNVERIFIED:
            (unproven if blocker.stopping else residual).append(reason)
        elif blocker.state is BlockerState.OBSERVING:
            residual.append(reason)
    unproven += [Reason(ReasonKind.EVIDENCE, gap.ref, gap.text) for gap in gaps if not gap.stated]
    if past:
        unproven.append(Reason(ReasonKind.EVIDENCE, "past", past))
    word = Word.BLOCKED if blocked else Word.UNPROVEN if unproven else Word.READY
    until = min(_limits(criteria, finished), default=None)
    return Verdict(word, tuple(blocked), tuple(unproven), tuple(residual), as_of, until)


def _limits(criteria: Collection[CriterionResult], finished: datetime) -> Iterator[datetime]:
    """When the evidence of each criterion that does not stop the release becomes too old for it."""
    for result in criteria:
        if not result.blocking or result.stops:
            continue
        criterion = result.criterion
        if criterion.max_age:
            yield finished + timedelta(seconds=float(criterion.max_age.base))
        if criterion.measure == "evidence_age" and criterion.direction == "at_most":
            yield finished + timedelta(seconds=float(criterion.limit.base))


def criterion_text(result: CriterionResult) -> str:
    """The criterion's title, and how it stands."""
    told = how(result)
    return f"{result.criterion.title}: {told}" if told else result.criterion.title

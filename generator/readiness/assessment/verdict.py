"""The verdict: READY, or NOT READY because blocked or unproven, with every reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from readiness.analysis import RunFacts
from readiness.assessment.blockers import Blocker, BlockerState
from readiness.assessment.criteria import CriterionResult, CriterionState
from readiness.assessment.numbers import amount, number
from readiness.policy import Policy


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
    """Why a release is not ready, or what risk remains. `ref`: id of a criterion or blocker, or an input's name."""

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

    @property
    def ready(self) -> bool:
        """True for READY alone."""
        return self.word is Word.READY

    def unproven_for(self, gap: str) -> Verdict:
        """The same verdict with one more thing missing."""
        reasons = (*self.unproven, Reason(ReasonKind.EVIDENCE, "archive", gap))
        return replace(self, word=Word.BLOCKED if self.blocked else Word.UNPROVEN, unproven=reasons)


STOPPING = ("critical", "high")
"""Severities whose open blockers stop a release."""


def judge(
    facts: RunFacts,
    criteria: tuple[CriterionResult, ...],
    blockers: Mapping[str, Blocker],
    policy: Policy,
    as_of: datetime,
    gap: str = "",
) -> Verdict:
    """Apply the design's table of situations. `gap`: what is missing of the run's past, which leaves it unproven."""
    blocked: list[Reason] = []
    unproven: list[Reason] = []
    residual: list[Reason] = []
    for result in criteria:
        reason = Reason(ReasonKind.CRITERION, result.criterion.id, criterion_text(result))
        blocking = result.criterion.tier == "blocking"
        if result.state is CriterionState.UNMET:
            (blocked if blocking else residual).append(reason)
        elif result.state is CriterionState.UNPROVEN:
            (unproven if blocking else residual).append(reason)
        elif result.state is CriterionState.NOT_CHECKED:
            residual.append(reason)
    for blocker in blockers.values():
        reason = Reason(ReasonKind.BLOCKER, blocker.id, blocker.title)
        stopping = blocker.severity in STOPPING
        if blocker.state in (BlockerState.OPEN, BlockerState.REOPENED):
            (blocked if stopping else residual).append(reason)
        elif blocker.state is BlockerState.UNVERIFIED:
            (unproven if stopping else residual).append(reason)
        elif blocker.state is BlockerState.OBSERVING:
            residual.append(reason)
    unproven += [Reason(ReasonKind.EVIDENCE, loss.input, f"{loss.input}: {loss.why}") for loss in facts.losses]
    if gap:
        unproven.append(Reason(ReasonKind.EVIDENCE, "past", gap))
    for variant in policy.variants.required:
        if variant not in facts.variants:
            text = f"no test of the required variant {variant} has a result"
            unproven.append(Reason(ReasonKind.EVIDENCE, "variant", text))
    if not facts.counts.with_result:
        unproven.append(Reason(ReasonKind.EVIDENCE, "results", "no test has a result"))
    if _too_many_vanished(facts, policy):
        count = facts.counts.vanished
        text = (
            f"{count} {'test of an earlier run is' if count == 1 else 'tests of an earlier run are'} no longer reported"
        )
        unproven.append(Reason(ReasonKind.EVIDENCE, "vanished", text))
    word = Word.BLOCKED if blocked else Word.UNPROVEN if unproven else Word.READY
    return Verdict(word, tuple(blocked), tuple(unproven), tuple(residual), as_of)


def _too_many_vanished(facts: RunFacts, policy: Policy) -> bool:
    known = facts.counts.with_result + facts.counts.vanished
    return bool(facts.counts.vanished) and Fraction(facts.counts.vanished, known) > policy.vanished_allowed.base


def criterion_text(result: CriterionResult) -> str:
    """The criterion's title, and how it stands: what is missing, or what was measured against what is required."""
    measured, limit = result.measured, result.criterion.limit
    if measured.missing:
        how = measured.missing
    elif measured.at_least and measured.denominator is not None:
        how = f"{number(measured.numerator or 0)} of at least {number(measured.denominator)}"
    elif measured.value is not None:
        how = f"{amount(measured.value, measured.unit)}, required {_SIGN[result.criterion.direction]}{limit.text}"
    else:
        return result.criterion.title
    return f"{result.criterion.title}: {how}"


_SIGN = {"at_least": "at least ", "at_most": "at most ", "equals": ""}

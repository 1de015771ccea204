"""The parts of a judgement as records: counts, criteria, blockers, gaps."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Literal

from readiness import phrases
from readiness.analysis import Counts
from readiness.assessment import (
    Assessment,
    Blocker,
    BlockerState,
    CriterionResult,
    CriterionState,
    Gap,
    Kind,
    Member,
    MemberState,
    Reason,
    ReasonKind,
    Requirement,
)
from readiness.policy import Effort, Severity
from readiness.render.records import Amount, Point, Record, Test, tests


class ReasonRecord(Record):
    """Why it is not ready, or what risk remains."""

    kind: ReasonKind
    ref: str
    """Id of a criterion or blocker, or what a gap concerns."""
    text: str

    @classmethod
    def of(cls, reason: Reason, found: Assessment) -> ReasonRecord:
        """A reason."""
        return cls(kind=reason.kind, ref=phrases.reason_name(reason), text=phrases.reason_text(reason, found))


class Rate(Amount):
    """A percentage with what it is made of."""

    numerator: int
    denominator: int

    @classmethod
    def share(cls, rate: Fraction | None, numerator: int, denominator: int | None) -> Rate | None:
        """A rate, or None where it is not known."""
        if rate is None or denominator is None:
            return None
        return cls(**Amount.of(rate * 100, "%").model_dump(), numerator=numerator, denominator=denominator)


class CountsRecord(Record):
    """How many tests ended how, and the rates with their denominators. Null: nothing says what was expected."""

    passed: int
    """Without flaky."""
    flaky: int
    failed: int
    error: int
    skipped: int
    not_run: int | None
    executed: int
    """passed + flaky + failed + error"""
    with_result: int
    """executed + skipped"""
    expected: int | None
    """with_result + not_run"""
    at_least: bool
    """True where `not_run` and `expected` are lower bounds, since a list of collected tests was partial."""
    run_errors: int
    """Errors of the run itself: no tests, and in no rate."""
    failures: int
    """failed + error + run_errors"""
    vanished: int
    pass_rate: Rate | None
    """(passed + flaky) / executed"""
    success_rate: Rate | None
    """(passed + flaky) / expected"""
    completion: Rate | None
    """with_result / expected"""
    execution: Rate | None
    """executed / expected"""

    @classmethod
    def of(cls, counts: Counts) -> CountsRecord:
        """The counts of a run."""
        rates = ("pass_rate", "success_rate", "completion", "execution")
        return cls(
            **{name: getattr(counts, name) for name in cls.model_fields if name not in rates},
            pass_rate=Rate.share(counts.pass_rate, counts.clean, counts.executed),
            success_rate=Rate.share(counts.success_rate, counts.clean, counts.expected),
            completion=Rate.share(counts.completion, counts.with_result, counts.expected),
            execution=Rate.share(counts.execution, counts.executed, counts.expected),
        )


class CriterionRecord(Record):
    """A criterion and how it stands."""

    id: str
    title: str
    measure: str
    area: str | None
    variant: str | None
    tier: Literal["blocking", "advisory"]
    state: CriterionState
    stops: bool
    """True where it keeps the release from being ready."""
    waived: bool
    """True where it would, but for waivers."""
    direction: Literal["at_least", "at_most", "equals"]
    required: Amount
    actual: Amount | None
    headroom: Amount | None
    """How far it lies within its limit, in the unit of `actual`; negative beyond it."""
    unit: str
    """That of `actual` and `headroom`."""
    numerator: int | None
    denominator: int | None
    at_least: bool
    """True where `actual` rests on a lower bound."""
    waived_tests: int
    """How many of `holders` are waived; `actual` counts them all the same."""
    judged: Amount | None
    """`actual` without those that are waived, where some are."""
    missing: str
    """Why there is no number; else empty."""
    holders: tuple[Test, ...]
    """The tests behind the number, where it counts tests."""

    @classmethod
    def of(cls, result: CriterionResult) -> CriterionRecord:
        """A criterion judged."""
        criterion, measured = result.criterion, result.measured
        return cls(
            id=criterion.id,
            title=criterion.title,
            measure=criterion.measure,
            area=criterion.where.area if criterion.where else None,
            variant=criterion.where.variant if criterion.where else None,
            tier=criterion.tier,
            state=result.state,
            stops=result.stops,
            waived=result.waived,
            direction=criterion.direction,
            required=Amount.of(criterion.limit.value, criterion.limit.unit),
            actual=_amount(measured.value, measured.unit),
            headroom=_amount(result.headroom, measured.unit),
            unit=measured.unit,
            numerator=measured.numerator,
            denominator=measured.denominator,
            at_least=measured.at_least,
            waived_tests=measured.waived,
            judged=_amount(measured.judged, measured.unit),
            missing=phrases.said(measured.missing or ""),
            holders=tests(measured.holders),
        )


def _amount(value: Fraction | None, unit: str) -> Amount | None:
    return None if value is None else Amount.of(value, unit)


class MemberRecord(Record):
    """A test of a blocker."""

    test: Test
    state: MemberState
    reason: str
    owed: int
    """Clean passes still missing."""
    last_failed: Point

    @classmethod
    def of(cls, member: Member) -> MemberRecord:
        """A member."""
        return cls(
            test=Test.of(member.key),
            state=member.state,
            reason=phrases.said(member.reason or ""),
            owed=member.owed,
            last_failed=Point.of(member.last_failed),
        )


class BlockerRecord(Record):
    """A blocker that is not closed."""

    id: str
    kind: Kind
    state: BlockerState
    severity: Severity
    stopping: bool
    """True where it keeps the release from being ready."""
    waived: bool
    """True where waivers let it be."""
    title: str
    area: str
    owner: str
    signature: str
    opened: Point
    reopened: Point | None
    age_days: int
    """Whole days from its first opening to the judgement."""
    risk: str
    fix: str
    effort: Effort | None
    """Working days, fewest and most."""
    note: str
    """What was measured or is missing, where no tests stand behind it."""
    members: tuple[MemberRecord, ...]

    @classmethod
    def of(cls, blocker: Blocker, as_of: datetime, *, waived: bool = False) -> BlockerRecord:
        """A blocker as it stood then."""
        return cls(
            id=blocker.id,
            kind=blocker.kind,
            state=blocker.state,
            severity=blocker.severity,
            stopping=blocker.stopping and blocker.state is not BlockerState.OBSERVING and not waived,
            waived=waived,
            title=phrases.title_of(blocker),
            area=blocker.area,
            owner=blocker.owner,
            signature=blocker.signature,
            opened=Point.of(blocker.opened),
            reopened=Point.of(blocker.reopened) if blocker.reopened else None,
            age_days=blocker.age(as_of).days,
            risk=phrases.said(blocker.risk),
            fix=phrases.said(blocker.fix),
            effort=blocker.effort,
            note=phrases.told(blocker.demand.notes) if isinstance(blocker, Requirement) else "",
            members=tuple(MemberRecord.of(member) for member in blocker.members),
        )


class GapRecord(Record):
    """Evidence that is missing."""

    ref: str
    title: str
    text: str
    fix: str
    lost: bool
    """True for an input that was not read in full."""
    stated: bool
    """True where a criterion says so already."""

    @classmethod
    def of(cls, gap: Gap) -> GapRecord:
        """A gap."""
        return cls(
            ref=gap.ref,
            title=phrases.said(gap.title),
            text=phrases.gap_text(gap),
            fix=phrases.said(gap.fix),
            lost=gap.lost,
            stated=gap.stated,
        )

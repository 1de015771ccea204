"""The records that the JSON of several commands is made of; their schema is that of the output."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from readiness import phrases
from readiness.analysis import Comparison, RunRef, Slower
from readiness.archive import utc_text
from readiness.assessment import (
    Assessment,
    Blocker,
    BlockerState,
    CriterionResult,
    CriterionState,
    ItemResult,
    ItemState,
    Moved,
    Turned,
    WaiverResult,
    WaiverState,
    Word,
)
from readiness.model import TestKey
from readiness.numbers import amount
from readiness.phrases.amendments import amendments
from readiness.render.difference import Difference

Moment = Annotated[
    datetime,
    PlainSerializer(utc_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Record(BaseModel):
    """Frozen; every key is always there."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, json_schema_serialization_defaults_required=True
    )


class Amount(Record):
    """A number as a machine reads it and as a person does."""

    value: int | float | None
    """Null where it is too large for a number of 64 bits."""
    exact: str
    """The same as a fraction, `182300/1831`, or as a whole number."""
    unit: str
    text: str

    @classmethod
    def of(cls, value: Fraction, unit: str) -> Amount:
        """An amount in a unit."""
        return cls(value=_plain(value), exact=str(value), unit=unit, text=amount(value, unit))


def _plain(value: Fraction) -> int | float | None:
    if value.denominator == 1 and abs(value) < 2**63:
        return int(value)
    try:
        return float(value)
    except OverflowError:
        return None


class Test(Record):
    """The key of a test, and `group::name`."""

    source: str
    variant: str
    group: str
    name: str
    origin: str
    """The suite, host or file that tells it from its namesakes; mostly empty."""
    instance: int
    """Which of the namesakes that nothing tells apart, the worst first."""
    label: str

    @classmethod
    def of(cls, key: TestKey) -> Test:
        """A test by its key."""
        return cls(**key._asdict(), label=key.label)


def tests(keys: tuple[TestKey, ...]) -> tuple[Test, ...]:
    """Tests by their keys."""
    return tuple(Test.of(key) for key in keys)


class Point(Record):
    """A run on the chain."""

    run: str
    version: str
    time: Moment
    """When it finished."""

    @classmethod
    def of(cls, ref: RunRef) -> Point:
        """A run."""
        return cls(run=ref.run, version=ref.version, time=ref.time)


class Judged(Record):
    """A judgement and what it said."""

    run: str
    judgement: int
    version: str
    verdict: Word

    @classmethod
    def of(cls, assessment: Assessment) -> Judged:
        """A judgement."""
        return cls(
            run=assessment.run.id,
            judgement=assessment.judgement.number,
            version=assessment.run.manifest.version,
            verdict=assessment.verdict.word,
        )


class TurnedCriterion(Record):
    """A criterion that stands otherwise; null where the policy does not name it."""

    id: str
    title: str
    before: CriterionState | None
    now: CriterionState | None
    waived_before: bool
    waived_now: bool
    by_policy: bool
    """True where the facts of now, judged by the criterion of before, stand as before, or where that is not known since
    areas or retired tests were defined otherwise."""

    @classmethod
    def of(cls, turned: Turned[CriterionResult]) -> TurnedCriterion:
        """A criterion that turned."""
        return cls(
            id=turned.either.criterion.id,
            title=turned.either.criterion.title,
            before=turned.before.state if turned.before else None,
            now=turned.now.state if turned.now else None,
            waived_before=turned.before is not None and turned.before.waived,
            waived_now=turned.now is not None and turned.now.waived,
            by_policy=turned.by_policy,
        )


class MovedBlocker(Record):
    """A blocker in another state than before; null where it was not known."""

    id: str
    title: str
    before: BlockerState | None
    now: BlockerState | None

    @classmethod
    def of(cls, moved: Moved) -> MovedBlocker:
        """A blocker that moved."""
        return cls(
            id=moved.blocker.id, title=phrases.title_of(moved.blocker), before=moved.before, now=moved.blocker.state
        )

    @classmethod
    def left(cls, blocker: Blocker) -> MovedBlocker:
        """A blocker that the later judgement does not know."""
        return cls(id=blocker.id, title=phrases.title_of(blocker), before=blocker.state, now=None)


class TurnedItemRecord(Record):
    """An item of the checklist that stands otherwise; null where the policy does not name it."""

    id: str
    title: str
    before: ItemState | None
    now: ItemState | None

    @classmethod
    def of(cls, turned: Turned[ItemResult]) -> TurnedItemRecord:
        """An item that turned."""
        before, now = (one.state if one else None for one in (turned.before, turned.now))
        return cls(id=turned.either.item.id, title=turned.either.item.title, before=before, now=now)


class TurnedWaiverRecord(Record):
    """A waiver that was granted, has ended, or stands otherwise; null where the policy does not hold it."""

    kind: Literal["blocker", "criterion", "test"]
    target: str
    before: WaiverState | None
    now: WaiverState | None

    @classmethod
    def of(cls, turned: Turned[WaiverResult]) -> TurnedWaiverRecord:
        """A waiver that turned."""
        kind, target = turned.either.waiver.target
        before, now = (one.state if one else None for one in (turned.before, turned.now))
        return cls(kind=kind, target=target, before=before, now=now)


class SlowerTest(Record):
    """A test that takes much longer. Seconds."""

    test: Test
    before_s: float
    now_s: float

    @classmethod
    def of(cls, slower: Slower) -> SlowerTest:
        """A slower test."""
        return cls(test=Test.of(slower.key), before_s=slower.before_s, now_s=slower.now_s)


class TestChanges(Record):
    """What became of single tests; run-level errors are left out."""

    newly_failing: tuple[Test, ...]
    still_failing: tuple[Test, ...]
    fixed: tuple[Test, ...]
    failing_unseen: tuple[Test, ...]
    """Failed then, neither passed nor failed now: not proven fixed."""
    new: tuple[Test, ...]
    removed: tuple[Test, ...]
    """Had a result then, none now."""
    newly_skipped: tuple[Test, ...]
    slower: tuple[SlowerTest, ...]

    @classmethod
    def of(cls, comparison: Comparison) -> TestChanges:
        """The comparison of two runs."""
        names = [name for name in cls.model_fields if name != "slower"]
        keys = {name: tests(getattr(comparison, name)) for name in names}
        return cls(**keys, slower=tuple(SlowerTest.of(one) for one in comparison.slower))


class ChangesRecord(Record):
    """What changed between two judgements."""

    before: Judged
    now: Judged
    verdict_changed: bool
    criteria: tuple[TurnedCriterion, ...]
    blockers: tuple[MovedBlocker, ...]
    checklist: tuple[TurnedItemRecord, ...]
    waivers: tuple[TurnedWaiverRecord, ...]
    policy: tuple[str, ...]
    """What the policy demands otherwise, a sentence each."""
    tests: TestChanges

    @classmethod
    def of(cls, found: Difference) -> ChangesRecord:
        """The difference of two judgements."""
        changes = found.changes
        moved = [MovedBlocker.of(one) for one in changes.moved]
        return cls(
            before=Judged.of(changes.before),
            now=Judged.of(changes.now),
            verdict_changed=changes.verdict,
            criteria=tuple(TurnedCriterion.of(one) for one in changes.turned),
            blockers=(*moved, *(MovedBlocker.left(one) for one in found.unknown)),
            checklist=tuple(TurnedItemRecord.of(one) for one in changes.items),
            waivers=tuple(TurnedWaiverRecord.of(one) for one in changes.waivers),
            policy=amendments(changes.policy),
            tests=TestChanges.of(found.tests),
        )

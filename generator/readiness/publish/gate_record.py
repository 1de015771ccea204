"""What `readiness gate --format json` tells, as one record."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from readiness.assessment import Assessment, Word, to_ready, words
from readiness.publish.answer import Answer
from readiness.publish.difference import since_previous
from readiness.publish.judged_records import (
    BlockerRecord,
    CountsRecord,
    CriterionRecord,
    FlakyRecord,
    GapRecord,
    ReasonRecord,
    StepRecord,
)
from readiness.publish.records import ChangesRecord, Judged, Moment, Record


class RunRecord(Record):
    """The run that was judged. What is not known is empty."""

    id: str
    product: str
    version: str
    commit: str
    branch: str
    ci_url: str
    started: Moment
    finished: Moment


class PolicyRecord(Record):
    """What it was judged by."""

    sha256: str
    default: bool
    """True for the default policy: nobody has written one."""
    recorded: bool
    """False where `--policy` put another in the place of the recorded one."""


class Reasons(Record):
    """Both kinds of reasons, and what does not stop the release."""

    blocked: tuple[ReasonRecord, ...]
    unproven: tuple[ReasonRecord, ...]
    residual: tuple[ReasonRecord, ...]


class GateRecord(Record):
    """The answer of the gate."""

    schema_: Literal[1] = Field(alias="schema", default=1)
    verdict: Word
    ready: bool
    """True for READY that has not expired."""
    expired: bool
    """True where the evidence is too old when the gate is asked; the one value that depends on when that is."""
    exit_code: Literal[0, 1, 3]
    as_of: Moment
    valid_until: Moment | None
    summary: str
    recommendation: str
    report: str | None
    """Address of the report, where `--link` says where the site is."""
    run: RunRecord
    judgement: int
    policy: PolicyRecord
    previous: Judged | None
    baseline: Judged | None
    """The last run before that was READY, else the last of the version before."""
    reasons: Reasons
    counts: CountsRecord
    criteria: tuple[CriterionRecord, ...]
    blockers: tuple[BlockerRecord, ...]
    """Those that are not closed, the ones that stop the release first."""
    gaps: tuple[GapRecord, ...]
    flaky: tuple[FlakyRecord, ...]
    changes: ChangesRecord | None
    """Since `previous`."""
    to_ready: tuple[StepRecord, ...]
    """Fewest first."""

    @classmethod
    def of(cls, answer: Answer) -> GateRecord:
        """An answer."""
        found = answer.assessment
        verdict, manifest, changed = found.verdict, found.run.manifest, since_previous(found)
        return cls(
            verdict=verdict.word,
            ready=answer.ready,
            expired=answer.expired,
            exit_code=answer.exit_code,  # type: ignore[arg-type]  # checked by the model
            as_of=verdict.as_of,
            valid_until=verdict.valid_until,
            summary=answer.summary,
            recommendation=answer.recommendation,
            report=answer.report or None,
            run=RunRecord(**{name: getattr(manifest, name) for name in RunRecord.model_fields}),
            judgement=found.judgement.number,
            policy=PolicyRecord(sha256=answer.policy, default=found.default_policy, recorded=answer.recorded),
            previous=_judged(found.previous),
            baseline=_judged(found.baseline),
            reasons=Reasons(
                blocked=tuple(ReasonRecord.of(one) for one in verdict.blocked),
                unproven=tuple(ReasonRecord.of(one) for one in verdict.unproven),
                residual=tuple(ReasonRecord.of(one) for one in verdict.residual),
            ),
            counts=CountsRecord.of(found.facts.counts),
            criteria=tuple(CriterionRecord.of(one) for one in found.criteria),
            blockers=tuple(BlockerRecord.of(one, verdict.as_of) for one in words.standing(found)),
            gaps=tuple(GapRecord.of(one) for one in found.gaps),
            flaky=tuple(FlakyRecord.of(one) for one in found.flakes),
            changes=ChangesRecord.of(changed) if changed else None,
            to_ready=tuple(StepRecord.of(one) for one in to_ready(found)),
        )


def _judged(assessment: Assessment | None) -> Judged | None:
    return Judged.of(assessment) if assessment else None

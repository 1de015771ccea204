"""What `readiness gate --format json` tells, as one record."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from readiness.assessment import Assessment, Word, open_blockers, planned, to_ready
from readiness.render.answer import Answer
from readiness.render.difference import since_previous
from readiness.render.judged_records import (
    BlockerRecord,
    CountsRecord,
    CriterionRecord,
    GapRecord,
    ReasonRecord,
)
from readiness.render.outlook_records import FlakyRecord, StepRecord
from readiness.render.records import ChangesRecord, Judged, Moment, Record
from readiness.render.release_records import ItemRecord, PlanRecord, WaiverRecord


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
    without_waivers: Word
    """The verdict, if nothing were waived."""
    ready: bool
    """True for READY that has not expired, of a run that nothing overrules: see `superseded_by` and `siblings`."""
    expired: bool
    """True where evidence, a waiver or a sign-off has ended when the gate is asked: all that depends on that moment."""
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
    superseded_by: tuple[Judged, ...]
    """What replaced the run. Where one of these is not READY, this one is not either."""
    siblings: tuple[Judged, ...]
    """The runs that count alike, this one among them, since nothing says which is later: the worse verdict answers."""
    latest_of_release: Judged | None
    """The latest run of its release, where the run archived last is another one."""
    highest_release: Judged | None
    """What answers for the highest release, where the run archived last is of another one."""
    previous: Judged | None
    baseline: Judged | None
    """The last run before that was READY without waivers, else the last of the version before."""
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
    waivers: tuple[WaiverRecord, ...]
    checklist: tuple[ItemRecord, ...]
    plan: PlanRecord | None
    """Null where neither the policy nor a category estimates anything."""

    @classmethod
    def of(cls, answer: Answer) -> GateRecord:
        """An answer."""
        found = answer.assessment
        verdict, manifest, changed = found.verdict, found.run.manifest, since_previous(found)
        plan = planned(found)
        return cls(
            verdict=verdict.word,
            without_waivers=found.unwaived.word,
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
            superseded_by=tuple(Judged.of(one) for one in answer.place.successors),
            siblings=tuple(Judged.of(one) for one in answer.place.siblings),
            latest_of_release=_judged(answer.place.latest),
            highest_release=_judged(answer.place.highest),
            previous=_judged(found.previous),
            baseline=_judged(found.baseline),
            reasons=Reasons(
                blocked=tuple(ReasonRecord.of(one, found) for one in verdict.blocked),
                unproven=tuple(ReasonRecord.of(one, found) for one in verdict.unproven),
                residual=tuple(ReasonRecord.of(one, found) for one in verdict.residual),
            ),
            counts=CountsRecord.of(found.facts.counts),
            criteria=tuple(CriterionRecord.of(one) for one in found.criteria),
            blockers=tuple(
                BlockerRecord.of(one, verdict.as_of, waived=one.id in found.granted.blockers)
                for one in open_blockers(found)
            ),
            gaps=tuple(GapRecord.of(one) for one in found.gaps),
            flaky=tuple(FlakyRecord.of(one) for one in found.flakes),
            changes=ChangesRecord.of(changed) if changed else None,
            to_ready=tuple(StepRecord.of(one) for one in to_ready(found)),
            waivers=tuple(WaiverRecord.of(one, found) for one in found.waivers),
            checklist=tuple(ItemRecord.of(one, found) for one in found.items),
            plan=PlanRecord.of(plan) if plan else None,
        )


def _judged(assessment: Assessment | None) -> Judged | None:
    return Judged.of(assessment) if assessment else None

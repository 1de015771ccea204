"""What a judgement answers, apart from when: two that answer alike need not both be recorded."""

from collections.abc import Iterable
from typing import Any

from readiness.assessment.members import Member, MemberState
from readiness.assessment.record import Assessment
from readiness.assessment.verdict import Reason
from readiness.model import TestKey


def answers_alike(one: Assessment, other: Assessment) -> bool:
    """True where both judge the same to be open, missing, accepted and decided; ages and notes may differ."""
    return _answer(one) == _answer(other)


def _answer(found: Assessment) -> tuple[Any, ...]:
    verdict = found.verdict
    return (
        verdict.word,
        found.unwaived.word,
        [_refs(reasons) for reasons in (verdict.blocked, verdict.unproven, verdict.residual)],
        [(one.criterion.id, one.state, one.waived) for one in found.criteria],
        [(one.item.id, one.state) for one in found.items],
        [(one.ref, one.state) for one in found.waivers],
        [(one.identity, one.tests) for one in found.gaps],
        {
            one.id: (one.state, one.severity, one.owner, one.keeps_open, _states(one.members))
            for one in found.blockers.values()
        },
        found.facts.counts,
    )


def _refs(reasons: Iterable[Reason]) -> list[tuple[str, str]]:
    return [(reason.kind.value, reason.ref) for reason in reasons]


def _states(members: Iterable[Member]) -> list[tuple[TestKey, MemberState]]:
    return [(member.key, member.state) for member in members]

"""What a judgement answers, apart from when: two that answer alike need not both be recorded."""

from typing import Any

from readiness.assessment.record import Assessment


def answers_alike(one: Assessment, other: Assessment) -> bool:
    """True where both judge the same to be open, missing, accepted and decided; ages and notes may differ."""
    return _answer(one) == _answer(other)


def _answer(found: Assessment) -> tuple[Any, ...]:
    verdict = found.verdict
    return (
        verdict.word,
        found.unwaived.word,
        [
            [(reason.kind.value, reason.ref) for reason in reasons]
            for reasons in (verdict.blocked, verdict.unproven, verdict.residual)
        ],
        [(one.criterion.id, one.state, one.waived) for one in found.criteria],
        [(one.item.id, one.state) for one in found.items],
        [(one.ref, one.state) for one in found.waivers],
        [(one.identity, one.tests) for one in found.gaps],
        {
            one.id: (
                *(one.state, one.severity, one.owner, one.keeps_open),
                [(member.key, member.state) for member in one.members],
            )
            for one in found.blockers.values()
        },
        found.facts.counts,
    )

"""What still has to be done until the release is READY."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from readiness.assessment.blockers import Kind, MemberState
from readiness.assessment.criteria import CriterionResult, how
from readiness.assessment.measures import COMPLETENESS, OVER_THE_ARCHIVE
from readiness.assessment.numbers import plural
from readiness.assessment.record import Assessment
from readiness.assessment.words import stopping
from readiness.model import TestKey


@dataclass(frozen=True)
class Step:
    """One thing to do. `count`: of how many tests, or 1."""

    ref: str
    """Id of the blocker or criterion."""
    title: str
    todo: str
    count: int
    tests: tuple[TestKey, ...] = ()
    criterion: bool = False


def to_ready(assessment: Assessment) -> tuple[Step, ...]:
    """Every blocker and criterion that keeps the release from being READY, those with the fewest things to do first.

    A criterion whose tests all belong to blockers of the list is left out: it is met when they are closed.
    """
    steps = [*_blockers(assessment)]
    held = {key for step in steps for key in step.tests}
    named = {one.signature.partition(":")[2].removeprefix("criterion ") for one in stopping(assessment) if one.own}
    for result in assessment.criteria:
        if result.stops and result.criterion.id not in named and not _covered(result, held, steps):
            steps.append(_criterion(result))
    if assessment.gap:
        steps.append(Step("past", "The past is incomplete", assessment.gap, 1))
    return tuple(sorted(steps, key=lambda one: (one.count, one.criterion, one.ref)))


_TODO = {
    MemberState.FAILING: ("mend {}", "failing test"),
    MemberState.UNVERIFIED: ("run {} to a pass", "unverified test"),
}


def _blockers(assessment: Assessment) -> Iterator[Step]:
    for blocker in stopping(assessment):
        if blocker.own:
            todo = f"{_sentence(blocker.note)} {blocker.category.fix}" if blocker.note else blocker.category.fix
            yield Step(blocker.id, blocker.title, todo, 1)
            continue
        tests = tuple(member.key for member in blocker.members if member.state in _TODO)
        parts = [
            verb.format(plural(blocker.count(state), noun))
            for state, (verb, noun) in _TODO.items()
            if blocker.count(state)
        ]
        if blocker.kind is Kind.COMPONENT:
            parts = [f"make it available to {plural(len(tests), 'test')}"]
        todo = f"{_sentence(' and '.join(parts))} {blocker.category.fix}"
        yield Step(blocker.id, blocker.title, todo, len(tests), tests)


def _covered(result: CriterionResult, held: set[TestKey], steps: list[Step]) -> bool:
    """True where closing the blockers of the list meets the criterion as well."""
    holders = set(result.measured.holders)
    if holders:
        return holders <= held
    # A gap of the list says what the criterion lacks.
    return result.criterion.measure in COMPLETENESS | OVER_THE_ARCHIVE and any(not step.tests for step in steps)


def _criterion(result: CriterionResult) -> Step:
    holders = result.measured.holders
    todo, count = _sentence(how(result)), max(1, len(holders))
    return Step(result.criterion.id, result.criterion.title, todo, count, holders, criterion=True)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."

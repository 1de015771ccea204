"""What changed between two judgements, and whether the facts or the policy changed it."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from readiness.analysis import Comparison
from readiness.assessment.blockers import Blocker, BlockerState
from readiness.assessment.checklist import ItemResult
from readiness.assessment.criteria import CriterionResult, judge_criterion
from readiness.assessment.notes import Note
from readiness.assessment.record import Assessment
from readiness.assessment.verdict import Word
from readiness.assessment.waivers import WaiverResult
from readiness.policy import Policy, PolicyDifference, differences
from readiness.serial import ALWAYS_THERE

_Result = TypeVar("_Result", CriterionResult, ItemResult, WaiverResult)


@dataclass(frozen=True)
class Turned(Generic[_Result]):
    """A criterion, item or waiver that stands otherwise than before; None where a policy does not hold it."""

    before: _Result | None
    now: _Result | None
    by_policy: bool = False
    """True where only the policy turned a criterion: the facts of now, judged by the one of before, stand as before."""

    @property
    def either(self) -> _Result:
        """It as it is now; where it is gone, as it was."""
        either = self.now or self.before
        assert either is not None
        return either


@dataclass(frozen=True)
class NamedBlocker:
    """A blocker by name, and how it stood; the report of that judgement holds the rest."""

    id: str
    title: str | Note
    state: BlockerState


def _named(blocker: Blocker) -> NamedBlocker:
    return NamedBlocker(blocker.id, blocker.title, blocker.state)


@dataclass(frozen=True)
class Moved:
    """A blocker that is in another state than before; None: it was not yet known.

    One that was opened and closed in between is as it was: not there.
    """

    blocker: NamedBlocker
    before: BlockerState | None


@dataclass(frozen=True)
class Judged:
    """A judgement by name, and what it said."""

    run: str
    judgement: int
    version: str
    started: datetime
    verdict: Word
    unwaived: Word


def judged(assessment: Assessment) -> Judged:
    """The name of a judgement."""
    run, verdicts = assessment.run.manifest, (assessment.verdict.word, assessment.unwaived.word)
    return Judged(run.id, assessment.judgement.number, run.version, run.started, *verdicts)


@dataclass(frozen=True)
class Changes:
    """From one judgement to another, which need not follow it: everything that bears on the verdict, and the tests."""

    __pydantic_config__ = ALWAYS_THERE

    before: Judged
    now: Judged
    turned: tuple[Turned[CriterionResult], ...]
    moved: tuple[Moved, ...]
    items: tuple[Turned[ItemResult], ...]
    waivers: tuple[Turned[WaiverResult], ...]
    policy: tuple[PolicyDifference, ...]
    """What the policy says otherwise, but for what `items` and `waivers` hold."""
    unknown: tuple[NamedBlocker, ...] = ()
    """Blockers that were not closed then, and of which the line of runs that leads to now does not know."""
    tests: Comparison | None = None
    """What became of single tests; None for two judgements of one run."""

    @property
    def verdict(self) -> bool:
        """True where the verdict is another one."""
        return self.before.verdict is not self.now.verdict


def changes(before: Assessment, now: Assessment, tests: Comparison | None = None) -> Changes:
    """What changed from one judgement to a later one, whether or not they follow each other.

    `tests`: the comparison of their runs.
    """
    then = before.told_blockers
    states = {name: blocker.state for name, blocker in then.items()}
    moved = (one for one in now.told_blockers.values() if one.state is not states.get(one.id, BlockerState.CLOSED))
    criteria = _turned(before.criteria, now.criteria, lambda result: result.criterion.id)
    items = tuple(_turned(before.items, now.items, lambda result: result.item.id))
    signed = {turned.either.item.id for turned in items}
    unknown = (one for one in then.values() if one.id not in now.blockers)
    return Changes(
        judged(before),
        judged(now),
        tuple(replace(one, by_policy=_by_policy(one, before, now)) for one in criteria),
        tuple(Moved(_named(blocker), states.get(blocker.id)) for blocker in moved),
        items,
        tuple(_turned(before.waivers, now.waivers, lambda result: result.ref)),
        tuple(one for one in differences(before.policy, now.policy) if not _has_turned(one, signed)),
        tuple(_named(blocker) for blocker in unknown if blocker.state is not BlockerState.CLOSED),
        tests,
    )


def _turned(
    before: Iterable[_Result], now: Iterable[_Result], name_of: Callable[[_Result], str]
) -> Iterator[Turned[_Result]]:
    then: dict[str, _Result] = {name_of(result): result for result in before}
    today: dict[str, _Result] = {name_of(result): result for result in now}
    for name in dict.fromkeys((*today, *then)):
        old, new = then.get(name), today.get(name)
        # Of the three only a criterion is waived beside its state.
        stands = [result and (result.state, getattr(result, "waived", False)) for result in (old, new)]
        if stands[0] != stands[1]:
            yield Turned(old, new)


def _has_turned(difference: PolicyDifference, items: Container[str]) -> bool:
    """True for a waiver or item of one of the two policies alone, and for the sign-off of an item that has turned."""
    if difference.before is None or difference.now is None:
        return difference.kind in ("waivers", "checklist.items")
    signed = difference.kind == "checklist.items" and all(one.startswith("signoff") for one in difference.fields)
    return signed and difference.name in items


def _by_policy(turned: Turned[CriterionResult], before: Assessment, now: Assessment) -> bool:
    old, new = turned.before, turned.now
    if old is None or new is None:
        return True
    in_area = old.criterion.where and old.criterion.where.area is not None
    sorted_otherwise = in_area and _sorting(before.policy) != _sorting(now.policy)
    if sorted_otherwise or (old.criterion.row.over_expected and before.policy.retired != now.policy.retired):
        # The facts are those by the areas and retired tests of now: what they would be by those of before is not known.
        return True
    if old.criterion == new.criterion or old.state is new.state:
        return False
    return judge_criterion(old.criterion, now.facts, now.known).state is old.state


def _sorting(policy: Policy) -> list[tuple[str, tuple[str, ...]]]:
    """What decides which test belongs to which area: names and globs, in order."""
    return [(area.name, area.tests) for area in policy.areas]

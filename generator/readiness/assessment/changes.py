"""What changed between two judgements, and whether the facts or the policy changed it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from readiness.assessment.blockers import Blocker, BlockerState
from readiness.assessment.checklist import ItemResult
from readiness.assessment.criteria import CriterionResult, judge_criterion
from readiness.assessment.measures import OVER_EXPECTED
from readiness.assessment.record import Assessment
from readiness.assessment.waivers import WaiverResult
from readiness.policy import Policy, PolicyDifference, differences

_Result = TypeVar("_Result", CriterionResult, ItemResult, WaiverResult)


@dataclass(frozen=True)
class Turned:
    """A criterion that stands otherwise than before; None where a policy does not name it."""

    title: str
    before: CriterionResult | None
    now: CriterionResult | None
    by_policy: bool
    """True where only the policy turned it: the facts of now, judged by the criterion of before, stand as before."""


@dataclass(frozen=True)
class Moved:
    """A blocker that is in another state than before; None: it was not yet known."""

    blocker: Blocker
    before: BlockerState | None


@dataclass(frozen=True)
class TurnedItem:
    """An item of the checklist that stands otherwise than before; None where a policy does not name it."""

    before: ItemResult | None
    now: ItemResult | None


@dataclass(frozen=True)
class TurnedWaiver:
    """A waiver that was granted, has ended, or stands otherwise; None where a policy does not hold it."""

    before: WaiverResult | None
    now: WaiverResult | None


@dataclass(frozen=True)
class Changes:
    """Everything that bears on the verdict and is not as it was. `before` and `now` are the two judgements."""

    before: Assessment
    now: Assessment
    turned: tuple[Turned, ...]
    moved: tuple[Moved, ...]
    items: tuple[TurnedItem, ...]
    waivers: tuple[TurnedWaiver, ...]
    policy: tuple[PolicyDifference, ...]
    """What the policy says otherwise, but for what `items` and `waivers` hold."""

    @property
    def verdict(self) -> bool:
        """True where the verdict is another one."""
        return self.before.verdict.word is not self.now.verdict.word


def changes(before: Assessment, now: Assessment) -> Changes:
    """What changed from one judgement to a later one, whether or not they follow each other."""
    moved = [
        Moved(blocker, before.blockers[blocker.id].state if blocker.id in before.blockers else None)
        for blocker in now.blockers.values()
    ]
    items = tuple(TurnedItem(*pair) for pair in _turns(before.items, now.items, lambda result: result.item.id))
    waivers = tuple(TurnedWaiver(*pair) for pair in _turns(before.waivers, now.waivers, lambda result: result.ref))
    turned = {either.item.id for item in items if (either := item.now or item.before)}
    return Changes(
        before,
        now,
        tuple(_turned(before, now)),
        tuple(one for one in moved if one.before is not one.blocker.state),
        items,
        waivers,
        tuple(one for one in differences(before.policy, now.policy) if not _has_turned(one, turned)),
    )


def _turns(
    before: Iterable[_Result], now: Iterable[_Result], name_of: Callable[[_Result], str]
) -> Iterator[tuple[_Result | None, _Result | None]]:
    """(the one of before, that of now) of each name, None where there is none, that stands otherwise."""
    then: dict[str, _Result] = {name_of(result): result for result in before}
    today: dict[str, _Result] = {name_of(result): result for result in now}
    for name in dict.fromkeys((*today, *then)):
        old, new = then.get(name), today.get(name)
        if old is None or new is None or (old.state, _waived(old)) != (new.state, _waived(new)):
            yield old, new


def _waived(result: CriterionResult | ItemResult | WaiverResult) -> bool:
    return isinstance(result, CriterionResult) and result.waived


def _has_turned(difference: PolicyDifference, items: Container[str]) -> bool:
    """True for a waiver or item of one of the two policies alone, and for the sign-off of an item that has turned."""
    if difference.before is None or difference.now is None:
        return difference.kind in ("waivers", "checklist.items")
    signed = difference.kind == "checklist.items" and all(one.startswith("signoff") for one in difference.fields)
    return signed and difference.name in items


def _turned(before: Assessment, now: Assessment) -> Iterator[Turned]:
    for old, new in _turns(before.criteria, now.criteria, lambda result: result.criterion.id):
        either = new or old
        assert either is not None
        by_policy = old is None or new is None or _by_policy(old, new, before, now)
        yield Turned(either.criterion.title, old, new, by_policy)


def _by_policy(old: CriterionResult, new: CriterionResult, before: Assessment, now: Assessment) -> bool:
    in_area = old.criterion.where and old.criterion.where.area is not None
    of_expected = old.criterion.measure in OVER_EXPECTED
    sorted_otherwise = in_area and _sorting(before.policy) != _sorting(now.policy)
    if sorted_otherwise or (of_expected and before.policy.retired != now.policy.retired):
        # The facts are those by the areas and retired tests of now: what they would be by those of before is not known.
        return True
    if old.criterion == new.criterion or old.state is new.state:
        return False
    return judge_criterion(old.criterion, now.facts, now.verdict.as_of).state is old.state


def _sorting(policy: Policy) -> list[tuple[str, tuple[str, ...]]]:
    """What decides which test belongs to which area: names and globs, in order."""
    return [(area.name, area.tests) for area in policy.areas]

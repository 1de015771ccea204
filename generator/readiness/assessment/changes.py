"""What changed between two judgements, and whether the facts or the policy changed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readiness.assessment.blockers import Blocker, BlockerState
from readiness.assessment.checklist import ItemResult
from readiness.assessment.criteria import CriterionResult, judge_criterion
from readiness.assessment.measures import OVER_EXPECTED
from readiness.assessment.record import Assessment
from readiness.assessment.waivers import WaiverResult
from readiness.policy import Criterion, Policy


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
    policy: tuple[str, ...]
    """What the policy demands otherwise, a sentence each."""

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
    return Changes(
        before,
        now,
        tuple(_turned(before, now)),
        tuple(one for one in moved if one.before is not one.blocker.state),
        tuple(_items(before, now)),
        tuple(_waivers(before, now)),
        tuple(policy_changes(before.policy, now.policy)),
    )


def _turned(before: Assessment, now: Assessment) -> Iterator[Turned]:
    then = {one.criterion.id: one for one in before.criteria}
    today = {one.criterion.id: one for one in now.criteria}
    for name in dict.fromkeys((*today, *then)):
        old, new = then.get(name), today.get(name)
        if old is None or new is None:
            either = new or old
            assert either is not None
            yield Turned(either.criterion.title, old, new, by_policy=True)
        elif old.state is not new.state:
            yield Turned(new.criterion.title, old, new, _by_policy(old, new, before, now))


def _items(before: Assessment, now: Assessment) -> Iterator[TurnedItem]:
    then, today = ({one.item.id: one for one in judged.items} for judged in (before, now))
    for name in dict.fromkeys((*today, *then)):
        old, new = then.get(name), today.get(name)
        if (old and old.state) is not (new and new.state):
            yield TurnedItem(old, new)


def _waivers(before: Assessment, now: Assessment) -> Iterator[TurnedWaiver]:
    then, today = ({one.ref: one for one in judged.waivers} for judged in (before, now))
    for name in dict.fromkeys((*today, *then)):
        old, new = then.get(name), today.get(name)
        if (old and old.state) is not (new and new.state):
            yield TurnedWaiver(old, new)


def _by_policy(old: CriterionResult, new: CriterionResult, before: Assessment, now: Assessment) -> bool:
    in_area = old.criterion.where and old.criterion.where.area is not None
    of_expected = old.criterion.measure in OVER_EXPECTED
    sorted_otherwise = in_area and _sorting(before.policy) != _sorting(now.policy)
    if sorted_otherwise or (of_expected and before.policy.retired != now.policy.retired):
        # The facts are those by the areas and retired tests of now: what they would be by those of before is not known.
        return True
    if old.criterion == new.criterion:
        return False
    return judge_criterion(old.criterion, now.facts, now.verdict.as_of).state is old.state


def _sorting(policy: Policy) -> list[tuple[str, tuple[str, ...]]]:
    """What decides which test belongs to which area: names and globs, in order."""
    return [(area.name, area.tests) for area in policy.areas]


def policy_changes(before: Policy, now: Policy) -> Iterator[str]:
    """How one policy differs from an earlier one, in a sentence each."""
    then, today = ({one.id: one for one in policy.criteria} for policy in (before, now))
    for name in dict.fromkeys((*today, *then)):
        old, new = then.get(name), today.get(name)
        if old is None and new is not None:
            yield f"“{new.title}” is demanded now: {demand(new)}."
        elif new is None and old is not None:
            yield f"“{old.title}” is no longer demanded."
        elif old is not None and new is not None and demand(old) != demand(new):
            yield f"“{new.title}” demands {demand(new)}, before {demand(old)}."
    yield from _named("required variant", before.variants.required, now.variants.required)
    names = [[one.name for one in policy.areas] for policy in (before, now)]
    yield from _named("area", *names)
    shared = {*names[0]} & {*names[1]}
    if len({tuple(name for name in order if name in shared) for order in names}) > 1:
        yield "The areas are tried in another order."
    old_areas, new_areas = ({one.name: one for one in policy.areas} for policy in (before, now))
    yield from (
        f"The area “{name}” is defined otherwise." for name in sorted(shared) if old_areas[name] != new_areas[name]
    )
    retired = [[f"{', '.join(one.tests)} ({one.reason})" for one in policy.retired] for policy in (before, now)]
    yield from _named("retired test", *retired)
    if before.categories != now.categories:
        yield "The categories of failure are defined otherwise."
    yield from _release_day(before, now)
    if before.vanished_allowed != now.vanished_allowed:
        yield f"{now.vanished_allowed.text} of the tests may vanish, before {before.vanished_allowed.text}."


def _release_day(before: Policy, now: Policy) -> Iterator[str]:
    """Items and waivers that both policies hold, each in another way; those of one alone are told as they turned."""
    items = {one.id: one for one in before.items}
    for item in now.items:
        old_item = items.get(item.id)
        if old_item and old_item.model_copy(update={"signoff": item.signoff}) != item:
            yield f"The item “{item.title}” is defined otherwise."
    granted = {one.target: one for one in before.waivers}
    for waiver in now.waivers:
        old, name = granted.get(waiver.target), waiver.target[1]
        if old and old.expires != waiver.expires:
            yield f"The waiver of {name} holds until {waiver.expires}, before {old.expires}."
        if old and old.at_most != waiver.at_most:
            bounds = [f"at most {one.at_most.text}" if one.at_most else "without a bound" for one in (waiver, old)]
            yield f"The waiver of {name} accepts it {bounds[0]}, before {bounds[1]}."
    if before.waiver_cap != now.waiver_cap:
        yield f"A waiver may end {now.waiver_cap.text} after a judgement, before {before.waiver_cap.text}."


_SIGN = {"at_least": "at least ", "at_most": "at most ", "equals": "exactly "}


def limit(criterion: Criterion) -> str:
    """`at least 95 %`, `exactly 0`."""
    return f"{_SIGN[criterion.direction]}{criterion.limit.text}"


def demand(criterion: Criterion) -> str:
    """`completion at least 95 % in the area Shop, blocking`."""
    where = criterion.where
    parts = [f"{criterion.measure} {limit(criterion)}"]
    if where and where.area is not None:
        parts.append(f"in the area {where.area}")
    if where and where.variant is not None:
        parts.append(f"in the variant {where.variant}")
    if criterion.max_age:
        parts.append(f"of a run not older than {criterion.max_age.text}")
    if criterion.min_evidence:
        parts.append(f"from {criterion.min_evidence} values or more")
    return f"{' '.join(parts)}, {criterion.tier}"


def _named(what: str, before: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    yield from (f"New {what}: {name}." for name in now if name not in before)
    yield from (f"No longer {_an(what)}: {name}." for name in before if name not in now)


def _an(what: str) -> str:
    return f"{'an' if what[0] in 'aeiou' else 'a'} {what}"

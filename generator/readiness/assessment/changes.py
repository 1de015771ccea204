"""What changed between two judgements, and whether the facts or the policy changed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readiness.assessment.blockers import Blocker, BlockerState
from readiness.assessment.checklist import ItemResult
from readiness.assessment.criteria import CriterionResult, judge_criterion
from readiness.assessment.measures import OVER_EXPECTED
from readiness.assessment.notes import Note, note
from readiness.assessment.record import Assessment
from readiness.assessment.waivers import WaiverResult
from readiness.policy import RETIRABLE, Criterion, Policy


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
    policy: tuple[Note, ...]
    """What the policy demands otherwise, one by one."""

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
        elif (old.state, old.waived) != (new.state, new.waived):
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
    if old.criterion == new.criterion or old.state is new.state:
        return False
    return judge_criterion(old.criterion, now.facts, now.verdict.as_of).state is old.state


def _sorting(policy: Policy) -> list[tuple[str, tuple[str, ...]]]:
    """What decides which test belongs to which area: names and globs, in order."""
    return [(area.name, area.tests) for area in policy.areas]


def policy_changes(before: Policy, now: Policy) -> Iterator[Note]:
    """How one policy differs from an earlier one, in a sentence each."""
    then, today = ({one.id: one for one in policy.criteria} for policy in (before, now))
    for name in dict.fromkeys((*today, *then)):
        old, new = then.get(name), today.get(name)
        if old is None and new is not None:
            yield note("demanded_now", title=new.title, demand=demand(new))
        elif new is None and old is not None:
            yield note("demanded_no_more", title=old.title)
        elif old is not None and new is not None and demand(old) != demand(new):
            yield note("demands_otherwise", title=new.title, now=demand(new), before=demand(old))
    yield from _named("variant", *([str(one) for one in policy.variants.required] for policy in (before, now)))
    names = [[one.name for one in policy.areas] for policy in (before, now)]
    yield from _named("area", *names)
    shared = {*names[0]} & {*names[1]}
    if len({tuple(name for name in order if name in shared) for order in names}) > 1:
        yield note("areas_reordered")
    old_areas, new_areas = ({one.name: one for one in policy.areas} for policy in (before, now))
    yield from (note("area_redefined", name=name) for name in sorted(shared) if old_areas[name] != new_areas[name])
    for kind in RETIRABLE:
        retired = [[told for one in policy.retired if (told := one.named(kind))] for policy in (before, now)]
        yield from _named("retired" if kind == "tests" else "retirement", *retired)
    if before.categories != now.categories:
        yield note("categories_redefined")
    yield from _release_day(before, now)
    if before.vanished_allowed != now.vanished_allowed:
        yield note("vanished_allowed", now=now.vanished_allowed.text, before=before.vanished_allowed.text)


def _release_day(before: Policy, now: Policy) -> Iterator[Note]:
    """Items and waivers that both policies hold, each in another way; those of one alone are told as they turned."""
    items = {one.id: one for one in before.items}
    for item in now.items:
        old_item = items.get(item.id)
        if old_item and old_item.model_copy(update={"signoff": item.signoff}) != item:
            yield note("item_redefined", title=item.title)
    granted = {one.target: one for one in before.waivers}
    for waiver in now.waivers:
        old, name = granted.get(waiver.target), waiver.target[1]
        if old and old.expires != waiver.expires:
            yield note("waiver_prolonged", name=name, now=str(waiver.expires), before=str(old.expires))
        if old and old.at_most != waiver.at_most:
            bounds = [one.at_most.text if one.at_most else "" for one in (waiver, old)]
            yield note("waiver_bounded", name=name, now=bounds[0], before=bounds[1])
    if before.waiver_cap != now.waiver_cap:
        yield note("waiver_cap", now=now.waiver_cap.text, before=before.waiver_cap.text)


def limit(criterion: Criterion) -> Note:
    """`at least 95 %`, `exactly 0`."""
    return note(f"limit_{criterion.direction}", limit=criterion.limit.text)


def demand(criterion: Criterion) -> Note:
    """`completion at least 95 % in the area Shop, blocking`."""
    where = criterion.where
    return note(
        "demand",
        measure=criterion.measure,
        limit=limit(criterion),
        area=(where and where.area) or "",
        variant=(where and where.variant) or "",
        max_age=criterion.max_age.text if criterion.max_age else "",
        values=criterion.min_evidence or 0,
        tier=criterion.tier,
    )


def _named(what: str, before: Sequence[str], now: Sequence[str]) -> Iterator[Note]:
    yield from (note(f"new_{what}", name=name) for name in now if name not in before)
    yield from (note(f"no_{what}", name=name) for name in before if name not in now)

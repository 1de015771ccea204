"""The checklist: items that must be true on the day of the release, as evidence and sign-offs have them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from readiness.analysis import RunFacts
from readiness.assessment.criteria import CriterionResult, CriterionState, how, judge_criterion
from readiness.assessment.measures import Known
from readiness.assessment.notes import Note, note
from readiness.model import TestKey
from readiness.policy import ChecklistItem, Criterion, Policy, Signoff, end_of, start_of
from readiness.serial import telling


class ItemState(StrEnum):
    """How an item stands. Where evidence and a sign-off are named, both must hold."""

    DONE = "done"
    NOT_DONE = "not done"
    """Its evidence fails, or nobody has signed it off yet."""
    UNPROVEN = "unproven"
    """Its evidence is missing."""
    EXPIRED = "expired"
    """Its sign-off held once."""
    CONTRADICTED = "contradicted"
    """Somebody has signed it off, and the evidence named beside it fails."""


@telling("stops", "claimed", "limit")
@dataclass(frozen=True)
class ItemResult:
    """One item judged on one run."""

    item: ChecklistItem
    group: str
    state: ItemState
    notes: tuple[Note, ...]
    """What was measured, and who signed it off until when."""
    holders: tuple[TestKey, ...] = ()
    """The tests that keep it from being done."""
    signed: bool = True
    """True where its sign-off holds, or none is asked for."""

    @property
    def done(self) -> bool:
        """True where it is proved and signed off, as far as it must be."""
        return self.state is ItemState.DONE

    @property
    def stops(self) -> bool:
        """True where it keeps the release from being ready, unless it is waived."""
        return self.item.blocking and not self.done

    @property
    def claimed(self) -> bool:
        """True where it is done because somebody says so, without evidence."""
        item = self.item
        return self.done and item.signoff is not None and (item.tests, item.criterion, item.metric) == (None,) * 3

    @property
    def limit(self) -> datetime | None:
        """The end of the sign-off that it rests on."""
        signoff = self.item.signoff
        return end_of(signoff.expires) if self.done and signoff and signoff.expires else None


@dataclass(frozen=True)
class _Proof:
    """What an item's evidence says: done, not done or unproven."""

    state: ItemState
    note: Note | None
    holders: tuple[TestKey, ...] = ()


def judge_checklist(
    policy: Policy, facts: RunFacts, criteria: Collection[CriterionResult], known: Known
) -> tuple[ItemResult, ...]:
    """Every item in the order of the policy; `criteria` without waivers."""
    judged = {one.criterion.id: one for one in criteria}
    return tuple(
        _judged(
            item,
            group.group,
            _proof(item, facts, judged, known),
            _signed(item.signoff, facts.run.version, known.as_of),
        )
        for group in policy.checklist
        for item in group.items
    )


def _judged(item: ChecklistItem, group: str, proof: _Proof | None, sign: tuple[ItemState, Note | None]) -> ItemResult:
    state, signed = sign
    found = proof or _Proof(ItemState.DONE, None)
    if proof is None and item.signoff is None:
        state, signed = ItemState.NOT_DONE, note("signed_by_nobody")
    holds = state is ItemState.DONE
    if found.state is ItemState.NOT_DONE:
        state = ItemState.CONTRADICTED if item.signoff and holds else ItemState.NOT_DONE
    elif holds:
        state = found.state
    notes = tuple(each for each in (found.note, signed) if each)
    return ItemResult(item, group, state, notes, found.holders, signed=holds)


def _signed(signoff: Signoff | None, version: str, as_of: datetime) -> tuple[ItemState, Note | None]:
    """How the sign-off stands by itself for a version; done where none is asked for."""
    if signoff is None:
        return ItemState.DONE, None
    if signoff.version not in (None, version):
        return ItemState.NOT_DONE, note("signed_for_another", by=signoff.by, version=signoff.version)
    if as_of < start_of(signoff.date):
        return ItemState.NOT_DONE, note("signed_later", by=signoff.by, day=str(signoff.date))
    if signoff.expires and as_of >= end_of(signoff.expires):
        past = note("signed_until_then", by=signoff.by, day=str(signoff.date), end=str(signoff.expires))
        return ItemState.EXPIRED, past
    return ItemState.DONE, signed(signoff)


def signed(signoff: Signoff) -> Note:
    """`signed off by kim on 2025-08-30 for 1.4.0, until 2025-09-30`."""
    told = {"by": signoff.by, "day": str(signoff.date)} | ({"version": signoff.version} if signoff.version else {})
    if signoff.expires is None:
        return note("signed", **told)
    return note("signed_until", **told, end=str(signoff.expires))


def _proof(
    item: ChecklistItem, facts: RunFacts, criteria: Mapping[str, CriterionResult], known: Known
) -> _Proof | None:
    if item.tests is not None:
        return _by_tests(item, facts)
    if item.criterion is not None:
        return _by_criterion(criteria[item.criterion])
    demand = demand_of(item)
    return _by_criterion(judge_criterion(demand, facts, known)) if demand else None


def demand_of(item: ChecklistItem) -> Criterion | None:
    """The criterion that proves an item by a metric; None where that proves none."""
    if item.metric is None:
        return None
    limit: dict[str, str] = {item.metric.direction: item.metric.limit.text}
    demand = {"id": item.id, "title": item.title, "measure": f"metric.{item.metric.name}", **limit}
    return Criterion.model_validate(demand)


_BY_CRITERION = {CriterionState.MET: ItemState.DONE, CriterionState.UNMET: ItemState.NOT_DONE}


def _by_criterion(result: CriterionResult) -> _Proof:
    state = _BY_CRITERION.get(result.state, ItemState.UNPROVEN)
    return _Proof(state, how(result), () if state is ItemState.DONE else result.measured.holders)


def _by_tests(item: ChecklistItem, facts: RunFacts) -> _Proof:
    found = facts.samples[item.id]
    if found.failing:
        fails = note("item_fails", count=len(found.failing), tests=found.tests)
        return _Proof(ItemState.NOT_DONE, fails, (*found.failing, *found.unseen))
    if not found.tests:
        return _Proof(ItemState.UNPROVEN, note("item_unmatched", globs=", ".join(item.tests or ())))
    if found.unseen:
        return _Proof(ItemState.UNPROVEN, note("item_unseen", count=len(found.unseen), tests=found.tests), found.unseen)
    return _Proof(ItemState.DONE, note("item_passed", tests=found.tests))


def open_items(items: Collection[ItemResult]) -> Iterator[ItemResult]:
    """The items that are not done, the blocking ones first."""
    yield from sorted((one for one in items if not one.done), key=lambda one: not one.item.blocking)

"""Where to look for what made a value miss its limit: between the last run that met it and the first that did not."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice

from readiness.analysis import ref_to
from readiness.archive import Manifest
from readiness.assessment.blockers import Kind, Requirement
from readiness.assessment.checklist import ItemResult, ItemState, demand_of
from readiness.assessment.criteria import CriterionResult, CriterionState, judge_criterion
from readiness.assessment.record import Assessment
from readiness.assessment.window import LOOK_BACK, Tried, tried, window_between
from readiness.policy import Criterion


def with_limit_windows(
    blockers: Mapping[str, Requirement],
    criteria: Iterable[CriterionResult],
    items: Iterable[ItemResult],
    now: Manifest,
    back: Iterable[Assessment],
) -> dict[str, Requirement]:
    """The blockers, with the windows of those that a run opened or reopened: criteria, and items that a metric proves.

    Runs before are judged by the limit of now: one that moved, when the value did not, leads nowhere. Where no run
    before met it, there is nothing to look between.
    """
    here = ref_to(now)
    limits = {(Kind.CRITERION, one.criterion.id): one.criterion for one in criteria}
    proofs = {one.item.id: demand_of(one.item) for one in items if one.item.signoff is None}
    limits |= {(Kind.CHECKLIST, name): demand for name, demand in proofs.items() if demand}
    fresh = [one for one in blockers.values() if here in (one.opened, one.reopened) and one.state.stops]
    asked = {one.id: limits[one.kind, one.ref] for one in fresh if (one.kind, one.ref) in limits}
    found = dict(blockers) | {one.id: replace(one, window=None) for one in fresh}
    # Going back: the first run that missed the limit, as far as is known, and those before it that do not say.
    waiting = {name: (now, list[Tried]()) for name in asked}
    for earlier in islice(back, LOOK_BACK) if waiting else ():
        for name, (since, unclear) in [*waiting.items()]:
            met = _met(earlier, asked[name], blockers[name].kind)
            if met:
                found[name] = replace(found[name], window=window_between(earlier.run.manifest, unclear, since))
                del waiting[name]
            elif met is None:
                unclear.append(tried(earlier.run.manifest))
            else:
                waiting[name] = earlier.run.manifest, []
        if not waiting:
            break
    return found


def _met(earlier: Assessment, asked: Criterion, kind: Kind) -> bool | None:
    """Whether a run met the limit of now; None where it does not say, as one that was judged by another measure."""
    judged: dict[str, tuple[Criterion | None, CriterionState | None]]
    if kind is Kind.CRITERION:
        judged = {one.criterion.id: (one.criterion, one.state) for one in earlier.criteria}
    else:
        judged = {one.item.id: (demand_of(one.item), _BY_ITEM.get(one.state)) for one in earlier.items}
    then, state = judged.get(asked.id, (None, None))
    if then is None or (then.measure, then.where) != (asked.measure, asked.where):
        return None
    if state is None or _limits(then) != _limits(asked):
        state = judge_criterion(asked, earlier.facts, earlier.known).state
    return state is CriterionState.MET if state in (CriterionState.MET, CriterionState.UNMET) else None


_BY_ITEM = {ItemState.DONE: CriterionState.MET, ItemState.UNPROVEN: CriterionState.UNPROVEN}
"""What an item says of its metric; any other state may be that of its sign-off."""


def _limits(criterion: Criterion) -> tuple[object, ...]:
    return criterion.direction, criterion.limit, criterion.max_age, criterion.min_evidence

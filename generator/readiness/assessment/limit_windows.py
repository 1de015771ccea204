"""Where to look for what made a value miss its limit: between the last run that met it and the first that did not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice

from readiness.analysis import ref_to
from readiness.archive import Manifest
from readiness.assessment.blockers import Kind, Requirement
from readiness.assessment.checklist import ItemResult, ItemState
from readiness.assessment.criteria import CriterionState
from readiness.assessment.record import Assessment
from readiness.assessment.window import LOOK_BACK, Tried, tried, window_between


def with_limit_windows(
    blockers: Mapping[str, Requirement], items: Iterable[ItemResult], now: Manifest, back: Iterable[Assessment]
) -> dict[str, Requirement]:
    """The blockers, with the windows of those that a run opened or reopened: criteria, and items that a metric proves.

    Where no run before met the limit, there is nothing to look between.
    """
    here, limits = ref_to(now), {one.item.id for one in items if one.item.metric and one.item.signoff is None}
    fresh = [one for one in blockers.values() if here in (one.opened, one.reopened) and one.state.stops]
    judged = (one for one in fresh if one.kind is Kind.CRITERION or (one.kind is Kind.CHECKLIST and one.ref in limits))
    found = dict(blockers) | {one.id: replace(one, window=None) for one in fresh}
    # Going back: the first run that missed the limit, as far as is known, and those before it that do not say.
    waiting = {one.id: (now, list[Tried]()) for one in judged}
    for earlier in islice(back, LOOK_BACK) if waiting else ():
        for name, (since, unclear) in [*waiting.items()]:
            met = _met(earlier, blockers[name])
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


def _met(earlier: Assessment, blocker: Requirement) -> bool | None:
    """Whether a run met the limit; None where it does not say."""
    if blocker.kind is Kind.CRITERION:
        state = next((one.state for one in earlier.criteria if one.criterion.id == blocker.ref), None)
        return state is CriterionState.MET if state in (CriterionState.MET, CriterionState.UNMET) else None
    item = next((one for one in earlier.items if one.item.id == blocker.ref), None)
    return None if item is None or item.state is ItemState.UNPROVEN else item.done

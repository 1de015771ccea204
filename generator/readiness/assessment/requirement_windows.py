"""Where to look for what a requirement came from: between the last run that met it and the first that did not."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice

from readiness.analysis import RunFacts, ref_to
from readiness.assessment.blockers import Kind, Requirement
from readiness.assessment.checklist import ItemResult, ItemState, demand_of
from readiness.assessment.criteria import CriterionResult, CriterionState, judge_criterion
from readiness.assessment.gaps import Gap, GapKind
from readiness.assessment.record import Assessment
from readiness.assessment.window import LOOK_BACK, Tried, tried, window_between
from readiness.policy import Criterion

Met = Callable[[Assessment], bool | None]
"""Whether an earlier run met a demand of now; None where it does not say."""


def with_requirement_windows(
    blockers: Mapping[str, Requirement],
    facts: RunFacts,
    criteria: Collection[CriterionResult],
    items: Iterable[ItemResult],
    gaps: Iterable[Gap],
    back: Iterable[Assessment],
) -> dict[str, Requirement]:
    """The blockers, with the windows of those that a run opened or reopened.

    Of criteria and of items that a metric proves: runs before are judged by the limit of now, for one that moved, when
    the value did not, leads nowhere. Of gaps: tests, variants and measures that an earlier run had. Where no run before
    met it, there is nothing to look between, and none where nothing but a signature or a whole file is missing, or
    where the run was too old: no commit made it so.
    """
    here = ref_to(facts.run)
    asked = {**dict(_limits_met(criteria, items)), **dict(_gaps_met(gaps, facts, criteria))}
    # A gap proves nothing, so its blocker is never more than unverified.
    fresh = [
        one
        for one in blockers.values()
        if here in (one.opened, one.reopened) and (one.state.stops or one.kind is Kind.GAP)
    ]
    found = dict(blockers) | {one.id: replace(one, window=None) for one in fresh}
    # Going back: the first run that missed it, as far as is known, and those before it that do not say.
    waiting = {one.id: (facts.run, list[Tried]()) for one in fresh if one.signature in asked}
    for earlier in islice(back, LOOK_BACK) if waiting else ():
        for name, (since, unclear) in [*waiting.items()]:
            met = asked[blockers[name].signature](earlier)
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


def _limits_met(criteria: Iterable[CriterionResult], items: Iterable[ItemResult]) -> Iterator[tuple[str, Met]]:
    """By the signature of a blocker."""
    for one in criteria:
        yield f"{Kind.CRITERION.value}:{one.criterion.id}", partial(_met, one.criterion, Kind.CRITERION)
    for item in items:
        demand = demand_of(item.item) if item.item.signoff is None else None
        if demand:
            yield f"{Kind.CHECKLIST.value}:{item.item.id}", partial(_met, demand, Kind.CHECKLIST)


def _gaps_met(gaps: Iterable[Gap], facts: RunFacts, criteria: Collection[CriterionResult]) -> Iterator[tuple[str, Met]]:
    asked = {one.criterion.id: one.criterion for one in criteria}
    for gap in gaps:
        name = f"{Kind.GAP.value}:{gap.identity}"
        runs = frozenset(facts.last_run[key].run for key in gap.tests if key in facts.last_run)
        if gap.kind is GapKind.CRITERION:
            if gap.note is None or gap.note.kind != "too_old":
                yield name, partial(_measured, asked[gap.name])
        elif runs or gap.kind is GapKind.VARIANT:
            yield name, partial(_had, gap, runs)


def _had(gap: Gap, runs: frozenset[str], earlier: Assessment) -> bool:
    """Whether a run had the variant or the tests that are missing; `runs`: those that had one of the tests last."""
    if gap.kind is GapKind.VARIANT:
        counts = earlier.facts.counted(None, gap.name)
        return counts is not None and counts.executed > 0
    return earlier.run.id in runs


def _measured(asked: Criterion, earlier: Assessment) -> bool | None:
    """Whether a run had the evidence that a criterion asks for now; None where it does not say."""
    state = _judged(asked, Kind.CRITERION, earlier)
    return None if state is None else state in (CriterionState.MET, CriterionState.UNMET)


def _met(asked: Criterion, kind: Kind, earlier: Assessment) -> bool | None:
    """Whether a run met the limit of now; None where it does not say."""
    state = _judged(asked, kind, earlier)
    return state is CriterionState.MET if state in (CriterionState.MET, CriterionState.UNMET) else None


def _judged(asked: Criterion, kind: Kind, earlier: Assessment) -> CriterionState | None:
    """How a run stands by the limit of now; None for one that was judged by another measure, or not by it."""
    judged: dict[str, tuple[Criterion | None, CriterionState | None]]
    if kind is Kind.CRITERION:
        judged = {one.criterion.id: (one.criterion, one.state) for one in earlier.criteria}
    else:
        judged = {one.item.id: (demand_of(one.item), _BY_ITEM.get(one.state)) for one in earlier.items}
    then, state = judged.get(asked.id, (None, None))
    if then is None or (then.measure, then.where) != (asked.measure, asked.where):
        return None
    if state is None or _limits(then) != _limits(asked):
        return judge_criterion(asked, earlier.facts, earlier.known).state
    return state


_BY_ITEM = {ItemState.DONE: CriterionState.MET, ItemState.UNPROVEN: CriterionState.UNPROVEN}
"""What an item says of its metric; any other state may be that of its sign-off."""


def _limits(criterion: Criterion) -> tuple[object, ...]:
    return criterion.direction, criterion.limit, criterion.max_age, criterion.min_evidence

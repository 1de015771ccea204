"""What a blocker stands by, its tests and criteria; and so which waivers are about it."""

from __future__ import annotations

from readiness.assessment.blockers import Blocker, Kind
from readiness.assessment.measures import COMPLETENESS
from readiness.assessment.record import Assessment
from readiness.assessment.waivers import unsettled
from readiness.model import TestKey
from readiness.policy import Waiver


def is_about(waiver: Waiver, blocker: Blocker, judged: Assessment) -> bool:
    """True where the waiver names the blocker, or a test, criterion or other blocker that it stands by."""
    kind, name = waiver.target
    tests, criteria = _stands_by(blocker, judged)
    if kind == "test":
        return any(key.label == name for key in tests)
    if kind == "criterion":
        return name in criteria
    other = judged.blockers.get(name)
    if other is None or name == blocker.id:
        return name == blocker.id
    others, ruled = _stands_by(other, judged)
    held = unsettled(other) if other.own is None else others if other.kind is Kind.GAP else ()
    return not tests.isdisjoint(held) or not criteria.isdisjoint(ruled)


def _stands_by(blocker: Blocker, judged: Assessment) -> tuple[frozenset[TestKey], frozenset[str]]:
    """(tests, criteria)."""
    if blocker.kind is Kind.CRITERION:
        measured = (one.measured for one in judged.criteria if one.criterion.id == blocker.ref)
        return frozenset(key for one in measured for key in one.holders), frozenset({blocker.ref})
    if blocker.kind is Kind.GAP:
        return _gap_stands_by(blocker.ref, judged)
    if blocker.kind is Kind.CHECKLIST:
        items = [one for one in judged.items if one.item.id == blocker.ref]
        criteria = frozenset(one.item.criterion for one in items if one.item.criterion)
        return frozenset(key for one in items for key in one.holders), criteria
    return frozenset(member.key for member in blocker.members), frozenset()


def _gap_stands_by(ref: str, judged: Assessment) -> tuple[frozenset[TestKey], frozenset[str]]:
    gaps = [one for one in judged.gaps if one.identity == ref]
    tests = frozenset(key for one in gaps for key in one.tests)
    if ref.startswith("criterion "):
        return tests, frozenset({ref.removeprefix("criterion ")})
    # Where a criterion over completeness states it, the gap goes when that is waived.
    stated = any(one.stated for one in gaps)
    completeness = (one.criterion for one in judged.criteria if stated and one.criterion.measure in COMPLETENESS)
    return tests, frozenset(criterion.id for criterion in completeness)

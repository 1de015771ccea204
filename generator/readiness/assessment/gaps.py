"""Gaps: evidence that is missing, so that the run proves less than it should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

from readiness.analysis import Basis, RunFacts
from readiness.assessment.criteria import CriterionResult, CriterionState
from readiness.assessment.measures import COMPLETENESS, OVER_OUTCOMES, OVER_THE_ARCHIVE
from readiness.assessment.numbers import number, plural
from readiness.model import TestKey
from readiness.policy import Policy


@dataclass(frozen=True)
class Gap:
    """One thing that is missing. `ref` is its identity along the chain: an input, `variant linux`, `results`."""

    ref: str
    title: str
    note: str
    fix: str
    lost: bool = False
    """True for an input that was not read in full."""
    stated: bool = False
    """True where a criterion says so already: it is no reason of its own."""

    @property
    def text(self) -> str:
        """What is missing, in one line."""
        return f"{self.ref}: {self.note}" if self.lost else self.note


def gaps_of(
    facts: RunFacts, criteria: Collection[CriterionResult], policy: Policy, held: Collection[TestKey]
) -> tuple[Gap, ...]:
    """Every gap of a run. `held`: tests without a result that a blocker holds already."""
    return tuple(_gaps(facts, criteria, policy, frozenset(held)))


def _gaps(
    facts: RunFacts, criteria: Collection[CriterionResult], policy: Policy, held: frozenset[TestKey]
) -> Iterator[Gap]:
    lost: dict[str, list[str]] = {}
    for loss in facts.losses:
        lost.setdefault(loss.input, []).append(loss.why)
    for name, why in lost.items():
        fix = "Have the runner write it again in full, and archive it with --supersedes."
        yield Gap(name, f"Evidence was lost: {name}", "; ".join(dict.fromkeys(why)), fix, lost=True)
    for variant in policy.variants.required:
        if variant not in facts.variants:
            note = f"no test of the required variant {variant} has a result"
            yield Gap(f"variant {variant}", f"Variant is missing: {variant}", note, "Run the tests of this variant.")
    counts = facts.counts
    if not counts.with_result:
        yield Gap("results", "No test has a result", "no test has a result", "Run the tests.")
    if too_many_vanished(facts, policy):
        verb = "is" if counts.vanished == 1 else "are"
        note = f"{plural(counts.vanished, 'test')} of an earlier run {verb} no longer reported"
        fix = "Archive a collected list that shows which tests there are, or run them."
        yield Gap("vanished", "Tests have vanished", note, fix)
    yield from _incomplete(facts, criteria, held)
    for result in criteria:
        if _is_without_evidence(result):
            title = result.criterion.title
            fix = "Archive the evidence that this criterion is judged by."
            yield Gap(
                f"criterion {result.criterion.id}", f"Unproven: {title}", result.measured.missing, fix, stated=True
            )


def _incomplete(facts: RunFacts, criteria: Collection[CriterionResult], held: frozenset[TestKey]) -> Iterator[Gap]:
    """Expected tests without a result, area by area, unless the policy is content with as many as there are."""
    judges = [one for one in criteria if one.criterion.measure in COMPLETENESS and one.criterion.tier == "blocking"]
    stated = any(one.state is CriterionState.UNPROVEN for one in judges)
    if judges and not stated:
        return
    missing = Counter(facts.area_of[key] for key in facts.not_run if key not in held)
    expected = {area.name: area.counts.expected or 0 for area in facts.areas}
    for area, count in sorted(missing.items()):
        verb = "has" if count == 1 else "have"
        note = f"{number(count)} of {plural(expected[area], 'expected test')} {verb} no result"
        yield Gap(f"area {area}", f"Tests did not run: {area}", note, "Run them to their end.", stated=stated)
    if facts.reference.basis is Basis.PARTIAL_LIST and not facts.collection_errors:
        note = "the list of collected tests is not complete, so how many there should be is not proven"
        yield Gap("list", "The list of collected tests is not complete", note, "Archive a whole list.", stated=stated)


def _is_without_evidence(result: CriterionResult) -> bool:
    if result.criterion.tier != "blocking" or result.state is not CriterionState.UNPROVEN:
        return False
    return result.criterion.measure not in OVER_OUTCOMES | OVER_THE_ARCHIVE | COMPLETENESS


def too_many_vanished(facts: RunFacts, policy: Policy) -> bool:
    """True where more tests vanished than the policy allows, of those that are known."""
    known = facts.counts.with_result + facts.counts.vanished
    return bool(facts.counts.vanished) and Fraction(facts.counts.vanished, known) > policy.vanished_allowed.base

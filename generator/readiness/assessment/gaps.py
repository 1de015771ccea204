"""Gaps: evidence that is missing, so that the run proves less than it should."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

from readiness.analysis import Basis, RunFacts
from readiness.assessment.criteria import CriterionResult, CriterionState
from readiness.assessment.measures import COMPLETENESS, OVER_EXPECTED, OVER_OUTCOMES, OVER_THE_ARCHIVE, selects
from readiness.assessment.numbers import number, plural
from readiness.model import TestKey
from readiness.policy import Policy


@dataclass(frozen=True)
class Gap:
    """One thing that is missing. `ref` names it: an input, `variant linux`, `results`."""

    ref: str
    title: str
    note: str
    fix: str
    lost: bool = False
    """True for an input that was not read in full."""
    stated: bool = False
    """True where a criterion says so already: it is no reason of its own."""
    tests: tuple[TestKey, ...] = ()
    """The tests that have no result."""

    @property
    def identity(self) -> str:
        """What it is along the chain; a file may be called `results` too."""
        return f"file {self.ref}" if self.lost else self.ref

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
    absent = [variant for variant in policy.variants.required if not _executed(facts, variant)]
    for variant in absent:
        skipped = variant in facts.variants
        note = f"every test of the required variant {variant} was skipped"
        note = note if skipped else f"no test of the required variant {variant} has a result"
        tests = tuple(key for key in facts.not_run if key.variant == variant)
        fix = "Run the tests of this variant."
        yield Gap(f"variant {variant}", f"Variant is missing: {variant}", note, fix, tests=tests)
    counts = facts.counts
    if not counts.with_result:
        fix = "Run the tests."
        yield Gap("results", "No test has a result", "no test has a result", fix, tests=facts.not_run)
    elif not counts.executed and not any(one.blocking and one.criterion.measure in OVER_OUTCOMES for one in criteria):
        # A criterion over outcomes would say so; without one nothing else does.
        note = "every test that has a result was skipped"
        yield Gap("executed", "No test was executed", note, "Run the tests, and mend why they are skipped.")
    if too_many_vanished(facts, policy) and not held.issuperset(facts.vanished):
        verb = "is" if counts.vanished == 1 else "are"
        note = f"{plural(counts.vanished, 'test')} of an earlier run {verb} no longer reported"
        fix = "Archive a collected list that shows which tests there are, or run them."
        yield Gap("vanished", "Tests have vanished", note, fix, tests=facts.vanished)
    if facts.reference.basis is Basis.NONE and not facts.reference.first:
        stated = any(one.stops and one.criterion.measure in OVER_EXPECTED for one in criteria)
        note = "no collected list, and no earlier run that was read in full, says how many tests there should be"
        yield Gap("reference", "What was expected is not known", note, "Archive a collected list.", stated=stated)
    if counts.with_result:
        missing = [key for key in facts.not_run if key not in held and key.variant not in absent]
        yield from _incomplete(facts, criteria, missing)
    for result in criteria:
        if _is_without_evidence(result):
            title = result.criterion.title
            fix = "Archive the evidence that this criterion is judged by."
            yield Gap(
                f"criterion {result.criterion.id}", f"Unproven: {title}", result.measured.missing, fix, stated=True
            )


def _executed(facts: RunFacts, variant: str) -> bool:
    counts = facts.counted(None, variant)
    return counts is not None and counts.executed > 0


def _incomplete(facts: RunFacts, criteria: Collection[CriterionResult], missing: Collection[TestKey]) -> Iterator[Gap]:
    """Expected tests without a result, area by area, unless the policy is content with as many as there are."""
    judges = [one for one in criteria if one.criterion.measure in COMPLETENESS and one.blocking]
    found: dict[str, list[TestKey]] = {}
    silent: set[str] = set()
    for key in missing:
        states = {one.state for one in judges if selects(one.criterion.where, key, facts)}
        if states and CriterionState.UNPROVEN not in states:
            continue
        found.setdefault(facts.area_of[key], []).append(key)
        if not states:
            silent.add(facts.area_of[key])
    expected = {area.name: area.counts.expected or 0 for area in facts.areas}
    for area, tests in sorted(found.items()):
        verb = "has" if len(tests) == 1 else "have"
        note = f"{number(len(tests))} of {plural(expected[area], 'expected test')} {verb} no result"
        title, fix, stated = f"Tests did not run: {area}", "Run them to their end.", area not in silent
        yield Gap(f"area {area}", title, note, fix, stated=stated, tests=tuple(tests))
    if facts.reference.basis is Basis.PARTIAL_LIST and not facts.collection_errors:
        stated = any(one.state is CriterionState.UNPROVEN for one in judges)
        note = "the list of collected tests is not complete, so how many there should be is not proven"
        yield Gap("list", "The list of collected tests is not complete", note, "Archive a whole list.", stated=stated)


def _is_without_evidence(result: CriterionResult) -> bool:
    if not result.blocking or result.state is not CriterionState.UNPROVEN:
        return False
    return result.criterion.measure not in OVER_OUTCOMES | OVER_THE_ARCHIVE | COMPLETENESS


def too_many_vanished(facts: RunFacts, policy: Policy) -> bool:
    """True where more tests vanished than the policy allows, of those that are known."""
    known = facts.counts.with_result + facts.counts.vanished
    return bool(facts.counts.vanished) and Fraction(facts.counts.vanished, known) > policy.vanished_allowed.base

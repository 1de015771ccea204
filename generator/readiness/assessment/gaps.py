"""Gaps: evidence that is missing, so that the run proves less than it should."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

from readiness.analysis import Basis, RunFacts
from readiness.assessment.criteria import CriterionResult, CriterionState
from readiness.assessment.measures import selects
from readiness.assessment.wording import At, Number, say
from readiness.evidence.listing import list_command
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
    absent: bool = False
    """True where a class, suite, source or variant did not run at all: no criterion speaks for that."""
    tests: tuple[TestKey, ...] = ()
    """The tests that have no result."""

    @property
    def identity(self) -> str:
        """What it is along the chain; a file may be called `results` too."""
        return f"file {self.ref}" if self.lost else self.ref

    @property
    def of_tests(self) -> bool:
        """True where it is nothing but its tests; a variant or a whole run without a result is more than they are."""
        return bool(self.tests) and self.identity != "results" and not self.identity.startswith("variant ")

    @property
    def text(self) -> str:
        """What is missing, in one line."""
        return say("gap_lost_text", file=self.ref, note=self.note) if self.lost else self.note


def gaps_of(
    facts: RunFacts, criteria: Collection[CriterionResult], policy: Policy, held: Collection[TestKey]
) -> tuple[Gap, ...]:
    """Every gap of a run. `held`: tests without a result that a blocker holds already."""
    return tuple(_gaps(facts, criteria, policy, frozenset(held)))


def _gaps(
    facts: RunFacts, criteria: Collection[CriterionResult], policy: Policy, held: frozenset[TestKey]
) -> Iterator[Gap]:
    _, command = list_command(facts.run.manifest.environment)
    lost: dict[str, list[str]] = {}
    absent_files = {loss.input for loss in facts.losses if loss.absent}
    for loss in facts.losses:
        lost.setdefault(loss.input, []).append(loss.why)
    for name, why in lost.items():
        title, fix = say("gap_lost", file=name), say("gap_absent_fix" if name in absent_files else "gap_lost_fix")
        yield Gap(name, title, "; ".join(dict.fromkeys(why)), fix, lost=True)
    absent = [one.name for one in policy.variants.required if not _executed(facts, one.name)]
    for variant in absent:
        skipped = variant in facts.variants
        note = say("gap_variant_skipped" if skipped else "gap_variant_missing", variant=variant)
        tests = tuple(key for key in facts.not_run if key.variant == variant)
        title = say("gap_variant", variant=variant)
        yield Gap(f"variant {variant}", title, note, say("gap_variant_fix"), tests=tests)
    counts = facts.counts
    if not counts.with_result:
        title, note, fix = say("gap_results"), say("gap_results_note"), say("gap_results_fix")
        yield Gap("results", title, note, fix, tests=facts.not_run)
    elif not counts.executed and not any(one.blocking and one.criterion.row.says == "outcomes" for one in criteria):
        # A criterion over outcomes would say so; without one nothing else does.
        yield Gap("executed", say("gap_executed"), say("gap_executed_note"), say("gap_executed_fix"))
    if (too_many_vanished(facts, policy) or facts.adrift) and not held.issuperset(facts.vanished):
        note = say("gap_vanished_note", count=Number(counts.vanished, At.GAPS))
        fix = say("gap_vanished_fix", command=command)
        yield Gap("vanished", say("gap_vanished"), note, fix, tests=facts.vanished)
    if counts.with_result:
        missing = [key for key in facts.not_run if key not in held and key.variant not in absent]
        yield from _incomplete(facts, criteria, missing)
    for result in criteria:
        if _is_without_evidence(result):
            title, fix = say("gap_criterion", title=result.criterion.title), say("gap_criterion_fix")
            yield Gap(f"criterion {result.criterion.id}", title, result.measured.missing, fix, stated=True)


def _executed(facts: RunFacts, variant: str) -> bool:
    counts = facts.counted(None, variant)
    return counts is not None and counts.executed > 0


def _incomplete(facts: RunFacts, criteria: Collection[CriterionResult], missing: Collection[TestKey]) -> Iterator[Gap]:
    """Expected tests without a result, area by area, unless the policy is content with as many as there are.

    No share excuses a class, suite, source or variant of which nothing ran, nor a test that ran less often than before.
    """
    judges = [one for one in criteria if one.criterion.row.says == "results" and one.blocking]
    found: dict[str, list[TestKey]] = {}
    silent: set[str] = set()
    for key in missing:
        states = {one.state for one in judges if selects(one.criterion.where, key, facts)}
        unproven = CriterionState.UNPROVEN in states
        if states and not unproven and key not in facts.absent:
            continue
        found.setdefault(facts.area_of[key], []).append(key)
        if not unproven:
            silent.add(facts.area_of[key])
    expected = {area.name: area.counts.expected or 0 for area in facts.areas}
    for area, tests in sorted(found.items()):
        count, of = Number(len(tests), At.GAPS), Number(expected[area], At.AREAS)
        note = say("gap_area_note", missing=count, expected=of, absent=_absent(tests, facts))
        title, fix, stated = say("gap_area", area=area), say("gap_area_fix"), area not in silent
        absent = not facts.absent.isdisjoint(tests)
        yield Gap(f"area {area}", title, note, fix, stated=stated, absent=absent, tests=tuple(tests))
    if facts.basis is Basis.PARTIAL_LIST and not facts.collection_errors:
        stated = any(one.state is CriterionState.UNPROVEN for one in judges)
        yield Gap("list", say("gap_list"), say("gap_list_note"), say("gap_list_fix"), stated=stated)


NAMED = 3
"""Classes that a note names."""


def _absent(tests: Collection[TestKey], facts: RunFacts) -> tuple[str, ...]:
    """What did not run at all, each with the run that had it; the first few, then how many more."""
    last = {_belongs(key, facts): facts.last_run[key] for key in tests if key in facts.absent}
    named = [say("gap_absent", name=name, version=run.version, run=run.id) for name, run in list(last.items())[:NAMED]]
    return (*named, *([say("gap_absent_more", count=len(last) - NAMED)] if len(last) > NAMED else []))


def _belongs(key: TestKey, facts: RunFacts) -> str:
    """The largest part of the evidence that is missing with a test: its source, its variant, its class, or itself."""
    if key.source not in facts.sources:
        return say("gap_source", source=key.source)
    if key.variant and key.variant not in facts.variants:
        return say("gap_variant_named", variant=key.variant)
    return key.title if key.instance > 1 or not key.group else key.place


def _is_without_evidence(result: CriterionResult) -> bool:
    return result.blocking and result.state is CriterionState.UNPROVEN and not result.criterion.row.stated


def too_many_vanished(facts: RunFacts, policy: Policy) -> bool:
    """True where more tests vanished than the policy allows, of those that are known."""
    known = facts.counts.with_result + (facts.counts.not_run or 0) + facts.counts.vanished
    return bool(facts.counts.vanished) and Fraction(facts.counts.vanished, known) > policy.vanished_allowed.base

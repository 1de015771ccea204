"""Gaps: evidence that is missing, so that the run proves less than it should."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from readiness.analysis import Basis, Loss, RunFacts, RunRef
from readiness.assessment.criteria import CriterionResult, CriterionState
from readiness.assessment.measures import selects
from readiness.assessment.notes import Note, note
from readiness.evidence import list_command, quoted
from readiness.model import TestKey
from readiness.policy import Policy
from readiness.serial import telling


class GapKind(StrEnum):
    """What is missing."""

    FILE = "file"
    """An input that was not read in full, or that is not there."""
    VARIANT = "variant"
    """A required variant of which nothing was executed."""
    RESULTS = "results"
    """No test has a result."""
    EXECUTED = "executed"
    """No test was executed, and no criterion says so."""
    VANISHED = "vanished"
    """More tests than allowed are no longer reported."""
    AREA = "area"
    """Expected tests of an area have no result."""
    LIST = "list"
    """The list of collected tests is not complete."""
    CRITERION = "criterion"
    """A criterion without evidence."""


@telling("identity")
@dataclass(frozen=True)
class Gap:
    """One thing that is missing: of which kind, and its name where there can be several."""

    kind: GapKind
    name: str
    title: Note
    note: Note | None
    fix: Note
    stated: bool = False
    """True where a criterion says so already: it is no reason of its own."""
    absent: bool = False
    """True where a class, suite, source or variant did not run at all: no criterion speaks for that."""
    tests: tuple[TestKey, ...] = ()
    """The tests that have no result."""

    @property
    def identity(self) -> str:
        """What it is along the chain: `results`, `variant linux`."""
        return f"{self.kind.value} {self.name}" if self.name else self.kind.value

    @property
    def lost(self) -> bool:
        """True for an input that was not read in full."""
        return self.kind is GapKind.FILE

    @property
    def ref(self) -> str:
        """What it concerns, in short: a file by its name alone."""
        return self.name if self.lost else self.identity

    @property
    def of_tests(self) -> bool:
        """True where it is nothing but its tests; a variant or a whole run without a result is more than they are."""
        return bool(self.tests) and self.kind not in (GapKind.RESULTS, GapKind.VARIANT)


def gaps_of(
    facts: RunFacts, criteria: Collection[CriterionResult], policy: Policy, held: frozenset[TestKey]
) -> Iterator[Gap]:
    """Every gap of a run. `held`: tests without a result that a blocker holds already."""
    _, command = list_command(facts.run.environment)
    lost: dict[str, list[str | Note]] = {}
    fixes = {loss.input: "gap_absent_fix" for loss in facts.losses if loss.absent}
    fixes |= {loss.input: "gap_unread_fix" for loss in facts.losses if loss.since and not loss.absent}
    fixes |= {loss.input: "gap_foreign_fix" for loss in facts.losses if loss.foreign}
    for loss in facts.losses:
        lost.setdefault(loss.input, []).append(_why(loss))
    for name, why in lost.items():
        fix = note(fixes.get(name, "gap_lost_fix"))
        lost_note = note("gap_lost_note", why=tuple(dict.fromkeys(why)))
        yield Gap(GapKind.FILE, name, note("gap_lost", file=name), lost_note, fix)
    absent = [one.name for one in policy.variants.required if not _executed(facts, one.name)]
    for variant in absent:
        skipped = variant in facts.variants
        why_variant = note("gap_variant_skipped" if skipped else "gap_variant_missing", variant=variant)
        tests = tuple(key for key in facts.not_run if key.variant == variant)
        title = note("gap_variant", variant=variant)
        yield Gap(GapKind.VARIANT, variant, title, why_variant, note("gap_variant_fix"), tests=tests)
    counts = facts.counts
    if not counts.with_result:
        title, why_none, fix = note("gap_results"), note("gap_results_note"), note("gap_results_fix")
        yield Gap(GapKind.RESULTS, "", title, why_none, fix, tests=facts.not_run)
    elif not counts.executed and not any(one.blocking and one.criterion.row.says == "outcomes" for one in criteria):
        # A criterion over outcomes would say so; without one nothing else does.
        title, why_none, fix = note("gap_executed"), note("gap_executed_note"), note("gap_executed_fix")
        yield Gap(GapKind.EXECUTED, "", title, why_none, fix)
    if (too_many_vanished(facts, policy) or facts.adrift) and not held.issuperset(facts.vanished):
        gone = note("gap_vanished_note", count=counts.vanished)
        fix = _with_fixed_names(note("gap_vanished_fix", command=command), facts.vanished)
        yield Gap(GapKind.VANISHED, "", note("gap_vanished"), gone, fix, tests=facts.vanished)
    if counts.with_result:
        elsewhere = [key for key in facts.not_run if key in held or key.variant in absent]
        missing = [key for key in facts.not_run if key not in held and key.variant not in absent]
        yield from _incomplete(facts, criteria, missing, Counter(facts.area_of[key] for key in elsewhere))
    for result in criteria:
        if _is_without_evidence(result):
            title, fix = note("gap_criterion", title=result.criterion.title), note("gap_criterion_fix")
            yield Gap(GapKind.CRITERION, result.criterion.id, title, result.measured.missing, fix, stated=True)


def _why(loss: Loss) -> str | Note:
    if loss.since:
        return note("missing_since" if loss.absent else "unread_since", version=loss.since.version, run=loss.since.run)
    if loss.pattern:
        return note("no_file_matched", pattern=quoted(loss.pattern))
    return loss.why or note("not_read_in_full")


def _executed(facts: RunFacts, variant: str) -> bool:
    counts = facts.counted(None, variant)
    return counts is not None and counts.executed > 0


def _incomplete(
    facts: RunFacts, criteria: Collection[CriterionResult], missing: Collection[TestKey], elsewhere: Counter[str]
) -> Iterator[Gap]:
    """Expected tests without a result, area by area, unless the policy is content with as many as there are.

    `elsewhere`: how many more of each area other blockers hold. No share excuses a class, suite, source or variant of
    which nothing ran, nor a test that ran less often than before.
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
        without = note("gap_area_note", missing=len(tests), expected=expected[area], absent=_absent(tests, facts))
        if fewer := _fewer(tests, facts):
            without = note("gap_area_fewer", note=without, fewer=fewer)
        if elsewhere[area]:
            without = note("gap_area_elsewhere", note=without, count=elsewhere[area])
        title, stated = note("gap_area", area=area), area not in silent
        fix = _with_fixed_names(note("gap_area_fix"), tests)
        absent = not facts.absent.isdisjoint(tests)
        yield Gap(GapKind.AREA, area, title, without, fix, stated=stated, absent=absent, tests=tuple(tests))
    if facts.basis is Basis.PARTIAL_LIST and not facts.collection_errors:
        stated = any(one.state is CriterionState.UNPROVEN for one in judges)
        title, note_list, fix = note("gap_list"), note("gap_list_note"), note("gap_list_fix")
        yield Gap(GapKind.LIST, "", title, note_list, fix, stated=stated)


_CHANGING = re.compile(
    r"\b0x[0-9a-f]{6,}|\d\d:\d\d:\d\d|[/\\](tmp|temp|var/folders)[/\\]|[0-9a-f]{8}(-[0-9a-f]{4}){3}-", re.IGNORECASE
)
"""An address, a time, a temporary folder or a UUID: in a parameter's id it mostly is another one in each run."""


def _with_fixed_names(fix: Note, tests: Collection[TestKey]) -> Note:
    """The fix, and that of names which change from run to run where a missing test has such a name."""
    name = next((key.name for key in tests if _CHANGING.search(key.name)), None)
    return fix if name is None else note("gap_changing_fix", fix=fix, name=quoted(name))


NAMED = 3
"""Classes that a note names."""


def _absent(tests: Collection[TestKey], facts: RunFacts) -> tuple[Note, ...]:
    """What did not run at all, each with the run that had it; the first few, then how many more."""
    wholes = (key for key in tests if key in facts.absent and key not in facts.fewer)
    return _named({_belongs(key, facts): facts.last_run[key] for key in wholes})


def _fewer(tests: Collection[TestKey], facts: RunFacts) -> tuple[Note, ...]:
    """The tests that ran less often than before, the same way."""
    return _named({key.label: facts.last_run[key] for key in tests if key in facts.fewer})


def _named(last: Mapping[str | Note, RunRef]) -> tuple[Note, ...]:
    named = [
        note("gap_absent", name=name, version=run.version, run=run.run) for name, run in list(last.items())[:NAMED]
    ]
    return (*named, *([note("gap_absent_more", count=len(last) - NAMED)] if len(last) > NAMED else []))


def _belongs(key: TestKey, facts: RunFacts) -> str | Note:
    """The largest part of the evidence that is missing with a test: its source, its variant, its class, or itself."""
    if key.source not in facts.sources:
        return note("gap_source", source=key.source)
    if key.variant and key.variant not in facts.variants:
        return note("gap_variant_named", variant=key.variant)
    return key.place if key.group else key.title


def _is_without_evidence(result: CriterionResult) -> bool:
    return result.blocking and result.state is CriterionState.UNPROVEN and not result.criterion.row.stated


def too_many_vanished(facts: RunFacts, policy: Policy) -> bool:
    """True where more tests vanished than the policy allows, of those that are known."""
    known = facts.counts.with_result + (facts.counts.not_run or 0) + facts.counts.vanished
    return bool(facts.counts.vanished) and Fraction(facts.counts.vanished, known) > policy.vanished_allowed.base

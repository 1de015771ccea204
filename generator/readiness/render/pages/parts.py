"""Parts of view that several pages share: the verdict, key figures, the outcome bar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from readiness import numbers, phrases
from readiness.analysis import Counts
from readiness.assessment import Assessment, CriterionResult, CriterionState, open_blockers, stopping_blockers
from readiness.phrases.places import siblings_told
from readiness.phrases.wording import At, say
from readiness.policy import SEVERITIES
from readiness.render.pages.context import SiteContext
from readiness.render.pages.dates import day, until
from readiness.render.pages.evidence_links import evidence_at, linked
from readiness.render.pages.routes import Linked
from readiness.render.pages.status import VERDICT_KINDS


@dataclass(frozen=True)
class FirstBlocker:
    """The blocker to begin with."""

    title: str
    url: str
    id: str


@dataclass(frozen=True)
class VerdictView:
    """The answer: word and kind, one sentence why, what to do, the first blocker."""

    kind: str
    word: str
    label: str
    why: str
    recommendation: str
    first: FirstBlocker | None
    without: str
    """The verdict without waivers; empty where none is in force."""
    as_of: str
    valid: str
    """How long it holds: `through 26 December 2026`; empty where nothing expires."""
    valid_until: str
    """The moment from which on it does not, for browsers."""
    expired: str
    """What is recommended then, of a verdict that is READY now."""


@dataclass(frozen=True)
class Figure:
    """A key figure: label above, value, denominator or unit below, and the change since the run before."""

    label: str
    value: str
    note: str
    url: str = ""
    """Where its evidence stands."""
    change: str = ""


@dataclass(frozen=True)
class BarPart:
    """One part of the outcome bar."""

    kind: str
    word: str
    count: int
    text: str


def verdict_view(context: SiteContext, page: str, assessment: Assessment) -> VerdictView:
    """The verdict surface of `assessment` on `page`."""
    verdict = assessment.verdict
    first = next(iter(stopping_blockers(assessment)), None)
    end = verdict.valid_until
    report = context.report_url(page, assessment)
    return VerdictView(
        kind=VERDICT_KINDS[verdict.word],
        word=phrases.HEADLINE[verdict.word],
        label=phrases.KIND[verdict.word],
        why=linked(phrases.summary(assessment), report),
        recommendation=linked(phrases.recommendation(assessment), report),
        first=FirstBlocker(phrases.title_of(first), context.blocker_url(page, first.id), first.id) if first else None,
        without=phrases.verdict_without(assessment),
        as_of=day(verdict.as_of),
        valid=until(end) if end else "",
        valid_until=end.isoformat() if end else "",
        expired=say("expired_recommendation") if end and verdict.ready else "",
    )


@dataclass(frozen=True)
class SiblingsView:
    """That nothing says which of some runs is the latest, and the report of each."""

    text: str
    reports: tuple[Linked, ...]


def siblings_view(context: SiteContext, page: str, assessment: Assessment) -> SiblingsView | None:
    """What `page` says beside the verdict of `assessment`; None where its run alone counts."""
    found = context.siblings(assessment)
    reports = tuple(Linked(say("report_of", run=one.run.id), context.report_url(page, one)) for one in found)
    return SiblingsView(siblings_told(found), reports) if found else None


NOT_CHECKED = "not checked"
"""Stands for a number over expected tests where nothing says what was expected; never a zero."""


def expected(counts: Counts) -> str:
    """How many tests were expected, as far as that is known."""
    return _bound(counts.expected, counts)


def not_run(counts: Counts) -> str:
    """How many expected tests have no result, as far as that is known."""
    return _bound(counts.not_run, counts)


def _bound(number: int | None, counts: Counts) -> str:
    if number is None:
        return NOT_CHECKED
    return f"{'at least ' if counts.at_least else ''}{numbers.number(number)}"


def failing(counts: Counts) -> str:
    """`4 failing, 1 error of the run`: errors of the run itself are no tests, and never added to them."""
    tests = counts.failed + counts.error
    parts = [f"{numbers.number(tests)} failing"] if tests else []
    return ", ".join(parts + run_errors(counts))


def run_errors(counts: Counts) -> list[str]:
    """The errors of the run itself, where there are some."""
    return [f"{numbers.plural(counts.run_errors, 'error')} of the run"] if counts.run_errors else []


def figures(assessment: Assessment, report: str) -> tuple[Figure, ...]:
    """The five key figures, each with its denominator, its change since the run before and its place in the report."""
    counts = assessment.facts.counts
    before = assessment.previous.facts.counts if assessment.previous else None
    standing = open_blockers(assessment)
    was = len(open_blockers(assessment.previous)) if assessment.previous else None
    met = sum(one.state is CriterionState.MET for one in assessment.criteria)
    found = (
        Figure(
            say("figure_tests_expected"),
            "–" if counts.expected is None else f"{'≥ ' if counts.at_least else ''}{numbers.number(counts.expected)}",
            _basis(assessment),
            evidence_at(report, At.EVIDENCE),
            _change(counts.expected, before.expected if before else None),
        ),
        Figure(
            say("figure_with_a_result"),
            _rate(counts.completion, bound=counts.at_least),
            _of_expected(counts),
            evidence_at(report, At.GAPS),
        ),
        Figure(
            say("figure_pass_rate"),
            _rate(counts.pass_rate),
            f"{numbers.number(counts.clean)} of {numbers.number(counts.executed)}",
            evidence_at(report, At.AREAS),
            _points(counts.pass_rate, before.pass_rate if before else None),
        ),
        Figure(
            say("figure_standing_blockers"),
            numbers.number(len(standing)),
            _by_weight(assessment),
            evidence_at(report, At.BLOCKERS),
            _change(len(standing), was),
        ),
        Figure(
            say("figure_criteria_met"),
            f"{met} of {len(assessment.criteria)}",
            _by_state(assessment.criteria),
            evidence_at(report, At.CRITERIA),
        ),
    )
    earlier = assessment.previous.run.manifest.version if assessment.previous else ""
    earlier = "" if earlier == assessment.run.manifest.version else earlier
    told = (say("changed_since", change=one.change, version=earlier) if one.change else "" for one in found)
    return tuple(replace(one, change=change) for one, change in zip(found, told, strict=True))


def _basis(assessment: Assessment) -> str:
    return say("basis", basis=assessment.facts.basis.value)


def _rate(value: Fraction | None, *, bound: bool = False) -> str:
    if value is None:
        return "–"
    return "unproven" if bound else numbers.percent(value * 100)


def _of_expected(counts: Counts) -> str:
    if counts.expected is None:
        return say("with_a_result_unchecked", tests=counts.with_result)
    return f"{numbers.number(counts.with_result)} of {expected(counts)}"


def _change(now: int | None, before: int | None) -> str:
    if now is None or before is None or now == before:
        return ""
    return f"{'+' if now > before else '−'}{numbers.number(abs(now - before))}"


def _points(now: Fraction | None, before: Fraction | None) -> str:
    if now is None or before is None or now == before:
        return ""
    points = float(abs(now - before) * 100)
    return say("points", points=f"{'+' if now > before else '−'}{points:.1f}") if points >= 0.05 else ""


def _by_weight(assessment: Assessment) -> str:
    """The severities of what stops the release; and where nothing does, that it is so."""
    standing, stopping = open_blockers(assessment), stopping_blockers(assessment)
    found = [(level, sum(one.severity == level for one in stopping)) for level in SEVERITIES]
    severities = ", ".join(f"{count} {level}" for level, count in found if count)
    return say("by_weight", severities=severities, stopping=len(stopping), standing=len(standing))


def _by_state(criteria: tuple[CriterionResult, ...]) -> str:
    states = (CriterionState.UNMET, CriterionState.UNPROVEN, CriterionState.NOT_CHECKED)
    found = [(state.value, sum(one.state is state and not one.waived for one in criteria)) for state in states]
    found.append(("waived", sum(one.waived for one in criteria)))
    return say("by_state", states=", ".join(f"{count} {name}" for name, count in found if count))


def outcome_bar(assessment: Assessment) -> tuple[BarPart, ...]:
    """Passed, flaky, failed, errors, skipped and not run; the counts add up to what was expected, if that is known."""
    counts = assessment.facts.counts
    parts = (
        ("pass", "passed", counts.passed),
        ("flaky", "flaky", counts.flaky),
        ("fail", "failed", counts.failed),
        ("fail", numbers.plural(counts.error, "error").partition(" ")[2], counts.error),
        ("skip", "skipped", counts.skipped),
        ("none", "not run", counts.not_run or 0),
    )
    found = [BarPart(kind, word, count, numbers.number(count)) for kind, word, count in parts if count]
    if counts.not_run is None:
        found.append(BarPart("none", f"not run: {NOT_CHECKED}", 0, ""))
    return tuple(found)

"""Parts of view that several pages share: the verdict, key figures, the outcome bar, criteria."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from readiness.analysis import Basis, Counts
from readiness.assessment import Assessment, CriterionResult, CriterionState, release_words, words
from readiness.assessment.wording import At, say
from readiness.policy import SEVERITIES, Criterion
from readiness.site.context import SiteContext
from readiness.site.dates import day, until
from readiness.site.evidence_links import evidence_at, linked
from readiness.site.status import VERDICT_KINDS, Status, criterion_status


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


@dataclass(frozen=True)
class Headroom:
    """How far from the limit: bar and limit in percent of the width, and the same in words."""

    kind: str
    fill: float
    limit: float
    text: str


@dataclass(frozen=True)
class CriterionRow:
    """A criterion as it stands in the table."""

    id: str
    title: str
    note: str
    required: str
    actual: str
    out_of: str
    status: Status
    headroom: Headroom | None


def verdict_view(context: SiteContext, page: str, assessment: Assessment) -> VerdictView:
    """The verdict surface of `assessment` on `page`."""
    verdict = assessment.verdict
    first = next(iter(words.stopping(assessment)), None)
    end = verdict.valid_until
    report = context.report_url(page, assessment)
    return VerdictView(
        kind=VERDICT_KINDS[verdict.word],
        word=words.HEADLINE[verdict.word],
        label=words.KIND[verdict.word],
        why=linked(words.summary(assessment), report),
        recommendation=linked(words.recommendation(assessment), report),
        first=FirstBlocker(first.title, context.blocker_url(page, first.id), first.id) if first else None,
        without=release_words.verdict_without(assessment),
        as_of=day(verdict.as_of),
        valid=until(end) if end else "",
        valid_until=end.isoformat() if end else "",
        expired=say("expired_recommendation") if end and verdict.ready else "",
    )


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
    return f"{'at least ' if counts.at_least else ''}{words.number(number)}"


def failing(counts: Counts) -> str:
    """`4 failing, 1 error of the run`: errors of the run itself are no tests, and never added to them."""
    tests = counts.failed + counts.error
    parts = [f"{words.number(tests)} failing"] if tests else []
    return ", ".join(parts + run_errors(counts))


def run_errors(counts: Counts) -> list[str]:
    """The errors of the run itself, where there are some."""
    return [f"{words.plural(counts.run_errors, 'error')} of the run"] if counts.run_errors else []


def figures(assessment: Assessment, report: str) -> tuple[Figure, ...]:
    """The five key figures, each with its denominator, its change since the run before and its place in the report."""
    counts = assessment.facts.counts
    before = assessment.previous.facts.counts if assessment.previous else None
    standing = words.standing(assessment)
    was = len(words.standing(assessment.previous)) if assessment.previous else None
    met = sum(one.state is CriterionState.MET for one in assessment.criteria)
    found = (
        Figure(
            say("figure_tests_expected"),
            "–" if counts.expected is None else f"{'≥ ' if counts.at_least else ''}{words.number(counts.expected)}",
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
            f"{words.number(counts.clean)} of {words.number(counts.executed)}",
            evidence_at(report, At.AREAS),
            _points(counts.pass_rate, before.pass_rate if before else None),
        ),
        Figure(
            say("figure_standing_blockers"),
            words.number(len(standing)),
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
    return tuple(replace(one, change=f"{one.change} since {earlier}" if one.change else "") for one in found)


_BASIS = {
    Basis.LIST: "from the collected list",
    Basis.PARTIAL_LIST: "the collected list is not complete",
    Basis.RUN: "from an earlier run",
    Basis.NONE: "not checked: first run",
}


def _basis(assessment: Assessment) -> str:
    reference = assessment.facts.reference
    return "not known" if reference.basis is Basis.NONE and not reference.first else _BASIS[reference.basis]


def _rate(value: Fraction | None, *, bound: bool = False) -> str:
    if value is None:
        return "–"
    return "unproven" if bound else words.percent(value * 100)


def _of_expected(counts: Counts) -> str:
    if counts.expected is None:
        return f"{words.plural(counts.with_result, 'test')}; of how many was not checked"
    return f"{words.number(counts.with_result)} of {expected(counts)}"


def _change(now: int | None, before: int | None) -> str:
    if now is None or before is None or now == before:
        return ""
    return f"{'+' if now > before else '−'}{words.number(abs(now - before))}"


def _points(now: Fraction | None, before: Fraction | None) -> str:
    if now is None or before is None or now == before:
        return ""
    points = float(abs(now - before) * 100)
    return f"{'+' if now > before else '−'}{points:.1f} points" if points >= 0.05 else ""


def _by_weight(assessment: Assessment) -> str:
    """The severities of what stops the release; and where nothing does, that it is so."""
    standing, stopping = words.standing(assessment), words.stopping(assessment)
    if not standing:
        return "none"
    if not stopping:
        return "none stops the release"
    found = [(level, sum(one.severity == level for one in stopping)) for level in SEVERITIES]
    severities = ", ".join(f"{count} {level}" for level, count in found if count)
    return severities if len(stopping) == len(standing) else f"{severities}; the others do not stop it"


def _by_state(criteria: tuple[CriterionResult, ...]) -> str:
    states = (CriterionState.UNMET, CriterionState.UNPROVEN, CriterionState.NOT_CHECKED)
    found = [(state.value, sum(one.state is state and not one.waived for one in criteria)) for state in states]
    found.append(("waived", sum(one.waived for one in criteria)))
    return ", ".join(f"{count} {name}" for name, count in found if count) or "all of them"


def outcome_bar(assessment: Assessment) -> tuple[BarPart, ...]:
    """Passed, flaky, failed, errors, skipped and not run; the counts add up to what was expected, if that is known."""
    counts = assessment.facts.counts
    parts = (
        ("pass", "passed", counts.passed),
        ("flaky", "flaky", counts.flaky),
        ("fail", "failed", counts.failed),
        ("fail", words.plural(counts.error, "error").partition(" ")[2], counts.error),
        ("skip", "skipped", counts.skipped),
        ("none", "not run", counts.not_run or 0),
    )
    found = [BarPart(kind, word, count, words.number(count)) for kind, word, count in parts if count]
    if counts.not_run is None:
        found.append(BarPart("none", f"not run: {NOT_CHECKED}", 0, ""))
    return tuple(found)


def criterion_rows(assessment: Assessment) -> tuple[CriterionRow, ...]:
    """Every criterion, met ones too, in the policy's order."""
    return tuple(_criterion_row(one) for one in assessment.criteria)


def _criterion_row(result: CriterionResult) -> CriterionRow:
    criterion = result.criterion
    advisory = ", advisory" if criterion.tier == "advisory" else ""
    return CriterionRow(
        id=criterion.id,
        title=criterion.title,
        note=measured_of(criterion) + advisory,
        required=words.required(result),
        actual=words.actual(result.measured),
        out_of=words.out_of(result.measured),
        status=criterion_status(result),
        headroom=_headroom(result),
    )


def measured_of(criterion: Criterion) -> str:
    """`pass rate, area Shop, from 3 values or more`: what a criterion is about, as people say it."""
    family, dot, name = criterion.measure.partition(".")
    told = {"metric": f"metric {name}", "coverage": f"{name} coverage"}
    notes = [told[family] if dot else family.replace("_", " ")]
    if criterion.where and criterion.where.area is not None:
        notes.append(f"area {criterion.where.area}")
    if criterion.where and criterion.where.variant is not None:
        notes.append(f"variant {criterion.where.variant}")
    if criterion.min_evidence:
        notes.append(f"from {words.plural(criterion.min_evidence, 'value')} or more")
    if criterion.max_age:
        notes.append(f"of a run not older than {criterion.max_age.text}")
    return ", ".join(notes)


def _headroom(result: CriterionResult) -> Headroom | None:
    """How far from the limit; None where there is no value, or no limit to be near to."""
    value, limit = result.measured.value, result.criterion.limit.value
    if value is None or result.measured.at_least or result.criterion.direction == "equals" or not limit:
        return None
    if result.measured.unit != result.criterion.limit.unit:
        return None
    scale = Fraction(100) if result.measured.unit == "%" else max(value, limit) * Fraction(5, 4)
    kind = "good" if result.state is CriterionState.MET else "bad"
    fill, tick = round(float(100 * value / scale), 2), round(float(100 * limit / scale), 2)
    return Headroom(kind, fill, tick, f"{words.actual(result.measured)}, required {words.required(result)}")

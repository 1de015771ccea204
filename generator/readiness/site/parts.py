"""Parts of view that several pages share: the verdict, key figures, the outcome bar, criteria and blocker rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from readiness.assessment import Assessment, Blocker, BlockerState, CriterionResult, CriterionState, words
from readiness.policy import SEVERITIES
from readiness.site.context import (
    BLOCKER_KINDS,
    CRITERION_KINDS,
    SEVERITY_KINDS,
    VERDICT_KINDS,
    SiteContext,
    Status,
    day,
    since,
)


@dataclass(frozen=True)
class FirstBlocker:
    """The blocker to begin with."""

    label: str
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
    as_of: str
    valid_until: str
    valid_until_iso: str
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A key figure: label above, value, denominator or unit below, and the change since the run before."""

    label: str
    value: str
    note: str
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


@dataclass(frozen=True)
class BlockerRow:
    """A blocker as it stands in a table."""

    id: str
    title: str
    url: str
    note: str
    area: str
    severity: Status
    state: Status
    tests: int
    members: str
    since: str
    is_closed: bool


def verdict_view(context: SiteContext, page: str, assessment: Assessment) -> VerdictView:
    """The verdict surface of `assessment` on `page`."""
    verdict = assessment.verdict
    standing = words.standing(assessment)
    first = standing[0] if standing and not verdict.ready else None
    end = verdict.valid_until
    return VerdictView(
        kind=VERDICT_KINDS[verdict.word],
        word=words.HEADLINE[verdict.word],
        label=words.KIND[verdict.word],
        why=words.summary(assessment),
        recommendation=words.recommendation(assessment),
        first=FirstBlocker("First blocker", first.title, context.blocker_url(page, first.id), first.id)
        if first
        else None,
        as_of=day(verdict.as_of),
        valid_until=day(end) if end else "",
        valid_until_iso=end.isoformat() if end else "",
    )


def figures(assessment: Assessment) -> tuple[Figure, ...]:
    """The five key figures, each with its denominator and its change since the run before."""
    counts = assessment.facts.counts
    before = assessment.previous.facts.counts if assessment.previous else None
    basis = {
        "list": "from the collected list",
        "partial list": "at least; collection failed in places",
        "run": "from an earlier run",
        "none": "not known: first run",
    }[assessment.facts.reference.basis.value]
    standing = words.standing(assessment)
    was = len(words.standing(assessment.previous)) if assessment.previous else None
    more = _change(counts.expected, before.expected if before else None)
    met = sum(one.state is CriterionState.MET for one in assessment.criteria)
    found = (
        Figure("Tests expected", _number(counts.expected), basis, more),
        Figure(
            "With a result",
            _rate(counts.completion, bound=counts.at_least),
            _of(counts.with_result, counts.expected, bound=counts.at_least),
        ),
        Figure(
            "Pass rate of executed",
            _rate(counts.pass_rate),
            _of(counts.clean, counts.executed),
            _points(counts.pass_rate, before.pass_rate if before else None),
        ),
        Figure("Standing blockers", words.number(len(standing)), _by_severity(standing), _change(len(standing), was)),
        Figure("Criteria met", f"{met} of {len(assessment.criteria)}", _by_state(assessment.criteria)),
    )
    earlier = assessment.previous.run.manifest.version if assessment.previous else ""
    return tuple(replace(one, change=f"{one.change} since {earlier}" if one.change else "") for one in found)


def _number(value: int | None) -> str:
    return "–" if value is None else words.number(value)


def _rate(value: Fraction | None, *, bound: bool = False) -> str:
    if value is None:
        return "–"
    return "unproven" if bound else words.percent(value * 100)


def _of(part: int, whole: int | None, *, bound: bool = False) -> str:
    if whole is None:
        return f"{words.number(part)}, expected not known"
    return f"{words.number(part)} of {'at least ' if bound else ''}{words.number(whole)}"


def _change(now: int | None, before: int | None) -> str:
    if now is None or before is None or now == before:
        return ""
    return f"{'+' if now > before else '−'}{words.number(abs(now - before))}"


def _points(now: Fraction | None, before: Fraction | None) -> str:
    if now is None or before is None or now == before:
        return ""
    points = float(abs(now - before) * 100)
    return f"{'+' if now > before else '−'}{points:.1f} points" if points >= 0.05 else ""


def _by_severity(blockers: list[Blocker]) -> str:
    found = [(level, sum(one.severity == level for one in blockers)) for level in SEVERITIES]
    return ", ".join(f"{count} {level}" for level, count in found if count) or "none"


def _by_state(criteria: tuple[CriterionResult, ...]) -> str:
    states = (CriterionState.UNMET, CriterionState.UNPROVEN, CriterionState.NOT_CHECKED)
    found = [(state.value, sum(one.state is state for one in criteria)) for state in states]
    return ", ".join(f"{count} {name}" for name, count in found if count) or "all of them"


def outcome_bar(assessment: Assessment) -> tuple[BarPart, ...]:
    """Passed, flaky, failed (errors too), skipped and not run; the counts add up to what was expected."""
    counts = assessment.facts.counts
    parts = (
        ("pass", "passed", counts.passed),
        ("flaky", "flaky", counts.flaky),
        ("fail", "failed", counts.failed),
        ("fail", words.plural(counts.error, "error").partition(" ")[2], counts.error),
        ("skip", "skipped", counts.skipped),
        ("none", "not run", counts.not_run or 0),
    )
    return tuple(BarPart(kind, word, count, words.number(count)) for kind, word, count in parts if count)


def criterion_rows(assessment: Assessment) -> tuple[CriterionRow, ...]:
    """Every criterion, met ones too, in the policy's order."""
    return tuple(_criterion_row(one) for one in assessment.criteria)


def _criterion_row(result: CriterionResult) -> CriterionRow:
    criterion = result.criterion
    notes = [criterion.measure if criterion.measure.startswith("metric.") else criterion.measure.replace("_", " ")]
    if criterion.where:
        notes.append(f"area {criterion.where.area}")
    if criterion.tier == "advisory":
        notes.append("advisory")
    return CriterionRow(
        id=criterion.id,
        title=criterion.title,
        note=", ".join(notes),
        required=words.required(result),
        actual=words.actual(result.measured),
        out_of=words.out_of(result.measured),
        status=Status(CRITERION_KINDS[result.state], words.state_word(result)),
        headroom=_headroom(result),
    )


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


def blocker_rows(context: SiteContext, page: str, blockers: list[Blocker], at: Assessment) -> tuple[BlockerRow, ...]:
    """Blockers in the given order, as `at` sees them."""
    return tuple(blocker_row(context, page, blocker, at) for blocker in blockers)


def blocker_row(context: SiteContext, page: str, blocker: Blocker, at: Assessment) -> BlockerRow:
    """One blocker as `at` sees it."""
    return BlockerRow(
        id=blocker.id,
        title=blocker.title,
        url=context.blocker_url(page, blocker.id),
        note=blocker.cause.message or blocker.category.risk,
        area=blocker.area,
        severity=Status(SEVERITY_KINDS[blocker.severity], blocker.severity.capitalize()),
        state=Status(BLOCKER_KINDS[blocker.state], blocker.state.value.capitalize()),
        tests=len(blocker.members),
        members=words.members(blocker),
        is_closed=blocker.state is BlockerState.CLOSED,
        since=f"{blocker.opened.version} to {blocker.closed.version}" if blocker.closed else since(blocker, at),
    )

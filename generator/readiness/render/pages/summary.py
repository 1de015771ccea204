"""Parts of view that several pages share: the verdict, key figures, the outcome bar."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from readiness import numbers, phrases
from readiness.analysis import Counts
from readiness.assessment import CriterionResult, CriterionState
from readiness.phrases import At, Number, Sentence, say, siblings_told
from readiness.policy import SEVERITIES
from readiness.render.pages.blockers import BlockerRow, blocker_row
from readiness.render.pages.cards import NextSteps, next_steps, owner_and_due
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.counts import expected
from readiness.render.pages.criteria import CriterionRow, criterion_rows
from readiness.render.pages.dates import day, until
from readiness.render.pages.evidence_links import evidence_at, linked
from readiness.render.pages.status import VERDICT_KINDS
from readiness.render.pages.truncated import ROWS
from readiness.report import Report


@dataclass(frozen=True)
class VerdictView:
    """The answer: word and kind, one sentence why, what to do, the next step."""

    kind: str
    word: str
    label: str
    why: str
    recommendation: str
    first: BlockerRow | None
    """The blocker to begin with."""
    whose: str
    """Its owner, and the day on which it is due."""
    ready_by: str
    """The day on which the plan ends; empty without one."""
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
class KeyFigure:
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


def verdict_view(here: Here, report: Report) -> VerdictView:
    """The verdict surface of a judgement."""
    verdict = report.verdict
    first = next(iter(report.stopping_blockers), None)
    end = verdict.valid_until if verdict.ready else None
    url = here.report_url(report)
    return VerdictView(
        kind=VERDICT_KINDS[verdict.word],
        word=phrases.headline_word(verdict.word),
        label=phrases.sort_word(verdict.word),
        why=linked(phrases.summary(report), url),
        recommendation=linked(phrases.recommendation(report), url),
        first=blocker_row(here, report, first) if first else None,
        whose=owner_and_due(report, first) if first else "",
        ready_by=linked(phrases.ready_by(report.plan, day), url) if first and report.plan else "",
        without=phrases.verdict_without(report),
        as_of=day(verdict.as_of),
        valid=until(end) if end else "",
        valid_until=end.isoformat() if end else "",
        expired=say("expired_recommendation") if end else "",
    )


@dataclass(frozen=True)
class SiblingsView:
    """That nothing says which of some runs is the latest, and the report of each."""

    text: str
    reports: tuple[Linked, ...]


def siblings_view(here: Here, report: Report) -> SiblingsView | None:
    """What stands beside the verdict; None where the run alone counts."""
    found = here.site.siblings(report)
    reports = tuple(Linked(say("report_of", run=one.run.id), here.report_url(one)) for one in found)
    return SiblingsView(siblings_told([one.judged for one in found]), reports) if found else None


@dataclass(frozen=True)
class JudgedView:
    """What home, report and release have in common: they tell of one judgement."""

    verdict: VerdictView
    siblings: SiblingsView | None
    notices: tuple[Sentence, ...]
    """What was done to its run, or to one that it follows: withdrawn, redacted."""
    figures: tuple[KeyFigure, ...]
    """The five key figures."""
    bar: tuple[BarPart, ...]
    """The outcome bar."""
    criteria: tuple[CriterionRow, ...]
    steps: NextSteps
    default_policy: bool
    """True if there is no policy file."""


def notices_of(here: Here, report: Report) -> Iterator[Sentence]:
    """What was done to its run afterwards, or to one that it follows."""
    run, notices = report.run.id, here.site.archive.notices
    for one in notices.withdrawn.get(run, ())[:1]:
        yield say("withdrawn_on", day=day(one.time), by=one.by, reason=one.reason.rstrip("."))
    for one in notices.redacted.get(run, ()):
        yield say("redacted_on", day=day(one.time), by=one.by, reason=one.reason.rstrip("."))
    for before in here.site.withdrawn_before(run):
        yield say("follows_withdrawn", version=before.manifest.version, run=before.id)


def judged_view(here: Here, report: Report, limit: int = ROWS, *, short: bool = True) -> JudgedView:
    """A judgement in short, with at most so many next steps."""
    return JudgedView(
        verdict=verdict_view(here, report),
        siblings=siblings_view(here, report),
        notices=tuple(notices_of(here, report)),
        figures=figures(here, report),
        bar=outcome_bar(report),
        criteria=criterion_rows(here, report),
        steps=next_steps(here, report, limit, short=short),
        default_policy=report.default_policy,
    )


def figures(here: Here, report: Report) -> tuple[KeyFigure, ...]:
    """The five key figures, each with its denominator, its change since the run before and its place in the report."""
    counts, previous, url = report.facts.counts, report.previous, here.report_url(report)
    before = previous.counts if previous else None
    standing = report.open_blockers
    was = previous.open_blockers if previous else None
    met = sum(one.state is CriterionState.MET for one in report.criteria)
    earlier = previous.judged.version if previous and previous.judged.version != report.run.version else ""

    def figure(name: str, value: str, note: str, at: At, change: str = "") -> KeyFigure:
        told = say("changed_since", change=change, version=earlier) if change else ""
        return KeyFigure(say(name), value, note, evidence_at(url, at), told)

    expects = "–" if counts.expected is None else f"{'≥ ' if counts.at_least else ''}{numbers.number(counts.expected)}"
    more = _change(counts.expected, before.expected if before else None)
    points = _points(counts.pass_rate, before.pass_rate if before else None)
    passed = say("part_of", part=counts.clean, whole=counts.executed)
    fulfilled = say("part_of", part=met, whole=len(report.criteria))
    open_now = numbers.number(len(standing))
    return (
        figure("figure_tests_expected", expects, say("basis", basis=report.facts.basis.value), At.EVIDENCE, more),
        figure("figure_with_a_result", _rate(counts.completion, bound=counts.at_least), _of_expected(counts), At.GAPS),
        figure("figure_pass_rate", _rate(counts.pass_rate), passed, At.AREAS, points),
        figure("figure_standing_blockers", open_now, _by_weight(report), At.BLOCKERS, _change(len(standing), was)),
        figure("figure_criteria_met", fulfilled, _by_state(report.criteria), At.CRITERIA),
    )


def _rate(value: Fraction | None, *, bound: bool = False) -> str:
    if value is None:
        return "–"
    return say("state", value="unproven") if bound else numbers.percent(value * 100)


def _of_expected(counts: Counts) -> str:
    if counts.expected is None:
        return say("with_a_result_unchecked", tests=counts.with_result)
    return say("part_of", part=counts.with_result, whole=expected(counts))


def _change(now: int | None, before: int | None) -> str:
    if now is None or before is None or now == before:
        return ""
    return f"{'+' if now > before else '−'}{numbers.number(abs(now - before))}"


def _points(now: Fraction | None, before: Fraction | None) -> str:
    if now is None or before is None or now == before:
        return ""
    points = float(abs(now - before) * 100)
    return say("points", points=f"{'+' if now > before else '−'}{points:.1f}") if points >= 0.05 else ""


def _by_weight(report: Report) -> str:
    """The severities of what stops the release; and where nothing does, that it is so."""
    standing, stopping = report.open_blockers, report.stopping_blockers
    found = ((Number(sum(one.severity == level for one in stopping)), level) for level in SEVERITIES)
    severities = tuple((count, level) for count, level in found if count)
    return say("by_weight", severities=severities, stopping=len(stopping), standing=len(standing))


def _by_state(criteria: tuple[CriterionResult, ...]) -> str:
    states = (one.value for one in (CriterionState.UNMET, CriterionState.UNPROVEN, CriterionState.NOT_CHECKED))
    values = Counter(map(phrases.state_value, criteria))
    found = ((Number(values[value]), value) for value in (*states, "waived"))
    return say("by_state", counts=tuple((count, value) for count, value in found if count))


def outcome_bar(report: Report) -> tuple[BarPart, ...]:
    """Passed, flaky, failed, errors, skipped and not run; the counts add up to what was expected, if that is known."""
    counts = report.facts.counts
    parts = (
        ("pass", "passed", counts.passed),
        ("flaky", "flaky", counts.flaky),
        ("fail", "failed", counts.failed),
        ("fail", "error" if counts.error == 1 else "errors", counts.error),
        ("skip", "skipped", counts.skipped),
        ("none", "not_run", counts.not_run or 0),
    )
    found = [
        BarPart(kind, say("outcome", value=word), count, numbers.number(count)) for kind, word, count in parts if count
    ]
    if counts.not_run is None:
        found.append(BarPart("none", say("not_run_unchecked"), 0, ""))
    return tuple(found)

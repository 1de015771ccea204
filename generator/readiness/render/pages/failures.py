"""Areas, and failing tests: what works, and each failure with its message and trace."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from readiness import numbers, shorten
from readiness.analysis import Counts, cause_of
from readiness.assessment import Blocker
from readiness.model import Outcome, TestKey, TestResult
from readiness.phrases import say, works
from readiness.render.pages.checkout import from_checkout
from readiness.render.pages.context import Here
from readiness.render.pages.counts import expected
from readiness.render.pages.inert import Whole
from readiness.render.pages.routes import test_anchor
from readiness.render.pages.status import Status, state
from readiness.render.pages.truncated import TESTS, Truncated, fair_limit
from readiness.report import Report

MESSAGE_LIMIT = 300
"""Characters of a message in one line."""


@dataclass(frozen=True)
class FailureView:
    """One failing test: outcome, message and trace."""

    anchor: str
    name: str
    group: str
    outcome: str
    message: str
    trace: str
    cut: int
    """Characters of the trace that are not shown."""
    place: str
    test: str
    """Address of the test on the tests page; empty where there is no script to show it."""


@dataclass(frozen=True)
class AreaView:
    """An area and its counts."""

    name: str
    note: str
    """Critical or not, and who owns it."""
    passed: str
    expected: str
    status: Status


def area_views(report: Report) -> list[AreaView]:
    """Every area, those that work first."""
    facts = report.facts
    notes = {
        area.name: ", ".join(filter(None, (say("critical_area") if area.critical else "", area.owner)))
        for area in report.areas
    }
    views = [
        AreaView(
            name=area.name,
            note=notes.get(area.name, ""),
            passed=numbers.number(area.counts.clean),
            expected=expected(area.counts),
            status=_area_status(area.counts),
        )
        for area in facts.areas
    ]
    return sorted(views, key=lambda view: -badness(view))


def badness(view: AreaView) -> int:
    """Negative, and the less the worse the area stands."""
    return {"good": 0, "idle": -1, "warn": -2, "bad": -3}[view.status.kind]


def failures_of(here: Here, report: Report, blockers: Sequence[Blocker]) -> Mapping[str, Truncated[FailureView]]:
    """Id of a blocker -> its failing tests, each with what it left."""
    home = {member.key: blocker for blocker in blockers for member in blocker.members}
    problems = [result for result in report.facts.problems if result.key in home]
    shown = _one_of_each_cause(problems, home, blockers)
    limit = fair_limit(len(whole(result)) for result in shown)
    count = Counter(home[result.key].id for result in problems)
    views: dict[str, list[FailureView]] = {}
    for result in shown:
        views.setdefault(home[result.key].id, []).append(failure_view(here, result, limit))
    return {ref: Truncated(tuple(found), count[ref] - len(found)) for ref, found in views.items()}


def _one_of_each_cause(
    problems: Sequence[TestResult], home: Mapping[TestKey, Blocker], causes: Iterable[Blocker]
) -> list[TestResult]:
    """All failures in their order; of too many, one of each cause, the worst cause first, before a second one."""
    if len(problems) <= TESTS:
        return list(problems)
    order = {blocker.id: at for at, blocker in enumerate(causes)}
    seen: Counter[str] = Counter()
    ranks = []
    for at, result in enumerate(problems):
        cause = home[result.key].id
        ranks.append((seen[cause], order.get(cause, len(order)), at))
        seen[cause] += 1
    return [problems[at] for at in sorted(at for *_, at in sorted(ranks)[:TESTS])]


def _area_status(counts: Counts) -> Status:
    """What keeps an area from working, or that it works."""
    if counts.failures:
        # Errors of the run itself are no tests, and never added to them.
        return Status("bad", say("area_failing", failing=counts.failed + counts.error, errors=counts.run_errors))
    if counts.not_run:
        return Status("warn", say("area_not_run", count=counts.not_run))
    if not counts.clean:
        return state("warn", "unproven")
    if counts.skipped:
        return Status("idle", say("area_skipped", count=counts.skipped))
    proven = works(counts)
    return Status("good" if proven else "idle", say("area_works", proven=proven))


def whole(result: TestResult) -> str:
    """Every message that a test left, the deciding one first."""
    return "\n\n".join(detail.text or detail.message for detail in result.details)


def failure_view(here: Here, result: TestResult, limit: int) -> FailureView:
    """One failing test with the last `limit` characters of what it left."""
    text = from_checkout(whole(result), result.key, result.file)
    return FailureView(
        anchor=test_anchor(result.key),
        name=result.key.short,
        group=result.key.place,
        outcome=say("outcome", value="error" if result.outcome is Outcome.ERROR else "failed"),
        message=first_line(cause_of(result).message),
        trace=Whole(text[-limit:]),
        cut=max(0, len(text) - limit),
        place=result.place,
        test=here.test_url(result.key),
    )


def first_line(text: str) -> str:
    """The first line that says something, shortened: for one line of a page."""
    line = shorten.first_line(text)
    return line if len(line) <= MESSAGE_LIMIT else line[: MESSAGE_LIMIT - 1] + "…"

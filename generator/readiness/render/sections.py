"""What the gate and `diff` say: lines first, then sections, of which each format makes its own form."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from readiness import phrases
from readiness.assessment import Changes, ReasonKind, open_items
from readiness.numbers import number
from readiness.phrases import Table, one_line, say
from readiness.report import GateResult, Report

_ELSEWHERE = (ReasonKind.BLOCKER, ReasonKind.WAIVER, ReasonKind.CHECKLIST)
"""Reasons that stand in tables and lists of their own."""
_CELL = 200
"""Characters of a cell."""


@dataclass(frozen=True)
class Section:
    """A title and what stands below it."""

    title: str
    lines: tuple[str, ...]
    things: str
    """What the lines are, by the names of `rows_left_out`."""
    table: Table | None = None
    """The same in columns."""


def sections(result: GateResult) -> Iterator[Section]:
    """What is behind the answer, what stops the release before the rest."""
    found = result.report
    changes, news = found.changes, phrases.news(found.changes) if result.trial and found.changes else []
    criteria, blockers = phrases.criteria_table(found), phrases.blockers_table(found)
    gaps = {gap.identity for gap in found.gaps}
    unproven = [one for one in found.verdict.unproven if one.kind is not ReasonKind.EVIDENCE or one.ref not in gaps]
    reasons = [
        [phrases.reason_text(one, found) for one in given if one.kind not in _ELSEWHERE]
        for given in (unproven, found.verdict.residual)
    ]
    since = phrases.standing_before(changes) if changes else ""
    steps = (f"{one.ref}  {phrases.said(one.title)}: {phrases.said(one.todo)}" for one in found.steps)
    flakes = (f"{phrases.test_name(one.key)}  {phrases.flakiness(one)}" for one in found.flakes)
    untold = {"new", "still_failing"} | ({"newly_failing"} if result.trial else set())
    changed = turned(changes, untold) if changes else ()
    made = (
        _section(
            say("new_since", what=since), "changes", news or [say("nothing_new")] * (result.trial and bool(since))
        ),
        _section(say("criteria"), "criteria", _rows("criterion_line", criteria), criteria),
        _section(say("blockers"), "blockers", _rows("blocker_line", blockers), blockers),
        _section(say("unproven"), "reasons", reasons[0]),
        _section(say("missing_evidence"), "gaps", phrases.gap_lines(found)),
        _section(say("since_what", what=since), "changes", (line for line in changed if line not in news)),
        _section(say("next_steps"), "steps", steps),
        *release_sections(found),
        _section(say("residual_risk"), "risks", reasons[1]),
        _section(say("flaky_tests"), "flakes", flakes),
    )
    return (one for one in made if one.lines)


def head(result: GateResult) -> Iterator[str]:
    """Which judgement by which policy, what is to be known of other runs, why, and what to do."""
    yield phrases.judged_by(result)
    yield from (note for _, note in phrases.notes(result))
    yield from filter(None, (phrases.verdict_without(result.report), phrases.why(result), phrases.advice(result)))


def release_sections(found: Report) -> Iterator[Section]:
    """Waivers, checklist and plan; open items first."""
    debt, plan = phrases.waiver_debt(found), found.plan
    yield _section(say("waivers"), "waivers", [debt, *phrases.waiver_lines(found)] if debt else [])
    items = [*open_items(found.items), *(one for one in found.items if one.done)]
    lines = (phrases.checklist_summary(found), *(phrases.item_line(one, found) for one in items))
    yield _section(say("checklist"), "items", lines if items else ())
    yield _section(say("plan"), "plan", (phrases.plan_summary(plan), *phrases.plan_lines(plan)) if plan else ())


def change_lines(found: Changes) -> Iterator[str]:
    """Which judgements are compared, and whether the verdict changed."""
    for side, one in (("before", found.before), ("now", found.now)):
        verdict = phrases.verdict_word(one.verdict)
        yield say("compared", side=side, version=one.version, run=one.run, judgement=one.judgement, verdict=verdict)
    yield say("verdict_compared", changed=found.verdict, otherwise=any(change_sections(found)))


def change_sections(found: Changes) -> Iterator[Section]:
    """What changed from one judgement to another, and every test that did."""
    made = [
        _section(say("criteria"), "changes", phrases.criteria_told(found)),
        _section(say("blockers"), "changes", phrases.blockers_told(found)),
        _section(say("checklist"), "changes", phrases.items_told(found)),
        _section(say("waivers"), "changes", phrases.waivers_told(found)),
        _section(say("policy"), "changes", phrases.amendments(found.policy)),
    ]
    for how, keys in phrases.tests_of(found.tests) if found.tests else ():
        names = map(phrases.test_name, keys)
        made.append(_section(say("tests_counted", how=how, count=number(len(keys))), "tests", names))
    slower = found.tests.slower if found.tests else ()
    lines = (
        say("slower_now", test=phrases.test_name(one.key), before=f"{one.before_s:,.2f}", now=f"{one.now_s:,.2f}")
        for one in slower
    )
    made.append(_section(say("tests_counted", how="slower", count=number(len(slower))), "tests", lines))
    return (one for one in made if one.lines)


def _section(title: str, things: str, lines: Iterable[str], table: Table | None = None) -> Section:
    return Section(title, tuple(lines), things, table)


def _rows(line: str, table: Table) -> Iterator[str]:
    return (say(line, cells=tuple(one_line(cell, _CELL) for cell in row)) for row in table[1])


def turned(changes: Changes, untold: Collection[str]) -> Iterator[str]:
    """What turned the verdict, and what became of tests, without the ways to turn that are not told."""
    yield from phrases.reasons(changes)
    for how, keys in phrases.tests_of(changes.tests) if changes.tests else ():
        if how not in untold:
            yield say("tests_turned", count=len(keys), how=how, names=phrases.named(keys))

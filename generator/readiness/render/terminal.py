"""The gate's answer on a terminal: tables and lists, plain where they are piped."""

from __future__ import annotations

from collections.abc import Iterator

from readiness import phrases
from readiness.assessment import ItemResult, ReasonKind, open_items
from readiness.phrases import (
    blockers_table,
    criteria_table,
    flakiness,
    gap_lines,
    named,
    reasons,
    say,
    standing_before,
    test_name,
    tests_of,
    verdict_word,
)
from readiness.render.console import console, listed, table, text
from readiness.report import GateResult, Report

STYLES = {"READY": "bold green", "BLOCKED": "bold red", "UNPROVEN": "bold yellow"}
MOST = 10
"""Lines of a list; the other formats and `readiness explain` hold the rest."""


def show(answer: GateResult) -> None:
    """Print the verdict, and everything behind it in short."""
    found = answer.report
    verdict, out = found.verdict, console()
    style = "UNPROVEN" if verdict.ready and not answer.ready else verdict.word.value
    out.print(text(f"{phrases.subject(answer.report)}, {phrases.judged_by(answer)}"))
    out.print(text(f"{phrases.headline(answer)} {phrases.when(answer)}", STYLES[style]))
    for _, note in phrases.notes(answer):
        out.print(text(note))
    if phrases.verdict_without(answer.report):
        out.print(text(phrases.verdict_without(answer.report)))
    out.print(text(phrases.why(answer)))
    out.print(text(phrases.advice(answer)))
    if answer.link:
        out.print(text(say("report_at", address=answer.link)))
    news = phrases.news(found.changes) if answer.trial and found.changes else []
    if answer.trial and found.changes:
        listed(say("new_since", what=standing_before(found.changes)), news or [say("nothing_new")], MOST)
    out.print()
    table(*criteria_table(found))
    if found.open_blockers:
        out.print()
        table(*blockers_table(found))
    gaps = {gap.identity for gap in found.gaps}
    unproven = (one for one in verdict.unproven if one.kind is not ReasonKind.EVIDENCE or one.ref not in gaps)
    for title, given in (("unproven", unproven), ("residual_risk", verdict.residual)):
        listed(say(title), (phrases.reason_text(one, found) for one in given if one.kind not in _ELSEWHERE))
    show_release(found, MOST)
    listed(say("missing_evidence"), gap_lines(found))
    for title, lines in _changed(answer):
        listed(title, (line for line in lines if line not in news), MOST)
    listed(say("flaky_tests"), (f"{test_name(one.key)}  {flakiness(one)}" for one in found.flakes), MOST)
    steps = (f"{one.ref}  {phrases.said(one.title)}: {phrases.said(one.todo)}" for one in found.steps)
    listed(say("next_steps"), steps, MOST)


_ELSEWHERE = (ReasonKind.BLOCKER, ReasonKind.WAIVER, ReasonKind.CHECKLIST)
"""Reasons that stand in tables and lists of their own."""


def show_release(found: Report, most: int | None = None) -> None:
    """Print waivers, checklist and plan, where there are some, with at most so many lines of each."""
    debt, plan = phrases.waiver_debt(found), found.plan
    listed(say("waivers"), [debt, *phrases.waiver_lines(found)] if debt else [], most)
    lines = [phrases.item_line(one, found) for one in (*open_items(found.items), *_done(found))]
    listed(say("checklist"), [phrases.checklist_summary(found), *lines] if lines else [], most)
    if plan:
        listed(say("plan"), [phrases.plan_summary(plan), *phrases.plan_lines(plan)], most)


def _done(found: Report) -> list[ItemResult]:
    return [one for one in found.items if one.done]


def standing_line(found: Report) -> str:
    """`attrs 26.1.0, run …, judgement 1: NOT READY: BLOCKED as of D`."""
    manifest, verdict = found.run, found.verdict
    return say(
        "run_stands",
        subject=say("release_name", product=manifest.product, version=manifest.version),
        run=manifest.id,
        judgement=found.judgement.number,
        verdict=verdict_word(verdict.word),
        when=phrases.as_of(verdict),
    )


def _changed(answer: GateResult) -> Iterator[tuple[str, list[str]]]:
    found = answer.report.changes
    if found is None:
        return
    lines = [*reasons(found)]
    for how, keys in tests_of(found.tests) if found.tests else ():
        if how not in ("new", "still_failing") and not (answer.trial and how == "newly_failing"):
            lines.append(say("tests_turned", count=len(keys), how=how, names=named(keys)))
    yield say("since_what", what=standing_before(found)), lines

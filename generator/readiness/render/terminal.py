"""The gate's answer on a terminal: tables and lists, plain where they are piped."""

from __future__ import annotations

from collections.abc import Iterator

from readiness import phrases
from readiness.assessment import ItemResult, ReasonKind
from readiness.assessment.checklist import open_items
from readiness.cli.terminal import console, listed, table, text
from readiness.numbers import plural
from readiness.phrases import test_name, verdict_word
from readiness.phrases.changes import reasons, standing_before
from readiness.phrases.plain import flakiness, minute, named, tests_of
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
        out.print(text(f"Report: {answer.link}"))
    out.print()
    table(("Criterion", "Required", "Actual", "Result", ""), list(_criteria(answer)))
    standing = found.open_blockers
    if standing:
        out.print()
        header = ("Blocker", "Severity", "State", "Since", "Tests", "What")
        table(
            header,
            [
                (
                    one.id,
                    one.severity,
                    phrases.blocker_state(one, found),
                    one.opened.version,
                    phrases.members(one),
                    phrases.title_of(one),
                )
                for one in standing
            ],
        )
    gaps = {gap.identity for gap in found.gaps}
    unproven = (one for one in verdict.unproven if one.kind is not ReasonKind.EVIDENCE or one.ref not in gaps)
    for title, given in (("Unproven", unproven), ("Residual risk", verdict.residual)):
        listed(title, (phrases.reason_text(one, found) for one in given if one.kind not in _ELSEWHERE))
    show_release(found, MOST)
    listed("Missing evidence", (f"{phrases.gap_text(gap)}. {phrases.said(gap.fix)}" for gap in found.gaps))
    for title, lines in _changed(answer):
        listed(title, lines, MOST)
    listed("Flaky tests", (f"{test_name(one.key)}  {flakiness(one)}" for one in found.flakes), MOST)
    listed("To READY", (f"{one.ref}  {phrases.said(one.title)}: {phrases.said(one.todo)}" for one in found.steps), MOST)


_ELSEWHERE = (ReasonKind.BLOCKER, ReasonKind.WAIVER, ReasonKind.CHECKLIST)
"""Reasons that stand in tables and lists of their own."""


def show_release(found: Report, most: int | None = None) -> None:
    """Print waivers, checklist and plan, where there are some, with at most so many lines of each."""
    debt, plan = phrases.waiver_debt(found), found.plan
    listed("Waivers", [debt, *phrases.waiver_lines(found)] if debt else [], most)
    lines = [phrases.item_line(one, found) for one in (*open_items(found.items), *_done(found))]
    listed("Checklist", [phrases.checklist_summary(found), *lines] if lines else [], most)
    if plan:
        listed("Plan", [phrases.plan_summary(plan), *phrases.plan_lines(plan)], most)


def _done(found: Report) -> list[ItemResult]:
    return [one for one in found.items if one.done]


def standing_line(found: Report) -> str:
    """`attrs 26.1.0, run …, judgement 1: NOT READY: BLOCKED as of D`."""
    manifest, verdict = found.run, found.verdict
    word = verdict_word(verdict.word)
    until = f", valid until {minute(verdict.valid_until)}" if verdict.valid_until else ""
    name = f"{manifest.product or 'Release'} {manifest.version}"
    place = f"run {found.run.id}, judgement {found.judgement.number}"
    return f"{name}, {place}: {word} as of {minute(verdict.as_of)}{until}"


def _criteria(answer: GateResult) -> Iterator[tuple[str, ...]]:
    for one in answer.report.criteria:
        advisory = " (advisory)" if one.criterion.tier == "advisory" else ""
        yield (
            one.criterion.title + advisory,
            phrases.required(one),
            phrases.actual(one.measured),
            phrases.state_word(one),
            phrases.out_of(one.measured),
        )


def _changed(answer: GateResult) -> Iterator[tuple[str, list[str]]]:
    found = answer.report.changes
    if found is None:
        return
    lines = [*reasons(found)]
    for title, keys in tests_of(found.tests) if found.tests else ():
        if title not in ("new", "still failing"):
            lines.append(f"{plural(len(keys), 'test')} {title}: {named(keys)}")
    yield f"Since {standing_before(found)}", lines

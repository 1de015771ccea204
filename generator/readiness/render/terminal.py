"""The gate's answer on a terminal: tables and lists, plain where they are piped."""

from __future__ import annotations

from collections.abc import Iterator

from readiness import phrases
from readiness.assessment import Assessment, ItemResult, ReasonKind, open_blockers, planned, to_ready
from readiness.assessment.checklist import open_items
from readiness.cli.terminal import console, listed, table, text
from readiness.numbers import plural
from readiness.phrases import test_name, verdict_word
from readiness.render.answer import Answer
from readiness.render.difference import reasons, since_previous, standing_before
from readiness.render.phrases import flakiness, minute, named, tests_of

STYLES = {"READY": "bold green", "BLOCKED": "bold red", "UNPROVEN": "bold yellow"}
MOST = 10
"""Lines of a list; the other formats and `readiness explain` hold the rest."""


def show(answer: Answer) -> None:
    """Print the verdict, and everything behind it in short."""
    found = answer.assessment
    verdict, out = found.verdict, console()
    style = "UNPROVEN" if verdict.ready and not answer.ready else verdict.word.value
    out.print(text(f"{answer.subject}, {answer.judged}"))
    out.print(text(f"{answer.headline} {answer.when}", STYLES[style]))
    for _, note in answer.notes:
        out.print(text(note))
    if answer.without_waivers:
        out.print(text(answer.without_waivers))
    out.print(text(answer.summary))
    out.print(text(answer.recommendation))
    if answer.report:
        out.print(text(f"Report: {answer.report}"))
    out.print()
    table(("Criterion", "Required", "Actual", "Result", ""), list(_criteria(answer)))
    standing = open_blockers(found)
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
    listed(
        "To READY", (f"{one.ref}  {phrases.said(one.title)}: {phrases.said(one.todo)}" for one in to_ready(found)), MOST
    )


_ELSEWHERE = (ReasonKind.BLOCKER, ReasonKind.WAIVER, ReasonKind.CHECKLIST)
"""Reasons that stand in tables and lists of their own."""


def show_release(found: Assessment, most: int | None = None) -> None:
    """Print waivers, checklist and plan, where there are some, with at most so many lines of each."""
    debt, plan = phrases.waiver_debt(found), planned(found)
    listed("Waivers", [debt, *phrases.waiver_lines(found)] if debt else [], most)
    lines = [phrases.item_line(one, found) for one in (*open_items(found.items), *_done(found))]
    listed("Checklist", [phrases.checklist_summary(found), *lines] if lines else [], most)
    if plan:
        listed("Plan", [phrases.plan_summary(plan), *phrases.plan_lines(plan)], most)


def _done(found: Assessment) -> list[ItemResult]:
    return [one for one in found.items if one.done]


def standing_line(found: Assessment) -> str:
    """`attrs 26.1.0, run …, judgement 1: NOT READY: BLOCKED as of D`."""
    manifest, verdict = found.run.manifest, found.verdict
    word = verdict_word(verdict.word)
    until = f", valid until {minute(verdict.valid_until)}" if verdict.valid_until else ""
    name = f"{manifest.product or 'Release'} {manifest.version}"
    place = f"run {found.run.id}, judgement {found.judgement.number}"
    return f"{name}, {place}: {word} as of {minute(verdict.as_of)}{until}"


def _criteria(answer: Answer) -> Iterator[tuple[str, ...]]:
    for one in answer.assessment.criteria:
        advisory = " (advisory)" if one.criterion.tier == "advisory" else ""
        yield (
            one.criterion.title + advisory,
            phrases.required(one),
            phrases.actual(one.measured),
            phrases.state_word(one),
            phrases.out_of(one.measured),
        )


def _changed(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    found = since_previous(answer.assessment)
    if found is None:
        return
    lines = [*reasons(found)]
    for title, keys in tests_of(found.tests):
        if title not in ("new", "still failing"):
            lines.append(f"{plural(len(keys), 'test')} {title}: {named(keys)}")
    yield f"Since {standing_before(found.changes)}", lines

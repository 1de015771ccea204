"""The gate's answer as GitHub Markdown, for job summaries and comments on pull requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from readiness import phrases
from readiness.numbers import number
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
)
from readiness.render.github_html import Section, bullets, code, link, plain, table
from readiness.render.pages.inert import Words
from readiness.report import GateResult, Report

LIMIT = 65_000
"""Bytes. GitHub takes 65,536 characters in a comment."""
_CLOSING = 2_000
"""Bytes that are kept for saying what was left out."""
_SIGN = {"READY": "✅", "BLOCKED": "❌", "UNPROVEN": "⚠️"}


def gate_markdown(answer: GateResult) -> str:
    """At most `LIMIT` bytes in UTF-8. What does not fit is left out in whole rows, and said."""
    parts, left = [_head(answer)], []
    used = len(parts[0].encode())
    for section in _sections(answer):
        # Half of what is there for each: no section, however long, takes the room of those that follow.
        text, missing = section.cut((LIMIT - _CLOSING - used) // 2)
        parts.append(text)
        used += len(text.encode())
        if missing:
            left.append(say("rows_left_out", missing=missing, rows=len(section.rows), what=section.things))
    parts.append(_rest(answer, left))
    return "".join(parts).rstrip("\n") + "\n"


def _head(answer: GateResult) -> str:
    word = answer.report.verdict.word.value
    sign = _SIGN["UNPROVEN" if word == "READY" and not answer.ready else word]
    lines = [
        Words(f"<h2>{sign} ")
        + plain(f"{phrases.headline(answer)} – {phrases.subject(answer.report)}", 200)
        + Words("</h2>\n\n"),
        Words("<p>") + plain(phrases.why(answer), 1_200) + Words("</p>\n\n"),
        Words("<p>") + plain(phrases.advice(answer)) + Words("</p>\n\n"),
        Words("<p><sub>") + plain(f"{phrases.when(answer)}; {phrases.judged_by(answer)}") + Words("</sub></p>\n\n"),
    ]
    if phrases.verdict_without(answer.report):
        lines.insert(1, Words("<p>") + plain(phrases.verdict_without(answer.report)) + Words("</p>\n\n"))
    notes = [
        Words("<p><strong>") + plain(note, 1_200) + Words("</strong></p>\n\n") for _, note in phrases.notes(answer)
    ]
    lines[1:1] = notes
    if answer.link:
        lines.append(Words("<p>") + link(answer.link, say("the_report")) + Words("</p>\n\n"))
    return "".join(lines)


def _rest(answer: GateResult, left: Sequence[str]) -> str:
    if not left:
        return ""
    command = code("readiness gate FILES…" if answer.trial else f"readiness gate --run {answer.report.run.id}")
    where = link(answer.link, say("the_report")) if answer.link else command
    told = Words(say("left_out", what=", ".join(left))), where, Words(say("holds_all" if answer.link else "tells_all"))
    return Words("<p><strong>{}.</strong> {} {}</p>\n").format(*told)


def _sections(answer: GateResult) -> Iterator[Section]:
    """The sections that have something to say, what stops the release before the rest."""
    found = answer.report
    todo = [_item(one.ref, f"{phrases.said(one.title)}: {phrases.said(one.todo)}") for one in found.steps]
    flaky = [_item(test_name(one.key), flakiness(one)) for one in found.flakes]
    risks = [plain(phrases.reason_text(one, found)) for one in found.verdict.residual]
    (heads, criteria), (columns, blockers) = criteria_table(found), blockers_table(found)
    made = [
        *_news(answer),
        table(say("criteria"), "criteria", heads, [_cells(row) for row in criteria]),
        table(say("blockers"), "blockers", columns, [(code(ref), *_cells(row)) for ref, *row in blockers]),
        bullets(say("missing_evidence"), "gaps", [plain(line) for line in gap_lines(found)]),
        bullets(say("next_steps"), "steps", todo),
        *_changed(answer),
        *_release(found),
        bullets(say("residual_risk"), "risks", risks),
        bullets(say("flaky_tests"), "flakes", flaky),
    ]
    return (section for section in made if section.rows)


def _release(found: Report) -> Iterator[Section]:
    """Waivers, checklist and plan."""
    yield bullets(say("waivers"), "waivers", [plain(one) for one in phrases.waiver_lines(found)])
    yield bullets(say("checklist"), "items", [plain(phrases.item_line(one, found)) for one in found.items])
    plan = found.plan
    if plan:
        lines = (phrases.plan_summary(plan), *phrases.plan_lines(plan))
        yield bullets(say("plan"), "plan", [plain(one) for one in lines])


def _item(name: str, told: str) -> Words:
    return Words("{} {}").format(code(name), plain(told))


def _cells(row: Iterable[str]) -> list[Words]:
    return [plain(text, 200) for text in row]


def _news(answer: GateResult) -> Iterator[Section]:
    """Of files that are not archived, what they add to what was wrong before."""
    found = answer.report.changes
    if answer.trial and found:
        items = [plain(line) for line in phrases.news(found)] or [plain(say("nothing_new"))]
        yield bullets(plain(say("new_since", what=standing_before(found)), 100), "changes", items)


def _changed(answer: GateResult) -> Iterator[Section]:
    found = answer.report.changes
    if found is None:
        return
    told = phrases.news(found) if answer.trial else ()
    items = [plain(sentence) for sentence in reasons(found) if sentence not in told]
    for how, keys in tests_of(found.tests) if found.tests else ():
        if how != "new" and not (answer.trial and how == "newly_failing"):
            items.append(plain(f"{number(len(keys))} {say('turned', how=how)}: {named(keys)}"))
    yield bullets(plain(say("since_what", what=standing_before(found)), 100), "changes", items)

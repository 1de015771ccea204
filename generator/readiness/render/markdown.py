"""The gate's answer as GitHub Markdown, for job summaries and comments on pull requests."""

from __future__ import annotations

from collections.abc import Iterator

from readiness import phrases
from readiness.assessment import Assessment, open_blockers, planned, to_ready
from readiness.numbers import number
from readiness.phrases.judgement import test_name
from readiness.render.answer import Answer
from readiness.render.difference import reasons, since_previous, standing_before
from readiness.render.github_html import Section, bullets, code, link, plain, table
from readiness.render.pages.inert import Words
from readiness.render.phrases import flakiness, named, tests_of

LIMIT = 65_000
"""Bytes. GitHub takes 65,536 characters in a comment."""
_CLOSING = 2_000
"""Bytes that are kept for saying what was left out."""
_BLOCKERS = ("Blocker", "Severity", "State", "Since", "Tests", "What")
_SIGN = {"READY": "✅", "BLOCKED": "❌", "UNPROVEN": "⚠️"}


def gate_markdown(answer: Answer) -> str:
    """At most `LIMIT` bytes in UTF-8. What does not fit is left out in whole rows, and said."""
    parts, left = [_head(answer)], []
    used = len(parts[0].encode())
    for section in _sections(answer):
        # Half of what is there for each: no section, however long, takes the room of those that follow.
        text, missing = section.cut((LIMIT - _CLOSING - used) // 2)
        parts.append(text)
        used += len(text.encode())
        if missing:
            left.append(f"{number(missing)} of {number(len(section.rows))} {section.things}")
    parts.append(_rest(answer, left))
    return "".join(parts).rstrip("\n") + "\n"


def _head(answer: Answer) -> str:
    word = answer.assessment.verdict.word.value
    sign = _SIGN["UNPROVEN" if word == "READY" and not answer.ready else word]
    lines = [
        Words(f"<h2>{sign} ") + plain(f"{answer.headline} – {answer.subject}", 200) + Words("</h2>\n\n"),
        Words("<p>") + plain(answer.summary, 1_200) + Words("</p>\n\n"),
        Words("<p>") + plain(answer.recommendation) + Words("</p>\n\n"),
        Words("<p><sub>") + plain(f"{answer.when}; {answer.judged}") + Words("</sub></p>\n\n"),
    ]
    if answer.without_waivers:
        lines.insert(1, Words("<p>") + plain(answer.without_waivers) + Words("</p>\n\n"))
    notes = [Words("<p><strong>") + plain(note, 1_200) + Words("</strong></p>\n\n") for _, note in answer.notes]
    lines[1:1] = notes
    if answer.report:
        lines.append(Words("<p>") + link(answer.report, "The report") + Words("</p>\n\n"))
    return "".join(lines)


def _rest(answer: Answer, left: list[str]) -> str:
    if not left:
        return ""
    told = Words("<p><strong>Left out: ") + Words(", ".join(left)) + Words(".</strong> ")
    if answer.report:
        where = link(answer.report, "The report") + Words(" holds all of it.")
    else:
        where = code(f"readiness gate --run {answer.assessment.run.id}") + Words(" tells all of it.")
    return told + where + Words("</p>\n")


def _sections(answer: Answer) -> Iterator[Section]:
    """The sections that have something to say, what stops the release before the rest."""
    found = answer.assessment
    todo = [_item(one.ref, f"{phrases.said(one.title)}: {phrases.said(one.todo)}") for one in to_ready(found)]
    flaky = [_item(test_name(one.key), flakiness(one)) for one in found.flakes]
    made = [
        table("Criteria", "criteria", ("Criterion", "Required", "Actual", "Result", ""), list(_criteria(answer))),
        table("Blockers", "blockers", _BLOCKERS, list(_blockers(answer))),
        bullets(
            "Missing evidence",
            "gaps",
            [plain(f"{phrases.gap_text(gap)}. {phrases.said(gap.fix)}") for gap in found.gaps],
        ),
        bullets("To READY", "things to do", todo),
        *_changed(answer),
        *_release(found),
        bullets("Residual risk", "risks", [plain(phrases.reason_text(one, found)) for one in found.verdict.residual]),
        bullets("Flaky tests", "flaky tests", flaky),
    ]
    return (section for section in made if section.rows)


def _release(found: Assessment) -> Iterator[Section]:
    """Waivers, checklist and plan."""
    yield bullets("Waivers", "waivers", [plain(one) for one in phrases.waiver_lines(found)])
    yield bullets("Checklist", "items", [plain(phrases.item_line(one, found)) for one in found.items])
    plan = planned(found)
    if plan:
        lines = (phrases.plan_summary(plan), *phrases.plan_lines(plan))
        yield bullets("Plan", "parts of the plan", [plain(one) for one in lines])


def _item(name: str, told: str) -> Words:
    return Words("{} {}").format(code(name), plain(told))


def _criteria(answer: Answer) -> Iterator[tuple[Words, ...]]:
    for one in answer.assessment.criteria:
        title = one.criterion.title + (" (advisory)" if one.criterion.tier == "advisory" else "")
        shown = (title, phrases.required(one), phrases.actual(one.measured), phrases.state_word(one))
        yield (*(plain(text, 200) for text in shown), plain(phrases.out_of(one.measured), 200))


def _blockers(answer: Answer) -> Iterator[tuple[Words, ...]]:
    for one in open_blockers(answer.assessment):
        shown = (
            one.severity,
            phrases.blocker_state(one, answer.assessment),
            one.opened.version,
            phrases.members(one),
            phrases.title_of(one),
        )
        yield (code(one.id), *(plain(text, 200) for text in shown))


def _changed(answer: Answer) -> Iterator[Section]:
    found = since_previous(answer.assessment)
    if found is None:
        return
    items = [plain(sentence) for sentence in reasons(found)]
    for title, keys in tests_of(found.tests):
        if title != "new":
            items.append(plain(f"{number(len(keys))} {title}: {named(keys)}"))
    yield bullets(plain(f"Since {standing_before(found.changes)}", 100), "changes", items)

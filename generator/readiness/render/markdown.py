"""The gate's answer and the difference of two judgements as plain Markdown: for job summaries, comments and chats."""

from collections.abc import Iterable, Iterator

from readiness import phrases
from readiness.assessment import Changes
from readiness.numbers import capital
from readiness.phrases import one_line, say
from readiness.render.markup import Markdown
from readiness.render.sections import Section, change_lines, change_sections, head, sections
from readiness.report import GateResult

LIMIT = 65_000
"""Bytes. GitHub takes 65,536 characters in a comment."""
_CLOSING = 2_000
"""Bytes that are kept for saying what was left out."""
_LINE, _LINE_BYTES = 1_200, 6_000
"""Characters of a line, and bytes of what they become; fewer characters where each becomes many bytes."""
_TITLE = 200
_SIGN = {"READY": "✅", "BLOCKED": "❌", "UNPROVEN": "⚠️"}
_MADE = Markdown()


def gate_markdown(answer: GateResult) -> str:
    """At most `LIMIT` bytes in UTF-8. What does not fit is left out in whole lines, and said."""
    word = answer.report.verdict.word.value
    sign = _SIGN["UNPROVEN" if word == "READY" and not answer.ready else word]
    title = f"{sign} {phrases.headline(answer)} – {phrases.subject(answer.report)}"
    about, *lines = head(answer)
    made = [_heading(title, phrases.when(answer)), *map(_text, (*lines, capital(about)))]
    rest = "readiness gate FILES…" if answer.trial else f"readiness gate --run {answer.report.run.id}"
    if answer.link:
        rest = _MADE.link(say("the_report"), answer.link)
        made.append(rest)
    return _written(made, sections(answer), rest, "holds_all" if answer.link else "tells_all")


def diff_markdown(found: Changes) -> str:
    """What changed, in the same form and within the same limit."""
    *judgements, verdict = change_lines(found)
    refs = " ".join(f"{one.run}#{one.judgement}" for one in (found.before, found.now))
    made = [_heading(verdict), _MADE.items(map(_text, judgements)).rstrip("\n")]
    return _written(made, change_sections(found), f"readiness diff {refs}", "tells_all")


def _heading(title: str, more: str = "") -> str:
    return f"{_MADE.strong(one_line(title, _TITLE))} {_text(more)}".rstrip()


def _written(lines: Iterable[str], given: Iterable[Section], rest: str, tells: str) -> str:
    """Paragraphs and sections; `rest` is where all of it is, and `tells` the macro that says so."""
    parts, left = [*map(_MADE.paragraph, lines)], []
    room = LIMIT - _CLOSING - sum(len(part.encode()) for part in parts)
    for one in given:
        # Half of what is there for each: no section, however long, takes the room of those that follow.
        shown = list(_fitting(one, room // 2))
        if shown:
            parts.append(_MADE.section(one_line(one.title, _TITLE), shown))
            room -= len(parts[-1].encode())
        if missing := len(one.lines) - len(shown):
            left.append(say("rows_left_out", missing=missing, rows=len(one.lines), what=one.things))
    if left:
        parts.append(f"{_MADE.strong(say('left_out', what=', '.join(left)))}. {rest} {say(tells)}")
    return "".join(parts).rstrip("\n") + "\n"


def _fitting(section: Section, most: int) -> Iterator[str]:
    """Its first lines, marked up, that go into `most` bytes with the title."""
    room = most - len(_MADE.section(one_line(section.title, _TITLE), ()).encode())
    for line in section.lines:
        text = _text(line)
        room -= len(f"{_MADE.bullet}{text}\n".encode())
        if room < 0:
            return
        yield text


def _text(line: str) -> str:
    most = _LINE
    while len((text := _MADE.text(one_line(line, most))).encode()) > _LINE_BYTES:
        most //= 2
    return text

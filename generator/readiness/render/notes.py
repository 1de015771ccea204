"""What release notes say of a release: verdict, why, what changed, what is open, what is accepted, and links."""

from collections.abc import Callable, Iterator

from readiness import phrases
from readiness.assessment import Blocker, Changes
from readiness.phrases import say, standing_before
from readiness.render.markup import Html, Markdown, Plain, Slack
from readiness.render.pages.routes import BADGE, blocker_page, release_file, report_page
from readiness.render.sections import turned
from readiness.report import Report

MARKUPS: dict[str, Callable[[], Plain]] = {"markdown": Markdown, "html": Html, "text": Plain, "slack": Slack}
LIMIT = 2_000
"""Bytes: what a chat or an issue tracker shows without folding it."""
_MOST, _LINE = 6, 160
"""Lines of a list, and characters of a line; fewer where they do not fit."""


Address = Callable[[str, str], str]
"""(source path of a page or path of a file, version) -> permanent address; empty where the site is not known."""


def release_notes(report: Report, changes: Changes | None, address: Address, form: str) -> str:
    """The notes in one of `MARKUPS`, within `LIMIT` bytes; what does not fit is counted.

    `changes` are those since the release before.
    """
    markup = MARKUPS[form]()
    most, line = _MOST, _LINE
    while True:
        text = "".join(_parts(report, changes, address, markup, most, line)).rstrip("\n") + "\n"
        if len(text.encode()) <= LIMIT or line <= 1:
            return text
        most, line = (most - 1, line) if most > 1 else (most, line // 2)


def _parts(
    report: Report, changes: Changes | None, address: Address, markup: Plain, most: int, line: int
) -> Iterator[str]:
    version = report.run.version
    page = address(report_page(report.run.id, report.judgement.number), version)
    badge = address(release_file(version, BADGE), version)
    if badge and (image := markup.image(say("badge_of", verdict=report.verdict.word.value), badge, page)):
        yield markup.paragraph(image)
    name = say("release_name", product=report.product, version=report.run.version)
    verdict = phrases.verdict_word(report.verdict.word)
    heading = markup.strong(phrases.one_line(f"{name}: {verdict}", line))
    yield markup.paragraph(f"{heading} {markup.text(phrases.as_of(report.verdict))}")
    yield markup.paragraph(markup.text(phrases.one_line(phrases.summary(report), 3 * line)))
    if changes:
        heads = say("since_what", what=standing_before(changes))
        yield from _listed(heads, list(turned(changes, ("still_failing",))), markup, most, line)
    blockers = [_blocker(one, report) for one in report.open_blockers]
    links = {
        text: address(blocker_page(one.id), version) for one, text in zip(report.open_blockers, blockers, strict=True)
    }
    yield from _listed(say("blockers"), blockers, markup, most, line, links)
    yield from _listed(say("waivers"), list(phrases.waiver_lines(report)), markup, most, line)
    if page:
        yield markup.paragraph(markup.link(say("the_report"), page))


def _listed(
    title: str, lines: list[str], markup: Plain, most: int, line: int, links: dict[str, str] | None = None
) -> Iterator[str]:
    if not lines:
        return
    shown = []
    for one in lines[:most]:
        text, url = phrases.one_line(one, line), (links or {}).get(one, "")
        shown.append(markup.link(text, url) if url else markup.text(text))
    if len(lines) > most:
        shown.append(markup.text(say("and_more", count=len(lines) - most)))
    yield markup.section(phrases.one_line(title, line), shown)


def _blocker(blocker: Blocker, report: Report) -> str:
    state = phrases.blocker_state(blocker, report)
    return say(
        "blocker_in_notes", id=blocker.id, title=phrases.title_of(blocker), severity=blocker.severity, state=state
    )

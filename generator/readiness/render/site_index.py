"""What a site holds, for programs: `readiness.json`, the badges, the feed, and `llms.txt`."""

import html
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from readiness import phrases
from readiness.assessment import Word
from readiness.phrases import say, worded_by, words_of
from readiness.render.feed import feed
from readiness.render.markup import Markdown
from readiness.render.pages import routes
from readiness.render.pages.context import SiteContext
from readiness.render.pages.inert import visible
from readiness.report import Report, written
from readiness.serial import ALWAYS_THERE
from readiness.shorten import short

_COLOURS = {Word.READY: "#1a7f4b", Word.BLOCKED: "#b42318", Word.UNPROVEN: "#8a5a00"}
_GREY = "#59636e"
_LETTER, _PADDING, _LONGEST = 6.6, 12, 40
"""Width of a letter and of the room around a text, in pixels; characters of the longest text."""


@dataclass(frozen=True)
class ReleaseEntry:
    """A release by the judgement that answers for it."""

    version: str
    run: str
    judgement: int
    verdict: Word
    unwaived: Word
    """The verdict, if nothing were waived."""
    as_of: datetime
    valid_until: datetime | None
    open_blockers: int
    stopping: int
    """How many of them keep it from being ready."""
    page: str
    """Addresses: whole where the site says where it lies, else from its root on."""
    report: str
    report_json: str
    badge: str


@dataclass(frozen=True)
class SiteIndex:
    """A site at a glance: `readiness.json`."""

    __pydantic_config__ = ALWAYS_THERE

    schema: Literal[1]
    product: str
    now: ReleaseEntry | None
    """The highest release; None without a run."""
    releases: tuple[ReleaseEntry, ...]
    """Highest version first."""


def site_index(site: SiteContext) -> SiteIndex:
    """The releases that a site holds, without those that were withdrawn."""
    now = _standing(site)
    return SiteIndex(
        1, site.product, _entry(site, now) if now else None, tuple(_entry(site, one) for one in _releases(site))
    )


def _standing(site: SiteContext) -> Report | None:
    """The report of now; None where its run was withdrawn, as in the frozen site of a version that is none any more."""
    return site.now if site.now and site.now.run.id not in site.archive.notices.withdrawn else None


def _releases(site: SiteContext) -> list[Report]:
    return [report for report in site.releases if report.run.id not in site.archive.notices.withdrawn]


def build_index(site: SiteContext, overrides: tuple[Path, ...] = ()) -> Iterator[tuple[str, str]]:
    """(path, content) of each file; beside frozen sites, those of single releases are left to them."""
    with worded_by(words_of(*overrides)):
        yield routes.SITE_DATA, f"{written(site_index(site))}\n"
        yield routes.FEED, feed(site)
        yield routes.LLMS, _llms(site)
        # A badge that was shown once must not go on saying what no run says any more.
        now = _standing(site)
        badges = routes.BADGE, routes.BADGE_DATA
        yield from zip(badges, _badges(say("readiness_label"), now.verdict.word if now else None), strict=True)
        for report in () if site.published else site.releases:
            name = say("release_name", product=report.product, version=report.run.version)
            stands = report.verdict.word if report.run.id not in site.archive.notices.withdrawn else None
            files = (routes.release_file(report.run.version, badge) for badge in badges)
            yield from zip(files, _badges(name, stands), strict=True)


def _entry(site: SiteContext, report: Report) -> ReleaseEntry:
    run, number, version, verdict = report.run.id, report.judgement.number, report.run.version, report.verdict
    return ReleaseEntry(
        version=version,
        run=run,
        judgement=number,
        verdict=verdict.word,
        unwaived=report.unwaived.word,
        as_of=verdict.as_of,
        valid_until=verdict.valid_until,
        open_blockers=len(report.open_blockers),
        stopping=len(report.stopping),
        page=site.address(site.routes.url(routes.release_page(version)), version),
        report=site.address(site.routes.url(routes.report_page(run, number)), version),
        report_json=site.address(routes.report_data(run, number), version),
        badge=site.address(routes.release_file(version, routes.BADGE), version),
    )


def _llms(site: SiteContext) -> str:
    """The index in the form of llmstxt.org: a title, a sentence, and lists of links."""
    made, now = Markdown(), _standing(site)
    links = [(say("blockers"), routes.BLOCKERS), (say("trends"), routes.TRENDS), (say("policy"), routes.POLICY)]
    pages = [made.link(title, site.address(site.routes.url(page))) for title, page in links]
    releases = [
        made.link(f"{one.run.version}: {phrases.verdict_word(one.verdict.word)}", site.twin(one))
        for one in _releases(site)
    ]
    return "".join(
        (
            f"# {made.text(say('readiness_of', product=site.product))}\n\n",
            made.paragraph(f"> {made.text(phrases.summary(now))}") if now else "",
            made.paragraph(f"## {say('overview')}"),
            made.items([*pages, made.link(routes.SITE_DATA, site.routes.root + routes.SITE_DATA)]),
            made.paragraph(f"## {say('releases')}"),
            made.items(releases).rstrip("\n") + "\n",
        )
    )


def _badges(subject: str, word: Word | None) -> tuple[str, str]:
    """The verdict as a small picture, and as what https://shields.io/badges/endpoint-badge reads; None for no run.

    `subject | ready`, 20 pixels high; the text is stretched to what is drawn, whatever the font.
    """
    message, colour = say("badge", verdict=word.value if word else ""), _COLOURS[word] if word else _GREY
    plain = {"schemaVersion": 1, "label": short(subject, _LONGEST), "message": message, "color": colour}
    left, right = short(visible(subject), _LONGEST), message
    one, two = (round(len(text) * _LETTER) + _PADDING for text in (left, right))
    label = html.escape(f"{left}: {right}")

    def words(text: str, middle: float, width: int) -> str:
        return f'<text x="{middle:g}" y="14" textLength="{width - _PADDING}">{html.escape(text)}</text>'

    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{one + two}" height="20" role="img" aria-label="{label}">'
        f'<title>{label}</title><clipPath id="r"><rect width="{one + two}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{one}" height="20" fill="#444c56"/>'
        f'<rect x="{one}" width="{two}" height="20" fill="{colour}"/></g>'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{words(left, one / 2, one)}{words(right, one + two / 2, two)}</g></svg>\n"
    )
    return picture, json.dumps(plain) + "\n"

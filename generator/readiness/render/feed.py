"""The Atom feed of a site: what each judgement said that the one before it did not, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from readiness import phrases
from readiness.phrases import say
from readiness.render.pages.context import SiteContext
from readiness.render.pages.inert import visible
from readiness.render.pages.routes import FEED, HOME, blocker_page, report_page
from readiness.report import Report

MOST = 30
"""Runs that it tells of: who subscribes has read the others."""
ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Entry:
    """One thing that happened."""

    subject: str
    """What its id is made of: never of a title, a value or an address."""
    title: str
    text: str
    at: datetime
    page: str
    """Source path of the page that tells of it."""
    version: str


def feed(site: SiteContext) -> str:
    """The feed as XML; the same archive gives the same bytes."""
    runs = [run for run in site.runs if run.id not in site.withdrawn]
    reports = [one for run in runs[-MOST:] for one in site.reports.judgements_of(run.id)]
    entries = [entry for report in reports for entry in _entries(report)]
    entries.sort(key=lambda one: (one.at, one.subject), reverse=True)
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": say("language")})
    _add(root, "id", _id(f"{site.product} {site.version or ''}"))
    _add(root, "title", say("readiness_of", product=site.product))
    _add(root, "updated", _time(entries[0].at if entries else datetime.fromtimestamp(0, UTC)))
    _add(ET.SubElement(root, "author"), "name", site.product or "mkdocs-readiness")
    if site.routes.root:
        ET.SubElement(root, "link", {"rel": "self", "href": site.routes.root + FEED})
        ET.SubElement(root, "link", {"href": site.address(site.routes.url(HOME))})
    for one in entries:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", _id(one.subject))
        _add(entry, "title", one.title)
        _add(entry, "updated", _time(one.at))
        _add(entry, "content", one.text)
        if site.routes.root:
            ET.SubElement(entry, "link", {"href": site.address(site.routes.url(one.page), one.version)})
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _entries(report: Report) -> Iterator[Entry]:
    changes = report.rejudged or report.changes
    run, number, version = report.run.id, report.judgement.number, report.run.version
    page = report_page(run, number)
    if changes is None or changes.before.verdict is not report.verdict.word:
        name = say("release_name", product=report.product, version=version)
        was = phrases.verdict_word(changes.before.verdict) if changes else ""
        title = say("feed_verdict", name=name, verdict=phrases.verdict_word(report.verdict.word), was=was)
        yield Entry(f"verdict {run} {number}", title, phrases.summary(report), report.verdict.as_of, page, version)
    for blocker in (*report.opened, *report.closed) if number == 1 else ():
        of = report.blocker_by_id[blocker]
        title = say("feed_blocker", state=of.state.value, title=phrases.title_of(of), version=version)
        state, at = phrases.blocker_state(of, report), report.verdict.as_of
        yield Entry(f"{blocker} {run}", title, state, at, blocker_page(blocker), version)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = visible(text)


def _id(subject: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'mkdocs-readiness {subject}')}"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

"""What a link to a page shows of it, beside its title: a description, from the facts that the page tells."""

import html
import re

from readiness import phrases
from readiness.assessment import CriterionState
from readiness.phrases import Sentence, say
from readiness.render.pages.context import Here, SeenBlocker
from readiness.render.pages.related import outdated
from readiness.report import Report

LIMIT = 200
"""Characters of a description; what shows links cuts longer ones anywhere."""


def of_judgement(here: Here, report: Report) -> Sentence:
    """A report, a release or the home page: the verdict, and why."""
    return say(
        "preview_judgement",
        title=f"{report.product or here.site.product} {report.run.version}".strip(),
        verdict=phrases.verdict_word(report.verdict.word),
        summary=phrases.summary(report),
    )


def of_blocker(here: Here, seen: SeenBlocker) -> Sentence:
    """One blocker as its page shows it: what it is, how bad, since when."""
    blocker, replaced = seen.blocker, outdated(here, seen.report)
    return say(
        "preview_blocker",
        title=phrases.title_of(blocker),
        severity=blocker.severity,
        state=blocker.state.value,
        opened=blocker.opened.version,
        closed=blocker.closed.version if blocker.closed else "",
        members=phrases.members(blocker) if blocker.members else "",
        replaced=replaced.text if replaced else "",
    )


def of_reports(here: Here, report: Report) -> Sentence:
    """The list of all reports."""
    count = len(here.site.judgements)
    return say("preview_reports", product=here.site.product, count=count, now=of_judgement(here, report))


def of_releases(here: Here, report: Report) -> Sentence:
    """The list of all releases."""
    latest, now = here.site.releases, of_judgement(here, report)
    ready = sum(release.verdict.ready for release in latest)
    return say("preview_releases", product=here.site.product, count=len(latest), ready=ready, now=now)


def of_blockers(here: Here, report: Report) -> Sentence:
    """The register of blockers."""
    return say(
        "preview_blockers",
        product=here.site.product,
        version=report.run.version,
        stopping=len(report.stopping),
        standing=len(report.open_blockers),
        known=len(here.site.blockers),
    )


def of_policy(here: Here, report: Report) -> Sentence:
    """The policy page."""
    met, criteria = sum(one.state is CriterionState.MET for one in report.criteria), len(report.criteria)
    return say("preview_policy", product=here.site.product, version=report.run.version, criteria=criteria, met=met)


def of_trends(here: Here, report: Report) -> Sentence:
    """The trends."""
    chain, version = here.site.chain, report.run.version
    return say("preview_trends", product=here.site.product, count=len(chain), first=chain[0].run.version, last=version)


def plain(printed: str) -> str:
    """What a template printed of a sentence as text of at most `LIMIT` characters, cut at a word where there is one."""
    text = html.unescape(re.sub(r"<[^<>]*>", "", printed))
    if len(text) <= LIMIT:
        return text
    kept = text[: LIMIT - 1]
    whole, _, _ = kept.rpartition(" ")
    return f"{whole if len(whole) > LIMIT // 2 else kept}…"

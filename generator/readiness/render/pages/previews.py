"""What a link to a page shows of it: a title and a description, from the facts that the page tells."""

from __future__ import annotations

import html
import re

from readiness import phrases
from readiness.assessment import Assessment, CriterionState, open_blockers, stopping_blockers
from readiness.phrases.wording import Sentence, say
from readiness.render.pages import routes
from readiness.render.pages.context import SiteContext
from readiness.render.pages.outdated import outdated

LIMIT = 200
"""Characters of a description; what shows links cuts longer ones anywhere."""


def of_judgement(context: SiteContext, assessment: Assessment) -> Sentence:
    """A report, a release or the home page: the verdict of `assessment`, and why."""
    return say(
        "preview_judgement",
        title=f"{_product(context, assessment)} {assessment.run.manifest.version}".strip(),
        verdict=phrases.verdict_word(assessment.verdict.word),
        summary=phrases.summary(assessment),
    )


def of_blocker(context: SiteContext, blocker_id: str) -> Sentence:
    """One blocker as its page shows it: what it is, how bad, since when."""
    blocker, at = context.blockers[blocker_id]
    replaced = outdated(context, routes.blocker_page(blocker_id), at)
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


def of_index(context: SiteContext, page: str) -> Sentence:
    """The home page, or one of the pages of the navigation."""
    now = context.now
    if now is None:
        return say("preview_nothing", lost=len(context.missing))
    product, version = context.product, now.run.manifest.version
    if page == routes.REPORTS:
        return say("preview_reports", product=product, count=len(context.judgements), now=of_judgement(context, now))
    if page == routes.RELEASES:
        latest = [one for one in map(context.latest_of_version, context.versions) if one]
        ready = sum(one.verdict.ready for one in latest)
        return say("preview_releases", product=product, count=len(latest), ready=ready, now=of_judgement(context, now))
    if page == routes.BLOCKERS:
        stopping, standing = len(stopping_blockers(now)), len(open_blockers(now))
        known = len(context.blockers)
        return say(
            "preview_blockers", product=product, version=version, stopping=stopping, standing=standing, known=known
        )
    if page == routes.POLICY:
        met = sum(one.state is CriterionState.MET for one in now.criteria)
        return say("preview_policy", product=product, version=version, criteria=len(now.criteria), met=met)
    if page == routes.TRENDS:
        chain = context.chain
        first = chain[0].run.manifest.version if chain else version
        return say("preview_trends", product=product, count=len(chain), first=first, last=version)
    return of_judgement(context, now)


def plain(printed: str) -> str:
    """What a template printed of a sentence as text of at most `LIMIT` characters, cut at a word where there is one."""
    text = html.unescape(re.sub(r"<[^>]*>", "", printed))
    if len(text) <= LIMIT:
        return text
    kept = text[: LIMIT - 1]
    whole, _, _ = kept.rpartition(" ")
    return f"{whole if len(whole) > LIMIT // 2 else kept}…"


def _product(context: SiteContext, assessment: Assessment) -> str:
    return assessment.policy.product or assessment.run.manifest.product or context.product

"""When the policy changed, and which policies the reports of a site were judged by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from readiness import numbers
from readiness.phrases.amendment import amendments
from readiness.phrases.wording import Sentence, say
from readiness.policy import differences
from readiness.render.pages import routes
from readiness.render.pages.context import SiteContext
from readiness.render.pages.dates import day
from readiness.render.pages.routes import Linked
from readiness.report import Report


@dataclass(frozen=True)
class HistoryRow:
    """One step in the life of the policy: when, the report first judged by the new one, and what it says otherwise."""

    date: str
    what: Linked
    digest: str
    lines: tuple[Sentence, ...]


@dataclass(frozen=True)
class FileRow:
    """One policy in the archive, and the reports that were judged by it."""

    anchor: str
    file: str
    note: str
    first: Linked
    last: Linked | None
    """None where only one was."""
    reports: str
    now: bool


def policy_history(context: SiteContext, page: str) -> tuple[HistoryRow, ...]:
    """Each change of the policy along the chain of "now", the latest first, and last the policy it began with."""
    judged = tuple(_judged(context))
    steps = [
        _changed(context, page, before, after)
        for before, after in pairwise(judged)
        if before.judgement.policy != after.judgement.policy
    ]
    begun = [_begun(context, page, judged[0])] if judged else []
    return (*reversed(steps), *begun)


def _judged(context: SiteContext) -> Iterator[Report]:
    """Every judgement that led to "now": of each run of the chain those up to the one that the next run follows."""
    for one in context.chain:
        yield from context.reports.judgements_of(one.run.id)[: one.judgement.number]


def _begun(context: SiteContext, page: str, first: Report) -> HistoryRow:
    policy = context.reports.policy_of(first)
    counts = {name: len(getattr(policy, name)) for name in ("criteria", "areas", "items", "waivers")}
    return _row(context, page, first, (say("policy_begun", default=first.default_policy, **counts),))


def _changed(context: SiteContext, page: str, before: Report, after: Report) -> HistoryRow:
    lines = amendments(differences(*map(context.reports.policy_of, (before, after))))
    if before.default_policy != after.default_policy:
        lines = (say("policy_default_again" if after.default_policy else "policy_of_its_own"), *lines)
    return _row(context, page, after, lines or (say("policy_reworded"),))


def _row(context: SiteContext, page: str, at: Report, lines: tuple[Sentence, ...]) -> HistoryRow:
    return HistoryRow(day(at.judgement.time), _report(context, page, at), at.judgement.policy[:8], lines)


def _report(context: SiteContext, page: str, at: Report) -> Linked:
    version, number = at.run.version, at.judgement.number
    name = version if number == 1 else f"{version}, judgement {number}"
    return Linked(name, context.report_url(page, at))


def policy_files(context: SiteContext) -> tuple[FileRow, ...]:
    """Every policy that a report of this site was judged by, the one of now first, then the latest used first.

    All of them, also those of other lines of releases: each report links to the row of its own.
    """
    used: dict[str, list[Report]] = {}
    for one in context.judgements:
        used.setdefault(one.judgement.policy, []).append(one)
    current = context.now.judgement.policy if context.now else ""
    order = sorted(used.items(), key=lambda found: (found[0] == current, found[1][-1].judgement.time, found[0]))
    return tuple(_file(context, digest, found, now=digest == current) for digest, found in reversed(order))


def _file(context: SiteContext, digest: str, found: list[Report], *, now: bool) -> FileRow:
    page, (first, last) = routes.POLICY, (found[0], found[-1])
    return FileRow(
        anchor=routes.policy_anchor(digest),
        file=f"{context.archive.root.name}/policies/{digest}.yml",
        note="the default policy" if first.default_policy else "",
        first=_report(context, page, first),
        last=_report(context, page, last) if first is not last else None,
        reports=numbers.number(len(found)),
        now=now,
    )

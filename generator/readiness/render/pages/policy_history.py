"""When the policy changed, and which policies the reports of a site were judged by."""

from dataclasses import dataclass
from itertools import pairwise

from readiness import numbers
from readiness.phrases import Sentence, amendments, say
from readiness.policy import differences
from readiness.render.pages import routes
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.dates import day
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


def policy_history(here: Here) -> tuple[HistoryRow, ...]:
    """Each change of the policy along the chain of "now", the latest first, and last the policy it began with."""
    reports = here.site.reports
    # Every judgement that led to "now": of each run of the chain those up to the one that the next run follows.
    judged = [one for last in here.site.chain for one in reports.judgements_of(last.run.id)[: last.judgement.number]]
    steps = [
        _changed(here, before, after)
        for before, after in pairwise(judged)
        if before.judgement.policy != after.judgement.policy
    ]
    begun = [_begun(here, judged[0])] if judged else []
    return (*reversed(steps), *begun)


def _begun(here: Here, first: Report) -> HistoryRow:
    policy = here.site.reports.policy_of(first)
    counts = {name: len(getattr(policy, name)) for name in ("criteria", "areas", "items", "waivers")}
    return _row(here, first, (say("policy_begun", default=first.default_policy, **counts),))


def _changed(here: Here, before: Report, after: Report) -> HistoryRow:
    lines = amendments(differences(*map(here.site.reports.policy_of, (before, after))))
    if before.default_policy != after.default_policy:
        lines = (say("policy_default_again" if after.default_policy else "policy_of_its_own"), *lines)
    return _row(here, after, lines or (say("policy_reworded"),))


def _row(here: Here, report: Report, lines: tuple[Sentence, ...]) -> HistoryRow:
    return HistoryRow(day(report.judgement.time), _report(here, report), report.judgement.policy[:8], lines)


def _report(here: Here, report: Report) -> Linked:
    version, number = report.run.version, report.judgement.number
    name = version if number == 1 else say("judgement_of", version=version, number=number)
    return Linked(name, here.report_url(report))


def policy_files(here: Here) -> tuple[FileRow, ...]:
    """Every policy that a report of this site was judged by, the one of now first, then the latest used first.

    All of them, also those of other lines of releases: each report links to the row of its own.
    """
    used: dict[str, list[Report]] = {}
    for report in here.site.judgements:
        used.setdefault(report.judgement.policy, []).append(report)
    current = here.site.now.judgement.policy if here.site.now else ""
    order = sorted(used.items(), key=lambda found: (found[0] == current, found[1][-1].judgement.time, found[0]))
    return tuple(_file(here, digest, found, now=digest == current) for digest, found in reversed(order))


def _file(here: Here, digest: str, judged: list[Report], *, now: bool) -> FileRow:
    first, last = judged[0], judged[-1]
    return FileRow(
        anchor=routes.policy_anchor(digest),
        file=f"{here.site.archive.root.name}/policies/{digest}.yml",
        note=say("default_policy") if first.default_policy else "",
        first=_report(here, first),
        last=_report(here, last) if first is not last else None,
        reports=numbers.number(len(judged)),
        now=now,
    )

"""The reports beside a report: those before and after it, its baseline, others of its commit, and what replaced it."""

from collections import Counter
from itertools import islice

from readiness.phrases import Sentence, say
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.dates import day
from readiness.report import Report

RUNS_SHOWN = 3
"""Reports of one relation that are named."""


def related(here: Here, report: Report) -> tuple[tuple[Sentence, tuple[Linked, ...]], ...]:
    """(relation, reports) in the order of reading. On the frozen site of a version, what follows is of that version.

    Later runs change what follows, so a page shows this where published bodies end: between the marks of its banner.
    """
    before = here.site.previous(report)
    baseline = here.site.reports.named(report.baseline) if report.baseline else None
    after = here.site.followers.get(report.run.id, ())[:RUNS_SHOWN]
    named = {one.run.id: one for one in (report, before, baseline, *after) if one}
    of_commit = here.site.by_commit.get(report.run.commit or "", ())
    alike = [
        here.site.reports.latest_of(run) for run in islice((run for run in of_commit if run not in named), RUNS_SHOWN)
    ]
    found = {
        "previous": [before] if before else [],
        "next": after,
        "baseline": [baseline] if baseline and baseline is not before else [],
        "commit": alike,
    }
    told = Counter(one.run.version for one in (*named.values(), *alike))

    def linked(one: Report) -> Linked:
        """By its version, or by its run where others that are named here are of that version too."""
        return Linked(one.run.version if told[one.run.version] == 1 else one.run.id, here.report_url(one))

    release = report.run.version
    relations = {"release": (Linked(release, here.release_url(release)),)} | {
        relation: tuple(map(linked, ones)) for relation, ones in found.items() if ones
    }
    return tuple((say("relation", to=relation), reports) for relation, reports in relations.items())


def outdated(here: Here, report: Report) -> Linked | None:
    """What became of a judgement that stands no more, with the report that does; None of one that stands."""
    gone = Linked(say("run_was_withdrawn")) if report.run.id in here.site.withdrawn else None
    return replaced(here, report) or gone


def replaced(here: Here, report: Report) -> Linked | None:
    """What replaced this judgement, with its report; None while it is the latest of its run, and nothing did."""
    latest = here.site.reports.latest_of(report.run.id)
    if latest.judgement.number > report.judgement.number:
        return Linked(say("judged_again", day=day(latest.judgement.time)), here.report_url(latest))
    later = here.site.replacements(report.run.id)
    if not later:
        return None
    return Linked(say("superseded", runs=len(later)), here.report_url(here.site.reports.worst_of(later)))

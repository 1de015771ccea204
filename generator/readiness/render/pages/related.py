"""The reports beside a report: those before and after it, its baseline, others of its commit, and what replaced it."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from readiness.phrases import Sentence, say
from readiness.render.pages.context import Here, Linked, SiteContext
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
    alike = list(islice((one for one in _of_same_commit(here.site, report) if one.run.id not in named), RUNS_SHOWN))
    found = {
        "previous": [before] if before else [],
        "next": after,
        "baseline": [baseline] if baseline and baseline is not before else [],
        "commit": alike,
    }
    told = Counter(one.run.version for one in (*named.values(), *alike))
    release = report.run.version
    relations = {"release": (Linked(release, here.release_url(release)),)} | {
        relation: tuple(_told(here, one, told) for one in ones) for relation, ones in found.items() if ones
    }
    return tuple((say("relation", to=relation), reports) for relation, reports in relations.items())


def _told(here: Here, report: Report, told: Counter[str]) -> Linked:
    """A report by its version, or by its run where others that are named here are of that version too."""
    run = report.run
    version = run.version
    return Linked(version if told[version] == 1 else run.id, here.report_url(report))


def _of_same_commit(site: SiteContext, report: Report) -> Iterator[Report]:
    for run in site.by_commit.get(report.run.commit or "", ()):
        yield site.reports.latest_of(run)


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

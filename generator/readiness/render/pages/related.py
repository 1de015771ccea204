"""The reports beside a report: those before and after it, its baseline, and other runs of its commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from readiness.phrases.wording import say
from readiness.render.pages.context import SiteContext
from readiness.render.pages.routes import Linked
from readiness.report import Report

RUNS_SHOWN = 3
"""Reports of one relation that are named."""


def related(context: SiteContext, page: str, assessment: Report) -> list[tuple[str, tuple[Linked, ...]]]:
    """(relation, reports) in the order of reading. On the frozen site of a version, what follows is of that version.

    Later runs change what follows, so a page shows this where published bodies end: between the marks of its banner.
    """
    before = context.previous(assessment)
    baseline = context.reports.named(assessment.baseline) if assessment.baseline else None
    after = context.followers.get(assessment.run.id, ())[:RUNS_SHOWN]
    named = {one.run.id: one for one in (assessment, before, baseline, *after) if one}
    alike = list(islice((one for one in _of_same_commit(context, assessment) if one.run.id not in named), RUNS_SHOWN))
    found = {
        "previous": [before] if before else [],
        "next": after,
        "baseline": [baseline] if baseline and baseline is not before else [],
        "commit": alike,
    }
    told = Counter(one.run.version for one in (*named.values(), *alike))
    release = assessment.run.version
    relations = {"release": (Linked(release, context.release_url(page, release)),)} | {
        relation: tuple(_told(context, page, one, told) for one in ones) for relation, ones in found.items() if ones
    }
    return [(say("relation", to=relation), reports) for relation, reports in relations.items()]


def _told(context: SiteContext, page: str, assessment: Report, told: Counter[str]) -> Linked:
    """A report by its version, or by its run where others that are named here are of that version too."""
    run = assessment.run
    version = run.version
    return Linked(version if told[version] == 1 else run.id, context.report_url(page, assessment))


def _of_same_commit(context: SiteContext, assessment: Report) -> Iterator[Report]:
    for run in context.by_commit.get(assessment.run.commit or "", ()):
        yield context.reports.latest_of(run)

"""The reports beside a report: those before and after it, its baseline, and other runs of its commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from readiness.assessment import Assessment
from readiness.phrases.wording import say
from readiness.render.pages.context import SiteContext
from readiness.render.pages.routes import Linked

RUNS_SHOWN = 3
"""Reports of one relation that are named."""


def related(context: SiteContext, page: str, assessment: Assessment) -> list[tuple[str, tuple[Linked, ...]]]:
    """(relation, reports) in the order of reading. On the frozen site of a version, what follows is of that version.

    Later runs change what follows, so a page shows this where published bodies end: between the marks of its banner.
    """
    before, baseline = assessment.previous, assessment.baseline
    after = context.followers.get(assessment.run.id, ())[:RUNS_SHOWN]
    named = {one.run.id: one for one in (assessment, before, baseline, *after) if one}
    alike = list(islice((one for one in _of_same_commit(context, assessment) if one.run.id not in named), RUNS_SHOWN))
    found = {
        "previous": [before] if before else [],
        "next": after,
        "baseline": [baseline] if baseline and baseline is not before else [],
        "commit": alike,
    }
    told = Counter(one.run.manifest.version for one in (*named.values(), *alike))
    release = assessment.run.manifest.version
    relations = {"release": (Linked(release, context.release_url(page, release)),)} | {
        relation: tuple(_told(context, page, one, told) for one in ones) for relation, ones in found.items() if ones
    }
    return [(say("relation", to=relation), reports) for relation, reports in relations.items()]


def _told(context: SiteContext, page: str, assessment: Assessment, told: Counter[str]) -> Linked:
    """A report by its version, or by its run where others that are named here are of that version too."""
    run = assessment.run
    version = run.manifest.version
    return Linked(version if told[version] == 1 else run.id, context.report_url(page, assessment))


def _of_same_commit(context: SiteContext, assessment: Assessment) -> Iterator[Assessment]:
    for run in context.by_commit.get(assessment.run.manifest.commit or "", ()):
        yield context.assessments.latest_of(run)

"""The reports beside a report: those before and after it, its baseline, and other runs of its commit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from readiness.assessment import Assessment
from readiness.site.context import SiteContext
from readiness.site.routes import Linked

RUNS_SHOWN = 3
"""Reports of one relation that are named."""


def related(context: SiteContext, page: str, assessment: Assessment) -> list[tuple[str, tuple[Linked, ...]]]:
    """(relation, reports) in the order of reading. On the frozen site of a version, what follows is of that version.

    Later runs change what follows, so a page shows this where published bodies end: between the marks of its banner.
    """
    manifest = assessment.run.manifest
    found: list[tuple[str, tuple[Linked, ...]]] = [
        ("Release", (Linked(manifest.version, context.release_url(page, manifest.version)),))
    ]
    before = assessment.previous
    if before:
        found.append(("Before", (context.report(page, before),)))
    after = context.followers.get(assessment.run.id, ())[:RUNS_SHOWN]
    if after:
        found.append(("After", tuple(context.report(page, one) for one in after)))
    baseline = assessment.baseline
    if baseline and baseline is not before:
        found.append(("Baseline", (context.report(page, baseline),)))
    named = {one.run.id for one in (assessment, before, baseline, *after) if one}
    alike = (one for one in _of_same_commit(context, assessment) if one.run.id not in named)
    links = tuple(Linked(one.run.id, context.report_url(page, one)) for one in islice(alike, RUNS_SHOWN))
    if links:
        found.append(("Same commit", links))
    return found


def _of_same_commit(context: SiteContext, assessment: Assessment) -> Iterator[Assessment]:
    for run in context.by_commit.get(assessment.run.manifest.commit or "", ()):
        yield context.assessments.latest_of(run)

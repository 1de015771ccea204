"""The points of a trend: one for each run, or, where there are many runs, one for each release."""

from collections.abc import Sequence
from itertools import groupby

from readiness.render import charts
from readiness.render.pages.context import SiteContext
from readiness.report import Report

MANY = 31
"""Runs from which on a release is one point, if most releases have several."""

Points = Sequence[Sequence[Report]]
"""The runs behind each point, oldest first; the last of them is what the point shows."""


def points_of(site: SiteContext) -> Points:
    """The chain of now as trends show it."""
    releases = by_release(site)
    return releases or every_run(site)


def every_run(site: SiteContext) -> Points:
    """A point for each run of the chain."""
    return [(report,) for report in site.chain]


def by_release(site: SiteContext) -> Points:
    """A point for each release of the chain; empty where the runs are few enough, or the releases nearly as many."""
    chain = site.chain if len(site.chain) >= MANY else ()
    found = [tuple(runs) for _, runs in groupby(chain, key=lambda report: report.run.version)]
    return found if charts.FEW <= len(found) <= len(chain) // 2 else ()


def latest(points: Points) -> Sequence[Report]:
    """What each point shows."""
    return [runs[-1] for runs in points]

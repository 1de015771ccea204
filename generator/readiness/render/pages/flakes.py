"""The tests that cannot be relied on."""

from dataclasses import dataclass
from fractions import Fraction

from readiness import phrases
from readiness.analysis import Flake
from readiness.model import TestKey, TestResult
from readiness.numbers import amount, capital
from readiness.phrases import Sentence, say
from readiness.render.pages import routes
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.failures import FailureView, failure_view, whole
from readiness.render.pages.status import Status
from readiness.render.pages.truncated import TESTS, Truncated, fair_limit, first
from readiness.report import Report

FLAKES_SHOWN = 20


@dataclass(frozen=True)
class FlakeRow:
    """A flaky test, and what says so."""

    name: str
    group: str
    status: Status
    evidence: str
    rate: str
    interval: str
    since: Linked
    """The first of the runs looked at in which it failed."""
    last: Linked
    """The last run in which it failed, linked to that failure."""
    failure: FailureView | None
    """What it left in this run, where it passed after a retry."""


@dataclass(frozen=True)
class FlakesView:
    """The flaky tests of a run, and what they cost."""

    lead: Sentence
    rows: Truncated[FlakeRow]


def flakes_view(here: Here, report: Report) -> FlakesView:
    """The flaky tests, the proven ones before those that are suspected, the flakiest first."""
    shown = first(report.flakes, FLAKES_SHOWN)
    retried = {result.key: result for result in report.facts.flaky}
    limit = fair_limit(len(whole(retried[one.key])) for one in shown if one.key in retried)
    lost = sum(one.track.lost_s for one in report.flakes)
    spent, unit = (round(lost / 60, 1), "min") if lost >= 60 else (round(lost), "s")
    lead = say(
        "flaky_lead",
        tests=len(report.flakes),
        fails=round(100 * report.flaky_failure),
        reruns=sum(one.track.reruns for one in report.flakes),
        time=amount(Fraction(str(spent)), unit),
        timed=lost >= 1,
    )
    return FlakesView(lead, shown.of(lambda flake: _flake(here, flake, retried, limit)))


def _flake(here: Here, flake: Flake, retried: dict[TestKey, TestResult], limit: int) -> FlakeRow:
    result = retried.get(flake.key)
    return FlakeRow(
        name=flake.key.short,
        group=", ".join(filter(None, (flake.key.place, flake.key.variant))),
        status=Status("warn" if flake.proven else "idle", capital(say("flakiness", proven=flake.proven))),
        evidence=phrases.flake_evidence(flake),
        rate=phrases.share(flake.rate.mean),
        interval=phrases.interval(flake.rate),
        since=_run(here, flake.track.since),
        last=last_failure(here, flake),
        failure=failure_view(here, result, limit) if result else None,
    )


def _run(here: Here, run: str, anchor: str = "") -> Linked:
    known = here.site.archive.runs.get(run)
    url = here.link(routes.report_page(run), anchor) if run in here.site.reports else ""
    return Linked(known.manifest.version if known else run, url)


def last_failure(here: Here, flake: Flake) -> Linked:
    """The run in which a test failed last, linked to that failure in its report where it stands there for sure."""
    run = flake.track.last_failed
    then = here.site.reports.of(run, 1) if run in here.site.reports else None
    shown: list[TestKey] = []
    if then and len(then.facts.problems) <= TESTS:
        shown += [one.key for one in then.facts.problems]
    if then:
        retried = {one.key for one in then.facts.flaky}
        shown += [one.key for one in then.flakes[:FLAKES_SHOWN] if one.key in retried]
    return _run(here, run, routes.test_anchor(flake.key) if flake.key in shown else "")

"""Lists of runs and releases, and the page of one release."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from readiness import numbers, phrases
from readiness.archive import ArchivedRun
from readiness.phrases import say
from readiness.render.pages.changes import ChangesView, changes_view
from readiness.render.pages.checklist import open_rows
from readiness.render.pages.context import Here, Linked
from readiness.render.pages.counts import expected, not_run
from readiness.render.pages.dates import day
from readiness.render.pages.flakes import FlakesView, flakes_view
from readiness.render.pages.gaps import GapsView, gaps_view
from readiness.render.pages.status import Status, StatusRow, verdict_status
from readiness.render.pages.summary import JudgedView, judged_view
from readiness.render.pages.waivers import WaiverRow, waivers_in_force
from readiness.report import Report

TOP = 10
"""Next steps that the page of a release tells; its report has more."""


@dataclass(frozen=True)
class RunRow:
    """A judgement as it stands in a table of runs."""

    url: str
    label: str
    """The version."""
    run: str
    note: str
    status: Status
    waived: int
    """How many waivers are behind the verdict."""
    valid_until: str
    """The moment from which on a READY does not hold, for browsers."""
    passed: str
    failed: str
    skipped: str
    not_run: str
    expected: str
    blockers: int
    narrow: str
    """The numbers in a line, for narrow screens."""


@dataclass(frozen=True)
class RunsView:
    """The lists of all reports, and of all releases."""

    rows: tuple[RunRow, ...]


@dataclass(frozen=True)
class ReleaseView:
    """One release by its latest judgement."""

    product: str
    version: str
    report: str
    """Address of the full report."""
    before: Linked | None
    """The release before it."""
    changes: ChangesView | None
    """Since the release before it."""
    gaps: GapsView
    flakes: FlakesView
    waivers: tuple[WaiverRow, ...]
    """Those in force."""
    items: tuple[StatusRow, ...]
    """What is open on the checklist."""
    rows: tuple[RunRow, ...]
    """Its runs, newest first."""
    date: str


def reports_view(here: Here, _: Report | None) -> tuple[RunsView]:
    """All runs by release, newest first."""
    rows = (row for runs in here.site.runs_of.values() for row in _rows(here, runs))
    return (RunsView(tuple(rows)),)


def run_rows(here: Here, version: str) -> tuple[RunRow, ...]:
    """The judgements of a release, newest first."""
    return tuple(_rows(here, here.site.runs_of[version]))


def _rows(here: Here, runs: Sequence[ArchivedRun]) -> Iterator[RunRow]:
    """Every judgement of some runs, newest first."""
    for run in reversed(runs):
        yield from (run_row(here, report) for report in reversed(here.site.reports.judgements_of(run.id)))


def run_row(here: Here, report: Report) -> RunRow:
    """One judgement."""
    counts, verdict = report.facts.counts, report.verdict
    waivers, standing = phrases.waivers_behind(report), len(report.open_blockers)
    run, archive = report.run.id, here.site.archive
    fate = "withdrawn" if run in archive.notices.withdrawn else "superseded" if run in archive.superseded else ""
    several = len(here.site.reports.judgements_of(report.run.id)) > 1
    notes = (
        day(report.run.started),
        say("judgement_number", number=report.judgement.number) if several else "",
        say("run_became", what=fate) if fate else "",
        say("run_errors", count=counts.run_errors) if counts.run_errors else "",
    )
    return RunRow(
        url=here.report_url(report),
        label=report.run.version,
        run=report.run.id,
        note=", ".join(filter(None, notes)),
        status=verdict_status(report),
        waived=waivers,
        valid_until=verdict.valid_until.isoformat() if verdict.ready and verdict.valid_until else "",
        passed=numbers.number(counts.clean),
        failed=numbers.number(counts.failed + counts.error),
        skipped=numbers.number(counts.skipped),
        not_run=not_run(counts),
        expected=expected(counts),
        blockers=standing,
        narrow=say(
            "run_in_short",
            passed=counts.clean,
            skipped=counts.skipped,
            not_run=not_run(counts),
            expected=expected(counts),
            blockers=standing,
        ),
    )


def releases_view(here: Here, _: Report | None) -> tuple[RunsView]:
    """Every release with its latest verdict."""
    reports = here.site.releases
    rows = (replace(run_row(here, report), url=here.release_url(report.run.version)) for report in reports)
    return (RunsView(tuple(rows)),)


def release_view(here: Here, report: Report) -> tuple[JudgedView, ReleaseView]:
    """One release by its latest judgement: its verdict, its runs, and the difference to the release before."""
    site, version = here.site, report.run.version
    before = site.reports.release_before(report)
    view = ReleaseView(
        product=site.product,
        version=version,
        report=here.report_url(report),
        before=Linked(before.run.version, here.release_url(before.run.version)) if before else None,
        changes=changes_view(here, site.reports.since_release_before(report)),
        gaps=gaps_view(report),
        flakes=flakes_view(here, report),
        waivers=waivers_in_force(here, report),
        items=open_rows(here, report),
        rows=run_rows(here, version),
        date=day(report.run.started),
    )
    return judged_view(here, report, TOP), view

"""What every page draws on: the judged archive as one site sees it, and the routes between its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from readiness.archive import Archive, ArchivedRun, Chain, line_of, parse_version, version_order
from readiness.assessment import Blocker, Judged, note
from readiness.model import TestKey
from readiness.phrases import say
from readiness.render.pages import routes
from readiness.render.pages.dates import minute
from readiness.render.pages.routes import Routes, SourceRoutes
from readiness.render.pages.tested import TestedLine, tested_line
from readiness.report import Report, Reports


@dataclass(frozen=True)
class Linked:
    """A text with the address it leads to; an empty address: plain text."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class SeenBlocker:
    """A blocker as a judgement sees it."""

    blocker: Blocker
    report: Report


@dataclass(frozen=True)
class Published:
    """The frozen sites of some versions, side by side in a folder."""

    folder: Path
    versions: frozenset[str]


@dataclass(frozen=True)
class Line:
    """A release line that does not lead to now."""

    name: str
    newest: Report


MOST_LINES = 12
"""Of more lines the newest are told: a version per branch makes many."""


@dataclass(frozen=True)
class SiteContext:
    """The archive as judged, seen by one site: all of it, or the frozen site of one version."""

    archive: Archive
    reports: Reports
    routes: Routes
    version: str | None = None
    project: Path | None = None
    """The folder from which files are told; else the one that holds the archive."""
    home_text: str = ""
    """Markdown that follows the verdict on the home page."""
    tip: Report | None = None
    """Set where the site is looked at along a line of its own: what counts as now."""
    published: Published | None = None
    """Set where what is told lies beside the frozen sites, and leads into them."""

    @cached_property
    def runs(self) -> tuple[ArchivedRun, ...]:
        """The runs whose reports this site holds, oldest first."""
        judged = (run for run in self.archive.runs.values() if self._tells_of(run))
        return tuple(run for run in judged if self.version in (None, run.manifest.version))

    def _tells_of(self, run: ArchivedRun) -> bool:
        public = self.published is None or run.manifest.version in self.published.versions
        return public and run.id in self.reports

    def address(self, path: str, version: str = "") -> str:
        """Where a page about a version, or a file, lies: whole where the site says where it does, else from its root.

        Beside the frozen sites a version is told by its own site, all else by that of the latest version.
        """
        folder = f"{routes.folder_name(version) if version else routes.LATEST}/" if self.published else ""
        return self.routes.root + folder + (self.routes.base if self.published else "") + path

    def twin(self, report: Report) -> str:
        """The address of a report as Markdown; of its page, where an older tool has published it without."""
        run, number, version = report.run.id, report.judgement.number, report.run.version
        path = routes.report_text(run, number)
        if self.published:
            site = self.published.folder / routes.folder_name(version)
            if not (site / (self.routes.base + path)).is_file():
                path = self.routes.url(routes.report_page(run, number))
        return self.address(path, version)

    @cached_property
    def now(self) -> Report | None:
        """The latest judgement of the latest run of the highest version, within this site.

        Where runs had to be left out, one of them may be newer: then what is known of now is not proven.
        """
        if self.tip:
            return self.tip
        runs = self.lineage.latest(self.version)
        if not runs:
            return None
        found = self.reports.worst_of(runs)
        if not self.missing:
            return found
        gap = note("runs_left_out")
        return replace(found, verdict=found.verdict.unproven_for(gap), unwaived=found.unwaived.unproven_for(gap))

    @cached_property
    def lineage(self) -> Chain:
        """The order of all runs that could be judged, those of other sites too."""
        runs, judged = self.archive.runs, self.reports
        found = []
        for manifest in (run.manifest for run in runs.values() if self._tells_of(run)):
            replaced, passed = manifest.supersedes, {manifest.id}
            # A run that was left out is passed over: what replaced it replaced the run before it as well.
            while replaced in runs and replaced not in judged and replaced not in passed:
                passed.add(replaced)
                replaced = runs[replaced].manifest.supersedes
            found.append(manifest.model_copy(update={"supersedes": replaced}))
        return Chain(found, self.withdrawn)

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """The runs that stand nowhere here; the frozen site of a version that was withdrawn whole goes on as it was."""
        found = frozenset(self.archive.notices.withdrawn)
        own = {run.id for run in self.runs} if self.version is not None else set()
        return found - own if own <= found else found

    def siblings(self, report: Report) -> tuple[Report, ...]:
        """The judgements that count as this one does, itself among them; empty where its run alone counts."""
        runs = self.lineage.siblings(report.run.id)
        return tuple(self.reports.latest_of(run) for run in runs) if len(runs) > 1 else ()

    @cached_property
    def releases(self) -> tuple[Report, ...]:
        """What answers for each release, highest first: of its latest run, the worst where nothing orders several."""
        latest = map(self.lineage.latest, self.versions)
        return tuple(self.reports.worst_of(runs) for runs in latest if runs)

    @cached_property
    def release_pages(self) -> tuple[Report, ...]:
        """The judgement of each release page, highest first: versions keep theirs when all their runs are withdrawn."""
        recorded = Chain(run.manifest for run in self.runs) if self.withdrawn else self.lineage
        latest = (self.lineage.latest(one) or recorded.latest(one) for one in self.versions)
        return tuple(self.reports.worst_of(runs) for runs in latest if runs)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The newest release of every line that does not lead to now, in the order of `releases`, names last."""
        if self.version is not None or self.now is None:
            return ()
        leads = {run for report in self.chain for run in (report.run.id, *self.lineage.standing(report.run.id))}
        turn = {run.id: number for number, run in enumerate(self.runs)}
        found: dict[str, Line] = {}
        for report in self.releases:
            line = Line(line_of(report.run.version, self.now.run.version), report)
            known = found.setdefault(routes.folder_name(line.name).lower(), line)
            named = parse_version(report.run.version) is None
            if named and turn[report.run.id] > turn[known.newest.run.id]:
                found[routes.folder_name(line.name).lower()] = line
        others = [line for line in found.values() if line.newest.run.id not in leads]
        newest = sorted(others, key=lambda line: turn[line.newest.run.id])[-MOST_LINES:]
        return tuple(line for line in others if line in newest)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What is wrong with the archive, in a site that was built all the same."""
        root = f"{self.project or self.archive.root.parent}/"
        # The page is public: paths are told from the project's folder on.
        errors = (*self.archive.damage, *self.reports.skipped.values())
        return tuple(error.line.replace(root, "") for error in errors)

    @cached_property
    def chain(self) -> tuple[Report, ...]:
        """The chain of "now", oldest first: what trends run along."""
        return self.reports.chain_of(self.now) if self.now else ()

    @cached_property
    def tested(self) -> TestedLine | None:
        """The tests of the runs that lead to "now"; None without a run."""
        return tested_line(self)

    @cached_property
    def judgements(self) -> tuple[Report, ...]:
        """Every judgement that has a page on this site."""
        return tuple(one for run in self.runs for one in self.reports.judgements_of(run.id))

    def replacements(self, run: str) -> tuple[str, ...]:
        """The runs that stand in the place of this one; empty while it stands itself."""
        return tuple(one for one in self.lineage.standing(run) if one != run)

    def is_replaced(self, report: Report) -> bool:
        """True where its run was judged again or withdrawn, or a later run of this archive replaces it."""
        run, number = report.run.id, report.judgement.number
        again = self.reports.latest_of(run).judgement.number > number
        return again or run in self.withdrawn or bool(self.replacements(run))

    def withdrawn_before(self, run: str) -> tuple[ArchivedRun, ...]:
        """The withdrawn runs that a run follows, the nearest first."""
        found: dict[str, ArchivedRun] = {}
        link = self.archive.runs[run].manifest.previous if self.archive.notices.withdrawn else None
        while link and link.run in self.archive.runs and link.run not in found:
            found[link.run] = self.archive.runs[link.run]
            link = found[link.run].manifest.previous
        return tuple(one for one in found.values() if one.id in self.archive.notices.withdrawn)

    @cached_property
    def runs_of(self) -> Mapping[str, Sequence[ArchivedRun]]:
        """Version -> its runs on this site, oldest first; highest version first."""
        found: dict[str, list[ArchivedRun]] = {version: [] for version in self.versions}
        for run in self.runs:
            found[run.manifest.version].append(run)
        return found

    @cached_property
    def followers(self) -> Mapping[str, Sequence[Report]]:
        """Run id -> the latest judgements of the runs on this site that follow it and stand, oldest first."""
        found: dict[str, list[Report]] = {}
        for run in self.runs:
            follows = self.reports.latest_of(run.id)
            if follows.previous and not self.is_replaced(follows):
                found.setdefault(follows.previous.judged.run, []).append(follows)
        return found

    @cached_property
    def by_commit(self) -> Mapping[str, Sequence[str]]:
        """Commit -> ids of the runs on this site that tested it, oldest first; runs that name none are left out."""
        found: dict[str, list[str]] = {}
        for run in self.runs:
            if commit := run.manifest.commit:
                found.setdefault(commit, []).append(run.id)
        return found

    @cached_property
    def blockers(self) -> Mapping[str, SeenBlocker]:
        """Every blocker that this site tells of, as the latest judgement that knows it sees it.

        What was replaced is asked only where nothing that stands knows the blocker.
        """
        in_turn = sorted(self.judgements, key=lambda report: not self.is_replaced(report))
        reports = (*in_turn, *((self.now,) if self.now else ()))
        return {blocker.id: SeenBlocker(blocker, report) for report in reports for blocker in report.blockers}

    @property
    def product(self) -> str:
        """The product's name as the latest policy or manifest states it."""
        return self.now.product if self.now else ""

    @cached_property
    def versions(self) -> tuple[str, ...]:
        """The versions of the runs on this site, highest first."""
        return tuple(sorted({run.manifest.version for run in self.runs}, key=version_order, reverse=True))

    def previous(self, report: Report) -> Report | None:
        """The report that this one follows."""
        return self.reports.named(report.previous.judged) if report.previous else None


@dataclass(frozen=True)
class Here:
    """One page of a site: the links that lead from it."""

    site: SiteContext
    page: str
    """Its source path."""

    def link(self, target: str, anchor: str = "") -> str:
        """The relative address of the page at source path `target`."""
        return self.site.routes.link(self.page, target, anchor)

    def report_url(self, report: Report) -> str:
        """Address of a judgement's report."""
        return self.link(routes.report_page(report.run.id, report.judgement.number))

    def report(self, report: Report) -> Linked:
        """The version that was judged, linked to its report."""
        return Linked(*self.point(report))

    def point(self, report: Report) -> tuple[str, str]:
        """A judgement on the axis of a chart: the version, and the address of its report."""
        return report.run.version, self.report_url(report)

    def report_before(self, before: Judged, now: Judged) -> Linked:
        """An earlier report as `now` names it: by its version, or by its time where both are of one version."""
        url = self.link(routes.report_page(before.run, before.judgement))
        if before.version != now.version or before.run == now.run:
            return Linked(before.version, url)
        return Linked(say("run_of", moment=minute(before.started)), url)

    def blocker_url(self, blocker: str) -> str:
        """Address of a blocker's page."""
        return self.link(routes.blocker_page(blocker))

    def test_url(self, key: TestKey) -> str:
        """Where the tests page shows a test; empty where its script cannot."""
        return "" if isinstance(self.site.routes, SourceRoutes) else self.link(routes.TESTS, routes.test_anchor(key))

    def policy_url(self, digest: str = "") -> str:
        """Address of the policy page, or of the place on it that names the policy of that digest."""
        return self.link(routes.POLICY, routes.policy_anchor(digest) if digest else "")

    def release_url(self, version: str) -> str:
        """Address of a release's page."""
        return self.link(routes.release_page(version))

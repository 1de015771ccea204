"""The reports of an archive, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from readiness.assessment import Assessment, Assessments, Changes, Judged, changes
from readiness.policy import Policy
from readiness.report.model import Report, report_of
from readiness.results import digest


class Reports:
    """Every judgement of an archive as a report, by run and in order of number."""

    def __init__(self, assessments: Assessments) -> None:
        """Nothing is made before it is asked for."""
        self._assessments = assessments
        self._made: dict[tuple[str, int], Report] = {}
        self._addresses: dict[tuple[str, int], str] = {}
        self.skipped = assessments.skipped
        """The runs that were left out, and why."""

    def __contains__(self, run: str) -> bool:
        return run in self._assessments.by_run

    def of(self, run: str, judgement: int) -> Report:
        """The report of a judgement; raises KeyError for a run that was left out."""
        if (run, judgement) not in self._made:
            judged = self._assessments.by_run[run]
            before = judged[judgement - 2] if judgement > 1 else None
            self._made[run, judgement] = report_of(judged[judgement - 1], before)
        return self._made[run, judgement]

    def judgements_of(self, run: str) -> tuple[Report, ...]:
        """The reports of a run, the first judgement first."""
        return tuple(self.of(run, number + 1) for number in range(len(self._assessments.by_run[run])))

    def latest_of(self, run: str) -> Report:
        """The latest judgement of a run."""
        return self.of(run, len(self._assessments.by_run[run]))

    def worst_of(self, runs: Iterable[str]) -> Report:
        """The judgement that answers for runs that nothing orders."""
        return self.made(self._assessments.worst_of(runs))

    def made(self, assessment: Assessment) -> Report:
        """The report of an assessment."""
        return self.of(assessment.run.id, assessment.judgement.number)

    def named(self, judged: Judged) -> Report:
        """The report of a judgement that another names."""
        return self.of(judged.run, judged.judgement)

    def address(self, report: Report) -> str:
        """A digest of all that a report is a function of, the tool apart; empty where damage had to be passed over."""
        name = report.run.id, report.judgement.number
        waiting = [] if name in self._addresses else [name]
        while waiting:
            here = waiting[-1]
            due = [one for one in self._before(*here) if self._is_new(one, waiting)]
            if due:
                waiting.append(due[0])
            else:
                self._addresses[waiting.pop()] = self._addressed(*here)
        return self._addresses[name]

    def _is_new(self, name: tuple[str, int], waiting: Collection[tuple[str, int]]) -> bool:
        """True for a judgement without an address; a circle of links is damage."""
        return name[0] in self and name not in self._addresses and name not in waiting

    def _before(self, run: str, number: int) -> Iterator[tuple[str, int]]:
        """The judgements that one builds on: the first of the run that it replaces, and the one that it follows."""
        manifest = self._assessments.by_run[run][number - 1].run.manifest
        if manifest.supersedes:
            yield manifest.supersedes, 1
        if manifest.previous:
            yield manifest.previous.run, manifest.previous.judgement

    def _addressed(self, run: str, number: int) -> str:
        found = self._assessments.by_run[run][number - 1]
        before = [self._addresses.get(one, "") for one in self._before(run, number)]
        if self.skipped or found.incomplete or not all(before):
            return ""
        return digest(found.run.manifest_sha256, *found.run.judgement_sha256[:number], *before)

    def policy_of(self, report: Report) -> Policy:
        """The policy by which it was judged."""
        return self._assessment(report).policy

    def chain_of(self, report: Report) -> tuple[Report, ...]:
        """The report and all that it follows, oldest first."""
        return tuple(reversed([*self._back(report)]))

    def _back(self, report: Report | None) -> Iterator[Report]:
        while report is not None:
            yield report
            report = self.named(report.previous.judged) if report.previous else None

    def changes_between(self, before: Report, now: Report) -> Changes:
        """What changed between two judgements that need not follow each other, their tests apart."""
        return changes(self._assessment(before), self._assessment(now))

    def _assessment(self, report: Report) -> Assessment:
        return self._assessments.by_run[report.run.id][report.judgement.number - 1]

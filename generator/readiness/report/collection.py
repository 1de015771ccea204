"""The reports of an archive, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readiness.analysis import Histories, Selectors
from readiness.assessment import Assessment, Assessments, Changes, Judged, changes, histories_of, selectors
from readiness.policy import Policy
from readiness.report.model import Report, report_of


class Reports:
    """Every judgement of an archive as a report, by run and in order of number."""

    def __init__(self, assessments: Assessments) -> None:
        """Nothing is made before it is asked for."""
        self._assessments = assessments
        self._made: dict[tuple[str, int], Report] = {}
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

    def policy_of(self, report: Report) -> Policy:
        """The policy by which it was judged."""
        return self._assessment(report).policy

    def histories_of(self, report: Report) -> Histories:
        """What became of each test in each run that led to the judgement."""
        return histories_of(self._assessment(report), self._assessments.cache)

    def selectors_of(self, report: Report) -> Selectors:
        """How the judgement's policy sorts tests."""
        return selectors(self.policy_of(report), report.judgement.time)

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

    def release_before(self, report: Report) -> Report | None:
        """The last run on the chain that is of another version."""
        chain = reversed(self.chain_of(report))
        return next((earlier for earlier in chain if earlier.run.version != report.run.version), None)

    def since_release_before(self, report: Report) -> Changes | None:
        """What changed since then; the tests are compared run by run, on the reports in between."""
        before = self.release_before(report)
        if before is None or (report.previous and before.judged == report.previous.judged):
            return report.changes
        return self.changes_between(before, report)

    def _assessment(self, report: Report) -> Assessment:
        return self._assessments.by_run[report.run.id][report.judgement.number - 1]

"""The reports of an archive, each made when it is first asked for."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from readiness.analysis import Change, Histories, Selectors, time_changes
from readiness.archive import Archive
from readiness.assessment import Assessment, Assessments, Changes, Judged, changes, histories_of, selectors
from readiness.model import TestKey
from readiness.policy import Policy, parse_policy
from readiness.report.model import Report, report_of
from readiness.report.writing import read, written
from readiness.results import KeptTexts, digest, release, sources_digest


class Reports:
    """Every judgement of an archive as a report, by run and in order of number."""

    def __init__(self, assessments: Assessments, archive: Archive | None = None, keep: KeptTexts | None = None) -> None:
        """Nothing is made before it is asked for.

        With an `archive` that is sound, a report that was made before is read where it is kept: its judgement need not
        be looked at, but its evidence must be there still.
        """
        self._assessments = assessments
        self._archive, self._keep = archive, keep or KeptTexts(None)
        self._made: dict[tuple[str, int], Report] = {}
        self._addresses: dict[tuple[str, int], str] = {}
        self._policies: dict[str, Policy] = {}
        self.skipped = assessments.skipped
        """The runs that were left out, and why."""

    def __contains__(self, run: str) -> bool:
        return run in self._assessments.by_run

    def of(self, run: str, judgement: int) -> Report:
        """The report of a judgement; raises KeyError for a run that was left out."""
        name = run, judgement
        if name not in self._made:
            self._made[name] = self._read(*name) or self._make(*name)
        return self._made[name]

    def _read(self, run: str, judgement: int) -> Report | None:
        """The report as it is kept; raises ArchiveError where its evidence is not what it was."""
        text = self._kept(run, judgement)
        if text is None or self._archive is None:
            return None
        self._archive.runs[run].contents()
        try:
            return read(text, Report)
        except ValueError:  # whatever is wrong with a cache, it is made again
            return None

    def _make(self, run: str, judgement: int) -> Report:
        judged = self._assessments.by_run[run]
        report = report_of(judged[judgement - 1], judged[judgement - 2] if judgement > 1 else None)
        if address := self.address(report):
            self._keep.keep(_name(address), written(report, indent=None))
        return report

    def _kept(self, run: str, judgement: int) -> str | None:
        address = self._address(run, judgement)
        return self._keep.text(_name(address)) if address else None

    def text(self, report: Report) -> str:
        """A report as JSON, without a needless space: it is half as long, and stands in every published version."""
        return self._kept(report.run.id, report.judgement.number) or written(report, indent=None)

    def judgements_of(self, run: str) -> tuple[Report, ...]:
        """The reports of a run, the first judgement first."""
        return tuple(self.of(run, number + 1) for number in range(self._count(run)))

    def latest_of(self, run: str) -> Report:
        """The latest judgement of a run."""
        return self.of(run, self._count(run))

    def _count(self, run: str) -> int:
        return len(self._archive.runs[run].judgements if self._archive else self._assessments.by_run[run])

    def worst_of(self, runs: Sequence[str]) -> Report:
        """The judgement that answers for runs that nothing orders."""
        return self.latest_of(runs[0]) if len(runs) == 1 else self.made(self._assessments.worst_of(runs))

    def made(self, assessment: Assessment) -> Report:
        """The report of an assessment."""
        return self.of(assessment.run.id, assessment.judgement.number)

    def named(self, judged: Judged) -> Report:
        """The report of a judgement that another names."""
        return self.of(judged.run, judged.judgement)

    def address(self, report: Report) -> str:
        """A digest of all that a report is a function of, the tool apart; empty where that is not known for certain."""
        return self._address(report.run.id, report.judgement.number)

    def _address(self, *name: Any) -> str:
        waiting = [] if name in self._addresses or self._archive is None else [name]
        while waiting:
            here = waiting[-1]
            due = [one for one in self._before(*here) if one not in self._addresses and one not in waiting]
            if due:
                waiting.append(due[0])
            else:
                self._addresses[waiting.pop()] = self._addressed(*here)
        return self._addresses.get(name, "")

    def _before(self, run: str, _: int) -> Iterator[tuple[str, int]]:
        """The judgements that one builds on: the first of the run that it replaces, and the one that it follows."""
        known = self._archive.runs.get(run) if self._archive else None
        if known and known.manifest.supersedes:
            yield known.manifest.supersedes, 1
        if known and known.manifest.previous:
            yield known.manifest.previous.run, known.manifest.previous.judgement

    def _addressed(self, run: str, number: int) -> str:
        known = self._archive.runs.get(run) if self._archive else None
        before = [self._addresses.get(one, "") for one in self._before(run, number)]
        if known is None or self.skipped or not all(before):
            return ""
        return digest(known.state_sha256, *known.judgement_sha256[:number], *before)

    def policy_of(self, report: Report) -> Policy:
        """The policy by which it was judged."""
        if self._archive is None:
            return self._assessment(report).policy
        name = report.judgement.policy
        if name not in self._policies:
            path = self._archive.root / "policies" / f"{name}.yml"
            self._policies[name] = parse_policy(self._archive.policy(name), path)
        return self._policies[name]

    def histories_of(self, report: Report) -> Histories:
        """What became of each test in each run that led to the judgement."""
        return histories_of(self._assessment(report), self._assessments)

    def time_changes_of(self, report: Report) -> Mapping[TestKey, tuple[Change, ...]]:
        """The tests whose time changed its level on the way to the judgement."""
        histories, address = self.histories_of(report), self.address(report)
        name = digest("times", sources_digest(), address) if address else ""
        text = self._keep.text(name) if name else None
        if text is not None:
            return {TestKey(*key): tuple(Change(*one) for one in changes) for key, changes in json.loads(text)}
        found = time_changes(histories)
        if name:
            self._keep.keep(name, json.dumps([(key, [*map(astuple, changes)]) for key, changes in found.items()]))
        return found

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


def _name(address: str) -> str:
    return digest("report", sources_digest(), release("pydantic"), address)

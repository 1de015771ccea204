"""The same test in several files of one run: the worst outcome wins, every message is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from readiness.evidence.findings import Findings, quoted
from readiness.model import EvidenceFile, Outcome, TestKey, TestResult

_WORST_FIRST = (Outcome.ERROR, Outcome.FAILED, Outcome.FLAKY, Outcome.PASSED, Outcome.SKIPPED, Outcome.NOT_RUN)


def merge_files(files: Iterable[tuple[str, Iterable[TestResult]]]) -> list[tuple[str, TestResult]]:
    """Results of several files as one: (file, result) per distinct key, then the run-level errors.

    The order of the files changes nothing but the order of the tests.
    """
    tests: dict[TestKey, list[tuple[str, TestResult]]] = {}
    run_level: list[tuple[str, TestResult]] = []
    for name, results in files:
        for result in results:
            if result.run_level:
                run_level.append((name, result))
            else:
                tests.setdefault(result.key, []).append((name, result))
    return [_worst(found) for found in tests.values()] + sorted(run_level, key=_rank)


def note_repeats(files: Sequence[EvidenceFile]) -> list[EvidenceFile]:
    """The files, each with a finding for every test of it that an earlier one holds too."""
    holder: dict[TestKey, str] = {}
    noted = []
    for file in files:
        findings = Findings()
        for result in file.results:
            if not result.run_level and holder.setdefault(result.key, file.name) != file.name:
                other = quoted(holder[result.key])
                message = f"{quoted(result.key.label)} stands in {other} too: the worse outcome counts"
                findings.add("in-two-files", message, place=result.place)
        noted.append(replace(file, findings=(*file.findings, *findings.all())))
    return noted


def _worst(found: list[tuple[str, TestResult]]) -> tuple[str, TestResult]:
    if len(found) == 1:
        return found[0]
    ordered = sorted(found, key=_rank)
    name, worst = ordered[0]
    times = [result.time_s for _, result in ordered if result.time_s is not None]
    return name, replace(
        worst,
        details=tuple(detail for _, result in ordered for detail in result.details),
        attempts=sum(result.attempts for _, result in ordered),
        time_s=sum(times) if times else None,
    )


def _rank(entry: tuple[str, TestResult]) -> tuple[Any, ...]:
    """The worst first; equally bad ones in an order that follows from what they are alone."""
    name, result = entry
    where = result.file, result.line or 0, result.time_s or 0.0, result.attempts, result.collection
    return _WORST_FIRST.index(result.outcome), name, result.key, result.place, result.details, where

"""Reports that another commit's run had before: the tests did not run for this one, the old report still lay there."""

import re
from collections.abc import Mapping
from dataclasses import replace

from readiness.archive.append import NewInput, NewRun
from readiness.archive.manifest import Manifest
from readiness.archive.store import Archive
from readiness.evidence import kinds
from readiness.model import Finding

_MOMENT = re.compile(rb'\stimestamp="20\d\d-')
"""A report without a moment, as linters write it, may be the same in two runs that both took place."""
_NEVER_CACHED = "pytest"
"""Elsewhere a build cache may have given back the reports of what did not change, beside those of what did."""


def with_stale(run: NewRun, archive: Archive) -> NewRun:
    """The run with a finding for each report that a run of another commit had first, byte for byte.

    It is a loss where its runner has no cache, and where no report of its source and variant is new.
    """
    first = _first(archive)
    reports = [item for item in run.inputs if item.file.kind in kinds("results")]
    old = {item.place: then for item in reports if _dated(item) and (then := first.get(item.sha256))}
    old = {place: then for place, then in old.items() if then.commit and run.commit not in ("", then.commit)}
    renewed = {item.place[:2] for item in reports if item.place not in old}
    inputs = [_noted(item, run, old[item.place], renewed) if item.place in old else item for item in run.inputs]
    return replace(run, inputs=inputs)


def _first(archive: Archive) -> Mapping[str, Manifest]:
    """SHA-256 of every archived file -> the run that had it first, withdrawn ones left out."""
    found: dict[str, Manifest] = {}
    for one in sorted(archive.runs.values(), key=lambda one: (one.manifest.number or 0, one.id)):
        if one.id not in archive.notices.withdrawn:
            for item in one.manifest.inputs:
                found.setdefault(item.sha256, one.manifest)
    return found


def _dated(item: NewInput) -> bool:
    return bool(item.file.cases) and bool(item.file.started or _MOMENT.search(item.content))


def _noted(item: NewInput, run: NewRun, then: Manifest, renewed: set[tuple[str, str]]) -> NewInput:
    loss = item.place[:2] not in renewed or item.file.environment.get("test runner") == _NEVER_CACHED
    told = f"is the report of commit {then.commit[:10]}, byte for byte (run {then.id}), "
    told += f"so nothing shows that its tests ran for commit {run.commit[:10]}; "
    told += "delete old reports before the tests, and run them again"
    return replace(item, file=replace(item.file, findings=(*item.file.findings, Finding("stale", told, loss=loss))))

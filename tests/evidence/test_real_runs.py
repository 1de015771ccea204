"""21 releases of attrs, as pytest and coverage.py wrote them."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from tests.evidence.evidence_corpus import REAL_RUNS, outcomes

from readiness.evidence import read
from readiness.model import EvidenceFile

RUNS = sorted(path for path in REAL_RUNS.iterdir()) if REAL_RUNS.exists() else []
each_run = pytest.mark.parametrize("run", RUNS, ids=lambda path: path.name)
COLLECTION_ERRORS = {"19.1.0": 4, "19.2.0": 4, "19.3.0": 4}


@cache
def evidence(path: Path) -> EvidenceFile:
    """A file of a run, read once."""
    return read(path.read_bytes(), path.name)


@each_run
def test_counts(run: Path) -> None:
    counts = json.loads((run / "run.json").read_text(encoding="utf-8"))["counts"]
    junit = evidence(run / "junit.xml")
    expected = {
        "passed": counts["passed"],
        "failed": counts["failed"],
        "error": counts["errors"],
        "skipped": counts["skipped"],
    }
    assert outcomes(junit) == Counter(expected)
    assert junit.cases == counts["tests"]
    assert (junit.findings, junit.environment) == ((), {"test runner": "pytest", "hostname": "ci-runner"})
    assert sum(result.collection for result in junit.results) == COLLECTION_ERRORS.get(run.name, 0)
    assert junit.started is not None
    assert junit.wall_s is not None


@each_run
def test_the_list_and_the_report_name_the_same_tests(run: Path) -> None:
    listed = evidence(run / "inventory.txt").collected
    assert listed is not None
    reported = {result.key for result in evidence(run / "junit.xml").results}
    assert set(listed.tests) <= reported
    beneath = tuple(f"{error.group}.{error.name}".strip(".") for error in listed.errors)
    for key in reported - set(listed.tests) - set(listed.errors):
        assert key.group.startswith(beneath)
    assert len(listed.tests) == listed.declared
    assert len(listed.errors) == COLLECTION_ERRORS.get(run.name, 0)
    assert listed.partial == (run.name in COLLECTION_ERRORS)


@each_run
def test_coverage(run: Path) -> None:
    metrics = {metric.name: metric.value for metric in evidence(run / "metrics.json").metrics}
    coverage = evidence(run / "coverage.xml").coverage
    assert coverage is not None
    assert 100 * coverage.lines_covered / coverage.lines_valid == pytest.approx(metrics["line_coverage_pct"], abs=0.01)
    branches = 100 * coverage.branches_covered / coverage.branches_valid
    assert branches == pytest.approx(metrics["branch_coverage_pct"], abs=0.01)
    assert evidence(run / "coverage.xml").findings == ()


@each_run
def test_metrics(run: Path) -> None:
    entries = json.loads((run / "metrics.json").read_text(encoding="utf-8"))["metrics"]
    metrics = evidence(run / "metrics.json").metrics
    assert [(metric.name, metric.value, metric.unit) for metric in metrics] == [
        (entry["name"], entry["value"], entry["unit"]) for entry in entries
    ]

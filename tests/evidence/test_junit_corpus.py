"""Every JUnit file of the corpus is read as two independent counters counted it."""

from __future__ import annotations

import re

import pytest
from tests.evidence.evidence_corpus import outcomes, read_path, rows, titles

from readiness.model import ReadState

WELL_FORMED = [row for row in rows() if row["format"] == "JUnit XML" and row["valid"] in ("yes", "wrong-encoding")]
IN_CHILD_ELEMENTS = {"surefire/TEST-AntUnit-counts-as-elements.xml": 0.378}
"""Seconds that stand in elements: the manifest adds attributes only."""


@pytest.mark.parametrize("row", WELL_FORMED, ids=lambda row: row["path"])
def test_elements(row: dict[str, str]) -> None:
    evidence = read_path(row["path"])
    assert (evidence.kind, evidence.state) == ("junit", ReadState.READ)
    assert evidence.suites == int(row["suites"])
    assert evidence.cases == int(row["tests"])


@pytest.mark.parametrize("row", WELL_FORMED, ids=lambda row: row["path"])
def test_outcomes(row: dict[str, str]) -> None:
    counts = outcomes(read_path(row["path"]))
    assert sum(counts.values()) == int(row["tests"])
    assert counts["flaky"] == int(row["flaky"])
    assert counts["failed"] == int(row["failed"])
    assert counts["error"] == int(row["errors"])
    assert counts["passed"] + counts["flaky"] == int(row["passed"])
    assert counts["skipped"] == int(row["skipped"])


@pytest.mark.parametrize("row", WELL_FORMED, ids=lambda row: row["path"])
def test_times_add_up(row: dict[str, str]) -> None:
    evidence = read_path(row["path"])
    if any(finding.code == "time" for finding in evidence.findings):
        pytest.skip("a time that cannot be believed")
    total = sum(result.time_s or 0 for result in evidence.results)
    assert total == pytest.approx(IN_CHILD_ELEMENTS.get(row["path"], float(row["time_s"])), rel=1e-4)


@pytest.mark.parametrize("row", WELL_FORMED, ids=lambda row: row["path"])
def test_declared_totals_that_disagree_are_told(row: dict[str, str]) -> None:
    said = re.findall(r"(tests|failures|errors|skips|skipped)=(\d+) but", row["declared_disagrees"])
    codes = {finding.code for finding in read_path(row["path"]).findings}
    assert bool(said) == bool(codes & {"totals-differ", "failures-missing"})


@pytest.mark.parametrize("row", WELL_FORMED, ids=lambda row: row["path"])
def test_titles_are_distinct_and_places_told(row: dict[str, str]) -> None:
    evidence = read_path(row["path"])
    results = evidence.results
    assert len(set(titles(evidence))) == len(results)
    assert all(re.fullmatch(r"line \d+", result.place) for result in results)
    assert all(result.key.name for result in results)

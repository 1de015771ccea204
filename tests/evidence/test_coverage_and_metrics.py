"""Cobertura XML and metrics.json."""

from __future__ import annotations

import json
import re

import pytest
from tests.evidence.evidence_corpus import read_path, rows

from readiness.evidence import read
from readiness.model import Metric, ReadState

COBERTURA = [row for row in rows() if row["format"] == "Cobertura XML"]


@pytest.mark.parametrize("row", COBERTURA, ids=lambda row: row["path"])
def test_lines_count_once(row: dict[str, str]) -> None:
    evidence = read_path(row["path"])
    expected = re.search(r"distinct \(file,line\): covered (\d+) of (\d+)", row["other_expected"])
    declared = dict(re.findall(r"([a-z-]+)=([\d.]+)", row["declared"]))
    assert expected is not None
    assert evidence.coverage is not None
    assert (evidence.coverage.lines_covered, evidence.coverage.lines_valid) == (int(expected[1]), int(expected[2]))
    for name in ("line-rate", "branch-rate"):
        assert evidence.declared[name] == float(declared[name])
    assert not evidence.loss


def test_a_rate_that_distinct_lines_do_not_give_is_told() -> None:
    (finding,) = read_path("coverage/cobertura-gcovr-doctype.xml").findings
    assert (finding.code, finding.loss) == ("rate-differs", False)
    assert "0.76667" in finding.message
    assert "23 of 24" in finding.message


def cobertura(lines: str, attributes: str = 'line-rate="0.5" branch-rate="0.5"') -> bytes:
    """A report with one class."""
    body = f'<class filename="a.py"><lines>{lines}</lines></class>'
    packages = f"<packages><package><classes>{body}</classes></package></packages>"
    return f"<coverage {attributes}>{packages}</coverage>".encode()


def test_most_hits_and_branches_count() -> None:
    lines = (
        '<line number="1" hits="0"/><line number="1" hits="2" condition-coverage="50% (1/2)"/>'
        '<line number="1" hits="1" condition-coverage="100% (2/2)"/>'
        '<line number="2" hits="0" condition-coverage="0% (0/2)"/>'
    )
    evidence = read(cobertura(lines), "coverage.xml")
    assert evidence.coverage is not None
    assert (evidence.coverage.lines_covered, evidence.coverage.lines_valid) == (1, 2)
    assert (evidence.coverage.branches_covered, evidence.coverage.branches_valid) == (2, 4)
    assert not evidence.findings


def test_damaged_coverage() -> None:
    whole = cobertura('<line number="1" hits="1"/><line number="2" hits="0"/>')
    partly = read(whole[:-60], "coverage.xml")
    assert (partly.state, partly.loss) == (ReadState.PARTLY, True)
    assert read(whole[:60], "coverage.xml").state is ReadState.REJECTED
    assert read(cobertura('<line number="1" hits="?"/>'), "coverage.xml").loss
    assert read(cobertura("", 'line-rate="1" lines-valid="10"'), "coverage.xml").loss


def metrics(*entries: object) -> bytes:
    """A metrics.json."""
    return json.dumps({"metrics": entries, "tool": "ours"}).encode()


def test_metrics() -> None:
    evidence = read(
        metrics(
            {"name": "size", "value": 12, "unit": "MB", "limit": 100},
            {"name": "start", "value": 0.25, "unit": "s", "samples": [0.2, 0.3]},
            {"name": "ratio", "value": -1.5},
        ),
        "metrics.json",
    )
    assert evidence.kind == "metrics"
    assert evidence.metrics == (Metric("size", 12.0, "MB", 100.0), Metric("start", 0.25, "s"), Metric("ratio", -1.5))
    assert not evidence.findings


@pytest.mark.parametrize(
    "entry",
    [
        {"name": "a"},
        {"name": "a", "value": "1"},
        {"name": "a", "value": True},
        {"name": "a", "value": None},
        {"name": "a", "value": float("nan")},
        {"name": "a", "value": 10**400},
        {"name": " ", "value": 1},
        {"value": 1},
        "a",
        None,
    ],
)
def test_a_metric_that_cannot_be_read_is_a_loss(entry: object) -> None:
    evidence = read(metrics({"name": "good", "value": 1}, entry), "metrics.json")
    assert [metric.name for metric in evidence.metrics] == ["good"]
    assert (evidence.state, evidence.loss) == (ReadState.PARTLY, True)
    assert evidence.findings[0].place == "metrics[1]"
    assert read(metrics(entry), "metrics.json").state is ReadState.REJECTED


def test_an_unreadable_limit_is_a_loss() -> None:
    evidence = read(metrics({"name": "a", "value": 1, "limit": "10 MB"}), "metrics.json")
    assert evidence.metrics == (Metric("a", 1.0),)
    assert evidence.loss


def test_a_repeated_name_is_told() -> None:
    evidence = read(metrics({"name": "a", "value": 1}, {"name": "a", "value": 2}), "metrics.json")
    assert [finding.code for finding in evidence.findings] == ["metric-repeated"]

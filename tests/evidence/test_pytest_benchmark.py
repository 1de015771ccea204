"""pytest-benchmark's JSON of every version becomes metrics in seconds."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.evidence.evidence_corpus import read_path, rows

from readiness.evidence import read
from readiness.model import EvidenceFile, Metric, ReadState

ROWS = [row for row in rows() if row["format"] == "pytest-benchmark JSON"]


def benchmarks(*entries: object, **top: Any) -> EvidenceFile:
    """Read a file made for the test."""
    return read(json.dumps({"benchmarks": entries, **top}).encode(), "benchmark.json")


def entry(name: str = "t.py::b", **stats: object) -> dict[str, Any]:
    """A benchmark."""
    return {"fullname": name, "stats": {"mean": 2.0, "median": 1.0, **stats}}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["path"])
def test_the_manifest(row: dict[str, str]) -> None:
    evidence = read_path(row["path"])
    means = {metric.name: metric.value for metric in evidence.metrics if metric.name.endswith(":mean")}
    expected = re.findall(r"(\S+) mean=([\d.e-]+)s", row["other_expected"])
    assert (evidence.kind, evidence.state) == ("pytest-benchmark", ReadState.READ)
    assert means == pytest.approx({f"benchmark:{name}:mean": float(mean) for name, mean in expected}, rel=1e-8)
    assert {metric.unit for metric in evidence.metrics} == {"s"}
    assert len(evidence.metrics) == 2 * len(expected)
    assert evidence.cases == 0


def test_there_are_rows() -> None:
    assert len(ROWS) == 2


def test_the_newest_schema() -> None:
    evidence = read_path("benchmark/made-benchmark.json")
    assert [metric.name for metric in evidence.metrics] == [
        f"benchmark:test_bench.py::test_sum[{n}]:{statistic}" for n in (1, 2) for statistic in ("mean", "median")
    ]
    assert evidence.environment["python_version"] == "3.11.7"
    assert evidence.environment["hostname"] == "ci-runner"
    assert "cpu" in evidence.environment
    assert not evidence.findings


def test_names() -> None:
    evidence = benchmarks(entry(), {"name": "bare", "stats": {"mean": 1, "median": 1}})
    assert evidence.metrics[0] == Metric("benchmark:t.py::b:mean", 2.0, "s")
    assert evidence.metrics[2].name == "benchmark:bare:mean"


@pytest.mark.parametrize(
    "wrong", [entry(mean=None), entry(mean="1"), entry(median=-1), entry(mean=float("nan")), {}, [], entry(name=" ")]
)
def test_a_benchmark_that_cannot_be_read_is_a_loss(wrong: object) -> None:
    evidence = benchmarks(entry("t.py::good"), wrong)
    assert (evidence.state, evidence.loss) == (ReadState.PARTLY, True)
    assert evidence.findings[0].place == "benchmarks[1]"
    assert [metric.name for metric in evidence.metrics[:2]] == [
        "benchmark:t.py::good:mean",
        "benchmark:t.py::good:median",
    ]
    if not benchmarks(wrong).metrics:
        assert benchmarks(wrong).state is ReadState.REJECTED


def test_what_is_told() -> None:
    def told(evidence: EvidenceFile) -> list[tuple[str, bool]]:
        return [(finding.code, finding.loss) for finding in evidence.findings]

    assert told(benchmarks()) == [("no-benchmarks", False)]
    assert told(benchmarks(entry(), entry())) == [("metric-repeated", False), ("metric-repeated", False)]
    assert told(benchmarks(entry(), commit_info={"dirty": True})) == [("uncommitted", False)]
    assert read(b'{"benchmarks": [], "context": {}}', "").kind == "google-benchmark"

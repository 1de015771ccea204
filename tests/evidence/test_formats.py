"""The registry of formats: every row is reached by a file of its format, and a new row is all that a reader needs."""

from __future__ import annotations

import json

import pytest

from readiness.evidence import formats, read
from readiness.evidence.formats import FORMATS, Format, kinds, readable
from readiness.evidence.intake import Intake
from readiness.model import EvidenceFile, ReadState

PLAYWRIGHT = {
    "config": {},
    "suites": [{"title": "a.spec.ts", "file": "a.spec.ts", "specs": [{"title": "a", "tests": [{}]}]}],
}
NEXTEST = {"a": {"testcases": {"b": {"filter-match": {"status": "matches"}}}}}
SAMPLES = {
    "JUnit XML": '<testsuite name="s"><testcase classname="c" name="a"/></testsuite>',
    "CTRF": '{"results": {"tool": {}, "summary": {}, "tests": [{"name": "a", "status": "passed"}]}}',
    "Failsafe's summary": "<failsafe-summary><completed>1</completed><errors>0</errors><failures>0</failures>"
    "<skipped>0</skipped></failsafe-summary>",
    "a list by anybody": "# readiness list\na::b\n",
    "pytest's list": "tests/test_a.py::test_a\n\n1 test collected in 0.01s\n",
    "Cobertura": '<coverage line-rate="1"><packages><package><classes><class filename="a"><lines>'
    '<line number="1" hits="1"/></lines></class></classes></package></packages></coverage>',
    "metrics.json": '{"metrics": [{"name": "a", "value": 1}]}',
    "coverage.py": '{"meta": {}, "files": {"a": {"executed_lines": [1], "missing_lines": []}}, "totals": {}}',
    "LCOV": "SF:a\nDA:1,1\nend_of_record\n",
    "pytest-benchmark": '{"benchmarks": [{"name": "a", "stats": {"mean": 1, "median": 1}}]}',
    "pytest-reportlog": '{"$report_type": "SessionStart"}\n{"$report_type": "SessionFinish", "exitstatus": 0}\n',
    "Go's list": "TestA\nok  \tp\t0.1s\n",
    ".NET's list": "The following Tests are available:\n    N.C.A\n",
    "Playwright's list": json.dumps(PLAYWRIGHT),
    "CTest's list": '{"kind": "ctestInfo", "tests": [{"name": "a"}]}',
    "cargo-nextest's list": json.dumps({"rust-suites": NEXTEST}),
    "Vitest's list": '[{"name": "a", "file": "/p/a.test.ts"}]',
    "Jest's list": '["/p/a.test.js"]',
}
"""A file of each format, by its title."""


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.title)
def test_each_row_has_a_recogniser_and_a_reader(row: Format) -> None:
    file = read(SAMPLES[row.title].encode(), "file")
    assert (file.kind, file.state) == (row.kind, ReadState.READ)
    assert (file.collected is not None) == (row.holds == "list")
    assert (file.coverage is not None) == (row.holds == "coverage")
    assert bool(file.metrics) == (row.holds in ("metrics", "benchmark"))
    assert (file.warnings is not None) == (row.holds == "warnings")
    assert bool(file.results) == (row.holds == "results")
    fitting = [one.title for one in FORMATS if read_alone(one, SAMPLES[row.title]).kind == "alone"]
    assert fitting == [row.title]


def read_alone(row: Format, content: str) -> EvidenceFile:
    """What is read where there is no other format."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "FORMATS", (row._replace(kind="alone"),))
        return read(content.encode(), "file")


def test_the_title_tells_one_row_from_another() -> None:
    assert len({row.title for row in FORMATS}) == len(FORMATS) == len(SAMPLES)


def test_a_row_is_all_that_a_new_format_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_made(top: dict[str, object], intake: Intake) -> EvidenceFile:
        return intake.read("half of it" if top["made"] else "", environment={"made": "yes"})

    assert read(b'{"made": 1}', "file").kind == "json"
    row = Format("made-up", "coverage", "Made Up", "object", lambda top: "made" in top, read_made)
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, row))
    file = read(b'{"made": 1}', "file")
    assert (file.kind, file.state, file.reason) == ("made-up", ReadState.PARTLY, "half of it")
    assert file.environment == {"made": "yes"}
    assert kinds("coverage") == {"cobertura", "coverage-py", "lcov", "made-up"}
    assert "coverage (Cobertura, coverage.py, LCOV, Made Up)" in readable()

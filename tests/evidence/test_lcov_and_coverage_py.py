"""LCOV and coverage.py's JSON: what their own lists give, beside what they declare."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.evidence.evidence_corpus import content, read_path, rows

from readiness.evidence import read
from readiness.model import Coverage, EvidenceFile, ReadState

ROWS = [row for row in rows() if row["format"] in ("LCOV", "coverage.py JSON")]


def counted(evidence: EvidenceFile) -> tuple[int, int, int, int]:
    """Lines covered and valid, branches covered and valid."""
    assert evidence.coverage is not None
    coverage = evidence.coverage
    return coverage.lines_covered, coverage.lines_valid, coverage.branches_covered, coverage.branches_valid


def codes(evidence: EvidenceFile) -> list[tuple[str, bool]]:
    """Codes of the findings, and which are a loss."""
    return [(finding.code, finding.loss) for finding in evidence.findings]


def lcov(*lines: str, end: str = "end_of_record\n") -> EvidenceFile:
    """Read one record made for the test."""
    return read("\n".join(["SF:a.c", *lines, end]).encode(), "coverage.info")


def coverage_py(files: dict[str, object], **totals: float) -> EvidenceFile:
    """Read a report made for the test."""
    return read(json.dumps({"meta": {"version": "7"}, "files": files, "totals": totals}).encode(), "coverage.json")


def file(executed: object, missing: object, **more: Any) -> dict[str, object]:
    """A file of coverage.py's report."""
    return {"executed_lines": executed, "missing_lines": missing, **more}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["path"])
def test_the_manifest(row: dict[str, str]) -> None:
    evidence = read_path(row["path"])
    numbers = re.match(r"lines (?:hit )?(\d+) of (\d+).*?branches (\d+) of (\d+)", row["other_expected"])
    assert numbers is not None
    assert counted(evidence) == tuple(int(number) for number in numbers.groups())
    assert evidence.state is ReadState.READ


def test_there_are_rows() -> None:
    assert len(ROWS) == 2


def test_three_formats_of_one_run_agree() -> None:
    readings = [read_path(f"coverage/made-branches.{ending}") for ending in ("xml", "json", "info")]
    assert [reading.kind for reading in readings] == ["cobertura", "coverage-py", "lcov"]
    assert {counted(reading) for reading in readings} == {(8, 9, 3, 4)}
    for reading in readings:
        assert not reading.findings


def test_declared_totals_are_totals_and_whole_numbers_are_whole() -> None:
    declared = read_path("coverage/made-branches.xml").declared
    assert dict(declared) == {
        "lines-valid": 9,
        "lines-covered": 8,
        "line-rate": 0.8889,
        "branches-valid": 4,
        "branches-covered": 3,
        "branch-rate": 0.75,
    }
    assert [type(value) for value in declared.values()] == [int, int, float, int, int, float]


def test_lcov_paths_may_hold_colons() -> None:
    evidence = read_path("coverage/lcov-windows-paths.info")
    assert evidence.declared == {"LF": 19, "LH": 17}
    assert counted(evidence) == (17, 19, 0, 0)


def test_lcov_records_of_one_file_count_each_line_once() -> None:
    made = b"TN:one\nSF:C:\\a.c\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\n"
    made += b"TN:two\nSF:C:\\a.c\nDA:1,0\nDA:2,3\nDA:3,0,md5\nLF:3\nLH:1\nend_of_record\n"
    evidence = read(made, "")
    assert counted(evidence) == (2, 3, 0, 0)
    assert codes(evidence) == [("rate-differs", False)]
    assert "2 of 5 as hit, but 2 of 3 are when each line counts once" in evidence.findings[0].message


def test_lcov_branches() -> None:
    evidence = lcov("DA:1,1", "BRDA:1,0,0,1", "BRDA:1,0,1,-", "BRDA:1,0,1,0", "BRDA:1,e0,jump, to,2", "BRF:3", "BRH:2")
    assert counted(evidence) == (1, 1, 2, 3)
    assert evidence.coverage == Coverage(1, 1, 2, 3)
    assert not evidence.findings


def test_lcov_negative_hits_are_no_hit() -> None:
    assert counted(lcov("DA:1,-1", "DA:2,99999999999999999999")) == (1, 2, 0, 0)


@pytest.mark.parametrize("line", ["DA:1", "DA:x,1", "DA:1,?", "BRDA:1,0,1", "LF:?", "what is this", "SF:b.c", "SF:"])
def test_lcov_a_line_that_cannot_be_read_is_a_loss(line: str) -> None:
    evidence = lcov("DA:1,1", line)
    assert evidence.state is ReadState.PARTLY
    assert ("line-unreadable", True) in codes(evidence)
    assert evidence.findings[0].place == "line 3"


def test_lcov_a_record_without_end_is_a_loss() -> None:
    whole = content("coverage/made-branches.info")
    for cut in range(1, len(whole) - 2):
        evidence = read(whole[: -1 - cut], "")
        assert evidence.loss, cut


def test_lcov_comments_and_unknown_records_say_nothing() -> None:
    made = b"# made\n\nTN:\nSF:a.c\nVER:1\nFN:1,f\nFNL:0,1\nDA:1,1\nend_of_record\n"
    assert codes(read(made, "")) == []
    assert read(made, "").kind == "lcov"


def test_lcov_without_lines() -> None:
    assert lcov("LF:3", "LH:3").state is ReadState.REJECTED
    assert lcov("LF:0", "LH:0").state is ReadState.READ
    assert counted(lcov()) == (0, 0, 0, 0)


def test_coverage_py_counts_lists_not_totals() -> None:
    files = {"a.py": file([1, 2, 2], [2, 3]), "b.py": file([], [1])}
    evidence = coverage_py(files, covered_lines=3, num_statements=4, percent_covered=75)
    assert counted(evidence) == (2, 4, 0, 0)
    assert codes(evidence) == [("totals-differ", False), ("rate-differs", False)]
    assert "covered_lines=3, but the files list covered_lines=2" in evidence.findings[0].message
    assert evidence.declared["percent_covered"] == 75


def test_coverage_py_branches_below_zero_are_exits() -> None:
    files = {"a.py": file([1], [], executed_branches=[[1, -1], [1, 2]], missing_branches=[[1, -1], [3, -3]])}
    assert counted(coverage_py(files)) == (1, 1, 2, 3)


def test_coverage_py_branches_that_are_declared_and_not_listed_are_a_loss() -> None:
    evidence = coverage_py({"a.py": file([1], [])}, num_branches=4, covered_branches=2)
    assert counted(evidence) == (1, 1, 0, 0)
    assert codes(evidence) == [("lines-missing", True), ("totals-differ", False)]


@pytest.mark.parametrize(
    "wrong",
    [
        file([1, "2"], []),
        file([1, -2], []),
        file([1, True], []),
        file(None, [1]),
        {"missing_lines": [1]},
        file([1], [], executed_branches=[[1, 2]]),
        file([1], [], executed_branches=[[1]], missing_branches=[]),
        "a file",
    ],
)
def test_coverage_py_what_cannot_be_read_is_a_loss(wrong: object) -> None:
    evidence = coverage_py({"good.py": file([1], [2]), "a.py": wrong})
    assert (evidence.state, codes(evidence)) == (ReadState.PARTLY, [("line-unreadable", True)])


def test_coverage_py_without_lines() -> None:
    assert coverage_py({}, num_statements=4).state is ReadState.REJECTED
    assert coverage_py({"a.py": 1}).state is ReadState.REJECTED
    assert codes(coverage_py({}, num_statements=0)) == [("no-lines", False)]

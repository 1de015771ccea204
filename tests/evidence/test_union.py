"""Coverage over several files and records: a line counts once, and no reading overstates the rate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence import read
from readiness.evidence.union import united
from readiness.model import EvidenceFile

Lines = dict[tuple[str, int], bool]
"""(path, line) -> whether it ran."""


def cobertura(packages: Mapping[str, Lines], root: str = "", attributes: str = "") -> bytes:
    """A report of these packages."""
    inside = "".join(
        f'<package name="{name}"><classes>{_classes(lines)}</classes></package>' for name, lines in packages.items()
    )
    sources = f"<sources><source>{root}</source></sources>" if root else ""
    return f'<coverage line-rate="0.5" {attributes}>{sources}<packages>{inside}</packages></coverage>'.encode()


def _classes(lines: Lines) -> str:
    found = ""
    for path in dict.fromkeys(path for path, _ in lines):
        listed = "".join(f'<line number="{at}" hits="{int(ran)}"/>' for (own, at), ran in lines.items() if own == path)
        found += f'<class filename="{path}"><lines>{listed}</lines></class>'
    return found


def lcov(lines: Lines) -> bytes:
    """A tracefile with one record per source file."""
    records = []
    for path in dict.fromkeys(path for path, _ in lines):
        listed = "".join(f"DA:{at},{int(ran)}\n" for (own, at), ran in lines.items() if own == path)
        records.append(f"TN:\nSF:{path}\n{listed}end_of_record\n")
    return "".join(records).encode()


def coverage_py(lines: Lines) -> bytes:
    """coverage.py's report."""
    files: dict[str, dict[str, list[int]]] = {}
    for (path, at), ran in lines.items():
        listed = files.setdefault(path, {"executed_lines": [], "missing_lines": []})
        listed["executed_lines" if ran else "missing_lines"].append(at)
    return json.dumps({"meta": {}, "files": files, "totals": {}}).encode()


def span(path: str, covered: int, valid: int, first: int = 1) -> Lines:
    """So many lines of a file, the first ones covered."""
    return {(path, first + at): at < covered for at in range(valid)}


def together(*contents: bytes) -> tuple[int, int]:
    """Lines covered and valid of several coverage files."""
    coverage = united([read(content, f"{number}").source_lines for number, content in enumerate(contents)])
    return coverage.lines_covered, coverage.lines_valid


def test_the_same_lines_in_another_file_count_once() -> None:
    unit = cobertura({"p": span("x.py", 0, 100) | span("y.py", 100, 100)})
    again = span("y.py", 100, 100)
    for end_to_end in (cobertura({"p": again}), lcov(again), coverage_py(again)):
        assert together(unit, end_to_end) == (100, 200)


def test_what_one_file_covers_and_another_does_not_is_covered() -> None:
    first, second = span("y.py", 50, 100), {("y.py", at): at > 40 for at in range(1, 101)}
    assert together(lcov(first), lcov(second)) == (100, 100)


def test_small_files_are_the_same_where_all_that_is_shared_agrees() -> None:
    first = span("a.py", 2, 4) | span("b.py", 0, 4) | span("c.py", 4, 4)
    second = span("a.py", 0, 4) | span("b.py", 1, 4) | span("c.py", 4, 4)
    assert together(lcov(first), lcov(second)) == (7, 12)


def test_two_packages_with_one_relative_path_are_two_files() -> None:
    assert together(lcov(span("src/index.js", 2, 2)), lcov(span("src/index.js", 0, 2))) == (2, 4)
    one, other = span("src/index.js", 20, 20), span("src/index.js", 0, 30)
    assert together(lcov(one), lcov(other)) == (20, 50)
    rooted = [cobertura({"p": span("y.py", ran, 50)}, root) for root, ran in (("/w/a", 50), ("/w/b", 0))]
    assert together(*rooted) == (50, 100)


def test_one_path_in_two_packages_of_a_report_is_two_files() -> None:
    assert together(cobertura({"a": span("y.py", 20, 20), "b": span("y.py", 0, 20)})) == (20, 40)


@pytest.mark.parametrize("path", ["/builds/7/src/y.py", "C:\\builds\\src\\y.py"])
def test_a_path_may_be_the_end_of_an_absolute_one(path: str) -> None:
    unit = lcov(span("src/x.py", 0, 100) | span("src/y.py", 100, 100))
    assert together(unit, lcov(span(path, 100, 100))) == (100, 200)
    assert together(unit, cobertura({"p": span("y.py", 100, 100)}, "/builds/7/src")) == (100, 200)


def test_paths_that_may_be_one_take_the_lower_reading() -> None:
    unit = lcov(span("src/x.py", 0, 100) | span("src/y.py", 100, 100))
    assert together(unit, lcov(span("/site-packages/y.py", 100, 100))) == (100, 200)
    covered, valid = together(unit, lcov(span("lib/src/y.py", 99, 99)))
    assert Fraction(covered, valid) <= Fraction(1, 2)


def test_different_files_of_one_name_stay_apart() -> None:
    one = lcov(span("a/__init__.py", 20, 20) | span("b/__init__.py", 0, 20))
    assert together(one) == (20, 40)
    assert together(one, one) == (20, 40)


def test_lcov_records_of_different_tests_are_of_one_file() -> None:
    made = b"TN:a\nSF:x.c\nDA:1,1\nDA:2,0\nend_of_record\nTN:b\nSF:x.c\nDA:1,0\nDA:2,1\nend_of_record\n"
    assert together(made) == (2, 2)
    assert together(made.replace(b"TN:b", b"TN:a")) == (2, 4)


LISTED_ONE = {"executed_lines": [1], "missing_lines": []}
SUMMED = {**LISTED_ONE, "summary": {"num_statements": 2}}


def findings(evidence: EvidenceFile) -> list[tuple[str, bool]]:
    """Codes, and which are a loss."""
    return [(one.code, one.loss) for one in evidence.findings]


@pytest.mark.parametrize(
    ("content", "lost"),
    [
        (cobertura({"p": span("a.py", 1, 2)}, attributes='lines-valid="20"'), True),
        (cobertura({"p": span("a.py", 1, 2)}, attributes='lines-valid="2" lines-covered="1"'), False),
        (cobertura({"p": span("a.py", 1, 2)}, attributes='branches-valid="2"'), True),
        (b"SF:a.c\nDA:1,1\nLF:2\nLH:1\nend_of_record\n", True),
        (b"SF:a.c\nDA:1,1\nLF:1\nLH:1\nend_of_record\nSF:b.c\nDA:1,1\nDA:2,1\nLF:1\nend_of_record\n", False),
        (b"SF:a.c\nDA:1,1\nBRF:2\nBRH:1\nend_of_record\n", True),
        (
            json.dumps({"meta": {}, "totals": {"num_statements": 2}, "files": {"a.py": LISTED_ONE}}).encode(),
            True,
        ),
        (
            json.dumps({"meta": {}, "totals": {}, "files": {"a.py": SUMMED}}).encode(),
            True,
        ),
    ],
)
def test_what_is_declared_and_not_listed_is_lost(content: bytes, lost: bool) -> None:
    assert (("lines-missing", True) in findings(read(content, ""))) is lost
    assert read(content, "").loss is lost


def branches(line: str) -> tuple[int, int, bool]:
    """Branches taken and there of a line of Cobertura, and whether something is lost."""
    body = f'<class filename="a"><lines>{line}</lines></class>'
    made = f'<coverage line-rate="1"><packages><package><classes>{body}</classes></package></packages></coverage>'
    evidence = read(made.encode(), "")
    assert evidence.coverage is not None
    return evidence.coverage.branches_covered, evidence.coverage.branches_valid, evidence.loss


def conditions(*coverages: str, kind: str = "jump") -> str:
    """The conditions of a line."""
    listed = "".join(f'<condition number="{at}" type="{kind}" coverage="{said}"/>' for at, said in enumerate(coverages))
    return f"<conditions>{listed}</conditions>"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f'<line number="1" hits="1" branch="true">{conditions("0", "1")}</line>', (1, 2, False)),
        (f'<line number="1" hits="1" branch="true">{conditions("50%", "100%")}</line>', (3, 4, False)),
        (f'<line number="1" hits="1" branch="true">{conditions("20%", kind="switch")}</line>', (0, 0, True)),
        (f'<line number="1" hits="1" branch="true">{conditions("?")}</line>', (0, 0, True)),
        (f'<line number="1" hits="1" condition-coverage="50% (1/2)">{conditions("50%")}</line>', (1, 2, False)),
        ('<line number="1" hits="1" branch="true"/>', (0, 0, True)),
        (
            '<line number="1" hits="1" branch="true"/><line number="1" hits="1" condition-coverage="0% (0/2)"/>',
            (0, 2, False),
        ),
        ('<line number="1" hits="1" branch="false"/>', (0, 0, False)),
    ],
)
def test_conditions_are_branches(line: str, expected: tuple[int, int, bool]) -> None:
    assert branches(line) == expected


PATHS = ("a.py", "src/a.py", "pkg/src/a.py", "src/b.py", "lib/b.py")
WRITERS = (lambda lines: cobertura({"p": lines}), lcov, coverage_py)
LISTED = st.dictionaries(st.tuples(st.sampled_from(PATHS), st.integers(1, 14)), st.booleans(), min_size=1)


@settings(deadline=None)
@given(st.lists(st.tuples(LISTED, st.sampled_from(WRITERS)), min_size=1, max_size=4))
def test_no_rate_is_above_that_of_the_union(files: list[tuple[Lines, object]]) -> None:
    union: Lines = {}
    for lines, _ in files:
        for place, ran in lines.items():
            union[place] = union.get(place, False) or ran
    covered, valid = together(*(write(lines) for lines, write in files))  # type: ignore[operator]
    assert 0 <= covered <= valid
    assert Fraction(covered, valid) <= Fraction(sum(union.values()), len(union))
    assert together(*(write(lines) for lines, write in reversed(files))) == (covered, valid)  # type: ignore[operator]


@settings(deadline=None)
@given(LISTED, st.integers(1, 4), st.randoms(use_true_random=False))
def test_cutting_a_report_into_files_overstates_nothing(lines: Lines, parts: int, random: object) -> None:
    cut: list[Lines] = [{} for _ in range(parts)]
    for place, ran in lines.items():
        cut[random.randrange(parts)][place] = ran  # type: ignore[attr-defined]
    covered, valid = together(*(lcov(one) for one in cut if one))
    assert Fraction(covered, valid) <= Fraction(sum(lines.values()), len(lines))


BRANCHES = st.dictionaries(st.tuples(st.integers(1, 3), st.integers(0, 3)), st.booleans(), min_size=1)


@settings(deadline=None)
@given(st.lists(BRANCHES, min_size=1, max_size=4))
def test_no_rate_of_branches_is_above_that_of_the_union(files: list[dict[tuple[int, int], bool]]) -> None:
    union: dict[tuple[int, int], bool] = {}
    contents = []
    for found in files:
        listed = "".join(f"BRDA:{line},0,{branch},{int(taken)}\n" for (line, branch), taken in found.items())
        contents.append(f"SF:a.c\nDA:1,1\n{listed}end_of_record\n".encode())
        for place, taken in found.items():
            union[place] = union.get(place, False) or taken
    coverage = united([read(content, "").source_lines for content in contents])
    rate = Fraction(coverage.branches_covered, coverage.branches_valid)
    assert rate <= Fraction(sum(union.values()), len(union))

"""The list of collected tests, and that its ids become the keys of the JUnit report."""

from __future__ import annotations

import pytest
from tests.evidence.evidence_corpus import content, read_path

from readiness.evidence import read
from readiness.evidence.nodeids import key_names
from readiness.model import CollectedList, EvidenceFile, ReadState

ERRORS = """\

==================================== ERRORS ====================================
___________________ ERROR collecting tests/test_b.py ___________________
tests/test_b.py::not_an_id
=========================== short test summary info ============================
ERROR tests/test_b.py
!!!!!!!!!!!!!!!!!!! Interrupted: 1 error during collection !!!!!!!!!!!!!!!!!!!!
"""


def listed(text: str) -> EvidenceFile:
    """Read a list made for the test."""
    return read(text.encode(), "collected.txt")


def collected(evidence: EvidenceFile) -> CollectedList:
    """The list of a file."""
    assert evidence.collected is not None
    return evidence.collected


def codes(evidence: EvidenceFile) -> list[tuple[str, bool]]:
    """Codes of the findings, and which are a loss."""
    return [(finding.code, finding.loss) for finding in evidence.findings]


@pytest.mark.parametrize(
    ("node_id", "expected"),
    [
        ("tests/test_a.py::test_x", ("tests.test_a", "test_x")),
        ("test_a.py::test_x", ("test_a", "test_x")),
        ("tests/test_a.py::TestX::test_y[p::q]", ("tests.test_a.TestX", "test_y[p::q]")),
        ("tests/test_a.py::TestX::TestIn::test_y", ("tests.test_a.TestX.TestIn", "test_y")),
        ("tests/test_a.py::test_y[x[y]]", ("tests.test_a", "test_y[x[y]]")),
        ("tests/test_a.py::test_y[a/b.py - c]", ("tests.test_a", "test_y[a/b.py - c]")),
        ("tests/my dir/test_a.py::test_y[a b]", ("tests.my dir.test_a", "test_y[a b]")),
        ("docs/use.rst::use.rst", ("docs.use.rst", "use.rst")),
        ("tests/test_a.py::TestX", ("tests.test_a", "TestX")),
        ("tests/test_a.py", ("", "tests.test_a")),
    ],
)
def test_node_ids_become_keys(node_id: str, expected: tuple[str, str]) -> None:
    assert key_names(node_id) == expected


def test_what_pytest_lists_is_what_it_reports() -> None:
    evidence = read_path("pytest/collected.txt")
    report = read_path("pytest/collected-junit.xml")
    names = collected(evidence)
    assert set(names.tests) == {result.key for result in report.results if not result.collection}
    assert set(names.errors) == {result.key for result in report.results if result.collection}
    assert (len(names.tests), names.declared, len(names.errors)) == (14, 14, 4)
    assert names.partial
    assert names.unreliable == ("tests.my dir.test_sp", "tests.sub.test_s", "tests.test_broken", "tests.test_cls")
    assert names.modules == ("tests.test_a", "tests.test_cls")
    assert codes(evidence) == [("collection-errors", False)]
    assert not evidence.loss


def test_a_complete_list_is_authoritative() -> None:
    evidence = listed("tests/test_a.py::test_x\ntests/test_a.py::test_y\n\n2 tests collected in 0.85s\n")
    assert (evidence.kind, evidence.state) == ("collected", ReadState.READ)
    assert not collected(evidence).partial
    assert evidence.findings == ()


@pytest.mark.parametrize(
    ("closing", "declared"),
    [
        ("1 test collected in 0.85s", 1),
        ("1/20 tests collected (19 deselected) in 12.00s", 1),
        ("1 test collected in 75.12s (0:01:15)", 1),
        ("=============== 1 test collected in 0.85s ===============", 1),
        ("\x1b[32m\x1b[32m1 test collected\x1b[0m\x1b[32m in 0.73s\x1b[0m\x1b[0m", 1),
    ],
)
def test_closing_lines(closing: str, declared: int) -> None:
    names = collected(listed(f"tests/test_a.py::test_x\n\n{closing}\n"))
    assert (names.declared, names.partial) == (declared, False)


@pytest.mark.parametrize("version", ["", "-pytest-7"])
def test_odd_parameters_become_the_names_of_the_report(version: str) -> None:
    evidence = read_path(f"pytest/made-ids{version}.txt")
    names = collected(evidence)
    assert set(names.tests) == {result.key for result in read_path("pytest/made-ids-junit.xml").results}
    assert (len(names.tests), names.declared, names.partial, names.deselected) == (29, 29, False, 0)
    assert evidence.findings == ()
    assert {"test_p[p::q]", "test_p[x] y::z]", "test_p[=== x ===]", "test_p[trail ]", "test_p[a\\nb]"} <= {
        key.name for key in names.tests
    }


def test_a_list_of_selected_tests_is_complete_but_proves_no_absence() -> None:
    evidence = read_path("pytest/made-ids-deselected.txt")
    names = collected(evidence)
    assert (len(names.tests), names.declared, names.deselected, names.partial) == (3, 3, 26, False)
    assert codes(evidence) == [("deselected", False)]
    assert "26 tests deselected" in evidence.findings[0].message


def test_ids_outside_the_rootdir_make_the_list_partial() -> None:
    evidence = read_path("pytest/made-ids-outside-rootdir.txt")
    names = collected(evidence)
    assert ([key.label for key in names.tests], names.partial) == (["test_s::test_p", "test_s::test_q"], True)
    assert codes(evidence) == [("outside-rootdir", False)]
    assert names.modules == ()


def test_parameters_that_pytest_does_not_escape_may_hold_line_ends() -> None:
    text = "a.py::t[one\n\ntwo]\na.py::t[é\u2028]\na.py::odd[name\na.py::t[x]\n\n4 tests collected in 0.1s\n"
    assert [key.name for key in collected(listed(text)).tests] == ["t[one\n\ntwo]", "t[é\u2028]", "odd[name", "t[x]"]


NOISE = """\
gw0 I / gw1 I
created: 2/2 workers
2 workers [2 items]
/venv/site-packages/plugin.py:39: PluginWarning: Benchmarks are disabled because xdist plugin is active.
  warner(PluginWarning(text))
INFO  core::start ready
a.py::t
b.py::t

=============================== warnings summary ===============================
a.py:5
  /project/a.py:5: UserWarning: see a.py::t
c.py::not_listed

-- Docs: https://docs.pytest.org/en/stable/how-to/capture-warnings.html
2 tests collected in 0.01s
"""


def test_what_stands_around_the_ids_is_no_id() -> None:
    names = collected(listed(NOISE))
    assert ([key.label for key in names.tests], names.partial) == (["a::t", "b::t"], False)


def test_lists_of_several_rootdirs_add_up() -> None:
    warned = "=== warnings summary ===\nx\n\n-- Docs: https://docs.pytest.org/\n"
    one, two = (
        f"a.py::t\na.py::u\n\n{warned}2 tests collected in 0.1s\n",
        "b.py::t\n\n1/4 tests collected (3 deselected) in 0.1s\n",
    )
    evidence = listed(one + two)
    names = collected(evidence)
    assert [key.label for key in names.tests] == ["a::t", "a::u", "b::t"]
    assert (names.declared, names.deselected, names.partial, names.modules) == (3, 3, False, ("a", "b"))
    assert evidence.declared == {"tests": 3, "errors": 0}
    cut = listed(one + two.partition("\n\n")[0])
    assert (cut.state, codes(cut)) == (ReadState.PARTLY, [("list-cut-off", True)])
    same = listed(one + one)
    assert (len(collected(same).tests), collected(same).partial) == (2, True)
    assert codes(same) == [("listed-twice", False)]
    assert "a source or variant of its own" in same.findings[0].message


def test_a_list_that_lost_ids_proves_the_absence_of_none() -> None:
    assert collected(listed("a.py::t\n\n2 tests collected in 0.1s\n")).modules == ()
    assert collected(listed("a.py::t\na.py::u\n")).modules == ()


@pytest.mark.parametrize("closing", ["no tests collected in 0.71s", "no tests collected (13 deselected) in 1.08s"])
def test_an_empty_list_proves_nothing(closing: str) -> None:
    evidence = listed(f"\n{closing}\n")
    assert collected(evidence).partial
    assert ("list-empty", True) in codes(evidence)


def test_ids_are_read_only_above_the_errors() -> None:
    evidence = listed(f"tests/test_a.py::test_x\n{ERRORS}1 test collected, 1 error in 0.85s\n")
    names = collected(evidence)
    assert [key.label for key in names.tests] == ["tests.test_a::test_x"]
    assert [key.label for key in names.errors] == ["tests.test_b"]
    assert (names.unreliable, names.partial) == (("tests.test_b",), True)


def test_errors_are_found_without_the_summary() -> None:
    text = ERRORS.replace("short test summary info", "warnings summary").replace("ERROR tests/test_b.py\n", "")
    names = collected(listed(f"tests/test_a.py::test_x\n{text}1 test collected, 1 error in 0.85s\n"))
    assert [key.label for key in names.errors] == ["tests.test_b"]


def test_a_package_that_cannot_be_imported_hides_all_of_it() -> None:
    text = ERRORS.replace("tests/test_b.py", "tests/sub/__init__.py")
    assert collected(listed(f"a.py::x\n{text}1 test collected, 1 error in 1s\n")).unreliable == ("tests.sub",)


def test_a_list_that_is_cut_off_is_a_loss() -> None:
    evidence = listed("tests/test_a.py::test_x\ntests/test_a.py::test_y\n")
    assert (evidence.state, collected(evidence).partial) == (ReadState.PARTLY, True)
    assert codes(evidence) == [("list-cut-off", True)]


def test_a_count_that_disagrees_makes_the_list_partial() -> None:
    evidence = listed("tests/test_a.py::test_x\n\n2 tests collected in 0.85s\n")
    assert collected(evidence).partial
    assert codes(evidence) == [("count-differs", False)]


def test_other_shapes_are_refused_with_the_remedy() -> None:
    counts = listed("tests/test_a.py: 12\ntests/test_b.py: 3\n\n15 tests collected in 0.1s\n")
    tree = listed("<Dir x>\n  <Module test_a.py>\n    <Function test_x>\n\n===== 1 test collected in 0.1s =====\n")
    bare = listed("tests/test_a.py: 12\ntests/test_b.py: 3\n")
    for evidence in (counts, bare):
        assert (evidence.state, evidence.kind) == (ReadState.REJECTED, "collected")
        assert "with one -q" in evidence.reason
    assert tree.state is ReadState.REJECTED
    assert "tree" in tree.reason or "--collect-only -q" in tree.reason


def test_ids_that_look_like_other_formats() -> None:
    evidence = listed("t.py::test_a[<?xml version='1.0'?>]\nt.py::test_b[{}]\n\n2 tests collected in 0.1s\n")
    assert [key.name for key in collected(evidence).tests] == ["test_a[<?xml version='1.0'?>]", "test_b[{}]"]
    assert not collected(evidence).partial
    logged = listed("[log] import\nt.py::test_a\n\n1 test collected in 0.1s\n")
    assert not collected(logged).partial


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_windows_lists(encoding: str) -> None:
    text = content("pytest/collected.txt").decode().replace("\n", "\r\n")
    assert read(text.encode(encoding), "c.txt").collected == read_path("pytest/collected.txt").collected


@pytest.mark.parametrize("cut", range(0, 900, 7))
def test_a_list_cut_anywhere_is_never_complete(cut: int) -> None:
    whole = content("pytest/collected.txt")
    evidence = read(whole[: len(whole) - 1 - cut], "c.txt")
    assert evidence.loss or (evidence.collected is not None and evidence.collected.partial)

"""Lists of runners other than pytest: what they hold, and that a broken one is never whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.evidence_corpus import content, read_path

from readiness.evidence import read
from readiness.model import CollectedList, EvidenceFile, ReadState


def collected(evidence: EvidenceFile) -> CollectedList:
    """The list of a file."""
    assert (evidence.kind, evidence.collected is not None) == ("collected", True)
    assert evidence.collected is not None
    return evidence.collected


def labels(found: CollectedList) -> list[str]:
    """Labels of the listed tests."""
    return [key.label for key in found.tests]


def codes(evidence: EvidenceFile) -> list[tuple[str, bool]]:
    """Codes of the findings, and which are a loss."""
    return [(finding.code, finding.loss) for finding in evidence.findings]


def listed(made: Any) -> EvidenceFile:
    """Read a list made for the test: text, or what becomes JSON."""
    return read((made if isinstance(made, str) else json.dumps(made)).encode(), "list")


@pytest.mark.parametrize(
    ("name", "runner", "expected"),
    [
        (
            "vitest.json",
            "vitest",
            [
                "sum.test.js::top",
                "sum.test.js::outer > inner > works > well",
                "sum.test.js::outer > inner > n 1",
                "sum.test.js::outer > inner > n 2",
                "sum.test.js::outer > inner > dup",
                "sum.test.js::outer > inner > dup",
                "sub/b.test.js::b",
            ],
        ),
        ("jest.json", "jest", ["a.test.js", "sub/b.test.js"]),
        ("ctest.json", "ctest", ["one::one", "two words::two words", "dis::dis", "nb_NOT_BUILT::nb_NOT_BUILT"]),
        (
            "go.txt",
            "go",
            [
                "example.com/m::TestA",
                "example.com/m::TestÜb",
                "example.com/m::FuzzF",
                "example.com/m::Example",
                "example.com/m/sub::TestB",
            ],
        ),
        (
            "dotnet.txt",
            "dotnet",
            [
                "Shop.Tests.CartTests::Total",
                'Shop.Tests.CartTests::Add(a: 1, b: "x.y (z)")',
                "Pass",
                "Pass",
                "Refund",
            ],
        ),
    ],
)
def test_lists_that_runners_wrote(name: str, runner: str, expected: list[str]) -> None:
    evidence = read_path(f"lists/{name}")
    found = collected(evidence)
    assert (labels(found), found.runner, found.partial) == (expected, runner, False)
    assert (evidence.state, evidence.loss) == (ReadState.READ, False)


def test_a_list_of_files_says_so() -> None:
    files = read_path("lists/jest.json")
    assert (collected(files).files, codes(files)) == (True, [("files-listed", False)])
    of_vitest = listed([{"file": "/r/a.test.js"}, {"file": "/r/x/b.test.js", "projectName": "one"}])
    assert (collected(of_vitest).files, labels(collected(of_vitest))) == (True, ["a.test.js", "x/b.test.js"])
    windows = listed(["C:\\r\\a.test.js", "C:\\r\\x\\b.test.js"])
    assert (labels(collected(windows)), collected(windows).folder) == (["a.test.js", "x/b.test.js"], "C:/r")


def test_nextest_leaves_out_what_is_ignored() -> None:
    evidence = read_path("lists/nextest.json")
    found = collected(evidence)
    run = {result.key for result in read_path("flaky/nextest-fixture-project.xml").results}
    assert set(found.tests) == run
    assert (found.partial, found.declared, found.deselected) == (False, 4, 1)
    assert codes(evidence) == [("deselected", False)]


def test_what_could_not_be_listed_makes_a_list_partial() -> None:
    go = collected(read_path("lists/go-bad.txt"))
    assert ([key.label for key in go.errors], go.partial) == (["example.com/m/bad"], True)
    assert (go.unreliable, go.modules) == (
        ("example.com/m/bad",),
        ("example.com/m", "example.com/m/none", "example.com/m/sub"),
    )
    bad = read_path("lists/playwright-bad.json")
    assert ([key.label for key in collected(bad).errors], collected(bad).partial) == (["bad.spec.js"], True)
    assert ("list-empty", True) in codes(bad)
    built = content("lists/dotnet.txt").decode() + "/builds/shop/A.cs(3,1): error CS1002: ; expected [A.csproj]\n"
    assert collected(listed(built)).partial


def test_a_shard_of_playwright_proves_no_absence() -> None:
    whole = json.loads(content("lists/playwright.json"))
    whole["config"]["shard"] = {"current": 1, "total": 2}
    assert (collected(listed(whole)).deselected, collected(listed(whole)).partial) == (1, False)


def test_results_of_playwright_are_no_list() -> None:
    run = json.loads(content("lists/playwright.json"))
    run["suites"][0]["specs"][0]["tests"][0]["results"] = [{"status": "passed"}]
    evidence = listed(run)
    assert (evidence.state, evidence.kind) == (ReadState.REJECTED, "playwright")


PLAYWRIGHT = json.loads(content("lists/playwright.json"))
NEXTEST = json.loads(content("lists/nextest.json"))


@pytest.mark.parametrize(
    "made",
    [
        PLAYWRIGHT | {"stats": {"skipped": 11}},
        NEXTEST | {"test-count": 5},
        "# readiness list\na::b\n# 2 tests\n",
    ],
)
def test_a_count_that_disagrees_makes_a_list_partial(made: Any) -> None:
    evidence = listed(made)
    assert (collected(evidence).partial, codes(evidence)[0]) == (True, ("count-differs", False))


@pytest.mark.parametrize(
    "made",
    [
        {"kind": "ctestInfo", "tests": []},
        {"rust-suites": {}},
        {"config": {}, "suites": []},
        "# readiness list\n",
        "# readiness list\n# 0 tests\n",
        "The following Tests are available:\n",
        "BenchmarkA\nok  \tm\t0.1s\n",
    ],
)
def test_an_empty_list_proves_nothing(made: Any) -> None:
    evidence = listed(made)
    assert (collected(evidence).partial, collected(evidence).tests, evidence.loss) == (True, (), True)
    assert codes(evidence) == [("list-empty", True)]


@pytest.mark.parametrize(
    "made",
    [
        [{"name": "a", "file": "/r/a.js"}, 3],
        [{"name": "a", "file": "/r/a.js"}, {"name": None, "file": "/r/a.js"}],
        [{"name": "a", "file": "/r/a.js"}, {"name": "b", "file": ""}],
        ["/r/a.js", None],
        {"kind": "ctestInfo", "tests": [{"name": "a"}, {}]},
        {"kind": "ctestInfo"},
        {"rust-suites": {"a": {"testcases": {"t": {"filter-match": {"status": "new word"}}}}}},
        {"rust-suites": {"a": None}},
        {"config": {}, "suites": [{"title": "a.js", "specs": [{"title": "", "tests": [{}]}]}]},
        {"config": {}, "suites": [{"title": "a.js", "specs": [{"title": "t", "tests": []}]}]},
        {"config": {}, "suites": [{"title": "a.js", "specs": [3]}]},
        "# readiness list\na::b\na::\n",
    ],
)
def test_entries_that_are_no_test_are_a_loss(made: Any) -> None:
    evidence = listed(made)
    assert (evidence.state, collected(evidence).partial, evidence.loss) == (ReadState.PARTLY, True, True)
    assert codes(evidence)[0] == ("test-unreadable", True)


def test_a_plain_list_announces_itself() -> None:
    evidence = listed("# readiness list\r\nsuite A::works\r\n\r\n# a comment\r\nalone\r\n#7::x\r\nsuite A::works\r\n")
    assert labels(collected(evidence)) == ["suite A::works", "alone", "#7::x", "suite A::works"]
    assert (collected(evidence).partial, evidence.findings) == (False, ())
    counted = listed("\ufeff# readiness list\na.py::b\nc::d::e\n# 2 tests\n")
    assert [(key.group, key.name) for key in collected(counted).tests] == [("a.py", "b"), ("c", "d::e")]
    assert collected(counted).declared == 2
    assert listed("a::b\n").state is ReadState.REJECTED


def test_a_package_in_two_lists_of_go_is_noticed() -> None:
    twice = "TestA\nok  \tm\t0.1s\n" * 2
    assert (collected(listed(twice)).partial, codes(listed(twice))) == (True, [("listed-twice", False)])


@pytest.mark.parametrize(
    "text",
    ["=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\nok  \tm\t0.1s\n", "ok  \tm\t0.1s\n", "TestA\n"],
)
def test_other_output_of_go_is_no_list(text: str) -> None:
    assert listed(text).state is ReadState.REJECTED


@pytest.mark.parametrize(
    "name", ["vitest.json", "jest.json", "playwright.json", "ctest.json", "nextest.json", "go.txt", "dotnet.txt"]
)
def test_a_list_cut_within_a_line_is_never_whole(name: str) -> None:
    whole = content(f"lists/{name}").rstrip()
    for cut in range(1, len(whole) - 1, max(1, len(whole) // 150)):
        evidence = read(whole[:-cut], name)
        ends_a_line = name.endswith(".txt") and whole[:-cut].endswith(b"\n")
        complete = evidence.collected is not None and not evidence.collected.partial and not evidence.loss
        assert not complete or ends_a_line, whole[:-cut][-60:]


MEMBERS = ["file", "name", "title", "specs", "suites", "tests", "projectName", "errors", "location", "stats", "kind"]
MEMBERS += ["testcases", "filter-match", "status", "rootDir", "shard"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(MEMBERS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(JSON, st.sampled_from(["kind", "config", "rust-suites", "array"]))
def test_whatever_stands_in_a_list_is_read_or_refused(made: Any, shape: str) -> None:
    top = {
        "kind": {"kind": "ctestInfo", "tests": made},
        "config": {"config": made, "suites": made, "errors": made, "stats": made},
        "rust-suites": {"rust-suites": {"a": made, "b": {"testcases": made}}, "test-count": made},
        "array": [made, {"file": "/a.js", "name": made}],
    }[shape]
    evidence = listed(top)
    if evidence.collected is not None:
        assert evidence.loss or evidence.collected.tests


@settings(deadline=None)
@given(
    st.text(alphabet=" \t\n:[](.#-=okTestFAIL?/0s", max_size=80),
    st.sampled_from(["# readiness list\n", "", "The following Tests are available:\n"]),
)
def test_whatever_text_follows_is_read_or_refused(text: str, head: str) -> None:
    evidence = listed(head + text)
    if evidence.collected is not None:
        assert evidence.loss or evidence.collected.tests


def test_terminals_and_byte_order_marks_change_nothing() -> None:
    text = content("lists/dotnet.txt").decode()
    for made in (text.replace("\n", "\r\n"), "\ufeff" + text, text.replace("    Pass", "\x1b[32m    Pass\x1b[0m")):
        assert collected(listed(made)).tests == collected(listed(text)).tests
    assert read(text.encode("utf-16"), "list").collected == collected(listed(text))

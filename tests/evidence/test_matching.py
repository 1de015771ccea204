"""Lists and results of one runner agree: real output of both, and what a match may never do."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.evidence.evidence_corpus import FIXTURES, read_path

from readiness.evidence import read
from readiness.evidence.matching import RULES, aligned
from readiness.evidence.nodeids import key_names
from readiness.model import CollectedList, TestKey


def labels(*, listed: str, results: str) -> tuple[list[str], list[str]]:
    """Labels of listed tests without a result, and of results that are not listed."""
    found = read_path(f"lists/{results}").results
    collected = read_path(f"lists/{listed}").collected
    assert collected is not None
    assert not collected.partial
    names = aligned(collected, {result.key: (result.file,) for result in found})
    owed = Counter(names.tests) - Counter(result.key for result in found)
    return sorted(key.label for key in owed), sorted(
        {result.key.label for result in found} - {key.label for key in names.tests}
    )


@pytest.mark.parametrize(
    ("listed", "results"),
    [
        ("pytest-8.txt", "pytest-8-loadgroup.xml"),
        ("pytest-8.txt", "pytest-8-prefix.xml"),
        ("pytest-8.txt", "pytest-8-xunit1.xml"),
        ("pytest-9.txt", "pytest-9-ctrf.json"),
        ("pytest-9.txt", "pytest-9-beacon.json"),
        ("ctest.json", "ctest.xml"),
        ("dotnet.txt", "dotnet.xml"),
    ],
)
def test_every_listed_test_has_its_result(listed: str, results: str) -> None:
    assert labels(listed=listed, results=results) == ([], [])


def test_subtests_and_skipped_tests_may_have_results_besides() -> None:
    assert labels(listed="go.txt", results="go.xml") == ([], ["example.com/m::TestA/sub_one"])
    outside = ["sum.test.js::outer > later", "sum.test.js::outer > skipped"]
    missing, besides = labels(listed="vitest.json", results="vitest.xml")
    assert (set(missing) <= {"sum.test.js::outer > inner > dup"}, besides) == (True, outside)


def test_projects_of_playwright() -> None:
    assert labels(listed="playwright.json", results="playwright-named.xml") == ([], [])
    collected = read_path("lists/playwright.json").collected
    assert collected is not None
    assert Counter(collected.hosts) == {"chromium": 5, "firefox": 5}
    assert Counter(key.label for key in collected.tests) == {
        "a.spec.js::top": 2,
        "a.spec.js::outer › inner › deep": 2,
        "a.spec.js::outer › mid @tag": 2,
        "a.spec.js::outer › sk": 2,
        "sub/b.spec.js::b": 2,
    }


def test_a_listed_file_has_run_where_a_result_names_it() -> None:
    assert labels(listed="jest.json", results="jest-file.xml")[0] == []
    assert labels(listed="jest.json", results="jest-bare.xml")[0] == ["a.test.js", "sub/b.test.js"]
    collected = read_path("lists/jest.json").collected
    assert collected is not None
    found = {
        TestKey("tests", "", "shop/a.test.js", "y"): (),
        TestKey("tests", "", "cart", "z"): ("", "src\\other.test.js"),
    }
    assert [key.label for key in aligned(collected, found).tests] == ["shop/a.test.js::y", "shop/sub/b.test.js"]


def spelled(runner: str, listed: list[str], found: list[str], **more: str) -> list[str]:
    """The labels of a list in the spelling of results; labels are parted at `|`."""
    collected = CollectedList(tests=tuple(key(one) for one in listed), runner=runner, **more)  # type: ignore[arg-type]
    return [f"{one.group}|{one.name}" for one in aligned(collected, {key(one): () for one in found}).tests]


def key(label: str) -> TestKey:
    """Key of `group|name`."""
    group, _, name = label.rpartition("|")
    return TestKey("tests", "", group, name)


@pytest.mark.parametrize(
    ("listed", "found", "expected"),
    [
        (["t.m|a", "t.m|b"], ["t.m|a@db", "t.m|b"], ["t.m|a@db", "t.m|b"]),
        (["t.m|p[a@b]"], ["t.m|p[a@b]@x@y"], ["t.m|p[a@b]@x@y"]),
        # A name that is listed itself is no group's spelling of another.
        (["t.m|mail", "t.m|mail@host"], ["t.m|mail@host"], ["t.m|mail", "t.m|mail@host"]),
        (["t.m|mail"], ["t.m|mail", "t.m|mail@host"], ["t.m|mail"]),
        # Two listed tests that one result may stand for: neither has it.
        (["t.m|a", "t.m|a@x"], ["t.m|a@x@y"], ["t.m|a", "t.m|a@x"]),
        (["t.m|a"], ["linux.t.m|a"], ["linux.t.m|a"]),
        (["t.m|a", "t.m|b"], ["py3.11.t.m|a"], ["py3.11.t.m|a", "py3.11.t.m|b"]),
        (["t.m|a"], ["linux.t.m|a@db", "linux|t.skipped"], ["linux.t.m|a@db"]),
        # Two prefixes, a result without, a result that is not listed: no prefix.
        (["t.m|a"], ["linux.t.m|a", "mac.t.m|a"], ["t.m|a"]),
        (["t.m|a", "t.m|b"], ["linux.t.m|a", "t.m|b"], ["t.m|a", "t.m|b"]),
        (["t.m|a"], ["other.t.m|a", "other.t.m|c"], ["t.m|a"]),
        (["a.m|t", "b.a.m|t"], ["b.a.m|t"], ["a.m|t", "b.a.m|t"]),
        (["t.m|a"], ["t.n|b"], ["t.m|a"]),
        (["app.[id].m|t[x]"], ["pytest|app/[id]/m.py::t[x]"], ["pytest|app/[id]/m.py::t[x]"]),
        (["app.[id].m.K|t"], ["pytest|app.[id]/m.py::K::t@db"], ["pytest|app.[id]/m.py::K::t@db"]),
        (["d.a.ipynb|unnamed test"], ["d.a.ipynb|unnamed test"], ["d.a.ipynb|unnamed test"]),
    ],
)
def test_pytest(listed: list[str], found: list[str], expected: list[str]) -> None:
    assert spelled("pytest", listed, found) == expected


def test_other_runners_have_no_groups_and_no_prefix() -> None:
    for runner in ("vitest", "go", "ctest", "nextest", "plain"):
        assert spelled(runner, ["m|mail"], ["m|mail@host"]) == ["m|mail"]
        assert spelled(runner, ["t.m|a"], ["linux.t.m|a"]) == ["t.m|a"]


def test_a_prefix_stands_before_what_the_list_says_of_modules_too() -> None:
    collected = CollectedList(
        tests=(key("t.m|a"),), errors=(key("|t.bad"),), unreliable=("t.bad",), modules=("t.m",), partial=True
    )
    found = aligned(collected, {key("linux.t.m|a"): (), key("linux|t.bad"): ()})
    assert found.errors == (key("linux|t.bad"),)
    assert (found.unreliable, found.modules) == (("linux.t.bad",), ("linux.t.m",))


def test_files_are_found_below_one_root() -> None:
    folder = "/builds/shop/src"
    assert spelled("vitest", ["a.js|t", "b.js|t"], ["src/a.js|t"], folder=folder) == ["src/a.js|t", "src/b.js|t"]
    assert spelled("vitest", ["a.js|t"], ["/builds/shop/src/a.js|t"], folder=folder) == ["/builds/shop/src/a.js|t"]
    assert spelled("vitest", ["a.js|t"], ["lib/a.js|t"], folder=folder) == ["a.js|t"]


def test_methods_without_a_class_are_given_results_one_by_one() -> None:
    assert spelled("dotnet", ["|Pass", "|Pass", "|Fail"], ["A|Pass", "B|Pass"]) == ["A|Pass", "B|Pass", "|Fail"]
    assert spelled("dotnet", ["|Pass"], ["A|Pass", "B|Pass"]) == ["|Pass"]
    assert spelled("dotnet", ["|Pass", "|Pass"], ["B|Pass"]) == ["B|Pass", "|Pass"]
    assert spelled("dotnet", ["N.A|Pass", "|Pass"], ["N.A|Pass"]) == ["N.A|Pass", "|Pass"]


def test_results_tell_where_a_class_of_a_plain_list_ends() -> None:
    assert spelled("plain", ["shop|basic::t::x"], ["shop::basic|t::x"]) == ["shop::basic|t::x"]
    assert spelled("plain", ["top|t"], [" top|t"]) == [" top|t"]


PARTS = st.sampled_from(["a", "b", "t", "a@b", "t[x]", "t[a@b]", "m", "x.m", "unnamed test", "app/[id]/m.py::t"])
NAMES = st.tuples(st.sampled_from(["", "m", "a.m", "linux.m", "linux", "t.m", "app.[id].m"]), PARTS)


@settings(deadline=None)
@given(st.sampled_from(sorted({*RULES, "go"})), st.lists(NAMES, min_size=1, max_size=8), st.sets(NAMES, max_size=8))
def test_a_result_never_stands_for_two_listed_tests(
    runner: str, listed: list[tuple[str, str]], found: set[tuple[str, str]]
) -> None:
    """Of every result there are as many listed tests as before, or one where it was not listed."""
    collected = CollectedList(tests=tuple(TestKey("tests", "", *names) for names in listed), runner=runner)
    names = aligned(collected, {TestKey("tests", "", *one): () for one in found})
    assert len(names.tests) == len(listed)
    distinct = dict(zip(names.tests, collected.tests, strict=True))
    for spelled_as, before in zip(names.tests, collected.tests, strict=True):
        if before[2:4] in found:
            assert spelled_as == before
        assert distinct[spelled_as] == before, "two different listed tests share a result"


FILES = ["test_a.py", "t/test_a.py", "t/sub/test_b.py", "app/[id]/test_m.py", "t/linux/test_a.py", "linux/t/test_a.py"]
TAILS = ["t", "u", "T::t", "T::U::t", "t[x]", "t[a@b]", "t[a::b[c]", "u[@]", ""]
NODES = st.sets(st.builds("::".join, st.tuples(st.sampled_from(FILES), st.sampled_from(TAILS))), min_size=1, max_size=9)


def written(node: str, group: str, prefix: str, *, old: bool) -> tuple[str, str]:
    """Class and name that pytest's JUnit report gives a node, after its documented rules."""
    node += f"@{group}" if group else ""
    path, tail = node.split("::", 1)
    bracket = tail.find("[")
    if old and "[" in path:
        names = [path[: path.index("[")].replace("/", ".") + node[path.index("[") :]]
    else:
        plain, parameters = (tail[:bracket], tail[bracket:]) if bracket >= 0 else (tail, "")
        *classes, last = plain.split("::")
        names = [path.removesuffix(".py").replace("/", "."), *classes, last + parameters]
    *above, name = [prefix, *names] if prefix else names
    return ".".join(above) or "pytest", name or "unnamed test"


@settings(deadline=None)
@given(NODES, st.data(), st.sampled_from(["", "linux", "py3.11"]), st.booleans())
def test_what_pytest_ran_has_a_result_and_nothing_else(
    nodes: set[str], data: st.DataObject, prefix: str, old: bool
) -> None:
    """Whatever is switched on, no test that did not run is taken for one that did.

    A folder that is called like the prefix is the one thing that nothing can tell from it.
    """
    nodes = {node for node in nodes if not prefix or not node.startswith(prefix)} or {"test_a.py::t"}
    ran = data.draw(st.sets(st.sampled_from(sorted(nodes))))
    groups = {node: data.draw(st.sampled_from(["", "db", "g@1"])) for node in ran}
    found = {TestKey("tests", "", *written(node, groups[node], prefix, old=old)): () for node in ran}
    ids = sorted(nodes)
    listed = tuple(TestKey("tests", "", *key_names(node)) for node in ids)
    names = aligned(CollectedList(tests=listed), found).tests
    shown = {node for node, key in zip(ids, names, strict=True) if key in found}
    assert shown == ran


@settings(deadline=None)
@given(st.lists(NAMES, max_size=8), st.sets(NAMES, max_size=8))
def test_results_of_other_variants_are_passed_over(listed: list[tuple[str, str]], found: set[tuple[str, str]]) -> None:
    collected = CollectedList(tests=tuple(TestKey("tests", "", *names) for names in listed))
    assert aligned(collected, {TestKey("tests", "linux", *one): () for one in found}) == collected


@pytest.mark.parametrize(
    ("listed", "results", "tests"),
    [
        ("20-xdist-loadgroup-list.txt", "20-xdist-loadgroup-results.xml", 2),
        ("21-folder-with-brackets-list.txt", "21-folder-with-brackets-results.xml", 1),
    ],
)
def test_faults(listed: str, results: str, tests: int) -> None:
    folder = FIXTURES / "lists"
    collected = read((folder / listed).read_bytes(), listed).collected
    found = {result.key for result in read((folder / results).read_bytes(), results).results}
    assert collected is not None
    assert set(aligned(collected, dict.fromkeys(found, ())).tests) == found
    assert len(found) == tests


def test_an_item_without_a_name() -> None:
    evidence = read(b"docs/a.ipynb::\ntests/test_a.py::test_a\n\n2 tests collected in 0.01s\n", "list.txt")
    assert evidence.collected is not None
    assert [one.label for one in evidence.collected.tests] == ["docs.a.ipynb::unnamed test", "tests.test_a::test_a"]
    assert (evidence.collected.partial, evidence.findings) == (False, ())
    assert key_names("docs/a.ipynb::") == ("docs.a.ipynb", "unnamed test")

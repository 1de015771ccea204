"""Different tests never merge into one key, counted on the whole corpus; the order of files does not matter."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import pytest
from readiness.evidence.shards import merge_files
from tests.evidence.evidence_corpus import content, read_path, rows

from readiness.model import Detail, Outcome, ReadState, TestKey, TestResult

READ = [
    row["path"] for row in rows() if read_path(row["path"]).state is ReadState.READ and read_path(row["path"]).cases
]

MERGED = {
    "flaky/duplicate-testcases-fail-error-pass.xml": (2, "three attempts of one test, with one file and line"),
    "jest/large-4239.xml": (97, "test.each and repeated titles: Jest writes nothing that tells them apart"),
    "mocha/xunit-latex-utensils.xml": (8, "repeated titles in one suite: Mocha writes nothing that tells them apart"),
    "testng/retry-UTC-timestamp.xml": (1, "a retry written as skipped, then failed"),
    "kubernetes/sonobuoy-e2e-declares-5-has-710.xml": (5, "exact repeats of one line of Ginkgo"),
    "attributes/time-negative.xml": (1, "two cases alike in everything"),
}
"""All cases of the corpus that share a key with another: how many keys fewer than cases, and why."""


@pytest.mark.parametrize("path", READ)
def test_cases_that_merge_are_known(path: str) -> None:
    evidence = read_path(path)
    tests = [result for result in evidence.results if not result.run_level]
    assert evidence.cases - len(tests) == MERGED.get(path, (0, ""))[0]
    assert len({result.key for result in evidence.results}) == len(evidence.results)


@pytest.mark.parametrize("path", [path for path in READ if read_path(path).kind == "junit"])
def test_what_merges_is_alike_in_everything_the_file_says(path: str) -> None:
    """Counted on a tree of our own: suites around it, host, class and name; a nameless case is one of its own."""
    text = content(path).decode("utf-8-sig").partition("?>")[2] or content(path).decode("utf-8-sig")
    identities: Counter[tuple[str, ...]] = Counter()
    stack: list[tuple[Element, tuple[str, ...], str]] = [(fromstring(text.encode()), (), "")]
    nameless = 0
    while stack:
        element, path_of_names, host = stack.pop()
        for child in element:
            if child.tag == "testsuite":
                named = (*path_of_names, child.get("name", "")), child.get("hostname") or host
                stack.append((child, *named))
            elif child.tag == "testcase":
                host_here = element.get("hostname") or host
                own = element.get("name", "") if element.tag == "testsuite" and not path_of_names else ""
                identity = (*path_of_names, own, host_here, child.get("classname", ""), child.get("name", ""))
                identities[identity] += bool(child.get("name"))
                nameless += not child.get("name")
    distinct = sum(count > 0 for count in identities.values()) + nameless
    assert distinct == sum(not result.run_level for result in read_path(path).results)


def result(outcome: Outcome, name: str = "t", **more: object) -> TestResult:
    """A result of a shard."""
    details = () if outcome is Outcome.PASSED else (Detail(outcome.value, "", str(more), ""),)
    return replace(TestResult(TestKey("tests", "", "g", name), outcome, 0.1, details, place="line 1"), **more)


def test_the_order_of_files_does_not_matter() -> None:
    shards = [
        (
            "a.xml",
            [result(Outcome.PASSED), result(Outcome.FAILED, "u", file="x"), result(Outcome.ERROR, run_level=True)],
        ),
        ("a.xml", [result(Outcome.FAILED, time_s=0.2), result(Outcome.FAILED, "u", file="y")]),
        ("b.xml", [result(Outcome.FAILED, time_s=0.3), result(Outcome.SKIPPED, "v")]),
        ("c.xml", [result(Outcome.FLAKY), result(Outcome.PASSED, "v"), result(Outcome.FAILED, run_level=True)]),
    ]
    merged = {tuple(sorted(map(repr, merge_files(order)))) for order in itertools.permutations(shards)}
    assert len(merged) == 1
    outcomes = {found.key.name: found.outcome for _, found in merge_files(shards) if not found.run_level}
    assert outcomes == {"t": Outcome.FAILED, "u": Outcome.FAILED, "v": Outcome.PASSED}


def test_the_order_of_real_files_does_not_matter() -> None:
    files = [(path, read_path(path).results) for path in READ[:12]] * 2
    first = {repr(entry) for entry in merge_files(files)}
    shuffler = random.Random(1)
    for _ in range(5):
        shuffler.shuffle(files)
        assert {repr(entry) for entry in merge_files(files)} == first

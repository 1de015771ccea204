"""Real runners, really run, with an accident each; what is expected is what the runner printed beside its report."""

from __future__ import annotations

import pytest
from tests.evidence.evidence_corpus import content, outcomes, read_path

from readiness.evidence import read

ACCIDENTS = {
    # Errors 1 error: Worker exited unexpectedly, in the fifth of six tests; exit code 1.
    "vitest-worker-died": ({"passed": 4, "error": 2}, {"session-incomplete"}),
    # 3 passed, 1 rerun
    "pytest-reruns": ({"passed": 2, "flaky": 1}, set()),
    # 1 failed, 2 passed, 2 rerun
    "pytest-reruns-all-failed": ({"passed": 2, "failed": 1}, set()),
    # 1 passing, 1 failing, of one test
    "mocha-failed-after-it-passed": ({"failed": 1}, set()),
    # DONE 2 runs, 15 tests, 1 skipped, 1 failure, and exit code 0
    "gotestsum-rerun-fails": ({"passed": 12, "flaky": 1, "skipped": 1}, set()),
    # cancelled 11, skipped 1, pass 3
    "node-20-hook-failed": ({"passed": 3, "failed": 11, "skipped": 1}, set()),
    # 4 passed; F: SetUpTestSuite or TearDownTestSuite failed: its four tests did not run
    "gtest-set-up-failed": ({"passed": 4, "skipped": 5}, {"session-incomplete"}),
    "gtest-good": ({"passed": 7, "skipped": 2}, set()),
    # Ran 10 tests: failures=1, skipped=1
    "unittest-subtest-failed": ({"passed": 8, "failed": 1, "skipped": 1}, set()),
    # 1..7, all ok, one of them in its second try
    "bats-retries": ({"passed": 5, "flaky": 1, "skipped": 1}, set()),
    # pass 1, fail 1: a test that failed after its subtests is in a comment alone
    "node-20-subtests": ({"passed": 1}, {"failures-missing"}),
}


@pytest.mark.parametrize("name", ACCIDENTS)
def test_every_number_is_the_runners(name: str) -> None:
    evidence = read_path(f"accidents/{name}.xml")
    expected, lost = ACCIDENTS[name]
    assert outcomes(evidence) == expected
    assert {finding.code for finding in evidence.findings if finding.loss} == lost


def test_a_test_that_was_run_again_says_how_often_and_why() -> None:
    results = {result.key.name: result for result in read_path("accidents/gotestsum-rerun-fails.xml").results}
    assert results["TestFlaky"].attempts == 2
    assert "first" in results["TestFlaky"].details[0].text
    (failed,) = (one for one in read_path("accidents/pytest-reruns-all-failed.xml").results if one.attempts > 1)
    assert (failed.attempts, [detail.kind for detail in failed.details]) == (3, ["failure", "rerun", "rerun"])


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("pytest-reruns", ('tests="3"', 'tests="4"'), {"passed": 4}),  # a subtest, or one name in two files
        ("mocha-failed-after-it-passed", ('tests="1"', 'tests="2"'), {"passed": 1, "failed": 1}),  # two of one title
        ("gotestsum-rerun-fails", ("TestFlaky", "TestSame"), {"passed": 13, "failed": 1, "skipped": 1}),  # -count=2
    ],
)
def test_what_may_be_two_tests_stays_two(name: str, change: tuple[str, str], expected: dict[str, int]) -> None:
    written = content(f"accidents/{name}.xml").replace(change[0].encode(), change[1].encode())
    assert outcomes(read(written, "")) == expected


def test_type_tests_of_vitest_take_no_time() -> None:
    """`Test Files 1 passed, Tests 2 passed`, with `--typecheck`."""
    declared = (
        'timestamp="2026-11-30T00:31:29.278Z" hostname="h" tests="1" failures="0" errors="0" skipped="0" time="0"'
    )
    case = '<testcase classname="d/x.test-d.ts" name="types" time="0"></testcase>'
    written = (
        f'<testsuites name="vitest tests"><testsuite name="d/x.test-d.ts" {declared}>{case}</testsuite></testsuites>'
    )
    assert outcomes(read(written.encode(), "")) == {"passed": 1}
    other = read(written.replace("-d.ts", ".ts").encode(), "")
    assert (outcomes(other), other.loss) == ({"error": 1}, True)


def test_the_moment_of_a_run_is_no_part_of_a_suites_name() -> None:
    suites = {result.suite for result in read_path("accidents/unittest-good.xml").results}
    assert suites == {"a.test_m.T", "b.test_m.T"}

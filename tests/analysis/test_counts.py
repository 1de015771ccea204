"""Counts and rates by arithmetic by hand; what was expected, and what is missing from it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from tests.scenario import Run, collected, junit, names, story

from readiness import numbers
from readiness.analysis import Basis, Counts

SEED = ["pass"] * 176 + ["fail boom"] * 10 + ["skip no card"] * 7
"""The report that this project grew from: 649 tests, 176 passed, 10 failed, 7 skipped."""


def seed() -> str:
    tests = [f"t{number} {outcome}" for number, outcome in enumerate(SEED)]
    return ", ".join(tests) + " | " + " ".join(f"t{number}" for number in range(649))


def test_the_seed_report(tmp_path: Path) -> None:
    (found,) = story(tmp_path, seed())
    counts = found.facts.counts
    assert (counts.passed, counts.failed, counts.error, counts.skipped, counts.flaky) == (176, 10, 0, 7, 0)
    assert (counts.expected, counts.not_run, counts.executed, counts.with_result) == (649, 456, 186, 193)
    assert (counts.failures, counts.run_errors, counts.vanished) == (10, 0, 0)
    rates = (counts.completion, counts.pass_rate, counts.success_rate, counts.execution)
    assert rates == (Fraction(193, 649), Fraction(176, 186), Fraction(176, 649), Fraction(186, 649))
    assert [numbers.percent(rate * 100) for rate in rates] == ["29.7 %", "94.6 %", "27.1 %", "28.6 %"]
    assert found.verdict.word.value == "BLOCKED"


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Fraction(1), "100 %"),
        (Fraction(9996, 10000), "99.9 %"),
        (Fraction(99999, 100000), "99.9 %"),
        (Fraction(95, 100), "95 %"),
        (Fraction(949, 1000), "94.9 %"),
        (Fraction(0), "0 %"),
        (Fraction(1, 3), "33.3 %"),
    ],
)
def test_a_percentage_is_never_rounded_up(rate: Fraction, text: str) -> None:
    assert numbers.percent(rate * 100) == text


def test_every_kind_of_outcome(tmp_path: Path) -> None:
    suite = b'<testsuite name="build"><error message="compiler"/></testsuite>'
    results = "a pass, b pass, c fail x, d error y, e skip z, f flaky w | a b c d e f g h"
    (found,) = story(tmp_path, Run(results, files={"build.xml": suite}))
    counts = found.facts.counts
    assert counts == Counts(passed=2, flaky=1, failed=1, error=1, skipped=1, not_run=2, run_errors=1)
    assert (counts.executed, counts.with_result, counts.expected, counts.failures) == (5, 6, 8, 3)
    assert (counts.pass_rate, counts.success_rate) == (Fraction(3, 5), Fraction(3, 8))
    assert (counts.completion, counts.execution) == (Fraction(6, 8), Fraction(5, 8))


def test_nothing_at_all_has_no_rate() -> None:
    counts = Counts(not_run=0)
    assert (counts.pass_rate, counts.success_rate, counts.completion, counts.execution) == (None,) * 4


def test_areas_add_up_to_the_whole(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a pass, shop/x fail boom, bank/y skip z | a shop/x bank/y bank/z")
    areas = {area.name: area.counts for area in found.facts.areas}
    assert areas == {
        "tests.test_app": Counts(passed=1, not_run=0),
        "tests.test_shop": Counts(failed=1, not_run=0),
        "tests.test_bank": Counts(skipped=1, not_run=1),
    }


# What was expected


def test_a_first_run_without_a_list_is_not_checked(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a pass")
    assert found.facts.basis is Basis.NONE
    assert (found.facts.counts.expected, found.facts.counts.not_run, found.facts.counts.completion) == (None,) * 3


def labels(keys: object) -> list[str]:
    return [key.label for key in keys]


@pytest.mark.parametrize(
    ("second", "not_run", "vanished"),
    [
        ("a pass, b pass, shop/x pass", [], []),
        ("a pass, shop/x pass", [], ["b"]),
        ("a pass, b pass", ["shop/x"], []),
        ("shop/x pass", ["a", "b"], []),
        ("c pass, shop/x pass", [], ["a", "b"]),
        ("a pass, b pass, shop/TestCard/new pass", ["shop/x"], []),
        ("a pass | a", [], []),
        ("a pass, b pass, shop/x pass | a b", [], []),
        ("a pass | a b", ["b"], []),
    ],
)
def test_a_missing_class_is_a_gap_and_a_missing_test_vanishes(
    second: str, not_run: list[str], vanished: list[str], tmp_path: Path
) -> None:
    found = story(tmp_path, "a pass, b pass, shop/x pass", second)[1].facts
    assert labels(found.not_run) == sorted("::".join(names(test)) for test in not_run)
    assert labels(found.vanished) == sorted("::".join(names(test)) for test in vanished)
    assert (found.counts.not_run, found.counts.vanished) == (len(not_run), len(vanished))


def test_vanished_tests_are_outside_what_is_expected(tmp_path: Path) -> None:
    found = story(tmp_path, "a pass, b pass", "a pass")[1].facts
    assert (found.counts.expected, found.counts.completion) == (1, Fraction(1))


def test_a_missing_variant_is_a_gap(tmp_path: Path) -> None:
    first, second = Run("a pass", variant="linux"), Run("a pass", variant="mac")
    found = story(tmp_path, first, second)[1].facts
    assert [(key.variant, key.name) for key in found.not_run] == [("linux", "a")]


def test_what_is_owed_stays_owed_whatever_the_runs_between_were_like(tmp_path: Path) -> None:
    runs = ["a pass, b pass", Run("a pass, d pass", files={"noise.txt": b"nothing"}), "", "a pass, c pass", "a pass"]
    found = [one.facts for one in story(tmp_path, *runs)]
    assert [[key.name for key in one.vanished] for one in found] == [[], ["b"], [], ["b", "d"], ["b", "c", "d"]]
    assert [[key.name for key in one.not_run] for one in found] == [[], [], ["a", "b", "d"], [], []]


@pytest.mark.parametrize(
    ("results", "basis"),
    [
        ("a pass | a", Basis.LIST),
        ("a pass, shop uncollected x | a !shop", Basis.PARTIAL_LIST),
        ("a pass", Basis.RUN),
    ],
)
def test_where_the_number_of_expected_tests_comes_from(results: str, basis: Basis, tmp_path: Path) -> None:
    found = story(tmp_path, "a pass", results)[1].facts
    assert found.basis is basis


def test_an_error_while_collecting_counts_once_though_both_files_tell_of_it(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a pass, shop/TestCard uncollected x | a !shop/TestCard")
    counts = found.facts.counts
    assert (counts.error, counts.with_result, counts.expected, counts.at_least) == (1, 2, 2, True)


def test_an_error_while_collecting_that_only_the_list_tells_of_is_an_error(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a pass | a !shop/TestCard")
    assert (found.facts.counts.error, found.verdict.word.value) == (1, "BLOCKED")


def test_namesakes_in_two_files_are_two_tests(tmp_path: Path) -> None:
    run = Run("a pass, b pass", files={"more.xml": junit("a fail boom, c pass"), "list.txt": collected("a b c")})
    (found,) = story(tmp_path, run)
    assert found.facts.counts == Counts(passed=3, failed=1, not_run=0)


def test_coverage_of_several_files_adds_up(tmp_path: Path) -> None:
    def xml(name: str, *hits: int) -> bytes:
        lines = "".join(f'<line number="{number}" hits="{hit}"/>' for number, hit in enumerate(hits, 1))
        inside = f'<class name="{name}" filename="{name}.py"><lines>{lines}</lines></class>'
        rates = f'line-rate="{sum(map(bool, hits)) / len(hits)}" branch-rate="0" version="7" timestamp="0"'
        package = f'<packages><package name="p"><classes>{inside}</classes></package></packages>'
        return f"<coverage {rates}>{package}</coverage>".encode()

    run = Run("a pass", files={"one.xml": xml("one", 1, 0, 2), "two.xml": xml("two", 0)})
    (found,) = story(tmp_path, run)
    assert (found.facts.coverage.lines_covered, found.facts.coverage.lines_valid) == (2, 4)


# What changed


def test_comparison_with_the_run_before(tmp_path: Path) -> None:
    before = (
        "same pass, broke pass, still fail x, mended fail x, hidden fail x, lost fail x, gone pass, off pass, no skip"
    )
    after = (
        "same pass, broke fail y, still error z, mended flaky x, hidden skip q, new pass, bad fail y, off skip, no skip"
    )
    comparison = story(tmp_path, before, after)[1].facts.comparison
    lists = {name: keys for name, keys in vars(comparison).items() if isinstance(keys, tuple)}
    found = {name: [key.name for key in keys] for name, keys in lists.items()}
    assert found == {
        "newly_failing": ["bad", "broke"],
        "still_failing": ["still"],
        "fixed": ["mended"],
        "failing_unseen": ["hidden", "lost"],
        "new": ["bad", "new"],
        "removed": ["gone", "lost"],
        "not_run": [],
        "run_again": [],
        "newly_skipped": ["hidden", "off"],
        "slower": [],
    }


def test_a_first_run_has_nothing_to_compare_with(tmp_path: Path) -> None:
    (found,) = story(tmp_path, "a fail boom")
    assert found.facts.comparison is None
    assert len(found.opened) == 1


# Areas


AREAS = """
areas:
  - {name: Cards, tests: ["*::card[*", "tests.test_shop.TestCard::*"], owner: kim}
  - {name: Shop, tests: ["tests.test_shop*"]}
  - {name: One letter, tests: ["tests.test_app::?"]}
  - {name: Brackets, tests: ["*[a-c]"]}
"""


@pytest.mark.parametrize(
    ("test", "area"),
    [
        ("shop/x", "Shop"),
        ("shop/TestCard/x", "Cards"),
        ("shop/card[1]", "Cards"),
        ("shop/card", "Shop"),
        ("a", "One letter"),
        ("ab", "Unassigned"),
        ("x[a-c]", "Brackets"),
        ("xb", "Unassigned"),
        ("xx[b]", "Unassigned"),
        ("bank/x.y", "Unassigned"),
        ("tests_test_shop/x", "Unassigned"),
    ],
)
def test_the_first_area_that_matches_wins(test: str, area: str, tmp_path: Path) -> None:
    (found,) = story(tmp_path, f"{test} fail boom", policy=AREAS)
    assert list(found.facts.area_of.values()) == [area]
    (blocker,) = found.blockers.values()
    assert (blocker.area, blocker.owner) == (area, "kim" if area == "Cards" else "")


@pytest.mark.parametrize(
    ("xml", "area"),
    [
        ('<testcase classname="tests.test_a.TestX.TestY" name="t"><failure/></testcase>', "tests.test_a"),
        ('<testcase classname="tests.test_a" name="t"><failure/></testcase>', "tests.test_a"),
        ('<testcase classname="com.acme.CartTest" name="t"><failure/></testcase>', "com.acme"),
        ('<testcase name="t"><failure/></testcase>', "pytest"),
    ],
)
def test_without_areas_the_module_is_the_area(xml: str, area: str, tmp_path: Path) -> None:
    files = {"x.xml": f'<testsuite name="pytest">{xml}</testsuite>'.encode()}
    (found,) = story(tmp_path, Run("", files=files))
    assert list(found.facts.area_of.values()) == [area]

"""What runners write of a file, package, suite or session that failed as a whole: owed until its tests have run."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from tests.evidence.evidence_corpus import content
from tests.model.test_stories import Desk
from tests.scenario import readiness, write

PYTEST = ("name", "errors", "failures", "skipped", "tests", "time", "timestamp", "hostname")
VITEST = ("name", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time")
JEST = ("name", "errors", "failures", "skipped", "timestamp", "time", "tests")
GO = ("tests", "failures", "time", "name", "timestamp")
MOCHA = ("name", "timestamp", "tests", "time", "failures")
PLAIN = ("name", "tests", "failures", "errors")
GO_VERSION = '<properties><property name="go.version" value="go1.22"/></properties>'


def case(name: str, group: str = "", said: str = "", file: str = "") -> str:
    """`said`: what makes it fail, as `failure message`."""
    element, _, message = said.partition(" ")
    inside = f"<{element} message={quoteattr(message)}>{escape(message)}</{element}>" if said else ""
    placed = f" file={quoteattr(file)}" if file else ""
    return f'<testcase classname={quoteattr(group)} name={quoteattr(name)} time="0.1"{placed}>{inside}</testcase>'


def suite(name: str, attributes: tuple[str, ...], *cases: str) -> str:
    tests = [one for one in cases if one.startswith("<testcase")]
    said = {
        "name": quoteattr(name),
        "tests": f'"{len(tests)}"',
        "failures": f'"{sum("<failure" in one for one in tests)}"',
        "errors": f'"{sum("<error" in one for one in tests)}"',
        "timestamp": '"2025-01-01T00:00:00"',
    }
    written = " ".join(f"{key}={said.get(key, quoteattr('0'))}" for key in attributes)
    return f"<testsuite {written}>{''.join(cases)}</testsuite>"


def in_pytest(*cases: str) -> str:
    return suite("pytest", PYTEST, case("test_a", "tests.test_a"), *cases)


def in_unittest(*cases: str) -> str:
    return suite("all", PLAIN, case("test_a", "tests.test_a.TestA"), *cases)


def of_vitest(*cases: str) -> str:
    return suite("src/a.test.js", VITEST, case("adds", "src/a.test.js")) + (
        suite("b.test.js", VITEST, *cases) if cases else ""
    )


def of_jest(name: str, *cases: str) -> str:
    cart = suite("cart", JEST, case("cart adds", "cart adds", file="src/cart.test.js"))
    return cart + (suite(name, JEST, *cases) if cases else "")


def of_go(*cases: str) -> str:
    return suite("x.com/a", GO, GO_VERSION, case("TestA", "x.com/a")) + (
        suite("x.com/b", GO, GO_VERSION, *cases) if cases else ""
    )


def of_mocha(*cases: str) -> str:
    return suite("Cart", MOCHA, case("Cart adds", "adds")) + (suite("Pay", MOCHA, *cases) if cases else "")


HOOK = '"before all" hook for "pays"'
TESTS_IN_B = (case("TestB", "x.com/b"), case("TestC", "x.com/b"))
NOT_IMPORTED = "error ImportError: Failed to import test module: tests.test_b"
WHOLES = {
    "Jest: a suite failed to run, tests by their file": (
        of_jest("src/pay.test.js", case("src/pay.test.js", "Test suite failed to run", "error SyntaxError")),
        of_jest("paying", case("paying pays", "paying pays", file="src/pay.test.js")),
        of_jest(""),
    ),
    "Jest: a suite failed to run, suites by their path": (
        of_jest("src/pay.test.js", case("src/pay.test.js", "Test suite failed to run", "error SyntaxError")),
        of_jest("src/pay.test.js", case("paying pays", "paying pays")),
        of_jest(""),
    ),
    "Vitest: a file that could not be imported": (
        of_vitest(case("b.test.js", "b.test.js", "failure Failed to load url")),
        of_vitest(case("pays", "b.test.js")),
        of_vitest(),
    ),
    "Vitest: a hook of a describe": (
        of_vitest(case("cards > pays", "b.test.js", "skipped"), case("cards", "b.test.js", "failure no db")),
        of_vitest(case("cards > pays", "b.test.js")),
        of_vitest(),
    ),
    "go-junit-report: build failed": (
        of_go(case("[build failed]", "x.com/b", "error Build error")),
        of_go(*TESTS_IN_B),
        of_go(),
    ),
    "go-junit-report: failed after its tests": (
        of_go(*TESTS_IN_B, case("Failure", "x.com/b", "error Runtime error")),
        of_go(*TESTS_IN_B, case("TestD", "x.com/b")),
        of_go(),
    ),
    "gotestsum: the package failed": (
        of_go(case("TestMain", "", "failure Failed")),
        of_go(*TESTS_IN_B),
        of_go(),
    ),
    "Mocha: a hook, as mocha-junit-reporter and Cypress write it": (
        of_mocha(case(f"Pay {HOOK}", HOOK, "failure no db")),
        of_mocha(case("Pay pays", "pays")),
        of_mocha(),
    ),
    "Mocha: a hook, as its own reporter writes it": (
        suite("Mocha", PLAIN, case("adds", "Cart"), case(HOOK, "Pay", "failure no db")),
        suite("Mocha", PLAIN, case("adds", "Cart"), case("pays", "Pay")),
        suite("Mocha", PLAIN, case("adds", "Cart")),
    ),
    "unittest: a module that could not be imported": (
        in_unittest(case("test_b", "unittest.loader._FailedTest", NOT_IMPORTED)),
        in_unittest(case("test_b", "tests.test_b.TestB")),
        in_unittest(),
    ),
    "unittest: setUpClass": (
        in_unittest(case("setUpClass (tests.test_b.TestB)", "unittest.suite._ErrorHolder", "error no db")),
        in_unittest(case("test_b", "tests.test_b.TestB")),
        in_unittest(),
    ),
    "pytest: an internal error": (
        in_pytest(case("internal", "pytest", "error internal error")),
        in_pytest(case("test_b", "tests.test_a")),
        None,
    ),
}


@pytest.mark.parametrize("name", WHOLES)
def test_a_whole_is_paid_by_what_lies_beneath_it_and_not_by_leaving_it_out(name: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    broken, whole, without = WHOLES[name]
    desk.archive({"a.xml": f"<testsuites>{broken}</testsuites>".encode()})
    assert desk.gate() == 1
    for written, right in ((whole, 0), (without, 3)):
        if written is not None:
            (file,) = write(tmp_path / str(right), {"a.xml": f"<testsuites>{written}</testsuites>".encode()})
            judged = readiness("gate", file, "--history", desk.history, "--policy", tmp_path / "readiness.yml")
            assert judged.exit_code == right, judged.stdout


REAL = {
    "jest-after-all": "jest-good",
    "node-20-file-failed": "node-20-good",
    "node-24-file-failed": "node-24-good",
    "phpunit-set-up-failed": "phpunit-good",
    "phpunit-tear-down-failed": "phpunit-good",
    "phpunit-provider-failed": "phpunit-good",
    "gtest-environment-failed": "gtest-good",
    "unittest-subtest-failed": "unittest-good",
    "unittest-set-up-failed": "unittest-good",
    "unittest-import-failed": "unittest-good",
}


@pytest.mark.parametrize("broken", REAL)
def test_after_an_accident_the_next_good_run_is_ready(broken: str, tmp_path: Path) -> None:
    """Reports of one suite, before and after: the same tests, and nothing is left that no run can pay."""
    desk = Desk(tmp_path)
    good = content(f"accidents/{REAL[broken]}.xml")
    for written, verdict in ((good, 0), (content(f"accidents/{broken}.xml"), 1)):
        desk.archive({"junit.xml": written})
        assert desk.gate() == verdict
    (file,) = write(tmp_path / "again", {"junit.xml": good + b"\n"})
    judged = readiness("gate", file, "--history", desk.history, "--policy", tmp_path / "readiness.yml")
    assert judged.exit_code == 0, judged.stdout


def test_a_whole_that_is_gone_for_good_is_retired_by_the_name_it_is_told_by(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    broken, _, without = WHOLES["Jest: a suite failed to run, tests by their file"]
    desk.archive({"a.xml": f"<testsuites>{broken}</testsuites>".encode()})
    desk.archive({"a.xml": f"<testsuites>{without}</testsuites>".encode()})
    assert desk.gate() == 3
    policy = ("--policy", tmp_path / "readiness.yml", "--history", desk.history)
    readiness("retire", "src/pay.test.js", "--reason", "gone", "--by", "kim", "--date", "2025-03-01", *policy)
    readiness("judge", *policy)
    assert desk.gate() == 0


def test_a_suite_that_did_not_run_is_owed_until_it_runs_or_is_retired(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    policy = ("--policy", tmp_path / "readiness.yml", "--history", desk.history)
    empty, run = suite("b.test.js", VITEST), of_vitest(case("pays", "b.test.js"))
    desk.archive({"a.xml": f"<testsuites>{of_vitest()}{empty}</testsuites>".encode()})
    assert desk.gate() == 3
    desk.archive({"a.xml": f"<testsuites>{of_vitest()}</testsuites>".encode()})
    assert desk.gate() == 3
    (file,) = write(tmp_path / "again", {"a.xml": f"<testsuites>{run}</testsuites>".encode()})
    assert readiness("gate", file, *policy).exit_code == 0
    readiness("retire", "b.test.js", "--reason", "gone", "--by", "kim", "--date", "2025-03-01", *policy)
    readiness("judge", *policy)
    assert desk.gate() == 0


def test_a_test_of_ctest_is_its_own_class_and_stands_for_nothing_else(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    other = case("Other", "Other").replace(" time", ' status="run" time')
    failed = case("MathTest", "MathTest", "failure Failed").replace(" time", ' status="fail" time')
    desk.archive({"a.xml": suite("Linux", PLAIN, other, failed).encode()})
    desk.archive({"a.xml": suite("Linux", PLAIN, other).encode()})
    assert desk.gate() == 3


NO_HOOKS = {
    "pytest: a parameter that holds one": (in_pytest, 'test_x["before all" hook]', "tests.test_a"),
    "pytest: a parameter that is one": (in_pytest, HOOK, "tests.test_a"),
    "Mocha: a title that speaks of one": (
        of_mocha,
        'Pay reports the "before all" hook',
        'reports the "before all" hook',
    ),
    "Mocha: a title that quotes one": (of_mocha, f"Pay shows {HOOK}", f"shows {HOOK}"),
    "Mocha: only its beginning": (of_mocha, '"before all" hook', "Pay"),
}


@pytest.mark.parametrize("name", NO_HOOKS)
def test_a_test_that_is_called_like_a_hook_is_paid_by_itself_alone(name: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    runner, title, group = NO_HOOKS[name]
    for failed in (case(title, group, "failure boom"), ""):
        others = runner(case("other", group), *filter(None, [failed]))
        desk.archive({"a.xml": f"<testsuites>{others}</testsuites>".encode()})
    assert desk.gate() == 3


NAMED_HOOKS = (  # as Mocha 12 writes them
    '"before all" hook: connect for "pays"',
    '"after each" hook for "pays "twice""',
    '"before all" hook in "Pay"',
    '"after all" hook in "{root}"',
)


@pytest.mark.parametrize("title", NAMED_HOOKS)
def test_a_hook_with_a_name_or_of_a_suite_is_one(title: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for name, said in ((title, "failure no db"), ("pays", "")):
        written = suite("Mocha", PLAIN, case("adds", "Cart"), case(name, "Pay", said))
        desk.archive({"a.xml": f"<testsuites>{written}</testsuites>".encode()})
    assert desk.gate() == 0


def test_a_test_of_vitest_that_shares_its_title_with_a_describe_and_is_followed_by_others_is_a_test(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    inside = case("cards > pays", "b.test.js")
    for cases in ((case("cards", "b.test.js", "failure boom"), inside), (inside,)):
        desk.archive({"a.xml": f"<testsuites>{of_vitest(*cases)}</testsuites>".encode()})
    assert desk.gate() == 3

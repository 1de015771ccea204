"""Cases that stand twice though they are one test, where what their runner declares leaves no doubt of that."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from readiness.evidence.cases import SEVERITY, ReadCase
from readiness.evidence.junit_runners import SOMETIMES
from readiness.model import Detail, Outcome

_MOCHA = ("name", "timestamp", "tests", "time", "failures")
"""Attributes of the suites of Mocha's reporter and of Cypress, in their order, without those that they leave out."""
_SUBTEST = re.compile(r"(\w+) ((?:\[.*\] )?\(.*\)|\[.*\])", re.DOTALL)
"""A subtest of unittest: the name of its test, and what it is called."""
_BEGUN = re.compile(r"begin \d+ (.+)", re.DOTALL)
"""What bats calls a test once one was tried again."""
_RETRIED = Detail("rerun", "", "an earlier attempt of this test failed; the report does not say how", "")


def told_once(cases: list[ReadCase], suite: Mapping[str, str], writer: str, declared: int) -> list[ReadCase]:
    """The cases of a suite, each test once; the same list where nothing stands twice or a doubt is left.

    pytest writes attempts that failed, of pytest-rerunfailures, like passes before the last one, and counts none of
    them: without subtests, just so many tests fewer are declared. So does Mocha with a test that passed and failed
    afterwards (`done()` called twice, an error thrown later). gotestsum's `--rerun-fails` repeats failed tests alone,
    and `-count` all of them; in a package of Go no two tests have one name. unittest-xml-reporting writes the subtests
    of a test that did not pass, and not the test. bats with `BATS_TEST_RETRIES` calls tests `begin 7 pays` from then
    on; the attempt that failed keeps the name, and looks like a pass. No file of bats holds one name twice.
    """
    if writer == "unittest":
        return _without_subtests(cases)
    if suite.get("name", "").endswith(".bats"):
        return _without_beginnings(cases)
    writer = "mocha" if tuple(name for name in suite if name not in SOMETIMES) == _MOCHA else writer
    if writer not in ("pytest", "mocha", "go") or (writer != "go" and declared >= len(cases)):
        return cases
    named, uncounted = _by_name(cases, writer)
    again = [same for same in named if len(same) > 1]
    earlier = [case for *first, _ in again for case in first]
    if {case.outcome for case in earlier} != {Outcome.FAILED if writer == "go" else Outcome.PASSED}:
        return cases
    if len(again) == len(named) if writer == "go" else len(cases) - uncounted - declared != len(earlier):
        return cases
    if writer != "mocha":
        for *attempts, last in again:
            _retried(last, attempts)
    elif any(len(same) > 2 or not same[1].outcome.failing for same in again):
        return cases
    gone = set(map(id, earlier))
    return [case for case in cases if id(case) not in gone]


def _without_subtests(cases: list[ReadCase]) -> list[ReadCase]:
    """Subtests become their test: the worst of them decides, and what each says is kept."""
    tests: dict[tuple[str, str], ReadCase] = {}
    once = []
    for case in cases:
        found = _SUBTEST.fullmatch(case.name)
        if found:
            case.name = found[1]
            case.details = tuple(one._replace(text=f"{found[2]}\n{one.text}".strip()) for one in case.details)
        test = tests.setdefault((case.group, case.name), case)
        if test is case or not found:
            once.append(case)
            continue
        worst, other = sorted((test, case), key=lambda one: -SEVERITY[one.outcome])
        test.outcome, test.details = worst.outcome, (*worst.details, *other.details)
        test.bad_elements += case.bad_elements
    return once


def _without_beginnings(cases: list[ReadCase]) -> list[ReadCase]:
    """Tests of bats by their own names, the last attempt of each."""
    once: dict[str, ReadCase] = {}
    for case in cases:
        if begun := _BEGUN.fullmatch(case.name):
            case.name = begun[1]
            if earlier := once.pop(case.name, None):
                _retried(case, [earlier])
        once[f"{case.name}\n{len(once)}" if case.name in once else case.name] = case
    return [*once.values()]


def _by_name(cases: Iterable[ReadCase], writer: str) -> tuple[list[list[ReadCase]], int]:
    """The cases of each name, and how many others there are that their runner does not count as tests."""
    named: dict[tuple[str, str, str], list[ReadCase]] = defaultdict(list)
    uncounted = 0
    for case in cases:
        same = named[case.group, case.name, case.file]
        after = case.teardown and same and same[-1].outcome is Outcome.FAILED  # of a test that pytest has written
        if after or (case.collection and writer == "mocha"):
            uncounted += 1
        else:
            same.append(case)
    return [same for same in named.values() if same], uncounted


def _retried(last: ReadCase, attempts: list[ReadCase]) -> None:
    """Make the last attempt the test's result; what the earlier ones said is kept."""
    said = [detail._replace(kind="rerun") for case in attempts for detail in case.details]
    last.details = (*last.details, *(said or [_RETRIED] * len(attempts)))
    last.reruns += len(attempts)
    if last.outcome is Outcome.PASSED:
        last.outcome = Outcome.FLAKY

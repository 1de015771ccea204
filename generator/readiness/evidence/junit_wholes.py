"""Cases that are no test: they say how a class, file, package, suite or session fared as a whole, by runner."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from readiness.evidence.cases import SEPARATOR, ReadCase
from readiness.model import Outcome

DID_NOT_PASS = (Outcome.ERROR, Outcome.FAILED, Outcome.SKIPPED)
CLASS = "(class)"
"""Name of a case that stands for its class and has none of its own: Surefire's of a failed `@BeforeAll`."""
_FOR_THE_CLASS = frozenset(
    {CLASS, "initializationError", "executionError", "classMethod", "[build failed]", "[setup failed]"}
    | {"setUpBeforeClass", "tearDownAfterClass"}
)
"""What JUnit, Gradle, Ant, go-junit-report and PHPUnit call what failed or was skipped before or after all tests."""
_CLASS_NAME = re.compile(r"(\w+\.)*[A-Z][\w$]*")
_DESCRIBE = " (describe)"
"""Joins the title of a `describe` of Vitest whose hook failed."""
_HOOK = re.compile(r'"(?:before|after) (?:all|each)" hook\b')
"""How Mocha's title of a hook that failed begins, behind those of its suites or not."""
_WHOLE_HOOK = re.compile(_HOOK.pattern + r'(?:: .*?)? (?:for|in) "')
"""The same with the name of the hook's function and what it was for, `hook: connect for "pays"`, up to the title."""
_ROOT_SUITE = "Root Suite"
"""What Mocha's reporter calls the suite of what stands in none."""
_HOOK_OF_JEST = "Test execution failure: could be caused by test hooks like 'afterAll'."
"""What jest-junit calls a case of its own, for what failed outside the tests of a file."""
_FILE_FAILED = ("testCodeFailure", "test failed")
"""Type and message of what `node --test` writes for a file whose process failed: it could not be loaded, or died."""
_PATH_OF_JS = re.compile(r"(/|[A-Za-z]:\\).+\.[cm]?[jt]sx?")
_OF_GTEST = "NonTestSuiteFailure"
"""What GoogleTest calls what failed outside all suites: in an `Environment`."""
_NO_DATA = "Error"
"""What PHPUnit calls the case of a data provider that failed."""
_FIXTURE = re.compile(r"\w+ \((.+)\)")
"""How unittest calls a `setUpClass` or `setUpModule` that failed."""
_NOT_IMPORTED = re.compile(r"Failed to import test module: (\S+)")


class Whole(NamedTuple):
    """Where a case that stands for more than itself belongs, and what it is called there."""

    group: str
    name: str


def stands_for_class(name: str, group: str) -> bool:
    """True for the name of a case that says how its whole class fared, and not a test of it.

    Some runners write the class's own name there.
    """
    return name in _FOR_THE_CLASS or (name == group and _CLASS_NAME.fullmatch(name) is not None)


def stands_for_group(name: str, group: str) -> bool:
    """True where a case that stands for more than itself does so for its group, and not for what it is called."""
    return (
        stands_for_class(name, group)
        or name in (group, _HOOK_OF_JEST)
        or name.endswith(_DESCRIBE)
        or _HOOK.search(name) is not None
        or (not group and (name == _OF_GTEST or _PATH_OF_JS.fullmatch(name) is not None))
    )


def whole_of(case: ReadCase, name: str, classname: str, writer: str) -> Whole | None:
    """What a case that did not pass stands for, as its runner writes it; None for a test.

    The tests of a file or suite may have other classes: they are found by their file and suite.
    """
    inside = SEPARATOR.join(case.home.path)
    if not name:
        return Whole("", _OF_GTEST) if inside == _OF_GTEST else None
    if classname == "Test suite failed to run" or (writer == "vitest" and name == classname):  # Jest's and Vitest's
        return Whole(name, name)  # the file
    if name.endswith(_HOOK_OF_JEST):  # behind the class, as its template says
        return Whole(inside, _HOOK_OF_JEST)
    if not writer and case.details[0][1:3] == _FILE_FAILED:
        return Whole(case.file, case.file or name)  # before Node 22 tests name no file: all that ran
    if not classname and _of_data_sets(name, case.home.path):
        return Whole("", SEPARATOR.join((*case.home.path, name)) if name != _NO_DATA else inside)
    if writer == "go" and name == "TestMain" and classname in ("", "."):  # gotestsum's: tests have a class
        return Whole(inside, inside)
    if writer == "go" and name == "Failure" and case.details[0].message == "Runtime error":  # go-junit-report's
        return Whole(classname, classname)
    if writer == "pytest" and (classname, name) == ("pytest", "internal"):
        return Whole(inside, inside)
    holder = classname or (writer == "unittest" and inside)
    if holder == "unittest.suite._ErrorHolder" and (found := _FIXTURE.fullmatch(name)):
        return Whole("", found[1])
    if f"{classname}.".startswith("unittest.loader._FailedTest."):  # the name is the last part of the module's alone
        said = (_NOT_IMPORTED.search(text) for detail in case.details for text in (detail.message, detail.text))
        return Whole("", next((found[1] for found in said if found), name))
    if not writer and (_is_hook(name) or (_is_hook(classname) and name.endswith(classname))):
        at_root = case.home.path[-1:] == (_ROOT_SUITE,)
        return Whole(classname if not _HOOK.search(classname) else "" if at_root else inside, name)
    return None


def _of_data_sets(name: str, path: Sequence[str]) -> bool:
    """True for what PHPUnit writes of a test with data sets as a whole: that its provider failed, or its class did.

    Where they run, they have a suite of their own, `CartTest::testPays`, in that of their class.
    """
    within = path[-1] if path else ""
    return "::" in within if name == _NO_DATA else bool(within) and name.startswith(within + "::")


def _is_hook(title: str) -> bool:
    """True for the whole title of a hook of Mocha, and not for one that only speaks of hooks."""
    return title.endswith('"') and _WHOLE_HOOK.match(title) is not None


def mark_describes(cases: Sequence[ReadCase]) -> None:
    """Mark what Vitest writes of a `describe` whose hook failed: a case of its title beside the tests inside it.

    It does not say inside which others the `describe` is: it stands for all tests of the file. Vitest writes these
    behind all tests: a test of that title that others follow is none.
    """
    titles = {title for case in cases for title in case.name.split(SEPARATOR)[:-1]}
    for case in reversed(cases):
        if not case.outcome.failing or not (case.collection or case.name in titles):
            break
        if case.name in titles:
            case.name, case.collection = case.name + _DESCRIBE, True

"""21 releases of attrs against tables counted by hand: counts, verdicts, and the life of every failure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from readiness import phrases
from readiness.archive import Archive, verify
from readiness.assessment import Assessment, BlockerState, Kind, MemberState, changes, to_ready

README = Path(__file__).resolve().parents[3] / "shared" / "real-runs" / "README.md"
READY = {"22.1.0", "22.2.0", "24.1.0"}
STANDING = (BlockerState.OPEN, BlockerState.REOPENED)


@dataclass(frozen=True)
class Row:
    """A line of the table of releases."""

    version: str
    counts: tuple[int, ...]
    """Tests, passed, failed, errors, skipped."""
    changed: str


def _cells(heading: str) -> list[list[str]]:
    lines = README.read_text(encoding="utf-8").split(heading, 1)[1].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|"))
    table = lines[start + 2 :]
    end = next((number for number, line in enumerate(table) if not line.startswith("|")), len(table))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[:end]]


@cache
def rows() -> dict[str, Row]:
    found = {}
    for version, _, *numbers in _cells("## The runs"):
        counts = tuple(int(number.split()[0]) for number in numbers[:5])
        found[version] = Row(version, counts, numbers[-1])
    return found


@cache
def failing() -> dict[str, set[str]]:
    """Release -> labels of the tests that fail in it."""
    versions = list(rows())
    found: dict[str, set[str]] = {version: set() for version in versions}
    for label, _, span in _cells("Every test that did not pass anywhere"):
        first, last, count = re.fullmatch(r"(\S+?)(?: … (\S+) \((\d+)\))?", span).groups()
        where = versions[versions.index(first) : versions.index(last or first) + 1]
        assert len(where) == int(count or 1)
        for version in where:
            found[version].add(label.strip("`"))
    return found


@cache
def reported(version: str) -> dict[str, str]:
    """Label -> class of every test of a release, read with nothing of ours; what was not collected is none."""
    cases = ElementTree.parse(README.parent / "attrs" / version / "junit.xml").getroot().iter("testcase")
    named = ((case.get("classname"), case.get("name")) for case in cases if case.find("error") is None)
    return {f"{group}::{name}" if group else name: group for group, name in named}


@cache
def owed(version: str) -> tuple[set[str], set[str]]:
    """The labels that vanished and that did not run.

    Two files could not be collected in the first three releases, so that the lists of these prove nothing about them;
    20.1.0 has the first list that does. All that 19.1.0 had in those files and a later release lacks is owed until
    then. A class of it that has no case in the release has not run, whatever it is called now; nor has the one that
    could not be collected and is gone.
    """
    if version not in ("19.2.0", "19.3.0"):
        return set(), set()
    unlisted = ("tests.test_dunders", "tests.test_make")
    here, before = reported(version), reported("19.1.0")
    missing = {label: group for label, group in before.items() if label not in here and group.startswith(unlisted)}
    silent = {label for label, group in missing.items() if group not in here.values()}
    return missing.keys() - silent, silent | {"tests.test_dunders::TestAddCmp"}


VERSIONS = list(rows()) if README.exists() else []
each_release = pytest.mark.parametrize("version", VERSIONS)
each_later_release = pytest.mark.parametrize(("before", "version"), list(pairwise(VERSIONS)))


def members(assessment: Assessment, state: MemberState) -> set[str]:
    return {
        member.key.label
        for blocker in assessment.blockers.values()
        for member in blocker.members
        if member.state is state
    }


def test_the_table_holds_21_releases(attrs: dict[str, Assessment]) -> None:
    assert list(attrs) == VERSIONS
    assert len(VERSIONS) == 21


@each_release
@pytest.mark.parametrize("archive", ["attrs", "committed"])
def test_counts(version: str, archive: str, request: pytest.FixtureRequest) -> None:
    counts = request.getfixturevalue(archive)[version].facts.counts
    found = (counts.with_result, counts.passed, counts.failed, counts.error, counts.skipped)
    assert found == rows()[version].counts
    vanished, not_run = owed(version)
    assert (counts.flaky, counts.run_errors, counts.vanished, counts.not_run) == (0, 0, len(vanished), len(not_run))


@each_release
@pytest.mark.parametrize("archive", ["attrs", "committed"])
def test_verdict(version: str, archive: str, request: pytest.FixtureRequest) -> None:
    verdict = request.getfixturevalue(archive)[version].verdict
    assert verdict.word.value == ("READY" if version in READY else "BLOCKED")
    assert verdict.ready == (not failing()[version])


@each_release
def test_failing_members(version: str, attrs: dict[str, Assessment]) -> None:
    assert members(attrs[version], MemberState.FAILING) == failing()[version]


@each_later_release
def test_newly_and_still_failing(before: str, version: str, attrs: dict[str, Assessment]) -> None:
    comparison = attrs[version].facts.comparison
    assert {key.label for key in comparison.newly_failing} == failing()[version] - failing()[before]
    assert {key.label for key in comparison.still_failing} == failing()[version] & failing()[before]
    gone = {key.label for key in (*comparison.fixed, *comparison.failing_unseen)}
    assert gone == failing()[before] - failing()[version]


def _told(changed: str, word: str) -> tuple[set[str], int]:
    """(names, their number) in `opened `a`, `b` and 3 more; closed …`."""
    part = next((part for part in changed.split("; ") if part.startswith(word)), "")
    named, more = set(re.findall("`([^`]+)`", part)), re.search(r"and (\d+) more", part)
    return named, len(named) + int(more[1] if more else 0)


@each_later_release
def test_the_column_of_changes(before: str, version: str, attrs: dict[str, Assessment]) -> None:
    then, now = (members(attrs[one], MemberState.FAILING) for one in (before, version))
    for word, changed in (("opened", now - then), ("closed", then - now)):
        named, number = _told(rows()[version].changed, word)
        assert named <= {label.rpartition("::")[2] for label in changed}
        assert len(changed) == number


@cache
def _reported(path: Path) -> frozenset[str]:
    """Labels of the cases and their groups, read with nothing of ours."""
    cases = ElementTree.parse(path).getroot().iter("testcase")
    found = {(case.get("classname", ""), case.get("name", "")) for case in cases}
    return frozenset({f"{group}::{name}" for group, name in found} | {group for group, _ in found})


@each_later_release
def test_what_no_longer_fails_has_passed(before: str, version: str, attrs: dict[str, Assessment], shared: Path) -> None:
    gone = failing()[before] - failing()[version] - {"tests.test_dunders::TestAddCmp"}
    reported = _reported(shared / "real-runs" / "attrs" / version / "junit.xml")
    ran = {label for label in gone if label in reported or label.replace("::", ".") in reported}
    assert gone & members(attrs[version], MemberState.PASSED) == ran
    assert gone & members(attrs[version], MemberState.WITHDRAWN) == gone - ran


@pytest.mark.parametrize(
    ("version", "state"),
    [("19.1.0", "failing"), ("19.2.0", "unverified"), ("19.3.0", "unverified"), ("20.1.0", "withdrawn")],
)
def test_the_renamed_class_is_unverified_until_a_complete_list_no_longer_holds_it(
    version: str, state: str, attrs: dict[str, Assessment]
) -> None:
    blockers = attrs[version].blockers.values()
    found = [member for blocker in blockers for member in blocker.members if member.key.name == "TestAddCmp"]
    assert [member.state.value for member in found] == [state]


def test_only_the_renamed_class_is_ever_unverified(attrs: dict[str, Assessment]) -> None:
    found = {label for one in attrs.values() for label in members(one, MemberState.UNVERIFIED)}
    assert found == {"tests.test_dunders::TestAddCmp"}


@pytest.mark.parametrize("version", ["19.1.0", "19.2.0", "19.3.0"])
def test_completion_of_a_partial_list_is_unproven(version: str, attrs: dict[str, Assessment]) -> None:
    complete = next(one for one in attrs[version].criteria if one.criterion.id == "complete")
    total = rows()[version].counts[0]
    expected = total + len(owed(version)[1])
    assert phrases.state_word(complete) == "Unproven"
    assert phrases.actual(complete.measured) == f"{total} of at least {expected}"


@each_release
@pytest.mark.parametrize("archive", ["attrs", "committed"])
def test_every_failure_belongs_to_exactly_one_open_blocker(
    version: str, archive: str, request: pytest.FixtureRequest
) -> None:
    standing = [
        one
        for one in request.getfixturevalue(archive)[version].blockers.values()
        if one.state is not BlockerState.CLOSED
    ]
    held = Counter(member.key.label for blocker in standing for member in blocker.members)
    assert {label: held[label] for label in failing()[version]} == dict.fromkeys(failing()[version], 1)


@each_release
def test_nothing_stands_open_without_a_failing_test(version: str, attrs: dict[str, Assessment]) -> None:
    opened = [one for one in attrs[version].blockers.values() if one.state in STANDING]
    assert sum(len([member for member in one.members if member.state == "failing"]) for one in opened) == len(
        failing()[version]
    )


def test_no_blocker_is_of_no_release_that_passed(attrs: dict[str, Assessment]) -> None:
    for version in READY:
        assert {one.state for one in attrs[version].blockers.values()} == {BlockerState.CLOSED}


def test_each_release_follows_the_one_before(attrs: dict[str, Assessment]) -> None:
    followed = [one.previous.run.manifest.version if one.previous else None for one in attrs.values()]
    assert followed == [None, *VERSIONS[:-1]]


def test_a_new_test_that_fails_from_its_first_release(attrs: dict[str, Assessment]) -> None:
    opened = [attrs["24.2.0"].blockers[one] for one in attrs["24.2.0"].opened]
    assert [[member.key.name for member in one.members] for one in opened] == [["test_wrapped_annotation"]]
    assert opened[0].id in attrs["26.1.0"].blockers
    assert attrs["26.1.0"].blockers[opened[0].id].opened.version == "24.2.0"


@pytest.mark.parametrize("version", ["19.1.0", "25.4.0"])
def test_metrics_and_coverage_are_those_of_the_release(
    version: str, attrs: dict[str, Assessment], shared: Path
) -> None:
    facts = attrs[version].facts
    root = ElementTree.parse(shared / "real-runs" / "attrs" / version / "coverage.xml").getroot()
    assert facts.coverage.lines_covered == int(root.get("lines-covered"))
    assert facts.coverage.lines_valid == int(root.get("lines-valid"))
    assert {"suite_wall_s", "import_ms", "asdict_us"} <= {metric.name for metric in facts.metrics}


def test_the_committed_archive_is_whole(repo_root: Path) -> None:
    archive = Archive(repo_root / "history")
    assert [error.line for _, problems in verify(archive) for error in problems] == []
    assert len(archive.runs) == 21
    assert archive.latest().manifest.version == "26.1.0"


def test_the_verdicts_of_the_committed_archive(committed: dict[str, Assessment]) -> None:
    assert {version for version, one in committed.items() if one.verdict.ready} == READY
    assert {one.verdict.word.value for version, one in committed.items() if version not in READY} == {"BLOCKED"}


CLASSES = {
    "Test could not be collected": [
        "tests.test_dunders::TestAddCmp",
        "tests.test_dunders::TestAddHash",
        "tests.test_dunders::TestAddRepr",
        "tests.test_dunders::TestEqOrder",
        "tests.test_make::TestCountingAttr",
    ],
    "The test tools reject the test's set-up": ["tests.test_make.TestAttributes::test_post_init"],
    "Expected warning or exception is missing": ["tests.test_funcs.TestAssoc::test_unknown"],
    "Wrong type at run time": [
        "tests.test_init_subclass::test_init_subclass_vanilla[True]",
        "tests.test_slots::test_slots_super_property_get_shurtcut",
    ],
    "Unexpected result": [
        "tests.test_annotations.TestAnnotations::test_annotations_strings[False]",
        "tests.test_annotations.TestAnnotations::test_annotations_strings[True]",
        "tests.test_annotations.TestAnnotations::test_auto_attribs[False]",
        "tests.test_annotations.TestAnnotations::test_auto_attribs[True]",
        "tests.test_converters.TestPipe::test_wrapped_annotation",
        "tests.test_dunders.TestAddInit::test_init",
        "tests.test_funcs.TestEvolve::test_unknown",
        "tests.test_make.TestAutoDetect::test_detects_setstate_getstate[False]",
        "tests.test_make.TestAutoDetect::test_detects_setstate_getstate[True]",
        "tests.test_slots.TestClosureCellRewriting::test_closure_cell_rewriting",
        "tests.test_slots.TestClosureCellRewriting::test_cls_static[True]",
        "tests.test_slots.TestClosureCellRewriting::test_inheritance",
        "tests.test_slots.TestPickle::test_no_getstate_setstate_for_dict_classes",
        "tests.test_slots.TestPickle::test_no_getstate_setstate_if_option_false",
    ],
}
"""What each failure is, read off the table of causes, in the words of the default categories."""


def test_the_classes_of_all_failures(attrs: dict[str, Assessment]) -> None:
    found: dict[str, set[str]] = {}
    for blocker in attrs["26.1.0"].blockers.values():
        if blocker.kind is Kind.FAILURE:
            found.setdefault(blocker.category.title, set()).update(member.key.label for member in blocker.members)
    assert {title: sorted(labels) for title, labels in found.items()} == CLASSES
    assert sorted(label for labels in CLASSES.values() for label in labels) == sorted(set().union(*failing().values()))


def test_every_failure_of_all_releases_belongs_to_one_blocker(attrs: dict[str, Assessment]) -> None:
    held = Counter(member.key.label for blocker in attrs["26.1.0"].blockers.values() for member in blocker.members)
    assert held == Counter(set().union(*failing().values()))


def test_nothing_but_tests_blocks_attrs(attrs: dict[str, Assessment]) -> None:
    """No skip means a missing component; what is missing is owed while no whole list says that it is gone."""
    gaps = [blocker for blocker in attrs["26.1.0"].blockers.values() if blocker.kind is not Kind.FAILURE]
    assert [(blocker.kind, blocker.signature, blocker.state) for blocker in gaps] == [
        (Kind.GAP, "gap:area tests.test_make", BlockerState.CLOSED)
    ]
    found = {version: [gap.ref for gap in one.gaps] for version, one in attrs.items() if one.gaps}
    assert found == {version: ["area tests.test_make"] for version in ("19.2.0", "19.3.0")}


@cache
def _executed(shared: Path, version: str) -> dict[str, bool]:
    """Label -> whether it failed, of what was executed; read with nothing of ours."""
    cases = ElementTree.parse(shared / "real-runs" / "attrs" / version / "junit.xml").getroot().iter("testcase")
    return {
        f"{case.get('classname')}::{case.get('name')}": {child.tag for child in case} & {"failure", "error"} != set()
        for case in cases
        if case.find("skipped") is None
    }


@each_release
def test_the_tests_that_failed_again_after_a_pass_are_suspected(
    version: str, attrs: dict[str, Assessment], shared: Path
) -> None:
    releases = [_executed(shared, one) for one in VERSIONS[: VERSIONS.index(version) + 1]]
    suspected = set()
    for label in set().union(*failing().values()) & set(releases[-1]):
        history = [release[label] for release in releases if label in release]
        # From the execution before the first failure on, 20 at most.
        first = max(history.index(True) - 1, 0) if True in history else len(history)
        if sum(one != other for one, other in pairwise(history[first:][-20:])) >= 3:
            suspected.add(label)
    assert {one.key.label for one in attrs[version].flakes} == suspected
    assert not any(one.proven for one in attrs[version].flakes)


def test_the_baseline_is_the_last_ready_release(attrs: dict[str, Assessment]) -> None:
    ready = ""
    for before, (version, assessment) in zip([None, *VERSIONS], attrs.items(), strict=False):
        found = assessment.baseline and assessment.baseline.run.manifest.version
        assert found == (ready or before)
        ready = version if version in READY else ready


@each_later_release
def test_only_facts_change_a_verdict(before: str, version: str, attrs: dict[str, Assessment]) -> None:
    found = changes(attrs[before], attrs[version])
    assert found.policy == ()
    assert not any(one.by_policy for one in found.turned)
    assert found.verdict == ((before in READY) != (version in READY))


@each_release
def test_what_is_left_to_do_holds_every_failing_test(version: str, attrs: dict[str, Assessment]) -> None:
    tests = {key.label for step in to_ready(attrs[version]) for key in step.tests}
    renamed = {"tests.test_dunders::TestAddCmp"} if version in ("19.2.0", "19.3.0") else set()
    assert tests == failing()[version] | renamed | owed(version)[1]

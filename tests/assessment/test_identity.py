"""Namesakes keep apart, are counted, and keep their histories, however their cases are spread over files."""

from __future__ import annotations

import itertools
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.evidence_corpus import content, rows
from tests.scenario import FIRST_DAY, archive_files, timedelta
from tests.tries import tries

from readiness.archive import Archive, NewRun, Writer, new_input
from readiness.assessment import Assessment, BlockerState, assess
from readiness.evidence import read
from readiness.model import ReadState
from readiness.policy import default_text


@dataclass(frozen=True, order=True)
class Case:
    """One case and what stands around it."""

    suite: str
    host: str
    group: str
    name: str
    outcome: str = "passed"

    @property
    def label(self) -> str:
        return f"{self.group}::{self.name}"


INSIDE = {"passed": "", "failed": '<failure message="boom"/>', "error": "<error/>", "skipped": "<skipped/>"}


def xml(cases: Iterable[Case]) -> bytes:
    """The cases in one file, each in a suite element of its own."""
    suites = "".join(
        f"<testsuite name={quoteattr(case.suite)} hostname={quoteattr(case.host)}>"
        f"<testcase classname={quoteattr(case.group)} name={quoteattr(case.name)}>{INSIDE[case.outcome]}</testcase>"
        "</testsuite>"
        for case in cases
    )
    return f"<testsuites>{suites}</testsuites>".encode()


def judged(*runs: Sequence[bytes]) -> list[Assessment]:
    """Runs of these files, archived day after day."""
    with tempfile.TemporaryDirectory() as folder:
        ids = []
        for day, files in enumerate(runs):
            inputs = [new_input(one, f"{number}.xml", source="tests") for number, one in enumerate(files)]
            new = NewRun(version=f"1.{day}", started=FIRST_DAY + timedelta(days=day), inputs=inputs)
            with Writer(Path(folder)) as writer:
                ids.append(writer.append(new, default_text(), "tests")[0].id)
        found = assess(Archive(Path(folder)), None)
        return [found.latest_of(run) for run in ids]


def open_blockers(found: Assessment) -> tuple[object, ...]:
    """Everything that may not depend on how the evidence was cut."""
    blockers = {
        blocker.id: (blocker.state, sorted((member.key, member.state) for member in blocker.members))
        for blocker in found.blockers.values()
    }
    return found.facts.counts, found.verdict.word, blockers, found.facts.not_run, found.facts.vanished


some = st.builds(
    Case,
    suite=st.sampled_from(["a", "b"]),
    host=st.sampled_from(["", "x", "y"]),
    group=st.sampled_from(["p.C", "p.D"]),
    name=st.sampled_from(["t", "u"]),
    outcome=st.sampled_from(list(INSIDE)),
)
runs = st.lists(some, min_size=1, max_size=7)
cuts = st.randoms(use_true_random=False)


def cut(cases: Sequence[Case], rng: random.Random) -> list[bytes]:
    """The same cases in other files, in another order."""
    shuffled = list(cases)
    rng.shuffle(shuffled)
    files: list[list[Case]] = [[] for _ in range(rng.randint(1, 4))]
    for case in shuffled:
        rng.choice(files).append(case)
    return [xml(file) for file in files if file]


@given(runs)
@tries(15)
def test_every_case_is_a_test(cases: list[Case]) -> None:
    (found,) = judged([xml(cases)])
    counts, said = found.facts.counts, Counter(case.outcome for case in cases)
    assert (counts.passed, counts.failed, counts.error, counts.skipped) == tuple(said[word] for word in INSIDE)


@given(st.lists(runs, min_size=1, max_size=3), cuts)
@tries(15)
def test_how_cases_are_spread_over_files_changes_nothing(chain: list[list[Case]], rng: random.Random) -> None:
    whole = judged(*([xml(cases)] for cases in chain))
    spread = judged(*(cut(cases, rng) for cases in chain))
    assert [open_blockers(one) for one in spread] == [open_blockers(one) for one in whole]


@given(runs, cuts, st.sampled_from(["suite", "host", "group", "case"]))
@tries(15)
def test_a_run_that_lacks_what_the_run_before_had_is_not_ready(
    cases: list[Case], rng: random.Random, part: str
) -> None:
    whole = [Case(case.suite, case.host, case.group, case.name) for case in cases]
    lost = rng.choice(whole)
    left = list(whole)
    if part == "case":
        left.remove(lost)
    else:
        left = [case for case in whole if getattr(case, part) != getattr(lost, part)]
    first, second = judged(cut(whole, rng), cut(left, rng) if left else [b"<testsuites/>"])
    assert first.verdict.ready
    assert not second.verdict.ready
    counts = second.facts.counts
    assert counts.not_run + counts.vanished == len(whole) - len(left)


@given(runs, runs)
@tries(15)
def test_told_apart_once_namesakes_keep_their_histories(before: list[Case], after: list[Case]) -> None:
    """What fails in a suite stays failing when it passes in another, also when that one joined later."""
    failing = Case("a", "", "p.C", "t", "failed")
    joined = Case("b", "", "p.C", "t")
    mended = Case("a", "", "p.C", "t")
    rest = [case for case in (*before, *after) if case.label != "p.C::t" and case.outcome == "passed"]
    first, second, third = judged(
        [xml([failing, *rest])], [xml([failing, joined, *rest])], [xml([joined, mended, *rest])]
    )
    (blocker,) = (one for one in second.blockers.values() if one.members)
    assert [(member.key.title, member.state) for member in blocker.members] == [("a > p.C::t", "failing")]
    assert blocker.id in first.blockers
    assert third.blockers[blocker.id].state is BlockerState.CLOSED
    assert third.verdict.ready


CORPUS = [
    row["path"]
    for row in rows()
    if row["format"] == "JUnit XML" and row["valid"] == "yes" and 2 <= int(row["tests"]) <= 120
]


@pytest.mark.parametrize("path", CORPUS)
def test_a_real_file_beside_another_of_its_names_loses_no_test(path: str) -> None:
    """Two jobs that wrote one file each under one name: every case of both counts."""
    alone = read(content(path), "x.xml")
    if alone.state is not ReadState.READ or alone.loss:
        pytest.skip("what is not whole has its own tests")
    once, twice = (
        judged([content(path)])[0].facts.counts,
        judged([content(path), content(path) + b"\n"])[0].facts.counts,
    )
    assert twice.with_result == 2 * once.with_result
    assert (twice.failures, twice.skipped) == (2 * once.failures, 2 * once.skipped)


@pytest.mark.parametrize("path", CORPUS)
def test_one_of_two_real_files_that_is_missing_later_is_missed(path: str) -> None:
    first, second = judged([content(path), content(path) + b"\n"], [content(path)])
    counts = second.facts.counts
    assert not second.verdict.ready
    assert counts.not_run == first.facts.counts.with_result - counts.with_result


def test_the_two_modules_of_one_class_name(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults 10 and 11: two files, one file, and a later run without one of them."""
    monkeypatch.chdir(tmp_path)
    faults = shared / "faults"
    parts, both = [faults / "10-module-a.xml", faults / "10-module-b.xml"], faults / "11-both-modules-in-one-file.xml"
    history = tmp_path / "history"
    for version, files in {"1.0": parts, "1.1": [both], "1.2": parts, "1.3": parts[:1]}.items():
        archive_files(history, *files, version=version, started=f"2025-01-1{version[-1]}")
    found = [one[-1] for one in assess(Archive(history), None).by_run.values()]
    assert [one.facts.counts.with_result for one in found] == [2, 2, 2, 1]
    assert [one.verdict.ready for one in found] == [True, True, True, False]
    assert [key.title for key in found[3].facts.not_run] == ["module-b > com.x.SmokeTest::starts"]


def test_a_second_browser_that_joins_keeps_the_history_of_the_first() -> None:
    """Story g7, and back: a browser that is gone is missed."""
    browsers = {
        host: [Case("login.spec.ts", host, "login.spec.ts", name) for name in "abc"] for host in ("chromium", "firefox")
    }
    both = list(itertools.chain(*browsers.values()))
    found = judged([xml(browsers["chromium"])], [xml(both)], [xml(browsers["firefox"])], [xml(both)])
    assert [one.verdict.ready for one in found] == [True, True, False, True]
    assert [key.title for key in found[2].facts.not_run] == [f"login.spec.ts::{name} @ chromium" for name in "abc"]


def test_machines_that_are_named_anew_at_each_run_are_paired() -> None:
    def on(*hosts: str) -> bytes:
        return xml([Case("pytest", host, "tests.test_a", name) for host in hosts for name in "abc"])

    found = judged([on("h1", "h2")], [on("h3", "h4")], [on("h5", "h6", "h7")], [on("h8", "h9")])
    assert [one.verdict.ready for one in found] == [True, True, True, False]
    assert found[3].facts.counts.not_run == 3

"""How long a run took by the clock: known where every part says so, else a lower bound."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.evidence import read
from readiness.evidence.wall import run_wall
from readiness.model import EvidenceFile

Said = tuple[float | None, bool]
"""Seconds, and whether they are a lower bound."""


def said(content: str) -> Said:
    """What a file says of its duration."""
    file = read(content.encode(), "junit.xml")
    return file.wall_s, file.wall_at_least


def case(time: str = "") -> str:
    """A case."""
    return f'<testcase classname="c" name="n"{time and f" time={time!r}"}/>'


def suite(time: str, *inside: str, tag: str = "testsuite") -> str:
    """A suite."""
    return f"<{tag}{time and f' time={time!r}'}>{''.join(inside)}</{tag}>"


def root(*inside: str, time: str = "") -> str:
    """The suites of a file."""
    return suite(time, *inside, tag="testsuites")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (root(suite("12.5", case("3"))), (12.5, False)),
        (suite("12.5", case("3")), (12.5, False)),
        (root(suite("2", case()), suite("3", case())), (5, False)),
        (root(suite("2", case()), suite("", case("3"))), (3, True)),
        (root(suite("2", case()), suite("")), (2, False)),
        (root(suite("", suite("2", case()))), (2, False)),
        # node --test: cases beside suites
        (root(case("95.0"), suite("0.006", case("0.004"))), (95, True)),
        (root(suite("", case())), (None, False)),
        (suite("", case("9"), case("4")), (9, True)),
        # a part that took longer than the whole
        (root(suite("", case("95.0")), time="0.006"), (95, True)),
        (suite("0", case("0.4")), (0.4, False)),
        # in parallel, which is no contradiction
        (root(suite("4", case()), suite("4", case()), time="5"), (5, False)),
        # a unit that is not seconds
        (suite("", case("999638317"), case("4")), (None, False)),
    ],
)
def test_a_file(content: str, expected: Said) -> None:
    assert said(content) == expected


def test_a_file_that_is_cut_off() -> None:
    first = suite("20", case("1"))
    assert said(f"<testsuites>{first}<testsuite time") == (20, True)
    assert said(f'<testsuites time="50">{first}<testsuite time') == (50, False)


def shard(seconds: float | None, start: str = "") -> EvidenceFile:
    """A file of one suite; it begins at that time of 2 March."""
    time = "" if seconds is None else f' time="{seconds}"'
    stamp = f' timestamp="2025-03-02T{start}Z"' if start else ""
    return read(f"<testsuites><testsuite{time}{stamp}>{case()}</testsuite></testsuites>".encode(), "")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([], (None, False)),
        ([shard(40)], (40, False)),
        ([shard(None)], (None, False)),
        ([shard(2400)] * 20, (2400, True)),
        ([shard(2400), shard(None)], (2400, True)),
        ([shard(2400, "10:00:00")] * 20, (2400, False)),
        ([shard(60, "10:00:00"), shard(60, "10:05:00")], (360, False)),
        ([shard(600, "10:00:00"), shard(60, "10:05:00")], (600, False)),
        ([shard(60, "10:00:00"), shard(60, "10:05:00"), shard(30)], (360, True)),
        ([shard(60, "10:00:00"), shard(None, "10:05:00")], (300, True)),
    ],
)
def test_a_run(files: list[EvidenceFile], expected: Said) -> None:
    assert run_wall(files) == expected
    assert run_wall(list(reversed(files))) == expected


def test_files_without_tests_take_no_time() -> None:
    coverage = read(b"SF:a.c\nDA:1,1\nend_of_record\n", "")
    assert coverage.coverage is not None
    assert run_wall([shard(40), coverage]) == (40, False)


def test_ctrf() -> None:
    def report(summary: str) -> Said:
        test = '{"name": "a", "status": "passed", "duration": 95000}'
        file = read(f'{{"results": {{"tool": {{}}, "summary": {summary}, "tests": [{test}]}}}}'.encode(), "")
        return file.wall_s, file.wall_at_least

    start = int(datetime(2025, 3, 2, tzinfo=UTC).timestamp() * 1000)
    assert report(f'{{"start": {start}, "stop": {start + 100_000}}}') == (100, False)
    assert report(f'{{"start": {start}, "stop": {start}}}') == (95, True)
    assert report("{}") == (95, True)


TIMES = st.integers(0, 100)
SUITES = st.lists(st.lists(TIMES, min_size=1, max_size=3), min_size=1, max_size=3)


def meets(limit: float, content: str) -> bool:
    """Whether a duration of at most that is proven."""
    seconds, at_least = said(content)
    return seconds is not None and not at_least and seconds <= limit


@settings(deadline=None)
@given(SUITES, st.booleans(), st.integers(0, 300), st.data())
def test_taking_a_time_away_proves_no_limit(
    suites: list[list[int]], total: bool, limit: int, data: st.DataObject
) -> None:
    inside = [suite(str(sum(cases)), *(case(str(time)) for time in cases)) for cases in suites]
    content = root(*inside, time=str(sum(map(sum, suites))) if total else "")
    times = list(re.finditer(r" time=['\"]\d+['\"]", content))
    for at in data.draw(st.sets(st.sampled_from(range(len(times))))):
        shorter = content[: times[at].start()] + " " * len(times[at][0]) + content[times[at].end() :]
        assert meets(limit, shorter) <= meets(limit, content)
        content = shorter

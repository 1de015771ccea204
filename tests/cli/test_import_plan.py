"""Patterns, dates and the making of runs, by properties."""

from __future__ import annotations

import glob
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from packaging.version import Version

from readiness.cli.dates import parse_date
from readiness.cli.files import distinct_names
from readiness.cli.importer.paths import PLACEHOLDERS, Match, find, parse_pattern
from readiness.cli.importer.plan import Candidate, candidates, in_order, read_dates
from readiness.errors import UsageError

values = st.text("abcdefgh0123456789é", min_size=1, max_size=6)
between = st.text("-_ .=[]()+\n%XYZ", min_size=1, max_size=3).filter(lambda text: text not in (".", ".."))
names = st.lists(st.tuples(between, st.sampled_from(PLACEHOLDERS)), min_size=0, max_size=3)


@given(st.lists(names, min_size=1, max_size=3), st.fixed_dictionaries(dict.fromkeys(PLACEHOLDERS, values)), between)
def test_a_path_made_from_a_pattern_says_what_was_put_in(
    parts: list[list[tuple[str, str]]], says: dict[str, str], end: str
) -> None:
    """The texts between placeholders share no character with the values, so there is one way to read each path."""
    parts = [*parts, [("v", "version")]]
    pattern = "/".join("".join(f"{text}{{{name}}}" for text, name in part) + f"{end}x" for part in parts)
    path = "/".join("".join(text + says[name] for text, name in part) + f"{end}x" for part in parts)
    used = {name for part in parts for _, name in part}
    assert parse_pattern(pattern).match(Path(path)) == {name: says[name] for name in used}


@given(st.text("{}*?/.ab -\\", max_size=20))
def test_any_pattern_is_taken_apart_or_refused_in_words(text: str) -> None:
    try:
        parsed = parse_pattern(text)
        parsed.match(parsed.base / "a" / "b")
        problem = None
    except UsageError as error:
        problem = error
    assert problem is None or (problem.remedy and "\n" not in problem.line)


pieces = st.sampled_from(["a", "b", ".h", "*", "a*", "*.xml", "?", "**", "a?", "{{a}}"])
tree_names = st.sampled_from(["a", "b", "ab", ".h", "c.xml", "a.xml", "{a}"])


@settings(max_examples=150, deadline=None)
@example(["a", "**"], [["a", "a"]], 0)
@given(
    st.lists(pieces, max_size=3), st.lists(st.lists(tree_names, min_size=1, max_size=4), max_size=8), st.integers(0, 3)
)
def test_the_files_are_those_that_globs_find(parts: list[str], tree: list[list[str]], at: int) -> None:
    parts.insert(min(at, len(parts)), "{version}")
    with tempfile.TemporaryDirectory() as root:
        for path in tree:
            try:
                Path(root, *path[:-1]).mkdir(parents=True, exist_ok=True)
                Path(root, *path).touch()
            except OSError:
                continue  # a file where this path wants a folder
        globbed = "/".join([root, *parts]).replace("{version}", "*").replace("{{a}}", "{a}")
        globs = glob.glob(globbed, recursive=True)  # noqa: PTH207
        # `a/**` finds `a/` there, though `a` is a file.
        expected = {path for path in globs if not path.endswith("/") and Path(path).is_file()}
        try:
            found = {str(match.path) for match in find(parse_pattern("/".join([root, *parts])))}
        except UsageError:
            found = set()
        assert found == expected


days = st.none() | st.sampled_from(["2025-01-01", "2025-01-02", "20250101", "someday"])
labels = st.none() | st.sampled_from(["x", "y"])
said = st.lists(st.tuples(st.sampled_from(["1", "2"]), days, labels, labels), min_size=1, max_size=8)


def matches(told: list[tuple[str, str | None, str | None, str | None]]) -> list[Match]:
    names = ("version", "date", "commit", "branch")
    return [
        Match(Path(f"f{at}"), {name: value for name, value in zip(names, one, strict=True) if value is not None})
        for at, one in enumerate(told)
    ]


def agree(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def groups_by_hand(identities: list[tuple[object, ...]]) -> list[set[int]]:
    """Connected components, the slow way."""
    groups = [{at} for at in range(len(identities))]
    for a, b in combinations(range(len(identities)), 2):
        if agree(identities[a], identities[b]):
            left, right = (next(group for group in groups if at in group) for at in (a, b))
            if left is not right:
                left |= right
                groups.remove(right)
    return groups


@given(said, st.randoms())
def test_files_that_agree_form_one_run(told: list[tuple[str, str | None, str | None, str | None]], random) -> None:  # type: ignore[no-untyped-def]
    identities = [(version, parse_date(date or "") or date, *rest) for version, date, *rest in told]
    groups = groups_by_hand(identities)
    clear = all(agree(identities[a], identities[b]) for group in groups for a, b in combinations(group, 2))
    files = matches(told)
    random.shuffle(files)
    if not clear:
        with pytest.raises(UsageError, match="fits into several runs"):
            candidates(files)
        return
    runs = candidates(files)
    assert sorted(sorted(int(one.path.name[1:]) for one in run.files) for run in runs) == sorted(map(sorted, groups))
    for run in runs:
        for one in run.files:
            version, date, commit, branch = told[int(one.path.name[1:])]
            assert version == run.version
            assert date is None or (parse_date(date), "" if parse_date(date) else date) == (run.date, run.no_date)
            assert commit in (None, run.commit)
            assert branch in (None, run.branch)


moments = st.integers(365 * 86400, 7258118400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(st.lists(st.tuples(st.sampled_from(["1.9", "1.10", "2.0rc1", "nightly"]), st.none() | moments), max_size=8))
def test_runs_go_by_date_then_by_version(told: list[tuple[str, datetime | None]]) -> None:
    ordered = sorted(told, key=lambda one: in_order(*one, "", ""))
    dates = [date for _, date in ordered]
    known = [date for date in dates if date]
    assert dates == [*sorted(known), *[None] * (len(dates) - len(known))]
    for (left, on), (right, other) in pairwise(ordered):
        if on == other and "nightly" not in (left, right):
            assert Version(left) <= Version(right)


@given(moments, st.sampled_from([-11, 0, 2]))
def test_dates_in_every_spelling(moment: datetime, hours: int) -> None:
    local = moment.astimezone(timezone(timedelta(hours=hours)))
    assert parse_date(local.isoformat()) == moment
    for form in ("%Y%m%dT%H%M%SZ", "%Y%m%d-%H%M%S", "%Y%m%d%H%M%S", "%Y-%m-%dT%H-%M-%SZ", "%Y-%m-%d_%H.%M.%S"):
        assert parse_date(moment.strftime(form)) == moment
    assert parse_date(local.strftime("%Y-%m-%dT%H-%M-%S%z")) == moment
    for form in ("%Y-%m-%d", "%Y%m%d"):
        assert parse_date(moment.strftime(form)) == moment.replace(hour=0, minute=0, second=0)
    stamp = int(moment.timestamp())
    if len(str(stamp)) == 10:
        assert parse_date(str(stamp)) == parse_date(f"{stamp}123") == moment


@pytest.mark.parametrize("text", ["20250810T0412-05", "2025-08-10T0412-0500", "2025-08-10T04:12-05:00"])
def test_an_offset_is_no_part_of_the_time(text: str) -> None:
    assert parse_date(text) == datetime(2025, 8, 10, 9, 12, tzinfo=UTC)


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["", "latest", "2025", "2025-13-01", "2025-08-10T25:00", "1.4.0", "99999999999", "0001-01-01"]
)
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


def test_dates_by_version_and_commit() -> None:
    text = (
        "version,date\n# releases\n\n1.0\t2025-01-01 04:12:00\n1.1, 2025-01-02\n2.0 rc 1\t20250103\n"
        '"1,5",2025-01-04\nabc123 2025-01-05T06:00:00+02:00\n1.0 2025-01-01T04:12Z\n'
    )
    assert read_dates(text.splitlines(keepends=True), "dates") == {
        "1.0": datetime(2025, 1, 1, 4, 12, tzinfo=UTC),
        "1.1": datetime(2025, 1, 2, tzinfo=UTC),
        "2.0 rc 1": datetime(2025, 1, 3, tzinfo=UTC),
        "1,5": datetime(2025, 1, 4, tzinfo=UTC),
        "abc123": datetime(2025, 1, 5, 4, tzinfo=UTC),
    }


BAD_PATTERNS = {
    "": "holds no {version}",
    "/": "holds no {version}",
    "reports/*.xml": "holds no {version}",
    "{version}/{os}.xml": "{os}, which is no placeholder. There are {version}, {variant}, {source}",
    "{version}/{}.xml": "{}, which is no placeholder",
    "{version}/a{b.xml": "has a brace without its partner. Write {{",
    "{version}/a}b.xml": "has a brace without its partner",
    "{version}*.xml": "leaves open where {version} begins and ends",
    "*{version}.xml": "leaves open where {version} begins and ends",
    "{version}{variant}.xml": "leaves open where {variant} begins and ends",
}


@pytest.mark.parametrize(("text", "words"), BAD_PATTERNS.items())
def test_patterns_that_cannot_be(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_pattern(text)
    assert words in caught.value.line
    assert repr(text) in caught.value.line


READINGS = [
    ("{version}-{variant}.xml", "1.0-rc1-linux.xml", {"version": "1.0", "variant": "rc1-linux"}),
    ("v{version}/**/*.xml", "v1/a.xml", {"version": "1"}),
    ("v{version}/**/*.xml", "v1/a/b/c.xml", {"version": "1"}),
    ("v{version}/**/*.xml", "v1/.a/c.xml", None),
    ("v{version}/**", "v1/a/b", {"version": "1"}),
    ("{version}/{version}.xml", "1/1.xml", {"version": "1"}),
    ("{version}/x.xml", ".git/x.xml", None),
    ("{version}/x.xml", "a/b/x.xml", None),
    ("{version}/[ab].xml", "1/[ab].xml", {"version": "1"}),
    ("{version}/[ab].xml", "1/a.xml", None),
    ("{version}/{{a}}?.xml", "1/{a}1.xml", {"version": "1"}),
    ("./{version}//x.xml", "1/x.xml", {"version": "1"}),
]


@pytest.mark.parametrize(("pattern", "path", "says"), READINGS)
def test_how_a_path_is_read(pattern: str, path: str, says: dict[str, str] | None) -> None:
    assert parse_pattern(pattern).match(Path(path)) == says


def test_ten_thousand_files_are_sorted_into_runs_in_no_time(tmp_path: Path) -> None:
    """One version with ten thousand nightly runs, and a file without date beside them: nothing is quadratic."""
    first = datetime(2000, 1, 1, tzinfo=UTC)
    dated = [
        Match(
            Path(f"n/{at}/junit.xml"),
            {"version": "n", "date": f"{first + timedelta(days=at):%Y%m%d}", "commit": str(at)},
        )
        for at in range(10_000)
    ]
    started = time.perf_counter()
    runs = candidates(dated)
    with pytest.raises(UsageError, match=r"several runs of n, which differ in \{date\}"):
        candidates([*dated, Match(Path("n/coverage.xml"), {"version": "n"})])
    assert len(distinct_names([match.path for match in dated])) == len(runs) == 10_000
    assert time.perf_counter() - started < 10


def test_names_are_the_shortest_that_tell_files_apart() -> None:
    paths = [
        Path("/r/a/x/junit.xml"),
        Path("/r/b/x/junit.xml"),
        Path("/r/b/y/junit.xml"),
        Path("/r/b/list.txt"),
        Path("/r/a"),
    ]
    assert distinct_names(paths) == ["a/x/junit.xml", "b/x/junit.xml", "y/junit.xml", "list.txt", "a"]
    assert distinct_names([Path("/a"), Path("/a")]) == ["//a", "//a"]
    assert distinct_names([Path(os.fsdecode(b"/\xff.xml"))]) == ["\\xff.xml"]
    twins = [Path(os.fsdecode(one)) for one in (b"/\xfe.xml", b"/\xff.xml")]
    assert distinct_names(twins) == ["\\xfe.xml", "\\xff.xml"]


def test_what_two_patterns_say_of_one_file_is_joined() -> None:
    one = Match(Path("1/junit-linux.xml"), {"version": "1"})
    (run,) = candidates([one, Match(one.path, {"version": "1", "variant": "linux", "source": "unit"})])
    assert isinstance(run, Candidate)
    assert [(file.source, file.variant) for file in run.files] == [("unit", "linux")]
    with pytest.raises(UsageError, match=r"is given \{version\} '1' by one pattern and 'linux'"):
        candidates([one, Match(one.path, {"version": "linux"})])

"""The page of all tests, and the files beside it: what they say is what an export of the same archive says."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.scenario import Run, append, demands, story

from readiness.archive import Archive, ArchivedRun
from readiness.assessment import assess, histories
from readiness.render.pages.context import SiteContext
from readiness.render.pages.pages import build_pages, build_tests
from readiness.render.pages.routes import Routes
from readiness.report import Reports
from readiness.results import RunResults, export

LETTER = {"passed": "p", "failed": "f", "error": "e", "skipped": "s", "flaky": "k", "not_run": "n"}
POLICY = demands("none: failures = 0", areas=[{"name": "Pay", "tests": ["*test_pay*"], "owner": "payers"}])


def timed(*seconds: float) -> dict[str, bytes]:
    """A further file with a test for each time."""
    cases = "".join(f'<testcase classname="speed" name="s{at}" time="{one}"/>' for at, one in enumerate(seconds))
    return {"speed.xml": f"<testsuite>{cases}</testsuite>".encode()}


STEPS = (
    Run("{core} pay/a pass, {shop} pay/a fail boom, {} old/x pass, old/y fail odd, old/z pass, b pass, c pass", "1.0"),
    Run("{core} pay/a pass, {shop} pay/a pass, {} new/x pass, new/y pass, new/z pass, b flaky, c pass", "1.1"),
    Run("{core} pay/a pass, {shop} pay/a fail, {} new/x fail, new/y skip, b pass, c skip no, d error | d e", "1.2"),
)
TIMES = ((0.5, 1.25, 7), (0.25, 1.5, 3.75), (0.125, 2, 3.5))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tests") / "history"
    for day, (step, times) in enumerate(zip(STEPS, TIMES, strict=True)):
        append(root, Run(step.results, step.version, files=timed(*times), policy=POLICY), day)
    return root


def site(root: Path, cache: Path | None = None) -> SiteContext:
    return SiteContext(Archive(root), Reports(assess(Archive(root), cache)), Routes())


@pytest.fixture(scope="module")
def files(archive: Path) -> dict[str, str]:
    return dict(build_tests(site(archive)))


def decoded(files: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """What the script makes of the files."""
    data = json.loads(files["tests/data.json"])
    name, at = "", 0
    for source, variant, group, count in data["groups"]:
        for _ in range(count):
            name = name[: data["shared"][at]] + data["names"][at]
            coded = data["strips"][data["strip"][at]]
            part, place = divmod(at, data["in_a_file"])
            yield {
                "id": f"t.{data['ids'][at * 12 : at * 12 + 12]}",
                "key": (source, variant, group, name, data["origins"].get(str(at), "")),
                "strip": "".join(letter * int(count or 1) for letter, count in re.findall(r"(\D)(\d*)", coded)),
                "area": data["areas"][data["area"][at]],
                "owner": data["owners"][data["area"][at]],
                "now_s": data["times"][at],
                "times": json.loads(files[f"tests/times/{part}.json"])["times"][place],
                "blockers": [data["blockers"][one][0] for one in data["blocked"].get(str(at), ())],
                "flaky": data["flaky"].get(str(at), ""),
            }
            at += 1


@pytest.fixture(scope="module")
def exported(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """(version, group, name, suite, outcome, time) of every test of every run."""
    target = tmp_path_factory.mktemp("export") / "parquet"
    export(Archive(archive), target, None)
    return duckdb.sql(f"""
        select version, replace("group", 'test_old', 'test_new'), name, if(name = 'a', suite, ''), outcome, time_s
        from read_parquet('{target}/results/*/*.parquet', hive_partitioning = true, hive_types = {{'run': varchar}})
        join read_parquet('{target}/runs/runs.parquet') using (run) where not run_level order by version
    """).fetchall()


def test_every_outcome_and_time_is_that_of_the_export(files: dict[str, str], exported: list[tuple[Any, ...]]) -> None:
    outcomes: dict[tuple[str, ...], dict[str, tuple[str, float | None]]] = {}
    for version, *test, outcome, time in exported:
        outcomes.setdefault(tuple(test), {})[version] = (LETTER[outcome], time)
    shown = {(key[2], key[3], key[4]): one for one in decoded(files) for key in (one["key"],)}
    assert shown.keys() == outcomes.keys()
    for test, one in shown.items():
        expected = outcomes[test]
        for at, version in enumerate(("1.0", "1.1", "1.2")):
            letter, time = expected.get(version, (".", None))
            assert (one["strip"][at], one["times"][at]) == (letter, time), test
        assert one["now_s"] == one["times"][-1]


def test_a_moved_class_namesakes_and_what_vanished_have_the_history_that_a_reader_expects(
    files: dict[str, str],
) -> None:
    strips = {
        (key[2].removeprefix("tests.test_"), key[3], key[4]): one["strip"]
        for one in decoded(files)
        for key in (one["key"],)
    }
    assert strips == {
        ("pay", "a", "core"): "ppp",
        ("pay", "a", "shop"): "fpf",
        ("new", "x", ""): "ppf",
        ("new", "y", ""): "fps",
        ("new", "z", ""): "pp.",
        ("app", "b", ""): "pkp",
        ("app", "c", ""): "pps",
        ("app", "d", ""): "..e",
        ("app", "e", ""): "..n",
        **{("speed", f"s{at}", ""): "ppp" for at in range(3)},
    }  # fmt: skip


def test_areas_owners_blockers_and_flaky_tests_are_those_of_the_report(archive: Path, files: dict[str, str]) -> None:
    now = site(archive).now
    assert now
    tests = list(decoded(files))
    assert {(one["area"], one["owner"]) for one in tests} == {("Pay", "payers"), ("Unassigned", "")}
    assert sum(one["area"] == "Pay" for one in tests) == 2
    held = {one["key"][:4] for one in tests if one["blockers"]}
    assert {member.key[:4] for blocker in now.open_blockers for member in blocker.members} <= held
    assert {one["key"][:4] for one in tests if one["flaky"]} == {flake.key[:4] for flake in now.flakes} != set()


def test_the_csv_has_the_same_in_numbers(files: dict[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(files["tests/tests.csv"])))
    tests = {one["id"]: one for one in decoded(files)}
    assert [row["id"] for row in rows] == list(tests)
    for row in rows:
        strip = tests[row["id"]]["strip"]
        assert row["history"] == strip
        assert {name: int(row[name]) for name in LETTER} == {name: strip.count(one) for name, one in LETTER.items()}
        assert int(row["executed"]) == sum(map(strip.count, "pkfe"))
        assert bool(row["first_failure"]) == any(map(strip.count, "fe"))


def test_a_spreadsheet_takes_no_name_for_a_formula(tmp_path: Path) -> None:
    content = b'<testsuite><testcase classname="=1+1" name="@SUM(A1)"/><testcase classname="k" name="-"/></testsuite>'
    append(tmp_path, Run("a pass", files={"odd.xml": content}))
    rows = list(csv.DictReader(io.StringIO(dict(build_tests(site(tmp_path)))["tests/tests.csv"])))
    assert {(row["group"], row["name"]) for row in rows} >= {("'=1+1", "'@SUM(A1)"), ("k", "-")}


def test_the_page_names_the_tests_that_matter(archive: Path) -> None:
    (page,) = (page for page in build_pages(site(archive)) if page.path == "tests/index.md")
    _, *tables = page.markdown.split("\n## ")
    names = re.compile(r'<a class="rd-title rd-test" href="[^"]*">(\w+)</a>')
    named = {re.search(r"^[\w ]+", table)[0].strip(): names.findall(table) for table in tables}  # type: ignore[index]
    assert named == {
        "Failing now": ["d", "x", "a"],
        "Flaky tests": ["b"],
        "Slowest tests": ["s2", "s1", "s0"],
        "Newly skipped tests": ["c", "y"],
        "Tests without a result": ["e"],
        "No longer reported": ["z"],
    }
    assert page.description == "1.2: 12 tests in 3 runs, 3 failing now."


def test_a_further_run_costs_its_own_column_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, cache = tmp_path / "history", tmp_path / "cache"
    for day in range(3):
        append(root, Run(f"a pass, b {'fail' if day == 1 else 'pass'}", f"1.{day}"), day)
    dict(build_tests(site(root, cache)))
    append(root, Run("a fail, b pass, c pass", "1.3"), 3)
    read: Counter[str] = Counter()
    load = histories.load_results

    def counted(run: ArchivedRun, folder: Path | None) -> RunResults:
        read.update([run.id])
        return load(run, folder)

    monkeypatch.setattr(histories, "load_results", counted)
    files = dict(build_tests(site(root, cache)))
    assert len(read) == 1
    assert files == dict(build_tests(site(root)))
    for kept in (cache / "histories").rglob("*"):
        if kept.is_file():
            kept.write_bytes(b"damaged")
    assert files == dict(build_tests(site(root, cache)))


def test_an_old_address_of_a_moved_test_leads_to_it(archive: Path, files: dict[str, str]) -> None:
    first = next(page for page in build_pages(site(archive)) if page.kind.parent == "reports/index.md")
    old = set(re.findall(r"/tests/#(t\.[0-9a-f]{12})", html.unescape(first.markdown)))
    renamed = json.loads(files["tests/data.json"])["renamed"]
    ids = [one["id"] for one in decoded(files)]
    assert len(old) == 2
    assert all(one in ids or one.removeprefix("t.") in renamed for one in old)
    (moved,) = (one for one in old if one not in ids)
    assert list(decoded(files))[renamed[moved.removeprefix("t.")]]["key"][2:4] == ("tests.test_new", "y")


def test_a_site_without_a_run_has_the_page_and_no_files(tmp_path: Path) -> None:
    story(tmp_path / "history")
    empty = site(tmp_path / "history")
    assert dict(build_tests(empty)) == {}
    assert any(page.path == "tests/index.md" for page in build_pages(empty))

"""What other engines read from an export, and what becomes of the folder it is written to."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import polars as pl
import pytest
from tests.optional import needed
from tests.scenario import Run, append, contents, readiness, stored

from readiness.archive import Archive, store_at
from readiness.results import cache_folder, export

# passed, failed, error, skipped: the table of the people who ran the releases.
ATTRS = {
    "19.1.0": (653, 3, 4, 4),
    "19.2.0": (680, 7, 4, 5),
    "19.3.0": (681, 7, 4, 5),
    "20.1.0": (915, 10, 0, 6),
    "20.2.0": (930, 10, 0, 7),
    "20.3.0": (945, 10, 0, 6),
    "21.2.0": (1079, 13, 0, 7),
    "21.3.0": (1159, 13, 0, 8),
    "21.4.0": (1159, 13, 0, 8),
    "22.1.0": (1203, 0, 0, 5),
    "22.2.0": (1235, 0, 0, 6),
    "23.1.0": (1292, 1, 0, 6),
    "23.2.0": (1321, 1, 0, 5),
    "24.1.0": (1330, 0, 0, 5),
    "24.2.0": (1329, 1, 0, 5),
    "24.3.0": (1334, 1, 0, 8),
    "25.1.0": (1334, 1, 0, 8),
    "25.2.0": (1337, 1, 0, 8),
    "25.3.0": (1338, 1, 0, 8),
    "25.4.0": (1361, 1, 0, 9),
    "26.1.0": (1376, 1, 0, 9),
}
OUTCOMES = ("passed", "failed", "error", "skipped")
TABLES = ("results", "metrics", "inputs", "findings", "lists", "summaries")


@pytest.fixture(scope="module")
def attrs(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's own archive, exported."""
    target = tmp_path_factory.mktemp("export") / "attrs"
    export(Archive(repo_root / "history"), target, None)
    return target


@pytest.fixture
def history(tmp_path: Path) -> Path:
    root = tmp_path / "history"
    append(root, Run("a pass, b fail boom, c flaky | a b c d", metrics={"rss": "3.5 MB"}), 0)
    append(root, Run("a pass", files={"more.xml": b"<testsuite><testcase name='x'>"}), 1)
    return root


def by_polars(folder: Path) -> pl.DataFrame:
    return pl.scan_parquet(folder / "**/*.parquet", hive_partitioning=True).collect()


def by_duckdb(query: str, **folders: Path) -> list[tuple[object, ...]]:
    """Rows of a query in which `{name}` stands for the table in a folder."""
    tables = {name: f"read_parquet('{path}/**/*.parquet', hive_partitioning=true)" for name, path in folders.items()}
    with duckdb.connect() as connection:
        return connection.sql(query.format(**tables)).fetchall()


def count_cases(junit: Path) -> Counter[str]:
    """Outcomes of the `<testcase>` elements, by an XML parser that is not ours."""
    kinds = {"failure": "failed", "error": "error", "skipped": "skipped"}
    cases = ElementTree.fromstring(gzip.decompress(junit.read_bytes())).iter("testcase")
    return Counter(next((kinds[child.tag] for child in case if child.tag in kinds), "passed") for case in cases)


def typed(counts: dict[str, int]) -> tuple[int, ...]:
    return tuple(counts.get(outcome, 0) for outcome in OUTCOMES)


def test_both_engines_count_what_the_xml_holds(attrs: Path, repo_root: Path) -> None:
    rows = by_duckdb(
        "select run, outcome, count(*) from {results} group by all order by all", results=attrs / "results"
    )
    counted = by_polars(attrs / "results").group_by("run", "outcome").len().sort("run", "outcome").rows()
    assert rows == counted
    found: dict[str, dict[str, int]] = {}
    for run, outcome, number in counted:
        found.setdefault(run, {})[outcome] = number
    version_of = dict(by_polars(attrs / "runs").select("run", "version").rows())
    assert {version_of[run]: typed(counts) for run, counts in found.items()} == ATTRS
    for run, counts in found.items():
        (junit,) = (repo_root / "history" / "runs").glob(f"*/{run}/junit.xml.gz")
        assert counts == count_cases(junit)


def test_the_table_of_runs_adds_up(attrs: Path) -> None:
    runs = by_polars(attrs / "runs").sort("started")
    assert dict(zip(runs["version"], runs.select(OUTCOMES).rows(), strict=True)) == ATTRS
    summed = runs.select(pl.sum_horizontal(*OUTCOMES, "flaky", "not_run"))
    assert summed.to_series().to_list() == runs["tests"].to_list()
    assert runs["previous"].to_list() == [None, *runs["run"][:-1]]
    coverage = dict(runs.select("version", pl.col("lines_covered") / pl.col("lines_valid")).rows())
    assert (round(coverage["19.1.0"] * 100, 2), round(coverage["26.1.0"] * 100, 2)) == (93.78, 99.56)


def test_the_tables_join(attrs: Path) -> None:
    folders = {name: attrs / name for name in (*TABLES, "runs")}
    wall = "select version, value from {metrics} join {runs} using (run) where name = 'suite_wall_s' order by started"
    assert by_duckdb(wall, **folders)[0] == ("19.1.0", 36.68)
    assert by_duckdb("select count(*), count(distinct sha256) from {inputs}", **folders) == [(84, 84)]
    inputs = "{inputs} as i on i.run = f.run and i.source = f.source and i.variant = f.variant and i.name = f.input"
    findings = by_duckdb("select count(*) from {findings} as f", **folders)
    assert findings == by_duckdb(f"select count(*) from {{findings}} as f join {inputs}", **folders)
    lists = by_duckdb(
        "select version, l.tests, partial from {lists} as l join {runs} using (run) order by started", **folders
    )
    assert (lists[0], lists[-1]) == (("19.1.0", 660, True), ("26.1.0", 1386, False))


def test_types_that_every_engine_knows(attrs: Path) -> None:
    known = {pl.String, pl.Int64, pl.Float64, pl.Boolean, pl.Datetime("us", "UTC")}
    sql = {"VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMP WITH TIME ZONE"}
    for table in (*TABLES, "runs"):
        schema = by_polars(attrs / table).schema
        assert set(schema.values()) <= known
        assert schema["run"] == pl.String
        described = by_duckdb("describe select * from {table}", table=attrs / table)
        assert {row[1] for row in described} <= sql
        assert [row[0] for row in described] == schema.names()
        keys = by_duckdb(f"select distinct key from parquet_kv_metadata('{attrs / table}/**/*.parquet')")
        assert (b"ARROW:schema",) not in keys
        physical = by_duckdb(
            f"select distinct type, converted_type from parquet_schema('{attrs / table}/**/*.parquet')"
        )
        assert {row for row in physical if row[0]} <= {
            ("BYTE_ARRAY", "UTF8"),
            ("INT64", None),
            ("INT64", "TIMESTAMP_MICROS"),
            ("DOUBLE", None),
            ("BOOLEAN", None),
        }


def test_the_key_of_a_partition_is_in_the_path_alone(attrs: Path) -> None:
    for table in TABLES:
        for path in (attrs / table).rglob("*.parquet"):
            assert "run" not in pl.read_parquet_schema(path)
            assert re.fullmatch(
                rf"run=\d{{8}}T\d{{6}}Z-[0-9a-f]{{12}}/{table}\.parquet", str(path.relative_to(attrs / table))
            )


NUMBERS = ["1.10", "1.1", "007", "1e5", "2025-08-10", "true", "NULL", "__HIVE_DEFAULT_PARTITION__"]
HOSTILE = [*NUMBERS, "../x", "a=b", "a/b", "ü%2F\n", "V1", "v1", "x" * 500, " "]


def test_versions_come_back_as_they_are(tmp_path: Path) -> None:
    root = tmp_path / "history"
    for day, version in enumerate(HOSTILE):
        append(root, Run("a pass", version=version), day)
    export(Archive(root), tmp_path / "out", None)
    folders = {"results": tmp_path / "out/results", "runs": tmp_path / "out/runs"}
    joined = by_polars(folders["results"]).join(by_polars(folders["runs"]), on="run").sort("started")
    assert joined["version"].to_list() == HOSTILE
    assert by_duckdb("select version from {results} join {runs} using (run) order by started", **folders) == [
        (version,) for version in HOSTILE
    ]


@pytest.mark.parametrize("digits", ["123456789012", "1e1234567890", "000000000000"])
def test_an_id_of_digits_stays_text(digits: str, tmp_path: Path) -> None:
    """Engines guess the type of a partition key; alone in its folder nothing else would give the type away."""
    run = f"20250810T041200Z-{digits}"
    (tmp_path / f"run={run}").mkdir()
    pl.DataFrame({"x": [1]}).write_parquet(tmp_path / f"run={run}" / "results.parquet")
    assert by_polars(tmp_path)["run"].to_list() == [run]
    assert by_duckdb("select run from {t}", t=tmp_path) == [(run,)]


def test_a_listed_test_without_result_is_not_run(history: Path, tmp_path: Path) -> None:
    """What an earlier run would have expected is judgement, not result: the second run has no row for b, c and d."""
    export(Archive(history), tmp_path / "out", None)
    rows = by_polars(tmp_path / "out/results").sort("run", "name").select("name", "outcome", "listed").rows()
    assert rows == [
        ("a", "passed", True),
        ("b", "failed", True),
        ("c", "flaky", True),
        ("d", "not_run", True),
        ("a", "passed", False),
        ("x", "error", False),
    ]
    runs = by_polars(tmp_path / "out/runs").sort("started")
    assert runs.select("tests", "not_run", "loss").rows() == [(4, 1, False), (2, 0, True)]
    losses = by_polars(tmp_path / "out/findings").filter("loss")
    assert losses["input"].unique().to_list() == ["more.xml"]
    assert by_polars(tmp_path / "out/metrics").select("name", "value", "unit").rows() == [("rss", 3.5, "MB")]


def test_the_same_archive_gives_the_same_bytes(history: Path, tmp_path: Path) -> None:
    """From the evidence, from the cache, and in another process with another number of threads."""
    cache = cache_folder(tmp_path)
    for name, folder in (("first", None), ("filling", cache), ("cached", cache)):
        export(Archive(history), tmp_path / name, folder)
    script = "import sys; from readiness.cli import main; main(sys.argv[1:])"
    environment = os.environ | {"POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    arguments = ("export", "--to", str(tmp_path / "other"), "--history", str(history))
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""  # no progress bar where it is piped
    first = contents(tmp_path / "first")
    assert len(first) == 2 * len(TABLES) + 2
    for name in ("filling", "cached", "other"):
        assert contents(tmp_path / name) == first


def test_an_earlier_export_is_replaced_as_a_whole(history: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    assert readiness("export", "--to", target, "--history", history).exit_code == 0
    before = contents(target)
    later = append(history, "a pass", 2)
    done = readiness("export", "--to", target, "--history", history)
    assert done.exit_code == 0
    assert done.stdout == f"{target}: 3 runs, 7 results, 19 Parquet files.\n"
    new = set(contents(target)) - set(before)
    assert new == {f"{table}/run={later.id}/{table}.parquet" for table in TABLES}
    fewer = tmp_path / "fewer"
    append(fewer, "a pass", 2)
    assert readiness("export", "--to", target, "--history", fewer).exit_code == 0
    assert len(contents(target)) == len(TABLES) + 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [".cache", "fewer", "history", "out"]


def _a_note(target: Path) -> None:
    (target / "results" / "note.txt").write_text("mine")


def _a_folder(target: Path) -> None:
    (target / "charts").mkdir()


def _a_link(target: Path) -> None:
    (target / "lists" / "run=20250101T000000Z-0123456789ab").symlink_to("/")


def _without_mark(target: Path) -> None:
    (target / "export.json").unlink()


FOREIGN = {
    "note.txt": _a_note,
    "charts": _a_folder,
    "run=20250101T000000Z-0123456789ab": _a_link,
    "contains": _without_mark,
}


@pytest.mark.parametrize(("named", "change"), FOREIGN.items())
def test_a_folder_with_anything_else_is_refused(
    named: str, change: Callable[[Path], None], history: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    readiness("export", "--to", target, "--history", history)
    change(target)
    before = contents(target)
    done = readiness("export", "--to", target, "--history", history)
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"readiness: {target}: contains ")
    assert named in line
    assert "name a new or empty one" in line
    assert contents(target) == before


def test_an_empty_folder_and_a_link_to_one_are_fine(history: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o750)
    (tmp_path / "link").symlink_to("real")
    for _ in range(2):
        assert readiness("export", "--to", tmp_path / "link", "--history", history).exit_code == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o750
    assert json.loads((tmp_path / "real" / "export.json").read_text())["layout"] == 3


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("history/runs/out", "is inside the archive"),
        ("history", "is inside the archive"),
        (".", "is the current folder"),
        ("file", "file"),
        ("file/out", "cannot be written (Not a directory)"),
    ],
)
def test_targets_that_cannot_be(target: str, words: str, history: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    before = contents(tmp_path)
    done = readiness("export", "--to", target, "--history", "history")
    assert done.exit_code == 2
    assert words in done.stderr
    assert {name: content for name, content in contents(tmp_path).items() if not name.startswith(".cache/")} == before


def test_a_failed_write_leaves_the_earlier_export(
    history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    readiness("export", "--to", target, "--history", history)
    before = contents(target)
    append(history, "a pass", 2)
    real = Path.rename

    def refused(self: Path, other: Path) -> Path:
        if other == target and not self.name.endswith("-old"):
            raise OSError(28, "No space left on device")
        return real(self, other)

    monkeypatch.setattr(Path, "rename", refused)
    done = readiness("export", "--to", target, "--history", history)
    assert done.exit_code == 2
    assert (
        f"readiness: {target}: cannot be written (No space left on device). What was there is as it was" in done.stderr
    )
    assert contents(target) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [".cache", "history", "out"]


def test_a_damaged_archive_is_refused_by_name(history: Path, tmp_path: Path) -> None:
    manifest = next(history.rglob("run.json"))
    good = manifest.read_bytes()
    manifest.write_text("{")
    for path in (manifest, next(history.rglob("junit.xml.gz"))):
        path.write_bytes(b"{")
        done = readiness("export", "--to", tmp_path / "out", "--history", history)
        assert done.exit_code == 2
        assert str(path) in done.stderr
        assert sorted(one.name for one in tmp_path.iterdir() if one.name != ".cache") == ["history"]
        manifest.write_bytes(good)


def test_an_empty_archive(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    done = readiness("export", "--to", tmp_path / "out", "--history", tmp_path / "none")
    assert done.exit_code == 2
    assert "contains no runs" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_folder_of_the_pages_is_refused(history: Path) -> None:
    (history.parent / "mkdocs.yml").touch()
    done = readiness("export", "--to", history.parent / "docs", "--history", history)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert "MkDocs' pages" in done.stderr


def test_an_address_holds_what_a_folder_would(
    address: str, history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read back by DuckDB from the store itself; a second export replaces the first as a whole."""
    assert readiness("export", "--to", tmp_path / "out", "--history", history).exit_code == 0
    done = readiness("export", "--to", address, "--history", history)
    assert (done.exit_code, done.stdout.split(":")[0]) == (0, address.split(":")[0])
    assert stored(address) == contents(tmp_path / "out")
    with duckdb.connect() as connection:
        connection.register_filesystem(store_at(address)[0])
        results = f"read_parquet('{address}/results/*/*.parquet', hive_partitioning=true)"
        joined = f"{results} join '{address}/runs/runs.parquet' using (run)"
        counted = connection.sql(f"select version, outcome, count(*) from {joined} group by all order by all")
        assert counted.fetchall() == [
            ("1.0", "failed", 1),
            ("1.0", "flaky", 1),
            ("1.0", "not_run", 1),
            ("1.0", "passed", 1),
            ("1.1", "error", 1),
            ("1.1", "passed", 1),
        ]
    fewer = tmp_path / "fewer"
    append(fewer, "a pass", 2)
    assert readiness("export", "--to", f"{address}/", "--history", fewer).exit_code == 0
    assert len(stored(address)) == len(TABLES) + 2


def test_an_address_with_anything_else_is_refused(address: str, history: Path) -> None:
    store, base = store_at(address)
    store.pipe_file(f"{base}/results/note.txt", b"mine")
    done = readiness("export", "--to", address, "--history", history)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert f"{address}: contains results/note.txt, which was not written by this command" in done.stderr
    assert stored(address) == {"results/note.txt": b"mine"}


def test_an_interrupted_upload_is_put_right_by_the_next(
    address: str, history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = store_at(address)
    real, calls = store.put, iter(range(1))

    def refused(*arguments: object) -> None:
        if next(calls, None) is None:
            raise PermissionError(13, "Access Denied")
        real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(store, "put", refused)
        done = readiness("export", "--to", address, "--history", history)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert f"{address}: cannot be written (Access Denied)" in done.stderr
    assert [*stored(address)] == ["export.json"]
    assert readiness("export", "--to", address, "--history", history).exit_code == 0


def test_an_export_into_the_archive_of_a_store_is_refused(history: Path, tmp_path: Path) -> None:
    needed("fsspec")
    address = f"memory://{tmp_path.name}/history"
    for path, content in contents(history).items():
        store_at(address)[0].pipe_file(f"{address}/{path}", content)
    done = readiness("export", "--to", f"{address}/export", "--history", address)
    assert (done.exit_code, "is inside the archive" in done.stderr) == (2, True)


def test_the_address_of_a_folder_is_that_folder(history: Path, tmp_path: Path) -> None:
    for target in (tmp_path / "out", (tmp_path / "named").as_uri()):
        assert readiness("export", "--to", target, "--history", history).exit_code == 0
    assert contents(tmp_path / "named") == contents(tmp_path / "out")

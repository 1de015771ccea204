"""Polars, DuckDB and PySpark reduce the same results to equal summaries."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from tests.benchmarks.histories import History, new_run
from tests.optional import missing, needed
from tests.scenario import append, contents, readiness

from readiness.archive import Archive, Writer
from readiness.policy import default_text
from readiness.results import Engine, export, summaries

OTHERS = [Engine.DUCKDB, Engine.SPARK]


@pytest.fixture(scope="module")
def spark() -> Iterator[None]:
    """One session for all, started as fast as Java can; tests are skipped where it cannot be, unless CI demands it."""
    sql = needed("pyspark.sql")
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        missing("there is no Java")
    quick = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.shuffle.partitions": "1",
        "spark.ui.enabled": "false",
    }
    session = sql.SparkSession.builder.master("local[1]").config(map=quick).getOrCreate()
    yield
    session.stop()


@pytest.fixture(params=OTHERS)
def other(request: pytest.FixtureRequest) -> Engine:
    """An engine that is not the default one, ready to run."""
    if request.param is Engine.SPARK:
        request.getfixturevalue("spark")
    return request.param


@pytest.fixture(scope="module")
def exported(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of attrs, and of a history with failures that open, close and reopen in two variants."""
    folder = tmp_path_factory.mktemp("engines")
    with Writer(folder / "history") as writer:
        for run in History(runs=6, tests=200).all():
            writer.append(new_run(run), default_text(), "tests")
    export(Archive(folder / "history"), folder / "generated", None)
    export(Archive(repo_root / "history"), folder / "attrs", None)
    return folder


@pytest.mark.parametrize("name", ["attrs", "generated"])
def test_equal_tables(name: str, exported: Path, other: Engine) -> None:
    """And as many results of each outcome in each run as there are."""
    results = exported / name / "results"
    found = summaries(results, other).to_native()
    assert found.equals(summaries(results).to_native())
    assert found.schema == summaries(results).to_native().schema
    read = pl.read_parquet(results / "*/*.parquet", hive_partitioning=True)
    tests = found.group_by("run", "outcome").agg(pl.col("tests").sum())
    assert {(run, outcome): number for run, outcome, number in tests.rows()} == Counter(read["run", "outcome"].rows())


ODD = [
    "tests.test_a.TestX\n", "a.B$C.D", "a.É.B", "", " ", "it's \"quoted\" \\ % _ {} $1", "ß\u2028\U0001f600", ".A",
    "a..B", "a.B.c", "NULL", "null", "1e5", "a" * 3000 + ".B",
]  # fmt: skip


def test_what_is_odd_is_equal_too(tmp_path: Path, other: Engine) -> None:
    """Names that regular expressions, SQL or Java read in ways of their own; odd times; an id of digits alone."""
    times = [None, 0.0, 0.0000005, 0.0000015, 1e9, 0.1, 2.5e-7]
    rows = [
        {"group": group, "name": name, "outcome": outcome}
        for group in ODD
        for name in ODD[:4]
        for outcome in ("passed", "failed")
    ]
    frame = pl.DataFrame(rows).with_columns(
        source=pl.lit("tests"), variant=pl.lit(""), signature=pl.col("name"), listed=pl.int_range(pl.len()) % 3 == 0,
        run_level=pl.int_range(pl.len()) % 5 == 0, collection=pl.lit(False), attempts=pl.int_range(pl.len()),
        time_s=pl.Series([times[number % len(times)] for number in range(len(rows))], dtype=pl.Float64),
    )  # fmt: skip
    place = tmp_path / "a folder's" / "results" / "run=20250810T041200Z-123456789012"
    place.mkdir(parents=True)
    frame.write_parquet(place / "results.parquet")
    found = summaries(place.parent, other).to_native()
    assert found.equals(summaries(place.parent).to_native())
    assert set(found["run"]) == {"20250810T041200Z-123456789012"}
    assert found["tests"].sum() == len(rows)
    modules = dict(found.select("group", "module").unique().rows())
    assert modules["tests.test_a.TestX\n"] == "tests.test_a.TestX\n"
    assert (modules["a.B$C.D"], modules["a.B.c"], modules[".A"]) == ("a", "a.B.c", "")


def test_an_export_is_the_same_by_any_engine(tmp_path: Path, other: Engine) -> None:
    append(tmp_path / "history", "a pass, b fail boom, shop/TestCard/c skip no card | a b d", 0)
    append(tmp_path / "history", " | a", 1)
    for engine in (Engine.POLARS, other):
        done = readiness("export", "--to", tmp_path / engine, "--engine", engine, "--history", tmp_path / "history")
        assert done.exit_code == 0, done.output
    assert contents(tmp_path / other) == contents(tmp_path / Engine.POLARS)
    read = pl.read_parquet(tmp_path / other / "summaries/*/*.parquet", hive_partitioning=True)
    assert read.group_by("outcome").agg(pl.col("tests").sum()).sort("outcome").rows() == [
        ("failed", 1),
        ("not_run", 2),
        ("passed", 1),
        ("skipped", 1),
    ]


@pytest.mark.parametrize(("module", "engine"), [("duckdb", Engine.DUCKDB), ("pyspark.sql", Engine.SPARK)])
def test_an_engine_that_is_not_installed(
    module: str, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(tmp_path / "history", "a pass")
    monkeypatch.setitem(sys.modules, module, None)
    done = readiness("export", "--to", tmp_path / "out", "--engine", engine, "--history", tmp_path / "history")
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert f"the engine {engine} is not installed. Install it: pip install 'mkdocs-readiness[{engine}]'" in done.stderr
    assert not (tmp_path / "out").exists()


class _NoJava:
    """PySpark on a machine without Java."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self

    def getOrCreate(self) -> Any:  # noqa: N802
        raise RuntimeError("[JAVA_GATEWAY_EXITED] Java gateway process exited before sending its port number.")


def test_spark_without_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(tmp_path / "history", "a pass")
    session = SimpleNamespace(getActiveSession=lambda: None, builder=_NoJava())
    monkeypatch.setitem(sys.modules, "pyspark.sql", SimpleNamespace(SparkSession=session))
    done = readiness("export", "--to", tmp_path / "out", "--engine", "spark", "--history", tmp_path / "history")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert "PySpark cannot start (RuntimeError). Install Java 17 or newer" in done.stderr


def test_results_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "results" / "run=1").mkdir(parents=True)
    (tmp_path / "results" / "run=1" / "results.parquet").write_bytes(b"PAR1")
    for engine in (Engine.POLARS, Engine.DUCKDB):
        with pytest.raises(Exception, match="cannot be reduced by"):
            summaries(tmp_path / "results", engine)

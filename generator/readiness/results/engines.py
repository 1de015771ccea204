"""Engines that reduce results to summaries: Polars unless told, else DuckDB or PySpark."""

import importlib
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

import narwhals as nw

from readiness.archive import is_address, store_at
from readiness.errors import UsageError
from readiness.results.rows import Table
from readiness.results.summary import SUMMARY, summary


class Engine(StrEnum):
    """What computes."""

    POLARS = "polars"
    DUCKDB = "duckdb"
    SPARK = "spark"


def scan(results: Path | str, engine: Engine = Engine.POLARS) -> nw.LazyFrame[Any]:
    """The partitioned results of an export, `DIR/results` or its address, as a lazy frame; nothing is read yet.

    `run`, the partition key, is a column. Addresses are read as the engine itself reads them. Raises UsageError where
    the engine is not installed, or cannot run.
    """
    place = str(results).rstrip("/") if is_address(str(results)) else str(Path(results).absolute())
    frame: nw.LazyFrame[Any] = nw.from_native(_SCANS[engine](place))
    return frame


def write_summary(results: Path | str, place: Path, engine: Engine = Engine.POLARS) -> None:
    """Reduce the partitioned results of an export to the summary of all runs, written as Parquet, in no order.

    `place` becomes a file, or a folder of files where Spark writes it. Neither results nor summary are in memory as a
    whole. Raises UsageError as `scan` does, and where the engine fails.
    """
    try:
        summary(scan(results, engine)).sink_parquet(str(place))
    except UsageError:
        raise
    except Exception as error:
        remedy = "See whether these are the results of an export, and whether memory and disk have room enough"
        problem = f"cannot be reduced by {engine} ({type(error).__name__}: {error})"
        raise UsageError(problem, path=results, remedy=remedy) from error


def summaries(results: Path | str, engine: Engine | str = Engine.POLARS) -> Table:
    """The summary of all runs of an export, reduced by that engine, in order of the columns.

    The engines give equal tables. Raises UsageError as `write_summary` does.
    """
    with TemporaryDirectory() as folder:
        place = Path(folder, "summary.parquet")
        write_summary(results, place, Engine(engine))
        found = nw.read_parquet(str(place / "*.parquet" if place.is_dir() else place), backend="polars")
    return found.sort(*SUMMARY)


def _polars(results: str) -> Any:
    return nw.scan_parquet(f"{results}/*/*.parquet", backend="polars", hive_partitioning=True)


def _duckdb(results: str) -> Any:
    duckdb = _installed("duckdb", Engine.DUCKDB)
    connection = duckdb.connect(config={"temp_directory": gettempdir(), "preserve_insertion_order": False})
    if "://" in results:
        store, _ = store_at(results)
        connection.register_filesystem(store)
    files = f"{results}/*/*.parquet".replace("'", "''")
    options = "hive_partitioning = true, hive_types_autocast = false"
    return connection.sql(f"select * from read_parquet('{files}', {options})")


_LOCAL_SPARK = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "4g",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def _spark(results: str) -> Any:
    """A session that is active is used as it is; else one on all cores of this machine."""
    sql = _installed("pyspark.sql", Engine.SPARK)
    session = sql.SparkSession.getActiveSession()
    if session is None:
        builder = sql.SparkSession.builder.master("local[*]").appName("readiness").config(map=_LOCAL_SPARK)
        try:
            session = builder.getOrCreate()
        except Exception as error:
            remedy = "Install Java 17 or newer, on Debian and Ubuntu: apt-get install default-jre-headless"
            raise UsageError(f"PySpark cannot start ({type(error).__name__})", remedy=remedy) from error
        session.sparkContext.setLogLevel("ERROR")
    # Else ids of digits alone would come back as numbers.
    session.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
    return session.read.parquet(results if "://" in results else f"file://{results}")


_SCANS: dict[Engine, Callable[[str], Any]] = {
    Engine.POLARS: _polars,
    Engine.DUCKDB: _duckdb,
    Engine.SPARK: _spark,
}


def _installed(module: str, engine: Engine) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        remedy = f"Install it: pip install 'mkdocs-readiness[{engine}]'"
        raise UsageError(f"the engine {engine} is not installed", remedy=remedy) from error

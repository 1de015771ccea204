"""`readiness export`: the results of all runs as Hive-partitioned Parquet, for any other engine."""

from pathlib import Path
from typing import Any

import click

from readiness.cli.options import archive_in, engine, history, project_of
from readiness.errors import UsageError
from readiness.numbers import plural

_EXAMPLE = """\b
Example
  readiness export --to results
  duckdb -c "select version, failed from 'results/runs/*.parquet' order by started" """


class _Target(click.Path):
    """A folder as a path, an address as the text that it is."""

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        is_address = isinstance(value, str) and "://" in value
        return value if is_address else super().convert(value, parameter, context)


@click.command("export", epilog=_EXAMPLE.rstrip())
@click.option(
    "--to",
    "target",
    type=_Target(path_type=Path, file_okay=False),
    required=True,
    help="Folder to write, or an address: s3://bucket/prefix.",
)
@engine
@history
def command(target: Path | str, engine: str, history: Path) -> None:
    """Write the results and summaries of all runs as Hive-partitioned Parquet, for any other engine.

    The folder is new, empty, or an earlier export, which is replaced as a whole. The same archive gives the same bytes.
    """
    from readiness.render.console import progress
    from readiness.results import Engine, cache_folder, export

    project = project_of(history)
    pages = (project / "docs").resolve()
    if isinstance(target, Path) and (project / "mkdocs.yml").is_file() and target.resolve().is_relative_to(pages):
        problem = "is the folder of MkDocs' pages, and would be published with them"
        raise UsageError(problem, path=target, remedy="Choose another folder with --to, such as results")
    archive = archive_in(history)
    with progress("Exporting") as advance:
        done = export(archive, target, cache_folder(project), advance, Engine(engine))
    told = f"{plural(done.runs, 'run')}, {plural(done.results, 'result')}, {plural(done.files, 'Parquet file')}"
    click.echo(f"{target}: {told}.")

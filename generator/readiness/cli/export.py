"""`readiness export`: the results of all runs as Hive-partitioned Parquet, for any other engine."""

from __future__ import annotations

from pathlib import Path

import click

from readiness.cli.options import archive_in, history, project_of, target
from readiness.errors import UsageError

_EXAMPLE = """\b
Example
  readiness export --to results
  duckdb -c "select version, failed from 'results/runs/*.parquet' order by started" """


@click.command("export", epilog=_EXAMPLE.rstrip())
@target
@history
def command(target: Path, history: Path) -> None:
    """Write the results of all runs as Hive-partitioned Parquet, for any other engine.

    The folder is new, empty, or an earlier export, which is replaced as a whole. The same archive gives the same bytes.
    """
    from readiness.numbers import plural
    from readiness.render.console import progress
    from readiness.results import cache_folder, export

    project = project_of(history)
    if (project / "mkdocs.yml").is_file() and target.resolve().is_relative_to((project / "docs").resolve()):
        problem = "is the folder of MkDocs' pages, and would be published with them"
        raise UsageError(problem, path=target, remedy="Choose another folder with --to, such as results")
    archive = archive_in(history)
    with progress("Exporting") as advance:
        done = export(archive, target, cache_folder(project), advance)
    told = f"{plural(done.runs, 'run')}, {plural(done.results, 'result')}, {plural(done.files, 'Parquet file')}"
    click.echo(f"{target}: {told}.")

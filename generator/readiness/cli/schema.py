"""`readiness schema`: the JSON Schema of what is read and written, for editors and other tools."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import click

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@click.command("schema", epilog="\b\nExample\n  readiness schema policy > readiness.schema.json")
@click.argument(
    "record", type=click.Choice(["policy", "manifest", "judgement", "notice", "report", "gate", "diff", "site"])
)
def command(record: str) -> None:
    """Print the JSON Schema of a file that readiness reads or writes.

    policy: readiness.yml; manifest, judgement, notice: the records of the archive; report: report.json;
    site: readiness.json; gate and diff: what these commands print.
    """
    from readiness.archive import judgement_schema, manifest_schema, notice_schema
    from readiness.assessment import Changes
    from readiness.policy import policy_schema
    from readiness.render.site_index import SiteIndex
    from readiness.report import GateResult, Report, schema

    schemas: dict[str, Callable[[], dict[str, Any]]] = {
        "policy": policy_schema,
        "manifest": manifest_schema,
        "judgement": judgement_schema,
        "notice": notice_schema,
        "report": partial(schema, Report, "report.json"),
        "gate": partial(schema, GateResult, "readiness gate --format json"),
        "site": partial(schema, SiteIndex, "readiness.json"),
        "diff": partial(schema, Changes, "readiness diff --format json"),
    }
    click.echo(json.dumps({"$schema": DIALECT, **schemas[record]()}, indent=2, ensure_ascii=False))

"""`readiness schema`: the JSON Schema of what is read and written, for editors and other tools."""

from __future__ import annotations

import json

import click


@click.command("schema", epilog="\b\nExample\n  readiness schema policy > readiness.schema.json")
@click.argument("record", type=click.Choice(["policy", "manifest", "judgement"]))
def command(record: str) -> None:
    """Print the JSON Schema of readiness.yml, of a run's manifest, or of a judgement."""
    from readiness.archive.json_schema import judgement_schema, manifest_schema
    from readiness.policy.json_schema import policy_schema

    made = {"policy": policy_schema, "manifest": manifest_schema, "judgement": judgement_schema}[record]()
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))

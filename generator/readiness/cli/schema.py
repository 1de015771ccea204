"""`readiness schema`: the JSON Schema of what is read and written, for editors and other tools."""

from __future__ import annotations

import json

import click


@click.command("schema", epilog="\b\nExample\n  readiness schema policy > readiness.schema.json")
@click.argument("record", type=click.Choice(["policy", "manifest", "judgement", "gate", "diff"]))
def command(record: str) -> None:
    """Print the JSON Schema of readiness.yml, of a run's manifest, a judgement, or of what `gate` and `diff` print."""
    from readiness.archive.json_schema import judgement_schema, manifest_schema
    from readiness.policy.json_schema import policy_schema
    from readiness.render.as_json import diff_schema, gate_schema

    schemas = {
        "policy": policy_schema,
        "manifest": manifest_schema,
        "judgement": judgement_schema,
        "gate": gate_schema,
        "diff": diff_schema,
    }
    click.echo(json.dumps(schemas[record](), indent=2, ensure_ascii=False))

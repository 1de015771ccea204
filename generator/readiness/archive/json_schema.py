"""JSON Schema of the archive's records, for whoever reads them with other tools."""

from __future__ import annotations

from typing import Any

from readiness.archive.manifest import Judgement, Manifest
from readiness.archive.upgrade import SCHEMA


def manifest_schema() -> dict[str, Any]:
    """Schema of `run.json`."""
    return _titled(Manifest.model_json_schema(mode="serialization"), f"run.json, schema {SCHEMA}")


def judgement_schema() -> dict[str, Any]:
    """Schema of `judgements/N.yml`, its last line included."""
    found = _titled(Judgement.model_json_schema(mode="serialization"), f"judgements/N.yml, schema {SCHEMA}")
    digest = {"description": "SHA-256 of the lines above.", "pattern": "^[0-9a-f]{64}$", "type": "string"}
    found["properties"]["digest"] = digest
    found["required"] = [*found["required"], "digest"]
    return found


def _titled(schema: dict[str, Any], title: str) -> dict[str, Any]:
    # Written in every record, whatever stands in for it when one is made.
    required = ["schema", *schema["required"]]
    return {**schema, "title": title, "required": required}

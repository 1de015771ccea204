"""JSON Schema of the archive's records, for whoever reads them with other tools."""

from typing import Any

from readiness.archive.manifest import Judgement, Manifest
from readiness.archive.notices import SCHEMA as NOTICE_SCHEMA
from readiness.archive.notices import Notice
from readiness.archive.upgrade import SCHEMA
from readiness.serial import schema_of


def manifest_schema() -> dict[str, Any]:
    """Schema of `run.json`."""
    return _titled(schema_of(Manifest), f"run.json, schema {SCHEMA}")


def judgement_schema() -> dict[str, Any]:
    """Schema of `judgements/N.yml`, its last line included."""
    found = _titled(schema_of(Judgement), f"judgements/N.yml, schema {SCHEMA}")
    return _sealed(found, "SHA-256 of the lines above.")


def notice_schema() -> dict[str, Any]:
    """Schema of `notices/*.json`, its last key included."""
    found = _titled(schema_of(Notice), f"notices/*.json, schema {NOTICE_SCHEMA}")
    return _sealed(found, "SHA-256 of the record without this key.")


def _sealed(schema: dict[str, Any], description: str) -> dict[str, Any]:
    digest = {"description": description, "pattern": "^[0-9a-f]{64}$", "type": "string"}
    properties = {**schema["properties"], "digest": digest}
    return {**schema, "properties": properties, "required": [*schema["required"], "digest"]}


def _titled(schema: dict[str, Any], title: str) -> dict[str, Any]:
    # Written in every record, whatever stands in for it when one is made.
    required = ["schema", *schema["required"]]
    return {**schema, "title": title, "required": required}

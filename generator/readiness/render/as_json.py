"""The JSON that commands print, and its JSON Schema, both from the same records."""

from __future__ import annotations

import json
from typing import Any

from readiness.render.answer import Answer
from readiness.render.diff_record import DiffRecord
from readiness.render.difference import Difference
from readiness.render.gate_record import GateRecord
from readiness.render.records import Record

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def gate_json(answer: Answer) -> str:
    """The answer of the gate; plain ASCII, so that no character of a run acts on a terminal or a log."""
    return _json(GateRecord.of(answer))


def diff_json(found: Difference) -> str:
    """What changed between two judgements; plain ASCII."""
    return _json(DiffRecord.of(found))


def _json(record: Record) -> str:
    return json.dumps(record.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=True)


def gate_schema() -> dict[str, Any]:
    """Schema of `readiness gate --format json`."""
    return _schema(GateRecord, "readiness gate --format json")


def diff_schema() -> dict[str, Any]:
    """Schema of `readiness diff --format json`."""
    return _schema(DiffRecord, "readiness diff --format json")


def _schema(record: type[Record], title: str) -> dict[str, Any]:
    return {"$schema": DIALECT, **record.model_json_schema(mode="serialization"), "title": title}

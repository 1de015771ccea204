"""A report as JSON, and its schema."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from readiness.serial import REPORT

T = TypeVar("T")

_adapter: Any = cache(TypeAdapter)


def written(record: object) -> str:
    """Any record as JSON; plain ASCII, so that no character of a run acts on a terminal or a log."""
    plain = _adapter(type(record)).dump_python(record, mode="json", by_alias=True)
    return json.dumps(plain, indent=2, ensure_ascii=True)


def read(text: str, kind: type[T]) -> T:
    """The record that `written` wrote; raises ValueError where it is none of that kind."""
    found: T = _adapter(kind).validate_python(json.loads(text), context=REPORT, by_alias=True)
    return found


def schema(kind: type[object], title: str) -> dict[str, Any]:
    """The JSON Schema of what `written` writes of a kind of record."""
    return {**_adapter(kind).json_schema(mode="serialization", by_alias=True), "title": title}

"""A report as JSON, and its schema."""

from typing import Any, TypeVar

from readiness.serial import json_of, record_in, schema_of

T = TypeVar("T")


def written(record: object, indent: int | None = 2) -> str:
    """Any record as JSON; printable ASCII, so that no character of a run acts on a terminal or a log."""
    return json_of(record, type(record), indent).replace("\x7f", "\\u007f")


def read(text: str, kind: type[T]) -> T:
    """The record that `written` wrote; raises ValueError where it is none of that kind."""
    found: T = record_in(text, kind)
    return found


def schema(kind: type[object], title: str) -> dict[str, Any]:
    """The JSON Schema of what `written` writes of a kind of record."""
    return {**schema_of(kind), "title": title}

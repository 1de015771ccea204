"""A report as JSON, and its schema."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from pydantic_core import to_json

from readiness.serial import plain_of, record_in, schema_of

T = TypeVar("T")

_OTHERWISE = re.compile(r"(?:: |\n *|^)-?[0-9.]+e|(?:: |\n *|^)-?0\.0000|\x7f")
"""A number that may have an exponent, or a letter that only one of them escapes."""


def written(record: object) -> str:
    """Any record as JSON; plain ASCII, so that no character of a run acts on a terminal or a log."""
    return json_of(plain_of(record, type(record)))


def json_of(plain: object) -> str:
    """As `json.dumps` with an indent writes it, but by pydantic, which takes an eighth of the time.

    What the two write in different ways is left to `json`.
    """
    try:
        text = to_json(plain, indent=2, ensure_ascii=True, inf_nan_mode="constants").decode()
    except ValueError:  # half of a surrogate pair
        return json.dumps(plain, indent=2)
    return json.dumps(plain, indent=2) if _OTHERWISE.search(text) else text


def read(text: str, kind: type[T]) -> T:
    """The record that `written` wrote; raises ValueError where it is none of that kind."""
    found: T = record_in(text, kind)
    return found


def schema(kind: type[object], title: str) -> dict[str, Any]:
    """The JSON Schema of what `written` writes of a kind of record."""
    return {**schema_of(kind), "title": title}

"""How values that JSON does not know are written in a report, and read back without loss."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from functools import cache, cached_property
from inspect import cleandoc, getsource
from itertools import pairwise
from textwrap import dedent
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import CoreSchema, core_schema

from readiness.model import TestKey

T = TypeVar("T")

REPORT = "report"
"""The context in which a report is read back: amounts stand in it as objects."""

_adapter: Any = cache(TypeAdapter)


def plain_of(record: object, kind: Any) -> Any:
    """A record of that kind as JSON has it."""
    return _adapter(kind).dump_python(record, mode="json", by_alias=True)


def json_of(record: object, kind: Any, indent: int | None = None) -> str:
    """`plain_of` a record as JSON in ASCII."""
    try:
        found: bytes = _adapter(kind).dump_json(record, indent=indent, ensure_ascii=True, by_alias=True)
    except ValueError:  # half of a surrogate pair
        return json.dumps(plain_of(record, kind), indent=indent)
    return found.decode()


def record_of(plain: Any, kind: Any) -> Any:
    """The record of that kind that `plain_of` gave; raises ValueError where it is none."""
    return _adapter(kind).validate_python(plain, context=REPORT, by_alias=True)


def record_in(text: str | bytes, kind: Any) -> Any:
    """The record of that kind whose `plain_of` a JSON text holds; raises ValueError where it holds none."""
    try:
        return _adapter(kind).validate_json(text, context=REPORT, by_alias=True)
    except ValueError:  # half of a surrogate pair: JSON has room for it, this reader of JSON has none
        return record_of(json.loads(text), kind)


def schema_of(kind: Any, mode: JsonSchemaMode = "serialization") -> dict[str, Any]:
    """The JSON Schema of what `plain_of` gives of a kind of record, or of what it is read from (`validation`)."""
    found: dict[str, Any] = _adapter(kind).json_schema(mode=mode, by_alias=True, schema_generator=_Described)
    return found


class _Described(GenerateJsonSchema):
    """A JSON Schema in which docstrings of fields stand: read from the sources here, not whenever a record is used."""

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> dict[str, Any]:
        """That of a dataclass."""
        return _described(super().dataclass_schema(schema), schema["cls"])

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        """That of a model."""
        return _described(super().model_schema(schema), schema["cls"])


def _described(schema: dict[str, Any], kind: type) -> dict[str, Any]:
    for name, told in _docstrings(kind).items():
        if name in schema.get("properties", ()):
            schema["properties"][name]["description"] = told
    return schema


def _docstrings(kind: type) -> dict[str, str]:
    """What stands below each field of a class, and of those that it is made from."""
    found: dict[str, str] = {}
    for each in reversed(kind.__mro__[:-1]):
        with suppress(OSError, TypeError):
            (written,) = ast.parse(dedent(getsource(each))).body
            for field, below in pairwise(getattr(written, "body", ())):
                match field, below:
                    case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(told))):
                        found[name] = cleandoc(told)
    return found


ALWAYS_THERE = ConfigDict(json_schema_serialization_defaults_required=True)
"""Of a record and all that it holds: every key is always there."""


def telling(*names: str) -> Callable[[type[T]], type[T]]:
    """Write these properties of a dataclass beside its fields: who reads them need not know the rules.

    Reading derives them anew.
    """

    def schema(source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        found = handler(source)
        fields = handler.resolve_ref_schema(found)["schema"]
        fields["computed_fields"] = [
            core_schema.computed_field(name, handler.generate_schema(_told(source, name))) for name in names
        ]
        return found

    def with_them(kind: type[T]) -> type[T]:
        kind.__get_pydantic_core_schema__ = staticmethod(schema)  # type: ignore[attr-defined]
        return kind

    return with_them


def _told(source: type[object], name: str) -> Any:
    """What a property is, and what its docstring says."""
    told = getattr(source, name)
    read: Any = told.func if isinstance(told, cached_property) else told.fget
    kind = get_type_hints(read, include_extras=True)["return"]
    return Annotated[kind, Field(description=cleandoc(read.__doc__))]


def number(value: Fraction) -> int | float | None:
    """The number as JSON has it; None where it is too large for 64 bits."""
    if value.denominator == 1 and abs(value) < 2**63:
        return int(value)
    try:
        return float(value)
    except OverflowError:
        return None


_EXACT = {
    "type": "object",
    "properties": {
        "value": {"type": ["number", "null"], "description": "Null where it is too large for 64 bits."},
        "exact": {"type": "string", "description": "The same as a fraction, or as a whole number."},
    },
    "required": ["value", "exact"],
}

Exact = Annotated[
    Fraction,
    BeforeValidator(lambda written: Fraction(written["exact"]) if isinstance(written, dict) else written),
    PlainSerializer(lambda value: {"value": number(value), "exact": str(value)}, return_type=dict[str, Any]),
    WithJsonSchema(_EXACT),
]
"""A number as machines read it, and exactly."""


class _Sorted:
    """A set as the list of what it holds, in order."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        (values,) = get_args(source)
        one = handler.generate_schema(values)
        in_order = core_schema.plain_serializer_function_ser_schema(sorted, return_schema=core_schema.list_schema(one))
        return core_schema.frozenset_schema(one, serialization=in_order)


Ordered = Annotated[frozenset[T], _Sorted()]
"""A set, written in order."""


class _Pairs:
    """A mapping as a list of keys with their values: JSON has text alone for keys."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        name, (keys, values) = self._key, get_args(source)
        fields = {name: handler.generate_schema(keys), "value": handler.generate_schema(values)}
        pairs = core_schema.list_schema(
            core_schema.typed_dict_schema({name: core_schema.typed_dict_field(one) for name, one in fields.items()})
        )
        return core_schema.no_info_after_validator_function(
            lambda found: {pair[name]: pair["value"] for pair in found},
            pairs,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda found: [{name: key, "value": found[key]} for key in sorted(found)], return_schema=pairs
            ),
        )


ByTest = Annotated[Mapping[TestKey, T], _Pairs("test")]
"""A value for each of some tests."""

K = TypeVar("K")
Pairs = Annotated[Mapping[K, T], _Pairs("key")]
"""A value for each of some keys that are more than text."""

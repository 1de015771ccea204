"""How pydantic writes a named tuple: as an object, and reads it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_type_hints

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


def as_object(source: Any, handler: GetCoreSchemaHandler, *told: str) -> CoreSchema:
    """How a named tuple is written: as an object with the names of its fields, and with those texts that it tells."""
    from pydantic_core import core_schema

    types = {**get_type_hints(source), **dict.fromkeys(told, str)}
    fields = {
        name: core_schema.typed_dict_field(handler.generate_schema(types[name])) for name in (*source._fields, *told)
    }
    read = core_schema.typed_dict_schema({name: fields[name] for name in source._fields})
    return core_schema.union_schema(
        [
            core_schema.is_instance_schema(source),
            core_schema.no_info_after_validator_function(lambda found: source(**found), read),
        ],
        serialization=core_schema.plain_serializer_function_ser_schema(
            lambda found: {name: getattr(found, name) for name in fields},
            return_schema=core_schema.typed_dict_schema(fields),
        ),
        ref=reference(source),
    )


def reference(source: type[object]) -> str:
    """The name of a kind among the definitions of a schema."""
    return f"{source.__module__}.{source.__qualname__}:{id(source)}"

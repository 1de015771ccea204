"""Notes: what a judgement has to say of something, as data; `phrases` has the words."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from readiness.serial import Exact, number
from readiness.tuples import reference


class Amount(NamedTuple):
    """A value in a unit: `%`, `s`, a metric's own, or none."""

    value: Exact
    unit: str


@dataclass(frozen=True)
class Note:
    """One thing to say: a kind, which has a macro of that name in the words, and the values that it names."""

    kind: str
    values: tuple[tuple[str, object], ...] = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """In JSON an object: `kind`, and each value by its name."""
        from pydantic_core import core_schema as core

        return core.no_info_plain_validator_function(
            _read,
            serialization=core.plain_serializer_function_ser_schema(_written, return_schema=core.any_schema()),
            ref=reference(cls),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        """What kinds there are is a matter of the words."""
        return {"type": "object", "properties": {"kind": {"type": "string"}}, "required": ["kind"]}


def _written(value: object) -> object:
    if isinstance(value, Note):
        return {"kind": value.kind, **{name: _written(each) for name, each in value.values}}
    if isinstance(value, Amount):
        return {"value": number(value.value), "exact": str(value.value), "unit": value.unit}
    return [_written(each) for each in value] if isinstance(value, tuple) else value


def _read(written: Any) -> Any:
    if isinstance(written, list):
        return tuple(_read(each) for each in written)
    if isinstance(written, dict) and "kind" in written:
        values = tuple((name, _read(each)) for name, each in written.items() if name != "kind")
        return Note(written["kind"], values)
    return Amount(Fraction(written["exact"]), written["unit"]) if isinstance(written, dict) else written


def note(kind: str, **values: str | int | Amount | Note | tuple[str | Note, ...]) -> Note:
    """A note of that kind."""
    return Note(kind, tuple(values.items()))

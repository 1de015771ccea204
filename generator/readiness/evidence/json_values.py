"""What a JSON value may be taken for: a finite number, a whole number, a text. Anything else is None or empty."""

import json
import math

SHOWN = 2_000
"""Characters of a value that a message or a name may show."""


class RepeatedMember(ValueError):
    """An object names a member twice, so that one of its values would be lost."""


def parsed(content: str | bytes) -> object:
    """The JSON value. Raises ValueError where it is none, RepeatedMember where a member stands twice."""
    return json.loads(content, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise RepeatedMember(next(name for at, (name, _) in enumerate(pairs) if name in dict(pairs[:at])))
    return made


def finite(value: object) -> float | None:
    """A finite number, or None; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        measured = float(value)
    except OverflowError:
        return None
    return measured if math.isfinite(measured) else None


def whole(value: object) -> int | None:
    """A whole number from 0 to a quintillion, or None; `3.0` counts as one."""
    measured = finite(value)
    return int(measured) if measured is not None and measured.is_integer() and 0 <= measured < 1e18 else None


def text(value: object) -> str:
    r"""A text, else nothing. Lone surrogates, which JSON can hold and no file can, are written as `\\udXXX`."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")


def shown(value: object) -> str:
    """Any value as a message may show it, the beginning of a long one."""
    return (text(value) if isinstance(value, str) else str(value))[:SHOWN]


def members(value: object) -> dict[str, object]:
    """The members of an object, else none."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    """The items of a list, else none."""
    return value if isinstance(value, list) else []


def plain_number(value: float) -> int | float:
    """A whole number as int, so that it is shown without a decimal part."""
    return int(value) if value.is_integer() else value

"""The difference of two policies: each part that one of them lacks, and each field that they do not share."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from readiness.policy.parts import Part
from readiness.policy.quantity import Quantity, Relative
from readiness.policy.schema import Policy

Texts = Mapping[str, str]
"""Every field of a part, such as `signoff.by`, as text; empty where it says nothing."""

_Key = tuple[str, tuple[object, ...], int]
"""Kind and identity of a part, and how many of that identity stand before it: not every list forbids that."""


@dataclass(frozen=True)
class PolicyDifference:
    """A part of a policy that is not as it was."""

    kind: str
    """The key under which it stands: `criteria`, `checklist.items`; empty for the policy itself."""
    name: str
    before: Texts | None
    """None where it is new."""
    now: Texts | None
    """None where it is gone."""
    fields: tuple[str, ...] = ()
    """What a part that both hold says otherwise; an item of the checklist has its `group` as well."""
    moved: tuple[str, ...] = ()
    """Its lists in which those parts that both policies hold have changed places."""


def differences(before: Policy, now: Policy) -> Iterator[PolicyDifference]:
    """Everything that a policy says otherwise than one before it; nothing where the two are equal."""
    then, today = (_rows(policy) if before != now else {} for policy in (before, now))
    for key in dict.fromkeys((*today, *then)):
        kind, name = key[0], _text(tuple(filter(None, key[1])))
        old, new = then.get(key), today.get(key)
        if old is None or new is None:
            yield PolicyDifference(kind, name, _texts(old) if old else None, _texts(new) if new else None)
        elif differing := [one for one in dict.fromkeys((*new, *old)) if _differ(old.get(one), new.get(one))]:
            moved = tuple(one for one in differing if None not in (_places(old.get(one)), _places(new.get(one))))
            fields = tuple(one for one in differing if one not in moved)
            yield PolicyDifference(kind, name, _texts(old), _texts(new), fields, moved)


def texts(part: Part) -> Texts:
    """Every field of a part and of what belongs to it, as text; of other parts that it lists, their names."""
    return _texts(dict(_values(part)))


def _rows(policy: Policy) -> dict[_Key, dict[str, object]]:
    rows, seen = dict[_Key, dict[str, object]](), Counter[tuple[str, object]]()
    for kind, identity, fields in _walk(policy, "", {}):
        rows[kind, identity, seen[kind, identity]] = fields
        seen[kind, identity] += 1
    return rows


def _walk(
    part: Part, kind: str, holder: dict[str, object]
) -> Iterator[tuple[str, tuple[object, ...], dict[str, object]]]:
    """(kind, identity, fields and what identifies the part that it stands in) of the part, then of those in it."""
    fields, identity = dict(_values(part)), _identity(part)
    yield kind, tuple(identity.values()), holder | fields
    for name, value in fields.items():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Part):
                yield from _walk(one, f"{kind}.{name}".lstrip("."), identity)


def _values(part: Part, prefix: str = "") -> Iterator[tuple[str, object]]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Part) and value.identity is None:
            yield from _values(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _identity(part: Part) -> dict[str, object]:
    return {name: getattr(part, name) for name in part.identity or ()}


def _places(value: object) -> list[tuple[object, ...]] | None:
    """Which parts a list names, in order; None for what is no list of parts."""
    parts = value if isinstance(value, tuple) else (value,)
    known = [tuple(_identity(one).values()) for one in parts if isinstance(one, Part) and one.identity is not None]
    return list(dict.fromkeys(known)) if len(known) == len(parts) else None


def _differ(before: object, now: object) -> bool:
    """True for another value, or another order; each part of a list is compared by itself."""
    old, new = _places(before), _places(now)
    if old is None or new is None:
        return before != now and not (old or new)
    both = {*old} & {*new}
    return [one for one in old if one in both] != [one for one in new if one in both]


def _texts(values: Mapping[str, object]) -> Texts:
    return {name: _text(value) for name, value in values.items()}


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, Part):
        return _text(tuple(filter(None, _identity(value).values())))
    return "" if value is None else value.text if isinstance(value, Quantity | Relative) else str(value)

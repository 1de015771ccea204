"""Texts that make a backtracking engine work: made from a pattern, as somebody who knows it would."""

from __future__ import annotations

import re._parser as sre  # type: ignore[import-not-found]
from collections.abc import Iterator, Sequence
from typing import Any

CANDIDATES = " a0A.-_/:=+\"'<>\\\n\t(#,;!@~x1Fz\r{}[]|^&*%$?"
SEPARATORS = ("", " ", "\n", "-", "\\n")
BETWEEN = (0, 1, 40)
"""How often what a repetition takes stands between two beginnings."""


def attacks(pattern: str, flags: int = 0) -> Iterator[tuple[str, str]]:
    """Pairs of what stands once and what is repeated behind it: every repetition of the pattern pumped, never ended."""
    tree = sre.parse(pattern, flags)
    seen: set[tuple[str, str]] = set()
    whole = _sample(tree)
    units = [("", whole + between) for between in SEPARATORS]
    units += [("", whole[:-1] + between) for between in SEPARATORS if len(whole) > 1]
    for before, body in _repetitions(tree, ""):
        for pump in _pumps(body):
            units.append((before, pump))
            units += [("", before + pump * often + between) for often in BETWEEN for between in SEPARATORS]
    for once, unit in units:
        if unit and (once, unit) not in seen:
            seen.add((once, unit))
            yield once, unit


def grown(once: str, unit: str, size: int) -> str:
    """The text of that many characters, or a few less; at its end what no pattern takes."""
    return once + unit * max((size - len(once)) // len(unit), 1) + "\x00"


def _repetitions(tree: Sequence[Any], before: str) -> Iterator[tuple[str, Sequence[Any]]]:
    """What each repetition without a small bound repeats, and a text that leads to it."""
    for name, what in tree:
        op = str(name)
        if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            _, most, body = what
            if most > 8:
                yield before, body
            yield from _repetitions(body, before)
        elif op == "SUBPATTERN":
            yield from _repetitions(what[-1], before)
        elif op == "ATOMIC_GROUP":
            yield from _repetitions(what, before)
        elif op == "BRANCH":
            for branch in what[1]:
                yield from _repetitions(branch, before)
        elif op in ("ASSERT", "ASSERT_NOT"):
            yield from _repetitions(what[1], before)
        before += _sample([(name, what)])


def _pumps(body: Sequence[Any]) -> list[str]:
    """What the body of a repetition may take, in several forms."""
    if len(body) == 1 and str(body[0][0]) in ("IN", "ANY", "NOT_LITERAL", "LITERAL"):
        return [char for char in CANDIDATES if _takes(body[0], char)][:9] or [_sample(body)]
    return [_sample(body), *[char for char in CANDIDATES if body and _takes(body[0], char)][:5]]


def _takes(node: Any, char: str) -> bool:
    op, what = str(node[0]), node[1]
    if op == "ANY":
        return char != "\n"
    if op in ("LITERAL", "NOT_LITERAL"):
        return (chr(what) == char) == (op == "LITERAL")
    if op == "IN":
        negated = str(what[0][0]) == "NEGATE"
        return any(_holds(each, char) for each in what[negated:]) != negated
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return bool(what[2]) and _takes(what[2][0], char)
    if op == "SUBPATTERN":
        return bool(what[-1]) and _takes(what[-1][0], char)
    if op == "BRANCH":
        return any(branch and _takes(branch[0], char) for branch in what[1])
    return False


def _holds(member: Any, char: str) -> bool:
    op, what = str(member[0]), member[1]
    if op == "LITERAL":
        return chr(what) == char
    if op == "RANGE":
        return bool(what[0] <= ord(char) <= what[1])
    kind = str(what)
    held = {"DIGIT": char.isdigit(), "WORD": char.isalnum() or char == "_", "SPACE": char.isspace()}
    for name, holds in held.items():
        if kind == f"CATEGORY_{name}":
            return holds
        if kind == f"CATEGORY_NOT_{name}":
            return not holds
    return False


def _sample(tree: Sequence[Any]) -> str:
    """A text that the pattern takes, but for what it looks around for."""
    text = ""
    for name, what in tree:
        op = str(name)
        if op == "LITERAL":
            text += chr(what)
        elif op in ("IN", "NOT_LITERAL", "ANY"):
            text += next((char for char in CANDIDATES[1:] if _takes((name, what), char)), "") or _first(what)
        elif op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, body = what
            text += _sample(body) * (least or min(most, 1))
        elif op == "SUBPATTERN":
            text += _sample(what[-1])
        elif op == "ATOMIC_GROUP":
            text += _sample(what)
        elif op == "BRANCH":
            text += _sample(what[1][0])
        elif op == "ASSERT" and what[0] < 0:
            text += _sample(what[1])
    return text


def _first(members: Any) -> str:
    """A character of a class that holds none of the usual ones."""
    for op, what in members if isinstance(members, list) else []:
        if str(op) == "LITERAL":
            return chr(what)
        if str(op) == "RANGE":
            return chr(what[0])
    return "a"

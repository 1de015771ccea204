"""Sentences: what is said, as a kind and its values; how it is worded stands in one template, `words.jinja`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Self, overload

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from readiness.assessment import Amount, Note
from readiness.numbers import amount, capital, number, plural
from readiness.paths import templates_dir
from readiness.policy import PolicyDifference

WORDS = "words.jinja"


class At(StrEnum):
    """The parts of a report that hold the evidence of a number."""

    AREAS = "areas"
    BLOCKERS = "blockers"
    CHECKLIST = "checklist"
    CRITERIA = "criteria"
    EVIDENCE = "evidence"
    FAILURES = "failures"
    FLAKY = "flaky"
    GAPS = "gaps"
    PLAN = "plan"
    WAIVERS = "waivers"
    WARNINGS = "warnings"


class Number(int):
    """A number in a sentence; `at` names the part of the report that holds its evidence, or is empty."""

    at: str
    url: str
    """Where that part stands, once a page has set it."""

    def __new__(cls, value: int, at: str = "", url: str = "") -> Self:
        """An int that knows where its evidence stands."""
        made = super().__new__(cls, value)
        made.at, made.url = at, url
        return made


class Sentence(str):
    """A text of ours with what it was made of, so that a page can word it anew: its numbers linked, by its template.

    `kind` names a macro of the template and `values` are its arguments: text, numbers, sentences, and tuples of these.
    """

    kind: str
    values: dict[str, object]

    def __new__(cls, kind: str, values: dict[str, object]) -> Self:
        """The plain text of that kind; raises jinja2.UndefinedError or TypeError where template and values differ."""
        made = super().__new__(cls, str(getattr(_plain().module, kind)(**values)))
        made.kind, made.values = kind, values
        return made


Spoken = str | float | tuple[str | tuple[int, str], ...] | Mapping[str, str] | PolicyDifference


def say(kind: str, **values: Spoken) -> Sentence:
    """The sentence of that kind."""
    return Sentence(kind, {name: Number(one) if type(one) is int else one for name, one in values.items()})


_EVIDENCE = {
    ("gap_vanished_note", "count"): At.GAPS,
    ("gap_area_note", "missing"): At.GAPS,
    ("gap_area_note", "expected"): At.AREAS,
}
"""Where the numbers of a note have their evidence."""


@overload
def said(note: Note) -> Sentence: ...


@overload
def said(note: Note | Amount | str) -> str: ...


def said(note: Note | Amount | str) -> str:
    """A note in words; a text stays as it is."""
    if isinstance(note, Amount):
        return amount(*note)
    if isinstance(note, str):
        return note
    return Sentence(note.kind, {name: _value(note.kind, name, value) for name, value in note.values})


def _value(kind: str, name: str, value: object) -> object:
    if isinstance(value, Note | Amount | str):
        return said(value)
    if isinstance(value, tuple):
        return tuple(said(each) for each in value)
    return Number(value, _EVIDENCE.get((kind, name), "")) if type(value) is int else value


def told(notes: Iterable[Note]) -> str:
    """Notes in words, one after another; empty where there is none."""
    sentences = tuple(said(note) for note in notes)
    if len(sentences) == 1:
        return sentences[0]
    return say("notes", notes=sentences) if sentences else ""


@cache
def _plain() -> Template:
    made = Environment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=False,
        finalize=lambda value: number(value) if isinstance(value, Number) else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"n": plural, "capital": capital}
    return made.get_template(WORDS)

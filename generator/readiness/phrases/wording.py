"""Sentences: what is said, as a kind and its values; how it is worded stands in one template, `words.jinja`."""

from __future__ import annotations

import traceback
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Self, overload

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from readiness.assessment import Amount, Note
from readiness.errors import UsageError
from readiness.numbers import amount, capital, number, plural
from readiness.paths import templates_dir
from readiness.phrases.bytecode import KeptBytecode
from readiness.policy import PolicyDifference
from readiness.results import KeptTexts

WORDS = "words.jinja"
SHIPPED = "readiness"
"""`readiness/report.md` is our report, whatever stands before it."""


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


class Day(str):
    """A day in a sentence, `2026-11-28`; a page writes it out."""

    __slots__ = ()


class Sentence(str):
    """A text of ours with what it was made of, so that a page can word it anew: its numbers linked, by its template.

    `kind` names a macro of the template and `values` are its arguments: text, numbers, sentences, and tuples of these.
    """

    kind: str
    values: dict[str, object]

    def __new__(cls, kind: str, values: dict[str, object]) -> Self:
        """The plain text of that kind, in the words of `worded_by`; raises UsageError where they cannot be used."""
        try:
            made = super().__new__(cls, (_WORDS.get() or words_of()).say(kind, values))
        except (TemplateError, TypeError) as error:
            raise mistaken(error, WORDS) from error
        made.kind, made.values = kind, values
        return made


Spoken = str | float | tuple[str | tuple[int, str], ...] | Mapping[str, str] | PolicyDifference


def say(kind: str, /, **values: Spoken) -> Sentence:
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
def said(note: Note | Amount | str | None) -> str: ...


def said(note: Note | Amount | str | None) -> str:
    """A note in words; a text stays as it is, and nothing is empty."""
    if note is None:
        return ""
    if isinstance(note, Amount):
        return amount(*note)
    if isinstance(note, str):
        return note
    return Sentence(note.kind, {name: _value(note.kind, name, value) for name, value in note.values})


def _value(kind: str, name: str, value: object) -> object:
    if isinstance(value, str) and name in _DAYS:
        return Day(value)
    if isinstance(value, Note | Amount | str):
        return said(value)
    if isinstance(value, tuple):
        return tuple(said(each) for each in value)
    return Number(value, _EVIDENCE.get((kind, name), "")) if type(value) is int else value


_DAYS = ("day", "end", "until")
"""Values of notes that are days."""


def told(notes: Iterable[Note]) -> str:
    """Notes in words, one after another; empty where there is none."""
    sentences = tuple(said(note) for note in notes)
    if len(sentences) == 1:
        return sentences[0]
    return say("notes", notes=sentences) if sentences else ""


def defined(words: Path) -> list[str]:
    """The names of the macros that a file defines, in its order; raises UsageError where it cannot be used."""
    try:
        parsed = Environment().parse(words.read_text(encoding="utf-8"), filename=str(words))
    except (OSError, ValueError, TemplateSyntaxError) as error:
        raise mistaken(error, str(words)) from error
    return [macro.name for macro in parsed.find_all(nodes.Macro)]


def loader(folders: Iterable[Path]) -> BaseLoader:
    """Templates of those folders before ours of the same name."""
    ours = FileSystemLoader(templates_dir())
    return ChoiceLoader([*map(FileSystemLoader, folders), ours, PrefixLoader({SHIPPED: ours})])


class Macros:
    """The macros of a template, as attributes: of one that stands before ours, else of ours."""

    def __init__(self, environment: Environment, template: str) -> None:
        """Nothing is loaded before a macro is asked for."""
        self._environment, self._template = environment, template
        self._said: dict[Hashable, str] = {}

    def __getattr__(self, name: str) -> Any:
        for file in (self._template, f"{SHIPPED}/{self._template}"):
            found = getattr(self._environment.get_template(file).module, name, None)
            if found is not None:
                self.__dict__[name] = found
                return found
        raise UndefinedError(f"{self._template} has no macro {name}")

    def keep_compiled(self, cache: BytecodeCache) -> None:
        """Take compiled templates from `cache`, and put them there."""
        self._environment.bytecode_cache = cache

    def say(self, kind: str, values: Mapping[str, object]) -> str:
        """The macro's text; one of the user's own need not name the values that it does not use.

        Many pages say the same: it is made once, for days within it by the words of `worded_by`.
        """
        try:
            key = _WORDS.get(), kind, *values, *map(_key, values.values())
        except TypeError:
            return self._made(kind, values)
        if key not in self._said:
            made = self._made(kind, values)
            if len(self._said) >= _MOST_SAID:
                self._said.clear()
            self._said[key] = made
        return self._said[key]

    def _made(self, kind: str, values: Mapping[str, object]) -> str:
        macro = getattr(self, kind)
        try:
            return str(macro(**{name: value for name, value in values.items() if name in macro.arguments}))
        except (TemplateError, TypeError):
            self._environment.handle_exception()  # raises it anew, with the lines of the template


_MOST_SAID = 50_000


def _key(value: object) -> Hashable:
    """What tells a value from all that print otherwise, 1 from 1.0; raises TypeError where that is not known."""
    kind = type(value)
    if kind in (str, Day, int, bool, type(None)):
        return kind, value
    if isinstance(value, Number):
        return value, value.at, value.url, kind
    if isinstance(value, Sentence):
        return value, value.kind, *value.values, *map(_key, value.values.values())
    if isinstance(value, tuple):
        return kind, *map(_key, value)
    if kind is float:
        return kind, repr(value)
    raise TypeError


def mistaken(error: Exception, template: str) -> UsageError:
    """A mistake in a template as an error that names its file and line."""
    file, line = template, 0
    if isinstance(error, TemplateSyntaxError):
        file, line = error.filename or file, error.lineno
    else:
        places = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(error.__traceback__)]
        file, line = next((place for place in reversed(places) if not place[0].endswith(".py")), (file, line))
    where = f"line {line}" if line else ""
    return UsageError(f"the template cannot be used: {error}", path=file, where=where, remedy="Fix the template")


_WORDS: ContextVar[Macros | None] = ContextVar("words", default=None)


@contextmanager
def worded_by(words: Macros) -> Iterator[None]:
    """Within it, sentences are made by those words."""
    before = _WORDS.set(words)
    try:
        yield
    finally:
        _WORDS.reset(before)


def keep_words(keep: KeptTexts) -> None:
    """Take the compiled words of now from there, and put them there: compiling them takes longer than a gate."""
    words = _WORDS.get() or words_of()
    words.keep_compiled(KeptBytecode(keep, "words"))


def words_of(*folders: Path) -> Macros:
    """Our sentences as plain text; those that a `words.jinja` in one of the folders defines stand before ours."""
    return _words(folders, frozenset((file, file.stat().st_mtime_ns) for one in folders for file in one.glob("*")))


@lru_cache(8)
def _words(folders: tuple[Path, ...], _files: frozenset[tuple[Path, int]]) -> Macros:
    made = ImmutableSandboxedEnvironment(
        loader=loader(folders),
        autoescape=False,
        finalize=lambda value: number(value) if isinstance(value, Number) else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = Macros(made, WORDS)
    made.globals |= {"n": plural, "capital": capital, "words": words}
    return words

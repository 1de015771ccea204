"""Templates: found in the user's folder or ours, macro by macro; whatever they print is inert."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, nodes, pass_environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from readiness.numbers import capital, noun, number
from readiness.phrases import WORDS, Day, Macros, Number, Sentence, loader
from readiness.render.pages.dates import day
from readiness.render.pages.inert import Words, finalize

_COMMAND = re.compile("`([^`\n]+)`")
_FILTERS = (
    *("abs", "float", "int", "max", "min", "round", "sum"),
    *("batch", "count", "first", "groupby", "items", "last", "length", "list", "map", "reverse", "slice", "unique"),
    *("d", "default", "dictsort", "reject", "rejectattr", "select", "selectattr", "sort", "string"),
)
"""Jinja's filters that neither build text nor vouch for it."""


class _CodeGenerator(CodeGenerator):
    """Sends `a ~ b` through `Words`: Jinja's own joins escape for HTML only, which is not enough for Markdown."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 (Jinja's name)
        self.write("environment.concatenate((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja without the ways around `finalize`: no string methods, no `safe`, no text filters; operators are inert."""

    words: Macros
    code_generator_class = _CodeGenerator
    intercepted_binops = frozenset("+%*")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._safe: set[tuple[type, str]] = set()
        """Attributes that passed: of what is no text, the type alone decides."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if (type(obj), attribute) in self._safe:
            try:
                return getattr(obj, attribute)
            except AttributeError:
                pass
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        is_text = isinstance(obj, str)
        safe = not (is_text and callable(value)) and super().is_safe_attribute(obj, attr, value)
        if safe and not is_text:
            self._safe.add((type(obj), attr))
        return safe

    def wrap_str_format(self, value: Any) -> None:
        return None  # so that is_safe_attribute refuses it as it does any method of a string

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if isinstance(left, str) or isinstance(right, str):
            if operator == "%":
                raise TypeError("a template cannot format with %: compose the text in the view model")
            if operator == "+":
                return self.concatenate((left, right))
        return super().call_binop(context, operator, left, right)

    def concatenate(self, parts: Iterable[Any], separator: str = "") -> Words:
        """The parts one after another, each as it would be printed."""
        return Words(str(finalize(separator)).join(str(self.printed(part)) for part in parts))

    def printed(self, value: object) -> object:
        """As `finalize`; sentences in the words of the templates, days written out, numbers linked to evidence."""
        if isinstance(value, Sentence):
            # What is not ours is inert, its backticks too.
            return Words(_COMMAND.sub(r"<code>\1</code>", self.words.say(value.kind, value.values)))
        if isinstance(value, Day):
            return self.printed(day(date.fromisoformat(value)))
        if isinstance(value, Number):
            shown = Words(number(value))
            return Words('<a class="rd-n" href="{}">{}</a>').format(value.url, shown) if value.url else shown
        return finalize(value)


@pass_environment
def _printed(environment: _Environment, value: object) -> object:
    return environment.printed(value)


@pass_environment
def _join(environment: _Environment, parts: Iterable[Any], separator: str = "") -> Words:
    return environment.concatenate(parts, separator)


def template_environment(overrides: tuple[Path, ...] = ()) -> Environment:
    """The Jinja environment; a file in one of `overrides` stands before the one of the same name that we ship."""
    return _made(
        overrides, frozenset((file, file.stat().st_mtime_ns) for folder in overrides for file in folder.glob("*"))
    )


@cache
def _made(overrides: tuple[Path, ...], _files: frozenset[tuple[Path, int]]) -> Environment:
    return environment(loader(overrides))


def environment(templates: BaseLoader) -> ImmutableSandboxedEnvironment:
    """The Jinja environment of all pages: undefined names raise, and all text that is not ours prints inert."""
    made = _Environment(
        loader=templates,
        auto_reload=False,
        autoescape=True,
        finalize=_printed,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.words = Macros(made, WORDS)
    made.globals |= {
        "rd": Macros(made, "macros.html"),
        "blocks": Macros(made, "blocks.html"),
        "words": made.words,
        "heading": lambda kind: _heading(kind, getattr(made.words, kind)()),
        "n": lambda count, one, many="": made.concatenate((count, " ", noun(count, one, many))),
        "capital": lambda text: Words(capital(str(made.printed(text)))),
    }
    made.filters = {name: made.filters[name] for name in _FILTERS} | {"join": _join}
    return made


def _heading(kind: str, text: Words) -> Words:
    """A heading's text; where it makes another anchor than that of its kind, with the one by which links find it."""
    anchor = kind.replace("_", "-")
    return (
        text
        if "-".join(re.findall("[a-z0-9]+", text.lower())) == anchor
        else Words(f'<span id="{anchor}"></span>{text}')
    )

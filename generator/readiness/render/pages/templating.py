"""Templates: found in the user's folder or ours, macro by macro; whatever they print is inert."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    UndefinedError,
    nodes,
    pass_environment,
)
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from readiness.numbers import capital, noun, number
from readiness.paths import templates_dir
from readiness.phrases.wording import WORDS, Number, Sentence
from readiness.render.pages.inert import Words, finalize

SHIPPED = "readiness"
"""`readiness/report.md` is our report, whatever stands before it."""

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

    code_generator_class = _CodeGenerator
    intercepted_binops = frozenset("+%*")

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not (isinstance(obj, str) and callable(value)) and super().is_safe_attribute(obj, attr, value)

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
        """As `finalize`; sentences in the words of the templates, numbers with the link to their evidence."""
        if isinstance(value, Sentence):
            worded = macro(self, WORDS, value.kind)
            # One of the user's own need not name the values that it does not use.
            return Words(worded(**{name: one for name, one in value.values.items() if name in worded.arguments}))
        if isinstance(value, Number):
            shown = Words(number(value))
            return Words('<a class="rd-n" href="{}">{}</a>').format(value.url, shown) if value.url else shown
        return finalize(value)


def macro(environment: Environment, template: str, name: str) -> Any:
    """The macro of that name: of a template that stands before ours, else of ours. Raises UndefinedError."""
    for file in (template, f"{SHIPPED}/{template}"):
        found = getattr(environment.get_template(file).module, name, None)
        if found is not None:
            return found
    raise UndefinedError(f"{template} has no macro {name}")


class Macros:
    """The macros of a template, as attributes."""

    def __init__(self, environment: Environment, template: str) -> None:
        """Nothing is loaded before a macro is asked for."""
        self._environment, self._template = environment, template

    def __getattr__(self, name: str) -> Any:
        return macro(self._environment, self._template, name)


@pass_environment
def _printed(environment: _Environment, value: object) -> object:
    return environment.printed(value)


@pass_environment
def _join(environment: _Environment, parts: Iterable[Any], separator: str = "") -> Words:
    return environment.concatenate(parts, separator)


def template_environment(overrides: tuple[Path, ...] = ()) -> Environment:
    """The Jinja environment; a file in one of `overrides` stands before the one of the same name that we ship."""
    # Jinja sees that a file has changed, but not that one has come to stand before another.
    return _made(overrides, frozenset(file for folder in overrides for file in folder.glob("*")))


@cache
def _made(overrides: tuple[Path, ...], _files: frozenset[Path]) -> Environment:
    ours = FileSystemLoader(templates_dir())
    return environment(ChoiceLoader([*map(FileSystemLoader, overrides), ours, PrefixLoader({SHIPPED: ours})]))


def environment(loader: BaseLoader) -> ImmutableSandboxedEnvironment:
    """The Jinja environment of all pages: undefined names raise, and all text that is not ours prints inert."""
    made = _Environment(
        loader=loader,
        autoescape=True,
        finalize=_printed,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals |= {
        "rd": Macros(made, "macros.html"),
        "blocks": Macros(made, "blocks.html"),
        "n": lambda count, one, many="": made.concatenate((count, " ", noun(count, one, many))),
        "capital": lambda text: Words(capital(str(made.printed(text)))),
    }
    made.filters = {name: made.filters[name] for name in _FILTERS} | {"join": _join}
    return made

"""Makes text inert: what came from a run or a policy is shown letter for letter, never acted upon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from string import ascii_letters, digits
from typing import Any, Self
from urllib.parse import urlsplit

from jinja2 import BaseLoader, Environment, StrictUndefined, Undefined, UndefinedError, nodes, pass_environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import EscapeFormatter, Markup

from readiness.assessment.numbers import number
from readiness.assessment.wording import WORDS, Number, Sentence, counted

__all__ = ["Words", "environment", "finalize", "http_url", "inert", "visible"]

_PLAIN = frozenset(ascii_letters + digits + " ")

_UNSEEN = (
    (0x7F, 0x9F),  # C1 controls: as character references they would turn into other letters
    (0xAD, 0xAD),
    (0x61C, 0x61C),
    (0x180E, 0x180E),
    (0x200B, 0x200B),
    (0x200E, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0xD800, 0xDFFF),  # half of a pair: no character at all
    (0xFDD0, 0xFDEF),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE007F),
)
"""Characters that cannot be seen, reorder their neighbours, or are none. Joiners (U+200C, U+200D) belong to scripts."""

_FILTERS = (
    *("abs", "float", "int", "max", "min", "round", "sum"),
    *("batch", "count", "first", "groupby", "items", "last", "length", "list", "map", "reverse", "slice", "unique"),
    *("d", "default", "dictsort", "reject", "rejectattr", "select", "selectattr", "sort", "string"),
)
"""Jinja's filters that neither build text nor vouch for it."""


class _Visible(dict[int, str]):
    """Translation table that replaces what cannot be seen by a symbol."""

    def __missing__(self, code: int) -> str:
        if code < 0x20 and code not in (0x09, 0x0A):
            shown = chr(0x2400 + code)
        elif code == 0x7F:
            shown = "\u2421"
        elif code & 0xFFFE == 0xFFFE or any(first <= code <= last for first, last in _UNSEEN):
            shown = f"\u2039U+{code:04X}\u203a"
        else:
            shown = chr(code)
        self[code] = shown
        return shown


class _Entities(dict[int, str]):
    """Translation table to hexadecimal character references."""

    def __missing__(self, code: int) -> str:
        shown = "".join(c if c in _PLAIN else f"&#x{ord(c):x};" for c in _VISIBLE[code])
        self[code] = shown
        return shown


_VISIBLE = _Visible()
_ENTITIES = _Entities()


class Words(Markup):
    """Text we composed: printed as it stands, HTML and Markdown included.

    Whatever is joined to it, formatted into it or added to it is made inert, numbers and other Words excepted:
    `Words("<b>{}</b>, {} times").format(name, 3)` is safe for any name.
    """

    __slots__ = ()

    @classmethod
    def escape(cls, s: Any, /) -> Self:
        """Other Markup as it is, numbers in digits, anything else inert."""
        if isinstance(s, Markup) or (isinstance(s, int | float) and not isinstance(s, bool)):
            return cls(str(s))
        return cls(_encode(str(s)))

    def format(self, *args: Any, **kwargs: Any) -> Self:
        """As `str.format`; text is made inert, numbers keep their format."""
        return type(self)(_Formatter(self.escape).vformat(self, args, kwargs))

    def format_map(self, mapping: Mapping[str, Any], /) -> Self:  # type: ignore[override]
        """As `str.format_map`; text is made inert, numbers keep their format."""
        return type(self)(_Formatter(self.escape).vformat(self, (), mapping))


class _Formatter(EscapeFormatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return format(value, format_spec)
        return super().format_field(value, format_spec)


def visible(text: str) -> str:
    """`text` with control characters, direction marks and lone surrogates as symbols; tab and newline stay."""
    return text.replace("\r\n", "\n").translate(_VISIBLE)


def inert(text: str) -> Words:
    """`text` as hexadecimal character references outside `[A-Za-z0-9 ]`: no parser finds anything to act upon.

    Holds in paragraphs, headings, attributes and raw HTML, `<pre><code>` included. Not within a Markdown code span or
    fence, which show the references themselves: write `<code>` there.
    """
    return Words(_encode(text))


def _encode(text: str) -> str:
    shown = text.replace("\r\n", "\n").translate(_ENTITIES)
    # A blank at either end would indent a line into a code block, or break it.
    if shown.startswith(" "):
        shown = "&#x20;" + shown[1:]
    if shown.endswith(" "):
        shown = shown[:-1] + "&#x20;"
    return shown


def finalize(value: object) -> object:
    """What a template may print: Words and macro output, numbers, text (made inert), and nothing for None.

    Raises TypeError for anything else, truth values included: a page says "met", not "True".
    """
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return inert(value)
    if value is None:
        return Words()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Words(value)
    if isinstance(value, Undefined):
        return str(value)  # raises, naming what is missing
    raise TypeError(f"a template cannot print {type(value).__name__} {value!r}: make it text in the view model")


def http_url(text: str) -> str | None:
    """`text` where it is a well-formed http(s) URL with a host and without credentials, else None."""
    if not re.fullmatch(r"https?://[^\s\\<>\"'`]+", text, re.IGNORECASE) or visible(text) != text:
        return None
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0) and "@" not in parts.netloc
    except ValueError:
        return None
    return text if usable else None


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
            return Words(macro(self, WORDS, value.kind)(**value.values))
        if isinstance(value, Number):
            shown = Words(number(value))
            return Words('<a class="rd-n" href="{}">{}</a>').format(value.url, shown) if value.url else shown
        return finalize(value)


SHIPPED = "!"
"""Before a template's name: ours, whatever stands before it."""


def macro(environment: Environment, template: str, name: str) -> Any:
    """The macro of that name: of a template that stands before ours, else of ours. Raises UndefinedError."""
    for file in (template, SHIPPED + template):
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
        "n": lambda count, one, many="": made.concatenate(counted(count, one, many), " "),
    }
    made.filters = {name: made.filters[name] for name in _FILTERS} | {"join": _join}
    return made

"""The guide's page of template variables says what the types of the views say; `--update-golden` writes it anew."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from readiness.phrases.wording import Sentence
from readiness.render.pages.inert import Whole, Words
from readiness.render.pages.pages import EveryView
from readiness.render.pages.registry import PAGES
from readiness.render.pages.truncated import Truncated

PLAIN = {
    str: "text",
    Sentence: "sentence",
    Words: "Markdown",
    Whole: "text, whole",
    int: "number",
    float: "number",
    bool: "yes or no",
    NoneType: "none",
    Any: "data",
}
HEAD = """# Variables of templates

What a [template of your own](templates.md) may print, by template, and below that what the parts hold. Numbers
are formatted and texts are worded; a list may be empty, and where it says "or none" test for it: `{% if banner %}`.
This page is written from the types in the source, so it is complete.
"""


def parts_of(kind: Any) -> Iterator[type]:
    """The dataclasses in a type, from the outside in."""
    origin = get_origin(kind)
    if origin and is_dataclass(origin):
        yield origin
    elif isinstance(kind, type) and is_dataclass(kind):
        yield kind
    for inner in get_args(kind):
        yield from parts_of(inner)


def spelled(kind: Any) -> str:
    """A type as one says it, with links to the parts."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if origin in (Union, UnionType):
        return " or ".join(map(spelled, inner))
    if origin is Truncated:
        return f"{linked(Truncated)} of {spelled(inner[0])}"
    if origin and is_dataclass(origin):
        return linked(origin)
    if origin is tuple and inner[-1] is not Ellipsis:
        return f"({', '.join(map(spelled, inner))})"
    if len(inner) == 1 or (origin and issubclass(origin, tuple | list)):
        return f"list of {spelled(inner[0])}"
    return linked(kind) if isinstance(kind, type) and is_dataclass(kind) else "data"


def linked(kind: type) -> str:
    return f"[{kind.__name__}](#{kind.__name__.lower()})"


def documented(kind: type) -> dict[str, str]:
    """Field -> the string below it."""
    (made,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(made, ast.ClassDef)
    pairs = zip(made.body, made.body[1:], strict=False)
    return {
        field.target.id: text.value.value
        for field, text in pairs
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }


def rows(kind: type) -> Iterator[tuple[str, Any, str]]:
    """(name, type, what it is) of each field and property."""
    hints, told = get_type_hints(kind), documented(kind)
    for field in fields(kind):
        if not isinstance(hints[field.name], TypeVar):
            yield field.name, hints[field.name], told.get(field.name, "")
    for name, value in vars(kind).items():
        if isinstance(value, property):
            yield name, get_type_hints(value.fget)["return"], inspect.getdoc(value) or ""


def table(kind: type) -> str:
    lines = [f"| `{name}` | {spelled(of)} | {' '.join(told.split())} |\n" for name, of, told in rows(kind)]
    return f"{inspect.getdoc(kind)}\n\n| variable | is | which |\n|---|---|---|\n{''.join(lines)}"


def views() -> dict[str, list[type]]:
    """Template -> the views whose fields are its variables."""
    return {kind.template: list(dict.fromkeys(parts_of(get_type_hints(kind.view)["return"]))) for kind in PAGES}


def page() -> str:
    templates = views()
    tops = {view for of_template in templates.values() for view in of_template}
    shared = [view for view in dict.fromkeys(v for of in templates.values() for v in of) if _count(templates, view) > 1]
    found = dict.fromkeys(part for view in tops for _, kind, _ in rows(view) for part in parts_of(kind))
    for part in (queue := list(found)):
        new = [inner for _, kind, _ in rows(part) for inner in parts_of(kind) if inner not in found]
        found.update(dict.fromkeys(new))
        queue += new
    text = [HEAD, f"## Every page\n\n{table(EveryView)}"]
    for template, of_template in templates.items():
        text.append(f"## `{template}`\n")
        text += [f"And those of {linked(view)}.\n" if view in shared else table(view) for view in of_template]
    text.append("## Parts\n")
    parts = sorted({*found, *shared}, key=lambda part: part.__name__)
    text += [f"### {part.__name__}\n\n{table(part)}" for part in parts]
    return "\n".join(text)


def _count(templates: dict[str, list[type]], view: type) -> int:
    return sum(view in of_template for of_template in templates.values())


def test_the_guide_names_every_variable_as_the_types_do(golden: Callable[[str, str], None]) -> None:
    golden("../../docs/guide/template-variables.md", page())

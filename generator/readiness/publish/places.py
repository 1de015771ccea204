"""Where pages, style sheets and scripts write the addresses of the files that they load, to write others there."""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape

Naming = Callable[[str], str | None]
"""An address as it is written -> what to write instead; None: it stays."""

# What is never closed goes on to the end, as in browsers: so all of this takes time in proportion to the text.
_ATTRIBUTES = r"""(?:[^"'>]++|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+"""
_MARKUP = re.compile(
    rf"<!--.*?(?:-->|\Z)|(?P<tag><(?:(?P<raw>script|style)\b|[a-z]){_ATTRIBUTES}(?:>|\Z))"
    r"(?(raw)(?P<inner>.*?)(?=</(?P=raw)|\Z))",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""(?<![^\s"'<>/=])([^\s"'<>/=]++)(\s*+=\s*+)("[^"]*"|'[^']*'|[^\s"'>]+)""")
_QUOTED = re.compile(r"""(["'])([^"'\\\n]+)\1""")
_LOADED = re.compile(
    r"""((?:@import\s*(?:url\(\s*)?|\burl\(\s*)["']?)([^"'()\s]+)|(\bsourceMappingURL=)([^\s*]+)""", re.IGNORECASE
)  # fmt: skip
_MAPPED = re.compile(r"(\bsourceMappingURL=)(\S+)")

_ONE, _SEVERAL = {"href", "src", "poster", "data", "xlink:href"}, {"srcset", "imagesrcset"}


def in_page(text: str, named: Naming) -> str:
    """A page, with the addresses in attributes, in scripts and in styles that it holds."""

    def markup(found: re.Match[str]) -> str:
        tag, raw, inner = found["tag"], found["raw"], found["inner"]
        if tag is None:
            return found[0]
        change = _in_inline_script if raw and raw.lower() == "script" else in_style
        return _ATTRIBUTE.sub(lambda one: _attribute(one, named), tag) + (change(inner, named) if inner else "")

    return _MARKUP.sub(markup, text)


def in_style(text: str, named: Naming) -> str:
    """A style sheet, with what it loads and where its source is."""
    return _LOADED.sub(lambda one: (one[1] or one[3]) + _new(one[2] or one[4], named), text)


def in_script(text: str, named: Naming) -> str:
    """A script, with where its source is."""
    return _MAPPED.sub(lambda one: one[1] + _new(one[2], named), text)


def inline_scripts(text: str) -> Iterator[str]:
    """What stands in a page as script."""
    return (found["inner"] for found in _MARKUP.finditer(text) if found["inner"] and found["raw"].lower() == "script")


def _in_inline_script(text: str, named: Naming) -> str:
    return _QUOTED.sub(lambda one: one[1] + _new(one[2], named) + one[1], text)


def _attribute(found: re.Match[str], named: Naming) -> str:
    name, value = found[1].lower(), found[3]
    mark = value[0] if value[0] in "\"'" else ""
    plain = unescape(value[1:-1] if mark else value)
    if name in _ONE or name.startswith("data-") or (name == "content" and "://" in plain):
        new = _new(plain.strip(), named)
    elif name in _SEVERAL:
        new = re.sub(r"[^\s,]+", lambda one: _new(one[0], named), plain)
    elif name == "style":
        new = in_style(plain, named)
    else:
        return found[0]
    return found[0] if new == plain.strip() else f"{found[1]}{found[2]}{mark}{escape(new)}{mark}"


def _new(address: str, named: Naming) -> str:
    found = named(address)
    return address if found is None else found

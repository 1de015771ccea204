"""A page as plain Markdown: all that it says, without style sheet, script or theme, for any reader of Markdown.

Text stays inert: character references stay as they are, and what else could act in Markdown becomes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from readiness.render.pages.inert import inert

_BLOCKS = {"blockquote", "details", "div", "dl", "figure", "figcaption", "ol", "p", "pre", "section", "table", "ul"}
_VOID = {"br", "hr", "img", "input", "path", "wbr"}
_ASIDE = {"rd-sub", "rd-id"}
"""What stands in a line of its own below a title."""

_ACTIVE = re.compile(r"[\\`*_\[\]{}<>|~$]|(?<!&)#")
_LEADING = re.compile(r"(?:(?<=^)|(?<=^\d)|(?<=^\d\d))[-+.)](?=\s|$)")
"""What would begin an item of a list."""
_BEYOND_ASCII = re.compile(r"&#x[0-9a-f]{3,};|&#x[89a-f][0-9a-f];")
_IDLE = re.compile(
    r"(?<=\d)&#x2e;(?=\d)|(?<=[A-Za-z])&#x2e;(?= [A-Z]|$)|(?<=[A-Za-z0-9])&#x2d;(?=[A-Za-z0-9])|&#x2[5c];"
)
"""Points in numbers, full stops, hyphens, percent and comma: as they stand there, no reader acts upon them."""
_ACTING = re.compile(
    r"(&#x(?:40|23|24);|(?i:GH)&#x2d;|&#x3a;(?=(?:[A-Za-z0-9]|&#x(?:2b|2d|5f);)+(?:&#x3a;|:)))(?=[A-Za-z0-9]|&#x(?:2b|2d|5f);)"
)
"""`@name`, `#1`, `$x$`, `GH-1`, `:emoji:`, whose second colon may be ours: GitHub reads them out of finished pages."""

_PLACE = re.compile(r"[A-Za-z0-9._+/#-]+")
_HEADING = re.compile(r"[a-z0-9-]+")
"""The anchor of a heading: Markdown has no others by itself."""


@dataclass(eq=False)
class _Element:
    """An element; its texts are as in the source, references unresolved."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[_Element | str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def elements(self) -> list[_Element]:
        return [child for child in self.children if isinstance(child, _Element)]

    @property
    def is_silent(self) -> bool:
        """True for what only a style sheet or a script makes use of, or what says again what stands elsewhere."""
        attributes = self.attributes
        drawn = "hidden" in attributes or attributes.get("aria-hidden") == "true" or attributes.get("role") == "img"
        return drawn or not {"rd-only-narrow", "rd-hint", "rd-pointing"}.isdisjoint(self.classes)

    def all(self, tag: str) -> Iterator[_Element]:
        """Every element of that tag within."""
        for child in self.elements:
            if child.tag == tag:
                yield child
            yield from child.all(tag)


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.root = _Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        children = self._open[-1].children
        if children and isinstance(children[-1], str):
            data = f"{children.pop()}{data}"
        children.append(data)

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")


def markdown_export(markdown: str) -> str:
    """The page without front matter, its HTML as Markdown wherever Markdown can say the same."""
    tree = _Tree()
    tree.feed(re.sub(r"\A---\n.*?\n---\n", "", markdown, flags=re.DOTALL))
    tree.close()
    blocks: list[str] = []
    prose = ""
    for child in (*tree.root.children, _Element("p")):
        if isinstance(child, str):
            prose += child
        elif child.tag not in _BLOCKS:
            prose += _inline([child])
        else:
            blocks += [_readable(prose.strip()), *_block(child)]
            prose = ""
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(filter(None, blocks))) + "\n"


def _blocks(parent: _Element) -> list[str]:
    """The blocks within an element; what stands between them is a paragraph."""
    found: list[str] = []
    line: list[_Element | str] = []
    for child in (*parent.children, _Element("p")):
        if isinstance(child, _Element) and child.tag in _BLOCKS:
            found += [_guarded(_inline(line)), *_block(child)]
            line = []
        else:
            line.append(child)
    return [block for block in found if block]


def _block(element: _Element) -> list[str]:
    classes = element.classes
    if element.is_silent:
        return []
    match element.tag:
        case "p" if "rd-word" in classes:
            return [f"**{_inline(element.children)}**"]
        case "p" if "rd-meta" in classes:
            return [_guarded(", ".join(filter(None, (_inline([child]) for child in element.elements))))]
        case "p" | "figcaption":
            return [_guarded(_inline(element.children))]
        case "pre":
            return [_raw(element)]
        case "details":
            return _details(element)
        case "figure":
            return _figure(element)
        case "table":
            return [_table(element)]
        case "dl":
            return ["\n".join(f"* {_term(entry)}" for entry in element.elements)]
        case "ul" if "rd-key" in classes:
            return [_guarded(", ".join(_inline(item.children) for item in element.elements))]
        case "ul":
            return ["\n".join(f"* {_item(item, checks='rd-check' in classes)}" for item in element.elements)]
        case "ol" if "rd-cards" in classes:
            return [_card(at, item) for at, item in enumerate(element.elements, start=1)]
        case "ol":
            return ["\n".join(f"{at}. {_item(item)}" for at, item in enumerate(element.elements, start=1))]
        case "div" if classes & {"rd-verdict", "rd-banner"}:
            return ["\n>\n".join(f"> {block}" for block in _blocks(element))]
        case _:
            return _blocks(element)


def _figure(element: _Element) -> list[str]:
    """What the chart says, and its data, where links to the drawing lead."""
    caption = next(element.all("figcaption"), _Element("figcaption"))
    named = (one.attributes.get("id") for one in (element, *element.all("li")))
    anchors = "".join(f'<a id="{inert(name)}"></a>' for name in named if name)
    return [f"{anchors}{' '.join(_block(caption))}", *(_table(table) for table in element.all("table"))]


def _details(element: _Element) -> list[str]:
    """A trace and names of tests stay folded, in HTML; else what was folded follows, with links in Markdown."""
    summary = next(element.all("summary"), _Element("summary"))
    element.children = [child for child in element.children if child is not summary]
    says = _inline(summary.children, as_html=True)
    folded = [_folded(child) for child in element.elements]
    if not all(folded):
        return [f"**{says}**" if says else "", *_blocks(element)]
    identity = f' id="{inert(name)}"' if (name := element.attributes.get("id")) else ""
    return [f"<details{identity}><summary>{says}</summary>{''.join(folded)}</details>"]


def _folded(element: _Element) -> str:
    """A trace or names of tests, in HTML; empty for anything else."""
    if element.tag == "pre":
        return _raw(element)
    if element.tag == "ul" and "rd-tests" in element.classes:
        items = (f"<li>{_inline(item.children, as_html=True)}</li>" for item in element.elements)
        return f"<ul>{''.join(items)}</ul>"
    return ""


def _raw(pre: _Element) -> str:
    """Preformatted text, as it was."""
    text = "".join(_verbatim(pre)).strip("\n")
    return f"<pre><code>{text}</code></pre>"


def _verbatim(element: _Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "&#xa;")
        else:
            yield from _verbatim(child)


def _table(element: _Element) -> str:
    """A table of pipes, without the columns in which nothing is left to say."""
    rows = [[cell for cell in row.elements if cell.tag in ("th", "td")] for row in element.all("tr")]
    texts = [[_inline(cell.children, lines=True) for cell in row] for row in rows]
    told = [at for at in range(len(rows[0])) if any(row[at] for row in texts[1:])]
    lines = [[row[at] for at in told] for row in texts]
    lines.insert(1, ["---:" if "n" in rows[0][at].classes else "---" for at in told])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _term(entry: _Element) -> str:
    term, *values = (_inline(part.children) for part in entry.elements)
    return f"**{term}**: {', '.join(filter(None, values))}"


def _card(at: int, item: _Element) -> str:
    """An item of several blocks; four blanks keep them within it for every reader of Markdown."""
    return f"{at}. " + "\n\n".join(_blocks(item)).replace("\n", "\n    ")


def _item(item: _Element, *, checks: bool = False) -> str:
    """An item of a list; of a checklist, the status before what it is of."""
    if checks:
        return ": ".join(_inline(part.children, lines=True) for part in item.elements)
    return _guarded(_inline(item.children, lines=True))


def _inline(children: Iterable[_Element | str], *, lines: bool = False, as_html: bool = False) -> str:
    """Text within a line. `lines`: what belongs into a line of its own follows a break. `as_html`: no Markdown."""
    made = ""
    for child in children:
        if isinstance(child, str):
            made += _readable(_ACTIVE.sub(_referred, re.sub(r"\s+", " ", child)))
            continue
        text = _element(child, lines=lines, as_html=as_html)
        if text and lines and made.strip() and (child.tag == "div" or child.classes & _ASIDE):
            made = f"{made.rstrip()}<br />"
        elif child.tag == "small":
            made = made.rstrip()
        made += text
    return made.strip()


def _element(element: _Element, *, lines: bool, as_html: bool) -> str:
    if element.is_silent:
        return ""
    inner = _inline(element.children, lines=lines, as_html=as_html)
    if not inner and element.tag == "span" and "id" in element.attributes:
        return f'<a id="{inert(element.attributes["id"])}"></a>'  # a heading's anchor, in another language than ours
    if not inner:
        return "" if element.children or element.tag not in ("br", "wbr") else f"<{element.tag} />"
    match element.tag:
        case "a":
            return _link(element.attributes.get("href", ""), inner, as_html=as_html)
        case "b" | "strong" if not as_html:
            return f"**{inner}**"
        case "small":
            return f": {inner}"
        case "code":
            return f"<code>{inner}</code>"
        case _ if element.classes & {"rd-test", "rd-id"}:
            return f"<code>{inner}</code>"
        case _:
            return inner


def _link(address: str, inner: str, *, as_html: bool) -> str:
    file, _, anchor = address.partition("#")
    if not _HEADING.fullmatch(anchor):
        address = file
    if not address:
        return inner
    if as_html or not _PLACE.fullmatch(address):
        return f'<a href="{inert(address)}">{inner}</a>'
    return f"[{inner}]({address})"


def _readable(text: str) -> str:
    """The text without the references that nothing needs, and each sign parted from the name it would act with."""
    for pattern, by in ((_ACTING, r"\1<wbr />"), (_IDLE, _resolved), (_BEYOND_ASCII, _resolved)):
        text = pattern.sub(by, text)
    return text


def _resolved(reference: re.Match[str]) -> str:
    sign = chr(int(reference[0][3:-1], 16))
    return sign if sign.isascii() or sign.isalpha() or sign in "≤≥–" else reference[0]


def _referred(sign: re.Match[str]) -> str:
    return f"&#x{ord(sign[0]):x};"


def _guarded(text: str) -> str:
    """A block that begins no list."""
    return _LEADING.sub(_referred, text, count=1)

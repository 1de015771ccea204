"""Built pages as a reader's program sees them: elements, texts, and where links lead."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
ADDRESSES = {("a", "href"), ("link", "href"), ("script", "src"), ("img", "src"), ("figure", "data-plotly")}


@dataclass
class Element:
    """One element with its children, texts among them."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text within, as written."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        """All text within that is not hidden, runs of blanks as one."""
        return re.sub(r"[ \t\r\n]+", " ", self._seen).strip()

    @property
    def _seen(self) -> str:
        shown = (child for child in self.children if isinstance(child, str) or "hidden" not in child.attributes)
        return "".join(child if isinstance(child, str) else child._seen for child in shown)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def all(self, tag: str = "", css: str = "") -> Iterator[Element]:
        """Every element within of that tag and class, in the page's order."""
        for child in self.children:
            if isinstance(child, Element):
                if (not tag or child.tag == tag) and (not css or css in child.classes):
                    yield child
                yield from child.all(tag, css)

    def one(self, tag: str = "", css: str = "") -> Element:
        """The first such element."""
        return next(self.all(tag, css))


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        at = next((at for at in range(len(self._open) - 1, 0, -1) if self._open[at].tag == tag), None)
        if at is not None:
            del self._open[at:]

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


@lru_cache(maxsize=128)
def parse(html: str) -> Element:
    """The document in `html`."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return tree.root


def load(path: Path) -> Element:
    """The document in a file."""
    return parse(path.read_text(encoding="utf-8"))


def article(path: Path) -> Element:
    """The part of a built page that is its own: what stands between header and footer."""
    return load(path).one("article")


def table_rows(table: Element) -> list[list[str]]:
    """The texts of a table's body, row by row."""
    return [
        [cell.words for cell in row.all() if cell.tag in ("td", "th")]
        for body in table.all("tbody")
        for row in body.all("tr")
    ]


def outcome_counts(page: Element) -> dict[str, int]:
    """What the key of the outcome bar counts: word -> number."""
    key = next(page.all("ul", "rd-key"))
    parts = (entry.words.partition(" ") for entry in key.all("li"))
    return {word: int(count.replace(",", "")) for count, _, word in parts}


def broken_links(site: Path, base: str = "/") -> list[str]:
    """Every link and anchor of every page that leads nowhere within `site`, served at path `base`.

    Addresses of other hosts are left alone.
    """
    pages = {path: load(path) for path in sorted(site.rglob("*.html"))}
    ids = {
        path: {
            element.attributes[name] for element in page.all() for name in ("id", "name") if name in element.attributes
        }
        for path, page in pages.items()
    }
    for path, known in ids.items():
        known |= _made_by_script(path)
    broken = []
    for path, page in pages.items():
        here = base + path.relative_to(site).as_posix()
        for element in page.all():
            for tag, name in ADDRESSES:
                if (
                    element.tag != tag
                    or name not in element.attributes
                    or "canonical" in element.attributes.get("rel", "")
                ):
                    continue
                address = urlsplit(element.attributes[name])
                if address.scheme or address.netloc:
                    continue
                whole = posixpath.normpath(posixpath.join(posixpath.dirname(here), unquote(address.path)))
                if not address.path:
                    whole = here
                elif address.path.rpartition("/")[2] in ("", ".", ".."):
                    whole = posixpath.join(whole, "index.html")
                inside = whole.startswith(base)
                target = site / whole[len(base) :]
                if not inside or not target.is_file():
                    broken.append(f"{here}: {element.attributes[name]}: no such file")
                elif address.fragment and target in ids and unquote(address.fragment) not in ids[target]:
                    broken.append(f"{here}: {element.attributes[name]}: no such id")
    return broken


def _made_by_script(page: Path) -> set[str]:
    """The anchors that the script of the tests page makes: its tests, and what they were called earlier."""
    data = page.with_name("data.json")
    if page.parent.name != "tests" or not data.is_file():
        return set()
    found = json.loads(data.read_bytes())
    ids = {found["ids"][at : at + 12] for at in range(0, len(found["ids"]), 12)}
    return {f"t.{one}" for one in ids | found["renamed"].keys()}


def files(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`: relative path -> content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def sections(page: Element) -> dict[str, Element]:
    """Heading -> what follows it up to the next one, of the second and third rank."""
    found: dict[str, Element] = {"": Element("section")}
    for child in page.children:
        if isinstance(child, Element) and child.tag in ("h2", "h3"):
            found[child.words.rstrip("¶").strip()] = Element("section")
        else:
            found[list(found)[-1]].children.append(child)
    return found


def rows_of(page: Element, heading: str) -> list[list[str]]:
    return [row for table in sections(page)[heading].all("table") for row in table_rows(table)]

"""Our blocks of HTML pass by Markdown's HTML parser, which reads a page letter by letter and takes most of a build.

A page is the same without this, as other builders make it. One that the parser might understand in another way than
this does is left to it.
"""

from __future__ import annotations

import html
import re

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

_BLOCKS = ("details", "div", "dl", "figure", "form", "nav", "ol", "p", "pre", "table", "ul")
_OPENS = re.compile(rf"<({'|'.join(_BLOCKS)})\b")
_TAGS = {tag: re.compile(rf"<(/?){tag}\b") for tag in _BLOCKS}
_MARKED = re.compile(r"<[^>]*\smarkdown\b")
"""Opens an element whose content `md_in_html` reads."""
_PROSE = re.compile(r"(?:[^<]++|</?(?:a|b|code|em|i|small|span|strong)\b)*+|<!--[^<>]*-->")
"""Text in which nothing can begin a block; or a comment alone."""
_ANCHOR = re.compile(r"""\s(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")

PRIORITY = 22.0
"""After code was taken out of the way, before MkDocs (21) and Markdown (20) look for HTML."""


class Blocks(Extension):
    """Registers the preprocessor, for one page."""

    def __init__(self) -> None:
        """No page was read yet."""
        super().__init__()
        self.anchors: set[str] = set()
        """What links can lead to within the blocks that MkDocs did not see."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Markdown's name)
        """Called by Markdown."""
        md.preprocessors.register(_Stash(md, self.anchors), "readiness_blocks", PRIORITY)


class _Stash(Preprocessor):
    md: Markdown

    def __init__(self, md: Markdown, anchors: set[str]) -> None:
        super().__init__(md)
        self._anchors = anchors

    def run(self, lines: list[str]) -> list[str]:
        parts = split("\n".join(lines))
        return "".join(self._stashed(*part) for part in parts).split("\n") if parts else lines

    def _stashed(self, part: str, is_ours: bool) -> str:
        if not is_ours:
            return part
        self._anchors.update(html.unescape("".join(found)) for found in _ANCHOR.findall(part))
        # As Markdown's own parser leaves a block; one that a blank line follows takes its first half along.
        return f"\n{self.md.htmlStash.store(part)}\n\n"


def split(text: str) -> list[tuple[str, bool]]:
    """The text in parts, each with True where it is a block of HTML in lines of its own; nothing where one is unclear.

    What is unclear in one place may change how the parser reads all the rest.
    """
    parts, at = [], 0
    while at < len(text):
        opened = _OPENS.match(text, at)
        end = _end(text, at, _TAGS[opened[1]]) if opened else text.find("\n\n", at)
        end = len(text) if end < 0 and not opened else end
        block = text[at:end]
        if end < 0 or (_is_unsure(block) if opened else not _PROSE.fullmatch(block)):
            return []
        parts.append((f"{block}\n" if opened and text.startswith("\n\n", end) else block, bool(opened)))
        at = end
        while text.startswith("\n", at):
            at += 1
        parts.append((text[end:at], False))
    return parts


def _end(text: str, at: int, tag: re.Pattern[str]) -> int:
    """Where the block ends that begins there; -1 where neither a blank line nor another block follows it."""
    depth = 0
    for found in tag.finditer(text, at):
        depth += -1 if found[1] else 1
        if depth == 0:
            end = text.find(">", found.end()) + 1
            alone = text.startswith("\n\n", end) or (text.startswith("\n", end) and _OPENS.match(text, end + 1))
            return end if end and alone else -1
    return -1


def _is_unsure(block: str) -> bool:
    """True where comments, code spans or the extension `md_in_html` may have their say in a block."""
    return "`" in block or "<!" in block or "<?" in block or ("markdown" in block and bool(_MARKED.search(block)))

"""What the search needs to find a version, a test or a message: words that stand apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

SEPARATOR = r"[\s\-]+|::|[/\[\](),]|\.(?!\d)"
"""Splits `tests/test_a.py::TestB::test_c[1]` into its names, and leaves `1.4.0` whole."""

_TOUCHING = re.compile(r"(</(?:a|b|dd|div|dt|figcaption|li|p|small|span|summary|td|th)>)(?=<\w)")


def set_separator(config: MkDocsConfig) -> None:
    """Give Material's search our separator, unless the site has its own or is not in English."""
    search = config.plugins.get("material/search") or config.plugins.get("search")
    if search is None or "separator" not in search.config or config.theme.get("language", "en") != "en":
        return
    if search.config["separator"] is None:
        search.config["separator"] = SEPARATOR


def apart(html: str) -> str:
    """`html` with a blank between elements that touch: the index drops tags, and would glue a cell to the next."""
    return _TOUCHING.sub(r"\1 ", html)

"""Names that Material leaves out of its landmarks, for readers who hear a page."""

from __future__ import annotations

import re

_SEARCH = re.compile(r'(<div class="md-search"[^>]* role="dialog")(?=>)')
_SEARCH_NAME = re.compile(r'<nav class="md-search__options" (aria-label="[^"]*")')
_PATH = re.compile(r'(<nav class="md-path" )aria-label="[^"]*"')


def name_landmarks(html: str) -> str:
    """`html` with the search dialog named in the site's language, and the path told apart from the navigation.

    Material gives the dialog no name, and path and navigation the same one. Pages of other themes stay as they are.
    """
    name = _SEARCH_NAME.search(html)
    if name:
        html = _SEARCH.sub(lambda dialog: f"{dialog[1]} {name[1]}", html, count=1)
    return _PATH.sub(r'\1aria-label="Breadcrumb"', html, count=1)

"""What readers who hear a page need: names that Material leaves out of its landmarks, and the language of our text."""

from __future__ import annotations

import html
import re

_SEARCH = re.compile(r'(<div class="md-search"[^>]* role="dialog")(?=>)')
_SEARCH_NAME = re.compile(r'<nav class="md-search__options" (aria-label="[^"]*")')
_PATH = re.compile(r'(<nav class="md-path" )aria-label="[^"]*"')

_OURS = re.compile(r'<article\b|<ul class="md-nav__list" data-md-component="toc"')


def in_language(document: str, language: str, around: str) -> str:
    """A page with its text and table of contents marked as of `language`, where the site around them has another."""
    if language.partition("-")[0].lower() == around.partition("-")[0].lower():
        return document
    return _OURS.sub(lambda ours: f'{ours[0]} lang="{html.escape(language)}"', document)


def name_landmarks(document: str) -> str:
    """The page with the search dialog named in the site's language, and the path told apart from the navigation.

    Material gives the dialog no name, and path and navigation the same one. Pages of other themes stay as they are.
    """
    name = _SEARCH_NAME.search(document)
    if name:
        document = _SEARCH.sub(lambda dialog: f"{dialog[1]} {name[1]}", document, count=1)
    return _PATH.sub(r'\1aria-label="Breadcrumb"', document, count=1)

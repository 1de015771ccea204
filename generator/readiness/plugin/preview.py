"""Tags in the head of a page from which chats and search engines make the preview of a link."""

from __future__ import annotations

import html

from readiness.site.inert import visible
from readiness.site.pages import GeneratedPage


def preview_tags(head: str, page: GeneratedPage, site_name: str, url: str | None) -> str:
    """The Open Graph tags of `page`, and a description where its theme has written none into `head`; a line each."""
    tags = [] if '<meta name="description"' in head else [("name", "description", page.description)]
    tags += [
        ("property", "og:type", "article" if page.parent else "website"),
        ("property", "og:site_name", site_name),
        ("property", "og:title", page.title),
        ("property", "og:description", page.description),
        *([("property", "og:url", url)] if url else []),
    ]
    return "".join(f'<meta {kind}="{name}" content="{html.escape(visible(text))}">\n' for kind, name, text in tags)

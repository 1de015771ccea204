"""Tags in the head of a page from which chats and search engines make the preview of a link, or find its Markdown."""

from __future__ import annotations

import html
import re

from readiness.render.pages.inert import visible
from readiness.render.pages.pages import GeneratedPage

_DESCRIPTION = re.compile(r"""<meta\s+name=["']?description\b""")


def with_preview(document: str, page: GeneratedPage, site_name: str, url: str | None) -> str:
    """A whole document of `page` with the tags at the end of its head; one without a head stays as it is."""
    head, end, rest = document.partition("</head>")
    return f"{head}{preview_tags(head, page, site_name, url)}{end}{rest}" if end else document


def preview_tags(head: str, page: GeneratedPage, site_name: str, url: str | None) -> str:
    """The Open Graph tags of `page`, a description where `head` holds none, and its Markdown; a line each."""
    tags = [] if _DESCRIPTION.search(head) else [("name", "description", page.description)]
    tags += [
        ("property", "og:type", "article" if page.kind.parent else "website"),
        ("property", "og:site_name", site_name),
        ("property", "og:title", page.title),
        ("property", "og:description", page.description),
        *([("property", "og:url", url)] if url else []),
    ]
    # With `alternate` alone Material's instant navigation takes it for another language's site, and asks for a sitemap.
    rel = 'rel="alternate describedby" type="text/markdown"'
    twin = f'<link {rel} href="{html.escape(page.twin)}">\n' if page.twin else ""
    made = (f'<meta {kind}="{name}" content="{html.escape(visible(text))}">\n' for kind, name, text in tags)
    return "".join(made) + twin

"""versions.json for Material's selector, and folders of redirects for aliases."""

import html
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from readiness.publish.stage import Stage
from readiness.render.pages.routes import folder_name

_REDIRECT = '<!doctype html>\n<html lang="en" data-readiness="redirect">\n<meta charset="utf-8">\n'
_BEFORE = '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Redirecting</title>\n'
"""How redirects began that show no preview."""
_HEAD = 65_536
"""Bytes of a page in which its head ends."""
_TITLE = "<title>Redirecting</title>\n"
_PREVIEW = re.compile(
    r"""<title>[^<]*</title>|<meta\s(?=[^<>]*?\b(?:name=["']?description\b|property=["']?og:))"""
    r"""(?:[^<>"']|"(?:[^"<]|<(?!meta\s))*+"|'(?:[^'<]|<(?!meta\s))*+')*+>"""
)


def versions_json(versions: Sequence[str], aliases: Mapping[str, str]) -> str:
    """The list that Material's selector reads, in the form that mike defines: highest version first, aliases sorted."""
    entries = [
        {
            "version": folder_name(version),
            "title": version,
            "aliases": sorted(alias for alias, target in aliases.items() if target == version),
        }
        for version in versions
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def write_alias(stage: Stage, alias: str, version: str) -> None:
    """A folder in which each page of the version has a redirect.

    Where a version before had a page that this one lacks, the redirect stays while what it leads to is there.
    """
    site, folder = stage.target / folder_name(version), stage.target / alias
    written = set()
    for page in sorted(site.rglob("*.html")):
        relative = page.relative_to(site)
        shown = relative.parent if relative.name == "index.html" else relative
        up = os.path.relpath(site / shown, folder / relative.parent)
        address = up + ("/" if relative.name == "index.html" else "")
        stage.put(folder / relative, redirect(address, preview_of(page)).encode())
        written.add(folder / relative)
    for page in set(folder.rglob("*.html")) - written:
        if is_redirect(page) and not _leads_somewhere(page):
            page.unlink()


def _leads_somewhere(page: Path) -> bool:
    found = re.search(r'href="([^"]*)"', page.read_text(encoding="utf-8"))
    there = page.parent / html.unescape(found[1]) if found else page.parent
    return (there / "index.html" if there.is_dir() else there).is_file()


def preview_of(page: Path) -> str:
    """The title of a page, and what chats and search engines show of it, as its head has them; empty without them."""
    if not page.is_file():
        return ""
    with page.open("rb") as file:
        head, end, _ = file.read(_HEAD).decode(errors="replace").partition("</head>")
    return "".join(f"{tag}\n" for tag in _PREVIEW.findall(head)) if end else ""


def redirect(address: str, preview: str = "") -> str:
    """A page that leads on to `address`, of which it has the `preview`; with JavaScript the fragment goes along."""
    plain = html.escape(address, quote=True)
    script = json.dumps(address).replace("<", "\\u003c")
    return (
        f'{_REDIRECT}{preview or _TITLE}<link rel="canonical" href="{plain}">\n'
        f"<script>location.replace({script} + location.search + location.hash)</script>\n"
        f'<noscript><meta http-equiv="refresh" content="0; url={plain}"></noscript>\n'
        f'<p><a href="{plain}">This page is here</a>.</p>\n</html>\n'
    )


def is_redirect(page: Path) -> bool:
    """True for a page that `redirect` has made."""
    return page.is_file() and page.read_bytes().startswith((_REDIRECT.encode(), _BEFORE.encode()))

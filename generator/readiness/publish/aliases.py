"""versions.json for Material's selector, and folders of redirects for aliases."""

import html
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from readiness.publish.stage import Stage
from readiness.render.pages.routes import folder_name

_REDIRECT = re.compile(
    rb'<!doctype html>\n<html(?:(?: lang="[\w-]+")? data-readiness="redirect">\n'
    rb'| lang="en">\n<meta charset="utf-8">\n<title>Redirecting</title>\n)'
)
"""How redirects begin; the first versions marked them by their title alone."""
_HEAD = 65_536
"""Bytes of a page in which its head ends."""
_LANGUAGE = re.compile(r"""<html\b[^<>]*?\slang=["']?([\w-]+)""", re.ASCII)
_TITLE = re.compile("<title>([^<]*)</title>")
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


@dataclass(frozen=True)
class Preview:
    """What a redirect has of the page that it leads to."""

    language: str = ""
    """As HTML names it; empty where the page does not say."""
    tags: str = ""
    """The title, and what chats and search engines show, as the head has them."""


def preview_of(page: Path) -> Preview:
    """What the head of a page says; empty without one."""
    if not page.is_file():
        return Preview()
    with page.open("rb") as file:
        head, end, _ = file.read(_HEAD).decode(errors="replace").partition("</head>")
    language = _LANGUAGE.search(head)
    tags = "".join(f"{tag}\n" for tag in _PREVIEW.findall(head)) if end else ""
    return Preview(language[1] if language else "", tags)


def redirect(address: str, preview: Preview) -> str:
    """A page that leads on to `address`, of which it has the `preview`; with JavaScript the fragment goes along."""
    plain = html.escape(address, quote=True)
    script = json.dumps(address).replace("<", "\\u003c")
    language = f' lang="{preview.language}"' if preview.language else ""
    titled = _TITLE.search(preview.tags)
    title = (titled and titled[1].strip()) or plain
    tags = preview.tags if titled else f"<title>{plain}</title>\n{preview.tags}"
    return (
        f'<!doctype html>\n<html{language} data-readiness="redirect">\n<meta charset="utf-8">\n'
        f'{tags}<link rel="canonical" href="{plain}">\n'
        f"<script>location.replace({script} + location.search + location.hash)</script>\n"
        f'<noscript><meta http-equiv="refresh" content="0; url={plain}"></noscript>\n'
        f'<p><a href="{plain}">{title}</a></p>\n</html>\n'
    )


def is_redirect(page: Path) -> bool:
    """True for a page that `redirect` has made."""
    return page.is_file() and _REDIRECT.match(page.read_bytes()) is not None

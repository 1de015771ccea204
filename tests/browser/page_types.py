"""The types of page that a site has, each by an example: what holds for one type must hold for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

PAGE_TYPES = {
    "home": "index.html",
    "reports": "reports/index.html",
    "report": "reports/2*/index.html",
    "report judged again": "reports/2*/[0-9]*/index.html",
    "releases": "releases/index.html",
    "release": "releases/[0-9]*/index.html",
    "blockers": "blockers/index.html",
    "blocker": "blockers/B-*/index.html",
    "tests": "tests/index.html",
    "trends": "trends/index.html",
    "policy": "policy/index.html",
    "guide home": "guide/index.html",
    "how to read": "guide/how-to-read/index.html",
    "guide": "guide/*/index.html",
    "other hand-written": "reconstruction/index.html",
    "404": "404.html",
}
"""Name -> pattern of the files of that type."""


def examples(site: Path) -> dict[str, str]:
    """Type -> address of its largest page, from the root; types that the site does not have are left out."""
    found = {name: max(site.glob(pattern), key=_size, default=None) for name, pattern in PAGE_TYPES.items()}
    return {name: _address(site, path) for name, path in found.items() if path}


def of_no_type(site: Path) -> Iterator[str]:
    """Pages that no type above speaks for."""
    known = {path for pattern in PAGE_TYPES.values() for path in site.glob(pattern)}
    yield from sorted(_address(site, path) for path in set(site.rglob("*.html")) - known)


def _size(path: Path) -> tuple[int, str]:
    return path.stat().st_size, path.as_posix()


def _address(site: Path, path: Path) -> str:
    return path.relative_to(site).as_posix().removesuffix("index.html")

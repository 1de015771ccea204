"""Takes out of a built site what all versions share: it is stored once, by content, and the pages name it there.

The theme's files keep their places beside each other, since its scripts load each other by them. Of the other files
those are shared that a page or a style sheet names. A script that may load others by its own address stays where it is;
what a script or a list of the site may name otherwise is there twice.
"""

import hashlib
import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from readiness.archive import keep_only
from readiness.publish.places import Naming, in_page, in_script, in_style, inline_scripts
from readiness.render.pages.assets import FOLDER as OURS
from readiness.render.pages.routes import BADGE

SHARED = "assets"
"""The folder beside the versions that holds what they share."""

_SCRIPTS = (".js", ".mjs")
_LOADED = {
    *(".css", *_SCRIPTS, ".map", ".wasm", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".ogg", ".mp4", ".webm"),
    *(".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico"),
}
"""Endings of what pages load. All else is a page, or is known by its own address: a download, a feed, a list."""

_NAMES_OTHERS = (*_SCRIPTS, ".json", ".webmanifest", ".svg", ".xml", ".txt")
_SEARCH_INDEX = "search/search_index.json"
_BY_ITS_ADDRESS = re.compile(r"""\b(?:import|importScripts|currentScript)\b|document\.scripts|["'`\[,]script\b""")
"""In a script that may load others by its own address."""


def share(built: Path, theme: Sequence[Path], address: str) -> dict[str, bytes]:
    """Change the site in `built` to name what is shared; path beside the versions -> content, of what it now lacks.

    `theme`: the folders of the theme's files. `address`: where this site will lie for good, `/` at its end, or nothing.
    """
    site = _Site(built, theme, address)
    site.take_theme()
    site.take_ours()
    for path in site.files:
        if path.endswith(".html"):
            site.rename_in(path)
    for path in site.files:
        if path.endswith(".css"):
            site.rename_in(path)
    site.drop()
    return site.shared


class _Site:
    """A built site. The folder of the version counts as `v`, whatever it is called."""

    def __init__(self, built: Path, theme: Sequence[Path], address: str) -> None:
        self.built, self.theme, self.address = built, theme, address
        self.files = sorted(path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file())
        self.loaded = {path for path in self.files if _is_loaded(path)}
        self.shared: dict[str, bytes] = {}
        self._places: dict[str, str | None] = {}

    def take_theme(self) -> None:
        """Share all of the theme that pages load, as one tree under the digest of it all."""
        tree = {path: self._bytes(path) for path in sorted(self._of_theme)}
        seen = b"".join(path.encode() + b"\0" + hashlib.sha256(content).digest() for path, content in tree.items())
        self._places = {path: f"{SHARED}/{_digest(seen)}/{path}" for path in tree}
        self.shared = {place: tree[path] for path, place in self._places.items() if place}

    def take_ours(self) -> None:
        """Share what the plugin adds, although no page may name it yet: a chart comes with the second run."""
        for path in sorted(self.loaded):
            if _is_ours(path):
                self._share(path)

    def rename_in(self, path: str) -> None:
        """Let a page or a style sheet that stays in its place name what is shared, which becomes so by being named."""
        text = self._text(path)
        changed = (in_page if path.endswith(".html") else in_style)(text, self._naming(path, f"v/{path}"))
        if changed != text:
            (self.built / path).write_bytes(_encoded(changed))

    def drop(self) -> None:
        """Remove from this site what is shared, unless something of it may name that in a way that is not known."""
        told = "\n".join(self._what_may_name())
        shared = (path for path, place in self._places.items() if place)
        gone = {path for path in shared if path in self._of_theme or Path(path).name not in told}
        keep_only(self.built, {Path(path) for path in self.files if path not in gone})

    def _what_may_name(self) -> Iterator[str]:
        for path in self.files:
            if path.endswith(".html"):
                yield from inline_scripts(self._text(path))
            elif path.endswith(_NAMES_OTHERS) and path not in self._of_theme and not _is_ours(path):
                yield "" if path == _SEARCH_INDEX else self._text(path)

    @cached_property
    def _of_theme(self) -> frozenset[str]:
        return frozenset(path for path in self.loaded if any((folder / path).is_file() for folder in self.theme))

    def _bytes(self, path: str) -> bytes:
        return (self.built / path).read_bytes()

    def _text(self, path: str) -> str:
        return self._bytes(path).decode(errors="surrogateescape")

    def _naming(self, path: str, place: str) -> Naming:
        """For what the file at `path` of this site names, if it lies at `place` of the target."""

        def named(written: str) -> str | None:
            address, rest = _cut(written)
            found, around = self._led_to(path, address)
            shared = self._share(found) if found in self.loaded else None
            if shared is None:
                return None
            return (around + quote(shared) if around else quote(_relative(place, shared))) + rest

        return named

    def _led_to(self, origin: str, address: str) -> tuple[str, str]:
        """The path in this site that an address leads to; if it is whole, the address of what lies around the site."""
        # On 404.html, which any address may show, MkDocs writes them from the root of the host.
        root = (urlsplit(self.address).path or "/") if origin == "404.html" else ""
        for site in filter(None, (self.address, root)):
            if address.startswith(site):
                around = posixpath.join(posixpath.dirname(site.rstrip("/")), "") or "/"
                return unquote(address.removeprefix(site)), around
        if not address or address.startswith("/") or ":" in address:
            return "", ""
        return posixpath.normpath(posixpath.join(posixpath.dirname(origin), unquote(address))), ""

    def _share(self, path: str) -> str | None:
        """Where the file is shared; None where it stays."""
        if path not in self._places:
            self._places[path] = None  # while it is looked at: style sheets that load each other stay
            content = self._content_to_share(path)
            if content is not None:
                self._places[path] = place = f"{SHARED}/{_digest(content)}/{posixpath.basename(path)}"
                self.shared[place] = content
        return self._places[path]

    def _content_to_share(self, path: str) -> bytes | None:
        """The file as it must be in its shared place; None where it must stay."""
        if not path.endswith((".css", *_SCRIPTS)) or _is_ours(path):
            return self._bytes(path)
        text, stays = self._text(path), False
        naming = self._naming(path, f"{SHARED}/digest/{posixpath.basename(path)}")

        def named(written: str) -> str | None:
            nonlocal stays
            found = naming(written)
            stays |= found is None and self._led_to(path, _cut(written)[0])[0] in self.files
            return found

        if path.endswith(".css"):
            text = in_style(text, named)
        else:
            stays = bool(_BY_ITS_ADDRESS.search(text))
            text = in_script(text, named)
        return None if stays else _encoded(text)


def _is_loaded(path: str) -> bool:
    """True for what pages load. A badge is linked from elsewhere; MkDocs' own search asks for its parts in the site."""
    name = PurePosixPath(path)
    return name.suffix.lower() in _LOADED and name.name != BADGE and name.parts[0] != "search"


def _is_ours(path: str) -> bool:
    return f"/{OURS}/" in f"/{path}"


def _cut(address: str) -> tuple[str, str]:
    """An address, and what stands behind its path."""
    path = re.split("[?#]", address, maxsplit=1)[0]
    return path, address[len(path) :]


def _relative(place: str, there: str) -> str:
    return posixpath.relpath(there, posixpath.dirname(place))


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]

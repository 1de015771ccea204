"""Derived texts, kept in a folder of the cache: each under a digest of all that it depends on."""

import hashlib
import os
import time
import zlib
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from readiness.archive import replace_file

DAY = 24 * 60 * 60.0
UNUSED = 7 * DAY
"""Seconds after which what no build has used is removed."""


class KeptTexts:
    """A folder of texts; without one nothing is kept. Whatever is wrong with a file of it, the text is made again."""

    def __init__(self, folder: Path | None) -> None:
        """Nothing is read or made before it is asked for."""
        self._folder = folder

    def packed(self, name: str) -> bytes | None:
        """What is kept under a name, still compressed; None where nothing sound is there."""
        if self._folder is None:
            return None
        place = self._folder / name
        try:
            seal, _, packed = place.read_bytes().partition(b"\n")
            if seal != _seal(name, packed):
                return None
            if time.time() - place.stat().st_mtime > DAY:
                os.utime(place)
        except OSError:
            return None
        return packed

    def text(self, name: str) -> str | None:
        """What is kept under a name; None where nothing sound is there."""
        packed = self.packed(name)
        return None if packed is None else unpacked_text(packed)

    def keep(self, name: str, text: str) -> None:
        """Keep a text, where there is room and permission for it. Two builds at once write the same."""
        if self._folder is None:
            return
        packed = zlib.compress(text.encode("utf-8", "surrogatepass"), 1)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._folder / name, _seal(name, packed) + b"\n" + packed)

    def tidy(self) -> None:
        """Remove what no build has used for a week, what broke off among it."""
        if self._folder is None:
            return
        now = time.time()
        with suppress(OSError), os.scandir(self._folder) as files:
            for file in files:
                with suppress(OSError):
                    if now - file.stat().st_mtime > UNUSED:
                        Path(file).unlink()


def unpacked_text(packed: bytes) -> str:
    """The text that `packed` gave."""
    return zlib.decompress(packed).decode("utf-8", "surrogatepass")


def digest(*parts: object) -> str:
    """A name made of all parts; what they are made of must print the same in every process."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def files_digest(folder: Path) -> str:
    """A digest of every file below a folder, names and contents."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file()):
        content = path.read_bytes()
        found.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode("utf-8", "surrogatepass"))
        found.update(content)
    return found.hexdigest()


@cache
def sources_digest() -> str:
    """A digest of this package: what another version of it kept is not ours."""
    return files_digest(Path(__file__).parents[1])


@cache
def release(distribution: str) -> str:
    """The installed version of a distribution; empty where there is none."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def _seal(name: str, packed: bytes) -> bytes:
    """Binds a text to its name."""
    return hashlib.sha256(name.encode() + b"\n" + packed).hexdigest().encode()

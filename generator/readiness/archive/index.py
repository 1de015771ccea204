"""The index of the archive, in the cache folder: what the records of each run say, so that they are read once.

It is derived, and believed only where the files are what they were when it was written. Whatever is wrong with it, the
records are read again.
"""

import hashlib
import json
import os
import re
import shutil
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from readiness.archive.durable import replace_file
from readiness.archive.manifest import MANIFEST, Judgement, Manifest
from readiness.archive.plain import Stat, content_of, stat_of
from readiness.errors import ArchiveError, UsageError

SETTLED = 2_000_000_000
"""Nanoseconds after which a file that is written again has another time for certain."""

FORGOTTEN = 30 * 86_400
"""Seconds after which what another version of the tool kept, and nobody added to, is removed."""

_JUDGEMENT = re.compile(r"[0-9].*\.yml")


def cache_path(project: Path) -> Path:
    """Where the cache folder of a project lies: `.cache/readiness/`."""
    return project / ".cache" / "readiness"


def cache_folder(project: Path) -> Path:
    """The cache folder of a project, made where that is possible, and ignored by git."""
    return _made(cache_path(project))


def own_cache(folder: Path) -> None:
    """Make a folder of the cache that this version of the tool alone uses. Raises OSError.

    With a new one goes what other versions kept beside it, once nobody has for weeks.
    """
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for other in () if _is_archive(folder.parent) else folder.parent.iterdir():
        with suppress(OSError):
            if other != folder and time.time() - other.stat().st_mtime > FORGOTTEN:
                shutil.rmtree(other, ignore_errors=True)


def sealed(content: bytes) -> bytes:
    """The content of a file of the cache, behind the digest that tells whether it is as it was written."""
    return hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def opened(written: bytes) -> bytes:
    """What was sealed; raises ValueError where it is not as it was written."""
    seal, _, content = written.partition(b"\n")
    if hashlib.sha256(content).hexdigest().encode() != seal:
        raise ValueError("a file of the cache is not as it was written")
    return content


def _is_archive(folder: Path) -> bool:
    """True for a folder of runs, to which a link in the place of the cache may lead."""
    return (folder / "runs").is_dir() and (folder / "policies").is_dir()


def _made(folder: Path) -> Path:
    if _is_archive(folder):
        raise UsageError("leads to an archive", path=folder, remedy="Remove the link: the cache is made again")
    # Without room or permission everything is derived anew each time.
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    return folder


class Entry(BaseModel):
    """The records of one run, with the digests of their bytes and what the file system says of them."""

    model_config = ConfigDict(frozen=True)

    manifest: Manifest
    judgements: tuple[Judgement, ...]
    sha256: tuple[str, ...]
    """Of the manifest, then of the judgements."""
    stats: tuple[Stat | None, ...]
    """Of the folder of judgements and of the same files; None for one that had just been written: the next change
    might have the same time."""


_Month = TypeAdapter(dict[str, Entry])


class Index:
    """The entries of an archive, a file for each of its months."""

    def __init__(self, cache: Path | None, root: Path) -> None:
        """`cache`: the cache folder; None keeps nothing."""
        self._cache = cache
        self._folder = cache / "archive" / f"{root.absolute().name}-{_reader()}" if cache else None
        self._known: dict[str, dict[str, Entry]] = {}
        self._found: dict[str, dict[str, Entry]] = {}

    def entry(self, folder: Path) -> Entry | None:
        """What is known of the run in a folder; None where that is nothing, or where a file is not what it was."""
        month = folder.parent.name
        if month not in self._known:
            self._known[month] = self._read(month)
        known = self._known[month].get(folder.name)
        if known is None:
            return None
        now = _stats(folder, len(known.judgements))
        if now != known.stats or None in now:
            if not _is_same(folder, known, now):
                return None
            known = known.model_copy(update={"stats": now})
        self._found.setdefault(month, {})[folder.name] = known
        return known

    def add(self, folder: Path, manifest: Manifest, judgements: tuple[Judgement, ...], sha256: tuple[str, ...]) -> None:
        """Take in a run that was read and is sound; one with numbers that JSON does not know is read each time."""
        try:
            json.dumps([item.declared for item in manifest.inputs], allow_nan=False)
        except ValueError:
            return
        # What it is now may be later than what was read: then its digest is another one.
        nothing = tuple[None, ...]([None] * (len(sha256) + 1))
        entry = Entry.model_construct(manifest=manifest, judgements=judgements, sha256=sha256, stats=nothing)
        now = _stats(folder, len(judgements))
        if _is_same(folder, entry, now):
            entry = entry.model_copy(update={"stats": now})
            self._found.setdefault(folder.parent.name, {})[folder.name] = entry

    def write(self) -> None:
        """Keep what was found of the months in which something changed, where there is room and permission for it."""
        for month, found in self._found.items():
            if self._folder and found != self._known.get(month):
                # A text that is no Unicode is left out: it cannot be written.
                with suppress(OSError, ValueError):
                    self._put(
                        month, {name: entry.model_dump(mode="json", by_alias=True) for name, entry in found.items()}
                    )

    def _read(self, month: str) -> dict[str, Entry]:
        if self._folder is None:
            return {}
        try:
            return _Month.validate_json(opened((self._folder / f"{month}.json").read_bytes()))
        except (OSError, ValueError):
            return {}

    def _put(self, month: str, plain: object) -> None:
        content = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
        assert self._cache
        assert self._folder
        _made(self._cache)
        own_cache(self._folder)
        replace_file(self._folder / f"{month}.json", sealed(content))


def judgement_names(folder: Path) -> list[str]:
    """The files that can be judgements of the run in a folder."""
    try:
        with os.scandir(folder / "judgements") as entries:
            return [entry.name for entry in entries if _JUDGEMENT.fullmatch(entry.name)]
    except OSError:
        return []


def judgement_path(folder: Path, number: int) -> Path:
    """Where a judgement of the run in `folder` lies."""
    return folder / "judgements" / f"{number}.yml"


def _stats(folder: Path, judgements: int) -> tuple[Stat | None, ...]:
    # Of a thousand runs it is asked each time: text is faster than paths.
    inside = f"{folder}/judgements"
    files = (f"{inside}/{number}.yml" for number in range(1, judgements + 1))
    return tuple(map(_settled, map(stat_of, (inside, f"{folder}/{MANIFEST}", *files))))


def _settled(stat: Stat | None) -> Stat | None:
    """The same, where what changed it last is long past."""
    return stat if stat and max(stat[-2:]) < time.time_ns() - SETTLED else None


def _is_same(folder: Path, known: Entry, now: tuple[Stat | None, ...]) -> bool:
    """True where the run in a folder is what is known of it: where files differ at sight, their bytes decide."""
    count = len(known.judgements)
    if (folder / "judgements").is_symlink() or len(judgement_names(folder)) != count:
        return False
    paths = (folder / MANIFEST, *(judgement_path(folder, number + 1) for number in range(count)))
    files = zip(paths, known.sha256, known.stats[1:], now[1:], strict=True)
    return all(
        (after is not None and before == after) or _sha256(path) == sha256 for path, sha256, before, after in files
    )


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(content_of(path)).hexdigest()
    except ArchiveError:
        return ""


@cache
def _reader() -> str:
    """Digest of everything that reads records: what another version made of them is not ours."""
    here = Path(__file__).parent
    sources = (here.parent / "model.py", *sorted(here.glob("*.py")))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]

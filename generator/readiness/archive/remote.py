"""An archive in an object store: its files are mirrored in a folder, and what is written goes to the store first.

Files of an archive hardly ever change, so each is fetched once, and everything that reads an archive reads the folder.
A store has no lock: what two writers want to create goes to the one that the store lets create it first. So does the
right to change and to remove files, which is an object as well.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from readiness.archive.durable import keep_only, locked, replace_file
from readiness.archive.manifest import MANIFEST
from readiness.archive.object_store import folder_at, reached, store_at
from readiness.archive.plain import foreign
from readiness.archive.store_lock import LOCK, StoreLock, locked_store
from readiness.errors import ArchiveError, show_as

_ADDRESS = ".readiness-address"
"""The file beside a mirror that tells of what it is one; no project has a file of that name."""
_INDEX = "fetched.json"
_AWS = re.compile(r"https://s3\.([a-z0-9-]+\.)*amazonaws\.com(\.cn)?/?")
_BATCH = 256
_WAITS = 10
_PAUSE_S = 0.5
_VERSION = ("ETag", "etag", "generation", "content_md5", "LastModified", "last_modified", "mtime", "updated", "created")
"""What stores say of an object by which a changed one is recognised; the first that is there counts."""


def mirrored(address: str, cache: Path, progress: Callable[[int, int], None] = lambda *_: None) -> Path:
    """The folder in `cache` that holds what the archive at that address holds now; none is there for an empty one.

    The folder of `file://` is that folder itself. Raises UsageError for an address of which nothing can be made,
    ArchiveError where the store cannot be read.
    """
    folder = folder_at(address)
    if folder:
        return folder
    address = address.rstrip("/")
    name = re.sub(r"[^A-Za-z0-9.]+", "-", address).strip("-.")[-60:]
    place = cache / "remote" / f"{name}-{hashlib.sha256(address.encode()).hexdigest()[:8]}"
    mirror = Mirror(address, place.absolute() / "history")
    mirror.pull(progress=progress)
    return mirror.folder


def mirror_of(root: Path) -> Mirror | None:
    """The mirror that a folder is; None for an archive of its own."""
    marked = root.parent / _ADDRESS
    return Mirror(marked.read_text(encoding="utf-8"), root) if root.name == "history" and marked.is_file() else None


@dataclass(frozen=True)
class Mirror:
    """The archive at an address, and the folder with the same files. `push` only adds to the store."""

    address: str
    folder: Path

    def pull(self, *, fresh: bool = False, progress: Callable[[int, int], None] = lambda *_: None) -> None:
        """Make the folder what the store is: fetch what is new or differs, everything where `fresh`, drop what is gone.

        A run exists once its manifest does: without it the files of a writer that died are none of the archive's.
        """
        show_as(str(self.folder), self.address)
        with reached(self.address, "the archive cannot be read"):
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            with locked(self.folder.parent):
                replace_file(self.folder.parent / _ADDRESS, self.address.encode())
                fetched = {} if fresh else self._fetched()
                for left in reversed(range(_WAITS)):
                    # A list of many pages is of no one moment, and what it names may be changed before it is fetched.
                    listed = self._listed()
                    try:
                        if self._is_fetched(listed, fetched, progress) or self._listed() == listed:
                            break
                    except FileNotFoundError:
                        if not left:
                            raise

    def _is_fetched(
        self, listed: Mapping[str, str], fetched: dict[str, list[object]], progress: Callable[[int, int], None]
    ) -> bool:
        """Make the folder what was listed; True where nothing had to be fetched. `fetched` is kept up to date."""
        kept = {name: known for name, known in fetched.items() if self._stands(name, listed.get(name), known)}
        self._drop(listed.keys())
        wanted = [name for name in listed if name not in kept]
        for at in range(0, len(wanted), _BATCH):
            batch = wanted[at : at + _BATCH]
            self._fetch(batch)
            kept |= {name: [listed[name], *self._stat(name)] for name in batch}
            cut = next((name for name in batch if listed[name].split()[0] != str(kept[name][1])), None)
            if cut is not None and self._listed().get(cut) == listed[cut]:
                raise OSError(f"{cut} was not fetched in full")
            replace_file(self.folder.parent / _INDEX, json.dumps(kept).encode())
            progress(at + len(batch), len(wanted))
        fetched.clear()
        fetched.update(kept)
        return not wanted

    def push(self, files: Mapping[str, bytes]) -> bool:
        """Create files in the store, in this order, those of a run last its manifest; True where all are now ours.

        `files` by their path in the archive. One that is there already with the same bytes is as good as ours: a
        writer that died before goes on where it was. Where another's last one is there, False: theirs counts. Raises
        ArchiveError where the store cannot be written, or another's file has no last one after some seconds.
        """
        last = self.folder / [*files][-1]
        with reached(self.address, "the archive cannot be written", "Nothing was archived: "):
            ours = all(self._create(name, content) for name, content in files.items())
        for _ in range(_WAITS):
            self.pull()
            if last.is_file():
                # A store that knows no conditional put may have let another one write over ours.
                return ours and all((self.folder / name).read_bytes() == content for name, content in files.items())
            time.sleep(_PAUSE_S)
        raise ArchiveError(
            f"holds files of a job that is archiving the same evidence, or that died while it did, and no {last.name}",
            path=last.parent,
            remedy=f"Try again later; without {last.name} it is not a run, and may be removed",
        )

    def alone(self, job: str) -> AbstractContextManager[StoreLock]:
        """Be the only one to change files in the store. Raises UsageError where another job is, or died as that."""
        return locked_store(self.address, job, self._create)

    def note(
        self, lock: StoreLock, first: Mapping[str, bytes], notice: Mapping[str, bytes], then: Mapping[str, bytes | None]
    ) -> None:
        """Put `first`, then the notice, then what follows from it, where None removes; only within `alone`.

        Raises UsageError where the lock is not there any more: before anything is put, or in the end.
        """
        store, base = self._store
        left = "It may be half done, which the same command ends: "
        with reached(self.address, "the archive cannot be written", left):
            lock.require()
            for name, content in (*first.items(), *notice.items(), *then.items()):
                if content is not None:
                    store.pipe_file(f"{base}/{name}", content)
            self._remove(name for name, content in then.items() if content is None)
            lock.require()
        self.pull()

    def strays(self) -> Iterator[tuple[str, bytes]]:
        """What the store holds besides the archive, files of runs without a manifest: address and content."""
        store, base = self._store
        with reached(self.address, "the archive cannot be read"):
            whole = self._listed().keys()
            for name in self._entries().keys() - whole - {LOCK}:
                yield f"{self.address}/{name}", store.cat_file(f"{base}/{name}")

    def old_versions(self, names: Collection[str]) -> list[tuple[str, str, str]] | None:
        """Bucket, key and version of what an S3 bucket keeps of files as they were; None where that is not known."""
        store, base = self._store
        bucket, _, prefix = base.partition("/")
        keys, found = {f"{prefix}/{name}".lstrip("/") for name in names}, []
        page: dict[str, str] = {}
        try:
            while True:
                told = store.call_s3("list_object_versions", Bucket=bucket, Prefix=prefix, **page)
                old = (one for one in told.get("Versions", ()) if not one["IsLatest"] and one["Key"] in keys)
                found += [(bucket, one["Key"], one["VersionId"]) for one in old]
                if not told.get("IsTruncated"):
                    return found
                page = {name: told[f"Next{name}"] for name in ("KeyMarker", "VersionIdMarker")}
        except (AttributeError, OSError):  # no S3, or not permitted
            return None

    @property
    def endpoint(self) -> str:
        """Address of the server of an S3 bucket; empty where it is AWS, which tools ask that are told of none."""
        address = str(self._store[0].s3.meta.endpoint_url)
        return "" if _AWS.fullmatch(address) else address

    @cached_property
    def _store(self) -> tuple[Any, str]:
        return store_at(self.address)

    def _remove(self, names: Iterable[str]) -> None:
        store, base = self._store
        for name in names:
            store.rm_file(f"{base}/{name}")  # `rm` of many takes names as patterns

    def _listed(self) -> dict[str, str]:
        """Path of each file of the archive -> what tells its versions apart."""
        names = self._entries()
        return {name: version for name, version in names.items() if name != LOCK and _is_whole(name, names)}

    def _entries(self) -> dict[str, str]:
        """The same of everything below the address."""
        store, base = self._store
        store.invalidate_cache()
        names: dict[str, str] = {}
        for name, entry in store.find(base, detail=True).items():
            path = name.removeprefix(base).lstrip("/")
            if entry["type"] != "file" or not path or path.endswith("/"):
                continue
            if any(part in ("", ".", "..") or "\\" in part for part in path.split("/")):
                raise foreign(Path(f"{self.folder}/{path}"))
            version = next((entry[key] for key in _VERSION if entry.get(key)), "")
            names[path] = f"{entry['size']} {version}"
        return names

    def _fetched(self) -> dict[str, list[object]]:
        """What was fetched before; nothing where that is not known."""
        try:
            known = json.loads((self.folder.parent / _INDEX).read_bytes())
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _stands(self, name: str, version: str | None, known: object) -> bool:
        """True where the folder holds that version of the file as it was fetched."""
        try:
            return version is not None and known == [version, *self._stat(name)]
        except OSError:
            return False

    def _stat(self, name: str) -> tuple[int, int]:
        state = (self.folder / name).lstat()
        return state.st_size, state.st_mtime_ns

    def _fetch(self, names: Iterable[str]) -> None:
        store, base = self._store
        places = {f"{base}/{name}": self.folder / name for name in names}
        for place in places.values():
            place.parent.mkdir(parents=True, exist_ok=True)
        store.get([*places], [*map(str, places.values())])

    def _drop(self, names: Iterable[str]) -> None:
        """Remove what is not of the archive any more, and folders that are empty then."""
        kept = {Path(name) for name in names}
        keep_only(self.folder, kept)
        if not kept and self.folder.is_dir():
            self.folder.rmdir()

    def _create(self, name: str, content: bytes) -> bool:
        """Put a file that is not there yet; False where another content is."""
        store, base = self._store
        place = f"{base}/{name}"
        try:
            if not self._holds(place):
                store.pipe_file(place, content, mode="create")
                return True
        except Exception:
            # Stores say in many ways that somebody was first, and a lost answer may hide that it was us.
            if not self._holds(place):
                raise
        return bool(store.cat_file(place) == content)

    def _holds(self, place: str) -> bool:
        store, _ = self._store
        store.invalidate_cache()
        return bool(store.exists(place))


def _is_whole(name: str, names: Mapping[str, str]) -> bool:
    """False for a file in the folder of a run that has no manifest."""
    parts = name.split("/")
    return parts[0] != "runs" or len(parts) < 4 or "/".join((*parts[:3], MANIFEST)) in names

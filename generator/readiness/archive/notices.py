"""Notices: what was done to runs after they were archived: withdrawn, redacted or pruned. Each is a sealed file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from readiness.archive.durable import INCOMING
from readiness.archive.manifest import Digest, Moment, Record
from readiness.archive.plain import content_of, damaged, foreign, link
from readiness.errors import ArchiveError

SCHEMA: Literal[1] = 1
FOLDER = "notices"
CHECKPOINTS = "checkpoints"


class NoticeKind(StrEnum):
    """What was done."""

    WITHDRAWN = "withdrawn"
    REDACTED = "redacted"
    PRUNED = "pruned"


class NoticedRun(Record):
    """A run, and the digest of the manifest that it was archived with."""

    run: str
    manifest: Digest


class Replacement(Record):
    """A stored file whose text was redacted. Of what is stored packed both digests are of the unpacked bytes."""

    path: str
    """Below `history/`."""
    before: Digest
    after: Digest


class Checkpoint(Record):
    """What is kept of a pruned run in place of its evidence: `checkpoints/<run>-<judgement>.json.gz`."""

    run: str
    judgement: int = Field(ge=1)
    """The latest there was."""
    sha256: Digest
    """Of the unpacked bytes."""

    @property
    def path(self) -> str:
        """Below `history/`."""
        return f"{CHECKPOINTS}/{self.run}-{self.judgement}.json.gz"


class Notice(Record):
    """`notices/<time>-<digest>.json`: what was done to which runs, why, by whom and when."""

    schema_: Literal[1] = Field(alias="schema", default=SCHEMA)
    kind: NoticeKind
    time: Moment
    by: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    tool: str
    runs: tuple[NoticedRun, ...]
    """The runs that it is about; of a redaction also those whose reports showed the text."""
    replaced: tuple[Replacement, ...] = ()
    """Of a redaction: the stored files that were changed."""
    checkpoints: tuple[Checkpoint, ...] = ()
    """Of a pruning: one for each run."""

    @property
    def named(self) -> frozenset[str]:
        """The ids of the runs."""
        return frozenset(one.run for one in self.runs)

    @property
    def digest(self) -> str:
        """SHA-256 of the record without its last key, `digest`."""
        return hashlib.sha256(_lines(self)).hexdigest()

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.time:%Y%m%dT%H%M%SZ}-{self.digest[:12]}.json"


def notice_bytes(notice: Notice) -> bytes:
    """The notice as it is written: JSON, whose last key is the SHA-256 of the record without it."""
    return _lines(notice, digest=notice.digest)


def _lines(notice: Notice, **more: str) -> bytes:
    plain = notice.model_dump(mode="json", by_alias=True) | more
    return (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode()


def read_notice(path: Path) -> Notice:
    """The notice at `path`; raises ArchiveError naming what is wrong with it."""
    content = content_of(path)
    try:
        plain: Any = json.loads(content.decode())
        if isinstance(plain, dict) and isinstance(plain.get("schema"), int) and plain["schema"] > SCHEMA:
            problem = f"was written by a newer version: schema {plain['schema']}, this version reads up to {SCHEMA}"
            raise ArchiveError(problem, path=path, remedy="Upgrade mkdocs-readiness")
        seal = plain.pop("digest", None) if isinstance(plain, dict) else None
        found = Notice.model_validate(plain)
    except (ValueError, RecursionError) as error:
        problem = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error).splitlines()[0]
        raise damaged(path, f"is damaged: {problem}") from error
    if seal != found.digest or content != notice_bytes(found):
        raise damaged(path, "differs from the digest in its last line")
    if path.name != found.name:
        raise damaged(path, f"should be called {found.name}")
    return found


class Notices:
    """All notices of an archive, and what they say of a run or of a stored file."""

    def __init__(self, notices: Iterable[Notice] = (), contents: Mapping[str, bytes] | None = None) -> None:
        """`contents`: what files would hold, unpacked, by path: a supposed archive has them instead of its own."""
        self.contents = contents or {}
        self.all = tuple(sorted(notices, key=lambda one: (one.time, one.name)))
        self.withdrawn = self._by_run(NoticeKind.WITHDRAWN)
        """Id of each withdrawn run -> why."""
        self.redacted = self._by_run(NoticeKind.REDACTED)
        """Id of each run of which, or of whose report, something was redacted -> why."""
        self.pruned = {one.run: one for notice in self.all for one in notice.checkpoints}
        """Id of each pruned run -> what is kept of it."""
        self._replaced: dict[str, list[Replacement]] = {}
        for notice in self.all:
            for one in notice.replaced:
                self._replaced.setdefault(one.path, []).append(one)

    def _by_run(self, kind: NoticeKind) -> dict[str, list[Notice]]:
        found: dict[str, list[Notice]] = {}
        for notice in self.all:
            for one in notice.runs if notice.kind is kind else ():
                found.setdefault(one.run, []).append(notice)
        return found

    def is_noted(self, replacement: Replacement) -> bool:
        """True where a notice holds the same already."""
        return replacement in self._replaced.get(replacement.path, ())

    def supposing(self, replaced: Iterable[Replacement], contents: Mapping[str, bytes]) -> Notices:
        """The same, and a redaction that is not written yet."""
        found = Notices(self.all, contents)
        for one in replaced:
            found._replaced.setdefault(one.path, []).append(one)
        return found

    def accepted(self, path: str, original: str) -> frozenset[str]:
        """The digests that a file may have: its own, and those that redactions gave it.

        A redaction that was stopped half-way leaves one of the earlier ones; `verify` says so.
        """
        return frozenset((original, *(one.after for one in self._replaced.get(path, ()))))

    def is_stale(self, path: str, digest: str) -> bool:
        """True where a redaction replaced what a file of that digest holds."""
        return any(one.before == digest for one in self._replaced.get(path, ()))

    def original(self, path: str, digest: str) -> str:
        """The digest that a file was archived with, if its present one comes from redactions."""
        before = {one.after: one.before for one in self._replaced.get(path, ())}
        while digest in before:
            digest = before.pop(digest)
        return digest

    def marks(self, folder: str) -> tuple[str, ...]:
        """What redactions made of the files below a folder: another tuple for other contents."""
        found = (one for path, ones in self._replaced.items() if path.startswith(folder) for one in ones)
        return tuple(sorted(f"{one.path} {one.after}" for one in found))


def read_notices(root: Path) -> tuple[Notices, tuple[ArchiveError, ...]]:
    """The notices of the archive in `root`, and what is wrong with others."""
    found: list[Notice] = []
    damage: list[ArchiveError] = []
    for path in _files(root / FOLDER, damage):
        try:
            found.append(read_notice(path))
        except ArchiveError as error:
            damage.append(error)
    return Notices(found), tuple(damage)


def _files(folder: Path, damage: list[ArchiveError]) -> Iterator[Path]:
    if folder.is_symlink():
        damage.append(link(folder))
        return
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        damage.append(ArchiveError(f"cannot be read ({error.strerror})", path=folder, remedy="Permit reading it"))
        return
    for path in paths:
        if path.suffix == ".json" and not path.name.startswith(INCOMING):
            yield path
        elif not path.name.startswith(INCOMING):
            damage.append(foreign(path))

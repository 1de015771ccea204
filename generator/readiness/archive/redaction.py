"""What a redaction changes in the archive, found before anything is written; and the search for what is left."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from readiness.archive.durable import packed
from readiness.archive.manifest import MANIFEST, Manifest, manifest_bytes
from readiness.archive.notices import Replacement
from readiness.archive.plain import content_of
from readiness.archive.store import Archive, ArchivedRun
from readiness.errors import ArchiveError
from readiness.evidence import Wanted, read, reads_alike, redact, redacted_text

_IDENTITY = {"schema", "rules", "number", "id", "digest", "version", "commit", "started", "finished", "previous"}
_IDENTITY |= {"supersedes", "missing"}
_INPUT_IDENTITY = {"stored", "kind", "source", "variant", "sha256", "stored_sha256", "read"}


@dataclass(frozen=True)
class Left:
    """A place where the text is and stays, and why."""

    path: str
    why: str


@dataclass(frozen=True)
class Redaction:
    """The files that a redaction changes, by path below the archive, and where it cannot."""

    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Their new content, unpacked."""
    replaced: tuple[Replacement, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    """How often each held the text."""
    left: tuple[Left, ...] = ()
    blobs: tuple[str, ...] = ()
    """The names that git has for the files as they are stored now."""

    @property
    def files(self) -> dict[str, bytes]:
        """The files as they are stored."""
        return {path: packed(new) if path.endswith(".gz") else new for path, new in self.contents.items()}

    def supposed(self, archive: Archive) -> Archive:
        """The archive as it will be."""
        notices = archive.notices.supposing(self.replaced, self.contents)
        supposed = Archive(archive.root)
        runs = {}
        for run in archive.runs.values():
            written = self.contents.get(run.place(MANIFEST))
            manifest = Manifest.model_validate(json.loads(written)) if written else run.manifest
            runs[run.id] = replace(run, manifest=manifest, notices=notices)
        supposed.__dict__["_notices"] = notices, ()
        supposed.__dict__["_scan"] = runs, archive.damage
        return supposed


def plan_redaction(archive: Archive, wanted: Wanted, runs: Collection[str] | None = None) -> Redaction:
    """Find the text in what the archive stores of some runs, or of all and of every policy.

    Raises ArchiveError where a file is damaged.
    """
    draft = _Draft(archive, wanted)
    chosen = [run for run in archive.runs.values() if runs is None or run.id in runs]
    for run in chosen:
        draft.run(run)
    judged_by = {judgement.policy for run in chosen for judgement in run.judgements}
    for digest in sorted(
        judged_by if runs is not None else {path.stem for path in archive.root.glob("policies/*.yml")}
    ):
        draft.file(f"policies/{digest}.yml", archive.policy(digest))
    for notice in archive.notices.all:
        path = f"notices/{notice.name}"
        if redact(content_of(archive.root / path), wanted).count:
            draft.left.append(Left(path, "a notice is sealed: take it out of the archive with git, and write it anew"))
    return Redaction(draft.contents, tuple(draft.replaced), draft.counts, tuple(draft.left), tuple(draft.blobs))


class _Draft:
    def __init__(self, archive: Archive, wanted: Wanted) -> None:
        self._root = archive.root
        self._wanted = wanted
        self.contents: dict[str, bytes] = {}
        self.replaced: list[Replacement] = []
        self.counts: dict[str, int] = {}
        self.left: list[Left] = []
        self.blobs: list[str] = []

    def run(self, run: ArchivedRun) -> None:
        """Everything that is stored of a run."""
        if run.is_pruned:
            self.file(run.notices.pruned[run.id].path, run.checkpoint())
        for item in () if run.is_pruned else run.manifest.inputs:
            content = run.evidence(item)
            new = redact(content, self._wanted).content
            before, after = (read(one, item.name, source=item.source, variant=item.variant) for one in (content, new))
            if new == content or reads_alike(before, after):
                self.file(run.place(item.stored), content)
            else:
                why = "without the text the file would not say the same: other tests, outcomes or numbers"
                self.left.append(Left(run.place(item.stored), f"{why}. Name a longer text, or a narrower pattern"))
        self._manifest(run)

    def file(self, path: str, content: bytes) -> None:
        """A file whose content, unpacked, this is."""
        found = redact(content, self._wanted)
        if found.count:
            self._replace(path, content, found.content, found.count)
        if redacted_text(Path(path).name, self._wanted)[1]:
            self.left.append(Left(path, "the name of a stored file stays"))

    def _manifest(self, run: ArchivedRun) -> None:
        path = run.place(MANIFEST)
        content = content_of(run.folder / MANIFEST)
        new, count, kept = _record(json.loads(content), self._wanted)
        if kept:
            why = "version, commit, source, variant and names of stored files make the run's identity"
            self.left.append(Left(path, f"{why}: withdraw the run, and archive it again under other ones"))
        if count:
            self._replace(path, content, manifest_bytes(Manifest.model_validate(new)), count)

    def _replace(self, path: str, content: bytes, new: bytes, count: int) -> None:
        before, after = (hashlib.sha256(one).hexdigest() for one in (content, new))
        self.contents[path] = new
        self.replaced.append(Replacement(path=path, before=before, after=after))
        self.counts[path] = count
        self.blobs.append(blob_name(content_of(self._root / path)))


def blob_name(content: bytes) -> str:
    """What git calls a file of that content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _record(plain: dict[str, Any], wanted: Wanted) -> tuple[dict[str, Any], int, bool]:
    """(a manifest without the text, how often it was there, whether it stays in what must not change)."""
    walk = _Walk(wanted)
    new = {key: value if key in _IDENTITY else walk.of(value) for key, value in plain.items() if key != "inputs"}
    inputs = [
        {key: value if key in _INPUT_IDENTITY else walk.of(value) for key, value in item.items()}
        for item in plain["inputs"]
    ]
    own = [plain[key] for key in _IDENTITY & plain.keys()]
    own += [item[key] for item in plain["inputs"] for key in _INPUT_IDENTITY & item.keys()]
    fixed = _Walk(wanted)
    for value in own:
        fixed.of(value)
    return {**plain, **new, "inputs": inputs}, walk.count, fixed.count > 0


class _Walk:
    """Takes the text out of every string of a plain record."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self.count = 0

    def of(self, value: Any) -> Any:
        if isinstance(value, str):
            found, count = redacted_text(value, self._wanted)
            self.count += count
            return found
        if isinstance(value, dict):
            return {self.of(key): self.of(one) for key, one in value.items()}
        return [self.of(one) for one in value] if isinstance(value, list) else value


def holds(content: bytes, wanted: Wanted) -> bool:
    """True where the text is in a file, packed or not."""
    return redact(content, wanted).count > 0


def search_folder(folder: Path, wanted: Wanted) -> Iterator[Path]:
    """The files below a folder that hold the text, or have it in their name."""
    for path in sorted(folder.rglob("*")):
        if redacted_text(path.name, wanted)[1] or (path.is_file() and not path.is_symlink() and _in_file(path, wanted)):
            yield path


def _in_file(path: Path, wanted: Wanted) -> bool:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ArchiveError(f"cannot be read ({error.strerror})", path=path, remedy="Permit reading it") from error
    return holds(content, wanted)

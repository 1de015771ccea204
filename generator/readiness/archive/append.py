"""Appending to history/: a run is written beside, flushed, and renamed into place, its manifest last."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from readiness.archive.chain import predecessor
from readiness.archive.manifest import Input, InputFinding, Judgement, Link, Manifest, run_digest, to_bytes
from readiness.archive.store import MANIFEST, Archive, ArchivedRun, read_run
from readiness.errors import ArchiveError
from readiness.model import RULES, EvidenceFile


@dataclass(frozen=True)
class NewInput:
    """One evidence file on its way into the archive: the original bytes and what the reader made of them."""

    name: str
    source: str
    variant: str
    content: bytes
    file: EvidenceFile

    @property
    def sha256(self) -> str:
        """Digest of the original bytes, unpacked: the same file compressed or not is the same evidence."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class NewRun:
    """A run on its way into the archive. `finished` None: start plus the declared wall time."""

    version: str
    started: datetime
    inputs: Sequence[NewInput]
    product: str = ""
    commit: str = ""
    branch: str = ""
    ci_url: str = ""
    finished: datetime | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    previous: Link | None = None
    choose_previous: bool = True
    """False: `previous` stands as given, None included."""


def append_run(archive: Archive, run: NewRun, policy: bytes, tool: str) -> tuple[ArchivedRun, bool]:
    """Append `run` with its first judgement; (the archived run, whether it is new).

    The same digest anywhere in the archive is a no-op that returns the existing run. Raises ArchiveError where the
    archive cannot be written; nothing is left behind then.
    """
    digest = run_digest(run.version, run.commit, ((item.source, item.variant, item.sha256) for item in run.inputs))
    existing = next((known for known in archive.runs.values() if known.manifest.digest == digest), None)
    if existing:
        return existing, False
    manifest = _manifest(archive, run, digest)
    judgement = Judgement(number=1, policy=hashlib.sha256(policy).hexdigest(), time=manifest.finished, tool=tool)
    folder = archive.root / "runs" / manifest.started.strftime("%Y-%m") / manifest.id
    with _told(folder):
        written = _write_folder(folder, run, manifest, judgement, archive.root / "policies", policy)
    return read_run(folder), written


def _manifest(archive: Archive, run: NewRun, digest: str) -> Manifest:
    ordered = sorted(run.inputs, key=lambda item: (item.source, item.variant, item.name, item.sha256))
    stored = stored_names([item.name for item in ordered])
    inputs = tuple(_input(item, name) for item, name in zip(ordered, stored, strict=True))
    wall_s = sum(item.file.wall_s or 0.0 for item in run.inputs)
    started = run.started.replace(microsecond=0)
    manifest = Manifest(
        rules=RULES,
        id=f"{started:%Y%m%dT%H%M%SZ}-{digest[:12]}",
        digest=digest,
        product=run.product,
        version=run.version,
        commit=run.commit,
        branch=run.branch,
        ci_url=run.ci_url,
        started=started,
        finished=run.finished or started + timedelta(seconds=int(wall_s)),
        environment=_environment(run),
        previous=run.previous,
        inputs=inputs,
    )
    if not run.choose_previous:
        return manifest
    before = predecessor(manifest, [known.manifest for known in archive.runs.values()])
    link = Link(run=before.id, judgement=len(archive.runs[before.id].judgements)) if before else None
    return manifest.model_copy(update={"previous": link})


def _environment(run: NewRun) -> dict[str, str]:
    """What the evidence says of its surroundings, then what the caller said; a name with two values keeps both."""
    found: dict[str, list[str]] = {}
    for item in sorted(run.inputs, key=lambda item: (item.source, item.variant, item.name)):
        for name, value in item.file.environment.items():
            values = found.setdefault(name, [])
            if value not in values:
                values.append(value)
    merged = {name: ", ".join(values) for name, values in found.items()} | dict(run.environment)
    return dict(sorted(merged.items()))


def _input(item: NewInput, stored: str) -> Input:
    digest = item.sha256
    return Input(
        name=item.name,
        stored=stored,
        kind=item.file.kind,
        source=item.source,
        variant=item.variant,
        sha256=digest,
        stored_sha256=digest,
        bytes=len(item.content),
        declared=dict(item.file.declared),
        read=item.file.state,
        reason=item.file.reason,
        findings=tuple(InputFinding.of(finding) for finding in item.file.findings),
    )


def stored_names(names: Sequence[str]) -> list[str]:
    """File names inside the run's folder: plain, and distinct even where letter case does not count."""
    taken = {MANIFEST, "judgements"}
    stored: list[str] = []
    for name in names:
        plain = (
            re.sub(r"[^A-Za-z0-9._-]+", "-", Path(name).name.removesuffix(".gz")).lstrip(".-")[-100:].lstrip(".-")
            or "evidence"
        )
        candidate, count = f"{plain}.gz", 1
        while candidate.lower() in taken:
            count += 1
            candidate = f"{count}-{plain}.gz"
        taken.add(candidate.lower())
        stored.append(candidate)
    return stored


def _write_folder(
    folder: Path, run: NewRun, manifest: Manifest, judgement: Judgement, policies: Path, policy: bytes
) -> bool:
    """Write the run beside its place and rename it there; False where somebody else has put the same run there."""
    beside = folder.parent / f".incoming-{folder.name}-{os.getpid()}"
    beside.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(beside, ignore_errors=True)
    try:
        (beside / "judgements").mkdir(parents=True)
        contents = {(item.source, item.variant, item.name, item.sha256): item.content for item in run.inputs}
        for item in manifest.inputs:
            _write(beside / item.stored, _packed(contents[item.source, item.variant, item.name, item.sha256]))
        _write(beside / "judgements" / "1.yml", to_bytes(judgement))
        _write(beside / MANIFEST, to_bytes(manifest))
        _sync(beside / "judgements")
        _sync(beside)
        # The policy before the run: a run that is there always has it.
        new_policy = _write_once(policies / f"{judgement.policy}.yml", policy)
        try:
            return _put_in_place(beside, folder)
        except OSError:
            if new_policy:
                _forget_policy(policies / f"{judgement.policy}.yml", beside)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _put_in_place(beside: Path, folder: Path) -> bool:
    """Rename the run into its place; False where the same run is there already."""
    try:
        beside.rename(folder)
    except OSError:
        if (folder / MANIFEST).is_file():
            return False
        raise
    try:
        _sync(folder.parent)
    except OSError:
        # What may not survive a power cut is not archived.
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return True


def _forget_policy(path: Path, beside: Path) -> None:
    """Remove a policy that this failed write brought, unless another run names it or is just being written."""
    runs = path.parents[1] / "runs"
    others = [other for other in runs.glob("*/.incoming-*") if other != beside]
    if not others and not any(path.stem in file.read_text() for file in runs.glob("*/*/judgements/*.yml")):
        path.unlink(missing_ok=True)


def _packed(content: bytes) -> bytes:
    """Gzip without name and time: the same bytes on any day."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0, compresslevel=9) as packed:
        packed.write(content)
    return buffer.getvalue()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _write_once(path: Path, content: bytes) -> bool:
    """Put content-addressed bytes in place, whole or not at all; False where they are there already."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        _write(beside, content)
        beside.replace(path)
        _sync(path.parent)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    finally:
        beside.unlink(missing_ok=True)
    return True


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses into one line."""
    try:
        yield
    except OSError as error:
        raise ArchiveError(
            f"the run could not be written ({error.strerror or error})",
            path=error.filename or folder,
            remedy="Nothing was archived: make room or permit writing there, then archive again",
        ) from error

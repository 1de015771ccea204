"""Reading history/: which runs there are, their judgements, policies and evidence."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from readiness.archive.chain import latest, superseded
from readiness.archive.manifest import Input, Judgement, Manifest, read_judgement, read_manifest
from readiness.errors import ArchiveError, UsageError

MANIFEST = "run.json"

_RESTORE = "Restore it from version control or a backup"


@dataclass(frozen=True)
class ArchivedRun:
    """One run in the archive: its folder, its manifest and its judgements in order."""

    folder: Path
    manifest: Manifest
    judgements: tuple[Judgement, ...]

    @property
    def id(self) -> str:
        """Identity of the run: UTC start and the first digits of its digest."""
        return self.manifest.id

    def evidence(self, item: Input) -> bytes:
        """The bytes of one evidence file, unpacked and compared with its digest.

        Raises ArchiveError where the file is missing, damaged or not what the manifest says.
        """
        path = self.evidence_path(item)
        try:
            content = gzip.decompress(path.read_bytes())
        except FileNotFoundError as error:
            raise _damaged(path, "is missing from the archive") from error
        except (OSError, EOFError, zlib.error) as error:
            raise _damaged(path, f"cannot be unpacked ({error})") from error
        if hashlib.sha256(content).hexdigest() != item.stored_sha256:
            raise _damaged(path, f"differs from the digest in {MANIFEST}")
        return content

    def evidence_path(self, item: Input) -> Path:
        """Where an evidence file lies. Raises ArchiveError where that is not a plain file of the run's folder."""
        path = self.folder / item.stored
        if path.is_symlink():
            raise _damaged(path, "is a symbolic link; evidence is a plain file")
        return path


class Archive:
    """The archive in one folder, read once; every problem with a run is kept by name in `damage`."""

    def __init__(self, root: Path) -> None:
        """Look at the archive in `root`, which need not exist yet."""
        self.root = root

    @cached_property
    def _scan(self) -> tuple[dict[str, ArchivedRun], tuple[ArchiveError, ...]]:
        runs: dict[str, ArchivedRun] = {}
        damage: list[ArchiveError] = []
        for folder in sorted(self.root.glob("runs/*/*")):
            if folder.name.startswith(".") or not folder.is_dir() or folder.is_symlink():
                continue
            try:
                run = read_run(folder)
            except ArchiveError as error:
                damage.append(error)
                continue
            runs[run.id] = run
        damage += _broken_links(runs)
        return runs, tuple(damage)

    @property
    def runs(self) -> dict[str, ArchivedRun]:
        """Every readable run by id, in order of start."""
        return dict(sorted(self._scan[0].items()))

    @property
    def damage(self) -> tuple[ArchiveError, ...]:
        """What is wrong with runs that are there but cannot be used."""
        return self._scan[1]

    def require_sound(self) -> None:
        """Raise the first ArchiveError there is, if any: nothing is judged on half an archive unasked."""
        if self.damage:
            raise self.damage[0]

    def get(self, run_id: str) -> ArchivedRun:
        """The run of that id (or of a unique beginning or end of it); raises UsageError where there is none."""
        found = [run for run in self.runs.values() if run_id and (run.id.startswith(run_id) or run.id.endswith(run_id))]
        if len(found) != 1:
            problem = "several runs match" if found else "there is no run"
            raise UsageError(
                f"{problem} {run_id!r} in {self.root}", remedy="`readiness list` shows the runs and their ids"
            )
        return found[0]

    def latest(self) -> ArchivedRun | None:
        """The latest run of the highest version, or None in an empty archive."""
        manifest = latest(run.manifest for run in self.runs.values())
        return self.runs[manifest.id] if manifest else None

    @property
    def superseded(self) -> frozenset[str]:
        """Ids of the runs that a later run replaces."""
        return superseded(run.manifest for run in self.runs.values())

    def policy(self, digest: str) -> bytes:
        """The text of the policy with that digest, checked against it; raises ArchiveError."""
        path = self.root / "policies" / f"{digest}.yml"
        try:
            content = path.read_bytes()
        except OSError as error:
            raise _damaged(path, "is missing from the archive") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise _damaged(path, "differs from the digest in its name")
        return content


def _broken_links(runs: Mapping[str, ArchivedRun]) -> Iterator[ArchiveError]:
    """Runs that follow one that is not there, or themselves in the end."""
    sound: set[str] = set()
    for run in runs.values():
        line: dict[str, None] = {}
        here = run.id
        while here in runs and here not in sound and here not in line:
            line[here] = None
            link = runs[here].manifest.previous
            here = link.run if link else ""
        path = run.folder / MANIFEST
        if here in line:
            yield ArchiveError("follows itself in a circle of runs", path=path, where="key previous", remedy=_RESTORE)
        elif here and here not in runs and len(line) == 1:
            yield ArchiveError(f"follows run {here}, which is not in the archive", path=path, remedy=_RESTORE)
        sound |= line.keys()


def read_run(folder: Path) -> ArchivedRun:
    """The run in `folder`; raises ArchiveError where its records are damaged or do not belong together."""
    manifest = read_manifest(folder / MANIFEST)
    if manifest.id != folder.name or not manifest.digest.startswith(manifest.id[-12:]):
        raise _damaged(folder / MANIFEST, f"names run {manifest.id}, but the folder is {folder.name}")
    judgements = tuple(
        sorted(
            (read_judgement(path) for path in (folder / "judgements").glob("[0-9]*.yml")),
            key=lambda judgement: judgement.number,
        )
    )
    if [judgement.number for judgement in judgements] != list(range(1, len(judgements) + 1)) or not judgements:
        raise _damaged(folder / "judgements", "holds no unbroken row of judgements 1.yml, 2.yml, …")
    return ArchivedRun(folder, manifest, judgements)


def _damaged(path: Path, problem: str) -> ArchiveError:
    return ArchiveError(problem, path=path, remedy=_RESTORE)

"""What was judged, kept in the cache: the state after each judgement, under a name made of all that it depends on."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from readiness.analysis import Comparison, Flake, Ledger, Names, RunFacts, Track
from readiness.archive import ArchivedRun, Link
from readiness.assessment.blockers import AnyBlocker
from readiness.assessment.checklist import ItemResult
from readiness.assessment.criteria import CriterionResult
from readiness.assessment.gaps import Gap
from readiness.assessment.grants import Grant
from readiness.assessment.verdict import Verdict
from readiness.assessment.waivers import Debt, Granted, WaiverResult
from readiness.serial import REPORT, ByTest

T = TypeVar("T")


@dataclass(frozen=True)
class Kept:
    """What an assessment holds beside its run and its policy; the judgements before it by their links."""

    facts: RunFacts
    criteria: tuple[CriterionResult, ...]
    blockers: Mapping[str, AnyBlocker]
    gaps: tuple[Gap, ...]
    items: tuple[ItemResult, ...]
    waivers: tuple[WaiverResult, ...]
    granted: Granted
    verdict: Verdict
    unwaived: Verdict
    flakes: tuple[Flake, ...]
    baseline_comparison: Comparison | None
    previous_link: Link | None
    baseline_link: Link | None
    tracks: ByTest[Track]
    grants: tuple[Grant, ...]
    debts: Mapping[str, Debt]
    names: Names


class Checkpoints:
    """The folder of what was judged; without one nothing is kept. Whatever is wrong with a file, it is made again."""

    def __init__(self, folder: Path | None, runs: Mapping[str, ArchivedRun]) -> None:
        """`runs`: all that the archive holds."""
        self._folder = folder / "judged" / rules() if folder else None
        self._runs = runs
        self._names: dict[tuple[str, int], str] = {}

    def read(self, run: ArchivedRun, number: int) -> Kept | None:
        """What was kept of a judgement; None where nothing sound is there."""
        return self._read(self._name(run, number), "judged", Kept)

    def ledger(self, run: ArchivedRun, number: int) -> Ledger | None:
        """What was owed after a judgement; None where nothing sound is there."""
        return self._read(self._name(run, number), "ledger", Ledger)

    def write(self, run: ArchivedRun, number: int, kept: Kept, ledger: Ledger) -> None:
        """Keep a judgement, where there is room and permission for it."""
        name = self._name(run, number)
        if name and self._folder:
            with suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
                put(self._folder / f"{name}.ledger", _packed(ledger, Ledger))
                put(self._folder / f"{name}.judged", _packed(kept, Kept))

    def _name(self, run: ArchivedRun, number: int) -> str:
        """Digest of all that a judgement depends on: its run, its judgements up to it, and the names of those before.

        Those are the judgement that the run follows, and what was known of the runs that it replaces. What follows a
        run that is not there has no name.
        """
        line: list[tuple[ArchivedRun, int]] = []
        here: tuple[ArchivedRun, int] | None = (run, number)
        while here and (here[0].id, here[1]) not in self._names:
            line.append(here)
            self._names[here[0].id, here[1]] = ""  # what follows itself has none
            link = here[0].manifest.previous
            here = (self._runs[link.run], link.judgement) if link and link.run in self._runs else None
        for one, count in reversed(line):
            self._names[one.id, count] = self._digest(one, count)
        return self._names[run.id, number]

    def _digest(self, run: ArchivedRun, number: int) -> str:
        link, replaced = run.manifest.previous, self._runs.get(run.manifest.supersedes or "")
        names = [self._names.get((link.run, link.judgement), "")] if link else []
        names += [self._name(replaced, 1)] if replaced else []
        if not all(names) or (run.manifest.supersedes and not replaced):
            return ""
        told = " ".join((run.manifest_sha256, *run.judgement_sha256[:number], *names))
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def _read(self, name: str, kind: str, of: type[T]) -> T | None:
        if not name or not self._folder:
            return None
        try:
            seal, _, packed = (self._folder / f"{name}.{kind}").read_bytes().partition(b"\n")
            if hashlib.sha256(packed).hexdigest().encode() != seal:
                return None
            found: T = _adapter(of).validate_python(json.loads(zlib.decompress(packed)), context=REPORT, by_alias=True)
            return found
        except Exception:  # noqa: BLE001 - whatever is wrong with a cache, the archive decides: it is made again
            return None


_adapter: Any = cache(TypeAdapter)


def _packed(record: object, kind: type[object]) -> bytes:
    plain = _adapter(kind).dump_python(record, mode="json", by_alias=True)
    packed = zlib.compress(json.dumps(plain, separators=(",", ":")).encode(), 1)
    return hashlib.sha256(packed).hexdigest().encode() + b"\n" + packed


def put(path: Path, content: bytes) -> None:
    """Write the file beside, then into its place."""
    beside = path.with_name(f".{path.name}-{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


@cache
def rules() -> str:
    """Digest of everything that judges, and of the libraries it counts with: what others kept is not ours."""
    package = Path(__file__).parents[1]
    folders = ("evidence", "archive", "results", "analysis", "policy", "assessment")
    sources = [*package.glob("*.py"), *(path for folder in folders for path in (package / folder).rglob("*"))]
    texts = (path.read_bytes() for path in sorted(sources) if path.suffix in (".py", ".yml", ".tsv", ".json", ".toml"))
    libraries = " ".join(f"{name} {version(name)}" for name in ("narwhals", "polars", "pydantic"))
    told = f"{sys.version_info[:2]} {libraries}".encode()
    return hashlib.sha256(b"".join((told, *texts))).hexdigest()[:12]

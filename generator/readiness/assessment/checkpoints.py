"""What was judged, kept in the cache: the state after each judgement, under a name made of all that it depends on."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
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
        self._folder = folder / "judged" / _rules() if folder else None
        self._runs = runs

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
                _put(self._folder / f"{name}.ledger", _packed(ledger, Ledger))
                _put(self._folder / f"{name}.judged", _packed(kept, Kept))

    def _name(self, run: ArchivedRun, number: int) -> str:
        """Digest of the judgement, which holds those of its manifest and its past, and of what else is asked; or empty.

        A run that replaces others is judged by what was known of them. What follows a run without its digest has none.
        """
        link = run.manifest.previous
        if link and link.sha256 is None:
            return ""
        asked = [*run.judgement_sha256[:number]]
        here, passed = self._runs.get(run.manifest.supersedes or ""), {run.id}
        while here is not None and here.id not in passed:
            passed.add(here.id)
            asked += [here.manifest_sha256, here.judgement_sha256[0]]
            here = self._runs.get(here.manifest.supersedes or "")
        return hashlib.sha256(" ".join(asked).encode()).hexdigest()[:32]

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


def _put(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}-{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


@cache
def _rules() -> str:
    """Digest of everything that judges: what another version of it kept is not ours."""
    package = Path(__file__).parents[1]
    folders = ("evidence", "archive", "results", "analysis", "policy", "assessment")
    sources = [*package.glob("*.py"), *(path for folder in folders for path in (package / folder).rglob("*"))]
    texts = (path.read_bytes() for path in sorted(sources) if path.suffix in (".py", ".yml", ".tsv", ".json", ".toml"))
    return hashlib.sha256(b"".join(texts)).hexdigest()[:12]

"""What was judged, kept in the cache: the state after each judgement, under a name made of all that it depends on."""

import hashlib
import json
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, make_dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from readiness.analysis import Execution, Ledger, Track, empty
from readiness.archive import ArchivedRun, opened, own_cache, replace_file, sealed
from readiness.assessment.blockers import AnyBlocker, Blocker, BlockerState
from readiness.assessment.grants import Grant
from readiness.assessment.record import Assessment
from readiness.assessment.tracking import Tracked
from readiness.model import Outcome, TestKey
from readiness.serial import json_of, plain_of, record_in, record_of

T = TypeVar("T")

OUTSIDE = ("run", "judgement", "policy", "default_policy", "find", "incomplete")
"""What of an assessment is not kept: the archive holds it."""

GROUP = 12
"""Closed blockers that stand in one file, about."""


@dataclass(frozen=True)
class Carried:
    """What only the judgements after one need of it."""

    ledger: Ledger = field(default_factory=empty)
    """What is owed."""
    tracked: Tracked = field(default_factory=Tracked)
    """The last executions of its tests."""


class Checkpoints:
    """The folder of what was judged; without one nothing is kept. Whatever is wrong with a file, it is made again."""

    def __init__(self, folder: Path | None, runs: Mapping[str, ArchivedRun]) -> None:
        """`runs`: all that the archive holds."""
        self._folder = folder / "judged" / rules() if folder else None
        self._runs = runs
        self._names: dict[tuple[str, int], str] = {}
        self._closed = _Closed()

    def read(self, run: ArchivedRun, number: int) -> dict[str, Any] | None:
        """The fields of an assessment, but for `OUTSIDE`; None where nothing sound is there."""
        return self._read(run, number, "judged", self._assessed)

    def carried(self, run: ArchivedRun, number: int) -> Carried | None:
        """What later judgements need of one; None where nothing sound is there."""
        return self._read(run, number, "carried", _carried)

    def write(self, assessment: Assessment, carried: Carried) -> None:
        """Keep a judgement, where there is room and permission for it."""
        name = self._name(assessment.run, assessment.judgement.number)
        if name and self._folder:
            with suppress(OSError):
                own_cache(self._folder)
                replace_file(self._folder / f"{name}.carried", packed(json.dumps(_carried_plain(carried))))
                judged = self._judged(assessment, self._folder)
                replace_file(self._folder / f"{name}.judged", packed(json_of(judged, _judged_kind())))

    def _judged(self, assessment: Assessment, folder: Path) -> Any:
        blockers = assessment.blockers.values()
        closed = [one for one in blockers if one.state is BlockerState.CLOSED]
        apart = {
            "grants": tuple(assessment.grants.values()),
            "blockers": tuple(assessment.blockers),
            "open": tuple(one for one in blockers if one.state is not BlockerState.CLOSED),
            "closed": self._closed.write(closed, folder),
        }
        kept = {name: getattr(assessment, name) for name in _kinds()}
        return _judged_kind()(**kept, **apart)

    def _assessed(self, text: bytes, folder: Path) -> dict[str, Any]:
        found = vars(record_in(text, _judged_kind()))
        by_id = {one.id: one for one in (*found.pop("open"), *self._closed.read(found.pop("closed"), folder))}
        return {
            **found,
            "grants": {grant.waiver.target: grant for grant in found["grants"]},
            "blockers": {name: by_id[name] for name in found["blockers"]},
        }

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
        told = " ".join((run.state_sha256, *run.judgement_sha256[:number], *names))
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def _read(self, run: ArchivedRun, number: int, kind: str, made: Callable[[bytes, Path], T]) -> T | None:
        name = self._name(run, number)
        if not name or not self._folder:
            return None
        try:
            return made(unpacked(self._folder / f"{name}.{kind}"), self._folder)
        except Exception:  # noqa: BLE001 - whatever is wrong with a cache, the archive decides: it is made again
            return None


class _Closed:
    """Closed blockers, which hardly change: the judgements that know them share the files, a process the records."""

    def __init__(self) -> None:
        self._records: dict[str, Blocker] = {}
        self._texts: dict[int, tuple[Blocker, str]] = {}
        """By the identity of the record, which is kept so that no other takes it."""
        self._written: dict[tuple[int, ...], str] = {}
        self._damaged: set[str] = set()

    def write(self, blockers: Sequence[Blocker], folder: Path) -> tuple[str, ...]:
        """The names of the files that hold them, each a digest of its content; raises OSError."""
        groups: dict[int, list[Blocker]] = {}
        count = 1 << max(0, len(blockers) // GROUP).bit_length()
        for one in sorted(blockers, key=lambda one: one.id):
            groups.setdefault(zlib.crc32(one.id.encode()) % count, []).append(one)
        return tuple(self._group(groups[number], folder) for number in sorted(groups))

    def _group(self, blockers: Sequence[Blocker], folder: Path) -> str:
        texts = [self._text(one) for one in blockers]
        same = tuple(map(id, blockers))
        if same not in self._written:
            content = zlib.compress("\n".join(texts).encode(), 1)
            name = hashlib.sha256(content).hexdigest()[:32]
            path = folder / f"{name}.closed"
            if name in self._damaged or not path.exists():
                replace_file(path, content)
            self._written[same] = name
        return self._written[same]

    def _text(self, blocker: Blocker) -> str:
        if id(blocker) not in self._texts:
            self._texts[id(blocker)] = blocker, json_of(blocker, AnyBlocker)
        return self._texts[id(blocker)][1]

    def read(self, names: Iterable[str], folder: Path) -> list[Blocker]:
        """What the files hold; raises ValueError or OSError where one is not as it was written."""
        groups = {name: self._lines(name, folder) for name in names}
        unknown = [text for texts in groups.values() for text in texts if text not in self._records]
        # All at once: a call for each takes three times as long.
        read = record_in(f"[{','.join(unknown)}]", tuple[AnyBlocker, ...])
        for text, record in zip(unknown, read, strict=True):
            self._records[text] = record
            self._texts[id(record)] = record, text
        for name, texts in groups.items():
            self._written[tuple(id(self._records[text]) for text in texts)] = name
        return [self._records[text] for texts in groups.values() for text in texts]

    def _lines(self, name: str, folder: Path) -> list[str]:
        content = (folder / f"{name}.closed").read_bytes()
        if hashlib.sha256(content).hexdigest()[:32] != name:
            self._damaged.add(name)
            raise ValueError(name)
        return zlib.decompress(content).decode().split("\n")


def _carried_plain(carried: Carried) -> dict[str, Any]:
    """With each run once: tests that ever failed were executed in the same ones."""
    runs: dict[tuple[str, str], int] = {}
    tracks = [
        [*key, [_execution_plain(one, runs) for one in track.executions]]
        for key, track in carried.tracked.tracks.items()
    ]
    clean, ledger = carried.tracked.clean, plain_of(carried.ledger, Ledger)
    return {"ledger": ledger, "tracks": tracks, "runs": [*runs], "clean": clean}


def _execution_plain(one: Execution, runs: dict[tuple[str, str], int]) -> list[Any]:
    at = runs.setdefault((one.run, one.commit), len(runs))
    plain = one.outcome is Outcome.PASSED and one.attempts == 1
    return [at, one.outcome] if plain else [at, one.outcome, one.attempts, one.time_s]


def _carried(text: bytes, _: Path) -> Carried:
    plain = json.loads(text)

    @cache  # most passed in the same runs
    def execution(at: int, outcome: str, attempts: int = 1, time_s: float | None = None) -> Execution:
        run, commit = plain["runs"][at]
        return Execution(commit, Outcome(outcome), run, attempts, time_s)

    tracks = {
        TestKey(*key): Track(tuple(execution(*one) for one in executions)) for *key, executions in plain["tracks"]
    }
    return Carried(record_of(plain["ledger"], Ledger), Tracked(tracks, tuple(plain["clean"])))


@cache
def _kinds() -> Mapping[str, Any]:
    """What is kept of an assessment as it stands there: the fields and their types."""
    apart = (*OUTSIDE, "grants", "blockers")
    return {name: kind for name, kind in get_type_hints(Assessment, include_extras=True).items() if name not in apart}


@cache
def _judged_kind() -> Any:
    """What is kept of an assessment: its blockers by their ids, those that are open, and where the others stand."""
    names = tuple[str, ...]
    apart = {"grants": tuple[Grant, ...], "blockers": names, "open": tuple[AnyBlocker, ...], "closed": names}
    return make_dataclass("Kept", {**_kinds(), **apart}.items(), frozen=True)


def packed(text: str) -> bytes:
    """A text as a file of the cache holds it."""
    return sealed(zlib.compress(text.encode(), 1))


def unpacked(path: Path) -> bytes:
    """The text that a file of the cache holds; raises whatever is wrong with it."""
    return zlib.decompress(opened(path.read_bytes()))


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

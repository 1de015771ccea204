"""What became of each test of a run, as small as it gets: what a test showed since some run is asked of many runs."""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from readiness.archive import ArchivedRun, replace_file
from readiness.model import Outcome
from readiness.results.cache import load_results, place_of
from readiness.results.rows import BASE, Table

Base = tuple[str, str, str, str]
"""Source, variant, group and name of a test."""

_TOLD = ("run_level", "collection", "outcome")
_WIDTH = 16
_SEVERAL = ord("?")
_LETTERS = {outcome.value: ord(letter) for outcome, letter in zip(Outcome, "pfesyn", strict=True)}
_OUTCOMES = {letter: Outcome(value) for value, letter in _LETTERS.items()}


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of a run's tests, in order of the digests of their names."""

    digests: bytes
    letters: bytes

    def of(self, base: Base) -> Outcome | None:
        """The outcome of a test; None where the run does not show it.

        Raises KeyError where it has namesakes there, or stands for a class or module.
        """
        wanted, count = _digest(base), len(self.letters)
        at = bisect_left(range(count), wanted, key=self._digest)
        return _OUTCOMES[self.letters[at]] if at < count and self._digest(at) == wanted else None

    def _digest(self, at: int) -> bytes:
        return self.digests[at * _WIDTH : (at + 1) * _WIDTH]


def load_outcomes(run: ArchivedRun, cache_folder: Path | None) -> Outcomes:
    """The outcomes of a run, from the cache folder where they are there and sound, else from its results.

    Evidence is read only in the second case; raises ArchiveError then where it is damaged.
    """
    path = place_of(run, cache_folder) / "outcomes" if cache_folder else None
    found = _read(path, run) if path else None
    if found is None:
        found = _outcomes(load_results(run, cache_folder).table)
        if path:
            _write(path, found, run)
    return found


def _outcomes(table: Table) -> Outcomes:
    letters: dict[bytes, int] = {}
    tests: set[bytes] = set()
    for *base, run_level, collection, outcome in table.select(*BASE, *_TOLD).iter_rows():
        digest = _digest(base)
        letters[digest] = _SEVERAL if collection or digest in letters else _LETTERS[outcome]
        if not run_level:
            tests.add(digest)
    shown = sorted(tests)
    return Outcomes(b"".join(shown), bytes(letters[one] for one in shown))


def _digest(base: Iterable[str]) -> bytes:
    # What repr gives of text is one to one, whatever characters it holds.
    return hashlib.blake2b(repr(tuple(base)).encode(), digest_size=_WIDTH).digest()


def _read(path: Path, run: ArchivedRun) -> Outcomes | None:
    try:
        sealed = path.read_bytes()
    except OSError:
        return None
    seal, content = sealed[:64], sealed[64:]
    if seal != _seal(content, run):
        return None
    count = len(content) // (_WIDTH + 1)
    return Outcomes(content[: count * _WIDTH], content[count * _WIDTH :])


def _write(path: Path, found: Outcomes, run: ArchivedRun) -> None:
    content = found.digests + found.letters
    with suppress(OSError):
        replace_file(path, _seal(content, run) + content)


def _seal(content: bytes, run: ArchivedRun) -> bytes:
    return hashlib.sha256(run.state_sha256.encode() + content).hexdigest().encode()

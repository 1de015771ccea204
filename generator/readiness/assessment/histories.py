"""The histories of all tests along the chain of a judgement, kept in the cache: a further run costs its own column."""

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from readiness.analysis import Histories, History, Names, Shown, fold_histories
from readiness.archive import ArchivedRun, own_cache, replace_file
from readiness.assessment.checkpoints import packed, rules, unpacked
from readiness.assessment.record import Assessment, Assessments
from readiness.model import TestKey
from readiness.results import Table, load_results

KEPT = 8
"""Files that stay: of each line that is built the last one is enough."""

_NAMES = TypeAdapter(Names)


def histories_of(judged: Assessment, assessments: Assessments) -> Histories:
    """What became of each test up to a judgement; what is kept by the same names is not read again.

    Raises ArchiveError where evidence that has to be read is missing or damaged.
    """
    line, cache = assessments.line(judged), assessments.cache
    folder = cache / "histories" / rules() if cache else None
    places = _places(line, judged.names, folder) if folder else []
    found: Histories | None = None
    for place in reversed(places):
        found = _read(place)
        if found:
            break
    start = len(found.runs) if found else 0
    if found and start == len(line):
        return found
    further = (assessments.by_run[run.id][number - 1] for run, number in line[start:])
    runs = (Shown(one.run.id, partial(_table, one.run, cache), one.names, one.facts.not_run) for one in further)
    made = fold_histories(judged.names, runs, found)
    if folder:
        _keep(folder, places[-1], made)
    return made


def _table(run: ArchivedRun, cache: Path | None) -> Table:
    return load_results(run, cache).table


def _places(line: Iterable[tuple[ArchivedRun, int]], names: Names, folder: Path) -> list[Path]:
    """The file of each judgement of a line, named by all that its histories depend on."""
    named = _NAMES.dump_json(names, by_alias=True)
    digest, places = hashlib.sha256(named), []
    for run, number in line:
        parts = (run.id, run.state_sha256, *run.judgement_sha256[:number])
        digest.update(" ".join(("", *parts)).encode())
        places.append(folder / digest.hexdigest()[:32])
    return places


def _read(place: Path) -> Histories | None:
    try:
        runs, tests, renamed = json.loads(unpacked(place))
        return Histories(
            tuple(runs),
            {TestKey(*key): History(strip, tuple(times), whole) for key, strip, times, whole in tests},
            {TestKey(*old): TestKey(*new) for old, new in renamed},
        )
    except Exception:  # noqa: BLE001 - whatever is wrong with a cache, the archive decides: it is made again
        return None


def _keep(folder: Path, place: Path, made: Histories) -> None:
    tests = [(key, one.strip, one.times, one.whole) for key, one in made.tests.items()]
    # Without room or permission it is made again next time.
    with suppress(OSError):
        own_cache(folder)
        replace_file(place, packed(json.dumps((made.runs, tests, [*made.renamed.items()]))))
        newest: Callable[[Path], float] = lambda path: path.stat().st_mtime  # noqa: E731
        for old in sorted(folder.iterdir(), key=newest)[:-KEPT]:
            old.unlink()

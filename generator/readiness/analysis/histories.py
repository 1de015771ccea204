"""What became of each test in each run of a chain, by the names that the tests have at its end."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from readiness.analysis.expected import Names
from readiness.analysis.moves import followed
from readiness.model import Outcome, TestKey
from readiness.results import KEY, Table

LETTERS = {
    Outcome.PASSED: "p",
    Outcome.FAILED: "f",
    Outcome.ERROR: "e",
    Outcome.SKIPPED: "s",
    Outcome.FLAKY: "k",
    Outcome.NOT_RUN: "n",
}
"""What a strip has for each outcome."""
ABSENT = "."
"""What a strip has for a run that neither had the test nor expected it."""

FAILED = (LETTERS[Outcome.FAILED], LETTERS[Outcome.ERROR])
EXECUTED = tuple(letter for outcome, letter in LETTERS.items() if outcome.executed)
NO_RESULT = (LETTERS[Outcome.NOT_RUN], ABSENT)

_WORST = "efnskp"
"""Of two rows with one key the worse one counts."""


@dataclass(frozen=True, slots=True)
class History:
    """One test along a chain, oldest run first."""

    strip: str
    """A letter of `LETTERS`, or `ABSENT`, for each run."""
    times: tuple[float | None, ...]
    """How long it took in each run, in seconds; None where nothing says so."""
    whole: bool
    """It stands for all the tests beneath it, as a class that could not be collected does."""

    def count(self, letters: Iterable[str]) -> int:
        """In how many runs it has one of these letters."""
        return sum(map(self.strip.count, letters))

    def runs_with(self, letters: Iterable[str]) -> list[int]:
        """The runs, counted from 0, in which it has one of these letters."""
        return [at for at, letter in enumerate(self.strip) if letter in letters]


@dataclass(frozen=True)
class Histories:
    """Every test that a run of a chain had, listed or expected; run-level errors are no tests."""

    runs: tuple[str, ...] = ()
    """Ids, oldest first."""
    tests: Mapping[TestKey, History] = field(default_factory=dict)
    """In order of key."""
    renamed: Mapping[TestKey, TestKey] = field(default_factory=dict)
    """What a test was called in an earlier run -> what it is called at the end."""


@dataclass(frozen=True)
class Shown:
    """What one run of the chain shows."""

    run: str
    table: Callable[[], Table]
    """Reads its results; asked for where they are not known already."""
    names: Names
    """What tests are called on it."""
    not_run: tuple[TestKey, ...]
    """What it expected without a result, by these names."""


def fold_histories(names: Names, runs: Iterable[Shown], before: Histories | None = None) -> Histories:
    """The histories `before`, by the same names, with further runs. Linear in the rows of those."""
    known = before or Histories()
    strips = {key: [one.strip] for key, one in known.tests.items()}
    times = {key: list(one.times) for key, one in known.tests.items()}
    wholes = {key for key, one in known.tests.items() if one.whole}
    renamed, done = dict(known.renamed), list(known.runs)
    for run in runs:
        letters, took = _column(run, names, renamed, wholes)
        for key in _owed(run, names, strips.keys() | letters.keys()):
            letters.setdefault(key, LETTERS[Outcome.NOT_RUN])
        for key in letters.keys() - strips.keys():
            strips[key], times[key] = [ABSENT * len(done)], [None] * len(done)
        for key, strip in strips.items():
            strip.append(letters.get(key, ABSENT))
            times[key].append(took.get(key))
        done.append(run.run)
    tests = {key: History("".join(strips[key]), tuple(times[key]), key in wholes) for key in sorted(strips)}
    return Histories(tuple(done), tests, {old: new for old, new in sorted(renamed.items()) if old not in tests})


def _column(
    run: Shown, names: Names, renamed: dict[TestKey, TestKey], wholes: set[TestKey]
) -> tuple[dict[TestKey, str], dict[TestKey, float | None]]:
    """(outcome, time) of each test that the run's results hold; what is called otherwise now is noted."""
    table = run.table()
    then = None if run.names == names else run.names.keyed(table, run.names)
    table = names.keyed(table, run.names)
    columns = table.select(*KEY, "outcome", "time_s", "collection", "run_level")
    letters: dict[TestKey, str] = {}
    took: dict[TestKey, float | None] = {}
    old = then.select(*KEY).iter_rows() if then is not None else None
    for *key_, outcome, time, collection, run_level in columns.iter_rows():
        was = TestKey(*next(old)) if old is not None else None
        if run_level:
            continue
        key, letter = TestKey(*key_), LETTERS[Outcome(outcome)]
        if was is not None and was != key:
            renamed[was] = key
        if collection:
            wholes.add(key)
        if key not in letters or _WORST.index(letter) < _WORST.index(letters[key]):
            letters[key], took[key] = letter, time
    return letters, took


def _owed(run: Shown, names: Names, known: Iterable[TestKey]) -> Iterable[TestKey]:
    """What the run expected without a result, as it is called now.

    Where namesakes have been told apart since, it was each of them that is known.
    """
    moves = names.moves[len(run.names.moves) :]
    now, then = names.identity.told_by, run.names.identity.told_by
    parted = {base for base, columns in now.items() if columns != then.get(base)}
    alike: dict[tuple[str, ...], list[TestKey]] = {}
    for key in known if parted else ():
        alike.setdefault(key[:4], []).append(key)
    for owed in run.not_run:
        key = followed(owed, moves)
        yield from alike.get(key[:4], [key]) if key[:4] in parted else [key]

"""What a run is made of: frozen records that every package shares and that know of none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from readiness.tuples import as_object

RULES = 1
"""Version of the counting, signature, lifecycle and verdict rules; every manifest records it."""

DEFAULT_SOURCE = "tests"
"""The named group of inputs that a file belongs to unless told otherwise."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Outcome(StrEnum):
    """What became of one test in one run."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    FLAKY = "flaky"
    """Passed after a failing attempt that the runner marked as a retry."""
    NOT_RUN = "not_run"
    """Expected, but without a result."""

    @property
    def executed(self) -> bool:
        """True where the test's own code ran to a result."""
        return self in (Outcome.PASSED, Outcome.FLAKY) or self.failing

    @property
    def failing(self) -> bool:
        """True where the test failed, or ended in an error."""
        return self in (Outcome.FAILED, Outcome.ERROR)


class TestKey(NamedTuple):
    """Identity of a test: never merges different tests, stays the same from run to run."""

    source: str
    variant: str
    group: str
    """Class name, or the enclosing suites' names where the runner wrote none."""
    name: str
    origin: str = ""
    """The suite, host or file that tells it from its namesakes: `module-a`, `@ chromium`; mostly empty."""
    instance: int = 1
    """Which of the namesakes that nothing tells apart, the worst first."""

    @property
    def label(self) -> str:
        """`group::name`: what policies match with globs."""
        return f"{self.group}::{self.name}" if self.group else self.name

    @property
    def place(self) -> str:
        """`module-a > group @ chromium`: the class, with what tells it from others of its name."""
        return self._told_apart(self.group)

    @property
    def short(self) -> str:
        """`name (2)`: the name, with the number of a namesake."""
        return f"{self.name} ({self.instance})" if self.instance > 1 else self.name

    @property
    def title(self) -> str:
        """`module-a > group::name @ chromium (2)`: the test as people read it."""
        title = self._told_apart(self.label)
        return f"{title} ({self.instance})" if self.instance > 1 else title

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """In JSON an object with the names of the fields, and the label."""
        return as_object(cls, handler, "label")

    def _told_apart(self, text: str) -> str:
        suite, at, host = f" {self.origin}".partition(" @ ")
        return f"{suite.strip()} > {text}{at}{host}" if suite.strip() else f"{text}{at}{host}"


TestKey.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test class


class Scope(StrEnum):
    """What a failing result stands for."""

    TEST = "test"
    COLLECTION = "collection"
    """All the tests beneath a class or module that could not be collected."""
    RUN = "run"
    """A suite, a build, or the whole run."""


class Detail(NamedTuple):
    """One `<failure>`, `<error>`, `<skipped>` or rerun element of a case, or its counterpart in another dialect."""

    kind: str
    """`failure`, `error`, `skipped`, or `rerun` for a failed attempt that was followed by another."""
    type: str
    message: str
    text: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """In JSON an object with the names of the fields."""
        return as_object(cls, handler)


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test's outcome in one run.

    `details` keep every message, the one that decided the outcome first. `collection` marks an error that
    stands for all the tests beneath it (a class or module that could not be collected); `run_level` marks
    an error of the run itself (a suite, a build), which is no test and counts in no rate.
    """

    __test__ = False

    key: TestKey
    outcome: Outcome
    time_s: float | None = None
    details: tuple[Detail, ...] = ()
    file: str = ""
    line: int | None = None
    attempts: int = 1
    collection: bool = False
    run_level: bool = False
    place: str = ""
    """Where in the evidence file: `line 12`."""
    suite: str = ""
    """Names of the suites around it."""
    host: str = ""
    """The machine, browser or project it ran on, as far as the file says."""

    @property
    def scope(self) -> Scope:
        """What it stands for, should it have failed."""
        if self.run_level:
            return Scope.RUN
        return Scope.COLLECTION if self.collection else Scope.TEST


@dataclass(frozen=True, slots=True)
class CollectedList:
    """The tests that a runner said it would run; a key that stands there twice is expected twice.

    Keys are spelled as the runner's list spells them: `evidence.matching.aligned` turns them into those that results
    have. `errors` are the files or classes that could not be collected; they stand for an unknown number of tests, so
    that the list is `partial`. `unreliable` holds the dotted prefixes (`tests.test_x`) about which it proves nothing.
    """

    tests: tuple[TestKey, ...]
    errors: tuple[TestKey, ...] = ()
    unreliable: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """Dotted names of the files that were listed in full, `tests.test_x` for `tests/test_x.py`."""
    declared: int | None = None
    """The closing line's number of collected tests."""
    partial: bool = False
    deselected: int = 0
    """Tests that the runner was told to leave out (`-k`, `-m`, `--deselect`): the list is all that was to run, so
    completion can be proved by it, but it does not prove that a test missing from it is gone."""
    runner: str = "pytest"
    """Whose list it is: `pytest`, `vitest`, `jest`, `playwright`, `go`, `ctest`, `nextest`, `dotnet`, or `plain`."""
    files: bool = False
    """True where the entries are test files: each is owed one result of any test in it, and nothing is said of
    single tests: neither how many are expected, nor that one is gone."""
    folder: str = ""
    """Where the list gives absolute paths: the folder that those in `tests` are relative to."""
    hosts: tuple[str, ...] = ()
    """Of each of `tests` the project or browser it is to run on, where the list names one."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Covered and valid lines and branches, counted from the lines."""

    lines_covered: int
    lines_valid: int
    branches_covered: int = 0
    branches_valid: int = 0

    @property
    def shares(self) -> dict[str, tuple[int, int]]:
        """(covered, valid) of `line` and of `branch`, where there are any."""
        shares = {
            "line": (self.lines_covered, self.lines_valid),
            "branch": (self.branches_covered, self.branches_valid),
        }
        return {name: share for name, share in shares.items() if share[1]}


@dataclass(frozen=True, slots=True)
class SourceLines:
    """The lines and branches of one source file that one record of a coverage file lists, packed by `evidence.union`.

    A coverage file may speak of a hundred thousand lines: packed, a line takes four bytes.
    """

    path: str
    """As the file writes it."""
    root: str = ""
    """The folder that the path lies in, where the file names just one."""
    lines: bytes = b""
    covered: bytes = b""
    branches: str = ""
    taken: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured value with its unit as the producer wrote it, and the producer's own limit if it named one."""

    name: str
    value: float
    unit: str = ""
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class RaisedWarning:
    """A warning that code raised during the run, and how often; equal ones from one line are counted together."""

    category: str
    """Name of the class: `DeprecationWarning`."""
    message: str
    file: str = ""
    """As the runner wrote it, mostly an absolute path of the machine."""
    line: int | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader noticed. `loss`: evidence is missing, so the run cannot be green."""

    code: str
    message: str
    place: str = ""
    loss: bool = False


class ReadState(StrEnum):
    """How much of a file could be read."""

    READ = "read"
    PARTLY = "partly"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """What one evidence file holds.

    `suites` and `cases` count elements in the file; `results` hold one entry per case and the run-level errors.
    `declared` are the file's own totals, never used but to compare. Times are seconds, `started` is aware UTC: the
    earliest timestamp that is certain, or None.
    """

    name: str
    kind: str
    """That of a row in `evidence.formats`, or what a rejected file was taken for."""
    state: ReadState
    reason: str = ""
    """Why it was read in part or rejected, with the remedy."""
    suites: int = 0
    cases: int = 0
    results: tuple[TestResult, ...] = ()
    collected: CollectedList | None = None
    coverage: Coverage | None = None
    source_lines: tuple[SourceLines, ...] = field(default=(), repr=False)
    """What `coverage` was counted from: the same lines in another file of the run count once."""
    metrics: tuple[Metric, ...] = ()
    warnings: tuple[RaisedWarning, ...] | None = None
    """None: the file says nothing about warnings, which is not the same as none raised."""
    silent: tuple[str, ...] = ()
    """Suites that hold no test though others do: they did not run."""
    failures_told: tuple[str, ...] = ()
    """Node ids of failing tests in a log whose results are not counted."""
    declared: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    environment: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    findings: tuple[Finding, ...] = ()
    started: datetime | None = None
    wall_s: float | None = None
    """Wall time that the file declares."""
    wall_at_least: bool = False
    """`wall_s` is a lower bound: some part of the file does not say how long it took."""

    @property
    def loss(self) -> bool:
        """True where something that this file held cannot be counted."""
        return self.state is not ReadState.READ or any(finding.loss for finding in self.findings)

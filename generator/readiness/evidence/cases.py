"""Cases as the readers of results find them, and the results and keys they become."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from readiness.evidence.intake import Intake
from readiness.evidence.namesakes import note_repeats
from readiness.model import Detail, Outcome, TestKey, TestResult

SEPARATOR = " > "
"""Between the names of nested suites in a group."""


SEVERITY = {
    Outcome.PASSED: 0,
    Outcome.FLAKY: 1,
    Outcome.SKIPPED: 2,
    Outcome.FAILED: 3,
    Outcome.ERROR: 4,
}
"""Within one case the highest wins; among namesakes it comes first."""

KIND = {
    Outcome.ERROR: "error",
    Outcome.FAILED: "failure",
    Outcome.SKIPPED: "skipped",
    Outcome.FLAKY: "rerun",
    Outcome.PASSED: "",
}
"""Kind of the detail that decides an outcome."""


class Home(NamedTuple):
    """The suites around a case, outermost first, and the machine they ran on."""

    path: tuple[str, ...]
    host: str


NOWHERE = Home((), "")


@dataclass(slots=True)
class ReadCase:
    """What one case says, and the names and the place that it was found under, before keys are made."""

    outcome: Outcome = Outcome.PASSED
    time_s: float | None = None
    details: tuple[Detail, ...] = ()
    reruns: int = 0
    """Failed attempts besides the last."""
    bad_elements: int = 0
    """`<failure>` and `<error>` elements: some runners count these where others count cases."""
    collection: bool = False
    teardown: bool = False
    """An error that pytest had after the test: where the test has failed too, it writes it as a case of its own."""
    name: str = ""
    group: str = ""
    """Class name; the suites' names where it is empty."""
    home: Home = NOWHERE
    place: str = ""
    """Where in the evidence file it stands: `line 12`, `tests[3]`."""
    file: str = ""
    source_line: int | None = None


def results_of(cases: Iterable[ReadCase], intake: Intake, *, run_level: bool = False) -> list[TestResult]:
    """One result per case, in the order of the file.

    Nothing else is merged, whatever stands twice: one name, file and line do not make two cases attempts. An error of
    pytest's teardown belongs to the test that failed before it.
    """
    suites: dict[tuple[str, ...], str] = {}
    failed: dict[TestKey, int] = {}
    source, variant = intake.source, intake.variant
    found: list[TestResult] = []
    for case in cases:
        path = case.home.path
        key = TestKey(source, variant, case.group, case.name)
        if case.teardown and (at := failed.pop(key, None)) is not None:
            whole = found[at]
            found[at] = replace(whole, outcome=case.outcome, details=(*case.details, *whole.details))
            continue
        if case.outcome is Outcome.FAILED:
            failed[key] = len(found)
        suite = suites.get(path)
        if suite is None:
            suite = suites[path] = SEPARATOR.join(path)
        found.append(
            TestResult(
                key,
                case.outcome,
                case.time_s,
                case.details,
                case.file,
                case.source_line,
                attempts=1 + case.reruns,
                collection=case.collection,
                run_level=run_level,
                place=case.place,
                suite=suite,
                host=case.home.host,
            )
        )
    note_repeats(found, intake.findings)
    return found


def run_level_case(home: Home, name: str, outcome: Outcome, details: tuple[Detail, ...], place: str) -> ReadCase:
    """An error of the run itself, placed like a case."""
    details = tuple(sorted(details, key=lambda detail: detail.kind != "error"))
    return ReadCase(outcome, details=details, name=name, group=SEPARATOR.join(home.path), home=home, place=place)

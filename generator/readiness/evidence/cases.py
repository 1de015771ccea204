"""Cases as the readers of results find them, their keys, and the merging of repeats into one result per key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from readiness.evidence.findings import Findings, quoted
from readiness.evidence.intake import Intake
from readiness.model import Detail, Outcome, TestKey, TestResult

SEPARATOR = " > "
"""Between the names of nested suites in a group."""
Names = tuple[str, str]

SEVERITY = {
    Outcome.PASSED: 0,
    Outcome.FLAKY: 1,
    Outcome.SKIPPED: 2,
    Outcome.FAILED: 3,
    Outcome.ERROR: 4,
}
"""Within one case, and among repeats of one test, the highest wins."""

KIND = {
    Outcome.ERROR: "error",
    Outcome.FAILED: "failure",
    Outcome.SKIPPED: "skipped",
    Outcome.FLAKY: "rerun",
    Outcome.PASSED: "",
}
"""Kind of the detail that decides an outcome."""


@dataclass(slots=True)
class CaseReading:
    """What one case says, before keys are made and attempts merged."""

    outcome: Outcome = Outcome.PASSED
    time_s: float | None = None
    details: tuple[Detail, ...] = ()
    reruns: int = 0
    """Failed attempts besides the last."""
    bad_elements: int = 0
    """`<failure>` and `<error>` elements: some runners count these where others count cases."""
    collection: bool = False


class Home(NamedTuple):
    """The suites around a case, outermost first, and the machine they ran on."""

    path: tuple[str, ...]
    host: str


@dataclass(slots=True)
class PlacedCase:
    """A case with the names and the place it was found under."""

    name: str
    group: str
    """Class name; the suites' names where it is empty."""
    named_by_suites: bool
    home: Home
    reading: CaseReading
    place: str
    """Where in the evidence file it stands: `line 12`, `tests[3]`."""
    file: str = ""
    source_line: int | None = None
    attempts_of: int = 1
    """Which suite element repeats stand in that may be attempts; 0 where the runner writes no attempt as a case."""


def results_of(cases: Sequence[PlacedCase], intake: Intake) -> list[TestResult]:
    """One result per key, in the order of the first case of each."""
    source, variant = intake.source, intake.variant
    together = _together((case.group, case) for case in cases)
    spread = {names: by for names, found in together.items() if isinstance(found, list) and (by := _spread(found))}
    if spread:
        together = _together(
            (_full_group(case, *by) if (by := spread.get((case.group, case.name))) else case.group, case)
            for case in cases
        )
    return [
        _merged(TestKey(source, variant, *names), found, intake.findings)
        if isinstance(found, list)
        else _single(TestKey(source, variant, *names), found)
        for names, found in together.items()
    ]


def _together(cases: Iterable[tuple[str, PlacedCase]]) -> dict[Names, PlacedCase | list[PlacedCase]]:
    """Cases by group and name; the many that stand alone without a list around them."""
    together: dict[Names, PlacedCase | list[PlacedCase]] = {}
    for group, case in cases:
        earlier = together.setdefault((group, case.name), case)
        if earlier is case:
            continue
        if isinstance(earlier, list):
            earlier.append(case)
        else:
            together[group, case.name] = [earlier, case]
    return together


def _spread(cases: list[PlacedCase]) -> tuple[bool, bool, bool] | None:
    """Whether namesakes differ in the path of their suites, in the host within one path, in the file within one home.

    None where they differ in nothing.
    """
    homes = {case.home for case in cases}
    paths, files = {home.path for home in homes}, {(case.home, case.file) for case in cases}
    by = len(paths) > 1, len(paths) < len(homes), len(homes) < len(files)
    return by if any(by) else None


def _full_group(case: PlacedCase, by_path: bool, by_host: bool, by_file: bool) -> str:
    """The group with suite path, host name and file, as far as they tell namesakes apart."""
    parts = [*case.home.path] if by_path and not case.named_by_suites else []
    if by_file and case.file:
        parts.append(case.file)
    if case.group:
        parts.append(case.group)
    group = SEPARATOR.join(parts)
    return f"{group} @ {case.home.host}" if by_host and case.home.host else group


def _single(key: TestKey, case: PlacedCase) -> TestResult:
    """The result of a test that the file holds once."""
    reading = case.reading
    return TestResult(
        key,
        reading.outcome,
        reading.time_s,
        reading.details,
        case.file,
        case.source_line,
        attempts=1 + reading.reruns,
        collection=reading.collection,
        place=case.place,
        suite=SEPARATOR.join(case.home.path),
    )


def _merged(key: TestKey, cases: list[PlacedCase], findings: Findings) -> TestResult:
    """The result of a test that the file holds several times.

    Same outcomes are repetitions. Different ones are attempts of a retry where all name one file and line, every
    earlier one failed and the last passed; else the worst wins. Repetitions add their times, a retry counts its last.
    """
    readings = [case.reading for case in cases]
    outcomes = {reading.outcome for reading in readings}
    worst = max(outcomes, key=SEVERITY.__getitem__)
    retry = _is_retry(cases)
    deciding = Outcome.FLAKY if retry else worst
    label, times = quoted(key.label), len(cases)
    if retry:
        findings.add("retried", f"{label} passed on attempt {times}: flaky", place=cases[0].place)
    elif len(outcomes) > 1:
        words = ", ".join(reading.outcome.value for reading in readings[:6])
        findings.add(
            "repeated-differs", f"{label} stands {times} times ({words}): {worst.value} counts", place=cases[0].place
        )
    else:
        findings.add(
            "repeated", f"{label} stands {times} times, each {worst.value}: counted once", place=cases[0].place
        )
    chosen = cases[-1] if retry else next(case for case in cases if case.reading.outcome is worst)
    known = [reading.time_s for reading in readings if reading.time_s is not None]
    return TestResult(
        key=key,
        outcome=deciding,
        time_s=(readings[-1].time_s if retry else sum(known)) if known else None,
        details=_details(readings, deciding, retry=retry),
        file=chosen.file,
        line=chosen.source_line,
        attempts=sum(1 + reading.reruns for reading in readings),
        collection=any(reading.collection for reading in readings),
        place=chosen.place,
        suite=SEPARATOR.join(chosen.home.path),
    )


def _is_retry(cases: list[PlacedCase]) -> bool:
    """True where the repeats are attempts: one suite, file and line, all but the last failed, the last passed."""
    places = {(case.attempts_of, case.file, case.source_line) for case in cases}
    if len(places) > 1 or not cases[0].attempts_of or not cases[0].file or cases[0].source_line is None:
        return False
    *earlier, last = (case.reading.outcome for case in cases)
    return last is Outcome.PASSED and all(outcome in (Outcome.FAILED, Outcome.ERROR) for outcome in earlier)


def _details(readings: list[CaseReading], deciding: Outcome, *, retry: bool) -> tuple[Detail, ...]:
    """Every message of every repeat, the deciding kind first."""
    every = [detail for reading in readings for detail in reading.details]
    if retry:
        return tuple(detail._replace(kind="rerun") for detail in every)
    return tuple(sorted(every, key=lambda detail: detail.kind != KIND[deciding]))


def run_level_case(home: Home, name: str, outcome: Outcome, details: tuple[Detail, ...], place: str) -> PlacedCase:
    """An error of the run itself, placed like a case."""
    details = tuple(sorted(details, key=lambda detail: detail.kind != "error"))
    reading = CaseReading(outcome=outcome, details=details)
    return PlacedCase(
        name=name, group=SEPARATOR.join(home.path), named_by_suites=True, home=home, reading=reading, place=place
    )

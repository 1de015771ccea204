"""CTRF JSON (`results.tests[]`), with or without `reportFormat`, of every version so far."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from readiness.evidence.cases import KIND, NOWHERE, SEPARATOR, Home, ReadCase, results_of, run_level_case
from readiness.evidence.findings import Findings, differing, plural, quoted
from readiness.evidence.intake import Intake
from readiness.evidence.json_values import finite, items, members, shown, text, whole
from readiness.evidence.junit_totals import Totals, hidden
from readiness.evidence.limits import LIMITS
from readiness.evidence.nodeids import NAMELESS, key_names
from readiness.evidence.timing import FIRST_YEAR
from readiness.evidence.wall import Wall, at_least
from readiness.model import Detail, EvidenceFile, Outcome

STATUSES = {
    "passed": Outcome.PASSED,
    "failed": Outcome.FAILED,
    "skipped": Outcome.SKIPPED,
    "pending": Outcome.SKIPPED,
    "other": Outcome.ERROR,
}
COUNTED = ("tests", *STATUSES, "flaky")
"""Totals of the summary that are compared with the tests."""
TOTALS = {"failed": "failures", "other": "errors"}
"""What those of them are called elsewhere that CTRF calls otherwise."""
COLOURS = re.compile(r"\x1b\[[0-9;:]*m")
AGAIN = "archive the whole file as the reporter wrote it"


def is_ctrf(top: dict[str, object]) -> bool:
    """True for CTRF, also where its tests are missing."""
    results = members(top.get("results"))
    return isinstance(results.get("tests"), list) or {"tool", "summary"} <= results.keys()


def read_ctrf(top: dict[str, object], intake: Intake) -> EvidenceFile:
    """Every test of the report; the summary is only compared. A test that is no object is a loss."""
    results, findings = members(top["results"]), intake.findings
    if not isinstance(results.get("tests"), list):
        return intake.rejected(f"CTRF without a list of tests (results.tests); {AGAIN}")
    entries, summary = items(results["tests"]), members(results.get("summary"))
    cases = [_placed(entry, number, findings) for number, entry in enumerate(entries) if isinstance(entry, dict)]
    unread = len(entries) - len(cases)
    if unread:
        message = f"{plural(unread, 'test')} of {len(entries)} cannot be read: no object with name and status"
        findings.lost("test-unreadable", message, place="results.tests")
    tests = results_of(cases, intake)
    run_level = results_of(_compare(summary, entries, cases, findings), intake, run_level=True)
    started, declared_s = _span(summary, findings)
    longest = max((case.time_s for case in cases if case.time_s is not None), default=None)
    wall = Wall(longest, at_least=longest is not None)
    if declared_s is not None:
        wall = at_least(declared_s, longest, rounding=0.001)
    return intake.read(
        f"{plural(unread, 'test')} of {len(entries)} cannot be read; {AGAIN}" if unread else "",
        suites=len({suite for entry in entries if (suite := _suite(members(entry)))}),
        cases=len(cases),
        results=(*tests, *run_level),
        declared={name: count for name in COUNTED if (count := whole(summary.get(name))) is not None},
        environment=_environment(results),
        started=started,
        wall_s=wall.seconds,
        wall_at_least=wall.at_least,
    )


def _placed(entry: dict[str, object], number: int, findings: Findings) -> ReadCase:
    """The test with its key's names: the suite is the group, else the file; file, browser and parameters stand by."""
    place = f"tests[{number}]"
    suite, file, name = _suite(entry), text(entry.get("filePath")).strip(), text(entry.get("name")).strip()
    group, case = suite or file, _said(entry, place, findings)
    if file and name.startswith(f"{file}::"):  # pytest's reporters name a test by its node id
        group, name = key_names(name)
    if not name:
        message = "a test has no name" + ("" if group else ", suite or file: nothing says what it tested")
        findings.add("unnamed", message, place=place, loss=not group)
        if not group and case.outcome in (Outcome.PASSED, Outcome.FLAKY):
            case.outcome, case.details = Outcome.ERROR, (Detail("error", "", message, ""), *case.details)
    marks = [text(entry.get("browser")), text(entry.get("device"))]
    marks += [f"{text(key)}={shown(value)}" for key, value in members(entry.get("parameters")).items()]
    case.name, case.group, case.place = name or NAMELESS, group, place
    case.home = Home((file,) if file else (), ", ".join(mark for mark in marks if mark))
    case.file, case.source_line = file, whole(entry.get("line"))
    return case


def _suite(entry: dict[str, object]) -> str:
    """The names of the suites around a test: a list, or one string in the older reports."""
    suite = entry.get("suite")
    names = items(suite) if isinstance(suite, list) else [suite]
    return SEPARATOR.join(part for name in names if (part := text(name).strip()))


def _said(entry: dict[str, object], place: str, findings: Findings) -> ReadCase:
    """The outcome of a test. A pass that was retried, or that the reporter calls flaky, is flaky."""
    word = text(entry.get("status"))
    outcome = STATUSES.get(word.strip().lower())
    if outcome is None:
        said = f"the unknown status {quoted(word)}" if word else "no status"
        findings.add("unknown-outcome", f"a test has {said}: error", place=place)
        outcome = Outcome.ERROR
    attempts = [members(attempt) for attempt in items(entry.get("retryAttempts"))]
    retries = min(whole(entry.get("retries")) or 0, LIMITS.retries)
    if outcome.failing and len(attempts) > retries:
        attempts = attempts[:-1]  # the last attempt is the test's own result
    failed = [attempt for attempt in attempts if text(attempt.get("status")).lower() not in ("passed", "skipped")]
    reruns = max(retries, len(failed))
    if outcome is Outcome.PASSED and (reruns or entry.get("flaky") not in (None, False)):
        outcome, reruns = Outcome.FLAKY, max(reruns, 1)
    details = [_detail("rerun", attempt) for attempt in failed]
    if reruns and not details:
        details = [Detail("rerun", "", f"{plural(reruns, 'failed attempt')}, of which the report says no more", "")]
    if outcome not in (Outcome.PASSED, Outcome.FLAKY):
        details.insert(0, _detail(KIND[outcome], entry))
    return ReadCase(outcome, _seconds(entry, place, findings), tuple(details), reruns)


def _detail(kind: str, said: dict[str, object]) -> Detail:
    """Message and trace of a test or an attempt, without terminal colours."""
    message, trace = (COLOURS.sub("", text(said.get(name))) for name in ("message", "trace"))
    return Detail(kind, "", message or f'status="{text(said.get("status"))}"', trace)


def _seconds(entry: dict[str, object], place: str, findings: Findings) -> float | None:
    """The duration, which CTRF writes in milliseconds; None where there is none to be believed."""
    written = entry.get("duration")
    milliseconds = finite(written)
    if milliseconds is not None and 0 <= milliseconds / 1000 <= LIMITS.seconds:
        return milliseconds / 1000
    if written is not None:
        message = f"duration {quoted(shown(written))} of a test is no plausible number of milliseconds: unknown"
        findings.add("time", message, place=place)
    return None


def _span(summary: dict[str, object], findings: Findings) -> tuple[datetime | None, float | None]:
    """Start, and seconds until the stop; both are milliseconds since 1970 and unknown where they cannot be true."""
    start, stop = finite(summary.get("start")), finite(summary.get("stop"))
    if start is None or start / 1000 > datetime(2200, 1, 1, tzinfo=UTC).timestamp():
        return None, None
    if start / 1000 < datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp():
        if start > 0:
            message = f"start {start:.0f} is no time in milliseconds since 1970: the start is unknown"
            findings.add("timestamp", message, place="results.summary")
        return None, None
    wall_s = None if stop is None else (stop - start) / 1000
    if wall_s is not None and not 0 <= wall_s <= LIMITS.seconds:
        findings.add("time", "the stop time is not plausible: the duration is unknown", place="results.summary")
        wall_s = None
    return datetime.fromtimestamp(start / 1000, UTC), wall_s


def _compare(
    summary: dict[str, object], entries: list[object], cases: list[ReadCase], findings: Findings
) -> Iterator[ReadCase]:
    """Note where summary and tests disagree; failures declared while there is no test are a run-level error."""
    declared = {name: count for name in COUNTED if (count := whole(summary.get(name))) is not None}
    held = Counter(text(members(entry).get("status")).strip().lower() for entry in entries)
    held["tests"] = len(cases)
    held["flaky"] = sum(case.outcome is Outcome.FLAKY for case in cases)
    totals = Totals()
    for case in cases:
        totals.count(case)
    totals.reruns = 0  # the summary counts tests, not attempts
    named = {TOTALS.get(name, name): count for name, count in declared.items()}
    for code, told in hidden(named, totals, totals):
        message = f"the summary declares {told}"
        findings.lost(code, message, place="results.summary")
        if code == "failures-missing" and not cases:
            said = Detail("error", "", message, "")
            yield run_level_case(NOWHERE, "(failures without tests)", Outcome.ERROR, (said,), "results.summary")
    if told_apart := differing(declared, {name: held[name] for name in declared}):
        says, holds = told_apart
        message = f"the summary declares {says}, but the report holds {holds}: its contents are counted"
        findings.add("totals-differ", message, place="results.summary")
    if not cases:
        message = "the report contains no test and proves nothing; if there was none to run, leave it out"
        findings.lost("no-cases", message, place="results.tests")


def _environment(results: dict[str, object]) -> Iterator[tuple[str, str]]:
    """The tool and every text of the environment; nested and huge values say nothing."""
    tool = members(results.get("tool"))
    if name := text(tool.get("name")).strip():
        yield "tool", f"{name} {text(tool.get('version'))}".strip()
    for key, value in members(results.get("environment")).items():
        told = isinstance(value, str | int) and not isinstance(value, bool)
        fact = shown(value).strip() if told else ""
        if (named := text(key).strip()) and fact and len(fact) <= LIMITS.environment_chars:
            yield named, fact

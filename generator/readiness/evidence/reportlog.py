"""pytest-reportlog's JSON lines: the warnings of a session.

Its test reports are not counted as results: the session's JUnit XML is, and no test is counted from two records.
"""

import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from readiness.evidence.findings import Findings, plural, quoted
from readiness.evidence.intake import Intake
from readiness.evidence.json_values import members, parsed, text, whole
from readiness.evidence.limits import LIMITS
from readiness.evidence.nodeids import key_names
from readiness.model import EvidenceFile, Finding, RaisedWarning

AGAIN = "run pytest with --report-log again and archive the whole file"
TYPE = "$report_type"
FIRST_LINE = 100_000
"""Bytes within which the first line ends: pytest writes a short one there."""
ENDINGS = {2: "was interrupted", 3: "ended with an internal error", 4: "ended with a usage error"}
"""Exit codes of a session that has not run all it should."""
Place = tuple[str, str, str, int | None]


def is_reportlog(content: bytes) -> bool:
    """True where the first line is one of its records."""
    end = content.find(b"\n", 0, FIRST_LINE)
    try:
        return TYPE in members(json.loads(content[: end if end >= 0 else FIRST_LINE]))
    except (ValueError, RecursionError):
        return False


class _Session:
    """What the records of a log tell."""

    def __init__(self) -> None:
        self.warnings: Counter[Place] = Counter()
        self.tests: set[str] = set()
        self.failed: set[str] = set()
        self.versions: dict[str, None] = {}
        self.open = self.sessions = 0
        self.unstarted = 0
        """Sessions that end without a start: the beginning of the log is missing."""
        self.unreadable = 0

    def take(self, record: dict[str, object], findings: Findings, line: int) -> None:
        """Count one record; those of other plugins say nothing here."""
        kind = record[TYPE]
        if kind == "WarningMessage":
            self._warn(record)
        elif kind in ("TestReport", "SubTestReport"):
            test = text(record.get("nodeid"))
            self.tests.add(test)
            if record.get("outcome") == "failed":
                self.failed.add(test)
        elif kind == "SessionStart":
            self.open += 1
            self.sessions += 1
            self.versions[text(record.get("pytest_version"))] = None
        elif kind == "SessionFinish":
            self.unstarted += not self.open
            self.open = max(0, self.open - 1)
            if ending := ENDINGS.get(whole(record.get("exitstatus")) or 0):
                findings.lost("session-incomplete", f"the session {ending}: tests have not run", line=line)

    def _warn(self, record: dict[str, object]) -> None:
        category, message = text(record.get("category")), text(record.get("message"))
        place = category, message, text(record.get("filename")), whole(record.get("lineno"))
        if place not in self.warnings and len(self.warnings) >= LIMITS.warnings:
            place = category, "", "", None
        self.warnings[place] += 1


def read_reportlog(content: bytes, intake: Intake) -> EvidenceFile:
    """Every warning, equal ones counted together. A log that ends early, or a line that is no record, is a loss."""
    session, findings = _Session(), intake.findings
    number = 0
    for number, line in enumerate(io.BytesIO(content), 1):
        if not line.strip():
            continue
        record, problem = None, "a line that is no record of pytest-reportlog"
        try:
            record = parsed(line)
        except UnicodeDecodeError as error:
            problem = f"not UTF-8 at byte {error.start + 1} of the line: write the log as UTF-8"
        except (ValueError, RecursionError):
            pass
        if isinstance(record, dict) and TYPE in record:
            session.take(record, findings, number)
        else:
            session.unreadable += 1
            findings.lost("line-unreadable", problem, line=number)
    if session.open:
        findings.lost("cut-off", "the log ends before the session does: it was cut off, or pytest died", line=number)
    if session.unstarted or not session.sessions:
        findings.lost("cut-off", "the log does not begin with a session's start: what came before is lost", line=1)
    if session.tests:
        reports = f"{plural(len(session.tests), 'test')}, {len(session.failed)} failing"
        findings.add("reports-not-counted", f"holds the reports of {reports}: the session's JUnit XML is what counts")
    partly = bool(session.open or session.unstarted or not session.sessions or session.unreadable)
    return intake.read(
        f"cut off, or some of its lines cannot be read; {AGAIN}" if partly else "",
        failures_told=tuple(sorted(session.failed)),
        warnings=tuple(RaisedWarning(*place, count=count) for place, count in session.warnings.items()),
        environment={"pytest": ", ".join(filter(None, session.versions))} if session.versions else {},
    )


def answered(log: EvidenceFile, others: Iterable[EvidenceFile]) -> EvidenceFile:
    """The log with a loss where it tells of failing tests that no result among the others of its run shows."""
    shown = {result.key.name for file in others for result in file.results if result.outcome.failing}
    missing = [test for test in log.failures_told if key_names(test)[1] not in shown]
    if not missing:
        return log
    more = f" and {len(missing) - 1} more" if missing[1:] else ""
    told = f"{quoted(missing[0])}{more} failed, and no result of the run says so: archive the session's JUnit XML"
    return replace(log, findings=(*log.findings, Finding("failures-missing", told, loss=True)))

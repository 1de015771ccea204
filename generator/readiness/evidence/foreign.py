"""Formats that are known by name but not read, each with the way to one that is: what the tables of them are made of.

The tables: `foreign_xml`, `foreign_json`, `foreign_text` and `foreign_bytes`.
"""

from __future__ import annotations

from typing import NamedTuple


class Foreign(NamedTuple):
    """A format that is not read."""

    kind: str
    title: str
    remedy: str

    @property
    def reason(self) -> str:
        """Why the file is rejected, and what to do."""
        return f"{self.title} is not read; {self.remedy}"


LEAVE_OUT = "it holds no test results: leave it out"
ANOTHER_COVERAGE = "write Cobertura XML or LCOV instead"
JUNIT_REPORTER = "have the runner write JUnit XML"
METRICS_JSON = "write the values to metrics.json"
COBERTURA = "convert it to Cobertura with ReportGenerator (`-reporttypes:Cobertura`)"
GO_JUNIT = "run `gotestsum --junitfile junit.xml`, or pipe it through `go-junit-report`"
GCOVR = "run `gcovr --cobertura coverage.xml`, or lcov"
NEXTEST = "run `cargo nextest run` with a JUnit path in its profile"

SUBUNIT = Foreign("subunit", "subunit", "convert it with `subunit2junitxml`")
MOCHA = Foreign("mocha", "Mocha JSON", "use the mocha-junit-reporter")
XCRESULT = "convert the .xcresult with `xcresultparser --output-format junit`"

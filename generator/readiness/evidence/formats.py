"""The formats that are read: one row for each, which everything asks that must tell one from another."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from readiness.evidence import json_lists, text_lists
from readiness.evidence.cobertura import is_cobertura, read_cobertura
from readiness.evidence.collected import looks_collected, read_collected
from readiness.evidence.coverage_py import is_coverage_py, read_coverage_py
from readiness.evidence.ctrf import is_ctrf, read_ctrf
from readiness.evidence.failsafe import is_failsafe, read_failsafe
from readiness.evidence.intake import Intake
from readiness.evidence.junit import is_junit, read_junit
from readiness.evidence.lcov import looks_lcov, read_lcov
from readiness.evidence.metrics import is_metrics, read_metrics
from readiness.evidence.pytest_benchmark import is_pytest_benchmark, read_pytest_benchmark
from readiness.evidence.reportlog import is_reportlog, read_reportlog
from readiness.model import EvidenceFile

Holds = Literal["results", "run errors", "list", "coverage", "metrics", "benchmark", "warnings"]
"""What a format is evidence of."""
Form = Literal["xml", "text", "object", "array", "lines"]
"""What a file looks like at first sight, and so what its format is recognised by and read from: a `Document` (while it
is only to be recognised, of the root alone), `str`, the `dict` or `list` of JSON, the `bytes` of JSON in lines.
"""


class Format(NamedTuple):
    """A format that is read."""

    kind: str
    """What manifests call it; all lists of tests are `collected`."""
    holds: Holds
    title: str
    form: Form
    fits: Callable[[Any], bool]
    read: Callable[[Any, Intake], EvidenceFile]


FORMATS: tuple[Format, ...] = (
    Format("junit", "results", "JUnit XML", "xml", is_junit, read_junit),
    Format("ctrf", "results", "CTRF", "object", is_ctrf, read_ctrf),
    Format("failsafe-summary", "run errors", "Failsafe's summary", "xml", is_failsafe, read_failsafe),
    Format("collected", "list", "a list by anybody", "text", text_lists.looks_plain, text_lists.read_plain),
    Format("collected", "list", "pytest's list", "text", looks_collected, read_collected),
    Format("cobertura", "coverage", "Cobertura", "xml", is_cobertura, read_cobertura),
    Format("metrics", "metrics", "metrics.json", "object", is_metrics, read_metrics),
    Format("coverage-py", "coverage", "coverage.py", "object", is_coverage_py, read_coverage_py),
    Format("lcov", "coverage", "LCOV", "text", looks_lcov, read_lcov),
    Format("pytest-benchmark", "benchmark", "pytest-benchmark", "object", is_pytest_benchmark, read_pytest_benchmark),
    Format("pytest-reportlog", "warnings", "pytest-reportlog", "lines", is_reportlog, read_reportlog),
    Format("collected", "list", "Go's list", "text", text_lists.looks_go, text_lists.read_go),
    Format("collected", "list", ".NET's list", "text", text_lists.looks_dotnet, text_lists.read_dotnet),
    Format("collected", "list", "Playwright's list", "object", json_lists.is_playwright, json_lists.read_playwright),
    Format("collected", "list", "CTest's list", "object", json_lists.is_ctest, json_lists.read_ctest),
    Format("collected", "list", "cargo-nextest's list", "object", json_lists.is_nextest, json_lists.read_nextest),
    Format("collected", "list", "Vitest's list", "array", json_lists.is_vitest, json_lists.read_vitest),
    Format("collected", "list", "Jest's list", "array", json_lists.is_jest, json_lists.read_jest),
)
"""Of the formats of one form the first that fits counts."""


def format_of(form: Form, content: object) -> Format | None:
    """The format of something in this form, or None where it is none that is read."""
    return next((one for one in FORMATS if one.form == form and one.fits(content)), None)


def kinds(*held: Holds) -> frozenset[str]:
    """What manifests call the formats that hold this."""
    return frozenset(one.kind for one in FORMATS if one.holds in held)


def readable() -> str:
    """What to archive instead of a file that is none of these."""

    def titles(*held: Holds) -> list[str]:
        return [one.title for what in held for one in FORMATS if one.holds == what]

    return (
        f"archive test results ({', '.join(titles('results'))}), a list of tests (`pytest --collect-only -q` or that "
        f"of another runner), coverage ({', '.join(titles('coverage'))}), {', '.join(titles('metrics'))}, "
        f"or what {' and '.join(titles('benchmark', 'warnings'))} write"
    )

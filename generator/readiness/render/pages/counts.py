"""Counts of tests in words, as far as they are known."""

from __future__ import annotations

from readiness import numbers
from readiness.analysis import Counts

NOT_CHECKED = "not checked"
"""Stands for a number over expected tests where nothing says what was expected; never a zero."""


def expected(counts: Counts) -> str:
    """How many tests were expected, as far as that is known."""
    return _bound(counts.expected, counts)


def not_run(counts: Counts) -> str:
    """How many expected tests have no result, as far as that is known."""
    return _bound(counts.not_run, counts)


def _bound(number: int | None, counts: Counts) -> str:
    if number is None:
        return NOT_CHECKED
    return f"{'at least ' if counts.at_least else ''}{numbers.number(number)}"


def failing(counts: Counts) -> str:
    """`4 failing, 1 error of the run`: errors of the run itself are no tests, and never added to them."""
    tests = counts.failed + counts.error
    parts = [f"{numbers.number(tests)} failing"] if tests else []
    return ", ".join(parts + run_errors(counts))


def run_errors(counts: Counts) -> list[str]:
    """The errors of the run itself, where there are some."""
    return [f"{numbers.plural(counts.run_errors, 'error')} of the run"] if counts.run_errors else []

"""Counts of tests in words, as far as they are known."""

from readiness import numbers
from readiness.analysis import Counts
from readiness.phrases import say


def expected(counts: Counts) -> str:
    """How many tests were expected, as far as that is known."""
    return bounded(counts.expected, at_least=counts.at_least)


def not_run(counts: Counts) -> str:
    """How many expected tests have no result, as far as that is known."""
    return bounded(counts.not_run, at_least=counts.at_least)


def bounded(number: int | None, *, at_least: bool) -> str:
    """A number that may be a lower bound; never a zero where nothing says what was expected."""
    if number is None:
        return say("state", value="not checked")
    if at_least and not number:
        return say("not_known")
    return say("bound", value=numbers.number(number)) if at_least else numbers.number(number)

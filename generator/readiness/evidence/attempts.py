"""Attempts of a second job that ran some tests again: each joins the result of its test."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from readiness.evidence.cases import SEVERITY
from readiness.model import Outcome, TestKey, TestResult

Placed = tuple[str, TestResult]
"""The name of an evidence file, and a result in it."""


def join_attempts(results: Iterable[Placed], attempts: Iterable[Placed]) -> Iterator[Placed]:
    """The results, those that were run again with the attempts that followed; an attempt of no known test is its own.

    An attempt joins the test of its key, and among namesakes the one of its suite, host and file, else the worst. The
    order of attempts is not known, so a failing one decides. Run-level errors are never joined.
    """
    waiting: dict[TestKey, list[Placed]] = {}
    for name, attempt in attempts:
        if attempt.run_level:
            yield name, attempt
        else:
            waiting.setdefault(attempt.key, []).append((name, attempt))
    tests: dict[TestKey, list[Placed]] = {}
    for name, result in results:
        if not result.run_level and result.key in waiting:
            tests.setdefault(result.key, []).append((name, result))
        else:
            yield name, result
    for key, again in waiting.items():
        yield from _joined(tests.get(key, []), again)


def _joined(tests: list[Placed], attempts: list[Placed]) -> Iterator[Placed]:
    if not tests:
        yield from attempts
        return
    ordered = sorted(tests, key=_worst_first)
    given: list[list[Placed]] = [[] for _ in ordered]
    for attempt in sorted(attempts, key=_worst_first):
        own = [at for at, test in enumerate(ordered) if _labels(test) == _labels(attempt)] or range(len(ordered))
        given[min(own, key=lambda at: len(given[at]))].append(attempt)
    for test, again in zip(ordered, given, strict=True):
        yield _after(test, again) if again else test


def _labels(placed: Placed) -> tuple[str, str, str]:
    return placed[1].suite, placed[1].host, placed[1].file


def _worst_first(placed: Placed) -> tuple[object, ...]:
    """The worst first; equally bad ones in an order that follows from what they are alone, not from their files."""
    name, result = placed
    return -SEVERITY[result.outcome], _labels(placed), result.details, result.time_s or 0.0, name, result.place


def _after(test: Placed, attempts: list[Placed]) -> Placed:
    """A result after its attempts: failing where one of them fails, flaky where it failed first and then passed."""
    _, first = test
    deciding, outcome = attempts[0], attempts[0][1].outcome
    passed = next((one for one in attempts if one[1].outcome in (Outcome.PASSED, Outcome.FLAKY)), None)
    if not outcome.failing and passed is None:  # skipped when it was run again: that proves nothing
        deciding, outcome = test, first.outcome
    elif not outcome.failing and passed is not None:
        deciding, outcome = passed, Outcome.FLAKY if first.outcome.failing else passed[1].outcome
    others = [one for _, one in (test, *attempts) if one is not deciding[1]]
    earlier = tuple(detail._replace(kind="rerun") for one in others for detail in one.details)
    name, result = deciding
    count = first.attempts + sum(one.attempts for _, one in attempts)
    return name, replace(result, outcome=outcome, details=(*result.details, *earlier), attempts=count)

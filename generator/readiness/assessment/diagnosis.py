"""What is behind a failure or a skip: the category that explains it."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache

from readiness.analysis import Cause, RunFacts, WarningGroup, skip_reasons
from readiness.assessment.retirement import retirements
from readiness.model import TestKey, TestResult
from readiness.policy import Category, Diagnosis, Policy, default_categories

UNCLASSIFIED = Diagnosis(
    title="Test fails",
    severity="high",
    risk="The behaviour that the test checks is broken.",
    fix="Read the failure and fix its cause.",
)
MISSING = Diagnosis(
    title="Module or component is missing",
    severity="critical",
    risk="Part of the product is missing.",
    fix="Restore the missing module, or declare its dependency.",
)

_PLATFORM = re.compile(
    r"(?i)\b(platform|windows|win32|linux|mac ?os|darwin|osx|posix|unix|android|ios|pypy|cpython|jython|graalpy"
    r"|python ?(\d|version|[<>=])|(requires|on|needs) python(?!-)|py\d+|free-?threaded|(32|64)[- ]?bit)\b"
)
"""A skip for the sake of a platform says nothing of the product; nor does an expected failure."""
_EXPECTED_FAILURE = re.compile(r"(?i)xfail|\bexpected[ _]?fail")


def diagnose(cause: Cause, policy: Policy, *, skipped: bool) -> tuple[Diagnosis, str]:
    """The first category that recognises the cause, or the reason of a skip, and what names a cause of that category.

    The policy's own come first, then the defaults; unclassified is high.
    """
    exception, message = _exception(cause), cause.message
    for one in _categories(policy):
        if one.explains(message) if skipped else one.matches(exception, message):
            found = one.caught("", "", message) if skipped else one.caught(exception, message)
            return _diagnosis(one), found
    return MISSING if skipped else UNCLASSIFIED, ""


def titled(groups: Iterable[WarningGroup], policy: Policy) -> Iterator[tuple[str, WarningGroup]]:
    """What kind of warning each is: the category that recognises class and message, else the class alone."""
    groups = tuple(groups)
    look(policy, (Cause(group.category, group.message, "") for group in groups))
    for group in groups:
        found = (one.title for one in _categories(policy) if one.matches(group.category, group.message))
        yield next(found, group.category), group


def look(policy: Policy, causes: Iterable[Cause], skips: Iterable[str] = ()) -> None:
    """Search many causes and reasons of skips at once for the categories that will be asked for one by one."""
    causes, skips = tuple(causes), tuple(skips)
    exceptions = [_exception(cause) for cause in causes]
    messages = [cause.message for cause in causes]
    for category in _categories(policy):
        category.look(exceptions, messages, skips)


def _exception(cause: Cause) -> str:
    return cause.exception or cause.message.partition(":")[0]


@cache
def _diagnosis(category: Category) -> Diagnosis:
    """What the category says, without how it is recognised."""
    return Diagnosis(**{name: getattr(category, name) for name in Diagnosis.model_fields})


def _categories(policy: Policy) -> Iterator[Category]:
    yield from policy.categories
    yield from default_categories()


def missing_components(facts: RunFacts, policy: Policy, as_of: datetime) -> dict[TestKey, tuple[TestResult, Cause]]:
    """The skipped tests whose reason says that a component is missing, each with that reason as its cause."""
    look(policy, (), {reason for result in facts.skipped for reason in _reasons(result)})
    found = {}
    for result in facts.skipped:
        reason = next((one for one in _reasons(result) if _is_missing(result, one, policy)), None)
        if reason:
            found[result.key] = result, Cause("", reason, "")
    retired = retirements(policy, found, as_of)
    return {key: one for key, one in found.items() if key not in retired}


def _reasons(result: TestResult) -> tuple[str, ...]:
    return skip_reasons(result.details[0].message, result.details[0].text) if result.details else ()


def _is_missing(result: TestResult, reason: str, policy: Policy) -> bool:
    if _PLATFORM.search(reason) or _EXPECTED_FAILURE.search(reason):
        return False
    if any(_EXPECTED_FAILURE.search(detail.type) for detail in result.details):
        return False
    return any(one.explains(reason) for one in _categories(policy))

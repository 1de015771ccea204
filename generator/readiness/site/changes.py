"""What changed since the run before: the verdict, blockers, and lists of tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from readiness.analysis import Comparison
from readiness.assessment import Assessment, words
from readiness.model import TestKey
from readiness.site.context import SiteContext
from readiness.site.routes import Linked

LIST_LIMIT = 50
"""Tests that a list names before it says how many more there are."""


@dataclass(frozen=True)
class TestList:
    """Some tests under a heading; `more` are counted, not named."""

    __test__ = False

    title: str
    count: int
    tests: tuple[str, ...]
    more: int


def named(title: str, keys: Sequence[TestKey]) -> TestList:
    """A list that names the first tests and counts the rest."""
    shown = tuple(key.label for key in keys[:LIST_LIMIT])
    return TestList(title, len(keys), shown, len(keys) - len(shown))


def changes(context: SiteContext, page: str, assessment: Assessment) -> dict[str, Any] | None:
    """What changed since the run before; None on a first run."""
    comparison, previous = assessment.facts.comparison, assessment.previous
    if comparison is None or previous is None:
        return None
    was = words.HEADLINE[previous.verdict.word]
    if words.KIND[previous.verdict.word]:
        was += f" ({words.KIND[previous.verdict.word].lower()})"
    turned = previous.verdict.word is not assessment.verdict.word
    return {
        "since": context.report(page, previous),
        "turned": f"The verdict was {was}." if turned else "",
        "lists": _changed_tests(comparison),
        "opened": [Linked(assessment.blockers[one].title, context.blocker_url(page, one)) for one in assessment.opened],
        "closed": [Linked(assessment.blockers[one].title, context.blocker_url(page, one)) for one in assessment.closed],
    }


def _changed_tests(comparison: Comparison) -> list[TestList]:
    lists = (
        ("newly failing", comparison.newly_failing),
        ("fixed", comparison.fixed),
        ("failed before, without a clean result now", comparison.failing_unseen),
        ("still failing", comparison.still_failing),
        ("newly skipped", comparison.newly_skipped),
        ("new", comparison.new),
        ("no longer reported", comparison.removed),
    )
    return [named(title, keys) for title, keys in lists if keys]

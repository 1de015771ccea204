"""Short plain texts that several formats share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from readiness.analysis import Comparison, Flake
from readiness.assessment import CriterionResult, Kind
from readiness.model import TestKey
from readiness.phrases.judgement import (
    actual,
    blocker_state,
    flake_evidence,
    gap_text,
    limit_source,
    members,
    out_of,
    required,
    state_word,
    test_name,
    title_of,
)
from readiness.phrases.kept import blocked_by
from readiness.phrases.wording import said, say
from readiness.report import Report

TURNED = (
    *("newly_failing", "still_failing", "fixed", "failing_unseen", "newly_skipped"),
    *("removed", "not_run", "run_again", "new"),
)
"""How tests can have turned since the run before, by the names of `Comparison`."""


def minute(moment: datetime) -> str:
    """`2026-03-19 14:06 UTC`."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def one_line(text: str, most: int) -> str:
    """The text without line breaks, cut to `most` characters."""
    # Cut first: a message can be megabytes long.
    plain = re.sub(r"[ \t\r\n]+", " ", text[: 4 * most]).strip()
    return plain if len(plain) <= most and len(text) <= 4 * most else plain[: most - 1] + "…"


def named(keys: Iterable[TestKey], most: int = 3) -> str:
    """`a, b, c and 4 more`."""
    names = [test_name(key) for key in keys]
    return say("names_and_more", names=tuple(names[:most]), more=max(0, len(names) - most))


Table = tuple[Sequence[str], Sequence[tuple[str, ...]]]
"""Heads of columns, and rows."""


def criteria_table(found: Report) -> Table:
    """The criteria, each with what is required and what was measured."""
    rows = [
        (
            say("advisory", what=one.criterion.title) if one.criterion.tier == "advisory" else one.criterion.title,
            required(one),
            actual(one.measured),
            state_word(one),
            "; ".join(filter(None, (out_of(one.measured), limit_source(one), _blocked(one, found)))),
        )
        for one in found.criteria
    ]
    return [*map(say, ("criterion", "required", "actual", "result")), ""], rows


def _blocked(result: CriterionResult, found: Report) -> str:
    return blocked_by(Kind.CRITERION, result.criterion.id, found)


def blockers_table(found: Report) -> Table:
    """The blockers that stand, the worst first."""
    rows = [
        (
            one.id,
            say("severity", value=one.severity),
            blocker_state(one, found),
            one.opened.version,
            members(one),
            title_of(one),
        )
        for one in found.open_blockers
    ]
    return [*map(say, ("blocker", "severity_label", "state_label", "since_label", "tests", "what"))], rows


def gap_lines(found: Report) -> Iterator[str]:
    """What is missing, and what to do, a line each."""
    return (say("gap_and_fix", gap=gap_text(gap), fix=said(gap.fix)) for gap in found.gaps)


def flakiness(flake: Flake) -> str:
    """Why a test is called flaky."""
    return say("flaky_for", proven=flake.proven, evidence=flake_evidence(flake))


def tests_of(comparison: Comparison) -> list[tuple[str, tuple[TestKey, ...]]]:
    """What became of tests between two runs: how they turned, and which did; without those that none did."""
    return [(how, keys) for how in TURNED if (keys := getattr(comparison, how))]

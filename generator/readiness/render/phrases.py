"""Short plain texts that several formats share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from readiness.analysis import Comparison, Flake
from readiness.model import TestKey
from readiness.numbers import number
from readiness.phrases.judgement import flake_evidence, test_name


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
    more = f" and {number(len(names) - most)} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def flakiness(flake: Flake) -> str:
    """Why a test is called flaky."""
    return f"{'proven' if flake.proven else 'suspected'}: {flake_evidence(flake)}"


def tests_of(comparison: Comparison) -> list[tuple[str, tuple[TestKey, ...]]]:
    """What became of tests between two runs: title and tests, the titles without tests left out."""
    parts = [
        ("newly failing", comparison.newly_failing),
        ("still failing", comparison.still_failing),
        ("fixed", comparison.fixed),
        ("failed before, without a clean result now", comparison.failing_unseen),
        ("newly skipped", comparison.newly_skipped),
        ("no longer reported", comparison.removed),
        ("without a result now", comparison.not_run),
        ("with a result again", comparison.run_again),
        ("new", comparison.new),
    ]
    return [(title, keys) for title, keys in parts if keys]

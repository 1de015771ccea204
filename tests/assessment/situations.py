"""Tables of situations: runs on the left, verdict and blockers after each run on the right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.scenario import Again, Run, demanded, story, told, why

from readiness.assessment import Assessment

Row = tuple[Run | Again | str, str, str]
"""A run, its verdict with every reason, and every blocker; in the notation of tests/scenario.py."""
Table = Mapping[str, list[Row]]


def row(assessment: Assessment) -> tuple[str, str]:
    """Verdict with reasons, and blockers, as they stand in a row."""
    return why(assessment), "; ".join(filter(None, (told(assessment), demanded(assessment))))


def check(root: Path, rows: list[Row], policy: str = "") -> list[Assessment]:
    """Archive the runs of a table and compare what is said of them; the assessments."""
    found = story(root, *(run for run, _, _ in rows), policy=policy)
    assert [row(one) for one in found] == [(verdict, blockers) for _, verdict, blockers in rows]
    return found

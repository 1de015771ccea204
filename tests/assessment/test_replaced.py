"""A run that replaces another is of the same commit: what had a result there is there still."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Run, demands, story, verdicts, why

PLAIN = demands("none: failures = 0", "all: completion >= 100%")
MANY = ", ".join(f"t{number} pass" for number in range(99))
NAMES = " ".join(f"t{number}" for number in range(99))


@pytest.mark.parametrize("lists", [("", ""), (f"| bad {NAMES}", f"| {NAMES}")], ids=["without lists", "with lists"])
def test_the_failing_test_cannot_be_left_out(lists: tuple[str, str], tmp_path: Path) -> None:
    """1 of 100 tests may vanish, and a complete list releases what is gone: both of another commit alone."""
    runs = [
        Run(f"bad fail boom, {MANY} {lists[0]}"),
        Run(f"{MANY} {lists[1]}", supersedes=0),
        Run(f"{MANY}", "1.1", stamp=2),
        Run(f"bad pass, {MANY}", "1.2", stamp=3),
    ]
    found = story(tmp_path, *runs, policy=PLAIN)
    assert verdicts(found) == ["BLOCKED", "UNPROVEN", "UNPROVEN", "READY"]
    assert why(found[1]) == "UNPROVEN ? vanished"


def test_the_next_list_releases_it(tmp_path: Path) -> None:
    runs = [
        Run(f"bad fail boom, {MANY} | bad {NAMES}"),
        Run(f"{MANY} | {NAMES}", supersedes=0),
        Run(f"{MANY} | {NAMES}", "1.1", stamp=2),
    ]
    assert verdicts(story(tmp_path, *runs, policy=PLAIN)) == ["BLOCKED", "UNPROVEN", "READY"]


def test_a_late_shard_of_the_same_names_hides_no_failure(tmp_path: Path) -> None:
    """Every shard writes junit.xml and collected.txt: one that comes late takes the place of the first."""
    runs = [Run("a fail boom | a"), Run("b pass | b", supersedes=0), Run("a pass | a", supersedes=1)]
    assert verdicts(story(tmp_path, *runs, policy=PLAIN)) == ["BLOCKED", "UNPROVEN", "UNPROVEN"]

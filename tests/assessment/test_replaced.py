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


def test_a_late_shard_of_the_same_names_replaces_nothing(tmp_path: Path) -> None:
    """Every shard writes junit.xml and collected.txt: one that comes late is no correction of the first."""
    first, late, again = story(
        tmp_path,
        Run("a fail boom | a"),
        Run("b pass | b", supersedes=0),
        Run("b fail bang, c pass | b c", supersedes=1),
        policy=PLAIN,
    )
    assert verdicts([first, late, again]) == ["BLOCKED"] * 3
    assert [item.name for item in late.run.manifest.inputs] == [
        "2-collected.txt",
        "2-junit.xml",
        "collected.txt",
        "junit.xml",
    ]
    assert (late.facts.counts.executed, again.facts.counts.executed) == (2, 3)
    assert [item.name for item in again.run.manifest.inputs] == [item.name for item in late.run.manifest.inputs]

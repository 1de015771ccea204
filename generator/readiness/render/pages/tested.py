"""Every test of a line of runs, as the pages and files about tests tell of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING

from readiness.analysis import EXECUTED, FAILED, NO_RESULT, Change, Flake, History, areas_of, is_slower
from readiness.model import TestKey
from readiness.render.pages.routes import test_anchor
from readiness.report import Report

if TYPE_CHECKING:
    from readiness.render.pages.context import SiteContext

SLOWEST = 50
"""How many tests are called slow: those that take the longest."""


@dataclass(frozen=True)
class Tested:
    """One test along the chain that leads to now."""

    key: TestKey
    history: History
    area: str
    owner: str
    flake: Flake | None
    """What says that it is flaky now."""
    blockers: tuple[str, ...]
    """Ids of the blockers that hold or held it."""

    @property
    def anchor(self) -> str:
        """Its stable id."""
        return test_anchor(self.key)

    @property
    def now(self) -> str:
        """The letter of the last run."""
        return self.history.strip[-1]

    @property
    def time_s(self) -> float | None:
        """How long it took in the last run."""
        return self.history.times[-1]

    @cached_property
    def failures(self) -> list[int]:
        """The runs in which it failed, counted from 0."""
        return self.history.runs_with(FAILED)

    @cached_property
    def failing_since(self) -> int:
        """The first of the runs since which it failed whenever it was executed; of a test that fails now."""
        executed = self.history.runs_with(EXECUTED)
        since = executed[-1]
        for at in reversed(executed):
            if self.history.strip[at] not in FAILED:
                break
            since = at
        return since

    @property
    def is_newly_skipped(self) -> bool:
        """Skipped, while the run before had another result of it."""
        before = self.history.strip[-2:-1]
        return self.now == "s" and before not in ("", "s", *NO_RESULT)

    @cached_property
    def last_result(self) -> int | None:
        """The last run that had a result of it; None where none had."""
        found = [at for at, letter in enumerate(self.history.strip) if letter not in NO_RESULT]
        return found[-1] if found else None


@dataclass(frozen=True)
class TestedLine:
    """The tests of the runs that lead to now."""

    chain: Sequence[Report]
    tests: Sequence[Tested]
    """In order of key."""
    renamed: Mapping[TestKey, TestKey]
    """What a test was called in an earlier run -> what it is called now."""
    changes: Mapping[TestKey, Sequence[Change]] = field(default_factory=dict)
    """The tests whose time changed its level."""
    since: int | None = None
    """The last run of the version before, or where there is none the run before; None of a single run."""

    @cached_property
    def slowest(self) -> list[Tested]:
        """Those that took longest in the last run, the slowest first."""
        timed = [(one.time_s, one) for one in self.tests if one.time_s and isfinite(one.time_s)]
        return [one for _, one in sorted(timed, key=lambda pair: (-pair[0], pair[1].key))[:SLOWEST]]

    @cached_property
    def flakiest(self) -> list[Tested]:
        """Those that are flaky now, the one that fails most often first."""
        flaky = [(one.flake.rate.mean, one) for one in self.tests if one.flake]
        return [one for _, one in sorted(flaky, key=lambda pair: (-pair[0], pair[1].key))]

    @cached_property
    def slower(self) -> dict[TestKey, float]:
        """The tests that take much longer than in the run `since`, and how long they took there, in seconds."""
        found: dict[TestKey, float] = {}
        if (at := self.since) is None:
            return found
        for one in self.tests:
            before_s, executed = one.history.times[at], {one.history.strip[at], one.now}.issubset(EXECUTED)
            if before_s is not None and executed and is_slower(one.time_s, before_s):
                found[one.key] = before_s
        return found


def tested_line(site: SiteContext) -> TestedLine | None:
    """Everything known of the tests of the line that leads to now; None on a site without a run."""
    now = site.now
    if now is None:
        return None
    found = site.reports.histories_of(now)
    areas = areas_of(list(found.tests), [one.whole for one in found.tests.values()], site.reports.selectors_of(now))
    owners = {area.name: area.owner for area in now.areas}
    flakes = {flake.key: flake for flake in now.flakes}
    held: dict[TestKey, list[str]] = {}
    for name, seen in site.blockers.items():
        for member in seen.blocker.members:
            key = member.key if member.key in found.tests else found.renamed.get(member.key, member.key)
            held.setdefault(key, []).append(name)
    tests = [
        Tested(key, history, area, owners.get(area) or "", flakes.get(key), tuple(sorted(held.get(key, ()))))
        for (key, history), area in zip(found.tests.items(), areas, strict=True)
    ]
    before, runs = site.reports.release_before(now), len(site.chain)
    since = next((at for at, one in enumerate(site.chain) if before and one.run.id == before.run.id), runs - 2)
    changes = site.reports.time_changes_of(now)
    return TestedLine(site.chain, tests, found.renamed, changes, since if runs > 1 else None)

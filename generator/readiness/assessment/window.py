"""Where to look for what a blocker came from: the runs between the last pass and the first failure of its tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from readiness.analysis import Sighting, ref_to
from readiness.archive import Manifest
from readiness.model import Outcome, Scope, TestKey
from readiness.serial import telling

if TYPE_CHECKING:
    from readiness.assessment.blockers import TestBlocker

LOOK_BACK = 50
"""Runs before a failure in which a pass is looked for."""

Back = Callable[[Mapping[TestKey, Scope]], Iterable[tuple[Manifest, Mapping[TestKey, Sighting]]]]
"""What each run before now showed of some tests, the last first."""


@dataclass(frozen=True)
class Tried:
    """A run, and what it tested; `commit` is empty where that is not known."""

    run: str
    version: str
    commit: str


@dataclass(frozen=True)
class Differing:
    """A fact about the environment that the runs at both ends state otherwise; empty where one does not state it."""

    name: str
    before: str
    now: str


@telling("next")
@dataclass(frozen=True)
class Window:
    """What came between made the tests fail, the value miss its limit, or the evidence go missing."""

    passed: Tried | None
    """The last run in which a test that opened the blocker passed; None where none did in the runs before.
    Of a limit the last run that met it, of a gap the last that had what is missing."""
    between: tuple[Tried, ...]
    """The runs after it that prove neither, oldest first; without `passed` there are none."""
    failed: Tried
    """The run that opened, or reopened, the blocker. Of a limit the first run that missed it, of a gap the first
    that lacked what is missing."""
    environment: tuple[Differing, ...]
    """What changed between both."""
    looked: int
    """The runs before `failed` that were looked at."""

    @property
    def next(self) -> Tried | None:
        """The run whose commit halves the window; None where no commit between is known."""
        ends = {self.failed.commit, self.passed.commit if self.passed else ""}
        known = [one for one in self.between if one.commit and one.commit not in ends]
        return known[len(known) // 2] if known else None


def with_windows(blockers: Mapping[str, TestBlocker], now: Manifest, back: Back) -> dict[str, TestBlocker]:
    """The blockers, with the windows of those that a run opened or reopened."""
    here = ref_to(now)
    fresh = (one for one in blockers.values() if here in (one.opened, one.reopened))
    failing = {one.id: {m.key: m.scope for m in one.members if m.last_failed == here} for one in fresh}
    waiting, passed_over, made, looked = dict(failing), list[Tried](), dict[str, Window](), 0
    runs = back({key: scope for keys in failing.values() for key, scope in keys.items()}) if failing else ()
    for looked, (manifest, seen) in enumerate(islice(runs, LOOK_BACK), 1):  # noqa: B007
        for name in [name for name, keys in waiting.items() if any(_passed(seen[key]) for key in keys)]:
            del waiting[name]
            made[name] = window_between(manifest, passed_over, now)
        if not waiting:
            break
        passed_over.append(tried(manifest))
    made |= dict.fromkeys(waiting, Window(None, (), tried(now), (), looked))
    return {**blockers, **{name: replace(blockers[name], window=window) for name, window in made.items()}}


def _passed(seen: Sighting) -> bool:
    return seen.outcome is Outcome.PASSED and not seen.repeated


def window_between(passed: Manifest, passed_over: list[Tried], now: Manifest) -> Window:
    """The window from a run to another; `passed_over`: those between, the last first."""
    names = sorted({*passed.environment, *now.environment})
    stated = (Differing(name, passed.environment.get(name, ""), now.environment.get(name, "")) for name in names)
    differing = tuple(one for one in stated if one.before != one.now)
    return Window(tried(passed), tuple(reversed(passed_over)), tried(now), differing, len(passed_over) + 1)


def tried(manifest: Manifest) -> Tried:
    """The run, and what it tested."""
    return Tried(manifest.id, manifest.version, manifest.commit)

"""Random chains of runs: a suite of tests that changes as suites do, and what a pipeline makes of it.

`Suite` is the truth: which tests there are, in which files, suites and on which hosts, and how they end. Each run shows
it, but for what the pipeline loses: single tests, classes, files, lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st
from tests.model.answers import Step
from tests.scenario import Run, waiver

LABELS = ("", "@linux", "@mac", "@e2e:", "@=late")
TESTS = ("a", "b", "shop/x", "shop/y", "shop/TestCard/x", "shop/TestCard/y", "pay/x")
SAID = (
    "pass",
    "fail boom",
    "fail bang",
    "fail cosmetic",
    "error boom",
    "skip slow",
    "skip card not available",
    "skip only on Windows",
    "flaky boom",
)
CLASSES = ("app", "shop", "shop/TestCard", "pay", "till", "shop/TestCash")


@dataclass(frozen=True)
class Spot:
    """Where a test stands: file and its label, suite, host, `file`."""

    label: str
    test: str
    suite: str = ""
    host: str = ""
    file: str = ""


@dataclass
class Suite:
    spots: list[Spot]
    said: dict[Spot, str] = field(default_factory=dict)

    def put(self, old: Spot, new: Iterable[Spot]) -> None:
        """Replace one spot, in its place, by others that end as it did."""
        new = list(new)
        at = self.spots.index(old)
        self.spots[at : at + 1] = new
        self.said |= dict.fromkeys(new, self.said.get(old, "pass"))

    def written(self, spots: Iterable[Spot], wholes: Iterable[str], lists: dict[str, str]) -> str:
        """A run in the notation of scenario.py."""
        by_label: dict[str, list[str]] = {label: [] for label in lists}
        for spot in spots:
            where = f"{{{spot.suite}{f'@{spot.host}' if spot.host else ''}{f'#{spot.file}' if spot.file else ''}}} "
            plain = where == "{} " and not any(one.startswith("{") for one in by_label.get(spot.label, ()))
            said = f"{'' if plain else where}{spot.test} {self.said.get(spot, 'pass')}"
            by_label.setdefault(spot.label, []).append(said)
        first = next(iter(by_label), "")
        for whole in wholes:
            by_label.setdefault(first, []).insert(0, whole)
        return " // ".join(
            f"{label} {', '.join(cases)}{f' | {lists[label]}' if label in lists else ''}".strip()
            for label, cases in (by_label or {"": []}).items()
        )


def class_of(test: str) -> str:
    return test.rpartition("/")[0] or "app"


def criterion(measure: str, **limit: object) -> dict[str, Any]:
    return {"id": measure.replace("_", "-").replace(".", "-"), "title": measure, "measure": measure, **limit}


NONE_FAILS = criterion("failures", equals=0)
CRITERIA = (
    criterion("completion", at_least="100%"),
    criterion("completion", at_least="50%"),
    criterion("pass_rate", at_least="60%"),
    criterion("success_rate", at_least="70%"),
    criterion("execution", at_least="50%"),
    criterion("not_run", at_most=2),
    criterion("new_failures", equals=0),
    criterion("vanished", equals=0),
    criterion("evidence_loss", equals=0),
    criterion("metric.rss", at_most="300 MB"),
    criterion("metric.rss", at_most="baseline + 10%") | {"id": "growth"},
    criterion("metric.rss", at_least="baseline - 60%") | {"id": "shrinking"},
    criterion("failures", at_most=1),
    criterion("completion", at_least="100%", tier="advisory"),
)
COSMETIC = {"title": "Cosmetic", "message": "cosmetic", "severity": "low"}
RETIRED = {"reason": "gone", "by": "kim"}


@st.composite
def policies(draw: st.DrawFn, tests: list[str], labels: list[str], day: int) -> dict[str, Any] | None:
    """A policy of a few keys; None is the default one."""
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        some = [draw(st.sampled_from(CRITERIA)) for _ in range(draw(st.integers(0, 2)))]
        found["criteria"] = list({one["id"]: one for one in [NONE_FAILS, *some]}.values())
    keys = draw(st.sets(st.sampled_from(("low", "vanish", "variants", "retired", "waivers")), max_size=2))
    if "low" in keys:
        found["categories"] = [COSMETIC]
    if "vanish" in keys:
        found["vanished_allowed"] = draw(st.sampled_from(("50%", "0%", "100%")))
    variants = [label[1:] for label in labels if label in ("@linux", "@mac")]
    if "variants" in keys and variants:
        found["variants"] = {"required": [draw(st.sampled_from(variants))]}
    if "retired" in keys:
        glob = draw(st.sampled_from([*map(_label, tests), "tests.test_shop*"]))
        found["retired"] = [RETIRED | {"tests": [glob], "date": _date(day + draw(st.integers(-1, 1)))}]
    if "waivers" in keys:
        some = [draw(waivers(tests, day, found)) for _ in range(draw(st.integers(1, 2)))]
        found["waivers"] = list({one.get("test") or one.get("criterion"): one for one in some}.values())
    return found or None


def _label(test: str) -> str:
    return f"tests.test_{class_of(test).replace('/', '.')}::{test.rpartition('/')[2]}"


def _date(day: int) -> str:
    return f"2025-01-{day + 1:02}" if day >= 0 else "2024-12-31"


@st.composite
def waivers(draw: st.DrawFn, tests: list[str], day: int, policy: dict[str, Any]) -> dict[str, Any]:
    """A waiver of a test, of the blocker that holds it, or of a criterion; some with a bound; they last a few days."""
    expires = _date(day + draw(st.integers(-1, 3)))
    kind = draw(st.sampled_from(("test", "blocker", "criterion")))
    if kind == "criterion":
        named = [one["id"] for one in policy.get("criteria", ())] or ["no-failures", "complete"]
        return waiver(kind, draw(st.sampled_from(named)), expires)
    label = _label(draw(st.sampled_from(tests)))
    if kind == "test":
        return waiver(kind, label, expires)
    return waiver(kind, f"?{label}", expires, **draw(st.sampled_from(({}, {"at_most": 1}, {"at_most": 2}))))


@st.composite
def chains(draw: st.DrawFn, longest: int = 8) -> list[Step]:
    """Up to `longest` runs and judgements."""
    tests = draw(st.lists(st.sampled_from(TESTS), min_size=1, max_size=5, unique=True))
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=2, unique=True))
    suite = Suite([Spot(label, test) for label in labels for test in tests])
    listing = draw(st.booleans())
    policy = draw(policies(tests, labels, 0))
    steps: list[Step] = []
    replaced: set[int] = set()
    for day in range(draw(st.integers(1, longest))):
        if day and draw(st.integers(0, 3)) == 3:
            policy = draw(policies(tests, labels, day))
        runs = [at for at, step in enumerate(steps) if step.run is not None and at not in replaced]
        kind = draw(st.sampled_from(("new",) * 7 + ("again", "same evidence", "supersede"))) if steps else "new"
        if kind == "again":
            steps.append(Step(None, {**(policy or {}), "product": f"p{day}"}, day))
            continue
        before = steps[runs[-1]].run if runs else None
        if kind == "same evidence" and before is not None:
            run = replace(before, version=f"1.{day}", commit=f"c{day}", supersedes=None)
        elif kind == "supersede" and before is not None:
            at = draw(st.sampled_from(runs[-2:]))
            replaced.add(at)
            run = draw(shown(suite, day, listing=listing))
            run = replace(run, supersedes=at)
        else:
            for _ in range(draw(st.integers(0, 3)) if steps else draw(st.integers(0, 2))):
                draw(changed(suite))
            run = draw(shown(suite, day, listing=listing))
            back = draw(st.sampled_from(("", "", "", "", "1.0", "nightly"))) if day else ""
            run = replace(run, version=back or f"1.{day}")
        steps.append(Step(run, policy, day))
    return steps


@st.composite
def changed(draw: st.DrawFn, suite: Suite) -> None:
    """One change of the suite: mostly that a test ends otherwise; tests come, go, are moved, get namesakes."""
    if not suite.spots:
        suite.spots.append(Spot("", draw(st.sampled_from(TESTS))))
    spot = draw(st.sampled_from(suite.spots))
    kind = draw(st.sampled_from(("said",) * 5 + ("add", "remove", "twin", "move", "remove class", "suite")))
    alike = [one for one in suite.spots if (one.label, class_of(one.test)) == (spot.label, class_of(spot.test))]
    if kind == "said":
        suite.said[spot] = draw(st.sampled_from(("pass",) * 3 + SAID))
    elif kind == "add":
        suite.spots.append(replace(spot, test=draw(st.sampled_from(TESTS))))
    elif kind == "remove":
        suite.spots.remove(spot)
    elif kind == "remove class":
        suite.spots = [one for one in suite.spots if one not in alike]
    elif kind == "twin":
        how = draw(st.sampled_from(({}, {"suite": "core"}, {"host": "h1"}, {"file": "t.py"}, {"label": "@=late"})))
        suite.put(spot, [spot, replace(spot, **how)])
    elif kind == "move":
        target = draw(st.sampled_from(CLASSES))
        for one in dict.fromkeys(alike):
            name = one.test.rpartition("/")[2]
            suite.put(one, [replace(one, test=name if target == "app" else f"{target}/{name}")])
    else:
        for one in dict.fromkeys(alike):
            suite.put(one, [replace(one, suite=draw(st.sampled_from(("core", "shop"))))])


@st.composite
def shown(draw: st.DrawFn, suite: Suite, day: int, *, listing: bool) -> Run:
    """What one run shows of the suite: whole mostly, else without a test, a class, a file, or with a broken module."""
    spots, wholes, lists = list(suite.spots), [], {}
    lost = draw(st.sampled_from(("",) * 6 + ("test", "class", "file", "uncollected", "unimported"))) if spots else ""
    one = draw(st.sampled_from(spots)) if lost else Spot("", "")
    module = class_of(one.test).partition("/")[0]
    if lost == "test":
        spots.remove(one)
    elif lost == "class":
        spots = [spot for spot in spots if class_of(spot.test) != class_of(one.test)]
    elif lost == "file":
        spots = [spot for spot in spots if spot.label != one.label]
    elif lost:
        spots = [spot for spot in spots if class_of(spot.test).partition("/")[0] != module]
        said = draw(st.sampled_from(("no module named z", "slow"))) if lost == "unimported" else "no such name"
        wholes = [f"{module} {lost} {said}"]
    for label in dict.fromkeys(spot.label.replace("@=late", "") for spot in suite.spots) if listing else ():
        kind = draw(st.sampled_from(("complete",) * 4 + ("none", "partial", "deselected")))
        ids = [spot.test for spot in suite.spots if spot.label in (label, "@=late" if label == "" else label)]
        if lost == "uncollected":
            ids = [test for test in ids if class_of(test).partition("/")[0] != module]
        ids = list(dict.fromkeys(ids))
        if kind != "none":
            ids += (
                [f"!{module if lost == 'uncollected' else 'lost'}"]
                if kind == "partial" or lost == "uncollected"
                else []
            )
            ids = [*ids[1:], "-1"] if kind == "deselected" and len(ids) > 1 else ids
            lists[label] = " ".join(ids)
    return Run(
        suite.written(spots, wholes, lists),
        commit=draw(st.sampled_from((f"c{day}", f"c{day}", f"c{max(0, day - 1)}"))),
        metrics=draw(st.sampled_from(({"rss": "200 MB"},) * 6 + ({"rss": "400 MB"}, {}))),
        files={"x.json": b'{"metrics": [{"name": "b", "value": null}]}'} if draw(st.integers(0, 19)) == 19 else {},
        stamp=day,
    )

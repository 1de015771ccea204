"""What changed since an earlier judgement, and by what; the baseline that a run is compared with."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.scenario import Again, Run, checklist, demands, named_by, story, waiver

from readiness.assessment import Assessment, changes
from readiness.phrases.amendment import amendments

NONE_FAIL = "none: failures = 0"
RSS = "rss: metric.rss <= 300 MB"


def turned(before: Assessment, now: Assessment) -> str:
    """`rss met > unmet by policy, none unmet > met by facts`; `-` where it is not demanded."""
    said = []
    for one in changes(before, now).turned:
        states = [result.state.value if result else "-" for result in (one.before, one.now)]
        title, by = one.either.criterion.title.lower(), "policy" if one.by_policy else "facts"
        said.append(f"{title} {' > '.join(states)} by {by}")
    return ", ".join(said)


def rss(size: int, limit: int = 300, *more: str) -> Run:
    return Run("a pass", metrics={"rss": f"{size} MB"}, policy=demands(f"rss: metric.rss <= {limit} MB", *more))


AREA = {"name": "Shop", "tests": ["tests.test_shop*"]}
IN_SHOP = "shop: failures = 0; area Shop"
OLD = {"tests": ["*::b"], "reason": "gone", "by": "kim", "date": "2025-01-02"}


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (rss(200), rss(250), ""),
        (rss(200), rss(400), "rss met > unmet by facts"),
        (rss(400), rss(200), "rss unmet > met by facts"),
        (rss(200), rss(200, 100), "rss met > unmet by policy"),
        (rss(400), rss(400, 500), "rss unmet > met by policy"),
        # Tighter and larger, but still within the old limit: the policy alone turned it.
        (rss(200), rss(290, 250), "rss met > unmet by policy"),
        # Beyond the old limit too: it would have turned without the policy.
        (rss(200), rss(400, 250), "rss met > unmet by facts"),
        (rss(200), rss(200, 300, "rss-min: metric.rss >= 300 MB"), "rss-min - > unmet by policy"),
        (rss(200, 300, "rss-min: metric.rss >= 1 MB"), rss(200), "rss-min met > - by policy"),
        (rss(200), Run("a pass", policy=demands(RSS)), "rss met > unproven by facts"),
        (
            Run("shop/a fail boom", policy=demands(IN_SHOP, areas=[AREA])),
            Run("shop/a pass", policy=demands(IN_SHOP, areas=[AREA])),
            "shop unmet > met by facts",
        ),
        (
            Run("shop/a fail boom, b pass", policy=demands(IN_SHOP, areas=[AREA])),
            Run("shop/a fail boom, b pass, c pass", policy=demands(IN_SHOP, areas=[AREA | {"tests": ["*::b"]}])),
            "shop unmet > met by policy",
        ),
        (
            Run("a pass | a b", policy=demands("all: completion >= 100%")),
            Run("a pass, c pass | a b c", policy=demands("all: completion >= 100%", retired=[OLD])),
            "all unproven > met by policy",
        ),
        (
            Run("a pass | a b", policy=demands("all: completion >= 100%")),
            Run("a pass, b pass | a b", policy=demands("all: completion >= 100%")),
            "all unproven > met by facts",
        ),
    ],
)
def test_a_criterion_turns_by_facts_or_by_policy(before: Run, now: Run, said: str, tmp_path: Path) -> None:
    assert turned(*story(tmp_path, before, now)) == said


def test_facts_and_policy_at_once(tmp_path: Path) -> None:
    before = Run("a pass | a", metrics={"rss": "200 MB"}, policy=demands(NONE_FAIL, RSS))
    now = Run("a fail boom | a", metrics={"rss": "200 MB"}, policy=demands(NONE_FAIL, "rss: metric.rss <= 100 MB"))
    found = story(tmp_path, before, now)
    assert turned(*found) == "none met > unmet by facts, rss met > unmet by policy"
    assert changes(*found).verdict


def test_judged_again_only_the_policy_changes_anything(tmp_path: Path) -> None:
    found = story(tmp_path, rss(200), Again(demands("rss: metric.rss <= 100 MB", NONE_FAIL), 3))
    assert turned(*found) == "rss met > unmet by policy, none - > met by policy"
    moved = changes(*found).moved
    assert [(named_by(found[1].blockers[one.blocker.id]), one.before) for one in moved] == [("rss", None)]


def test_nothing_changed(tmp_path: Path) -> None:
    found = changes(*story(tmp_path, "a pass, b pass | a b", "a pass, b pass, c pass | a b c"))
    assert (found.turned, found.moved, found.policy, found.verdict) == ((), (), (), False)


@pytest.mark.parametrize(
    ("steps", "moved"),
    [
        (["a pass", "a fail boom"], ["boom: - > open"]),
        (["a fail boom", "a pass"], ["boom: open > closed"]),
        (["a fail boom", "a skip slow"], ["boom: open > unverified"]),
        (["a fail boom", "a fail bang"], []),
        (["a fail boom", "a pass, b fail bang"], ["boom: open > closed", "bang: - > open"]),
        (["a pass, shop/x pass", "a pass"], ["area tests.test_shop: - > unverified"]),
    ],
)
def test_blockers_that_moved(steps: list[str], moved: list[str], tmp_path: Path) -> None:
    found = story(tmp_path, *steps)
    said = [
        f"{named_by(found[-1].blockers[one.blocker.id])}: {one.before or '-'} > {one.blocker.state}"
        for one in changes(*found).moved
    ]
    assert said == moved


def test_it_need_not_be_the_judgement_before(tmp_path: Path) -> None:
    found = story(tmp_path, "a fail boom | a", "a pass | a", "a fail boom | a", policy=demands(NONE_FAIL))
    assert (turned(found[0], found[2]), [one.before for one in changes(found[0], found[2]).moved]) == ("", ["open"])


B = {"name": "Bank", "tests": ["tests.test_bank*"]}
NARROW = "in the variant mac from a run at most 7 d old from at least 3 values"
BEFORE = "before: metric.rss at most 300 MB, blocking."
SENTENCES: list[tuple[str, str, list[str]]] = [
    (demands(RSS), demands(RSS), []),
    (
        demands(RSS),
        demands("rss: metric.rss <= 300.0 MB"),
        [f"“Rss” requires metric.rss at most 300.0 MB, blocking; {BEFORE}"],
    ),
    (demands(RSS), demands(f"{RSS}; tier advisory"), [f"“Rss” requires metric.rss at most 300 MB, advisory; {BEFORE}"]),
    (demands(NONE_FAIL), demands(NONE_FAIL, RSS), ["“Rss” is required now: metric.rss at most 300 MB, blocking."]),
    (demands(NONE_FAIL, RSS), demands(NONE_FAIL), ["“Rss” is no longer required."]),
    (
        demands(NONE_FAIL),
        demands(f"{NONE_FAIL}; variant mac; max_age 7 d; min_evidence 3"),
        [
            f"“None” requires failures exactly 0 {NARROW}, blocking; before: failures exactly 0, blocking.",
        ],
    ),
    (demands(RSS), demands(RSS, variants={"required": ["mac"]}), ["New required variant: mac."]),
    (demands(RSS, variants={"required": ["mac"]}), demands(RSS), ["No longer a required variant: mac."]),
    (demands(RSS), demands(RSS, areas=[AREA]), ["New area: Shop."]),
    (demands(RSS, areas=[AREA]), demands(RSS), ["No longer an area: Shop."]),
    (
        demands(RSS, areas=[AREA]),
        demands(RSS, areas=[AREA | {"critical": True}]),
        ["The definition of the area “Shop” changed."],
    ),
    (demands(RSS, areas=[AREA, B]), demands(RSS, areas=[B, AREA]), ["The areas are matched in a different order."]),
    (demands(RSS), demands(RSS, retired=[OLD]), ["New retired test: *::b (gone)."]),
    (demands(RSS, retired=[OLD]), demands(RSS), ["No longer a retired test: *::b (gone)."]),
    (
        demands(RSS),
        demands(RSS, categories=[{"title": "T", "message": "x"}]),
        ["The definition of the failure categories changed."],
    ),
    (demands(RSS), demands(RSS, vanished_allowed="0%"), ["0 % of the tests may vanish; before: 5 %."]),
]


@pytest.mark.parametrize(("before", "now", "sentences"), SENTENCES)
def test_what_the_policy_demands_otherwise(before: str, now: str, sentences: list[str], tmp_path: Path) -> None:
    found = story(tmp_path, Run("a pass", policy=before), Run("a pass, b pass", policy=now))
    assert list(amendments(changes(*found).policy)) == sentences


BASELINES: dict[str, tuple[list[Run | Again | str], list[int | None]]] = {
    "a first run has none": (["a pass | a"], [None]),
    "the run before, which was ready": (["a pass | a", "a fail boom | a"], [None, 0]),
    "the last that was ready": (
        ["a pass | a", "a fail boom | a", "a fail bang | a", "a pass | a", "a fail boom | a"],
        [None, 0, 0, 0, 3],
    ),
    "unproven is not ready": (["a pass | a", "a pass | a b", "a pass, b pass | a b"], [None, 0, 0]),
    "none was ever ready: the last of the version before": (
        [
            Run("a fail boom | a", "1.0"),
            Run("a fail bang | a", "1.0"),
            Run("a fail boom, b pass | a b", "1.1"),
            Run("a fail bang, b pass | a b", "1.1"),
            Run("a fail boom | a", "1.2"),
        ],
        [None, None, 1, 1, 3],
    ),
    "one that was judged ready afterwards": (
        [
            Run("a pass | a b"),
            Again(demands(NONE_FAIL, "most: completion >= 50%"), 1),
            "a fail boom | a",
            "a fail bang | a",
        ],
        [None, None, 1, 1],
    ),
    "a maintenance branch": (
        [
            Run("a pass | a", "1.3.4"),
            Run("a pass, b pass | a b", "1.4.0"),
            Run("a fail boom | a", "1.3.5"),
            Run("a fail bang | a", "1.4.1"),
        ],
        [None, 0, 0, 1],
    ),
}


@pytest.mark.parametrize(("steps", "baselines"), BASELINES.values(), ids=BASELINES)
def test_baseline(steps: list[Run | Again | str], baselines: list[int | None], tmp_path: Path) -> None:
    found = story(tmp_path, *steps)
    assert [one.baseline and one.baseline.link for one in found] == [
        None if number is None else found[number].link for number in baselines
    ]
    for one in found:
        further = one.baseline is not None and one.baseline.run.id != one.previous.run.id
        assert (one.baseline_comparison is not None) == further
        if further:
            assert one.baseline_comparison.earlier == one.baseline.run.id


def test_the_comparison_with_the_baseline(tmp_path: Path) -> None:
    runs = ["a pass, b pass, c pass | a b c", "a fail boom, b pass | a b", "a fail boom, b fail bang, d pass | a b d"]
    found = story(tmp_path, *runs)[-1]
    against = found.baseline_comparison
    assert [key.name for key in against.newly_failing] == ["a", "b"]
    assert [key.name for key in found.facts.comparison.newly_failing] == ["b"]
    assert ([key.name for key in against.new], [key.name for key in against.removed]) == (["d"], ["c"])


def test_waivers_and_items_that_turned_or_are_defined_otherwise(tmp_path: Path) -> None:
    signed = {"by": "kim", "date": "2025-01-01"}
    one = demands(
        "few: failures <= 9",
        waivers=[waiver("test", "tests.test_app::a", "2025-01-02"), waiver("criterion", "few")],
        checklist=checklist({"id": "core", "tests": ["*app*"]}, {"id": "x"}, {"id": "old", "blocking": False}),
    )
    two = demands(
        "few: failures <= 9",
        waivers=[waiver("test", "tests.test_app::a", "2025-01-09"), waiver("blocker", "B-GONE")],
        checklist=checklist({"id": "core", "tests": ["*shop*"]}, {"id": "x", "signoff": signed}, {"id": "new"}),
        waiver_cap="30 d",
    )
    found = changes(*story(tmp_path, Run("a fail boom", policy=one), Again(two, 3)))
    turned = [
        (one.either.item.id, *(part and part.state.value for part in (one.before, one.now))) for one in found.items
    ]
    assert turned == [
        ("core", "not done", "unproven"),
        ("x", "not done", "done"),
        ("new", None, "not done"),
        ("old", "not done", None),
    ]
    states = [(one.either.ref, *(part and part.state.value for part in (one.before, one.now))) for one in found.waivers]
    assert states == [("blocker:B-GONE", None, "unmatched"), ("criterion:few", "unmatched", None)]
    assert amendments(found.policy) == (
        "A waiver may last at most 30 d; before: 90 d.",
        "The definition of the item “Core” changed.",
        "The waiver for tests.test_app::a expires on 2025-01-09; before: 2025-01-02.",
    )

"""The checklist: every state, over time; what blocks and what is a risk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.scenario import Again, Run, checklist, demanded, demands, items, story, waived, waiver, why

from readiness import phrases

NONE_FAIL = "none: failures <= 9"
MINOR = [{"title": "T", "message": "boom", "severity": "low"}]
"""Failures stop nothing by themselves here."""


def policy(*listed: dict[str, object], **more: object) -> str:
    return demands(
        NONE_FAIL, "rss: metric.rss <= 3 MB; tier advisory", checklist=checklist(*listed), categories=MINOR, **more
    )


def signed(date: str, expires: str = "") -> dict[str, str]:
    return {"by": "kim", "date": date} | ({"expires": expires} if expires else {})


Row = tuple[Run | Again | str, str, str, str]
"""A run, its items, its verdict, and the blockers that no test stands behind."""
SHOP = {"id": "shop", "tests": ["tests.test_shop*"]}
FOR_1_0 = signed("2025-01-01") | {"version": "1.0"}
MEMORY = {"id": "memory", "metric": {"name": "heap", "at_most": "3 MB"}}
SMALL = {"id": "small", "criterion": "rss"}

STATES: dict[str, list[Row]] = {
    "tests pass": [(Run("shop/a pass, shop/b flaky boom", policy=policy(SHOP)), "shop done", "READY", "")],
    "a test fails, then passes": [
        (
            Run("shop/a pass, shop/b fail boom", policy=policy(SHOP)),
            "shop not done",
            "BLOCKED shop ~ boom",
            "checklist:shop open",
        ),
        (Run("shop/a pass, shop/b pass", policy=policy(SHOP)), "shop done", "READY", "checklist:shop closed"),
        (
            Run("shop/a pass, shop/b fail boom", policy=policy(SHOP)),
            "shop not done",
            "BLOCKED shop ~ boom",
            "checklist:shop reopened",
        ),
    ],
    "a test is skipped": [
        (
            Run("shop/a pass, shop/b skip slow", policy=policy(SHOP)),
            "shop unproven",
            "UNPROVEN ? shop",
            "checklist:shop unverified",
        ),
    ],
    "a test fails and another is skipped": [
        (
            Run("shop/a fail boom, shop/b skip slow", policy=policy(SHOP)),
            "shop not done",
            "BLOCKED shop ~ boom",
            "checklist:shop open",
        ),
    ],
    "no test matches": [
        (Run("a pass", policy=policy(SHOP)), "shop unproven", "UNPROVEN ? shop", "checklist:shop unverified"),
    ],
    "a test has vanished": [
        (Run("shop/a pass, shop/b pass", policy=policy(SHOP, vanished_allowed="100%")), "shop done", "READY", ""),
        (
            Run("shop/a pass", policy=policy(SHOP, vanished_allowed="100%")),
            "shop unproven",
            "UNPROVEN ? shop",
            "checklist:shop unverified",
        ),
    ],
    "a criterion, met, unmet, unproven": [
        (Run("a pass", metrics={"rss": "3 MB"}, policy=policy(SMALL)), "small done", "READY", ""),
        (
            Run("a pass", metrics={"rss": "4 MB"}, policy=policy(SMALL)),
            "small not done",
            "BLOCKED small ~ rss",
            "checklist:small open",
        ),
        (Run("a pass", policy=policy(SMALL)), "small unproven", "UNPROVEN ? small ~ rss", "checklist:small unverified"),
    ],
    "a metric": [
        (Run("a pass", metrics={"heap": "3 MB"}, policy=policy(MEMORY)), "memory done", "READY ~ rss", ""),
        (
            Run("a pass", metrics={"heap": "3.1 MB"}, policy=policy(MEMORY)),
            "memory not done",
            "BLOCKED memory ~ rss",
            "checklist:memory open",
        ),
        (
            Run("a pass", policy=policy(MEMORY)),
            "memory unproven",
            "UNPROVEN ? memory ~ rss",
            "checklist:memory unverified",
        ),
    ],
    "nobody has signed it off, then somebody does": [
        (Run("a pass", policy=policy({"id": "x"})), "x not done", "BLOCKED x ~ rss", "checklist:x open"),
        (Again(policy({"id": "x", "signoff": signed("2025-01-02")}), 1.5), "x done", "READY ~ rss", ""),
    ],
    "signed off tomorrow": [
        (
            Run("a pass", policy=policy({"id": "x", "signoff": signed("2025-01-02")})),
            "x not done",
            "BLOCKED x ~ rss",
            "checklist:x open",
        ),
        (Again(policy({"id": "x", "signoff": signed("2025-01-02")}, product="p"), 1), "x done", "READY ~ rss", ""),
    ],
    "a sign-off for a version counts for no other": [
        (Run("a pass", "1.0", policy=policy({"id": "x", "signoff": FOR_1_0})), "x done", "READY ~ rss", ""),
        (
            Run("a pass", "1.0.0", policy=policy({"id": "x", "signoff": FOR_1_0})),
            "x not done",
            "BLOCKED x ~ rss",
            "checklist:x open",
        ),
        (Again(policy({"id": "x", "signoff": FOR_1_0 | {"version": "1.0.0"}}), 1.5), "x done", "READY ~ rss", ""),
    ],
    "a sign-off for another version beside evidence that fails": [
        (
            Run("shop/a fail boom", "2.0", policy=policy(SHOP | {"signoff": FOR_1_0})),
            "shop not done",
            "BLOCKED shop ~ boom",
            "checklist:shop open",
        ),
    ],
    "a sign-off holds to the end of its last day": [
        (
            Run("a pass", policy=policy({"id": "x", "signoff": signed("2025-01-01", "2025-01-02")})),
            "x done",
            "READY ~ rss",
            "",
        ),
        (
            Again(policy({"id": "x", "signoff": signed("2025-01-01", "2025-01-02")}, product="p"), 1.999),
            "x done",
            "READY ~ rss",
            "",
        ),
        (
            Again(policy({"id": "x", "signoff": signed("2025-01-01", "2025-01-02")}, product="q"), 2),
            "x expired",
            "BLOCKED x ~ rss",
            "checklist:x open",
        ),
    ],
    "signed off, and the evidence beside it": [
        (
            Run("shop/a fail boom", policy=policy(SHOP | {"signoff": signed("2025-01-01")})),
            "shop contradicted",
            "BLOCKED shop ~ boom",
            "checklist:shop open",
        ),
        (
            Run("a pass, shop/a pass", policy=policy(SHOP | {"signoff": signed("2025-01-01")})),
            "shop done",
            "READY",
            "checklist:shop closed",
        ),
        (
            Run("a pass, shop/a skip x", policy=policy(SHOP | {"signoff": signed("2025-01-01")})),
            "shop unproven",
            "UNPROVEN ? shop",
            "checklist:shop unverified",
        ),
        (
            Run("a pass, shop/a pass", policy=policy(SHOP | {"signoff": signed("2025-01-01", "2025-01-02")})),
            "shop expired",
            "BLOCKED shop",
            "checklist:shop reopened",
        ),
    ],
    "an item that does not block is a risk": [
        (Run("a pass", policy=policy(SHOP | {"blocking": False})), "shop unproven", "READY ~ shop", ""),
        (
            Run("a pass, shop/a fail boom", policy=policy(SHOP | {"blocking": False})),
            "shop not done",
            "READY ~ boom, shop",
            "",
        ),
    ],
    "an item that no longer blocks": [
        (Run("a pass", policy=policy(SHOP)), "shop unproven", "UNPROVEN ? shop", "checklist:shop unverified"),
        (
            Run("a pass", policy=policy(SHOP | {"blocking": False})),
            "shop unproven",
            "READY ~ shop",
            "checklist:shop closed",
        ),
    ],
}


@pytest.mark.parametrize("rows", STATES.values(), ids=STATES)
def test_states(rows: list[Row], tmp_path: Path) -> None:
    found = story(tmp_path, *(run for run, _, _, _ in rows))
    shown = [(items(one), _without_rss(why(one)), demanded(one)) for one in found]
    assert shown == [(listed, _without_rss(verdict), blockers) for _, listed, verdict, blockers in rows]


def _without_rss(told: str) -> str:
    """Without the advisory criterion, which is a risk wherever it is not measured."""
    return told.replace("~ rss, ", "~ ").removesuffix(" ~ rss")


def test_the_blocker_of_an_item(tmp_path: Path) -> None:
    item = {"id": "x", "title": "The backup", "severity": "critical", "owner": "kim", "effort": {"min": 1, "max": 2}}
    (found,) = story(tmp_path, "a pass", policy=policy(item))
    (blocker,) = found.blockers.values()
    assert (blocker.title, blocker.severity, blocker.owner, blocker.ref) == ("The backup", "critical", "kim", "x")
    assert phrases.told(blocker.demand.notes) == "not done: not signed off"
    assert blocker.effort
    assert blocker.effort.max == 2


def test_an_item_is_waived_by_its_blocker(tmp_path: Path) -> None:
    found = story(tmp_path / "first", "a pass", policy=policy({"id": "x"}))
    (blocker,) = found[0].blockers
    waives = policy({"id": "x"}, waivers=[waiver("blocker", blocker)])
    (again,) = story(tmp_path / "second", "a pass", policy=waives)
    assert waived(again) == f"blocker:{blocker} in force; without BLOCKED"
    assert (items(again), why(again)) == ("x not done", f"READY ~ rss, blocker:{blocker}")


def test_valid_until_the_first_sign_off_ends(tmp_path: Path) -> None:
    risk = {"id": "y", "signoff": signed("2025-01-01", "2025-01-03"), "blocking": False}
    listed = ({"id": "x", "signoff": signed("2025-01-01", "2025-01-10")}, risk)
    (found,) = story(tmp_path, "a pass", policy=policy(*listed))
    assert found.verdict.valid_until == datetime(2025, 1, 11, tzinfo=UTC)


def test_it_is_said_by_whom_and_what(tmp_path: Path) -> None:
    listed = (SHOP, MEMORY, {"id": "x", "signoff": signed("2025-01-01", "2025-01-03")}, {"id": "y"})
    listed += ({"id": "z", "signoff": FOR_1_0}, {"id": "other", "signoff": FOR_1_0 | {"version": "1.1"}})
    (found,) = story(tmp_path, Run("shop/a fail boom, shop/b pass", metrics={"heap": "4 MB"}), policy=policy(*listed))
    assert [phrases.told(one.notes) for one in found.items] == [
        "1 of 2 tests fails",
        "4 MB, required at most 3 MB",
        "signed off by kim on 2025-01-01, until 2025-01-03",
        "not signed off",
        "signed off by kim on 2025-01-01 for 1.0",
        "signed off by kim for 1.1, not for this version",
    ]
    assert [one.claimed for one in found.items] == [False, False, True, False, True, False]

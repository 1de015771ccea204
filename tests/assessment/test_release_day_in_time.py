"""Waivers and checklist where they meet: each other, bounds, units, variants, and the hour at which something ends."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.scenario import (
    Again,
    Run,
    archive_files,
    checklist,
    demanded,
    demands,
    evidence,
    items,
    named_by,
    readiness,
    story,
    told,
    verdicts,
    waived,
    waiver,
    why,
    write,
)

from readiness.archive import Archive
from readiness.assessment import assess

NONE, ALL, RSS = "none: failures = 0", "all: completion >= 100%", "rss: metric.rss <= 3 MB"
A, B = "tests.test_app::a", "tests.test_app::b"
BOOM, BOTH, GOOD = "a fail boom, b pass | a b", "a fail boom, b fail boom | a b", "a pass, b pass | a b"
GONE = "2024-12-30"
"""The last day of a waiver that has expired when the first run is judged."""


def policy(*waivers: Mapping[str, object], **more: object) -> str:
    return demands(NONE, ALL, waivers=list(waivers), **more)


def blocker_of(steps: list[Run | str], message: str, text: str) -> str:
    """The id of a blocker: a function of the chain alone."""
    with tempfile.TemporaryDirectory() as folder:
        found = story(Path(folder), *steps, policy=text)[-1]
    (blocker,) = (one for one in found.blockers.values() if message in (named_by(one), one.signature))
    return blocker.id


BOOM_ID = blocker_of([BOOM], "boom", policy())
FOUR = {"rss": "4 MB"}
RSS_ID = blocker_of([Run("a pass", metrics=FOUR)], "criterion:rss", demands(RSS))
SIGNED = {"by": "kim", "date": "2025-01-01"}
SHOP = {"id": "shop", "tests": ["tests.test_app*"]}

Row = tuple[Run | Again | str, str, str]
"""A run, its verdict with every reason, and its waivers."""
WAIVERS: dict[str, list[Row]] = {
    "of a blocker, while that of its test has expired": [
        (
            Run(BOOM, policy=policy(waiver("test", A, GONE), waiver("blocker", BOOM_ID))),
            f"READY ~ test:{A}, blocker:{BOOM_ID}",
            f"test:{A} expired; blocker:{BOOM_ID} in force; without BLOCKED",
        ),
    ],
    "of a test and of the blocker that holds it: the bound counts every test of the blocker": [
        (
            Run(BOOM, policy=policy(waiver("blocker", BOOM_ID, at_most=1))),
            f"READY ~ blocker:{BOOM_ID}",
            f"blocker:{BOOM_ID} in force; without BLOCKED",
        ),
        (
            Run(BOTH, policy=policy(waiver("test", B), waiver("blocker", BOOM_ID, at_most=1))),
            f"BLOCKED none, boom ~ test:{B}, blocker:{BOOM_ID}",
            f"test:{B} in force; blocker:{BOOM_ID} exceeded; without BLOCKED",
        ),
    ],
    "of the criterion alone, while the tests that hold it are in a blocker": [
        (
            Run(BOOM, policy=policy(waiver("criterion", "none"))),
            "BLOCKED boom ~ criterion:none",
            "criterion:none in force; without BLOCKED",
        ),
        (
            Run(BOOM, policy=policy(waiver("criterion", "none"), waiver("blocker", BOOM_ID))),
            f"READY ~ criterion:none, blocker:{BOOM_ID}",
            f"criterion:none in force; blocker:{BOOM_ID} in force; without BLOCKED",
        ),
    ],
    "of a criterion that equals, with a bound": [
        (
            Run(BOOM, policy=policy(waiver("criterion", "none", at_most=1), waiver("test", A))),
            f"READY ~ criterion:none, test:{A}",
            f"criterion:none in force; test:{A} in force; without BLOCKED",
        ),
        (
            Run(BOTH, policy=policy(waiver("criterion", "none", at_most=1))),
            "BLOCKED none, boom ~ criterion:none",
            "criterion:none exceeded; without BLOCKED",
        ),
    ],
    "of a criterion by its blocker, and in another unit": [
        (
            Run("a pass", metrics=FOUR, policy=demands(RSS, waivers=[waiver("blocker", RSS_ID)])),
            f"READY ~ blocker:{RSS_ID}",
            f"blocker:{RSS_ID} in force; without BLOCKED",
        ),
        (
            Run("a pass", metrics=FOUR, policy=demands(RSS, waivers=[waiver("criterion", "rss", at_most="4000 kB")])),
            "READY ~ criterion:rss",
            "criterion:rss in force; without BLOCKED",
        ),
        (
            Run("a pass", metrics=FOUR, policy=demands(RSS, waivers=[waiver("criterion", "rss", at_most="3999 kB")])),
            "BLOCKED rss ~ criterion:rss",
            "criterion:rss exceeded; without BLOCKED",
        ),
    ],
    "of an advisory criterion": [
        (
            Run("a pass", metrics=FOUR, policy=demands(f"{RSS}; tier advisory", waivers=[waiver("criterion", "rss")])),
            "READY ~ criterion:rss",
            "criterion:rss in force; without READY",
        ),
    ],
    "of a test in every variant": [
        (
            Run("@linux a fail boom, b pass | a b // @mac a fail boom, b pass | a b", policy=policy(waiver("test", A))),
            f"READY ~ test:{A}",
            f"test:{A} in force; without BLOCKED",
        ),
    ],
    "of a newly failing test, where only new failures are forbidden": [
        (Run(GOOD, policy=demands("new: new_failures = 0")), "READY", "without READY"),
        (
            Run(BOOM, policy=demands("new: new_failures = 0", waivers=[waiver("test", A)])),
            f"READY ~ test:{A}",
            f"test:{A} in force; without BLOCKED",
        ),
    ],
    "of a test that has vanished": [
        (Run("a pass, b pass", policy=policy(vanished_allowed="0%")), "READY ~ all", "without READY"),
        (Run("b pass", policy=policy(vanished_allowed="0%")), "UNPROVEN ? vanished", "without UNPROVEN"),
        (
            Again(policy(waiver("test", A), vanished_allowed="0%"), 2),
            f"READY ~ test:{A}",
            f"test:{A} in force; without UNPROVEN",
        ),
    ],
    "of a blocker that is closed and comes back": [
        (
            Run(BOOM, policy=policy(waiver("blocker", BOOM_ID))),
            f"READY ~ blocker:{BOOM_ID}",
            f"blocker:{BOOM_ID} in force; without BLOCKED",
        ),
        (
            Run(GOOD, policy=policy(waiver("blocker", BOOM_ID))),
            f"READY ~ blocker:{BOOM_ID}",
            f"blocker:{BOOM_ID} unmatched; without READY",
        ),
        (
            Run(BOOM, policy=policy(waiver("blocker", BOOM_ID))),
            f"READY ~ blocker:{BOOM_ID}",
            f"blocker:{BOOM_ID} in force; without BLOCKED",
        ),
        # It passes and owes passes: nothing of it stops the release, so there is nothing to waive, and the risk shows.
        (
            Run(GOOD, policy=policy(waiver("blocker", BOOM_ID), waiver("test", A))),
            f"READY ~ boom, blocker:{BOOM_ID}, test:{A}",
            f"blocker:{BOOM_ID} unmatched; test:{A} unmatched; without READY",
        ),
    ],
    "that has expired, of what is mended": [
        (Run(GOOD, policy=policy(waiver("test", A, GONE))), f"READY ~ test:{A}", f"test:{A} expired; without READY"),
    ],
    "of a module that could not be collected: what lies beneath it stays unproven": [
        (
            Run("a pass, shop uncollected boom | a !shop", policy=policy(waiver("test", "tests.test_shop"))),
            "UNPROVEN ? all ~ test:tests.test_shop",
            "test:tests.test_shop in force; without BLOCKED",
        ),
    ],
    "of a skipped test, where everything must execute": [
        (
            Run("a skip later, b pass | a b", policy=demands("ran: execution >= 100%", waivers=[waiver("test", A)])),
            f"READY ~ test:{A}",
            f"test:{A} in force; without UNPROVEN",
        ),
    ],
    "of the only test of a required variant: the variant is missing all the same": [
        (
            Run(
                "@linux a pass | a // @mac a skip later | a",
                policy=policy(waiver("test", A), variants={"required": ["mac"]}),
            ),
            f"UNPROVEN ? variant mac ~ test:{A}",
            f"test:{A} in force; without UNPROVEN",
        ),
    ],
    "with a cap of hours": [
        (
            Run(BOOM, policy=policy(waiver("test", A, "2025-01-02"), waiver_cap="48 h")),
            f"READY ~ test:{A}",
            f"test:{A} in force; without BLOCKED",
        ),
        (
            Again(policy(waiver("test", A, "2025-01-02"), waiver_cap="47 h"), 0),
            f"BLOCKED none, boom ~ test:{A}",
            f"test:{A} too long; without BLOCKED",
        ),
        (
            Again(policy(waiver("test", A, "9999-12-31"), waiver_cap="36000 d"), 0),
            f"BLOCKED none, boom ~ test:{A}",
            f"test:{A} too long; without BLOCKED",
        ),
    ],
}


@pytest.mark.parametrize("rows", WAIVERS.values(), ids=WAIVERS)
def test_waivers(rows: list[Row], tmp_path: Path) -> None:
    found = story(tmp_path, *(run for run, _, _ in rows))
    assert [(why(one), waived(one)) for one in found] == [(verdict, waivers) for _, verdict, waivers in rows]


MINOR = [{"title": "T", "message": "boom", "severity": "low"}]
"""Failures stop nothing by themselves."""
ItemRow = tuple[Run | Again | str, str, str, str]
"""A run, its items, its verdict, and the blockers that no test stands behind."""


def asked(*listed: Mapping[str, object], criteria: tuple[str, ...] = (NONE,), **more: object) -> str:
    return demands(*criteria, checklist=checklist(*listed), categories=MINOR, **more)


TWO = "few: failures <= 9"
ITEMS: dict[str, list[ItemRow]] = {
    "an expired sign-off whose evidence fails is not done, whose evidence lacks is expired": [
        (
            Run(
                "a fail boom",
                policy=asked(SHOP | {"signoff": {"by": "kim", "date": GONE, "expires": GONE}}, criteria=(TWO,)),
            ),
            "shop not done",
            "BLOCKED shop ~ boom",
            "checklist:shop open",
        ),
        (
            Run(
                "shop/x pass, a skip later",
                policy=asked(SHOP | {"signoff": {"by": "kim", "date": GONE, "expires": GONE}}, criteria=(TWO,)),
            ),
            "shop expired",
            "BLOCKED shop ~ boom",
            "checklist:shop open",
        ),
    ],
    "a contradicted item whose failing test is waived": [
        (
            Run("a fail boom", policy=asked(SHOP | {"signoff": SIGNED}, waivers=[waiver("test", A)])),
            "shop contradicted",
            f"READY ~ test:{A}",
            "checklist:shop open",
        ),
        # The waiver expires, the item stops again.
        (
            Again(asked(SHOP | {"signoff": SIGNED}, waivers=[waiver("test", A, "2025-01-02")]), 2.5),
            "shop contradicted",
            f"BLOCKED none, shop ~ boom, test:{A}",
            "checklist:shop open",
        ),
    ],
    "a waiver of the evidence is no sign-off": [
        (
            Run(
                "a fail boom",
                policy=asked(SHOP | {"signoff": {"by": "kim", "date": "2025-01-02"}}, waivers=[waiver("test", A)]),
            ),
            "shop not done",
            f"BLOCKED shop ~ test:{A}",
            "checklist:shop open",
        ),
        (
            Run(
                "a fail boom",
                policy=asked({"id": "x", "criterion": "none", "signoff": SIGNED}, waivers=[waiver("test", A)]),
            ),
            "x contradicted",
            f"READY ~ test:{A}",
            "checklist:shop closed; checklist:x open",
        ),
    ],
    "one of two tests of an item is waived": [
        (
            Run("a fail boom, b skip later", policy=asked(SHOP, waivers=[waiver("test", A)])),
            "shop not done",
            f"BLOCKED shop ~ test:{A}",
            "checklist:shop open",
        ),
        (
            Again(asked(SHOP, waivers=[waiver("test", A), waiver("test", B)]), 1),
            "shop not done",
            f"READY ~ test:{A}, test:{B}",
            "checklist:shop open",
        ),
    ],
    "a waived criterion excuses the item that names it, not one that measures the same": [
        (
            Run(
                "a pass",
                metrics=FOUR,
                policy=asked(
                    {"id": "by-criterion", "criterion": "rss"},
                    {"id": "by-metric", "metric": {"name": "rss", "at_most": "3 MB"}},
                    criteria=(RSS,),
                    waivers=[waiver("criterion", "rss")],
                ),
            ),
            "by-criterion not done, by-metric not done",
            "BLOCKED by-metric ~ criterion:rss",
            "checklist:by-criterion open; checklist:by-metric open; criterion:rss open",
        ),
    ],
    "an item by a criterion that is not checked on a first run is unproven": [
        (
            Run("a pass", policy=asked({"id": "x", "criterion": "all"}, criteria=(ALL,))),
            "x unproven",
            "UNPROVEN ? x ~ all",
            "checklist:x unverified",
        ),
        (
            Run("a pass | a", policy=asked({"id": "x", "criterion": "all"}, criteria=(ALL,))),
            "x done",
            "READY",
            "checklist:x closed",
        ),
    ],
    "an item by a criterion whose evidence grows old": [
        (
            Run("a pass", policy=asked({"id": "x", "criterion": "none"}, criteria=(f"{NONE}; max_age 7 d",))),
            "x done",
            "READY",
            "",
        ),
        (
            Again(asked({"id": "x", "criterion": "none"}, criteria=(f"{NONE}; max_age 7 d",), product="x"), 7),
            "x done",
            "READY",
            "",
        ),
        (
            Again(asked({"id": "x", "criterion": "none"}, criteria=(f"{NONE}; max_age 7 d",), product="y"), 7.01),
            "x unproven",
            "UNPROVEN ? none, x",
            "checklist:x unverified",
        ),
    ],
    "an item of tests that are retired": [
        (
            Run(
                "shop/x pass | shop/x",
                policy=asked(SHOP, retired=[{"tests": ["*test_app*"], "reason": "r", "by": "kim", "date": GONE}]),
            ),
            "shop unproven",
            "UNPROVEN ? shop",
            "checklist:shop unverified",
        ),
    ],
    "an expired sign-off of an item that does not block": [
        (
            Run("a pass", policy=asked({"id": "x", "blocking": False, "signoff": SIGNED | {"expires": "2025-01-01"}})),
            "x done",
            "READY",
            "",
        ),
        (
            Again(
                asked({"id": "x", "blocking": False, "signoff": SIGNED | {"expires": "2025-01-01"}}, product="x"), 1.01
            ),
            "x expired",
            "READY ~ x",
            "",
        ),
    ],
}


@pytest.mark.parametrize("rows", ITEMS.values(), ids=ITEMS)
def test_items(rows: list[ItemRow], tmp_path: Path) -> None:
    found = story(tmp_path, *(run for run, _, _, _ in rows))
    shown = [(items(one), why(one), demanded(one)) for one in found]
    assert shown == [(listed, verdict, blockers) for _, listed, verdict, blockers in rows]


def archived(tmp_path: Path, run: str, text: str, started: str) -> Path:
    """One run, archived by the command with a policy of its own; the archive."""
    (tmp_path / "readiness.yml").write_text(text, encoding="utf-8")
    files = write(tmp_path / "evidence", evidence(Run(run)))
    history = tmp_path / "history"
    done = archive_files(history, *files, "--policy", tmp_path / "readiness.yml", started=started)
    assert done.exit_code == 0, done.output
    return history


@pytest.mark.parametrize(
    ("started", "states"),
    [
        ("2025-01-02T00:30:00+02:00", "in force"),  # 22:30 on the first, in UTC
        ("2025-01-01T23:59:59Z", "in force"),
        ("2025-01-02T00:00:00Z", "expired"),  # midnight belongs to the next day
        ("2025-01-01T20:00:01-04:00", "expired"),  # still the first over there
    ],
)
def test_a_waiver_ends_with_its_day_in_utc_wherever_the_tests_ran(started: str, states: str, tmp_path: Path) -> None:
    history = archived(tmp_path, BOOM, policy(waiver("test", A, "2025-01-01")), started)
    (found,) = (one[-1] for one in assess(Archive(history), None).by_run.values())
    assert [one.state.value for one in found.waivers] == [states]


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ("2025-01-01T23:59:59Z", "not done"),
        ("2025-01-02T01:59:59+02:00", "not done"),  # the second there, the first in UTC
        ("2025-01-02T00:00:00Z", "done"),
        ("2025-01-01T20:00:00-04:00", "done"),
        ("2025-01-03T23:59:59Z", "done"),
        ("2025-01-04T01:59:59+02:00", "done"),
        ("2025-01-04T00:00:00Z", "expired"),
    ],
)
def test_a_sign_off_holds_from_the_first_moment_of_its_day_in_utc_to_the_end_of_its_last(
    at: str, state: str, tmp_path: Path
) -> None:
    history = archived(tmp_path, "a pass | a", asked({"id": "x"}), "2025-01-01T00:00:00Z")
    again = tmp_path / "again.yml"
    again.write_text(asked({"id": "x", "signoff": {"by": "kim", "date": "2025-01-02", "expires": "2025-01-03"}}))
    assert readiness("judge", "--policy", again, "--at", at, "--history", history).exit_code == 0
    (found,) = (one[-1] for one in assess(Archive(history), None).by_run.values())
    assert items(found) == f"x {state}"


@pytest.mark.parametrize(
    ("text", "run"),
    [
        (policy(waiver("test", A, "2025-01-03")), BOOM),
        (asked({"id": "x", "signoff": SIGNED | {"expires": "2025-01-03"}}), "a pass | a"),
        # The earlier of the two.
        (
            asked(
                {"id": "x", "signoff": SIGNED | {"expires": "2025-01-09"}}, waivers=[waiver("test", A, "2025-01-03")]
            ),
            BOOM,
        ),
    ],
    ids=["waiver", "sign-off", "both"],
)
def test_the_gate_alone_looks_at_the_clock(text: str, run: str, tmp_path: Path) -> None:
    history = archived(tmp_path, run, text, "2025-01-01T00:00:00Z")
    codes = {
        at: readiness("gate", "--at", at, "--history", history).exit_code
        for at in ("2025-01-01T00:00:00Z", "2025-01-03T23:59:59Z", "2025-01-04T01:00:00+02:00", "2025-01-04T00:00:00Z")
    }
    assert list(codes.values()) == [0, 0, 0, 3]
    (found,) = (one[-1] for one in assess(Archive(history), None).by_run.values())
    assert found.verdict.ready  # what is recorded stays what it was


def test_a_sign_off_until_the_last_of_all_days(tmp_path: Path) -> None:
    text = asked({"id": "x", "signoff": SIGNED | {"expires": "9999-12-31"}})
    history = archived(tmp_path, "a pass | a", text, "2025-01-01T00:00:00Z")
    done = readiness("gate", "--at", "2025-01-02", "--history", history)
    assert (done.exit_code, "valid until 9999-12-31" in done.output) == (0, True)


def test_a_release_that_is_ready_by_a_waived_item_is_no_baseline(tmp_path: Path) -> None:
    text = asked({"id": "x"})
    item = blocker_of(["a pass | a"], "checklist:x", text)
    waives = asked({"id": "x"}, waivers=[waiver("blocker", item)])
    clean = demands(NONE)
    with_waiver = [Run("a pass | a", f"1.{minor}", policy=waives) for minor in (1, 2)]
    found = story(tmp_path, Run("a pass | a", "1.0", policy=clean), *with_waiver)
    assert verdicts(found)[0] == "READY"
    assert found[2].baseline == found[0]


def test_a_waived_time_is_no_pass_and_shortens_nothing_that_is_owed(tmp_path: Path) -> None:
    """Fail, pass, fail (waived): the same 3 passes are owed with and without the waiver."""
    waives = policy(waiver("test", A))
    for name, text in (("with", waives), ("without", policy())):
        found = story(tmp_path / name, BOOM, GOOD, Run(BOOM, policy=text), GOOD, policy=policy())
        assert told(found[-1]) == "boom observing: a observing owes 2"


def test_debt_counts_releases_in_which_it_was_in_force_not_judgements_or_idle_ones(tmp_path: Path) -> None:
    held, longer = policy(waiver("test", A, "2025-01-02")), policy(waiver("test", A, "2025-01-31"))
    found = story(
        tmp_path,
        Run(BOOM, "1.0", policy=held),
        Again(policy(waiver("test", A, "2025-01-02"), product="again"), 1),
        Run(BOOM, "1.0.1", "c2", policy=longer),
        Run(GOOD, "1.1", policy=longer),  # mended: unmatched
        Run(BOOM, "1.2", policy=longer),
    )
    debt = found[-1].debts[f"test:{A}"]
    assert (debt.since.day, debt.releases) == (1, 3)
    assert [waived(one).partition("; ")[0].rpartition("::a ")[2] for one in found] == [
        *("in force", "in force", "in force", "unmatched", "in force")
    ]
